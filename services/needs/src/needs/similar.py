"""How like a recorded need is to one that is about to be recorded. Pure: the same two give the same score.

Of at most 100 points the kind of support gives 20 (others are not compared), the area 30 or, nearby, 15, weekdays in
common 20 or, where one of the two asks for any day, 10, and the note up to 30, by the pairs of characters (bigrams)
that both notes have: twice the pairs in common over the pairs of both.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from shiendomain.vocabulary import Likeness, Weekday

from .projections import NeedRow

KIND, SAME_AREA, NEAR_AREA, SAME_DAYS, ANY_DAY, SAME_NOTE = 20, 30, 15, 20, 10, 30


@dataclass(frozen=True)
class Wanted:
    """What is about to be recorded, in an area and of a kind; needs of other kinds and areas are not compared."""

    area: str
    weekdays: Collection[Weekday]
    note: str


def likeness(wanted: Wanted, need: NeedRow) -> tuple[int, tuple[Likeness, ...]]:
    """The points, and in what the two are alike."""
    same_area = wanted.area == need.area
    days = days_in_common(wanted.weekdays, need.weekdays)
    note = SAME_NOTE * overlap(wanted.note, need.note) // 100
    reasons = [Likeness.KIND, Likeness.AREA if same_area else Likeness.NEAR]
    reasons += [Likeness.WEEKDAYS] if days else []
    reasons += [Likeness.NOTE] if note else []
    return KIND + (SAME_AREA if same_area else NEAR_AREA) + days + note, tuple(reasons)


def days_in_common(wanted: Collection[Weekday], days: Collection[Weekday]) -> int:
    """The points for weekdays. No weekdays: any day."""
    if not wanted or not days:
        return ANY_DAY
    return SAME_DAYS if set(wanted) & set(days) else 0


def overlap(one: str, other: str) -> int:
    """How many percent of the bigrams of two texts they have in common."""
    ours, theirs = bigrams(one), bigrams(other)
    return 200 * len(ours & theirs) // (len(ours) + len(theirs)) if ours and theirs else 0


def bigrams(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters and digits, in any width and case."""
    plain = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
    return frozenset(plain[n : n + 2] for n in range(max(1, len(plain) - 1))) if plain else frozenset()
