"""The tree of areas, and the part of it a principal may see and write to. Pure values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


class AreaTree:
    """Every area that the service knows, by code.

    The data is what others recorded. A parent may be missing (its children are then roots), and parents may form a
    ring (a walk over it ends where it began). Neither makes a method hang or fail.
    """

    def __init__(self, areas: Iterable[AreaNode] = ()) -> None:
        self.areas: Mapping[str, AreaNode] = {area.code: area for area in areas}
        children: dict[str, list[str]] = {}
        for code, area in self.areas.items():
            if area.parent is not None:
                children.setdefault(area.parent, []).append(code)
        self._children = {code: tuple(sorted(found)) for code, found in children.items()}

    def __contains__(self, code: object) -> bool:
        return code in self.areas

    def parent(self, code: str) -> str | None:
        """The code of the area above, or `None`."""
        area = self.areas.get(code)
        return area.parent if area else None

    def children(self, code: str) -> Sequence[str]:
        """The codes directly below, sorted."""
        return self._children.get(code, ())

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The codes above, nearest first."""
        found: dict[str, None] = {}
        above = self.parent(code)
        while above is not None and above in self.areas and above not in found and above != code:
            found[above] = None
            above = self.parent(above)
        return tuple(found)

    def subtree(self, code: str) -> tuple[str, ...]:
        """The area itself and all below it, sorted; empty when it is unknown. Closed areas are part of it."""
        if code not in self.areas:
            return ()
        found = {code}
        waiting = [code]
        while waiting:
            for child in self.children(waiting.pop()):
                if child not in found:
                    found.add(child)
                    waiting.append(child)
        return tuple(sorted(found))

    def served_with(self, codes: Iterable[str]) -> tuple[str, ...]:
        """These areas and all above them, sorted: who serves one of them serves one of `codes`."""
        given = set(codes)
        return tuple(sorted(given.union(*map(self.ancestors, given))))

    def municipality(self, code: str) -> str | None:
        """The local government code of an area's municipality, or `None` when the area is unknown."""
        area = self.areas.get(code)
        return area.municipality if area else None

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
        """These areas and everything below them. A code that the tree does not know stands for itself."""
        given = tuple(sorted(set(codes)))
        return Territory(given, tuple(sorted({*given, *(below for code in given for below in self.subtree(code))})))


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
