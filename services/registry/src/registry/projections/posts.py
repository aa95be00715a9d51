"""Posts of coordinators. The view of councils is that of `shiendomain`."""

from __future__ import annotations

from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.registry import (
    CoordinatorAssigned,
    CoordinatorCorrected,
    CoordinatorEvent,
    CoordinatorHandedOver,
    CoordinatorMoved,
    CoordinatorReinstated,
    CoordinatorRenewed,
    CoordinatorWithdrawn,
)
from shiendomain.vocabulary import BodyKind, Tier
from shienevents import Envelope, Row, View, replace, types_of

from .search import NO_DAY


class CoordinatorRow(Row, key=("coordinator_id",)):
    """One post of coordinator for a term; who holds it is not recorded. All from its own stream.

    `hand_over_id` is the id of the event of the hand-over.
    `reinstated_for`, `corrected_for` and `moved_for` are the reasons of the last undone hand-over, correction and move.
    """

    coordinator_id: UUID
    area: str = ""
    tier: Tier = Tier.TIER2
    employer: str = ""
    employer_kind: BodyKind = BodyKind.MUNICIPALITY
    posts: int = 0
    term_from: date = NO_DAY
    term_until: date = NO_DAY
    handed_over_on: date | None = None
    successor_id: UUID | None = None
    hand_over_note: str = ""
    hand_over_id: UUID | None = None
    hand_over_document: dict[str, str] | None = None
    hand_over_stale_after_days: int | None = None
    reinstated_for: str = ""
    corrected_for: str = ""
    moved_for: str = ""
    not_the_same_as: tuple[UUID, ...] = ()
    correlation: UUID | None = None
    version: int = 0


def evolve_coordinator(row: CoordinatorRow, event: CoordinatorEvent, envelope: Envelope) -> CoordinatorRow | None:
    """The post after an event."""
    row = replace(row, version=envelope.version)
    match event:
        case CoordinatorAssigned():
            row = replace(row, area=event.area, tier=event.tier, correlation=envelope.correlation)
            return replace(_described(row, event), not_the_same_as=event.not_the_same_as)
        case CoordinatorRenewed():
            return replace(row, term_until=event.term_until)
        case CoordinatorHandedOver():
            return replace(_handed_over(row, event), hand_over_id=envelope.id)
        case CoordinatorReinstated():
            return replace(_not_handed_over(row), reinstated_for=event.reason)
        case CoordinatorCorrected():
            row = replace(row, corrected_for=event.reason, tier=event.tier or row.tier)
            return _described(row, event)
        case CoordinatorMoved():
            return replace(row, area=event.area, moved_for=event.reason)
        case CoordinatorWithdrawn():
            return None
        case _:
            assert_never(event)


def _handed_over(row: CoordinatorRow, event: CoordinatorHandedOver) -> CoordinatorRow:
    return replace(
        row,
        handed_over_on=event.on,
        successor_id=event.successor_id,
        hand_over_note=event.note,
        hand_over_document=event.document.model_dump(mode="json") if event.document else None,
        hand_over_stale_after_days=event.stale_after_days,
    )


def _not_handed_over(row: CoordinatorRow) -> CoordinatorRow:
    return replace(
        row,
        handed_over_on=None,
        successor_id=None,
        hand_over_note="",
        hand_over_id=None,
        hand_over_document=None,
        hand_over_stale_after_days=None,
    )


def _described(row: CoordinatorRow, event: CoordinatorAssigned | CoordinatorCorrected) -> CoordinatorRow:
    return replace(
        row,
        employer=event.employer,
        employer_kind=event.employer_kind,
        posts=event.posts,
        term_from=event.term_from,
        term_until=event.term_until,
    )


coordinators = View[CoordinatorRow](
    name="coordinators",
    version=7,
    row=CoordinatorRow,
    subscribes_to=types_of(CoordinatorEvent),
    keys=lambda event, _: [event.coordinator_id],
    evolve=evolve_coordinator,
    indexes=(("area",),),
)
