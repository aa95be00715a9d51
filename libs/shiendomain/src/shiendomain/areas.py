"""The tree of areas, and the part of it a principal may see and write to. Pure values."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

Step = Callable[[str], Iterable[str]]
_AS_THEY_ARE: Mapping[str, str | None] = MappingProxyType({})
_OTHERS = 3  # trees of other days that are kept with one; that of a country has 10,000 areas


@dataclass(frozen=True, slots=True)
class AreaNode:
    """One area of the tree. From the day `closed_on` it no longer exists, and its `successors` do."""

    code: str
    parent: str | None
    municipality: str
    kind: str = ""
    tiers: tuple[str, ...] = ()
    name: str = ""
    kana: str = ""
    valid_from: date | None = None
    closed_on: date | None = None
    successors: tuple[str, ...] = ()

    @property
    def mistake(self) -> bool:
        """Whether it was recorded by mistake, and withdrawn."""
        return self.closed_on is not None and not self.successors


def municipality_of(area: str) -> str:
    """The local government code with which the code of every area begins."""
    return area[:6]


class AreaTree:
    """Every area that the service knows, by code, as it is on `day` (without one: when all announced ends have come).

    History stays with an area that has ended; its successors take it over. An area that became part of one successor
    lies below it. One that was divided lies below none of them, so that no figure counts twice, and belongs to the
    territory of each. One that was recorded by mistake was there on no day: it lies below none, and is found by its own
    code alone, in the territory of those above it.

    The data is what others recorded, each area for itself. A parent may be missing: its children are then roots. A
    successor that leads back to the area (it lies below it, or names it as its own successor) does not take it over,
    and a ring of parents is opened: one of them lies directly below its municipality. So nothing above an area lies
    below it too, every walk ends, and a municipality reaches all of its areas whose parents are known.
    """

    def __init__(self, areas: Iterable[AreaNode] = (), day: date | None = None) -> None:
        self.areas: Mapping[str, AreaNode] = {area.code: area for area in areas}
        self.day = day
        self._ends = sorted({area.closed_on for area in self.areas.values() if area.closed_on is not None})
        self._others: dict[int, AreaTree] = {}  # by how many days of ends have come
        self._parents = _without_rings(self.areas)
        of_municipality: dict[str, set[str]] = {}
        for one in self.areas.values():
            of_municipality.setdefault(one.municipality, set()).add(one.code)
        self._of_municipality = {code: frozenset(found) for code, found in of_municipality.items()}
        self._heirs = self._taking_over()
        children: dict[str, set[str]] = {}
        divided: dict[str, set[str]] = {}
        for code in self.areas:
            joined = self._joined(code)
            if above := joined or self._parents[code]:
                children.setdefault(above, set()).add(code)
            for heir in () if joined else self.heirs(code):
                divided.setdefault(heir, set()).add(code)
        self._children = {code: tuple(sorted(found)) for code, found in children.items()}
        self._divided = {code: tuple(sorted(found)) for code, found in divided.items()}
        self._mistakes = frozenset(code for code, area in self.areas.items() if area.mistake)

    def __contains__(self, code: object) -> bool:
        return code in self.areas

    def on(self, day: date) -> AreaTree:
        """The same areas as they are on another day. It is the same tree but for the days on which an area ends."""
        come = self._come(day)
        found = self if come == self._come(self.day) else self._others.get(come)
        if found is None:
            if len(self._others) >= _OTHERS:
                self._others.clear()
            found = self._others[come] = AreaTree(self.areas.values(), day)
        if found.day == day:
            return found
        same = copy(found)
        same.day = day
        return same

    def _come(self, day: date | None) -> int:
        """How many of the days on which areas end have come."""
        return len(self._ends) if day is None else bisect_right(self._ends, day)

    def _taking_over(self) -> dict[str, tuple[str, ...]]:
        """The successors of each area that has ended, without those that lead back to it."""
        ended = {
            code: area.successors
            for code, area in self.areas.items()
            if area.closed_on is not None and (self.day is None or self.day >= area.closed_on)
        }
        return {
            code: tuple(heir for heir in heirs if code not in _reached(heir, self._up(ended, {})))
            for code, heirs in ended.items()
        }

    def _up(self, heirs: Mapping[str, Sequence[str]], parents: Mapping[str, str | None]) -> Step:
        """A step up: to the successors and to the parent; `parents` are those that some areas are to have."""
        return lambda code: (*heirs.get(code, ()), *filter(None, [parents.get(code, self._parents.get(code))]))

    def leads_to(self, code: str, parents: Mapping[str, str | None] = _AS_THEY_ARE) -> frozenset[str]:
        """The area and all that it leads to by parents and by successors, those of later days too.

        `parents`: those that some areas are to have. An area that leads to another one can be neither its parent nor
        its successor.
        """
        announced = {one: area.successors for one, area in self.areas.items() if area.closed_on is not None}
        return _reached(code, self._up(announced, parents))

    def parent(self, code: str) -> str | None:
        """The code of the area above, or `None`."""
        return self._parents.get(code)

    def _joined(self, code: str) -> str | None:
        """The one successor of an area that has ended, of the same municipality."""
        one = code
        while len(heirs := self.heirs(one)) == 1:
            (one,) = heirs
            if self.municipality(one) != self.municipality(code):
                return None
        return self.heirs(code)[0] if one != code else None

    def heirs(self, code: str) -> Sequence[str]:
        """The successors of an area that has ended; none while it exists, and none that leads back to it."""
        return self._heirs.get(code, ())

    def children(self, code: str) -> Sequence[str]:
        """The codes directly below, sorted, without those recorded by mistake."""
        return tuple(one for one in self._recorded_below(code) if one not in self._mistakes)

    def _recorded_below(self, code: str) -> Sequence[str]:
        return self._children.get(code, ())

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The codes above, nearest first; above an area that has ended are its successors too."""
        found: dict[str, None] = {}
        waiting = [code]
        while waiting:
            one = waiting.pop(0)
            for above in (*self.heirs(one), self.parent(one)):
                if above is not None and above in self.areas and above not in found:
                    found[above] = None
                    waiting.append(above)
        return tuple(found)

    def line(self, code: str) -> tuple[str, ...]:
        """The codes in whose boards the area is summed, nearest first: by its parent or the one it became part of."""
        found: list[str] = []
        while (above := self._joined(code) or self.parent(code)) in self.areas:
            found.append(code := str(above))
        return tuple(found)

    def path(self, code: str) -> tuple[str, ...]:
        """The code, and those above it, nearest first."""
        return (code, *self.ancestors(code))

    def subtree(self, code: str) -> tuple[str, ...]:
        """The area itself and all below it, sorted; empty when it is unknown. Closed areas are part of it.

        One recorded by mistake is so only when it is asked for itself.
        """
        if code not in self.areas:
            return ()
        return tuple(sorted({code, *(_reached(code, self._recorded_below) - self._mistakes)}))

    def served_with(self, codes: Iterable[str]) -> tuple[str, ...]:
        """These areas and all above them, sorted: who serves one of them serves one of `codes`."""
        given = set(codes)
        return tuple(sorted(given.union(*map(self.ancestors, given))))

    def parts(self, code: str) -> frozenset[str]:
        """The codes below by their parents alone: what became part of the area when it was reorganised is none."""
        if not self.children(code):
            return frozenset()
        all_ = self.areas_of(self.areas[code].municipality)  # an area is of its parent's municipality
        return frozenset(one for one in all_ if one != code and code in self._parents_of(one))

    def _parents_of(self, code: str) -> Collection[str]:
        found: list[str] = []
        while (above := self.parent(code)) is not None:
            found.append(above)
            code = above
        return found

    def are_all(self, codes: Collection[str]) -> bool:
        """Whether these are all areas there are."""
        return self.areas.keys() <= set(codes)

    def municipality(self, code: str) -> str | None:
        """The local government code of an area's municipality, or `None` when the area is unknown."""
        area = self.areas.get(code)
        return area.municipality if area else None

    def areas_of(self, municipality: str) -> frozenset[str]:
        """The codes of all areas of a municipality, ended or not."""
        return self._of_municipality.get(municipality, frozenset())

    def name(self, code: str) -> str:
        """The area's name; its code when it has none."""
        area = self.areas.get(code)
        return area.name or code if area else code

    def open_on(self, code: str, day: date) -> bool:
        """Whether the area exists on that day: it has begun and has not been reorganised."""
        area = self.areas.get(code)
        if area is None or (area.valid_from is not None and day < area.valid_from):
            return False
        return area.closed_on is None or day < area.closed_on

    def territory(self, codes: Iterable[str]) -> Territory:
        """These areas, everything below them, and what was divided among them. An unknown code stands for itself."""
        given = tuple(sorted(set(codes)))
        taken = (_reached(code, self._taken_over) for code in given)
        return Territory(given, tuple(sorted({*given, *(below for found in taken for below in found)})))

    def _taken_over(self, code: str) -> Iterable[str]:
        return (*self._recorded_below(code), *self._divided.get(code, ()))


def _reached(code: str, step: Step) -> frozenset[str]:
    """The area, and all that steps from it lead to."""
    found = {code}
    waiting = [code]
    while waiting:
        for one in step(waiting.pop()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return frozenset(found)


def _without_rings(areas: Mapping[str, AreaNode]) -> dict[str, str | None]:
    """The parent of each area; a municipality has none. An area of a ring of parents lies below its municipality."""
    parents = {code: None if code == area.municipality else area.parent for code, area in areas.items()}

    def up(code: str) -> Iterable[str]:
        return filter(None, [parents.get(code)])

    for code in sorted(areas):
        if (above := parents[code]) and code in _reached(above, up):
            city = areas[code].municipality
            parents[code] = city if city in areas else None
    return parents


@dataclass(frozen=True, slots=True)
class Territory:
    """The areas that a principal may read and write: those it was `given`, and all below them (`codes`, sorted)."""

    given: tuple[str, ...]
    codes: tuple[str, ...]
    _set: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_set", frozenset(self.codes))

    def covers(self, code: str) -> bool:
        """Whether the area lies in it."""
        return code in self._set
