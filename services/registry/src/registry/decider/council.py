"""The rules of a council (協議体): who sits on it, the purpose it shares, and whether it works at present.

ACTIVE ⇄ DORMANT. `today` is a fact of every command that names a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from shiendomain.councils_view import sittings_after
from shiendomain.mistakes import check_there, taken_back
from shiendomain.moves import moved
from shiendomain.registry import (
    CouncilCorrected,
    CouncilDormant,
    CouncilEstablished,
    CouncilEvent,
    CouncilMembersChanged,
    CouncilMoved,
    CouncilPurpose,
    CouncilPurposeAgreed,
    CouncilResumed,
    CouncilSitting,
    CouncilWithdrawn,
)
from shiendomain.vocabulary import Tier
from shienevents import Decider, NotFound, Rejected, types_of

from .council_commands import (
    AgreeCouncilPurpose,
    ChangeCouncilMembers,
    Command,
    CorrectCouncil,
    CouncilFacts,
    DeclareCouncilDormant,
    EstablishCouncil,
    MoveCouncil,
    ResumeCouncil,
    WithdrawCouncil,
)
from .days import check_happened
from .tier import check_tier


@dataclass(frozen=True)
class Council:
    """How a council was established, what is recorded of it now, and since when it is dormant.

    `established_on`: the day to which its establishment was corrected.
    """

    established: CouncilEstablished | None = None
    area: str = ""
    tier: Tier | None = None
    established_on: date | None = None
    name: str = ""
    history: tuple[CouncilSitting, ...] = ()
    purpose: CouncilPurpose | None = None
    dormant: CouncilDormant | None = None
    resumed: CouncilResumed | None = None
    withdrawn: bool = False


def decide(command: Command, council: Council) -> Sequence[CouncilEvent]:
    """The events that follow from a command."""
    if isinstance(command, EstablishCouncil):
        return establish(command, council.established)
    if council.established is None:
        raise NotFound("council.unknown")
    if isinstance(command, WithdrawCouncil):
        return withdraw(command, council)
    check_there(withdrawn=council.withdrawn)
    match command:
        case ChangeCouncilMembers():
            return change_members(command, council)
        case AgreeCouncilPurpose():
            return agree(command, council)
        case CorrectCouncil():
            return correct(command, council)
        case DeclareCouncilDormant():
            return declare_dormant(command, council)
        case ResumeCouncil():
            return resume(command, council)
        case MoveCouncil():
            return move(command, council)
        case _:
            assert_never(command)


def establish(command: EstablishCouncil, established: CouncilEstablished | None) -> Sequence[CouncilEvent]:
    """A new council, in an area of its tier."""
    event = CouncilEstablished(
        council_id=command.council_id,
        area=command.home.area,
        tier=command.tier,
        name=command.name,
        members=command.members,
        not_the_same_as=command.not_the_same_as,
    )
    if event == established:
        return []
    if established:
        raise Rejected("council.established")
    check_tier("council", command.tier, command.area_tiers)
    return [event]


def change_members(command: ChangeCouncilMembers, council: Council) -> Sequence[CouncilEvent]:
    """Other members from a day on, which is not before the last change. An earlier one is a correction."""
    last = council.history[-1]
    if command.members == last.members:
        return []
    check_happened(command.on, command.today)
    if last.on and command.on < last.on:
        raise Rejected("council.changed_later", since=last.on)
    return [
        CouncilMembersChanged(
            council_id=command.council_id, on=command.on, members=command.members, reason=command.reason
        )
    ]


def agree(command: AgreeCouncilPurpose, council: Council) -> Sequence[CouncilEvent]:
    """A purpose, which a dormant council does not agree on."""
    if command.purpose == council.purpose:
        return []
    check_purpose(command.purpose, command.today)
    if council.dormant and council.dormant.on <= command.purpose.agreed_on:
        raise Rejected("council.dormant", since=council.dormant.on)
    return [CouncilPurposeAgreed(council_id=command.council_id, purpose=command.purpose)]


def check_purpose(purpose: CouncilPurpose, today: date) -> None:
    """Raise `Rejected` for a purpose agreed in the future, or reviewed before it was agreed."""
    check_happened(purpose.agreed_on, today)
    if purpose.review_on <= purpose.agreed_on:
        raise Rejected("council.review_before_agreement", agreed_on=purpose.agreed_on)


def correct(command: CorrectCouncil, council: Council) -> Sequence[CouncilEvent]:
    """What is right, with the names of what was wrong; nothing when nothing was."""
    changed = what_changed(command, council)
    if not changed:
        return []
    days = check_history(command.history, command.today)
    if command.purpose and command.purpose != council.purpose:
        check_purpose(command.purpose, command.today)
    if "tier" in changed:
        check_tier("council", command.tier, command.facts.area_tiers)
        check_not_raised(command.facts)
    if "established_on" in changed and command.established_on:
        check_happened(command.established_on, command.today)
        agreed = [command.purpose.agreed_on] if command.purpose else []
        check_at_work_since(command.established_on, [*days, *agreed], command.facts)
    return [
        CouncilCorrected(
            council_id=command.council_id,
            name=command.name,
            history=command.history,
            purpose=command.purpose,
            changed=changed,
            reason=command.reason,
            tier=command.tier or council.tier,
            established_on=command.established_on or council.established_on,
        )
    ]


def what_changed(command: CorrectCouncil, council: Council) -> tuple[str, ...]:
    """The names of what was recorded wrongly, in the order of the alphabet."""
    names = [name for name in ("history", "name", "purpose") if getattr(command, name) != getattr(council, name)]
    recorded = council.established_on or command.facts.established_on
    if command.established_on not in (None, recorded):
        names.append("established_on")
    if command.tier not in (None, council.tier):
        names.append("tier")
    return tuple(sorted(names))


def check_history(history: Sequence[CouncilSitting], today: date) -> Sequence[date]:
    """The days on which the members changed. Raises `Rejected` where they are not in order, or still to come."""
    first, *others = (sitting.on for sitting in history)
    days = [day for day in others if day is not None]
    if first is not None or len(days) < len(others) or days != sorted(set(days)):
        raise Rejected("council.history_out_of_order")
    for day in days:
        check_happened(day, today)
    return days


def check_not_raised(facts: CouncilFacts) -> None:
    """Raise `Rejected` while proposals or issues name the council as one of the tier that was recorded."""
    for ground, count in facts.raised.items():
        if count:
            raise Rejected("council.tier_in_use", ground=ground, count=count)


def check_at_work_since(day: date, days: Sequence[date], facts: CouncilFacts) -> None:
    """Raise `Rejected` for a day of establishment after one of `days`, or after the council was at work."""
    known = [*days, *([facts.at_work_on] if facts.at_work_on else [])]
    if known and min(known) < day:
        raise Rejected("council.at_work_before", day=day, since=min(known))


def declare_dormant(command: DeclareCouncilDormant, council: Council) -> Sequence[CouncilEvent]:
    """A time of dormancy, which begins once and not before the last one ended."""
    dormant = CouncilDormant(council_id=command.council_id, on=command.on, reason=command.reason)
    if dormant == council.dormant:
        return []
    if council.dormant:
        raise Rejected("council.dormant", since=council.dormant.on)
    check_happened(command.on, command.today, council.resumed.on if council.resumed else None)
    return [dormant]


def resume(command: ResumeCouncil, council: Council) -> Sequence[CouncilEvent]:
    """The end of dormancy."""
    if council.dormant is None:
        return []
    check_happened(command.on, command.today, council.dormant.on)
    return [CouncilResumed(council_id=command.council_id, on=command.on, reason=command.reason)]


def withdraw(command: WithdrawCouncil, council: Council) -> Sequence[CouncilEvent]:
    """A council that was none, once."""
    if council.withdrawn:
        return []
    return taken_back(command.mistake, CouncilWithdrawn, council_id=command.council_id, area=council.area)


def move(command: MoveCouncil, council: Council) -> Sequence[CouncilEvent]:
    """The council is one of another area of its tier."""
    found = moved(command.to, council.area, CouncilMoved, council_id=command.council_id)
    if found:
        check_tier("council", council.tier, command.area_tiers)
    return found


def evolve(council: Council, event: CouncilEvent) -> Council:
    """The council after an event."""
    match event:
        case CouncilEstablished():
            return Council(
                established=event,
                area=event.area,
                tier=event.tier,
                name=event.name,
                history=(CouncilSitting(members=event.members),),
            )
        case CouncilMembersChanged():
            return replace(council, history=sittings_after(council.history, event))
        case CouncilPurposeAgreed():
            return replace(council, purpose=event.purpose)
        case CouncilCorrected():
            right = replace(council, name=event.name, history=event.history, purpose=event.purpose)
            day = event.established_on or council.established_on
            return replace(right, tier=event.tier or council.tier, established_on=day)
        case CouncilDormant():
            return replace(council, dormant=event, resumed=None)
        case CouncilResumed():
            return replace(council, dormant=None, resumed=event)
        case CouncilMoved():
            return replace(council, area=event.area)
        case CouncilWithdrawn():
            return replace(council, withdrawn=True)
        case _:
            assert_never(event)


decider = Decider[Command, Council, CouncilEvent](
    name="council",
    commands=types_of(Command),
    events=types_of(CouncilEvent),
    stream=lambda command: command.council_id,
    home=lambda command: command.home if isinstance(command, EstablishCouncil) else None,
    initial=Council(),
    decide=decide,
    evolve=evolve,
    moves=(CouncilMoved,),
)
