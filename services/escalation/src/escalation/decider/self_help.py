"""What may happen to what residents do themselves (自分達にできること): agreed at a meeting, corrected, reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.self_help import SelfHelpAgreed, SelfHelpCorrected, SelfHelpEvent, SelfHelpReported
from shiendomain.vocabulary import BodyKind, SelfHelpOutcome
from shienevents import Decider, Home, NotFound, Rejected, types_of

from .meeting import MeetingFacts


@dataclass(frozen=True)
class Promise:
    """Who does what until when."""

    body_kind: BodyKind
    body: str
    what: str
    until: date


@dataclass(frozen=True)
class AgreeSelfHelp:
    """Record what a body agreed to do. Facts: the issue's council, its meeting and its day, whether the issue ended."""

    self_help_id: UUID
    home: Home
    issue_id: UUID
    council_id: UUID
    issue_closed: bool
    meeting: MeetingFacts | None
    held_on: date
    promise: Promise


@dataclass(frozen=True)
class CorrectSelfHelp:
    """Put right who does what until when, or agree on another day."""

    self_help_id: UUID
    promise: Promise
    reason: str


@dataclass(frozen=True)
class ReportSelfHelp:
    """Report what came of it on a day, not after `today`. `reason`: why it is reported anew."""

    self_help_id: UUID
    outcome: SelfHelpOutcome
    line: str
    reported_on: date
    people_helped: int | None
    reason: str
    today: date


Command = AgreeSelfHelp | CorrectSelfHelp | ReportSelfHelp


@dataclass(frozen=True)
class SelfHelp:
    """What was agreed, as it is now, and what came of it by the last report."""

    agreed: SelfHelpAgreed | None = None
    promise: Promise | None = None
    report: SelfHelpReported | None = None


def decide(command: Command, known: SelfHelp) -> Sequence[SelfHelpEvent]:
    """The events that follow from a command."""
    if isinstance(command, AgreeSelfHelp):
        return agree(command, known)
    if known.agreed is None:
        raise NotFound("self_help.unknown")
    match command:
        case CorrectSelfHelp():
            return correct(command, known, known.agreed)
        case ReportSelfHelp():
            return report(command, known, known.agreed)
        case _:
            assert_never(command)


def agree(command: AgreeSelfHelp, known: SelfHelp) -> Sequence[SelfHelpEvent]:
    """Agreed at a meeting of the issue's own council that dealt with the issue."""
    if known.agreed:
        return []
    meeting = command.meeting
    if meeting is None or meeting.council_id != command.council_id or command.issue_id not in meeting.issues:
        raise Rejected("self_help.no_meeting")
    if command.issue_closed:
        raise Rejected("self_help.issue_closed")
    check_until(command.promise, command.held_on)
    return [
        SelfHelpAgreed(
            self_help_id=command.self_help_id,
            area=command.home.area,
            issue_id=command.issue_id,
            council_id=command.council_id,
            meeting_id=meeting.meeting_id,
            agreed_on=command.held_on,
            **vars(command.promise),
        )
    ]


def correct(command: CorrectSelfHelp, known: SelfHelp, agreed: SelfHelpAgreed) -> Sequence[SelfHelpEvent]:
    """Another body, thing or day. The same again changes nothing."""
    if command.promise == known.promise:
        return []
    check_until(command.promise, agreed.agreed_on)
    return [
        SelfHelpCorrected(
            self_help_id=command.self_help_id,
            issue_id=agreed.issue_id,
            reason=command.reason,
            **vars(command.promise),
        )
    ]


def report(command: ReportSelfHelp, known: SelfHelp, agreed: SelfHelpAgreed) -> Sequence[SelfHelpEvent]:
    """What came of it. The last report counts; a further one says why."""
    reported = SelfHelpReported(
        self_help_id=command.self_help_id,
        issue_id=agreed.issue_id,
        outcome=command.outcome,
        line=command.line,
        reported_on=command.reported_on,
        people_helped=command.people_helped,
        reason=command.reason,
    )
    if reported == known.report:
        return []
    if command.reported_on > command.today:
        raise Rejected("self_help.not_yet", reported_on=command.reported_on)
    if command.reported_on < agreed.agreed_on:
        raise Rejected("self_help.before_it_was_agreed", agreed_on=agreed.agreed_on)
    if known.report and not command.reason:
        raise Rejected("self_help.reported")
    return [reported]


def check_until(promise: Promise, agreed_on: date) -> None:
    """It is done on the day of the meeting or later."""
    if promise.until < agreed_on:
        raise Rejected("self_help.before_it_was_agreed", agreed_on=agreed_on)


def promise_of(event: SelfHelpAgreed | SelfHelpCorrected) -> Promise:
    """Who does what until when, by an event."""
    return Promise(event.body_kind, event.body, event.what, event.until)


def evolve(known: SelfHelp, event: SelfHelpEvent) -> SelfHelp:
    """What is known after an event."""
    match event:
        case SelfHelpAgreed():
            return replace(known, agreed=event, promise=promise_of(event))
        case SelfHelpCorrected():
            return replace(known, promise=promise_of(event))
        case SelfHelpReported():
            return replace(known, report=event)
        case _:
            assert_never(event)


decider = Decider[Command, SelfHelp, SelfHelpEvent](
    name="self_help",
    commands=types_of(Command),
    events=types_of(SelfHelpEvent),
    stream=lambda command: command.self_help_id,
    home=lambda command: command.home if isinstance(command, AgreeSelfHelp) else None,
    initial=SelfHelp(),
    decide=decide,
    evolve=evolve,
)
