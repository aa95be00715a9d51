"""How the two tiers are manned on a day (体制): posts and councils of each tier, and areas that have none. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from .areas import AreaTree
from .councils_view import CouncilRow
from .rules import TermState, term_state
from .vocabulary import Tier


class Post(Protocol):
    """A post of coordinators, as the views of several services have it."""

    @property
    def area(self) -> str:
        """Its area."""

    @property
    def tier(self) -> Tier | None:
        """Its tier."""

    @property
    def posts(self) -> int:
        """How many people share it."""

    @property
    def term_from(self) -> date | None:
        """The first day of its term."""

    @property
    def term_until(self) -> date | None:
        """The day on which its term has ended."""

    @property
    def handed_over_on(self) -> date | None:
        """The day on which it was handed over."""


class TierOnDay(NamedTuple):
    """One tier on a day.

    `areas` are its areas in force, `coordinators` the posts whose term runs, and `posts` the people who share them.
    `overdue` are posts whose term has ended without a renewal or a hand-over. `vacant` are its areas without a post,
    `without_council` those without a council, active or dormant.
    """

    tier: Tier
    areas: int
    coordinators: int
    posts: int
    overdue: int
    active: int
    dormant: int
    vacant: tuple[str, ...]
    without_council: tuple[str, ...]


def tiers_on(
    day: date, tree: AreaTree, areas: Collection[str], posts: Iterable[Post], councils: Iterable[CouncilRow]
) -> Sequence[TierOnDay]:
    """Both tiers of these areas on a day. `tree` is that of the day."""
    there = [row for row in councils if row.area in areas and (row.there_since() or day) <= day]
    held = [row for row in posts if row.area in areas]
    return [_tier(tier, day, tree, areas, held, there) for tier in Tier]


def _tier(
    tier: Tier,
    day: date,
    tree: AreaTree,
    areas: Collection[str],
    posts: Sequence[Post],
    councils: Sequence[CouncilRow],
) -> TierOnDay:
    in_force = sorted(code for code in areas if tier.value in tree.areas[code].tiers and tree.open_on(code, day))
    here = [row for row in councils if row.tier is tier]
    dormant = sum(row.dormant_on(day) is not None for row in here)
    terms = [
        (term_state(row.term_from, row.term_until, day, row.handed_over_on), row)
        for row in posts
        if row.tier is tier and row.term_from and row.term_until
    ]
    running = [row for term, row in terms if term is TermState.CURRENT]
    return TierOnDay(
        tier=tier,
        areas=len(in_force),
        coordinators=len(running),
        posts=sum(row.posts for row in running),
        overdue=sum(term is TermState.ENDED for term, _ in terms),
        active=len(here) - dormant,
        dormant=dormant,
        vacant=_without(tree, in_force, {row.area for row in running}),
        without_council=_without(tree, in_force, {row.area for row in here}),
    )


def _without(tree: AreaTree, areas: Iterable[str], having: Collection[str]) -> tuple[str, ...]:
    """The areas that have none: neither they nor one above or below them.

    Source: one centre (ささえりあ) may cover five school districts, or have five councils, one in each.
    """
    above = {code: set(tree.path(code)) for code in having}
    served = {code for found in above.values() for code in found}
    return tuple(code for code in areas if code not in served and not set(tree.path(code)) & set(having))
