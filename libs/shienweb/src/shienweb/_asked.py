"""Which state a read is asked for: as it was known then (`as_of`), and of which day (`valid_at`)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from fastapi import Request

from shiendomain.days import FIRST_DAY, JAPAN, day_of, today

from ._headers import reads
from ._problems import FieldError, Refusal

PARAMETERS: Final = ("as_of", "valid_at")
NOW_ONLY: Final[dict[str, Any]] = {"x-now-only": True}
"""`openapi_extra` of a read that answers of now only: it does not read views."""
LAST_DAY = date(2200, 1, 1)
_PLUS_AS_SPACE = re.compile(r" (?=\d\d:\d\d$)")  # a + that was not written as %2B


class Asked(NamedTuple):
    """What a read is asked for. Without `as_of`, what is known now."""

    as_of: datetime | None
    valid_at: date | None

    @property
    def day(self) -> date:
        """The day that is asked about: judged by it are terms, areas that end, what is overdue, what is stale."""
        return self.valid_at or (day_of(self.as_of) if self.as_of else today())


    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of another read that asks for the same."""
        given = {"as_of": self.as_of and self.as_of.isoformat(), "valid_at": self.valid_at and self.valid_at.isoformat()}
        return {name: text for name, text in given.items() if text}


def asked_of(request: Request) -> Asked:
    """What the request asks for; a write is of now. Raises `Refusal` (422) for a time or day that cannot be."""
    if not reads(request):
        return Asked(None, None)
    as_of, valid_at = (request.query_params.get(name) for name in PARAMETERS)
    return Asked(None if as_of is None else _time(as_of), None if valid_at is None else _day("valid_at", valid_at))


def _time(text: str) -> datetime:
    """A time with its zone, or a day: then its end in Japan."""
    if len(text) == 10:
        day = _day("as_of", text)
        end = datetime.combine(day + timedelta(days=1), time(), JAPAN) - timedelta(microseconds=1)
        return _past(end)
    try:
        found = datetime.fromisoformat(_PLUS_AS_SPACE.sub("+", text)) if len(text) <= 40 else None
    except (ValueError, OverflowError):
        found = None
    if found is None or found.tzinfo is None:
        raise _malformed(
            "as_of",
            "a time with its zone or a day is expected, like 2026-03-31T23:59:59%2B09:00 or 2026-03-31",
            "2026-03-31T23:59:59%2B09:00 のような時差付きの日時か、2026-03-31 のような日を指定してください",
        )
    return _past(found)


def _past(found: datetime) -> datetime:
    if found > datetime.now(UTC) or day_of(found) < FIRST_DAY:
        raise _malformed(
            "as_of", f"a time from {FIRST_DAY} to now is expected", f"{FIRST_DAY} から現在までの日時を指定してください"
        )
    return found.astimezone(UTC)


def _day(field: str, text: str) -> date:
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise _malformed(
            field,
            f"a day from {FIRST_DAY} to {LAST_DAY} is expected, like 2026-03-31",
            f"2026-03-31 のように、{FIRST_DAY} から {LAST_DAY} までの日を指定してください",
        )
    return day


def _malformed(field: str, en: str, ja: str) -> Refusal:
    return Refusal(422, "fields.malformed", errors=[FieldError(field=field, en=en, ja=ja)])
