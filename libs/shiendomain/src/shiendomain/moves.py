"""The correction of an area: what was recorded in a wrong area belongs to another one of its municipality.

The rule is the same for whatever can be moved. What follows from a move is each kind's own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from shienevents import Event, Rejected

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Move:
    """The right area, and what was wrong. `within` are the areas of the right one's municipality."""

    area: str
    within: Collection[str]
    reason: str


def moved(to: Move, area: str, event: type[E], **thing: UUID) -> Sequence[E]:
    """The event that moves a thing from `area`; none where it is in the right one already.

    `thing` is the field of the event that holds its id. Raises `Rejected`.
    """
    if to.area == area:
        return []
    if area not in to.within:
        raise Rejected("area.other_municipality")
    return [event.model_validate({**thing, "from_area": area, "area": to.area, "reason": to.reason})]
