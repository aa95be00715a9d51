"""Written schedules: the table of forms, and the coming days."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from shiendomain.schedules import next_days, read_schedule

FORMS = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("schedules.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def test_the_table_is_as_large_as_was_asked_for() -> None:
    assert len({text for text, _ in FORMS}) == len(FORMS) >= 150


@pytest.mark.parametrize(("text", "said"), FORMS, ids=[text for text, _ in FORMS])
def test_a_written_schedule_says_what_the_table_says(text: str, said: str) -> None:
    schedule = read_schedule(text)
    assert str(schedule) == said
    for opening in schedule.openings:
        rrulestr(opening.rule)


@pytest.mark.parametrize("unit", ["月曜日、", "月曜日及び", "日 ", "月曜日火曜日水曜日木曜日金曜日土曜日日曜日"])
def test_a_list_of_days_that_goes_on_otherwise_is_read_in_no_time(unit: str) -> None:
    """A pattern that tries it in every way would not end."""
    assert read_schedule(unit * (300 // len(unit)) + "会").on_holidays is None


WORDS = "第毎月週火水金土日曜日祝平年中無休24隔奇数末のつく10時半:〜~・、() 午前後から除くも"


@given(st.text(alphabet=WORDS, max_size=60))
def test_any_text_is_read_and_its_rules_are_rules(text: str) -> None:
    for opening in read_schedule(text).openings:
        rrulestr(opening.rule)


def test_the_coming_days_are_those_of_the_rules_without_holidays_where_it_is_closed_then() -> None:
    monday = date(2026, 11, 30)
    assert next_days(read_schedule("第2・4火曜"), monday, 3) == (
        date(2026, 12, 8), date(2026, 12, 22), date(2027, 1, 12),
    )  # fmt: skip
    new_year = date(2026, 12, 31)
    assert next_days(read_schedule("毎週金曜"), new_year, 2) == (date(2027, 1, 1), date(2027, 1, 8))
    assert next_days(read_schedule("毎週金曜（祝日を除く）"), new_year, 1) == (date(2027, 1, 8),)


@pytest.mark.parametrize("text", ["不定期", "隔週水曜", "隔月第1土曜", ""])
def test_a_schedule_that_does_not_say_when_it_began_has_no_coming_days(text: str) -> None:
    assert next_days(read_schedule(text), date(2026, 11, 30)) == ()


def test_the_weekdays_are_all_on_which_it_may_be_open() -> None:
    assert read_schedule("第2・4火曜、毎週土曜").weekdays == (1, 5)
    assert read_schedule("毎月10日").weekdays == tuple(range(7))
    assert read_schedule("不定期").weekdays == ()
