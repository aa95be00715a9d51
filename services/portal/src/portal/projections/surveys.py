"""Surveys: in which area each is, and whether it is still open."""

from __future__ import annotations

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
from shienevents import Envelope, Row, View, replace, types_of


class SurveyRow(Row, key=("survey_id",)):
    """One survey. `responses` are known once it is closed."""

    survey_id: UUID
    area: str = ""
    responses: int | None = None


def evolve_survey(row: SurveyRow, event: SurveyEvent, _: Envelope) -> SurveyRow | None:
    """The row after an event."""
    match event:
        case SurveyOpened() | SurveyMoved():
            return replace(row, area=event.area)
        case SurveyClosed() | SurveyCorrected():
            return replace(row, responses=event.responses)
        case SurveyReopened():
            return replace(row, responses=None)
        case SurveyRevised():
            return row
        case SurveyWithdrawn():
            return None
        case _:
            assert_never(event)


surveys: View[SurveyRow] = View(
    name="surveys",
    version=1,
    row=SurveyRow,
    subscribes_to=types_of(SurveyEvent),
    keys=lambda event, _: [event.survey_id],
    evolve=evolve_survey,
    indexes=(("area",),),
)
