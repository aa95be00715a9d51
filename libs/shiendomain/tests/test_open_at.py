"""At which half-hours of the week a written schedule is open."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shiendomain.schedules import Hours, Opening, Schedule, open_at, read_schedule, slot_of


def hours_of(text: str, weekday: int) -> list[str]:
    slots = open_at(read_schedule(text))
    return [f"{n // 2:02d}:{n % 2 * 30:02d}" for n in range(48) if slots and slots[weekday] >> n & 1]


@pytest.mark.parametrize(
    ("text", "weekday", "hours"),
    [
        ("第2・4火曜 10時〜11時半", 1, ["10:00", "10:30", "11:00"]),
        ("第2・4火曜 10時〜11時半", 0, []),
        ("毎週月曜 9:15〜10:10", 0, ["09:00", "09:30", "10:00"]),
        ("毎週月曜 13:30から", 0, ["13:30", "14:00"]),
        ("毎週土曜 23時〜翌1時", 5, ["23:00", "23:30"]),
        ("毎週月曜", 0, []),
        ("不定期", 0, []),
    ],
)
def test_a_schedule_is_open_at_the_half_hours_that_it_says(text: str, weekday: int, hours: list[str]) -> None:
    assert hours_of(text, weekday) == hours


def test_hours_over_midnight_end_on_the_next_day() -> None:
    sunday_night = Schedule((Opening("FREQ=WEEKLY;BYDAY=SU", Hours("22:00", "00:30")),))
    slots = open_at(sunday_night)
    assert (slots[6], slots[0]) == ((1 << 48) - (1 << 44), 1)


def test_the_whole_day_is_all_half_hours_and_days_of_the_month_are_all_weekdays() -> None:
    assert open_at(read_schedule("毎日 24時間")) == ((1 << 48) - 1,) * 7
    by_date = Schedule((Opening("FREQ=MONTHLY;BYMONTHDAY=10", Hours("10:00", "11:00")),))
    assert open_at(by_date) == (3 << 20,) * 7


times = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))


@given(times, times)
def test_the_hour_in_which_it_begins_is_open(begin: str, until: str) -> None:
    slots = open_at(Schedule((Opening("FREQ=WEEKLY;BYDAY=WE", Hours(begin, until)),)))
    assert slots[date(2026, 4, 1).weekday()] >> slot_of(begin) & 1
    assert all(0 <= one < 1 << 48 for one in slots)
