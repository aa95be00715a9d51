"""The matches of one resource as they are now, folded from the stream of its offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from shiendomain.matching import (
    MatchAccepted,
    MatchConcluded,
    MatchDeclined,
    MatchEnded,
    MatchEvent,
    MatchLapsed,
    MatchOutcomeCorrected,
    MatchProposed,
)
from shiendomain.states import MatchState


@dataclass(frozen=True)
class Match:
    """One match; `taken` is how many places it holds, or keeps while the support of its people goes on.

    `outcome`: what came of it, as it was recorded or corrected last.
    """

    need_id: UUID
    need_area: str
    people: int
    state: MatchState
    taken: int = 0
    outcome: MatchConcluded | MatchOutcomeCorrected | None = None


Matches = Mapping[UUID, Match]  # the matches of a resource, by id


def taken(matches: Matches) -> int:
    """How many places are not free."""
    return sum(match.taken for match in matches.values())


def evolve(matches: Matches, event: MatchEvent) -> Matches:
    """The matches after an event."""
    match event:
        case MatchProposed():
            proposed = Match(event.need_id, event.need_area, event.people, MatchState.PROPOSED)
            return {**matches, event.match_id: proposed}
        case MatchAccepted():
            return _changed(matches, event.match_id, MatchState.ACCEPTED, event.people)
        case MatchDeclined():
            return _changed(matches, event.match_id, MatchState.DECLINED, 0)
        case MatchLapsed():
            return _changed(matches, event.match_id, MatchState.LAPSED, 0)
        case MatchConcluded() | MatchOutcomeCorrected():
            kept = event.people_helped if event.ongoing else 0
            concluded = _changed(matches, event.match_id, MatchState.CONCLUDED, kept)
            return {**concluded, event.match_id: replace(concluded[event.match_id], outcome=event)}
        case MatchEnded():
            return _changed(matches, event.match_id, MatchState.ENDED, 0)
        case _:
            assert_never(event)


def _changed(matches: Matches, match_id: UUID, state: MatchState, places: int) -> Matches:
    return {**matches, match_id: replace(matches[match_id], state=state, taken=places)}
