"""What may happen to a match, in the stream of its resource's offer: PROPOSED → ACCEPTED → CONCLUDED, or an early end.

All matches of a resource are in one stream, so its places are never promised twice, however many accept at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from shiendomain.areas import Territory
from shiendomain.matching import (
    MatchAccepted,
    MatchConcluded,
    MatchDeclined,
    MatchEvent,
    MatchLapsed,
    MatchProposed,
    OfferNoted,
)
from shiendomain.states import MatchState
from shiendomain.vocabulary import FailureReason, FitReason, LapseReason, Outcome
from shienevents import NotFound, Rejected

from .fit import NeedFacts, check_fit, check_people, serves


@dataclass(frozen=True)
class ProposeMatch:
    """Propose the resource for `people` of a need. `areas` is where the caller may act."""

    resource_id: UUID
    match_id: UUID
    need: NeedFacts
    people: int
    reasons: tuple[FitReason, ...]
    areas: Territory


@dataclass(frozen=True)
class ProposeLaunched:
    """Propose a resource for a need it was launched for (reaction): that it fits was checked when it was launched."""

    resource_id: UUID
    match_id: UUID
    need_id: UUID
    need_area: str
    people: int


@dataclass(frozen=True)
class AcceptMatch:
    """Hold the places. `need` is what is known of the need by now."""

    resource_id: UUID
    match_id: UUID
    need: NeedFacts | None
    areas: Territory


@dataclass(frozen=True)
class DeclineMatch:
    """Decline what was proposed."""

    resource_id: UUID
    match_id: UUID
    reason: FailureReason
    note: str
    areas: Territory


@dataclass(frozen=True)
class LapseMatch:
    """Let a proposed match lapse that nobody answered."""

    resource_id: UUID
    match_id: UUID
    areas: Territory


@dataclass(frozen=True)
class ConcludeMatch:
    """Record the outcome of an accepted match. `need` is what is known of the need by now."""

    resource_id: UUID
    match_id: UUID
    outcome: Outcome
    people_helped: int
    reason: FailureReason | None
    note: str
    areas: Territory
    need: NeedFacts | None = None


AnswerCommand = AcceptMatch | DeclineMatch | LapseMatch | ConcludeMatch
MatchCommand = ProposeMatch | ProposeLaunched | AnswerCommand


@dataclass(frozen=True)
class Match:
    """One match; `taken` is how many places it holds, or keeps because its people were helped."""

    need_id: UUID
    need_area: str
    people: int
    state: MatchState
    taken: int = 0


Matches = Mapping[UUID, Match]  # the matches of a resource, by id


def taken(matches: Matches) -> int:
    """How many places are not free."""
    return sum(match.taken for match in matches.values())


def decide(command: MatchCommand, noted: OfferNoted | None, matches: Matches) -> Sequence[MatchEvent]:
    """What follows from a command; `noted` is the offer as it was noted last."""
    if isinstance(command, ProposeMatch):
        return propose(command, noted, matches)
    if isinstance(command, ProposeLaunched):
        return propose_launched(command, noted, matches)
    match = matches.get(command.match_id)
    # The need must lie where the caller may act; the resource may lie anywhere.
    if noted is None or match is None or not command.areas.covers(match.need_area):
        raise NotFound("match.unknown")
    match command:
        case AcceptMatch():
            free = None if noted.capacity is None else noted.capacity - taken(matches)
            return accept(command, match, noted, free)
        case DeclineMatch():
            return decline(command, match)
        case LapseMatch():
            return lapse_unanswered(command, match)
        case ConcludeMatch():
            return conclude(command, match, noted)
        case _:
            assert_never(command)


def propose(command: ProposeMatch, noted: OfferNoted | None, matches: Matches) -> Sequence[MatchEvent]:
    """A resource is proposed that fits the need. One that serves nothing of the caller's areas is unknown to them."""
    need = command.need
    if not command.areas.covers(need.area):
        raise NotFound("need.unknown")
    if command.match_id in matches:
        return []
    if noted is None or not (any(map(command.areas.covers, noted.service_areas)) or serves(noted, need)):
        raise NotFound("resource.unknown")
    check_fit(need, noted)
    check_people(command.people, need)
    if pending := _pending(matches, need.need_id):
        raise Rejected("match.already_open", match=pending)
    return [_proposed(command, noted, need.need_id, need.area, command.reasons)]


