"""Mappings of ended areas to their successors, what each moved, and what it has still to move: views and readings.

A service with things of areas folds both views, and moves its own things by the tick `move_mapped` (`shienweb`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Final, NamedTuple, assert_never
from uuid import UUID

from shienevents import Envelope, Event, Row, View, replace, types_of

from .escalation import ProposalMoved
from .needs import IssueMoved, NeedMoved, SurveyMoved
from .registry import (
    AreaMappingEvent,
    AreaWorkMapped,
    AreaWorkMappingReversed,
    CohortMoved,
    CoordinatorMoved,
    CouncilMoved,
    PlaceMoved,
    ProviderMoved,
    ResourceMoved,
    VenueMoved,
)
from .vocabulary import AreaThing


class AreaMappingRow(Row, key=("mapping_id",)):
    """One mapping: the successor of each kind, and of single things by their id. All from the stream of its area.

    It is in force until it is reversed (`reversed_for`). `version`: that of its event there. `cause`: its last event.
    """

    mapping_id: UUID
    area: str = ""
    kinds: dict[str, str] = field(default_factory=dict)
    things: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    reversed_for: str | None = None
    version: int = 0
    cause: UUID | None = None

    @property
    def in_force(self) -> bool:
        """Whether it was not reversed."""
        return self.reversed_for is None


def evolve_mapping(row: AreaMappingRow, event: AreaMappingEvent, envelope: Envelope) -> AreaMappingRow:
    """The mapping after an event."""
    row = replace(row, area=event.area, cause=envelope.id)
    match event:
        case AreaWorkMapped():
            kinds = {one.kind.value: one.successor for one in event.kinds}
            things = {str(one.thing_id): one.successor for one in event.things}
            return replace(row, kinds=kinds, things=things, reason=event.reason, version=envelope.version)
        case AreaWorkMappingReversed():
            return replace(row, reversed_for=event.reason)
        case _:
            assert_never(event)


area_mappings: View[AreaMappingRow] = View(
    name="area_mappings",
    version=1,
    row=AreaMappingRow,
    subscribes_to=types_of(AreaMappingEvent),
    keys=lambda event, _: [event.mapping_id],
    evolve=evolve_mapping,
    indexes=(("area",),),
)


class Destination(NamedTuple):
    """Where a thing moves, and the mapping that says so."""

    successor: str
    mapping: AreaMappingRow


def in_force(mappings: Sequence[AreaMappingRow]) -> Mapping[str, Sequence[AreaMappingRow]]:
    """The mappings of each area that were not reversed, the last one first."""
    found: dict[str, list[AreaMappingRow]] = {}
    for one in sorted(mappings, key=lambda one: one.version, reverse=True):
        if one.in_force:
            found.setdefault(one.area, []).append(one)
    return found


def destination(mappings: Sequence[AreaMappingRow], kind: AreaThing, ids: Sequence[UUID]) -> Destination | None:
    """Where a thing moves: what is said of it, else of what it is of (`ids`, itself first), else of its kind."""
    by_thing = (Destination(one.things[str(id_)], one) for id_ in ids for one in mappings if str(id_) in one.things)
    by_kind = (Destination(one.kinds[kind], one) for one in mappings if kind in one.kinds)
    return next(by_thing, None) or next(by_kind, None)


MOVED: Final[Mapping[type[Event], tuple[AreaThing, str]]] = {
    CouncilMoved: (AreaThing.COUNCILS, "council_id"),
    CoordinatorMoved: (AreaThing.COORDINATORS, "coordinator_id"),
    ProviderMoved: (AreaThing.PROVIDERS, "provider_id"),
    ResourceMoved: (AreaThing.RESOURCES, "resource_id"),
    CohortMoved: (AreaThing.COHORTS, "cohort_id"),
    VenueMoved: (AreaThing.VENUES, "venue_id"),
    PlaceMoved: (AreaThing.PLACES, "place_id"),
    SurveyMoved: (AreaThing.SURVEYS, "survey_id"),
    NeedMoved: (AreaThing.NEEDS, "need_id"),
    IssueMoved: (AreaThing.ISSUES, "issue_id"),
    ProposalMoved: (AreaThing.PROPOSALS, "proposal_id"),
}
"""The event that moves each kind of thing, and its field that holds the id."""


class LastMoveRow(Row, key=("thing_id",)):
    """How a thing was moved last, from the thing's own stream. `mapping_id`: a mapping moved it, and not yet back."""

    thing_id: UUID
    kind: AreaThing = AreaThing.NEEDS
    area: str = ""
    mapping_id: UUID | None = None


def evolve_move(row: LastMoveRow, event: Any, _: Envelope) -> LastMoveRow:
    """The last move after another one."""
    by = event.by_mapping
    mapping = None if by is None or by.back else by.mapping_id
    return replace(row, kind=MOVED[type(event)][0], area=event.area, mapping_id=mapping)


def last_moves_of(kinds: Sequence[AreaThing]) -> View[LastMoveRow]:
    """The view of the last moves of things of these kinds."""
    return View(
        name="last_moves",
        version=1,
        row=LastMoveRow,
        subscribes_to=tuple(event for event, (kind, _) in MOVED.items() if kind in kinds),
        keys=lambda event, _: [getattr(event, MOVED[type(event)][1])],
        evolve=evolve_move,
        indexes=(("mapping_id",),),
    )


last_moves = last_moves_of(tuple(AreaThing))
"""The last moves of everything; a service that has some kinds only folds its own under the same name."""
