"""Surveys, with their number of responses."""

from __future__ import annotations

from datetime import date, datetime
from typing import assert_never
from uuid import UUID

from shiendomain.needs import (
    SurveyClosed,
    SurveyCorrected,
    SurveyEvent,
    SurveyMoved,
    SurveyOpened,
    SurveyReopened,
    SurveyRevised,
    SurveyWithdrawn,
)
from shiendomain.vocabulary import SurveyMethod
from shienevents import Envelope, Row, View, replace, types_of

from .needs import NOT_RECORDED


class SurveyRow(Row, key=("survey_id",)):
    """One survey. `responses` are known once it is closed, and `closed_for` when that was before its last day.

    `reason`: why it was corrected, revised, moved or reopened last.
    """

    survey_id: UUID
    area: str = ""
    title: str = ""
    method: SurveyMethod = SurveyMethod.INTERVIEW
    period_from: date | None = None
    period_until: date | None = None
    sheets: int | None = None
    responses: int | None = None
    closed_for: str = ""
    reason: str = ""
    recorded_at: datetime = NOT_RECORDED
    correlation: UUID | None = None
    version: int = 0


def evolve_survey(row: SurveyRow, event: SurveyEvent, envelope: Envelope) -> SurveyRow | None:
    """The survey after an event."""
    row = replace(row, version=envelope.version)
    match event:
        case SurveyOpened():
            return replace(
                row,
                area=event.area,
                title=event.title,
                method=event.method,
                period_from=event.period_from,
                period_until=event.period_until,
                sheets=event.sheets,
                recorded_at=envelope.recorded_at,
                correlation=envelope.correlation,
            )
        case SurveyMoved():
            return replace(row, area=event.area, reason=event.reason)
        case SurveyClosed():
            return replace(row, responses=event.responses, closed_for=event.reason)
        case SurveyCorrected():
            return replace(row, responses=event.responses, reason=event.reason)
        case SurveyRevised():
            return replace(
                row,
                title=event.title,
                method=event.method,
                period_from=event.period_from,
                period_until=event.period_until,
                sheets=event.sheets,
                reason=event.reason,
            )
        case SurveyReopened():
            return replace(row, responses=None, closed_for="", reason=event.reason)
        case SurveyWithdrawn():
            return None
        case _:
            assert_never(event)


surveys = View[SurveyRow](
    name="surveys",
    version=7,
    row=SurveyRow,
    subscribes_to=types_of(SurveyEvent),
    keys=lambda event, _: [event.survey_id],
    evolve=evolve_survey,
    indexes=(("area", "recorded_at"),),
)
