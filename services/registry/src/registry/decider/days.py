"""The days that a stream records: none is in the future, and none before what it belongs to."""

from __future__ import annotations

from datetime import date

from shienevents import Rejected


def check_day(day: date, *, today: date, begun: date | None = None) -> None:
    """Raise `Rejected` for a day after today, or before the day on which what it belongs to began."""
    if day > today:
        raise Rejected("day.in_future", day=day)
    if begun and day < begun:
        raise Rejected("day.too_early", day=day, begun=begun)
