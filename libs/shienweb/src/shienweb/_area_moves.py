"""What mappings of ended areas ask of a service: which of its things move where, and which move back (decision 84)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from shiendomain.area_mappings import AreaMappingRow, LastMoveRow, area_mappings, destination, in_force, last_moves
from shiendomain.areas import AreaTree
from shiendomain.areas_view import tree_of
from shiendomain.days import day_of
from shiendomain.ended_areas import ended, name_of, things_sql
from shiendomain.moves import Move
from shiendomain.registry import AreaWorkMapped, AreaWorkMappingReversed
from shiendomain.vocabulary import AreaThing, ByMapping
from shienevents import Due, Snapshot, Tick, Wake


@dataclass(frozen=True)
class AreaTask:
    """One thing that a mapping moves, or moves back."""

    kind: AreaThing
    thing_id: UUID
    move: Move
    mapping_id: UUID
    cause: UUID | None

    def due(self, *commands: object) -> Due:
        """The commands for it, the last one about the thing itself, once for good."""
        back = " back" if self.move.by_mapping and self.move.by_mapping.back else ""
        return Due(f"{self.mapping_id} {self.thing_id}{back}", commands, cause=self.cause)


Plan = Callable[[Snapshot, AreaTree, Sequence[AreaTask]], Awaitable[Sequence[Due]]]
"""A service's own commands for these tasks. What cannot be moved is left out, and stays on the list of work."""


async def tasks_of(seen: Snapshot, kinds: Sequence[AreaThing], tree: AreaTree, day: date) -> list[AreaTask]:
    """What is to be moved on a day, and moved back."""
    mappings = await seen.select(area_mappings, "order by mapping_id")
    return [*await _out(seen, kinds, tree, day, in_force(mappings)), *await _back(seen, tree, mappings)]


async def _out(
    seen: Snapshot,
    kinds: Sequence[AreaThing],
    tree: AreaTree,
    day: date,
    mappings: Mapping[str, Sequence[AreaMappingRow]],
) -> list[AreaTask]:
    found, gone = [], ended(tree, list(mappings), day)
    within = _within(tree, gone)
    for area, kind, id_, _, of in await seen.fetch(things_sql(kinds), gone):
        if to := destination(mappings[area], AreaThing.of(kind), (id_, *of)):
            mapping = to.mapping
            by = ByMapping(mapping_id=mapping.mapping_id)
            move = Move(to.successor, within[area], mapping.reason, by, area)
            found.append(AreaTask(AreaThing.of(kind), id_, move, mapping.mapping_id, mapping.cause))
    return found


async def _back(seen: Snapshot, tree: AreaTree, mappings: Sequence[AreaMappingRow]) -> list[AreaTask]:
    ended_with = {one.mapping_id: one for one in mappings if one.reversed_for is not None}
    within = _within(tree, [one.area for one in ended_with.values()])
    found = []
    for row in await moved_by(seen, list(ended_with)):
        assert row.mapping_id, "it was asked for by its mapping"
        mapping = ended_with[row.mapping_id]
        by = ByMapping(mapping_id=mapping.mapping_id, back=True)
        move = Move(mapping.area, within[mapping.area], mapping.reversed_for or "", by, row.area)
        found.append(AreaTask(row.kind, row.thing_id, move, mapping.mapping_id, mapping.cause))
    return found


async def moved_by(seen: Snapshot, mappings: Sequence[UUID]) -> Sequence[LastMoveRow]:
    """What these mappings moved, and nobody has moved since."""
    return await seen.select(last_moves, "where mapping_id = any($1::uuid[]) order by thing_id", list(mappings))


def _within(tree: AreaTree, areas: Sequence[str]) -> dict[str, frozenset[str]]:
    """The areas of the municipality of each area."""
    return {area: tree.areas_of(tree.municipality(area) or "") for area in set(areas)}


@dataclass(frozen=True)
class Work:
    """A thing that an ended area still has, or that a mapping moved: where it is now, and where it should go.

    `part_of` are the ids of what it is part of: what a mapping says of one of them is said of it too. `stays` is the
    code of the reason why the mapping does not move it, or not back.
    """

    kind: AreaThing
    thing_id: UUID
    name: str
    now: str
    part_of: tuple[UUID, ...] = ()
    successor: str | None = None
    mapping_id: UUID | None = None
    stays: str | None = None


Why = Callable[[Snapshot, AreaTree, Sequence[AreaTask]], Awaitable[Mapping[UUID, str]]]
"""The code of the reason why a thing cannot be moved, by its id."""


async def work_of(
    seen: Snapshot, kinds: Sequence[AreaThing], tree: AreaTree, area: str, day: date, why: Why
) -> list[Work]:
    """What an area still has of these kinds, and what its mappings moved. An end may be announced for a later day."""
    mappings = await seen.select(area_mappings, "where area = $1 order by mapping_id", area)
    current = in_force(mappings)
    tasks = [*await _out(seen, kinds, tree, day, current), *await _back(seen, tree, mappings)]
    whys = await why(seen, tree, tasks)
    left = await seen.fetch(things_sql(kinds), [area])
    found = [_left(area, record, current.get(area, ()), whys) for record in left]
    return [*found, *await _moved(seen, kinds, mappings, whys)]


def _left(area: str, record: Iterable[Any], mappings: Sequence[AreaMappingRow], whys: Mapping[UUID, str]) -> Work:
    _, word, id_, name, of = record
    kind, part_of = AreaThing.of(word), tuple(filter(None, of))
    to = destination(mappings, kind, (id_, *part_of))
    stays = whys.get(id_) if to or not mappings else "mapping.left_out"
    return Work(kind, id_, name_of(kind, name), area, part_of, to.successor if to else None, None, stays)


async def _moved(
    seen: Snapshot, kinds: Sequence[AreaThing], mappings: Sequence[AreaMappingRow], whys: Mapping[UUID, str]
) -> list[Work]:
    by = {one.thing_id: one for one in await moved_by(seen, [one.mapping_id for one in mappings])}
    undone = {one.mapping_id for one in mappings if one.reversed_for is not None}
    found = []
    for _, word, id_, name, of in await seen.fetch(things_sql(kinds, by_id=True), list(by)):
        row, kind = by[id_], AreaThing.of(word)
        stays = whys.get(id_, "mapping.not_back") if row.mapping_id in undone else None
        part_of = tuple(filter(None, of))
        found.append(Work(kind, id_, name_of(kind, name), row.area, part_of, row.area, row.mapping_id, stays))
    return found


class AreaWork:
    """The tick that moves the things of a service.

    A mapping is carried out at once. What could not be moved then, and what came later, is looked for once a minute.
    """

    def __init__(self, kinds: Sequence[AreaThing], plan: Plan) -> None:
        self._kinds, self._plan = kinds, plan

    def tick(self) -> Tick:
        """The tick."""
        heard = (AreaWorkMapped, AreaWorkMappingReversed)
        return Tick("move_mapped", self.due, every_seconds=0.5, hears=heard, rests=lambda: True)

    async def due(self, snapshot: Snapshot, wake: Wake) -> Sequence[Due]:
        """What is to be moved now."""
        day = day_of(wake.now)
        tree = await tree_of(snapshot, day)
        tasks = await tasks_of(snapshot, self._kinds, tree, day)
        return await self._plan(snapshot, tree, tasks) if tasks else []
