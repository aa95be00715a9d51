"""The day of an event in Japan, and the days that anything here can have."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

JAPAN = timezone(timedelta(hours=9))

FIRST_DAY = date(2000, 4, 1)
"""Nothing here happened earlier: on this day the Long-Term Care Insurance Act (介護保険法) came into force."""
LAST_DAY = date(2099, 12, 31)
"""Nothing is planned for later. A day beyond it is a slip of the pen."""


def day_of(moment: datetime) -> date:
    """The day in Japan at a moment, which must have a time zone."""
    return moment.astimezone(JAPAN).date()


def today() -> date:
    """The day in Japan now."""
    return day_of(datetime.now(UTC))
