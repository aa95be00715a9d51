"""The rules of an area, a node of the municipality's tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from shiendomain.government_codes import city_of_ward, is_government_code
from shiendomain.registry import (
    AreaDefined,
    AreaEvent,
    AreaMappingEvent,
    AreaReorganizationWithdrawn,
    AreaReorganized,
    AreaWorkMapped,
    AreaWorkMappingReversed,
)
from shiendomain.vocabulary import AreaKind, Tier
from shienevents import Decider, NotFound, Rejected, types_of

from .area_commands import DefineArea, ReorganizeArea, WithdrawArea, WithdrawReorganization
from .area_mapping import (
    NO_MAPPINGS,
    MapAreaWork,
    MappingCommand,
    Mappings,
    ReverseMapping,
    map_work,
    reverse,
    reverse_all,
)

_ROOT_KINDS = (AreaKind.MUNICIPALITY, AreaKind.WARD)


Command = DefineArea | ReorganizeArea | WithdrawArea | WithdrawReorganization | MappingCommand
Recorded = AreaEvent | AreaMappingEvent


@dataclass(frozen=True)
class Area:
    """An area as it was last defined, its successors, and the mappings to them."""

    defined: AreaDefined | None = None
    reorganized: AreaReorganized | None = None
    mappings: Mappings = NO_MAPPINGS


def decide(command: Command, area: Area) -> Sequence[Recorded]:
    """The events that follow from a command."""
    match command:
        case DefineArea():
            return define(command, area)
        case ReorganizeArea():
            return reorganize(command, area)
        case WithdrawArea():
            return withdraw(command, area)
        case WithdrawReorganization():
            return withdraw_reorganization(command, area)
        case MapAreaWork():
            if area.defined is None:
                raise NotFound("area.unknown")
            return map_work(command, area.mappings, area.reorganized)
        case ReverseMapping():
            return reverse(command, area.mappings)
        case _:
            assert_never(command)


def define(command: DefineArea, area: Area) -> Sequence[AreaDefined]:
    """A definition, unless the area is already so. A correction says what was wrong."""
    code = command.home.area
    _check_not_ended(area.reorganized)
    if command.parent == code or code in (*command.parent_path, *command.reached):
        raise Rejected("area.below_itself")
    if area.defined is None:
        check_own_code(command)
    if area.defined and area.defined.municipality != command.home.municipality:
        raise NotFound("area.unknown")  # another municipality's area is not shown to exist
    if command.parent is None:
        _check_root(command)
    defined = AreaDefined(
        area=code,
        parent=command.parent,
        municipality=command.home.municipality,
        kind=command.kind,
        tiers=tuple(tier for tier in Tier if tier in command.tiers),
        name=command.name,
        kana=command.kana,
        valid_from=command.valid_from,
        boundary=command.boundary,
    )
    if area.defined is None:
        _check_order(command)
        return [defined]
    if defined == area.defined.model_copy(update={"reason": ""}):
        return []
    _check_correction(command, area.defined)
    return [defined.model_copy(update={"reason": command.reason})]


def _check_correction(command: DefineArea, before: AreaDefined) -> None:
    """A correction says why, and does not take the ground from what has happened in the area since it began."""
    if before.valid_from <= command.today < command.valid_from:
        raise Rejected("area.has_begun", valid_from=before.valid_from)
    if command.used_from and max(before.valid_from, command.used_from) < command.valid_from:
        raise Rejected("area.in_use_before", used_from=command.used_from)
    if (before.parent, before.valid_from) != (command.parent, command.valid_from):
        _check_order(command)
    if not command.reason:
        raise Rejected("area.reason_missing")


def _check_order(command: DefineArea) -> None:
    """An area begins when the one above it is there, and not after those below it."""
    if command.parent_from and command.valid_from < command.parent_from:
        raise Rejected("area.begins_before_parent", parent=command.parent, valid_from=command.parent_from)
    if command.below_from and command.below_from < command.valid_from:
        raise Rejected("area.begins_after_below", area=command.home.area, valid_from=command.below_from)


def ended(area: str, successors: Sequence[str]) -> Rejected:
    """Why nothing is defined or reorganised in an area that has ended; without successors it was a mistake."""
    if not successors:
        return Rejected("area.withdrawn", area=area)
    return Rejected("area.reorganized", successors=list(successors))


def _check_not_ended(end: AreaReorganized | None) -> None:
    if end:
        raise ended(end.area, end.successors)


def check_own_code(command: DefineArea) -> None:
    """A code that begins with a local government code belongs to that municipality. Raises `Rejected`.

    The code of a ward belongs to its designated city (政令指定都市): below it, and for the ward itself.
    It is judged before anything is looked up, so a code of another municipality is refused whether it is taken or not.
    """
    code, municipality = command.home.area, command.home.municipality
    owner = code[:6]
    if code[6:7].isdigit() or not is_government_code(owner) or owner in (municipality, *command.parent_path):
        return
    is_ward = command.kind is AreaKind.WARD and code == owner
    if not (is_ward and city_of_ward(owner) == municipality[:5]):
        raise Rejected("area.code_of_another", owner=owner)


def _check_root(command: DefineArea) -> None:
    """The root of a tree is a municipality or a ward, and its code is a local government code."""
    if command.kind not in _ROOT_KINDS:
        raise Rejected("area.root_kind")
    if not is_government_code(command.home.area):
        raise Rejected("area.check_digit")


def reorganize(command: ReorganizeArea, area: Area) -> Sequence[AreaReorganized]:
    """The end of an area, once."""
    if area.defined is None:
        raise NotFound("area.unknown")
    reorganized = AreaReorganized(area=command.area, successors=command.successors, valid_from=command.valid_from)
    if area.reorganized == reorganized:
        return []
    _check_not_ended(area.reorganized)
    if not command.successors:
        raise Rejected("area.no_successor")
    if command.area in command.successors:
        raise Rejected("area.own_successor")
    if command.leading_back:
        raise Rejected("area.successor_leads_back", successors=list(command.leading_back))
    if command.valid_from <= area.defined.valid_from:
        raise Rejected("area.ends_before_it_begins", valid_from=area.defined.valid_from)
    if command.takes_over:
        raise Rejected("area.takes_over_later", areas=list(command.takes_over))
    if command.absent:
        raise Rejected("area.successor_absent", successors=list(command.absent), day=command.valid_from)
    return [reorganized]


def withdraw(command: WithdrawArea, area: Area) -> Sequence[AreaReorganized]:
    """An area recorded by mistake ends on the day on which it began, and has no successors."""
    if area.defined is None:
        raise NotFound("area.unknown")
    if area.reorganized and not area.reorganized.successors:
        return []
    _check_not_ended(area.reorganized)
    if command.used_by:
        raise Rejected("area.in_use", areas=list(command.used_by))
    if command.things:
        raise Rejected("area.has_records", things=command.things)
    begun = min(area.defined.valid_from, command.today)
    return [AreaReorganized(area=command.area, successors=(), valid_from=begun, reason=command.reason)]


def withdraw_reorganization(command: WithdrawReorganization, area: Area) -> Sequence[Recorded]:
    """The area goes on, and its mappings are reversed. What people moved one by one stays until they move it back."""
    if area.defined is None:
        raise NotFound("area.unknown")
    if area.reorganized is None:
        return []
    if command.mistaken_parent:
        raise ended(command.mistaken_parent, ())
    reversed_ = reverse_all(command.area, command.reason, area.mappings)
    return [*reversed_, AreaReorganizationWithdrawn(area=command.area, reason=command.reason)]


def evolve(area: Area, event: Recorded) -> Area:
    """The area after an event."""
    match event:
        case AreaDefined():
            return replace(area, defined=event)
        case AreaReorganized():
            return replace(area, reorganized=event)
        case AreaReorganizationWithdrawn():
            return replace(area, reorganized=None)
        case AreaWorkMapped() | AreaWorkMappingReversed():
            return replace(area, mappings=area.mappings.after(event))
        case _:
            assert_never(event)


def stream(command: Command) -> str:
    """The code of the area."""
    return command.home.area if isinstance(command, DefineArea) else command.area


decider = Decider[Command, Area, Recorded](
    name="area",
    commands=types_of(Command),
    events=types_of(Recorded),
    stream=stream,
    home=lambda command: command.home if isinstance(command, DefineArea) else None,
    initial=Area(),
    decide=decide,
    evolve=evolve,
)
