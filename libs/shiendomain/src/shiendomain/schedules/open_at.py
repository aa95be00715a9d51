"""At which half-hours of the week a schedule is open: seven numbers, one for each weekday, Monday first.

Bit n of a number is the half-hour that begins n / 2 hours after midnight.
"""

from __future__ import annotations

from .schedule import DAY_CODES, Hours, Schedule

SLOTS = 48
"""Half-hours of a day."""


def open_at(schedule: Schedule) -> tuple[int, ...]:
    """The half-hours in which it may be open, where the schedule says the hours; empty where it says none.

    A half-hour in which it is open for a part counts. Without an end it is taken to be open for one hour. Hours over
    midnight end on the next day. A schedule of some weeks of the month is open on its weekdays.
    """
    slots = [0] * 7
    for opening in schedule.openings:
        if opening.hours is None:
            continue
        days = opening.rule.partition(";BYDAY=")[2]
        begin, until = _slots(opening.hours)
        for n in range(7):
            if days and DAY_CODES[n] not in days:
                continue
            slots[n] |= _between(begin, min(until, SLOTS))
            slots[(n + 1) % 7] |= _between(0, max(0, until - SLOTS))
    return tuple(slots) if any(slots) else ()


def slot_of(hour: str) -> int:
    """The half-hour in which a time of the day (HH:MM) lies."""
    return _minutes(hour) // 30


def half_hours_within(hour: str | None, until: str | None) -> int:
    """The half-hours between two times of the day, as a number of bits; `None` is the begin or the end of the day.

    >>> bin(half_hours_within("00:30", "01:30"))
    '0b110'
    """
    end = SLOTS if until is None else -(-_minutes(until) // 30)
    return _between(slot_of(hour) if hour else 0, end)


def open_at_sql(column: str, weekday: int | None, slot: str) -> str:
    """Whether the half-hours in a column (bigint[]) hold this one, on a weekday (0: Monday) or on any, in SQL.

    Null where the column is empty.
    """
    days = (weekday,) if weekday is not None else range(7)
    return f"({' | '.join(f'{column}[{day + 1}]' for day in days)}) >> {slot} & 1 = 1"


def _slots(hours: Hours) -> tuple[int, int]:
    """The first half-hour, and the one after the last; after midnight they go on to count."""
    begin = _minutes(hours.begin)
    until = _minutes(hours.until) if hours.until else begin + 60
    if until <= begin:
        until += 24 * 60
    return begin // 30, -(-until // 30)


def _between(begin: int, until: int) -> int:
    return (1 << until) - (1 << begin) if until > begin else 0


def _minutes(hour: str) -> int:
    hours, _, minutes = hour.partition(":")
    return int(hours) * 60 + int(minutes)
