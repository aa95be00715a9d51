"""What follows from reports of activity (活動報告): how often a place is held, its size, and its growth over years."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, NamedTuple

from .fiscal import FiscalYear
from .registry import ActivityDetails
from .words import Word

REPORT_DAYS: Final = 92
"""So many days after the end of its last report a gathering place is to be asked for another, unless a caller asks for
another number. Source: a rule of this product; the longest quarter of a year has so many days."""


class Frequency(Word):
    """How often a gathering place (通いの場) is held.

    Source: 介護予防・日常生活支援総合事業（地域支援事業）の実施状況に関する調査, which counts those held weekly apart.
    """

    WEEKLY = "weekly", "週1回以上", "Once a week or more"
    TWICE_MONTHLY = "twice_monthly", "月2回以上", "Twice a month or more"
    MONTHLY = "monthly", "月1回以上", "Once a month or more"
    RARER = "rarer", "月1回未満", "Less than once a month"


class ActivityYear(NamedTuple):
    """What a resource reported for one fiscal year.

    `days` are those of the reported periods. `participants` and `supporters` are those of the report with most of them:
    who came in two periods is not known twice, so a sum would count people twice.
    """

    year: FiscalYear
    reports: int
    days: int
    times: int
    participants: int
    attendances: int
    supporters: int

    @property
    def frequency(self) -> Frequency:
        """How often it was held in the reported days."""
        return frequency(self.times, self.days)

    @property
    def people_at_a_time(self) -> int | None:
        """How many people came to it at a time; see `people_at_a_time`."""
        return people_at_a_time(self.attendances, self.times)


def days_of(period_from: date, period_until: date) -> int:
    """The days of a period, its first and its last included."""
    return (period_until - period_from).days + 1


def frequency(times: int, days: int) -> Frequency:
    """How often something is held that was held so many times in so many days.

    Whole weeks count, and months of 1,461 / 48 days (four years are 1,461 days) to the nearest whole number: what is
    held in each month is held once a month, whether a month or a year is reported.

    >>> [frequency(times, days).value for times, days in ((52, 365), (4, 30), (2, 31), (12, 365), (11, 365))]
    ['weekly', 'weekly', 'twice_monthly', 'monthly', 'rarer']
    """
    weeks, months = max(1, days // 7), max(1, (96 * days + 1461) // 2922)
    if times >= weeks:
        return Frequency.WEEKLY
    if times >= 2 * months:
        return Frequency.TWICE_MONTHLY
    return Frequency.MONTHLY if times >= months else Frequency.RARER


def people_at_a_time(attendances: int, times: int) -> int | None:
    """How many people came at a time, to the nearest whole number and half up; `None` for what was never held.

    >>> people_at_a_time(35, 2), people_at_a_time(0, 0)
    (18, None)
    """
    return (2 * attendances + times) // (2 * times) if times else None


def unreported(last: date | None, registered_on: date, day: date, days: int) -> bool:
    """Whether the activity of a resource was not reported lately: neither a report's last day nor its registration is
    within so many days before `day`.

    Args:
        last: the last day of its newest report that stands.
        registered_on: the day of its registration; a new resource is not asked at once.

    Source: a rule of this product, so that the yearly survey does not have to ask for a whole year at its end.
    """
    return max(last or registered_on, registered_on) < day - timedelta(days=days)


def unreported_sql(last: str, day: str, days: str) -> str:
    """`unreported` in SQL: a boolean. `last` may be null; the column is named registered_on."""
    return f"(greatest({last}, registered_on) < {day} - {days})"


def by_year(reports: Iterable[ActivityDetails]) -> list[ActivityYear]:
    """What reports of one resource say about each fiscal year, the newest year first. Their periods do not overlap."""
    years: dict[FiscalYear, list[ActivityDetails]] = {}
    for one in reports:
        years.setdefault(FiscalYear.of(one.period_from), []).append(one)
    return [_year(year, years[year]) for year in sorted(years, reverse=True)]


def _year(year: FiscalYear, reports: list[ActivityDetails]) -> ActivityYear:
    return ActivityYear(
        year=year,
        reports=len(reports),
        days=sum(days_of(one.period_from, one.period_until) for one in reports),
        times=sum(one.times for one in reports),
        participants=max(one.participants for one in reports),
        attendances=sum(one.attendances for one in reports),
        supporters=max(one.supporters for one in reports),
    )
