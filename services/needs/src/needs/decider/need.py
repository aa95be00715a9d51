"""The rules of a need (支援ニーズ): OPEN → GROUPED → MATCHED → MET, or WITHDRAWN. What matches do: `support.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, assert_never

from shiendomain.moves import moved
from shiendomain.needs import (
    NeedCorrected,
    NeedEvent,
    NeedGrouped,
    NeedMoved,
    NeedRecorded,
    NeedReinstated,
    NeedRevised,
    NeedSourceCorrected,
    NeedUngrouped,
    NeedWithdrawn,
)
from shiendomain.states import NeedState
from shienevents import Decider, NotFound, Rejected, types_of

from .need_commands import (
    Command,
    Correction,
    CorrectNeed,
    CorrectSource,
    Grouping,
    GroupNeed,
    ListNeed,
    MoveNeed,
    NeedFacts,
    RecordNeed,
    ReinstateNeed,
    ReviseNeed,
    UngroupNeed,
    WithdrawNeed,
)
from .need_state import Need, evolve, facts_of
from .support import (
    FollowMatch,
    MatchNeed,
    MeetNeed,
    ReopenNeed,
    follow,
    follow_withdrawn,
    met,
    more_than_wait,
)


def decide(command: Command, need: Need) -> Sequence[NeedEvent]:
    """The events that follow from a command."""
    match command:
        case RecordNeed():
            return record(command, need)
        case ListNeed():
            return list_(command, need)
        case ReviseNeed():
            return revise(command, need)
        case GroupNeed() | UngroupNeed():
            return group(command, need)
        case WithdrawNeed():
            return withdraw(command, need)
        case ReinstateNeed() | CorrectNeed() | MoveNeed() | CorrectSource():
            return correct(command, need)
        case MatchNeed() | MeetNeed() | ReopenNeed():
            return followed(command, need, need.facts) if need.facts else []
        case _:
            assert_never(command)


def followed(command: FollowMatch, need: Need, facts: NeedFacts) -> Sequence[NeedEvent]:
    """What a match did to it. More may be helped than wait, where it was revised while the outcome was recorded.

    They were helped, so the need was of as many people: it is revised to them. So it says what all its matches say, and
    no more are helped than it asks for.
    """
    more = more_than_wait(command, need.support, facts.people) if isinstance(command, MeetNeed) else 0
    people = facts.people + more
    revised = [NeedRevised(need_id=command.need_id, **vars(replace(facts, people=people)))] if more else []
    act = follow_withdrawn if need.withdrawn else follow
    return [*revised, *act(command, need.support, people)]


def record(command: RecordNeed, need: Need) -> Sequence[NeedEvent]:
    """A new need. The same need again changes nothing."""
    recorded = NeedRecorded(
        need_id=command.need_id,
        area=command.home.area,
        support_kind=command.support_kind,
        not_the_same_as=command.not_the_same_as,
        **_found(command),
        **vars(command.facts),
    )
    if recorded == need.recorded:
        return []
    if need.recorded:
        raise Rejected("need.recorded")
    check_hours(command.facts)
    return [recorded]


def list_(command: ListNeed, need: Need) -> Sequence[NeedEvent]:
    """A row of a list: new, changed, or as it was when it was recorded, whatever people revised since then.

    A list may be older than what became of the need: one that is met or withdrawn stays, and one whose area people
    corrected is in the area of the list, or where it is now.
    """
    row = RecordNeed(
        command.need_id, command.home, command.support_kind, command.facts, command.source, command.survey_id
    )
    if need.recorded is None or need.facts is None:
        return record(row, need)
    elsewhere = command.home.area not in (need.recorded.area, need.area)
    if elsewhere or need.recorded.support_kind is not command.support_kind:
        raise Rejected("batch.recorded_otherwise", reference=command.reference)
    if not need.state.wants_support or command.facts == facts_of(need.recorded):
        return []
    if command.facts.people < need.support.helped:
        raise Rejected("batch.recorded_otherwise", reference=command.reference)
    return revise(ReviseNeed(command.need_id, command.facts), need)


def check_hours(facts: NeedFacts) -> None:
    """The hours end after they begin, on the same day."""
    if facts.hours_from and facts.hours_until and facts.hours_until <= facts.hours_from:
        raise Rejected("need.hours_end_before_they_begin")


def revise(command: ReviseNeed, need: Need) -> Sequence[NeedEvent]:
    """New facts of a need that is neither met nor withdrawn. With as many people as are helped by now, it is met."""
    if need.facts is None:
        raise NotFound("need.unknown")
    if not need.state.wants_support:
        raise Rejected(f"need.{need.state}")
    if command.facts == need.facts:
        return []
    check_hours(command.facts)
    helped = need.support.helped
    if command.facts.people < helped:
        raise Rejected("need.helped_already", helped=helped)
    revised = NeedRevised(need_id=command.need_id, **vars(command.facts))
    return [revised, met(need.support.helped_by[-1])] if command.facts.people == helped else [revised]


def group(command: Grouping, need: Need) -> Sequence[NeedEvent]:
    """A need becomes part of an issue, or of another one, or of none.

    This rule is judged on the need's own stream, which every change of an issue's needs writes to: two requests at once
    cannot put one need into two issues.
    """
    if need.recorded is None:
        raise NotFound("need.unknown")
    if isinstance(command, UngroupNeed):
        inside = need.issue_id == command.issue_id
        return [NeedUngrouped(need_id=command.need_id, issue_id=command.issue_id)] if inside else []
    if need.issue_id == command.issue_id:
        return []
    if command.from_issue and need.issue_id != command.from_issue:
        raise Rejected("issue.needs_changed")
    if command.area is not None and need.area != command.area:
        raise Rejected("issue.needs_changed")
    if command.from_issue is None and need.state is not NeedState.OPEN:
        raise Rejected("issue.need_not_open", needs=[str(command.need_id)])
    return [NeedGrouped(need_id=command.need_id, issue_id=command.issue_id)]


def withdraw(command: WithdrawNeed, need: Need) -> Sequence[NeedEvent]:
    """The end of a need that was not met. Of whom people were helped, it was there: it was no mistake."""
    if need.recorded is None:
        raise NotFound("need.unknown")
    if need.withdrawn:
        return []
    if need.support.met:
        raise Rejected("need.met")
    if command.by_mistake and need.support.helped_by:
        raise Rejected("need.was_there")
    return [NeedWithdrawn(need_id=command.need_id, reason=command.reason, by_mistake=command.by_mistake)]


def correct(command: Correction, need: Need) -> Sequence[NeedEvent]:
    """What was recorded by mistake is put right by an event of its own; both stay in the history."""
    if need.recorded is None:
        raise NotFound("need.unknown")
    if isinstance(command, CorrectSource):
        return correct_source(command, need)
    if isinstance(command, ReinstateNeed):
        return reinstate(command, need)
    if isinstance(command, MoveNeed) and command.to.by_mapping:
        return move_mapped(command, need)
    if need.state is not NeedState.OPEN:
        raise Rejected("need.not_open", state=need.state)
    if need.support.helped_by:
        raise Rejected("need.was_matched")
    if isinstance(command, MoveNeed):
        return moved(command.to, need.area, NeedMoved, need_id=command.need_id)
    if command.support_kind is need.support_kind:
        return []
    return [NeedCorrected(need_id=command.need_id, support_kind=command.support_kind, reason=command.reason)]


def reinstate(command: ReinstateNeed, need: Need) -> Sequence[NeedEvent]:
    """A mistaken withdrawal is undone. Whom its matches helped was helped and counts again; only the others wait."""
    if not need.withdrawn:
        raise Rejected("need.not_withdrawn")
    if need.support.held:
        raise Rejected("need.match_ends")
    reinstated = NeedReinstated(need_id=command.need_id, reason=command.reason)
    all_helped = need.facts and need.support.amounts(need.facts.people).left == 0
    return [reinstated, met(need.support.helped_by[-1])] if all_helped else [reinstated]


def correct_source(command: CorrectSource, need: Need) -> Sequence[NeedEvent]:
    """How a need was found says nothing of what became of it, so it is corrected in every state."""
    if (command.source, command.survey_id) == need.found_by:
        return []
    return [NeedSourceCorrected(need_id=command.need_id, reason=command.reason, **_found(command))]


def _found(command: RecordNeed | CorrectSource) -> dict[str, Any]:
    source = command.source
    return {"source": source.kind, "exact_source": source.exact, "survey_id": command.survey_id}


def move_mapped(command: MoveNeed, need: Need) -> Sequence[NeedEvent]:
    """The area of the need ended: until it is met or withdrawn it goes to a successor, its issue with it."""
    if not need.state.wants_support:
        raise Rejected(f"need.{need.state}")
    if need.issue_id != command.issue_id:
        raise Rejected("issue.needs_changed")
    return moved(command.to, need.area, NeedMoved, need_id=command.need_id)


decider = Decider[Command, Need, NeedEvent](
    name="need",
    commands=types_of(Command),
    events=types_of(NeedEvent),
    stream=lambda command: command.need_id,
    home=lambda command: command.home if isinstance(command, RecordNeed | ListNeed) else None,
    initial=Need(),
    decide=decide,
    evolve=evolve,
    moves=(NeedMoved,),
)
