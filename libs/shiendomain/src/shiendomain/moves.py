"""The correction of an area: what was recorded in a wrong area belongs to another one of its municipality.

The rule is the same for whatever can be moved. What follows from a move is each kind's own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from shienevents import Event, Rejected

from .vocabulary import ByMapping

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Move:
    """The right area, and what was wrong. `within` are the areas of the right one's municipality.

    `by_mapping`: a mapping of an ended area moves it, and only if it is still in `only_from`.
    """

    area: str
    within: Collection[str]
    reason: str
    by_mapping: ByMapping | None = None
    only_from: str | None = None


def moved(to: Move, area: str, event: type[E], **thing: object) -> Sequence[E]:
    """The event that moves a thing from `area`; none where it is in the right one already.

    `thing` are the fields of the event that are its own: the id. Raises `Rejected`.
    """
    if to.area == area or to.only_from not in (None, area):
        return []
    if area not in to.within:
        raise Rejected("area.other_municipality")
    said = {"from_area": area, "area": to.area, "reason": to.reason, "by_mapping": to.by_mapping}
    return [event.model_validate({**thing, **said})]
