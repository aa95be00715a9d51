"""The tree of areas, and the part of it a principal may see and write to. Pure values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


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


def municipality_of(area: str) -> str:
    """The local government code with which the code of every area begins."""
    return area[:6]


class AreaTree:
    """Every area that the service knows, by code, as it is on `day` (without one: when all announced ends have come).

    History stays with an area that has ended; its successors take it over. An area that became part of one successor
    lies below it. One that was divided lies below none of them, so that no figure counts twice, and belongs to the
    territory of each.

    The data is what others recorded. A parent may be missing (its children are then roots), and parents may form a
    ring (a walk over it ends where it began). Neither makes a method hang or fail.
    """

    def __init__(self, areas: Iterable[AreaNode] = (), day: date | None = None) -> None:
        self.areas: Mapping[str, AreaNode] = {area.code: area for area in areas}
        self.day = day
        children: dict[str, set[str]] = {}
        divided: dict[str, set[str]] = {}
        for code, area in self.areas.items():
            joined = self._joined(code)
            if above := joined or area.parent:
                children.setdefault(above, set()).add(code)
            for heir in () if joined else self.heirs(code):
                divided.setdefault(heir, set()).add(code)
        self._children = {code: tuple(sorted(found)) for code, found in children.items()}
        self._divided = {code: tuple(sorted(found)) for code, found in divided.items()}

    def __contains__(self, code: object) -> bool:
        return code in self.areas

    def parent(self, code: str) -> str | None:
        """The code of the area above, or `None`."""
        area = self.areas.get(code)
        return area.parent if area else None

    def _joined(self, code: str) -> str | None:
        """The one successor of an area that has ended, of the same municipality, unless it leads back to the area."""
        area, seen, one = self.areas[code], {code}, code
        while len(heirs := self.heirs(one)) == 1:
            (one,) = heirs
            if one in seen or self.municipality(one) != area.municipality:
                return None
            seen.add(one)
        return self.heirs(code)[0] if one != code else None

    def heirs(self, code: str) -> Sequence[str]:
        """The successors of an area that has ended; none while it exists."""
        area = self.areas.get(code)
        if area is None or area.closed_on is None or (self.day is not None and self.day < area.closed_on):
            return ()
        return area.successors

    def children(self, code: str) -> Sequence[str]:
        """The codes directly below, sorted."""
        return self._children.get(code, ())

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The codes above, nearest first; above an area that has ended are its successors too."""
        found: dict[str, None] = {}
        waiting = [code]
        while waiting:
            one = waiting.pop(0)
            for above in (*self.heirs(one), self.parent(one)):
                if above is not None and above in self.areas and above not in found and above != code:
                    found[above] = None
                    waiting.append(above)
        return tuple(found)

    def path(self, code: str) -> tuple[str, ...]:
        """The code, and those above it, nearest first."""
        return (code, *self.ancestors(code))

    def subtree(self, code: str) -> tuple[str, ...]:
        """The area itself and all below it, sorted; empty when it is unknown. Closed areas are part of it."""
        return self._reached(code, self.children) if code in self.areas else ()

    def _reached(self, code: str, step: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
        found = {code}
        waiting = [code]
        while waiting:
            for one in step(waiting.pop()):
                if one not in found:
                    found.add(one)
                    waiting.append(one)
        return tuple(sorted(found))

    def served_with(self, codes: Iterable[str]) -> tuple[str, ...]:
        """These areas and all above them, sorted: who serves one of them serves one of `codes`."""
        given = set(codes)
        return tuple(sorted(given.union(*map(self.ancestors, given))))

    def parts(self, code: str) -> frozenset[str]:
        """The codes below by their parents alone: what became part of the area when it was reorganised is none."""
        if not self.children(code):
            return frozenset()
        return frozenset(one for one in self.areas if one != code and code in self._parents(one))

    def _parents(self, code: str) -> Collection[str]:
        found: list[str] = []
        while (above := self.parent(code)) is not None and above not in found:
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
        return frozenset(code for code, area in self.areas.items() if area.municipality == municipality)

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
        taken = (self._reached(code, self._taken_over) for code in given)
        return Territory(given, tuple(sorted({*given, *(below for found in taken for below in found)})))

    def _taken_over(self, code: str) -> Iterable[str]:
        return (*self.children(code), *self._divided.get(code, ()))


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
