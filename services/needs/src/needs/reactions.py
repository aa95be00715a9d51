"""The reactions of the needs service: a need follows its matches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from shiendomain.matching import MatchAccepted, MatchConcluded, MatchEnded, MatchLapsed, MatchOutcomeCorrected
from shiendomain.vocabulary import FailureReason, Outcome
from shienevents import Envelope, Reaction, types_of

from .decider.support import FollowMatch, MatchNeed, MeetNeed, ReopenNeed

MatchEvent = MatchAccepted | MatchConcluded | MatchLapsed | MatchEnded | MatchOutcomeCorrected


def follow(event: MatchEvent, _: Envelope) -> Sequence[FollowMatch]:
    """The command for the match's need."""
    match event:
        case MatchAccepted():
            return [MatchNeed(event.need_id, event.match_id, event.resource_id)]
        case MatchLapsed():
            return [ReopenNeed(event.need_id, event.match_id, event.reason)]
        case MatchConcluded(outcome=Outcome.NOT_HELPED) | MatchOutcomeCorrected(outcome=Outcome.NOT_HELPED):
            return [ReopenNeed(event.need_id, event.match_id, event.reason or FailureReason.OTHER)]
        case MatchConcluded() | MatchOutcomeCorrected():
            return [
                MeetNeed(
                    need_id=event.need_id,
                    match_id=event.match_id,
                    resource_id=event.resource_id,
                    service_id=event.service_id,
                    people_helped=event.people_helped,
                    reason=event.reason,
                )
            ]
        case MatchEnded():
            failure = event.reason.failure
            return [ReopenNeed(event.need_id, event.match_id, failure)] if failure else []
        case _:
            assert_never(event)


follow_matches = Reaction(name="follow_matches", subscribes_to=types_of(MatchEvent), react=follow)
REACTIONS = (follow_matches,)
