"""What is of one tier is of an area that has this tier: a council, and a post of coordinator."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal

from shiendomain.areas import AreaNode
from shiendomain.vocabulary import Tier
from shienevents import Rejected

_CODES: Final = {
    "council": "council.area_of_other_tier",
    "coordinator": "coordinator.area_of_other_tier",
}


def tiers_in(area: AreaNode) -> tuple[Tier, ...]:
    """The tiers that an area has."""
    return tuple(tier for tier in Tier if tier.value in area.tiers)


def check_tier(thing: Literal["council", "coordinator"], tier: Tier | None, area_tiers: Collection[Tier]) -> None:
    """Raise `Rejected` for a thing of a tier that its area does not have."""
    if tier not in area_tiers:
        raise Rejected(_CODES[thing], tier=tier)
