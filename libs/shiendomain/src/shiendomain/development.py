"""How many supporters are placed, and how many people a place still wants: the same in every service that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from .registry import PlacementCorrected, PlacementEnded, SupportersPlaced
from .states import PlaceState


class PlacedSupporters(NamedTuple):
    """The supporters of a cohort who support a resource now, by placement.

    It is plain JSON (the ids are texts), so a row can hold it.

    Source: the function (A) 担い手の養成 of the slides. Who is trained and supports nothing yet can be asked.
    """

    by_placement: Mapping[str, int] = {}

    def after(self, event: SupportersPlaced | PlacementEnded | PlacementCorrected) -> PlacedSupporters:
        """After some were placed, stopped, or were corrected."""
        placement, before = str(event.placement_id), self.by_placement.get(str(event.placement_id), 0)
        now = before - event.headcount if isinstance(event, PlacementEnded) else event.headcount
        return PlacedSupporters({**self.by_placement, placement: max(0, now)})

    @property
    def placed(self) -> int:
        """How many people of the cohort support something now."""
        return sum(self.by_placement.values())


def place_state(wanted: int, filled: int, *, closed: bool) -> PlaceState:
    """The state of a place where older people take part: closed, filled, or open."""
    if closed:
        return PlaceState.CLOSED
    return PlaceState.FILLED if filled >= wanted else PlaceState.OPEN


def still_wanted(state: PlaceState, wanted: int, filled: int, until: date | None, day: date) -> int:
    """How many people a place still wants on `day`: none when it is closed, filled, or its last day is past.

    Source: a rule of this product. A list of places that nobody seeks people for any more is not believed.
    """
    return wanted - filled if state is PlaceState.OPEN and (until is None or until >= day) else 0


def still_wanted_sql(day: str) -> str:
    """`still_wanted` in SQL: a number, never null. The columns are named state, wanted, filled and until."""
    seeking = f"state = '{PlaceState.OPEN.value}' and (until is null or until >= {day})"
    return f"case when {seeking} then wanted - filled else 0 end"
