"""Cohorts of supporters (担い手), and their placements at resources. Both are of the cohort's stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.development import PlacedSupporters
from shiendomain.registry import (
    CohortMoved,
    PlacementCorrected,
    PlacementEnded,
    SupporterEvent,
    SupportersGaveUp,
    SupportersPlaced,
    SupportersTrained,
    TrainingCorrected,
    TrainingWithdrawn,
)
from shiendomain.vocabulary import BodyKind, SupportKind
from shienevents import Envelope, Row, View, replace, types_of

from .search import NO_DAY

PlacementEvent = SupportersPlaced | PlacementEnded | PlacementCorrected | TrainingWithdrawn


class CohortRow(Row, key=("cohort_id",)):
    """One cohort. `placements` are those of its `PlacedSupporters`; `unplaced` can be asked to support something."""

    cohort_id: UUID
    area: str = ""
    title: str = ""
    held_on: date = NO_DAY
    trained: int = 0
    support_kinds: tuple[SupportKind, ...] = ()
    held_by: str = ""
    held_by_kind: BodyKind = BodyKind.MUNICIPALITY
    placements: dict[str, int] = field(default_factory=dict)
    placed: int = 0
    gave_up: int = 0
    counted_on: date | None = None
    gave_up_for: str = ""
    unplaced: int = 0
    corrected_for: str = ""
    moved_for: str = ""
    not_the_same_as: tuple[UUID, ...] = ()
    correlation: UUID | None = None
    version: int = 0


def evolve_cohort(row: CohortRow, event: SupporterEvent, envelope: Envelope) -> CohortRow | None:
    """The cohort after an event; nothing once it was withdrawn."""
    after = with_event(replace(row, version=envelope.version), event, envelope)
    return after and replace(after, unplaced=after.trained - after.placed - after.gave_up)


def with_event(row: CohortRow, event: SupporterEvent, envelope: Envelope) -> CohortRow | None:
    """The row with what an event says."""
    match event:
        case SupportersTrained():
            row = replace(row, area=event.area, not_the_same_as=event.not_the_same_as)
            return replace(with_training(row, event), correlation=envelope.correlation)
        case TrainingCorrected():
            return replace(with_training(row, event), corrected_for=event.reason)
        case CohortMoved():
            return replace(row, area=event.area, moved_for=event.reason)
        case SupportersGaveUp():
            return replace(row, gave_up=event.gave_up, counted_on=event.counted_on, gave_up_for=event.reason)
        case SupportersPlaced() | PlacementEnded() | PlacementCorrected():
            supporters = PlacedSupporters(row.placements).after(event)
            return replace(row, placements=dict(supporters.by_placement), placed=supporters.placed)
        case TrainingWithdrawn():
            return None
        case _:
            assert_never(event)


def with_training(row: CohortRow, event: SupportersTrained | TrainingCorrected) -> CohortRow:
    """The row with the details of the training."""
    details = event.details
    return replace(
        row,
        title=details.title,
        held_on=details.held_on,
        trained=details.headcount,
        support_kinds=details.support_kinds,
        held_by=details.held_by,
        held_by_kind=details.held_by_kind,
    )


class PlacementRow(Row, key=("placement_id",)):
    """One placement: how many people of the cohort support the resource now, and how it was begun and ended.

    It is of the area of its cohort. `endings`: each with its day, headcount and reason. A correction clears them.
    """

    placement_id: UUID
    cohort_id: UUID | None = None
    resource_id: UUID | None = None
    headcount: int = 0
    began: int = 0
    placed_on: date = NO_DAY
    endings: tuple[dict[str, str | int], ...] = ()
    corrected_for: str = ""
    version: int = 0


def evolve_placement(row: PlacementRow, event: PlacementEvent, envelope: Envelope) -> PlacementRow | None:
    """The placement after an event."""
    row = replace(row, version=envelope.version)
    match event:
        case SupportersPlaced():
            return replace(
                row,
                cohort_id=event.cohort_id,
                resource_id=event.resource_id,
                headcount=event.headcount,
                began=event.headcount,
                placed_on=event.placed_on,
            )
        case PlacementEnded():
            ending: dict[str, str | int] = {
                "ended_on": event.ended_on.isoformat(),
                "headcount": event.headcount,
                "reason": event.reason.value,
            }
            remaining = max(0, row.headcount - event.headcount)
            return replace(row, headcount=remaining, endings=(*row.endings, ending))
        case PlacementCorrected():
            return replace(
                row,
                headcount=event.headcount,
                began=event.headcount,
                placed_on=event.placed_on,
                endings=(),
                corrected_for=event.reason,
            )
        case TrainingWithdrawn():
            return None
        case _:
            assert_never(event)


def keys_of_placements(event: PlacementEvent, _: Envelope) -> Sequence[UUID]:
    """The placement, or those that are gone with their cohort."""
    return event.placements if isinstance(event, TrainingWithdrawn) else [event.placement_id]


def keys_of_cohort(event: SupporterEvent, _: Envelope) -> Sequence[UUID]:
    """The cohort's own row."""
    return [event.cohort_id]


cohorts = View[CohortRow](
    name="cohorts",
    version=4,
    row=CohortRow,
    subscribes_to=types_of(SupporterEvent),
    keys=keys_of_cohort,
    evolve=evolve_cohort,
    indexes=(("area",),),
)
placements = View[PlacementRow](
    name="placements",
    version=3,
    row=PlacementRow,
    subscribes_to=types_of(PlacementEvent),
    keys=keys_of_placements,
    evolve=evolve_placement,
    indexes=(("resource_id",), ("cohort_id",)),
)
