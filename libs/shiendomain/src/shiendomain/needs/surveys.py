"""The events of a survey (ニーズ・資源調査)."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shienevents import Event

from ..vocabulary import AreaCode, ByMapping, Line, LineOfReason, Name, SurveyMethod

Sheets = Annotated[int, Field(ge=1, le=10_000_000)]
"""How many sheets (調査票) of a survey were given out."""


class SurveyOpened(Event, wire="needs.survey_opened.v1"):
    """A survey (ニーズ・資源調査) of an area was opened. `sheets`: how many sheets (調査票) were given out, if any.

    `not_the_same_as`: identical surveys that somebody looked at, and that are other ones.
    """

    survey_id: UUID
    area: AreaCode
    title: Name
    method: SurveyMethod
    period_from: date
    period_until: date
    sheets: Sheets | None = None
    not_the_same_as: tuple[UUID, ...] = ()


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
    """The title, the method, the period or the sheets of a survey were recorded wrongly, or are others now."""

    survey_id: UUID
    title: Name
    method: SurveyMethod
    period_from: date
    period_until: date
    reason: LineOfReason
    sheets: Sheets | None = None


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
    by_mapping: ByMapping | None = None


class SurveyWithdrawn(Event, wire="needs.survey_withdrawn.v1"):
    """The survey was recorded by mistake: it is in no list and in no figure any more. `area` is its last one."""

    survey_id: UUID
    area: AreaCode
    reason: LineOfReason


SurveyEvent = (
    SurveyOpened | SurveyRevised | SurveyClosed | SurveyCorrected | SurveyReopened | SurveyMoved | SurveyWithdrawn
)
