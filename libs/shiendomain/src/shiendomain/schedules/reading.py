"""Reading a written schedule: days wait for the hours that follow them; limits are of the days after them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from .schedule import DAY_CODES, Hours, Opening, Schedule
from .words import (
    LAST,
    by_month,
    days_of_month_of,
    hours_of,
    nth_of,
    numbers_of,
    plain_form,
    says_holidays,
    says_more_than_rules,
    tokens,
    weekdays_of,
)

_EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True)
class _Days:
    """Days that were read and wait for their hours."""

    weekly: frozenset[int] = frozenset()
    nth: tuple[tuple[int, int], ...] = ()  # (1 to 5 or the last, weekday)
    of_month: tuple[int, ...] = ()
    order: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.order)

    def adding(self, kind: str, **more: object) -> _Days:
        order = self.order if kind in self.order else (*self.order, kind)
        return replace(self, order=order, **more)  # type: ignore[arg-type]


@dataclass
class _Reading:
    """What was read so far. Limits (months, every second week) are of the days that follow them."""

    openings: list[tuple[_Days, Hours | None, tuple[str, str]]] = field(default_factory=list)
    days: _Days = _Days()
    last: _Days = _Days()
    early: list[Hours] = field(default_factory=list)
    limits: tuple[str, str] = ("", "")  # INTERVAL, BYMONTH
    closed: frozenset[int] = frozenset()
    on_holidays: bool | None = None

    def add_hours(self, hours: Hours) -> None:
        days = self.days or self.last
        if days:
            self.openings.append((days, hours, self.limits))
            self.days, self.last = _Days(), days
        else:
            self.early.append(hours)

    def end(self) -> None:
        if self.early and self.openings:  # hours before and after days: whose they are is not told
            self.openings = [(days, None, limits) for days, _, limits in self.openings]
            self.early = []
        if self.days:
            for hours in self.early or [None]:  # type: ignore[list-item]
                self.openings.append((self.days, hours, self.limits))


@lru_cache(4096)
def read_schedule(text: str) -> Schedule:
    """What a written schedule says; without openings where it says no days, or more than rules can say."""
    plain = plain_form(text)
    if says_more_than_rules(plain):
        return Schedule()
    reading = _Reading()
    for kind, words in tokens(plain):
        _take(reading, kind, words)
    reading.end()
    if not reading.openings and reading.closed:
        reading.days = _Days().adding("weekly", weekly=_EVERY_DAY)
        reading.end()
    openings = tuple(
        Opening(rule, hours)
        for days, hours, limits in reading.openings
        for rule in _rules(replace(days, weekly=days.weekly - reading.closed), limits)
    )
    return Schedule(tuple(dict.fromkeys(openings)), reading.on_holidays if openings else None)


def _take(reading: _Reading, kind: str, words: str) -> None:
    """Take one part of the text into what was read."""
    match kind:
        case "hours":
            if hours := hours_of(words):
                reading.add_hours(hours)
        case "around_the_clock":
            reading.add_hours(Hours("00:00", "24:00"))
        case "months" | "without_months" | "odd_months" | "even_months" | "every_second":
            _limit(reading, kind, words)
        case "holidays_closed":
            reading.on_holidays = False
        case "holidays_open":
            reading.on_holidays = True if reading.on_holidays is None else reading.on_holidays
        case "closed_days" | "closed_days_after":
            reading.closed |= weekdays_of(words)
            reading.on_holidays = False if says_holidays(words) else reading.on_holidays
        case "daily":
            reading.days = reading.days.adding("weekly", weekly=_EVERY_DAY)
            _late_hours(reading)
        case _:
            reading.days = _with_days(reading.days, kind, words)


def _limit(reading: _Reading, kind: str, words: str) -> None:
    interval, months = reading.limits
    if reading.days and kind != "without_months":  # they were limited before
        reading.openings.append((reading.days, None, reading.limits))
        reading.days, reading.last = _Days(), reading.days
    match kind:
        case "months":
            months = by_month(numbers_of(words))
        case "odd_months":
            months = by_month(range(1, 13, 2))
        case "even_months":
            months = by_month(range(2, 13, 2))
        case "without_months":  # it is said after the days
            months = by_month(sorted({*range(1, 13)} - {*numbers_of(words)}))
            reading.openings = [(days, hours, (interval, months)) for days, hours, _ in reading.openings]
        case _:
            interval = ";INTERVAL=2"
    reading.limits = (interval, months)


def _with_days(days: _Days, kind: str, words: str) -> _Days:
    match kind:
        case "days_of_month":
            return days.adding("of_month", of_month=(*days.of_month, *days_of_month_of(words)))
        case "nth":
            return days.adding("nth", nth=(*days.nth, *nth_of(words)))
        case "workdays":
            return days.adding("weekly", weekly=days.weekly | frozenset(range(5)))
        case "weekdays":
            return days.adding("weekly", weekly=days.weekly | weekdays_of(words))
        case _:
            return days


def _late_hours(reading: _Reading) -> None:
    """Hours that were written before 年中無休 are those of every day."""
    early, reading.early = reading.early, []
    for hours in early:
        reading.add_hours(hours)


def _rules(days: _Days, limits: tuple[str, str]) -> Iterator[str]:
    interval, months = limits
    for kind in days.order:
        if kind == "weekly" and days.weekly:
            if len(days.weekly) == 7 and not interval:
                yield f"FREQ=DAILY{months}"
            else:
                yield f"FREQ=WEEKLY{interval}{months};BYDAY={','.join(DAY_CODES[day] for day in sorted(days.weekly))}"
        elif kind == "nth" and days.nth:
            ordered = sorted(set(days.nth), key=lambda one: (one[0] == LAST, one))
            yield f"FREQ=MONTHLY{interval}{months};BYDAY={','.join(f'{n}{DAY_CODES[day]}' for n, day in ordered)}"
        elif kind == "of_month" and days.of_month:
            ordered_days = sorted(set(days.of_month), key=lambda day: (day == LAST, day))
            yield f"FREQ=MONTHLY{interval}{months};BYMONTHDAY={','.join(map(str, ordered_days))}"
