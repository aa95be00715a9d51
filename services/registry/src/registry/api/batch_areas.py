"""The areas of a batch as commands, and where its other rows can be recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from shienevents import Home, NotFound, Rejected
from shienweb import FieldError, RequestContext, row_error

from ..decider import area as areas
from ..decider.area_commands import DefineArea
from ..decider.listed import LISTED_ANEW
from .area import NewArea, path_of
from .area_days import Days, begun, begun_below, used_from

_FIELDS = dict.fromkeys(("area.begins_before_parent", "area.begins_after_below"), "valid_from")
"""By the code of a rule, the field that it is about, where that is not the area."""


class NewHome(NamedTuple):
    """An area of the batch: its municipality, its path (itself first) and the day from which it is there."""

    municipality: str
    path: tuple[str, ...]
    valid_from: date


class BatchAreas:
    """The areas of a batch, which come before the rows within them, and those that are there already.

    What is wrong with a row is added to `faults`.
    """

    def __init__(self, rows: Sequence[NewArea], context: RequestContext, faults: list[FieldError]) -> None:
        self._rows = rows
        self._context = context
        self._faults = faults
        self._new: dict[str, NewHome] = {}
        self._homes: dict[str, Home | Rejected] = {}  # by area; or why nothing can be recorded there
        self._served: dict[str, Home | Rejected] = {}  # the same of the areas that are served
        self._used: Mapping[str, date] = {}

    def _fault(self, field: str, rejected: Rejected) -> None:
        self._faults.append(row_error(self._context, field, rejected))

    async def load(self, homes: Collection[str], served: Collection[str]) -> None:
        """Look the areas up: those of the rows (`homes`), those that are `served`, and those that the areas name."""
        named = {code for row in self._rows for code in (row.area, row.parent) if code} - set(homes)
        self._homes = {**await self._loaded(homes), **await self._loaded(named, day=date.max)}
        self._served = await self._loaded(served, of_city=True)
        self._used = await used_from(self._context, [row.area for row in self._rows]) if self._rows else {}

    async def _loaded(self, codes: Collection[str], **how: Any) -> dict[str, Home | Rejected]:
        found: dict[str, Home | Rejected] = {}
        for code in sorted(codes):
            try:
                found[code] = await self._context.home(code, **how)
            except Rejected as rejected:
                found[code] = rejected
        return found

    def home(self, area: str, field: str) -> Home | None:
        """The home of a row: an area of this batch, or one of the territory that has not ended. It has begun."""
        return self._home(area, field, self._homes, self._context.occurred_on)

    def serve(self, area: str, field: str) -> None:
        """An area is served by a row."""
        self._home(area, field, self._served, self._context.occurred_on)

    def _home(self, area: str, field: str, homes: Mapping[str, Home | Rejected], day: date) -> Home | None:
        home: Home | Rejected
        if new := self._new.get(area):
            home = Home(new.municipality, area)
            if day < new.valid_from:
                home = Rejected("area.not_begun", area=area, valid_from=new.valid_from)
        else:
            home = homes[area]
        if isinstance(home, Rejected):
            self._fault(field, home)
            return None
        return home

    def known_home(self, area: str) -> Home | None:
        """The home in an area that was there before the batch."""
        home = self._homes[area]
        return home if isinstance(home, Home) else None

    def municipality(self, area: str) -> str | None:
        """The municipality of an area of this batch, or of one that is there."""
        return self._new[area].municipality if area in self._new else self._context.tree.municipality(area)

    def commands(self) -> Iterator[tuple[DefineArea, Home]]:
        """The definitions of the areas, that of a parent before those below it."""
        for n, row in self._parents_first():
            field = f"areas.{n}.area"
            command = self._command(row, n)
            if command is None:
                continue
            if row.area in self._new:
                self._fault(field, Rejected("batch.row_twice"))
                continue
            try:
                areas.decide(command, areas.Area())
            except Rejected as rejected:
                self._fault(f"areas.{n}.{_FIELDS.get(rejected.code, 'area')}", rejected)
                continue
            self._new[row.area] = NewHome(
                command.home.municipality, (row.area, *command.parent_path), command.valid_from
            )
            yield command, command.home

    def _parents_first(self) -> Sequence[tuple[int, NewArea]]:
        """The rows with their places in the list. Where they go in a circle, none is refused for its place."""
        parents = {row.area: row.parent for row in self._rows}

        def depth(placed: tuple[int, NewArea]) -> int:
            above, steps = placed[1].parent, 0
            while above in parents and steps < len(parents):
                above, steps = parents[above], steps + 1
            return steps

        return sorted(enumerate(self._rows), key=depth)

    def _command(self, row: NewArea, n: int) -> DefineArea | None:
        """The definition of an area of the territory, or of a new one below such an area."""
        known = self._context.tree.areas.get(row.area)
        if row.parent and not self._is_own_code(row, n):
            return None
        if (row.parent is None or known) and not self._context.territory.covers(row.area):
            self._fault(f"areas.{n}.area", NotFound("area.unknown"))
            return None
        if known and known.closed_on:
            self._fault(f"areas.{n}.area", areas.ended(row.area, known.successors))
            return None
        row, used = row.model_copy(update={"reason": row.reason or LISTED_ANEW}), self._used.get(row.area)
        if known and known.valid_from and used and max(known.valid_from, used) < row.valid_from:
            self._fault(f"areas.{n}.valid_from", Rejected("area.in_use_before", used_from=used))
            return None
        if row.parent is None:
            return row.command(row.area, (), (), self._days(row, used))
        home = self._home(row.parent, f"areas.{n}.parent", self._homes, date.max)
        if home is None:
            return None
        parents = {code: next(iter(new.path[1:]), None) for code, new in self._new.items()}
        reached = self._context.tree.leads_to(row.parent, parents)
        return row.command(home.municipality, self._above(row.parent), reached, self._days(row, used))

    def _days(self, row: NewArea, used: date | None) -> Days:
        """What bounds the beginning of an area, unless it begins as before; areas below by what the batch says."""
        tree, known = self._context.tree, self._context.tree.areas.get(row.area)
        if known and (known.parent, known.valid_from) == (row.parent, row.valid_from):
            return Days(used)
        above = self._new[row.parent].valid_from if row.parent in self._new else begun(tree, row.parent)
        return Days(used, above, begun_below(tree, row.area, without={one.area for one in self._rows}))

    def _above(self, parent: str) -> tuple[str, ...]:
        """The parent and its ancestors, nearest first."""
        return self._new[parent].path if parent in self._new else path_of(self._context.tree, parent)

    def _is_own_code(self, row: NewArea, n: int) -> bool:
        """Whether the code is not another municipality's, which is judged before it is looked up."""
        parent = row.parent or ""
        if parent not in self._new and not self._context.territory.covers(parent):
            return True  # the parent is refused as unknown, whoever's it is
        municipality = self.municipality(parent) or parent
        try:
            areas.check_own_code(row.command(municipality, self._above(parent), ()))
        except Rejected as rejected:
            self._fault(f"areas.{n}.area", rejected)
            return False
        return True
