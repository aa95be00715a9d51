"""What every rule asks of a day on which something happened, and of a fee that is said twice."""

from __future__ import annotations

from datetime import date

from shiendomain.fees import contradict
from shienevents import Rejected


def check_happened(day: date, today: date, since: date | None = None) -> None:
    """Raise `Rejected` for a day to come, and for one before the day `since` when the thing began."""
    if day > today:
        raise Rejected("day.in_future", day=day)
    if since is not None and day < since:
        raise Rejected("day.before_beginning", day=day, since=since)


def check_fee(fee_yen: int | None, fee: str) -> None:
    """Raise `Rejected` where the written fee says another amount than the one in yen."""
    if contradict(fee_yen, fee):
        raise Rejected("fee.contradicts", fee=fee, fee_yen=fee_yen)
