"""The day of an event, as people in Japan count days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

JAPAN = timezone(timedelta(hours=9))


def day_of(moment: datetime) -> date:
    """The day it was in Japan."""
    return moment.astimezone(JAPAN).date()


def today() -> date:
    """The day it is in Japan."""
    return day_of(datetime.now(UTC))
