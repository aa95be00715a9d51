"""The rules of the promise of an area how fresh its lists are. What was promised last counts from its day on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from shiendomain.registry import (
    FreshnessEvent,
    FreshnessPromiseCorrected,
    FreshnessPromised,
    FreshnessPromiseWithdrawn,
)
from shienevents import Decider, Home, NotFound, Rejected, types_of


@dataclass(frozen=True)
class PromiseFreshness:
    """Promise that so many per cent of the resources are verified within so many days, from a day on."""

    area: str
    home: Home
    percent: int
    within_days: int
    since: date


@dataclass(frozen=True)
class CorrectFreshnessPromise:
    """The promise made last was recorded wrongly; what is right, as a whole."""

    area: str
    percent: int
    within_days: int
    since: date
    reason: str


@dataclass(frozen=True)
class WithdrawFreshnessPromise:
    """From a day on the area has no promise of its own."""

    area: str
    since: date
    reason: str


Command = PromiseFreshness | CorrectFreshnessPromise | WithdrawFreshnessPromise


@dataclass(frozen=True)
class Promises:
    """What was promised and withdrawn last, and the day of what was before that."""

    last: FreshnessEvent | None = None
    before: date | None = None


def decide(command: Command, promises: Promises) -> Sequence[FreshnessEvent]:
    """The events that follow from a command."""
    match command:
        case PromiseFreshness():
            return promise(command, promises.last)
        case CorrectFreshnessPromise():
            return correct(command, promises)
        case WithdrawFreshnessPromise():
            return withdraw(command, promises.last)
        case _:
            assert_never(command)


def promise(command: PromiseFreshness, last: FreshnessEvent | None) -> Sequence[FreshnessEvent]:
    """A promise that takes the place of the one before, from its day on. The same promise again changes nothing."""
    made = (command.percent, command.within_days, command.since)
    if last is not None:
        if _said(last) == made:
            return []
        _not_before(command.since, last.since)
    percent, within_days, since = made
    return [FreshnessPromised(area=command.area, percent=percent, within_days=within_days, since=since)]


def correct(command: CorrectFreshnessPromise, promises: Promises) -> Sequence[FreshnessEvent]:
    """A correction of the promise made last; none when nothing differs."""
    if promises.last is None or _said(promises.last) is None:
        raise NotFound("freshness.unknown")
    if _said(promises.last) == (command.percent, command.within_days, command.since):
        return []
    if promises.before is not None:
        _not_before(command.since, promises.before)
    return [FreshnessPromiseCorrected(**vars(command))]


def withdraw(command: WithdrawFreshnessPromise, last: FreshnessEvent | None) -> Sequence[FreshnessEvent]:
    """A withdrawal of the promise made last, not before its day. The same withdrawal again changes nothing."""
    withdrawn = FreshnessPromiseWithdrawn(**vars(command))
    if last == withdrawn:
        return []
    if last is None or _said(last) is None:
        raise NotFound("freshness.unknown")
    _not_before(command.since, last.since)
    return [withdrawn]


def _said(event: FreshnessEvent) -> tuple[int, int, date] | None:
    """What counts after an event; None: no promise."""
    if isinstance(event, FreshnessPromiseWithdrawn):
        return None
    return event.percent, event.within_days, event.since


def _not_before(since: date, last: date) -> None:
    if since < last:
        raise Rejected("freshness.begins_first", last=last)


def evolve(promises: Promises, event: FreshnessEvent) -> Promises:
    """The promises after an event."""
    match event:
        case FreshnessPromised() | FreshnessPromiseWithdrawn():
            return Promises(event, promises.last.since if promises.last else None)
        case FreshnessPromiseCorrected():
            return Promises(event, promises.before)
        case _:
            assert_never(event)


decider = Decider[Command, Promises, FreshnessEvent](
    name="freshness",
    commands=types_of(Command),
    events=types_of(FreshnessEvent),
    stream=lambda command: command.area,
    home=lambda command: command.home if isinstance(command, PromiseFreshness) else None,
    initial=Promises(),
    decide=decide,
    evolve=evolve,
)
