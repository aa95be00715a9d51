"""What needs reads of other services: councils, and searches without a match."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from shiendomain.matching import NoMatchFound
from shiendomain.registry import CouncilEstablished
from shiendomain.vocabulary import Missing, Tier
from shienevents import Envelope, Row, View, replace


class CouncilRow(Row, key=("council_id",)):
    """A council of the registry, with which issues are raised."""

    council_id: UUID
    area: str = ""
    tier: Tier = Tier.TIER2
    name: str = ""


def evolve_council(row: CouncilRow, event: CouncilEstablished, _: Envelope) -> CouncilRow:
    """The council as it was established."""
    return replace(row, area=event.area, tier=event.tier, name=event.name)


class SearchRow(Row, key=("search_id",)):
    """A search of matching without a match: evidence for a gap."""

    search_id: UUID
    need_id: UUID | None = None
    missing: tuple[Missing, ...] = ()
    searched_at: datetime | None = None


def evolve_search(row: SearchRow, event: NoMatchFound, envelope: Envelope) -> SearchRow:
    """What the search found missing."""
    return replace(row, need_id=event.need_id, missing=event.missing, searched_at=envelope.recorded_at)


councils = View[CouncilRow](
    name="councils",
    version=1,
    row=CouncilRow,
    subscribes_to=(CouncilEstablished,),
    keys=lambda event, _: [event.council_id],
    evolve=evolve_council,
)
searches = View[SearchRow](
    name="searches",
    version=1,
    row=SearchRow,
    subscribes_to=(NoMatchFound,),
    keys=lambda event, _: [event.search_id],
    evolve=evolve_search,
    indexes=(("need_id",),),
)
