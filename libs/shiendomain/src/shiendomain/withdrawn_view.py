"""The view of records that were made by mistake, one in each service whose records can be taken back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shienevents import Envelope, Row, View, replace

from .days import day_of
from .needs import SurveyWithdrawn
from .registry import (
    CoordinatorWithdrawn,
    CouncilWithdrawn,
    PlaceWithdrawn,
    ProviderWithdrawn,
    TrainingWithdrawn,
    VenueWithdrawn,
)
from .words import Word

Withdrawn = (
    CoordinatorWithdrawn
    | CouncilWithdrawn
    | ProviderWithdrawn
    | TrainingWithdrawn
    | VenueWithdrawn
    | PlaceWithdrawn
    | SurveyWithdrawn
)


class RecordKind(Word):
    """What was recorded by mistake."""

    COORDINATOR = "coordinator", "コーディネーターの配置", "Post of coordinator"
    COUNCIL = "council", "協議体", "Council"
    PROVIDER = "provider", "サービス提供者", "Provider"
    COHORT = "cohort", "担い手の養成", "Training of supporters"
    VENUE = "venue", "会場", "Venue"
    PLACE = "place", "活躍の場", "Place to take part"
    SURVEY = "survey", "調査", "Survey"


_KINDS: dict[type[Withdrawn], RecordKind] = {
    CoordinatorWithdrawn: RecordKind.COORDINATOR,
    CouncilWithdrawn: RecordKind.COUNCIL,
    ProviderWithdrawn: RecordKind.PROVIDER,
    TrainingWithdrawn: RecordKind.COHORT,
    VenueWithdrawn: RecordKind.VENUE,
    PlaceWithdrawn: RecordKind.PLACE,
    SurveyWithdrawn: RecordKind.SURVEY,
}
"""The field of each event that holds the id of the record is called as its kind."""


class WithdrawnRow(Row, key=("record_id",)):
    """One record that was made by mistake. `same_as`: the provider that it really is."""

    record_id: UUID
    kind: RecordKind = RecordKind.COORDINATOR
    area: str = ""
    reason: str = ""
    withdrawn_on: date = date(2000, 1, 1)
    same_as: UUID | None = None
    correlation: UUID | None = None


def _id(event: Withdrawn) -> UUID:
    found: UUID = getattr(event, f"{_KINDS[type(event)].value}_id")
    return found


def _evolve(row: WithdrawnRow, event: Withdrawn, envelope: Envelope) -> WithdrawnRow:
    return replace(
        row,
        kind=_KINDS[type(event)],
        area=event.area,
        reason=event.reason,
        withdrawn_on=day_of(envelope.occurred_at),
        same_as=event.same_as if isinstance(event, ProviderWithdrawn) else None,
        correlation=envelope.correlation,
    )


def withdrawn_view(service: str) -> View[WithdrawnRow]:
    """The records of a service that were made by mistake."""
    return View(
        name="withdrawn",
        version=1,
        row=WithdrawnRow,
        subscribes_to=tuple(event for event in _KINDS if event.wire.startswith(f"{service}.")),
        keys=lambda event, _: [_id(event)],
        evolve=_evolve,
        indexes=(("area", "withdrawn_on"),),
    )
