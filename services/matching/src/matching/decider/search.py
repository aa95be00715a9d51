"""Searches for a need that found nothing: a fact each time, for a gap is declared by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shiendomain.matching import NoMatchFound, SearchEvent
from shiendomain.vocabulary import Missing, SupportKind
from shienevents import Decider, Home, Rejected


@dataclass(frozen=True)
class SearchFailed:
    """Nothing fitted: what was missing, of how many that were judged.

    `open`: whether the need still wants an answer; `pending`: a match of it that something is still to come of.
    """

    need_id: UUID
    search_id: UUID
    home: Home
    support_kind: SupportKind
    missing: tuple[Missing, ...]
    considered: int
    open: bool
    pending: UUID | None


def decide(command: SearchFailed, known: frozenset[UUID]) -> Sequence[SearchEvent]:
    """The event that follows; the same search again changes nothing."""
    if command.search_id in known:
        return []
    if not command.open:
        raise Rejected("match.need_closed")
    if command.pending:
        raise Rejected("match.already_open", match=command.pending)
    return [
        NoMatchFound(
            search_id=command.search_id,
            need_id=command.need_id,
            need_area=command.home.area,
            support_kind=command.support_kind,
            missing=command.missing,
            considered=command.considered,
        )
    ]


search: Decider[SearchFailed, frozenset[UUID], SearchEvent] = Decider(
    name="search",
    commands=(SearchFailed,),
    events=(NoMatchFound,),
    stream=lambda command: command.need_id,
    home=lambda command: command.home,
    initial=frozenset(),
    decide=decide,
    evolve=lambda known, event: known | {event.search_id},
)
