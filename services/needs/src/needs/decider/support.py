"""What the matches of a need do to it, in the need's own stream: they hold places, help people, or are undone.

Several resources may hold places for one need. When one match ends, the need is reopened; when another still holds, it
is matched again by the next event of the same command, so the last event alone tells the state. A command of a reaction
that no longer applies changes nothing and is not rejected.

People helped are a sum over matches (`shiendomain.amounts`): the need is met when all its people are helped, and until
then it is open for the others. A met need forgets other matches that hold places: when a match that helped is undone,
its people wait again, and a match concluded later may still help them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from shiendomain.amounts import Amounts
from shiendomain.needs import NeedMatched, NeedMet, NeedPartlyMet, NeedReopened
from shiendomain.vocabulary import FailureReason, LapseReason


@dataclass(frozen=True)
class MatchNeed:
    """A match was accepted: it holds places for the need (by a reaction)."""

    need_id: UUID
    match_id: UUID
    resource_id: UUID


@dataclass(frozen=True)
class MeetNeed:
    """A match helped so many people, as was recorded or corrected (by a reaction). `reason`: why not all of its."""

    need_id: UUID
    match_id: UUID
    resource_id: UUID
    service_id: UUID | None
    people_helped: int
    reason: FailureReason | None


@dataclass(frozen=True)
class ReopenNeed:
    """A match that held or helped the need lapsed or did not help (by a reaction)."""

    need_id: UUID
    match_id: UUID
    reason: FailureReason | LapseReason


FollowMatch = MatchNeed | MeetNeed | ReopenNeed
SupportEvent = NeedMatched | NeedPartlyMet | NeedMet | NeedReopened


@dataclass(frozen=True)
class Support:
    """The matches that hold places for a need (match, resource), those that helped, and whether all are helped."""

    held: tuple[tuple[UUID, UUID], ...] = ()
    helped_by: tuple[NeedPartlyMet | NeedMet, ...] = ()
    met: bool = False

    @property
    def helped(self) -> int:
        """How many people were helped."""
        return self.amounts(0).helped

    def known(self, match_id: UUID) -> bool:
        """Whether this match is one of those that helped."""
        return self.by(match_id) > 0

    def by(self, match_id: UUID) -> int:
        """How many people this match helped."""
        return sum(event.people_helped for event in self.helped_by if event.match_id == match_id)

    def amounts(self, people: int) -> Amounts:
        """How many of so many people were helped, and how many still wait."""
        return Amounts(people, {str(event.match_id): event.people_helped for event in self.helped_by})


NO_SUPPORT = Support()


def follow(command: FollowMatch, support: Support, people: int) -> Sequence[SupportEvent]:
    """What a match did to a need of so many people. No match holds places for a met one."""
    match command:
        case ReopenNeed():
            return reopen(command, support)
        case MatchNeed() if support.met:
            return []
        case MatchNeed(need_id, match_id, resource_id):
            held = (match_id, resource_id) in support.held
            return [] if held else [NeedMatched(need_id=need_id, match_id=match_id, resource_id=resource_id)]
        case MeetNeed():
            return meet(command, support, people)
        case _:
            assert_never(command)


def follow_withdrawn(command: FollowMatch, support: Support, _: int) -> Sequence[SupportEvent]:
    """What a match did to a need that was withdrawn: it ends, or whom it helped counts; the need stays as it is.

    Matching had not heard of the withdrawal when the outcome was recorded, or needs not of the outcome.
    """
    match command:
        case MatchNeed():
            return []
        case ReopenNeed():
            held = any(match_id == command.match_id for match_id, _ in support.held)
            return [_reopened(command)] if held or support.known(command.match_id) else []
        case MeetNeed():
            same = support.by(command.match_id) == command.people_helped
            return [] if same else [NeedPartlyMet(**vars(command))]
        case _:
            assert_never(command)


def meet(command: MeetNeed, support: Support, people: int) -> Sequence[SupportEvent]:
    """People of the need were helped: all who waited, or some of them.

    Where the number of a match is corrected, what it had given is undone if the need was met, and given anew.
    """
    before = support.by(command.match_id)
    if before == command.people_helped:
        return []
    if before and support.met:
        undone = reopen(ReopenNeed(command.need_id, command.match_id, FailureReason.OTHER), support)
        return [*undone, *meet(command, evolved(support, undone), people)]
    left = support.amounts(people).left + before
    if not left:
        return []
    partly = NeedPartlyMet(**vars(command))
    if partly.people_helped == left:
        return [met(partly)]
    return [] if support.met else [partly, *_held_again(command, support)]


def more_than_wait(command: MeetNeed, support: Support, people: int) -> int:
    """How many more a match helped than wait of so many people, and than it was known to have helped."""
    more = command.people_helped - support.by(command.match_id)
    return max(0, more - support.amounts(people).left)


def met(last: NeedPartlyMet | NeedMet) -> NeedMet:
    """The need is met, with this match as the last that helped."""
    return NeedMet(**last.model_dump(exclude={"reason"}))


def reopen(command: ReopenNeed, support: Support) -> Sequence[SupportEvent]:
    """Its people wait again, if this match helped or held them. When another match still holds, it is matched again."""
    matches = {match_id for match_id, _ in support.held} | {event.match_id for event in support.helped_by}
    if command.match_id not in matches:
        return []
    return [_reopened(command), *_held_again(command, support)]


def _reopened(command: ReopenNeed) -> NeedReopened:
    return NeedReopened(need_id=command.need_id, match_id=command.match_id, reason=command.reason)


def _held_again(command: MeetNeed | ReopenNeed, support: Support) -> Sequence[NeedMatched]:
    """The newest of the other matches that hold places, as an event: the last event alone tells the state."""
    others = _without(support, command.match_id).held
    return [NeedMatched(need_id=command.need_id, match_id=other, resource_id=one) for other, one in others[-1:]]


def evolve_support(support: Support, event: SupportEvent) -> Support:
    """The support of a need after an event."""
    others = _without(support, event.match_id)
    match event:
        case NeedMatched():
            return replace(support, held=(*others.held, (event.match_id, event.resource_id)))
        case NeedPartlyMet():
            return replace(others, helped_by=(*others.helped_by, event))
        case NeedMet():
            return Support((), (*others.helped_by, event), met=True)
        case NeedReopened():
            return replace(others, met=support.met and others.helped_by == support.helped_by)
        case _:
            assert_never(event)


def evolved(support: Support, events: Sequence[SupportEvent]) -> Support:
    """The support of a need after these events."""
    for event in events:
        support = evolve_support(support, event)
    return support


def _without(support: Support, match_id: UUID) -> Support:
    held = tuple(hold for hold in support.held if hold[0] != match_id)
    return replace(support, held=held, helped_by=tuple(one for one in support.helped_by if one.match_id != match_id))
