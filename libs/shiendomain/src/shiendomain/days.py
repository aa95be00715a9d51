"""The day of an event in Japan, and the days that anything here can have."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

JAPAN = timezone(timedelta(hours=9))

FIRST_DAY = date(2000, 4, 1)
"""Nothing here happened earlier: on this day the Long-Term Care Insurance Act (介護保険法) came into force."""
LAST_DAY = date(2099, 12, 31)
"""Nothing is planned for later. A day beyond it is a slip of the pen."""
_PLUS_AS_SPACE = re.compile(r" (?=\d\d:\d\d$)")  # in an address, a + that was not written as %2B


def day_of(moment: datetime) -> date:
    """The day in Japan at a moment, which must have a time zone."""
    return moment.astimezone(JAPAN).date()


def today() -> date:
    """The day in Japan now."""
    return day_of(datetime.now(UTC))


def past_time(text: str) -> datetime | None:
    """The time that a text names: an ISO 8601 time with its zone, or a day, which is its end in Japan.

    `None` for another text, and for a time before `FIRST_DAY` or in the future.
    """
    try:
        if len(text) == 10:
            found = datetime.combine(date.fromisoformat(text), time.max, JAPAN)
        else:
            found = datetime.fromisoformat(_PLUS_AS_SPACE.sub("+", text[:41]))
        if found.tzinfo is None or day_of(found) < FIRST_DAY or found > datetime.now(UTC):
            return None
    except (ValueError, OverflowError):
        return None
    return found.astimezone(UTC)
