"""The weekdays of a written schedule, and its coming days by the calendar of Japan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import islice
from typing import Any

from ..vocabulary import Weekday
from .reading import read_schedule
from .schedule import Schedule

_HORIZON = timedelta(days=400)


def open_weekdays(text: str) -> tuple[Weekday, ...]:
    """The weekdays on which something may be open by its written schedule; none where the text does not say it.

    >>> open_weekdays("第2・4火曜"), open_weekdays("不定期")
    ((<Weekday.TUE: 'tue'>,), ())
    """
    days = tuple(Weekday)
    return tuple(days[n] for n in read_schedule(text).weekdays)


def next_days(schedule: Schedule, first: date, count: int = 5) -> tuple[date, ...]:
    """The next days on which it is open, from `first` on: at most `count`, within 400 days.

    None for a schedule of every second week or month: the text does not say in which it began. Public holidays
    (国民の祝日に関する法律) are left out where the schedule says that it is closed on them.
    """
    if not schedule.openings or any(";INTERVAL=" in opening.rule for opening in schedule.openings):
        return ()
    return tuple(islice(_open_days(schedule, first), count))


def _open_days(schedule: Schedule, first: date) -> Iterator[date]:
    from dateutil.rrule import rrule, rruleset, rrulestr  # read when it is needed: deciders and views need no calendar

    begin = datetime.combine(first, time())
    days = rruleset()
    for written in dict.fromkeys(opening.rule for opening in schedule.openings):
        rule = rrulestr(written, dtstart=begin)
        assert isinstance(rule, rrule)  # one rule, not a set of them
        days.rrule(rule)
    for moment in days:
        if moment - begin > _HORIZON:
            return
        if schedule.on_holidays is not False or moment.date() not in _holidays():
            yield moment.date()


@cache
def _holidays() -> Any:
    from holidays import country_holidays

    return country_holidays("JP")
