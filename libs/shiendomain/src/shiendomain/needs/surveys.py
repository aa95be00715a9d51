"""The events of a survey (ニーズ・資源調査)."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shienevents import Event

from ..vocabulary import AreaCode, Line, LineOfReason, Name, SurveyMethod


class SurveyOpened(Event, wire="needs.survey_opened.v1"):
    """A survey (ニーズ・資源調査) of an area was opened."""

    survey_id: UUID
    area: AreaCode
    title: Name
    method: SurveyMethod
    period_from: date
    period_until: date


class SurveyClosed(Event, wire="needs.survey_closed.v1"):
    """A survey was closed, with its number of responses. `reason`: why before the last day of its period."""

    survey_id: UUID
    responses: Annotated[int, Field(ge=0, le=10_000_000)]
    reason: Line = ""


class SurveyCorrected(Event, wire="needs.survey_corrected.v1"):
    """A survey was closed with the wrong number of responses."""

    survey_id: UUID
    responses: Annotated[int, Field(ge=0, le=10_000_000)]
    reason: Line


class SurveyRevised(Event, wire="needs.survey_revised.v1"):
    """The title, the method or the period of a survey was recorded wrongly, or its period was changed."""

    survey_id: UUID
    title: Name
    method: SurveyMethod
    period_from: date
    period_until: date
    reason: LineOfReason


class SurveyReopened(Event, wire="needs.survey_reopened.v1"):
    """A survey was closed too early: needs are recorded under it again."""

    survey_id: UUID
    reason: LineOfReason


class SurveyMoved(Event, wire="needs.survey_moved.v1"):
    """The survey was recorded in the wrong area: it is one of `area`. Needs found in it stay where they are."""

    survey_id: UUID
    from_area: AreaCode
    area: AreaCode
    reason: LineOfReason


SurveyEvent = SurveyOpened | SurveyRevised | SurveyClosed | SurveyCorrected | SurveyReopened | SurveyMoved
