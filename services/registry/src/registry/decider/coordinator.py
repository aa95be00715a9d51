"""The rules of a post of life support coordinator (生活支援コーディネーター): its term is renewed or handed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from shiendomain.mistakes import check_there, taken_back
from shiendomain.moves import moved
from shiendomain.registry import (
    CoordinatorAssigned,
    CoordinatorCorrected,
    CoordinatorEvent,
    CoordinatorHandedOver,
    CoordinatorMoved,
    CoordinatorReinstated,
    CoordinatorRenewed,
    CoordinatorWithdrawn,
)
from shiendomain.rules import LONGEST_TERM_YEARS, too_long
from shienevents import Decider, NotFound, Rejected, Token, parse_token, types_of

from .coordinator_commands import (
    AssignCoordinator,
    Command,
    CorrectCoordinator,
    HandOverCoordinator,
    MoveCoordinator,
    ReinstateCoordinator,
    RenewCoordinator,
    WithdrawCoordinator,
)
from .days import check_happened
from .tier import check_tier

_CORRECTABLE = ("employer", "employer_kind", "posts", "term_from", "term_until", "tier")


@dataclass(frozen=True)
class Coordinator:
    """A post: how it was first filled, how it is recorded now, and its hand-over.

    `renewed_from`: the day on which its last renewal begins.
    """

    first: CoordinatorAssigned | None = None
    now: CoordinatorAssigned | None = None
    handed_over: CoordinatorHandedOver | None = None
    renewed_from: date | None = None
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
        case MoveCoordinator():
            return move(command, post.now)
        case _:
            assert_never(command)


def assign(command: AssignCoordinator, first: CoordinatorAssigned | None) -> Sequence[CoordinatorEvent]:
    """A new post, of a tier that its area has."""
    event = CoordinatorAssigned(
        coordinator_id=command.coordinator_id,
        area=command.home.area,
        tier=command.tier,
        employer=command.employer,
        employer_kind=command.employer_kind,
        posts=command.posts,
        term_from=command.term_from,
        term_until=command.term_until,
        not_the_same_as=command.not_the_same_as,
    )
    if event == first:
        return []
    if first:
        raise Rejected("coordinator.assigned")
    check_tier("coordinator", command.tier, command.area_tiers)
    check_term(command.term_from, command.term_until)
    return [event]


def check_term(term_from: date, term_until: date, renewed_from: date | None = None) -> None:
    """Raise `Rejected` for a term that ends before it begins, or that is too long since it was last renewed."""
    if term_from >= term_until:
        raise Rejected("coordinator.term_ends_first")
    renewed = renewed_from is not None and term_from < renewed_from < term_until
    begins = renewed_from if renewed and renewed_from else term_from
    if too_long(begins, term_until):
        raise Rejected("coordinator.term_too_long", term_from=begins, years=LONGEST_TERM_YEARS)


def renew(command: RenewCoordinator, post: Coordinator, now: CoordinatorAssigned) -> Sequence[CoordinatorEvent]:
    """A later end of the term. A post that was handed over is not renewed."""
    if post.handed_over:
        raise Rejected("coordinator.handed_over", on=post.handed_over.on)
    if command.term_until == now.term_until:
        return []
    if command.term_until < now.term_until:
        raise Rejected("coordinator.renewal_not_later", until=now.term_until)
    check_term(now.term_from, command.term_until, now.term_until)
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


def move(command: MoveCoordinator, now: CoordinatorAssigned) -> Sequence[CoordinatorEvent]:
    """The post is one of another area of its tier."""
    found = moved(command.to, now.area, CoordinatorMoved, coordinator_id=command.coordinator_id)
    if found:
        check_tier("coordinator", now.tier, command.area_tiers)
    return found


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
    said = {name: getattr(command, name) for name in _CORRECTABLE} | {"tier": command.tier or now.tier}
    changed = tuple(name for name in _CORRECTABLE if said[name] != getattr(now, name))
    if not changed:
        return []
    if "tier" in changed:
        check_tier("coordinator", said["tier"], command.area_tiers)
    check_term(command.term_from, command.term_until, post.renewed_from)
    if post.handed_over:
        check_within(post.handed_over.on, command.term_from, command.term_until)
    return [
        CoordinatorCorrected(
            coordinator_id=command.coordinator_id,
            **said,
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
            began = post.now.term_until if post.now else None
            return replace(post, now=_with(post.now, term_until=event.term_until), renewed_from=began)
        case CoordinatorHandedOver():
            return replace(post, handed_over=event)
        case CoordinatorReinstated():
            return replace(post, handed_over=None)
        case CoordinatorCorrected():
            said = {name: value for name in _CORRECTABLE if (value := getattr(event, name)) is not None}
            return replace(post, now=_with(post.now, **said))
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
