"""The state of a resource's offer, folded from its stream: what it gives, and its matches with the places they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never
from uuid import UUID

from shiendomain.matching import (
    MatchAccepted,
    MatchConcluded,
    MatchDeclined,
    MatchLapsed,
    MatchProposed,
    OfferEvent,
    OfferNoted,
)
from shiendomain.vocabulary import SupportKind, Word


class MatchState(Word):
    """How far a match has come."""

    PROPOSED = "proposed", "提案中"
    ACCEPTED = "accepted", "受諾"
    CONCLUDED = "concluded", "結果記録済み"
    DECLINED = "declined", "辞退"
    LAPSED = "lapsed", "失効"

    @property
    def pending(self) -> bool:
        """Whether something is still to come of it."""
        return self in (MatchState.PROPOSED, MatchState.ACCEPTED)


@dataclass(frozen=True)
class Match:
    """One match; `taken` is how many places it holds, or keeps because its people were helped."""

    need_id: UUID
    need_area: str
    people: int
    state: MatchState
    taken: int = 0


@dataclass(frozen=True)
class Offer:
    """What a resource can still give. Version 0: matching has not heard of it."""

    version: int = 0
    open: bool = False
    support_kinds: tuple[SupportKind, ...] = ()
    service_areas: tuple[str, ...] = ()
    capacity: int | None = None
    service_id: UUID | None = None
    matches: Mapping[UUID, Match] = field(default_factory=dict)

    @property
    def taken(self) -> int:
        """How many places are not free."""
        return sum(match.taken for match in self.matches.values())

    def pending(self, need_id: UUID) -> UUID | None:
        """The match of this need that something is still to come of."""
        found = (key for key, match in self.matches.items() if match.need_id == need_id and match.state.pending)
        return next(found, None)


def evolve(state: Offer, event: OfferEvent) -> Offer:
    """The state after an event."""
    match event:
        case OfferNoted():
            return replace(
                state,
                version=event.resource_version,
                open=event.open,
                support_kinds=event.support_kinds,
                service_areas=event.service_areas,
                capacity=event.capacity,
                service_id=event.service_id,
            )
        case MatchProposed():
            proposed = Match(event.need_id, event.need_area, event.people, MatchState.PROPOSED)
            return replace(state, matches={**state.matches, event.match_id: proposed})
        case MatchAccepted():
            return _moved(state, event.match_id, MatchState.ACCEPTED, event.people)
        case MatchDeclined():
            return _moved(state, event.match_id, MatchState.DECLINED, 0)
        case MatchLapsed():
            return _moved(state, event.match_id, MatchState.LAPSED, 0)
        case MatchConcluded():
            return _moved(state, event.match_id, MatchState.CONCLUDED, event.people_helped)
        case _:
            assert_never(event)


def _moved(state: Offer, match_id: UUID, to: MatchState, taken: int) -> Offer:
    moved = replace(state.matches[match_id], state=to, taken=taken)
    return replace(state, matches={**state.matches, match_id: moved})
