"""Which page of a list a request asks for, and the answer's page. Cursors are opaque to clients."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request

from ._answers import Answer
from ._body import UNFIT
from ._problems import Refusal

T = TypeVar("T")
_LONGEST_CURSOR = 4000  # characters: two texts of a name's length, encoded


class Page(Answer, Generic[T]):
    """One page of a list.

    `next_cursor` leads to the next page; `None`: this is the last. `position` is what the list was true at.
    """

    items: tuple[T, ...]
    next_cursor: str | None = None
    position: str
    stale: bool = False


class Paging:
    """The page that a request asks for: at most `limit` items of `operation`, after the item that the cursor names."""

    def __init__(self, operation: str, limit: int, cursor: str | None) -> None:
        self.operation = operation
        self.limit = limit
        self._cursor = cursor

    def after(self, types: Sequence[type[Any]]) -> tuple[Any, ...] | None:
        """The sort key of the last item of the page before, as these types; `None` on the first page.

        Raises `Refusal` (422 `cursor.malformed`) for a cursor that this operation did not issue.
        """
        if self._cursor is None:
            return None
        try:
            text = urlsafe_b64decode(self._cursor.encode("ascii") + b"=" * (-len(self._cursor) % 4)).decode()
            operation, *values = json.loads(text)
            if operation != self.operation or len(values) != len(types):
                raise ValueError
            return tuple(_read(type_, value) for type_, value in zip(types, values, strict=True))
        except (ValueError, TypeError, Base64Error, RecursionError):
            raise Refusal(422, "cursor.malformed") from None

    def cursor(self, key: Sequence[Any]) -> str:
        """The cursor that points behind the item with this sort key."""
        text = json.dumps([self.operation, *key], default=str, ensure_ascii=False, separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _read(type_: type[Any], value: Any) -> Any:
    if type_ is int:
        if type(value) is not int or not -(2**63) <= value < 2**63:
            raise ValueError
        return value
    if not isinstance(value, str) or UNFIT.search(value):
        raise ValueError
    if type_ is datetime:
        return _time(value)
    if type_ is date:
        return date.fromisoformat(value)
    return UUID(value) if type_ is UUID else type_(value)


def _time(value: str) -> datetime:
    """A time with its zone. Raises `ValueError` without one, and for a time that cannot be converted to UTC."""
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise ValueError from None


async def _paging(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=200, description="How many items a page has at most")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=_LONGEST_CURSOR, description="`next_cursor` of the page before")
    ] = None,
) -> Paging:
    return Paging(request.scope["route"].operation_id or request.scope["route"].name, limit, cursor)


Pages = Annotated[Paging, Depends(_paging)]
"""The parameters `limit` and `cursor` of a route that answers a `Page`."""
