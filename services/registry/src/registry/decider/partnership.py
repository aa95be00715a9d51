"""The rules of a partnership (連携体制) of bodies: ACTIVE → ENDED."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.registry import (
    PartnershipEnded,
    PartnershipEvent,
    PartnershipFormed,
    PartnershipPlanned,
    PartnershipReinstated,
    PartnershipWithdrawn,
)
from shiendomain.vocabulary import Member
from shienevents import Decider, Home, NotFound, Rejected, types_of

from .days import check_happened


@dataclass(frozen=True)
class FormPartnership:
    """Bodies work together for a purpose. `today` is a fact."""

    partnership_id: UUID
    home: Home
    bodies: tuple[Member, ...]
    purpose: str
    since: date
    today: date
    planned_until: date | None = None
    not_the_same_as: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class PlanPartnership:
    """Its last day was agreed anew; `None`: it has no planned end."""

    partnership_id: UUID
    until: date | None
    reason: str


@dataclass(frozen=True)
class EndPartnership:
    """They work together no longer; `on` is the last day. `today` is a fact."""

    partnership_id: UUID
    on: date
    reason: str
    today: date


@dataclass(frozen=True)
class ReinstatePartnership:
    """Undo an end that was recorded by mistake."""

    partnership_id: UUID
    reason: str


@dataclass(frozen=True)
class WithdrawPartnership:
    """The partnership was recorded by mistake."""

    partnership_id: UUID
    reason: str


Change = PlanPartnership | EndPartnership | ReinstatePartnership | WithdrawPartnership
Command = FormPartnership | Change


@dataclass(frozen=True)
class Partnership:
    """A partnership: how it was formed, its last day as planned, and its end."""

    formed: PartnershipFormed | None = None
    planned_until: date | None = None
    ended: PartnershipEnded | None = None
    withdrawn: bool = False


def decide(command: Command, partnership: Partnership) -> Sequence[PartnershipEvent]:
    """The events that follow from a command."""
    if isinstance(command, FormPartnership):
        return form(command, partnership.formed)
    if partnership.formed is None:
        raise NotFound("partnership.unknown")
    if partnership.withdrawn and isinstance(command, PlanPartnership | EndPartnership):
        raise Rejected("partnership.withdrawn")
    match command:
        case PlanPartnership():
            return plan(command, partnership, partnership.formed)
        case EndPartnership():
            return end(command, partnership, partnership.formed)
        case ReinstatePartnership(partnership_id, reason):
            if partnership.ended is None and not partnership.withdrawn:
                return []
            return [PartnershipReinstated(partnership_id=partnership_id, reason=reason)]
        case WithdrawPartnership(partnership_id, reason):
            withdrawn = PartnershipWithdrawn(partnership_id=partnership_id, reason=reason)
            return [] if partnership.withdrawn else [withdrawn]
        case _:
            assert_never(command)


def form(command: FormPartnership, before: PartnershipFormed | None) -> Sequence[PartnershipEvent]:
    """A new partnership, of bodies that are named once."""
    if len({(body.kind, body.name) for body in command.bodies}) < max(2, len(command.bodies)):
        raise Rejected("partnership.body_twice")
    formed = PartnershipFormed(
        partnership_id=command.partnership_id,
        area=command.home.area,
        bodies=command.bodies,
        purpose=command.purpose,
        since=command.since,
        planned_until=command.planned_until,
        not_the_same_as=command.not_the_same_as,
    )
    if formed == before:
        return []
    if before:
        raise Rejected("partnership.formed")
    check_happened(command.since, command.today)
    check_plan(command.planned_until, command.since)
    return [formed]


def plan(command: PlanPartnership, partnership: Partnership, formed: PartnershipFormed) -> Sequence[PartnershipEvent]:
    """Another last day, of a partnership that has not ended."""
    if partnership.ended:
        raise Rejected("partnership.ended", on=partnership.ended.on)
    if command.until == partnership.planned_until:
        return []
    check_plan(command.until, formed.since)
    return [PartnershipPlanned(partnership_id=command.partnership_id, until=command.until, reason=command.reason)]


def check_plan(until: date | None, since: date) -> None:
    """The planned end is not before the beginning. Raises `Rejected`."""
    if until is not None and until < since:
        raise Rejected("day.before_beginning", day=until, since=since)


def end(command: EndPartnership, partnership: Partnership, formed: PartnershipFormed) -> Sequence[PartnershipEvent]:
    """The end, once, and not before the beginning."""
    ended = PartnershipEnded(partnership_id=command.partnership_id, on=command.on, reason=command.reason)
    if ended == partnership.ended:
        return []
    if partnership.ended:
        raise Rejected("partnership.ended", on=partnership.ended.on)
    check_happened(command.on, command.today, formed.since)
    return [ended]


def evolve(partnership: Partnership, event: PartnershipEvent) -> Partnership:
    """The partnership after an event."""
    match event:
        case PartnershipFormed():
            return Partnership(event, event.planned_until)
        case PartnershipPlanned():
            return replace(partnership, planned_until=event.until)
        case PartnershipEnded():
            return replace(partnership, ended=event)
        case PartnershipReinstated():
            return replace(partnership, ended=None, withdrawn=False)
        case PartnershipWithdrawn():
            return replace(partnership, withdrawn=True)
        case _:
            assert_never(event)


decider = Decider[Command, Partnership, PartnershipEvent](
    name="partnership",
    commands=types_of(Command),
    events=types_of(PartnershipEvent),
    stream=lambda command: command.partnership_id,
    home=lambda command: command.home if isinstance(command, FormPartnership) else None,
    initial=Partnership(),
    decide=decide,
    evolve=evolve,
)
