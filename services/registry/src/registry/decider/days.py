"""What every rule asks of a day on which something happened."""

from __future__ import annotations

from datetime import date

from shienevents import Rejected


def check_happened(day: date, today: date, since: date | None = None) -> None:
    """Raise `Rejected` for a day to come, and for one before the day `since` when the thing began."""
    if day > today:
        raise Rejected("day.in_future", day=day)
    if since is not None and day < since:
        raise Rejected("day.before_beginning", day=day, since=since)
