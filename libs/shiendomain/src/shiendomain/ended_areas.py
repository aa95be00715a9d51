"""What an area that has ended still has of its own, and can be moved to its successors: which rows matter, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from .areas import AreaTree
from .states import PlaceState, ResourceState, VenueState

LEFT: Final = {
    "councils": "true",
    "coordinators": "handed_over_on is null",
    "providers": "true",
    "resources": f"state <> '{ResourceState.RETIRED}'",
    "cohorts": "true",
    "venues": f"state = '{VenueState.SECURED}'",
    "places": f"state <> '{PlaceState.CLOSED}'",
}
"""What an area has that can be moved, and which rows of its view still matter."""


def ended(tree: AreaTree, codes: Collection[str], day: date) -> list[str]:
    """Those of the areas that have ended on the day."""
    known = [code for code in codes if code in tree.areas]
    return [code for code in known if (closed := tree.areas[code].closed_on) is not None and closed <= day]


def left_sql(views: Mapping[str, str]) -> str:
    """A query of area, thing and count over the areas `$1`. `views`: where a view has another name than its things."""
    return " union all ".join(
        f"select area, '{thing}', count(*) from {views.get(thing, thing)} "
        f"where area = any($1::text[]) and {still} group by 1"
        for thing, still in LEFT.items()
    )
