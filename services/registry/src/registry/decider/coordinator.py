"""The rules of a post of life support coordinator (生活支援コーディネーター): its term is renewed or handed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.mistakes import Mistake, check_there, taken_back
from shiendomain.moves import Move, moved
from shiendomain.registry import (
    CoordinatorAssigned,
    CoordinatorCorrected,
    CoordinatorEvent,
    CoordinatorHandedOver,
    CoordinatorMoved,
    CoordinatorReinstated,
    CoordinatorRenewed,
    CoordinatorWithdrawn,
    PrintedDocument,
)
from shiendomain.rules import STALE_AFTER_DAYS
from shiendomain.vocabulary import BodyKind, Tier
from shienevents import Decider, Home, NotFound, Rejected, Token, parse_token, types_of

from .days import check_happened


@dataclass(frozen=True)
class AssignCoordinator:
    """Fill a post for a term; `term_until` is the first day after it. Who holds it is not recorded."""

    coordinator_id: UUID
    home: Home
    tier: Tier
    employer: str
    employer_kind: BodyKind
    posts: int
    term_from: date
    term_until: date


@dataclass(frozen=True)
class RenewCoordinator:
    """Renew the term; `term_until` is the first day after it."""

    coordinator_id: UUID
    term_until: date


@dataclass(frozen=True)
class HandOverCoordinator:
    """Hand the post over, to a successor or to nobody; `on` is its last day. `today` is a fact.

    `known` is what of the position of the `document` can be checked: a document of this system goes no further than it.
    `stale_after_days` is a fact too.
    """

    coordinator_id: UUID
    on: date
    successor_id: UUID | None
    note: str
    today: date
    document: PrintedDocument | None = None
    known: Token = field(default_factory=dict)
    stale_after_days: int = STALE_AFTER_DAYS


@dataclass(frozen=True)
class ReinstateCoordinator:
    """Undo a hand-over that was recorded by mistake."""

    coordinator_id: UUID
    reason: str


@dataclass(frozen=True)
class CorrectCoordinator:
    """The post was recorded wrongly; this is what is right."""

    coordinator_id: UUID
    employer: str
    employer_kind: BodyKind
    posts: int
    term_from: date
    term_until: date
    reason: str


@dataclass(frozen=True)
class MoveCoordinator:
    """The post is one of another area."""

    coordinator_id: UUID
    to: Move


@dataclass(frozen=True)
class WithdrawCoordinator:
    """The post was recorded by mistake."""

    coordinator_id: UUID
    mistake: Mistake


Change = (
    RenewCoordinator
    | HandOverCoordinator
    | ReinstateCoordinator
    | CorrectCoordinator
    | MoveCoordinator
    | WithdrawCoordinator
)
Command = AssignCoordinator | Change
_CORRECTABLE = ("employer", "employer_kind", "posts", "term_from", "term_until")


@dataclass(frozen=True)
class Coordinator:
    """A post: how it was first filled, how it is recorded now, and its hand-over."""

    first: CoordinatorAssigned | None = None
    now: CoordinatorAssigned | None = None
    handed_over: CoordinatorHandedOver | None = None
    withdrawn: bool = False


def decide(command: Command, post: Coordinator) -> Sequence[CoordinatorEvent]:
    """The events that follow from a command."""
    if isinstance(command, AssignCoordinator):
        return assign(command, post.first)
    if post.now is None:
        raise NotFound("coordinator.unknown")
    if isinstance(command, WithdrawCoordinator):
        return withdraw(command, post, post.now)
    check_there(withdrawn=post.withdrawn)
    match command:
        case RenewCoordinator():
            return renew(command, post, post.now)
        case HandOverCoordinator():
            return hand_over(command, post, post.now)
        case ReinstateCoordinator(coordinator_id, reason):
            if post.handed_over is None:
                return []
            return [CoordinatorReinstated(coordinator_id=coordinator_id, reason=reason)]
        case CorrectCoordinator():
            return correct(command, post, post.now)
        case MoveCoordinator(coordinator_id, to):
            return moved(to, post.now.area, CoordinatorMoved, coordinator_id=coordinator_id)
        case _:
            assert_never(command)


def assign(command: AssignCoordinator, first: CoordinatorAssigned | None) -> Sequence[CoordinatorEvent]:
    """A new post."""
    event = CoordinatorAssigned(
        coordinator_id=command.coordinator_id,
        area=command.home.area,
        tier=command.tier,
        employer=command.employer,
        employer_kind=command.employer_kind,
        posts=command.posts,
        term_from=command.term_from,
        term_until=command.term_until,
    )
    if event == first:
        return []
    if first:
        raise Rejected("coordinator.assigned")
    check_term(command.term_from, command.term_until)
    return [event]


def check_term(term_from: date, term_until: date) -> None:
    """Raise `Rejected` for a term that ends before it begins."""
    if term_from >= term_until:
        raise Rejected("coordinator.term_ends_first")


def renew(command: RenewCoordinator, post: Coordinator, now: CoordinatorAssigned) -> Sequence[CoordinatorEvent]:
    """A later end of the term. A post that was handed over is not renewed."""
    if post.handed_over:
        raise Rejected("coordinator.handed_over", on=post.handed_over.on)
    if command.term_until == now.term_until:
        return []
    if command.term_until < now.term_until:
        raise Rejected("coordinator.renewal_not_later", until=now.term_until)
    return [CoordinatorRenewed(coordinator_id=command.coordinator_id, term_until=command.term_until)]


def hand_over(command: HandOverCoordinator, post: Coordinator, now: CoordinatorAssigned) -> Sequence[CoordinatorEvent]:
    """The hand-over on a day of the term, once."""
    event = CoordinatorHandedOver(
        coordinator_id=command.coordinator_id,
        on=command.on,
        successor_id=command.successor_id,
        note=command.note,
        document=command.document,
        stale_after_days=command.stale_after_days,
        area=now.area,
    )
    if post.handed_over:
        if event == post.handed_over.model_copy(update={"area": now.area}):
            return []
        raise Rejected("coordinator.handed_over", on=post.handed_over.on)
    if command.successor_id == command.coordinator_id:
        raise Rejected("coordinator.own_successor")
    check_happened(command.on, command.today, now.term_from)
    check_within(command.on, now.term_from, now.term_until)
    if command.document:
        check_happened(command.document.day, command.today, now.term_from)
        check_position(command.document.position, command.known)
    return [event]


def withdraw(command: WithdrawCoordinator, post: Coordinator, now: CoordinatorAssigned) -> Sequence[CoordinatorEvent]:
    """A post that was none, once. One that was handed over was there, unless the hand-over is undone first."""
    if post.withdrawn:
        return []
    if post.handed_over:
        raise Rejected("coordinator.handed_over", on=post.handed_over.on)
    return taken_back(command.mistake, CoordinatorWithdrawn, coordinator_id=command.coordinator_id, area=now.area)


def check_position(position: str, known: Token) -> None:
    """Raise `Rejected` for a position beyond what there is. Of services that `known` does not name nothing is said."""
    sources = {source for source, _ in known}
    if any(key[0] in sources and seq > known.get(key, 0) for key, seq in parse_token(position).items()):
        raise Rejected("coordinator.position_unknown")


def check_within(on: date, term_from: date, term_until: date) -> None:
    """Raise `Rejected` for the day of a hand-over that is not in the term."""
    if not term_from <= on < term_until:
        raise Rejected("coordinator.outside_term", on=on, term_from=term_from, term_until=term_until)


def correct(command: CorrectCoordinator, post: Coordinator, now: CoordinatorAssigned) -> Sequence[CoordinatorEvent]:
    """What is right, with the names of what was wrong. A hand-over stays within the term."""
    changed = tuple(name for name in _CORRECTABLE if getattr(command, name) != getattr(now, name))
    if not changed:
        return []
    check_term(command.term_from, command.term_until)
    if post.handed_over:
        check_within(post.handed_over.on, command.term_from, command.term_until)
    return [
        CoordinatorCorrected(
            coordinator_id=command.coordinator_id,
            employer=command.employer,
            employer_kind=command.employer_kind,
            posts=command.posts,
            term_from=command.term_from,
            term_until=command.term_until,
            changed=changed,
            reason=command.reason,
        )
    ]


def evolve(post: Coordinator, event: CoordinatorEvent) -> Coordinator:
    """The post after an event."""
    match event:
        case CoordinatorAssigned():
            return Coordinator(event, event)
        case CoordinatorRenewed():
            return replace(post, now=_with(post.now, term_until=event.term_until))
        case CoordinatorHandedOver():
            return replace(post, handed_over=event)
        case CoordinatorReinstated():
            return replace(post, handed_over=None)
        case CoordinatorCorrected():
            return replace(post, now=_with(post.now, **{name: getattr(event, name) for name in _CORRECTABLE}))
        case CoordinatorMoved():
            return replace(post, now=_with(post.now, area=event.area))
        case CoordinatorWithdrawn():
            return replace(post, withdrawn=True)
        case _:
            assert_never(event)


def _with(now: CoordinatorAssigned | None, **changes: object) -> CoordinatorAssigned | None:
    return now.model_copy(update=changes) if now else None


decider = Decider[Command, Coordinator, CoordinatorEvent](
    name="coordinator",
    commands=types_of(Command),
    events=types_of(CoordinatorEvent),
    stream=lambda command: command.coordinator_id,
    home=lambda command: command.home if isinstance(command, AssignCoordinator) else None,
    initial=Coordinator(),
    decide=decide,
    evolve=evolve,
    moves=(CoordinatorMoved,),
)
