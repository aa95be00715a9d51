"""What may happen to a need (支援ニーズ): OPEN → GROUPED → MATCHED → MET, or WITHDRAWN.

Several resources may hold places for one need. When one of them comes undone the need is reopened, and if another
still holds, it is matched again in the same breath: so whoever reads only the last event has the state. What
reactions ask of a need that does not care is answered with silence, never with a no.

A match that helped answers the need, as the coordinator judged it. One that helped partly answers it only if it
reached all its people; else the need is open again for the rest. A met need forgets other holds: should what met it
come undone, it is open, and a match concluded later may still meet it.
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
from shiendomain.vocabulary import (
    AgeBand,
    FailureReason,
    Frequency,
    LapseReason,
    SourceKind,
    SupportKind,
    Weekday,
    Word,
)
from shienevents import Decider, Home, NotFound, Rejected


class NeedState(Word):
    """Where a need is on its way. GAP is no state of its own stream: its issue has a declared gap (seen when read)."""

    OPEN = "open", "未対応"
    GROUPED = "grouped", "地域課題に集約"
    GAP = "gap", "不足サービスとして宣言"
    MATCHED = "matched", "マッチング中"
    MET = "met", "充足"
    WITHDRAWN = "withdrawn", "取り下げ"


@dataclass(frozen=True)
class NeedFacts:
    """What of a need may be revised."""

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
    """Say anew what the need is; its area and kind stay."""

    need_id: UUID
    facts: NeedFacts


@dataclass(frozen=True)
class GroupNeed:
    """The need is part of an issue (reaction)."""

    need_id: UUID
    issue_id: UUID


@dataclass(frozen=True)
class MatchNeed:
    """A place is held for the need (reaction)."""

    need_id: UUID
    match_id: UUID
    resource_id: UUID


@dataclass(frozen=True)
class MeetNeed:
    """A match helped: all that was needed (`wholly`), or so many people (reaction)."""

    need_id: UUID
    match_id: UUID
    resource_id: UUID
    service_id: UUID | None
    people_helped: int
    wholly: bool
    reason: FailureReason | None


@dataclass(frozen=True)
class ReopenNeed:
    """What held or met the need came undone (reaction)."""

    need_id: UUID
    match_id: UUID
    reason: FailureReason | LapseReason


@dataclass(frozen=True)
class WithdrawNeed:
    """The need is no more, or should not have been recorded."""

    need_id: UUID
    reason: str


Command = RecordNeed | ReviseNeed | GroupNeed | MatchNeed | MeetNeed | ReopenNeed | WithdrawNeed


@dataclass(frozen=True)
class Need:
    """A need, the issue it is in, what holds places for it (match, resource), and the match that met it."""

    recorded: NeedRecorded | None = None
    facts: NeedFacts | None = None
    issue_id: UUID | None = None
    held: tuple[tuple[UUID, UUID], ...] = ()
    met_by: UUID | None = None
    withdrawn: bool = False

    @property
    def state(self) -> NeedState:
        """Where it is on its way."""
        if self.withdrawn:
            return NeedState.WITHDRAWN
        if self.met_by:
            return NeedState.MET
        if self.held:
            return NeedState.MATCHED
        return NeedState.GROUPED if self.issue_id else NeedState.OPEN


def decide(command: Command, need: Need) -> Sequence[NeedEvent]:
    """What follows from a command."""
    match command:
        case RecordNeed():
            return record(command, need)
        case ReviseNeed():
            return revise(command, need)
        case WithdrawNeed():
            return withdraw(command, need)
        case GroupNeed() | MatchNeed() | MeetNeed() | ReopenNeed():
            return hear(command, need)
        case _:
            assert_never(command)


def record(command: RecordNeed, need: Need) -> Sequence[NeedEvent]:
    """A new need; the same again changes nothing."""
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
    """Another look at a need that still waits."""
    if need.facts is None:
        raise NotFound("need.unknown")
    if need.state in (NeedState.WITHDRAWN, NeedState.MET):
        raise Rejected(f"need.{need.state}")
    if command.facts == need.facts:
        return []
    return [NeedRevised(need_id=command.need_id, **vars(command.facts))]


def withdraw(command: WithdrawNeed, need: Need) -> Sequence[NeedEvent]:
    """The end of a need that was not met."""
    if need.recorded is None:
        raise NotFound("need.unknown")
    if need.withdrawn:
        return []
    if need.met_by:
        raise Rejected("need.met")
    return [NeedWithdrawn(need_id=command.need_id, reason=command.reason)]


def hear(command: GroupNeed | MatchNeed | MeetNeed | ReopenNeed, need: Need) -> Sequence[NeedEvent]:
    """What others did. A need that is not there or withdrawn does not care, nor does a met one but for its undoing."""
    if need.recorded is None or need.withdrawn:
        return []
    match command:
        case ReopenNeed():
            return reopen(command, need)
        case _ if need.met_by:
            return []
        case GroupNeed(need_id, issue_id):
            return [] if need.issue_id else [NeedGrouped(need_id=need_id, issue_id=issue_id)]
        case MatchNeed(need_id, match_id, resource_id):
            held = (match_id, resource_id) in need.held
            return [] if held else [NeedMatched(need_id=need_id, match_id=match_id, resource_id=resource_id)]
        case MeetNeed():
            return meet(command, need)
        case _:
            assert_never(command)


def meet(command: MeetNeed, need: Need) -> Sequence[NeedEvent]:
    """The need is met, or open again for those whom a match did not reach."""
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
    """The need is open again, unless this match neither met nor held it; another that still holds is said again."""
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
    """What an event says of the facts."""
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
    commands=(RecordNeed, ReviseNeed, GroupNeed, MatchNeed, MeetNeed, ReopenNeed, WithdrawNeed),
    events=(NeedRecorded, NeedRevised, NeedGrouped, NeedMatched, NeedMet, NeedReopened, NeedWithdrawn),
    stream=lambda command: command.need_id,
    home=lambda command: command.home if isinstance(command, RecordNeed) else None,
    initial=Need(),
    decide=decide,
    evolve=evolve,
)
