"""The day on which something ends, as people write it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shiendomain.endings import read_ending


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和8年3月末まで", date(2026, 3, 31)),
        ("令和８年３月３１日で終了", date(2026, 3, 31)),
        ("Ｒ8.9.30まで", date(2026, 9, 30)),
        ("2026年9月30日(水)をもって終了します", date(2026, 9, 30)),
        ("2026/9/30まで開催", date(2026, 9, 30)),
        ("送迎あり。2027年3月に閉鎖", date(2027, 3, 31)),
        ("令和元年12月で廃止", date(2019, 12, 31)),
        ("2026年4月まで西町、2026年9月まで東町", date(2026, 9, 30)),
        ("2026年2月30日まで", None),
        ("3月まで", None),
        ("2026年4月から", None),
        ("17:00まで", None),
        ("毎週火曜 10時〜12時", None),
        ("", None),
    ],
)
def test_an_end_is_read_where_its_year_is_written(text: str, day: date | None) -> None:
    assert read_ending(text) == day


@given(st.text() | st.text(alphabet="令和r0123456789年月日末./-まで終了元 "))
def test_whatever_is_written_is_read_without_a_failure(text: str) -> None:
    read_ending(text, text)
