"""What needs do when they hear of issues and matches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from shiendomain.matching import MatchAccepted, MatchConcluded, MatchLapsed
from shiendomain.needs import NeedsConsolidated
from shiendomain.vocabulary import FailureReason, Outcome
from shienevents import Envelope, Reaction

from .decider.need import GroupNeed, MatchNeed, MeetNeed, ReopenNeed

MatchEvent = MatchAccepted | MatchConcluded | MatchLapsed


def group(event: NeedsConsolidated, _: Envelope) -> Sequence[GroupNeed]:
    """Each need of an issue becomes part of it."""
    return [GroupNeed(need.need_id, event.issue_id) for need in event.needs]


def follow(event: MatchEvent, _: Envelope) -> Sequence[MatchNeed | MeetNeed | ReopenNeed]:
    """A need follows its matches."""
    match event:
        case MatchAccepted():
            return [MatchNeed(event.need_id, event.match_id, event.resource_id)]
        case MatchLapsed():
            return [ReopenNeed(event.need_id, event.match_id, event.reason)]
        case MatchConcluded(outcome=Outcome.NOT_HELPED):
            return [ReopenNeed(event.need_id, event.match_id, event.reason or FailureReason.OTHER)]
        case MatchConcluded():
            return [
                MeetNeed(
                    need_id=event.need_id,
                    match_id=event.match_id,
                    resource_id=event.resource_id,
                    service_id=event.service_id,
                    people_helped=event.people_helped,
                    wholly=event.outcome is Outcome.HELPED,
                    reason=event.reason,
                )
            ]
        case _:
            assert_never(event)


group_needs = Reaction(name="group_needs", subscribes_to=(NeedsConsolidated,), react=group)
follow_matches = Reaction(
    name="follow_matches", subscribes_to=(MatchAccepted, MatchConcluded, MatchLapsed), react=follow
)
REACTIONS = (group_needs, follow_matches)
