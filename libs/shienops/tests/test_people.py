"""When what the demo's people do is said to have happened."""

from __future__ import annotations

from datetime import date, datetime

from shiendomain.days import JAPAN
from shienops.demo.people import moment_on

NIGHT = datetime(2026, 11, 24, 3, 35, tzinfo=JAPAN)


def test_things_happen_at_ten_in_the_morning_but_never_in_the_future() -> None:
    assert moment_on(date(2026, 11, 23), NIGHT) == datetime(2026, 11, 23, 10, tzinfo=JAPAN)
    assert moment_on(date(2026, 11, 24), NIGHT) == NIGHT
