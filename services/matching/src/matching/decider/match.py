"""What may happen to a match, in the stream of its resource's offer: PROPOSED → ACCEPTED → CONCLUDED → ENDED, or an
early end. What came of it can be corrected.

All matches of a resource are in one stream, so its places are never promised twice, however many accept at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.areas import Territory
from shiendomain.matching import MOVED, MatchConcluded, MatchDeclined, MatchEvent, MatchProposed, OfferNoted
from shiendomain.rounds import PairPoints
from shiendomain.states import MatchState
from shiendomain.vocabulary import EndReason, FailureReason, FitReason, Obstacle, Outcome
from shienevents import NotFound, Rejected

from .answers import (
    AcceptMatch,
    AnswerCommand,
    ConcludeMatch,
    DeclineMatch,
    EndMatch,
    LapseMatch,
    accept,
    conclude,
    decline,
    end,
    ended,
    lapse_unanswered,
)
from .correction import CorrectOutcome, correct
from .fit import NeedFacts, check_fit, check_people, serves
from .matches import Matches, taken


@dataclass(frozen=True)
class ProposeMatch:
    """Propose the resource for `people` of a need. `areas` is where the caller may act; `round_id`: a round does it.

    Fact: `unmet` is what the listing does not meet of what the need asks for, or that it was declined and is unchanged.
    `nevertheless`: why it is proposed all the same. `points`: what it is worth by the policy of the round.
    """

    resource_id: UUID
    match_id: UUID
    need: NeedFacts
    people: int
    reasons: tuple[FitReason, ...]
    areas: Territory
    round_id: UUID | None = None
    unmet: tuple[Obstacle, ...] = ()
    nevertheless: str = ""
    points: PairPoints | None = None


@dataclass(frozen=True)
class ProposeLaunched:
    """Propose a resource for a need it was launched for (reaction): that it fits was checked when it was launched."""

    resource_id: UUID
    match_id: UUID
    need_id: UUID
    need_area: str
    people: int


@dataclass(frozen=True)
class ReleaseMatch:
    """The need was withdrawn (reaction): what is open of the match lapses, and support that goes on ends.

    When the need was `moved` to another area, the support that goes on goes on.
    """

    resource_id: UUID
    match_id: UUID
    released_on: date
    moved: bool = False


MatchCommand = ProposeMatch | ProposeLaunched | ReleaseMatch | AnswerCommand | CorrectOutcome


def decide(command: MatchCommand, noted: OfferNoted | None, matches: Matches) -> Sequence[MatchEvent]:
    """What follows from a command; `noted` is the offer as it was noted last."""
    if isinstance(command, ProposeMatch):
        return propose(command, noted, matches)
    if isinstance(command, ProposeLaunched):
        return propose_launched(command, noted, matches)
    if isinstance(command, ReleaseMatch):
        return release(command, matches)
    match = matches.get(command.match_id)
    # The need must lie where the caller may act; the resource may lie anywhere.
    if noted is None or match is None or not command.areas.covers(match.need_area):
        raise NotFound("match.unknown")
    free = None if noted.capacity is None else noted.capacity - taken(matches)
    match command:
        case AcceptMatch():
            return accept(command, match, noted, free)
        case DeclineMatch():
            return decline(command, match)
        case LapseMatch():
            return lapse_unanswered(command, match)
        case ConcludeMatch():
            return conclude(command, match, noted)
        case EndMatch():
            return end(command, match)
        case CorrectOutcome():
            return correct(command, match, noted, free)
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
    unmet = _unmet(command, noted, matches)
    if unmet and not command.nevertheless:
        code = "match.declined_before" if unmet[0] is Obstacle.DECLINED else "match.unmet"
        raise Rejected(code, obstacle=unmet[0])
    proposed = _proposed(command, noted, need.need_id, need.area, command.reasons)
    said = {"unmet": unmet, "nevertheless": command.nevertheless if unmet else "", "points": command.points}
    return [proposed.model_copy(update=said)]


def _unmet(command: ProposeMatch, noted: OfferNoted, matches: Matches) -> tuple[Obstacle, ...]:
    """All that is in the way of a proposal, and would not be in the way of a candidate: places too."""
    free = command.people if noted.capacity is None else noted.capacity - taken(matches)
    if free >= command.people:
        return command.unmet
    return (*command.unmet, Obstacle.AMOUNT if free > 0 else Obstacle.CAPACITY)


def propose_launched(command: ProposeLaunched, noted: OfferNoted | None, matches: Matches) -> Sequence[MatchEvent]:
    """A launched resource is proposed once; while it is closed, or a match of the need is open, nothing changes."""
    if noted is None or not noted.open or command.match_id in matches or _pending(matches, command.need_id):
        return []
    return [_proposed(command, noted, command.need_id, command.need_area, (FitReason.LAUNCHED_FOR,))]


def release(command: ReleaseMatch, matches: Matches) -> Sequence[MatchEvent]:
    """A match of a withdrawn need ends, and its places are free again. One that ended before stays as it was.

    What was proposed is declined and what was accepted helped nobody, because the need is gone, or is elsewhere. A
    match belongs to the area for which it was judged.
    """
    match = matches.get(command.match_id)
    if match is None:
        return []
    reason, note = (FailureReason.OTHER, MOVED) if command.moved else (FailureReason.NEED_GONE, "")
    which = {
        "match_id": command.match_id,
        "need_id": match.need_id,
        "need_area": match.need_area,
        "resource_id": command.resource_id,
    }
    if match.state is MatchState.PROPOSED:
        return [MatchDeclined(**which, reason=reason, note=note)]
    if match.state is MatchState.ACCEPTED:
        undone = {"outcome": Outcome.NOT_HELPED, "people_helped": 0, "people_freed": match.taken}
        return [MatchConcluded.model_validate({**which, **undone, "reason": reason, "note": note})]
    if match.taken and not command.moved:
        end_reason = EndReason.NO_LONGER_NEEDED
        by_withdrawal = ended(command.resource_id, command.match_id, match, end_reason, command.released_on)
        return [by_withdrawal.model_copy(update={"with_need": True})]
    return []


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
        round_id=command.round_id if isinstance(command, ProposeMatch) else None,
    )


def _pending(matches: Matches, need_id: UUID) -> UUID | None:
    """A match of this need whose answer or outcome is still awaited."""
    return next((key for key, match in matches.items() if match.need_id == need_id and match.state.pending), None)
