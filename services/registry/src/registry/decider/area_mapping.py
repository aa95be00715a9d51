"""The mapping of what an ended area has to its successors (decision 84). It is in the stream of the area.

A mapping is in force until it is reversed, at any time, and then what it moved goes back. An area may have several, of
which none says of a kind or of a thing that it goes elsewhere: part of the work would be here and part there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from uuid import UUID

from shiendomain.registry import AreaMappingEvent, AreaReorganized, AreaWorkMapped, AreaWorkMappingReversed
from shiendomain.vocabulary import AreaThing, KindSuccessor, ThingSuccessor
from shienevents import NotFound, Rejected


@dataclass(frozen=True)
class MapAreaWork:
    """Say to which successor each kind of thing of an area goes, and which things go to another one.

    Fact: `within` are the areas of its municipality.
    """

    area: str
    mapping_id: UUID
    kinds: tuple[KindSuccessor, ...]
    things: tuple[ThingSuccessor, ...]
    reason: str
    within: Collection[str]


@dataclass(frozen=True)
class ReverseMapping:
    """A mapping was a mistake: what it moved goes back."""

    area: str
    mapping_id: UUID
    reason: str


MappingCommand = MapAreaWork | ReverseMapping


@dataclass(frozen=True)
class Mappings:
    """The mappings of an area in their order, and those that were reversed."""

    made: tuple[AreaWorkMapped, ...] = ()
    reversed: frozenset[UUID] = frozenset()

    def after(self, event: AreaMappingEvent) -> Mappings:
        """The mappings after an event."""
        if isinstance(event, AreaWorkMapped):
            return replace(self, made=(*self.made, event))
        return replace(self, reversed=self.reversed | {event.mapping_id})

    @property
    def in_force(self) -> Sequence[AreaWorkMapped]:
        """Those that were not reversed, the last one first."""
        return [one for one in reversed(self.made) if one.mapping_id not in self.reversed]

    def contradicting(self, said: Mapping[AreaThing | UUID, str]) -> AreaWorkMapped | None:
        """The last one in force that names another successor for a kind or a thing."""
        return next((one for one in self.in_force if differing(said, successors(one))), None)


def successors(mapping: MapAreaWork | AreaWorkMapped) -> dict[AreaThing | UUID, str]:
    """The successor of each kind and of each thing that a mapping names."""
    kinds: dict[AreaThing | UUID, str] = {one.kind: one.successor for one in mapping.kinds}
    return kinds | {one.thing_id: one.successor for one in mapping.things}


def differing(said: Mapping[AreaThing | UUID, str], before: Mapping[AreaThing | UUID, str]) -> list[AreaThing | UUID]:
    """The kinds and things that both name, with another successor."""
    return [one for one, successor in said.items() if before.get(one, successor) != successor]


NO_MAPPINGS = Mappings()


def map_work(command: MapAreaWork, mappings: Mappings, ended: AreaReorganized | None) -> Sequence[AreaWorkMapped]:
    """A mapping to the area's own successors, each kind and thing said once. What was said already changes nothing."""
    if ended is None:
        raise Rejected("area.not_ended")
    if not command.kinds and not command.things:
        raise Rejected("mapping.empty")
    said = Counter([*(one.kind for one in command.kinds), *(one.thing_id for one in command.things)])
    if twice := [one for one, times in said.items() if times > 1]:
        raise Rejected("mapping.said_twice", said=twice)
    named = {one.successor for one in command.kinds} | {one.successor for one in command.things}
    if strange := sorted(named - set(ended.successors)):
        raise Rejected("mapping.no_successor", areas=strange, successors=list(ended.successors))
    if not named <= set(command.within):
        raise Rejected("area.other_municipality")
    if other := mappings.contradicting(successors(command)):
        facts = differing(successors(command), successors(other))
        raise Rejected("mapping.contradicts", area=command.area, mapping_id=other.mapping_id, said=facts)
    mapped = AreaWorkMapped(
        mapping_id=command.mapping_id,
        area=command.area,
        kinds=command.kinds,
        things=command.things,
        reason=command.reason,
    )
    said_already = set(chain.from_iterable(successors(one).items() for one in mappings.in_force))
    return [] if said_already.issuperset(successors(mapped).items()) else [mapped]


def reverse(command: ReverseMapping, mappings: Mappings) -> Sequence[AreaWorkMappingReversed]:
    """The end of a mapping, once."""
    if command.mapping_id not in {one.mapping_id for one in mappings.made}:
        raise NotFound("mapping.unknown", area=command.area)
    if command.mapping_id in mappings.reversed:
        return []
    return [AreaWorkMappingReversed(mapping_id=command.mapping_id, area=command.area, reason=command.reason)]


def reverse_all(area: str, reason: str, mappings: Mappings) -> Sequence[AreaWorkMappingReversed]:
    """The end of every mapping of an area that goes on."""
    return [
        AreaWorkMappingReversed(mapping_id=one.mapping_id, area=area, reason=reason)
        for one in reversed(mappings.in_force)
    ]
