"""The view of surveys that the needs service and the registry fold, and the rule by which both cite a survey."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import assert_never
from uuid import UUID

from shienevents import Envelope, NotFound, Rejected, Row, View, replace, types_of

from .areas import Territory
from .needs import (
    SurveyClosed,
    SurveyCorrected,
    SurveyEvent,
    SurveyMoved,
    SurveyOpened,
    SurveyReopened,
    SurveyRevised,
    SurveyWithdrawn,
)
from .vocabulary import SurveyMethod

_NOT_RECORDED = datetime(1970, 1, 1, tzinfo=UTC)


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
    not_the_same_as: tuple[UUID, ...] = ()
    recorded_at: datetime = _NOT_RECORDED
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
                not_the_same_as=event.not_the_same_as,
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


surveys_view = View[SurveyRow](
    name="surveys",
    version=8,
    row=SurveyRow,
    subscribes_to=types_of(SurveyEvent),
    keys=lambda event, _: [event.survey_id],
    evolve=evolve_survey,
    indexes=(("area", "recorded_at"),),
)


def check_cited(survey: SurveyRow | None, territory: Territory) -> None:
    """What was found by a survey is recorded under it while it is open. `None`: there is none with this id.

    Raises `NotFound` for one outside the territory too, and `Rejected` for one that is closed.
    """
    if survey is None or not territory.covers(survey.area):
        raise NotFound("survey.unknown")
    if survey.responses is not None:
        raise Rejected("survey.not_open")
