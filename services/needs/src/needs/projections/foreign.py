"""What needs reads of other services beside areas and councils: searches without a match."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from shiendomain.matching import NoMatchFound
from shiendomain.vocabulary import Missing
from shienevents import Envelope, Row, View, replace


class SearchRow(Row, key=("search_id",)):
    """A search of matching without a match: evidence for a gap."""

    search_id: UUID
    need_id: UUID | None = None
    missing: tuple[Missing, ...] = ()
    searched_at: datetime | None = None


def evolve_search(row: SearchRow, event: NoMatchFound, envelope: Envelope) -> SearchRow:
    """What the search found missing."""
    return replace(row, need_id=event.need_id, missing=event.missing, searched_at=envelope.recorded_at)


searches = View[SearchRow](
    name="searches",
    version=1,
    row=SearchRow,
    subscribes_to=(NoMatchFound,),
    keys=lambda event, _: [event.search_id],
    evolve=evolve_search,
    indexes=(("need_id",),),
)