def propose_launched(command: ProposeLaunched, noted: OfferNoted | None, matches: Matches) -> Sequence[MatchEvent]:
    """A launched resource is proposed once; while it is closed, or a match of the need is open, nothing changes."""
    if noted is None or not noted.open or command.match_id in matches or _pending(matches, command.need_id):
        return []
    return [_proposed(command, noted, command.need_id, command.need_area, (FitReason.LAUNCHED_FOR,))]


def accept(command: AcceptMatch, match: Match, noted: OfferNoted, free: int | None) -> Sequence[MatchEvent]:
    """Places for the people of the match are held, if there are so many."""
    if match.state is MatchState.ACCEPTED:
        return []
    _must_be(match, MatchState.PROPOSED)
    if command.need is not None:
        check_fit(command.need, noted)
        check_people(match.people, command.need)
    if free is not None and match.people > free:
        raise Rejected("match.no_capacity", people=match.people, free=max(0, free), capacity=noted.capacity)
    return [
        MatchAccepted(
            match_id=command.match_id,
            need_id=match.need_id,
            need_area=match.need_area,
            resource_id=command.resource_id,
            people=match.people,
        )
    ]


def decline(command: DeclineMatch, match: Match) -> Sequence[MatchEvent]:
    """A proposed match is declined."""
    if match.state is MatchState.DECLINED:
        return []
    _must_be(match, MatchState.PROPOSED)
    return [
        MatchDeclined(
            match_id=command.match_id,
            need_id=match.need_id,
            need_area=match.need_area,
            resource_id=command.resource_id,
            reason=command.reason,
            note=command.note,
        )
    ]


def lapse_unanswered(command: LapseMatch, match: Match) -> Sequence[MatchEvent]:
    """A proposed match lapses that nobody answered."""
    if match.state is MatchState.LAPSED:
        return []
    _must_be(match, MatchState.PROPOSED)
    return [lapsed(command.resource_id, command.match_id, match, LapseReason.NO_ANSWER)]


def lapsed(resource_id: UUID, match_id: UUID, match: Match, reason: LapseReason) -> MatchLapsed:
    """The match lapses, and the places it holds are free again."""
    return MatchLapsed(
        match_id=match_id,
        need_id=match.need_id,
        need_area=match.need_area,
        resource_id=resource_id,
        reason=reason,
        people_freed=match.taken,
    )


def conclude(command: ConcludeMatch, match: Match, noted: OfferNoted) -> Sequence[MatchEvent]:
    """The outcome of an accepted match. The places of people helped stay taken, the others are free again."""
    _must_be(match, MatchState.ACCEPTED)
    if command.people_helped > match.people:
        raise Rejected("match.too_many_helped", people=match.people)
    if command.need and command.people_helped > command.need.people:
        raise Rejected("match.more_than_wait", needed=command.need.people)
    not_helped = command.outcome is Outcome.NOT_HELPED
    if not_helped and command.reason is None:
        raise Rejected("match.reason_missing")
    if not_helped is not (command.people_helped == 0):
        raise Rejected("match.helped_contradicts")
    return [
        MatchConcluded(
            match_id=command.match_id,
            need_id=match.need_id,
            need_area=match.need_area,
            resource_id=command.resource_id,
            outcome=command.outcome,
            people_helped=command.people_helped,
            people_freed=match.taken - command.people_helped,
            reason=command.reason,
            service_id=noted.service_id,
            note=command.note,
        )
    ]


def _proposed(
    command: ProposeMatch | ProposeLaunched, noted: OfferNoted, need_id: UUID, area: str, reasons: tuple[FitReason, ...]
) -> MatchProposed:
    return MatchProposed(
        match_id=command.match_id,
        need_id=need_id,
        need_area=area,
        resource_id=command.resource_id,
        resource_version=noted.resource_version,
        people=command.people,
        reasons=reasons,
        service_id=noted.service_id,
    )


def _pending(matches: Matches, need_id: UUID) -> UUID | None:
    """A match of this need whose answer or outcome is still awaited."""
    return next((key for key, match in matches.items() if match.need_id == need_id and match.state.pending), None)


def _must_be(match: Match, state: MatchState) -> None:
    if match.state is not state:
        raise Rejected("match.wrong_state", state=match.state, needed=state)


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
        case MatchConcluded():
            return _changed(matches, event.match_id, MatchState.CONCLUDED, event.people_helped)
        case _:
            assert_never(event)


def _changed(matches: Matches, match_id: UUID, state: MatchState, places: int) -> Matches:
    return {**matches, match_id: replace(matches[match_id], state=state, taken=places)}
