"""The rules of a need (支援ニーズ): OPEN → GROUPED → MATCHED → MET, or WITHDRAWN.

Several resources may hold places for one need. When one match ends, the need is reopened; when another still holds, it
is matched again by the next event of the same command, so the last event alone tells the state. A command of a reaction
that no longer applies changes nothing and is not rejected.

A match that helped meets the need, as the coordinator judged it. A match that helped partly meets it only if it reached
all its people; otherwise the need is open again for the rest. A met need forgets other matches that hold places: when
the match that met it is undone, the need is open, and a match concluded later may still meet it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import assert_never
from uuid import UUID

from shiendomain.needs import (
    NeedEvent,
    NeedGrouped,
    NeedMatched,
    NeedMet,
    NeedRecorded,
    NeedReopened,
    NeedRevised,
    NeedWithdrawn,
)
from shiendomain.states import NeedState
from shiendomain.vocabulary import AgeBand, FailureReason, Frequency, LapseReason, SourceKind, SupportKind, Weekday
from shienevents import Decider, Home, NotFound, Rejected, types_of


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
    """Make an open need part of an issue. It is written in the commit that raises the issue."""

    need_id: UUID
    issue_id: UUID


@dataclass(frozen=True)
class MatchNeed:
    """A match was accepted: it holds places for the need (by a reaction)."""

    need_id: UUID
    match_id: UUID
    resource_id: UUID


@dataclass(frozen=True)
class MeetNeed:
    """A match helped: everybody (`wholly`), or so many people (by a reaction)."""

    need_id: UUID
    match_id: UUID
    resource_id: UUID
    service_id: UUID | None
    people_helped: int
    wholly: bool
    reason: FailureReason | None


@dataclass(frozen=True)
class ReopenNeed:
    """A match that held or met the need lapsed or did not help (by a reaction)."""

    need_id: UUID
    match_id: UUID
    reason: FailureReason | LapseReason


@dataclass(frozen=True)
class WithdrawNeed:
    """The need no longer exists, or should not have been recorded."""

    need_id: UUID
    reason: str


FollowMatch = MatchNeed | MeetNeed | ReopenNeed
Command = RecordNeed | ReviseNeed | GroupNeed | WithdrawNeed | FollowMatch


@dataclass(frozen=True)
class Need:
    """A need, the issue it is part of, the matches that hold places (match, resource), and the match that met it."""

    recorded: NeedRecorded | None = None
    facts: NeedFacts | None = None
    issue_id: UUID | None = None
    held: tuple[tuple[UUID, UUID], ...] = ()
    met_by: UUID | None = None
    withdrawn: bool = False

    @property
    def state(self) -> NeedState:
        """Its state, as its own stream has it (never GAP)."""
        if self.withdrawn:
            return NeedState.WITHDRAWN
        if self.met_by:
            return NeedState.MET
        if self.held:
            return NeedState.MATCHED
        return NeedState.GROUPED if self.issue_id else NeedState.OPEN


def decide(command: Command, need: Need) -> Sequence[NeedEvent]:
    """The events that follow from a command."""
    match command:
        case RecordNeed():
            return record(command, need)
        case ReviseNeed():
            return revise(command, need)
        case GroupNeed():
            return group(command, need)
        case WithdrawNeed():
            return withdraw(command, need)
        case MatchNeed() | MeetNeed() | ReopenNeed():
            return follow(command, need)
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
    """New facts of a need that is neither met nor withdrawn."""
    if need.facts is None:
        raise NotFound("need.unknown")
    if not need.state.wants_support:
        raise Rejected(f"need.{need.state}")
    if command.facts == need.facts:
        return []
    return [NeedRevised(need_id=command.need_id, **vars(command.facts))]


def group(command: GroupNeed, need: Need) -> Sequence[NeedEvent]:
    """An open need becomes part of an issue.

    This rule is judged on the need's own stream, which the raising of every issue writes to: two requests at once
    cannot put one need into two issues.
    """
    if need.recorded is None:
        raise NotFound("need.unknown")
    if need.issue_id == command.issue_id:
        return []
    if need.state is not NeedState.OPEN:
        raise Rejected("issue.need_not_open", needs=[str(command.need_id)])
    return [NeedGrouped(need_id=command.need_id, issue_id=command.issue_id)]


def withdraw(command: WithdrawNeed, need: Need) -> Sequence[NeedEvent]:
    """The end of a need that was not met."""
    if need.recorded is None:
        raise NotFound("need.unknown")
    if need.withdrawn:
        return []
    if need.met_by:
        raise Rejected("need.met")
    return [NeedWithdrawn(need_id=command.need_id, reason=command.reason)]


def follow(command: FollowMatch, need: Need) -> Sequence[NeedEvent]:
    """What a match did. It changes nothing in an unknown or withdrawn need; a met one can only be reopened."""
    if need.recorded is None or need.withdrawn:
        return []
    match command:
        case ReopenNeed():
            return reopen(command, need)
        case _ if need.met_by:
            return []
        case MatchNeed(need_id, match_id, resource_id):
            held = (match_id, resource_id) in need.held
            return [] if held else [NeedMatched(need_id=need_id, match_id=match_id, resource_id=resource_id)]
        case MeetNeed():
            return meet(command, need)
        case _:
            assert_never(command)


def meet(command: MeetNeed, need: Need) -> Sequence[NeedEvent]:
    """The need is met, or open again for the people that the match did not reach."""
    if not command.wholly and need.facts and command.people_helped < need.facts.people:
        reason = command.reason or FailureReason.OTHER
        return reopen(ReopenNeed(command.need_id, command.match_id, reason), need)
    return [
        NeedMet(
            need_id=command.need_id,
            match_id=command.match_id,
            resource_id=command.resource_id,
            service_id=command.service_id,
            people_helped=command.people_helped,
        )
    ]


def reopen(command: ReopenNeed, need: Need) -> Sequence[NeedEvent]:
    """The need is open again, if this match met or held it. When another match still holds, it is matched again."""
    others = [hold for hold in need.held if hold[0] != command.match_id]
    if command.match_id != need.met_by and len(others) == len(need.held):
        return []
    reopened = NeedReopened(need_id=command.need_id, match_id=command.match_id, reason=command.reason)
    again = [
        NeedMatched(need_id=command.need_id, match_id=match_id, resource_id=resource_id)
        for match_id, resource_id in others[-1:]
    ]
    return [reopened, *again]


def facts_of(event: NeedRecorded | NeedRevised) -> NeedFacts:
    """The facts of an event."""
    return NeedFacts(**{field.name: getattr(event, field.name) for field in fields(NeedFacts)})


def evolve(need: Need, event: NeedEvent) -> Need:
    """The need after an event."""
    match event:
        case NeedRecorded():
            return replace(need, recorded=event, facts=facts_of(event))
        case NeedRevised():
            return replace(need, facts=facts_of(event))
        case NeedGrouped():
            return replace(need, issue_id=event.issue_id)
        case NeedMatched():
            hold = (event.match_id, event.resource_id)
            return replace(need, held=(*(one for one in need.held if one != hold), hold))
        case NeedMet():
            return replace(need, held=(), met_by=event.match_id)
        case NeedReopened():
            held = tuple(hold for hold in need.held if hold[0] != event.match_id)
            return replace(need, held=held, met_by=None if need.met_by == event.match_id else need.met_by)
        case NeedWithdrawn():
            return replace(need, held=(), withdrawn=True)
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
