"""The rules of a partnership (連携体制) of bodies: ACTIVE → ENDED."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.registry import (
    PartnershipBodiesChanged,
    PartnershipChangeWithdrawn,
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
class ChangePartnership:
    """From a day on these bodies work together: a body joined, or one left. `today` is a fact."""

    partnership_id: UUID
    on: date
    bodies: tuple[Member, ...]
    reason: str
    today: date


@dataclass(frozen=True)
class WithdrawPartnershipChange:
    """The change of bodies on the day `on` was recorded by mistake."""

    partnership_id: UUID
    on: date
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


GoingOn = PlanPartnership | ChangePartnership | WithdrawPartnershipChange | EndPartnership
Change = GoingOn | ReinstatePartnership | WithdrawPartnership
Command = FormPartnership | Change


@dataclass(frozen=True)
class Partnership:
    """A partnership: how it was formed, the changes of its bodies that stand, its last day as planned, and its end."""

    formed: PartnershipFormed | None = None
    planned_until: date | None = None
    changes: tuple[PartnershipBodiesChanged, ...] = ()
    ended: PartnershipEnded | None = None
    withdrawn: bool = False


def decide(command: Command, partnership: Partnership) -> Sequence[PartnershipEvent]:
    """The events that follow from a command."""
    if isinstance(command, FormPartnership):
        return form(command, partnership.formed)
    if partnership.formed is None:
        raise NotFound("partnership.unknown")
    if partnership.withdrawn and isinstance(command, GoingOn):
        raise Rejected("partnership.withdrawn")
    match command:
        case PlanPartnership():
            return plan(command, partnership, partnership.formed)
        case ChangePartnership():
            return change(command, partnership, partnership.formed)
        case WithdrawPartnershipChange(partnership_id, on, reason):
            if all(one.on != on for one in partnership.changes):
                raise Rejected("partnership.no_such_change", on=on)
            return [PartnershipChangeWithdrawn(partnership_id=partnership_id, on=on, reason=reason)]
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
    check_bodies(command.bodies)
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


def check_bodies(bodies: tuple[Member, ...]) -> None:
    """Raise `Rejected` for a body that is named twice, and for fewer than two."""
    if len({(body.kind, body.name) for body in bodies}) < max(2, len(bodies)):
        raise Rejected("partnership.body_twice")


def last_changed(partnership: Partnership, formed: PartnershipFormed) -> date:
    """The day from which the bodies of now work together."""
    return partnership.changes[-1].on if partnership.changes else formed.since


def change(
    command: ChangePartnership, partnership: Partnership, formed: PartnershipFormed
) -> Sequence[PartnershipEvent]:
    """Other bodies from a day on, while it goes on, and not before the last change."""
    if partnership.ended:
        raise Rejected("partnership.ended", on=partnership.ended.on)
    check_bodies(command.bodies)
    check_happened(command.on, command.today, last_changed(partnership, formed))
    now = partnership.changes[-1].bodies if partnership.changes else formed.bodies
    if set(command.bodies) == set(now):
        return []
    changed = PartnershipBodiesChanged(
        partnership_id=command.partnership_id, on=command.on, bodies=command.bodies, reason=command.reason
    )
    return [changed]


def plan(command: PlanPartnership, partnership: Partnership, formed: PartnershipFormed) -> Sequence[PartnershipEvent]:
    """Another last day, of a partnership that has not ended."""
    if partnership.ended:
        raise Rejected("partnership.ended", on=partnership.ended.on)
    if command.until == partnership.planned_until:
        return []
    check_plan(command.until, last_changed(partnership, formed))
    return [PartnershipPlanned(partnership_id=command.partnership_id, until=command.until, reason=command.reason)]


def check_plan(until: date | None, since: date) -> None:
    """The planned end is not before the beginning. Raises `Rejected`."""
    if until is not None and until < since:
        raise Rejected("day.before_beginning", day=until, since=since)


def end(command: EndPartnership, partnership: Partnership, formed: PartnershipFormed) -> Sequence[PartnershipEvent]:
    """The end, once, and not before the beginning or the last change of its bodies."""
    ended = PartnershipEnded(partnership_id=command.partnership_id, on=command.on, reason=command.reason)
    if ended == partnership.ended:
        return []
    if partnership.ended:
        raise Rejected("partnership.ended", on=partnership.ended.on)
    check_happened(command.on, command.today, last_changed(partnership, formed))
    return [ended]


def evolve(partnership: Partnership, event: PartnershipEvent) -> Partnership:
    """The partnership after an event."""
    match event:
        case PartnershipFormed():
            return Partnership(event, event.planned_until)
        case PartnershipPlanned():
            return replace(partnership, planned_until=event.until)
        case PartnershipBodiesChanged() | PartnershipChangeWithdrawn():
            others = tuple(one for one in partnership.changes if one.on != event.on)
            mine = (event,) if isinstance(event, PartnershipBodiesChanged) else ()
            return replace(partnership, changes=(*others, *mine))
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
