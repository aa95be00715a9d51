"""What follows from reports of activity."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shiendomain.activities import ActivityYear, Frequency, by_year, days_of, frequency, people_at_a_time, unreported
from shiendomain.fiscal import FiscalYear
from shiendomain.registry import ActivityDetails

DAY = date(2026, 11, 29)


def a_report(since: date, until: date, times: int = 2, participants: int = 10) -> ActivityDetails:
    return ActivityDetails(
        period_from=since, period_until=until, times=times, participants=participants,
        attendances=participants * times, supporters=participants // 5,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("times", "days", "held"),
    [
        (4, 28, Frequency.WEEKLY),
        (4, 31, Frequency.WEEKLY),
        (52, 366, Frequency.WEEKLY),
        (51, 365, Frequency.TWICE_MONTHLY),
        (3, 30, Frequency.TWICE_MONTHLY),
        (2, 28, Frequency.TWICE_MONTHLY),
        (24, 365, Frequency.TWICE_MONTHLY),
        (23, 365, Frequency.MONTHLY),
        (3, 92, Frequency.MONTHLY),
        (1, 31, Frequency.MONTHLY),
        (11, 366, Frequency.RARER),
        (0, 30, Frequency.RARER),
        (0, 3, Frequency.RARER),
        (1, 1, Frequency.WEEKLY),
    ],
)
def test_how_often_something_is_held(times: int, days: int, held: Frequency) -> None:
    assert frequency(times, days) is held


@given(st.integers(1, 366), st.integers(0, 400))
def test_who_is_held_more_often_is_not_counted_as_rarer(days: int, times: int) -> None:
    order = list(Frequency)
    assert order.index(frequency(times + 1, days)) <= order.index(frequency(times, days))


def test_what_is_held_in_each_month_is_monthly_by_month_and_by_year() -> None:
    firsts = [date(2025 + (n > 8), (n + 3) % 12 + 1, 1) for n in range(12)]
    months = [a_report(first, (first + timedelta(31)).replace(day=1) - timedelta(1), 1) for first in firsts]
    assert {frequency(one.times, days_of(one.period_from, one.period_until)) for one in months} == {Frequency.MONTHLY}
    (year,) = by_year(months)
    assert (year.days, year.frequency, year.people_at_a_time) == (365, Frequency.MONTHLY, 10)


def test_a_year_adds_what_can_be_added_and_counts_nobody_twice() -> None:
    april = a_report(date(2026, 4, 1), date(2026, 4, 30), times=2, participants=10)
    may = a_report(date(2026, 5, 1), date(2026, 5, 31), times=3, participants=15)
    march = a_report(date(2026, 3, 1), date(2026, 3, 31), times=1, participants=5)
    assert by_year([march, may, april]) == [
        ActivityYear(FiscalYear(2026), 2, 61, 5, 15, 65, 3),
        ActivityYear(FiscalYear(2025), 1, 31, 1, 5, 5, 1),
    ]


@given(st.integers(0, 1000), st.integers(1, 100))
def test_the_attendance_is_the_nearest_whole_number(attendances: int, times: int) -> None:
    found = people_at_a_time(attendances, times)
    assert found is not None
    assert -times < 2 * (attendances - found * times) < times or 2 * (found * times - attendances) == times


def test_a_resource_is_asked_for_a_report_when_the_last_one_is_long_ago() -> None:
    assert not unreported(DAY - timedelta(92), DAY - timedelta(900), DAY, 92)
    assert unreported(DAY - timedelta(93), DAY - timedelta(900), DAY, 92)
    assert unreported(None, DAY - timedelta(93), DAY, 92)
    assert not unreported(None, DAY - timedelta(92), DAY, 92)
    assert not unreported(DAY - timedelta(900), DAY - timedelta(92), DAY, 92)
