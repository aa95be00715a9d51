"""The rules of a need (支援ニーズ): OPEN → GROUPED → MATCHED → MET, or WITHDRAWN. What matches do: `support.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import assert_never
from uuid import UUID

from shiendomain.needs import (
    NeedCorrected,
    NeedEvent,
    NeedGrouped,
    NeedMatched,
    NeedMet,
    NeedPartlyMet,
    NeedRecorded,
    NeedReinstated,
    NeedReopened,
    NeedRevised,
    NeedUngrouped,
    NeedWithdrawn,
)
from shiendomain.rules import unanswered_state
from shiendomain.states import NeedState
from shiendomain.vocabulary import AgeBand, Frequency, SourceKind, SupportKind, Weekday
from shienevents import Decider, Home, NotFound, Rejected, types_of

from .support import NO_SUPPORT, FollowMatch, MatchNeed, MeetNeed, ReopenNeed, Support, evolve_support, follow, met


@dataclass(frozen=True)
class NeedFacts:
    """The fields of a need that may be revised."""

    people: int
    age_band: AgeBand
    frequency: Frequency
    weekdays: tuple[Weekday, ...] = ()
    fee_ceiling_yen: int | None = None
    note: str = ""


@dataclass(frozen=True)
class RecordNeed:
    """Record an area's need of a number of people."""

    need_id: UUID
    home: Home
    support_kind: SupportKind
    facts: NeedFacts
    source: SourceKind
    survey_id: UUID | None = None


@dataclass(frozen=True)
class ReviseNeed:
    """Replace the facts of a need; its area and kind stay."""

    need_id: UUID
    facts: NeedFacts


@dataclass(frozen=True)
class GroupNeed:
    """Make an open need part of an issue, or one that `from_issue` hands over. It is written with the issue's event."""

    need_id: UUID
    issue_id: UUID
    from_issue: UUID | None = None


@dataclass(frozen=True)
class UngroupNeed:
    """Take a need out of this issue. It is written with the issue's event."""

    need_id: UUID
    issue_id: UUID


@dataclass(frozen=True)
class WithdrawNeed:
    """The need no longer exists, or should not have been recorded."""

    need_id: UUID
    reason: str


@dataclass(frozen=True)
class ReinstateNeed:
    """Undo a withdrawal that was a mistake."""

    need_id: UUID
    reason: str


@dataclass(frozen=True)
class CorrectNeed:
    """Correct the kind of support of a need that nothing followed from yet."""

    need_id: UUID
    support_kind: SupportKind
    reason: str


Correction = ReinstateNeed | CorrectNeed
Grouping = GroupNeed | UngroupNeed
Command = RecordNeed | ReviseNeed | Grouping | WithdrawNeed | Correction | FollowMatch


@dataclass(frozen=True)
class Need:
    """A need, the issue it is part of, and what its matches gave it."""

    recorded: NeedRecorded | None = None
    facts: NeedFacts | None = None
    support_kind: SupportKind = SupportKind.OTHER
    issue_id: UUID | None = None
    support: Support = NO_SUPPORT
    withdrawn: bool = False

    @property
    def state(self) -> NeedState:
        """Its state, as its own stream has it (never GAP)."""
        if self.withdrawn:
            return NeedState.WITHDRAWN
        if self.support.met:
            return NeedState.MET
        if self.support.held:
            return NeedState.MATCHED
        return unanswered_state(self.issue_id)


def decide(command: Command, need: Need) -> Sequence[NeedEvent]:
    """The events that follow from a command."""
    match command:
        case RecordNeed():
            return record(command, need)
        case ReviseNeed():
            return revise(command, need)
        case GroupNeed() | UngroupNeed():
            return group(command, need)
        case WithdrawNeed():
            return withdraw(command, need)
        case ReinstateNeed() | CorrectNeed():
            return correct(command, need)
        case MatchNeed() | MeetNeed() | ReopenNeed():
            if need.facts is None or need.withdrawn:
                return []
            return follow(command, need.support, need.facts.people)
        case _:
            assert_never(command)


def record(command: RecordNeed, need: Need) -> Sequence[NeedEvent]:
    """A new need. The same need again changes nothing."""
    recorded = NeedRecorded(
        need_id=command.need_id,
        area=command.home.area,
        support_kind=command.support_kind,
        source=command.source,
        survey_id=command.survey_id,
        **vars(command.facts),
    )
    if recorded == need.recorded:
        return []
    if need.recorded:
        raise Rejected("need.recorded")
    return [recorded]


def revise(command: ReviseNeed, need: Need) -> Sequence[NeedEvent]:
    """New facts of a need that is neither met nor withdrawn. With as many people as are helped by now, it is met."""
    if need.facts is None:
        raise NotFound("need.unknown")
    if not need.state.wants_support:
        raise Rejected(f"need.{need.state}")
    if command.facts == need.facts:
        return []
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
    if command.from_issue is None and need.state is not NeedState.OPEN:
        raise Rejected("issue.need_not_open", needs=[str(command.need_id)])
    return [NeedGrouped(need_id=command.need_id, issue_id=command.issue_id)]


def withdraw(command: WithdrawNeed, need: Need) -> Sequence[NeedEvent]:
    """The end of a need that was not met."""
    if need.recorded is None:
        raise NotFound("need.unknown")
    if need.withdrawn:
        return []
    if need.support.met:
        raise Rejected("need.met")
    return [NeedWithdrawn(need_id=command.need_id, reason=command.reason)]


def correct(command: Correction, need: Need) -> Sequence[NeedEvent]:
    """What was recorded by mistake is put right by an event of its own; both stay in the history."""
    if need.recorded is None:
        raise NotFound("need.unknown")
    if isinstance(command, ReinstateNeed):
        if not need.withdrawn:
            raise Rejected("need.not_withdrawn")
        if need.support != NO_SUPPORT:  # what its matches did since is not known here
            raise Rejected("need.was_matched")
        return [NeedReinstated(need_id=command.need_id, reason=command.reason)]
    if need.state is not NeedState.OPEN:
        raise Rejected("need.not_open", state=need.state)
    if need.support.helped_by:
        raise Rejected("need.was_matched")
    if command.support_kind is need.support_kind:
        return []
    return [NeedCorrected(need_id=command.need_id, support_kind=command.support_kind, reason=command.reason)]


def facts_of(event: NeedRecorded | NeedRevised) -> NeedFacts:
    """The facts of an event."""
    return NeedFacts(**{field.name: getattr(event, field.name) for field in fields(NeedFacts)})


def evolve(need: Need, event: NeedEvent) -> Need:
    """The need after an event."""
    match event:
        case NeedRecorded():
            return replace(need, recorded=event, facts=facts_of(event), support_kind=event.support_kind)
        case NeedRevised():
            return replace(need, facts=facts_of(event))
        case NeedCorrected():
            return replace(need, support_kind=event.support_kind)
        case NeedGrouped():
            return replace(need, issue_id=event.issue_id)
        case NeedUngrouped():
            return replace(need, issue_id=None)
        case NeedMatched() | NeedPartlyMet() | NeedMet() | NeedReopened():
            return replace(need, support=evolve_support(need.support, event))
        case NeedWithdrawn():
            return replace(need, withdrawn=True)
        case NeedReinstated():
            return replace(need, withdrawn=False)
        case _:
            assert_never(event)


decider = Decider[Command, Need, NeedEvent](
    name="need",
    commands=types_of(Command),
    events=types_of(NeedEvent),
    stream=lambda command: command.need_id,
    home=lambda command: command.home if isinstance(command, RecordNeed) else None,
    initial=Need(),
    decide=decide,
    evolve=evolve,
)
