"""What is answered to a match: it is accepted or declined, lapses, its outcome is recorded, its support ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shiendomain.areas import Territory
from shiendomain.matching import (
    MatchAccepted,
    MatchConcluded,
    MatchDeclined,
    MatchEnded,
    MatchEvent,
    MatchLapsed,
    OfferNoted,
)
from shiendomain.states import MatchState
from shiendomain.vocabulary import EndReason, FailureReason, LapseReason, Outcome
from shienevents import Rejected

from .fit import NeedFacts, check_fit, check_people
from .matches import Match


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
    ongoing: bool = True


@dataclass(frozen=True)
class EndMatch:
    """Record that support which went on has ended on a day. `today` is a fact."""

    resource_id: UUID
    match_id: UUID
    reason: EndReason
    ended_on: date
    note: str
    today: date
    areas: Territory


AnswerCommand = AcceptMatch | DeclineMatch | LapseMatch | ConcludeMatch | EndMatch


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
    """The outcome of an accepted match. People helped keep their places while the support goes on."""
    _must_be(match, MatchState.ACCEPTED)
    check_outcome(match, command.outcome, command.people_helped, command.reason)
    if command.need and command.people_helped > command.need.people:
        raise Rejected("match.more_than_wait", needed=command.need.people)
    if command.need and not command.need.open and command.people_helped:
        raise Rejected("match.need_closed")
    return [
        MatchConcluded(
            match_id=command.match_id,
            need_id=match.need_id,
            need_area=match.need_area,
            resource_id=command.resource_id,
            outcome=command.outcome,
            people_helped=command.people_helped,
            people_freed=match.taken - (command.people_helped if command.ongoing else 0),
            reason=command.reason,
            service_id=noted.service_id,
            note=command.note,
            ongoing=command.ongoing,
        )
    ]


def check_outcome(match: Match, outcome: Outcome, people_helped: int, reason: FailureReason | None) -> None:
    """The outcome agrees with the match and with itself. Raises `Rejected`."""
    if people_helped > match.people:
        raise Rejected("match.too_many_helped", people=match.people)
    not_helped = outcome is Outcome.NOT_HELPED
    if not_helped and reason is None:
        raise Rejected("match.reason_missing")
    if not_helped is not (people_helped == 0):
        raise Rejected("match.helped_contradicts")


def end(command: EndMatch, match: Match) -> Sequence[MatchEvent]:
    """Support that went on has ended: its places are free again."""
    if match.state is MatchState.ENDED:
        return []
    _must_be(match, MatchState.CONCLUDED)
    if match.taken == 0:
        raise Rejected("match.not_ongoing")
    if command.ended_on > command.today:
        raise Rejected("match.ends_in_future")
    return [ended(command.resource_id, command.match_id, match, command.reason, command.ended_on, command.note)]


def ended(
    resource_id: UUID, match_id: UUID, match: Match, reason: EndReason, ended_on: date, note: str = ""
) -> MatchEnded:
    """The support of a match ends, and the places it holds are free again."""
    return MatchEnded(
        match_id=match_id,
        need_id=match.need_id,
        need_area=match.need_area,
        resource_id=resource_id,
        reason=reason,
        ended_on=ended_on,
        people_freed=match.taken,
        note=note,
    )


def _must_be(match: Match, state: MatchState) -> None:
    if match.state is not state:
        raise Rejected("match.wrong_state", state=match.state, needed=state)
