"""The service `needs`: two kinds of streams, a reaction to its own events and one to matching's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from shienevents import Decider, Envelope, Event, Home, NotFound, Reaction, Rejected

from .contracts import (
    MatchProposed,
    NeedAnswered,
    NeedRecorded,
    NeedServed,
    NeedWithdrawn,
    SheetCounted,
    SheetMarked,
)

MUNICIPALITY = "272108"


@dataclass(frozen=True)
class RecordNeed:
    """Note a need; `serve_now` helps one person in the same append, so two events stand or fall together."""

    need_id: UUID
    area: str
    sheet: str
    people: int
    key: str
    serve_now: bool = False


@dataclass(frozen=True)
class ServeNeed:
    """Help one person."""

    need_id: UUID
    key: str


@dataclass(frozen=True)
class WithdrawNeed:
    """Take the need back; a second time changes nothing."""

    need_id: UUID
    key: str


@dataclass(frozen=True)
class AnswerNeed:
    """What matching proposed reaches the need."""

    need_id: UUID
    people: int
    key: str


@dataclass(frozen=True)
class CountOnSheet:
    """Count a need on its sheet. The decider does not look whether it was counted: once is the library's promise."""

    sheet: str
    area: str
    need_id: UUID
    people: int
    key: str


@dataclass(frozen=True)
class MarkSheet:
    """Write to a sheet, in a race with the reaction that counts on it."""

    sheet: str
    area: str
    key: str


NeedCommand = RecordNeed | ServeNeed | WithdrawNeed | AnswerNeed
SheetCommand = CountOnSheet | MarkSheet


@dataclass(frozen=True)
class NeedState:
    """What the decider knows of a need."""

    known: bool = False
    left: int = 0
    withdrawn: bool = False
    answered: bool = False


def decide(command: NeedCommand, need: NeedState) -> Sequence[Event]:
    """What may happen to a need."""
    if isinstance(command, RecordNeed):
        return record(command, need)
    if not need.known:
        raise NotFound("need.unknown")
    match command:
        case ServeNeed():
            return serve(command, need)
        case WithdrawNeed():
            return [] if need.withdrawn else [NeedWithdrawn(need_id=command.need_id, key=command.key)]
        case AnswerNeed():
            if need.withdrawn:
                raise Rejected("need.withdrawn")
            if need.answered:
                return []
            return [NeedAnswered(need_id=command.need_id, people=command.people, key=command.key)]
        case _:
            assert_never(command)


def record(command: RecordNeed, need: NeedState) -> Sequence[Event]:
    """One event, or two."""
    if need.known:
        raise Rejected("need.known")
    recorded = NeedRecorded(need_id=command.need_id, sheet=command.sheet, people=command.people, key=command.key)
    if not command.serve_now:
        return [recorded]
    return [recorded, NeedServed(need_id=command.need_id, people=1, key=command.key)]


def serve(command: ServeNeed, need: NeedState) -> Sequence[Event]:
    """One person, while there are any."""
    if need.withdrawn:
        raise Rejected("need.withdrawn")
    if not need.left:
        raise Rejected("need.exhausted")
    return [NeedServed(need_id=command.need_id, people=1, key=command.key)]


def evolve(need: NeedState, event: Event) -> NeedState:
    """The need after an event."""
    match event:
        case NeedRecorded():
            return replace(need, known=True, left=event.people)
        case NeedServed():
            return replace(need, left=need.left - event.people)
        case NeedWithdrawn():
            return replace(need, withdrawn=True)
        case NeedAnswered():
            return replace(need, answered=True)
        case _:
            return need


def decide_sheet(command: SheetCommand, _: None) -> Sequence[Event]:
    """Whatever is written to a sheet is taken."""
    match command:
        case CountOnSheet():
            counted = SheetCounted(sheet=command.sheet, need_id=command.need_id, people=command.people, key=command.key)
            return [counted]
        case MarkSheet():
            return [SheetMarked(sheet=command.sheet, key=command.key)]
        case _:
            assert_never(command)


need_decider: Decider[NeedCommand, NeedState, Event] = Decider(
    name="need",
    commands=(RecordNeed, ServeNeed, WithdrawNeed, AnswerNeed),
    events=(NeedRecorded, NeedServed, NeedWithdrawn, NeedAnswered),
    stream=lambda command: command.need_id,
    home=lambda command: Home(MUNICIPALITY, command.area) if isinstance(command, RecordNeed) else None,
    initial=NeedState(),
    decide=decide,
    evolve=evolve,
)
sheet_decider: Decider[SheetCommand, None, Event] = Decider(
    name="sheet",
    commands=(CountOnSheet, MarkSheet),
    events=(SheetCounted, SheetMarked),
    stream=lambda command: command.sheet,
    home=lambda command: Home(MUNICIPALITY, command.area),
    initial=None,
    decide=decide_sheet,
    evolve=lambda state, event: state,
)


def count(event: NeedRecorded, envelope: Envelope) -> list[object]:
    """A need that was recorded is counted on its sheet."""
    key = f"count_on_sheet:{envelope.id}"
    return [CountOnSheet(event.sheet, envelope.area, event.need_id, event.people, key)]


def answer(event: MatchProposed, envelope: Envelope) -> list[object]:
    """A proposal of matching reaches the need."""
    return [AnswerNeed(event.need_id, event.people, f"answer_need:{envelope.id}")]


count_on_sheet = Reaction(name="count_on_sheet", subscribes_to=(NeedRecorded,), react=count)
answer_need = Reaction(name="answer_need", subscribes_to=(MatchProposed,), react=answer)
