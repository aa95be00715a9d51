"""Which state a read is asked for: as it was known then (`as_of`), and of which day (`valid_at`).

`valid_at` alone is not the past as it was known: what was true on that day is answered by all that is known now.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final, NamedTuple

from fastapi import Query, Request, Response

from shiendomain.days import FIRST_DAY, LAST_DAY, day_of, past_time, today

from ._headers import reads
from ._problems import FieldError, Refusal

PARAMETERS: Final = ("as_of", "valid_at")
VALID_AT: Final = "Shien-Valid-At"
NOW_ONLY: Final[dict[str, Any]] = {"x-now-only": True}
"""`openapi_extra` of a read that answers of now only: it does not read views."""


Since = Annotated[str | None, Query(max_length=41, description="Recorded from this time with its zone, or day, on")]
Until = Annotated[str | None, Query(max_length=41, description="Recorded by this time with its zone, or day")]
"""The parameters of a list by time, to be read with `since_of` and `until_of`."""


class Asked(NamedTuple):
    """What a read is asked for. Without `as_of`, what is known now."""

    as_of: datetime | None
    valid_at: date | None

    @property
    def day(self) -> date:
        """The day that is asked about: judged by it are terms, areas that end, what is overdue, what is stale."""
        return self.valid_at or self.known_on

    @property
    def known_on(self) -> date:
        """The day by which what is answered had been recorded: that of `as_of`, or today."""
        return day_of(self.as_of) if self.as_of else today()

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of another read that asks for the same."""
        given = {
            "as_of": self.as_of and self.as_of.isoformat(),
            "valid_at": self.valid_at and self.valid_at.isoformat(),
        }
        return {name: text for name, text in given.items() if text}

    @property
    def meaning(self) -> str:
        """What an answer of a day says in its header `Shien-Valid-At`: the day, and until when it was known."""
        return f"{self.valid_at}, as known {f'by {self.as_of.isoformat()}' if self.as_of else 'now'}"


def asked_of(request: Request, response: Response | None = None) -> Asked:
    """What the request asks for, said in the header of the `response` where it is a day; a write is of now.

    Raises `Refusal` (422) for a time or day that cannot be.
    """
    if not reads(request):
        return Asked(None, None)
    as_of, valid_at = (request.query_params.get(name) for name in PARAMETERS)
    asked = Asked(None if as_of is None else _time(as_of), None if valid_at is None else _day(valid_at))
    if asked.valid_at and response:
        response.headers[VALID_AT] = asked.meaning
    return asked


def time_asked(text: str, field: str) -> datetime:
    """The time of a parameter; a day is its end. Raises `Refusal` (422), which names the field."""
    return _time(text, field)


def until_of(text: str) -> datetime:
    """The moment up to which a list asks; a day is its end. Raises `Refusal` (422)."""
    return _time(text, "until")


def since_of(text: str) -> datetime:
    """The moment after which a list asks; a day is its beginning. Raises `Refusal` (422)."""
    with suppress(ValueError):
        text = f"{date.fromisoformat(text)}T00:00:00+09:00"
    return _time(text, "since") - timedelta(microseconds=1)


def _time(text: str, field: str = "as_of") -> datetime:
    if (found := past_time(text)) is None:
        raise _malformed(
            field,
            f"a time from {FIRST_DAY} to now, with its zone, or a day is expected, like 2026-03-31T23:59:59%2B09:00 "
            "or 2026-03-31",
            f"{FIRST_DAY} から現在までの時差付きの日時か日を、2026-03-31T23:59:59%2B09:00 や 2026-03-31 のように"
            "指定してください",
        )
    return found


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise _malformed(
            "valid_at",
            f"a day from {FIRST_DAY} to {LAST_DAY} is expected, like 2026-03-31",
            f"2026-03-31 のように、{FIRST_DAY} から {LAST_DAY} までの日を指定してください",
        )
    return day


def _malformed(field: str, en: str, ja: str) -> Refusal:
    return Refusal(422, "fields.malformed", errors=[FieldError(field=field, en=en, ja=ja)])
