"""The rules of shared information (情報共有): it goes to councils and bodies, which acknowledge it, or to an area.

A good practice (実践事例) is found by the whole municipality, whose councils can take it up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.registry import (
    AcknowledgementWithdrawn,
    BodyAcknowledged,
    BodyAcknowledgementWithdrawn,
    BodyRecipient,
    InformationAcknowledged,
    InformationEvent,
    InformationReinstated,
    InformationShared,
    InformationWithdrawn,
    Practice,
    PracticeTakenUp,
    PracticeTakingUpWithdrawn,
    Recipient,
)
from shiendomain.vocabulary import Member
from shienevents import Decider, Home, NotFound, Rejected, types_of

from .days import check_happened


@dataclass(frozen=True)
class ShareInformation:
    """A body or a council shares information. `today`, and since when a recipient is dormant on that day, are facts."""

    information_id: UUID
    home: Home
    from_body: Member | None
    from_council: UUID | None
    to_councils: tuple[Recipient, ...]
    to_bodies_of: str | None
    subject: str
    text: str
    shared_on: date
    dormant_since: date | None
    today: date
    practice: Practice | None = None
    to_bodies: tuple[BodyRecipient, ...] = ()
    not_the_same_as: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class AcknowledgeInformation:
    """A council or a body acknowledges information that it was sent. `today` is a fact."""

    information_id: UUID
    recipient_id: UUID
    on: date
    today: date


@dataclass(frozen=True)
class WithdrawAcknowledgement:
    """The acknowledgement of a council or a body was recorded by mistake."""

    information_id: UUID
    recipient_id: UUID
    reason: str


@dataclass(frozen=True)
class WithdrawInformation:
    """The information was recorded by mistake."""

    information_id: UUID
    reason: str


@dataclass(frozen=True)
class ReinstateInformation:
    """Undo the withdrawal of information, which was itself a mistake."""

    information_id: UUID
    reason: str


@dataclass(frozen=True)
class TakeUpPractice:
    """A council takes a good practice up, from a day on. `today` is a fact."""

    information_id: UUID
    council_id: UUID
    on: date
    note: str
    today: date


@dataclass(frozen=True)
class WithdrawTakingUp:
    """That a council took the practice up was recorded by mistake."""

    information_id: UUID
    council_id: UUID
    reason: str


Answer = AcknowledgeInformation | WithdrawAcknowledgement
TakingUp = TakeUpPractice | WithdrawTakingUp
Command = ShareInformation | Answer | TakingUp | WithdrawInformation | ReinstateInformation


@dataclass(frozen=True)
class Information:
    """Information as it was shared, the days on which its recipients acknowledged it, and who took it up."""

    shared: InformationShared | None = None
    acknowledged: Mapping[UUID, date] = field(default_factory=dict)
    taken_up: Mapping[UUID, PracticeTakenUp] = field(default_factory=dict)
    withdrawn: bool = False


def decide(command: Command, information: Information) -> Sequence[InformationEvent]:
    """The events that follow from a command."""
    if isinstance(command, ShareInformation):
        return share(command, information.shared)
    if information.shared is None:
        raise NotFound("information.unknown")
    match command:
        case AcknowledgeInformation() | WithdrawAcknowledgement():
            return answer(command, information, information.shared)
        case TakeUpPractice() | WithdrawTakingUp():
            return take_up(command, information, information.shared)
        case WithdrawInformation(information_id, reason):
            return [] if information.withdrawn else [InformationWithdrawn(information_id=information_id, reason=reason)]
        case ReinstateInformation(information_id, reason):
            reinstated = InformationReinstated(information_id=information_id, reason=reason)
            return [reinstated] if information.withdrawn else []
        case _:
            assert_never(command)


def share(command: ShareInformation, before: InformationShared | None) -> Sequence[InformationEvent]:
    """New information, from one sender to somebody."""
    shared = InformationShared(
        information_id=command.information_id,
        area=command.home.area,
        from_body=command.from_body,
        from_council=command.from_council,
        to_councils=command.to_councils,
        to_bodies_of=command.to_bodies_of,
        subject=command.subject,
        text=command.text,
        shared_on=command.shared_on,
        practice=command.practice,
        to_bodies=command.to_bodies,
        not_the_same_as=command.not_the_same_as,
    )
    if shared == before:
        return []
    if before:
        raise Rejected("information.shared")
    if (command.from_body is None) == (command.from_council is None):
        raise Rejected("information.one_sender")
    if not (command.to_councils or command.to_bodies or command.to_bodies_of or command.practice):
        raise Rejected("information.no_recipient")
    if command.dormant_since is not None:
        raise Rejected("council.dormant", since=command.dormant_since)
    check_happened(command.shared_on, command.today)
    return [shared]


def answer(command: Answer, information: Information, shared: InformationShared) -> Sequence[InformationEvent]:
    """An acknowledgement, or its withdrawal. For who was not sent it, the information is unknown."""
    of_body = command.recipient_id in {recipient.body_id for recipient in shared.to_bodies}
    if not of_body and command.recipient_id not in {recipient.council_id for recipient in shared.to_councils}:
        raise NotFound("information.unknown")
    if information.withdrawn:
        raise Rejected("information.withdrawn")
    known = information.acknowledged.get(command.recipient_id)
    match command:
        case AcknowledgeInformation(information_id, recipient, on, today):
            if known == on:
                return []
            check_happened(on, today, shared.shared_on)
            if of_body:
                return [BodyAcknowledged(information_id=information_id, body_id=recipient, on=on)]
            return [InformationAcknowledged(information_id=information_id, council_id=recipient, on=on)]
        case WithdrawAcknowledgement(information_id, recipient, reason):
            if known is None:
                return []
            if of_body:
                return [BodyAcknowledgementWithdrawn(information_id=information_id, body_id=recipient, reason=reason)]
            return [AcknowledgementWithdrawn(information_id=information_id, council_id=recipient, reason=reason)]
        case _:
            assert_never(command)


def take_up(command: TakingUp, information: Information, shared: InformationShared) -> Sequence[InformationEvent]:
    """A council takes the practice up, or did so by mistake. The day and the note said last count."""
    if shared.practice is None:
        raise Rejected("information.no_practice")
    if information.withdrawn:
        raise Rejected("information.withdrawn")
    before = information.taken_up.get(command.council_id)
    match command:
        case TakeUpPractice(information_id, council_id, on, note, today):
            event = PracticeTakenUp(information_id=information_id, council_id=council_id, on=on, note=note)
            if event == before:
                return []
            check_happened(on, today, shared.shared_on)
            return [event]
        case WithdrawTakingUp(information_id, council_id, reason):
            if before is None:
                return []
            return [PracticeTakingUpWithdrawn(information_id=information_id, council_id=council_id, reason=reason)]
        case _:
            assert_never(command)


def evolve(information: Information, event: InformationEvent) -> Information:
    """The information after an event."""
    match event:
        case InformationShared():
            return Information(event)
        case InformationAcknowledged():
            return replace(information, acknowledged={**information.acknowledged, event.council_id: event.on})
        case BodyAcknowledged():
            return replace(information, acknowledged={**information.acknowledged, event.body_id: event.on})
        case AcknowledgementWithdrawn():
            return _without(information, event.council_id)
        case BodyAcknowledgementWithdrawn():
            return _without(information, event.body_id)
        case PracticeTakenUp():
            return replace(information, taken_up={**information.taken_up, event.council_id: event})
        case PracticeTakingUpWithdrawn():
            others = {one: said for one, said in information.taken_up.items() if one != event.council_id}
            return replace(information, taken_up=others)
        case InformationWithdrawn():
            return replace(information, withdrawn=True)
        case InformationReinstated():
            return replace(information, withdrawn=False)
        case _:
            assert_never(event)


def _without(information: Information, recipient: UUID) -> Information:
    left = {one: on for one, on in information.acknowledged.items() if one != recipient}
    return replace(information, acknowledged=left)


decider = Decider[Command, Information, InformationEvent](
    name="information",
    commands=types_of(Command),
    events=types_of(InformationEvent),
    stream=lambda command: command.information_id,
    home=lambda command: command.home if isinstance(command, ShareInformation) else None,
    initial=Information(),
    decide=decide,
    evolve=evolve,
)
