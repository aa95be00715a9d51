"""The day of an event in Japan."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

JAPAN = timezone(timedelta(hours=9))


def day_of(moment: datetime) -> date:
    """The day in Japan at a moment, which must have a time zone."""
    return moment.astimezone(JAPAN).date()


def today() -> date:
    """The day in Japan now."""
    return day_of(datetime.now(UTC))
