"""The views of matching, each a pure fold.

offers.py    what a resource can still give, and how it is listed
needs.py     needs that may be matched
matches.py   matches, and searches without a match
centres.py   the middle of each area on the map
"""

from __future__ import annotations

from typing import Any

from shiendomain.accesses_view import accesses_view
from shiendomain.areas_view import areas_view
from shiendomain.rounds_view import RoundRow
from shiendomain.rounds_view import rounds_view as rounds
from shienevents import View

from .centres import CentreRow, centres
from .matches import MatchRow, SearchRow, matches, searches
from .needs import OpenNeed, open_needs
from .offers import OfferRow, offers

accesses = accesses_view("matching")
VIEWS: tuple[View[Any], ...] = (areas_view, centres, offers, open_needs, matches, searches, rounds, accesses)

__all__ = [
    "VIEWS",
    "CentreRow",
    "MatchRow",
    "OfferRow",
    "OpenNeed",
    "RoundRow",
    "SearchRow",
    "accesses",
    "centres",
    "matches",
    "offers",
    "open_needs",
    "rounds",
    "searches",
]  # fmt: skip
