"""What answers are made of: what a write came to, pages, cursors, and the headers that go with them."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from shiendomain.vocabulary import AreaCode

from ._body import UNFIT
from ._problems import Refusal

T = TypeVar("T")
_ETAG = re.compile(r'"(0|[1-9][0-9]{0,8})"')
_LONGEST_CURSOR = 1000


class Answer(BaseModel):
    """The base of what routes answer with."""

    model_config = ConfigDict(frozen=True)


class Done(Answer):
    """What a write came to: the thing's id, the version of its stream, and the position to wait for."""

    id: str = Field(examples=["0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f"])
    version: int = Field(examples=[1])
    position: str = Field(examples=["needs.3.120"])


class Page(Answer, Generic[T]):
    """One page of a list. `next_cursor` leads to the next one; `position` is what the list was true at."""

    items: tuple[T, ...]
    next_cursor: str | None = None
    position: str
    stale: bool = False


class Paging:
    """Which page is asked for. `after(str, UUID)` is the key of the last item seen, or `None` on the first page."""

    def __init__(self, operation: str, limit: int, cursor: str | None) -> None:
        self.operation = operation
        self.limit = limit
        self._cursor = cursor

    def after(self, *types: type[Any]) -> tuple[Any, ...] | None:
        """The values the cursor carries, as these types. Raises 422 `cursor.malformed` when it is not ours."""
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
        """The cursor that stands behind the item with this key."""
        text = json.dumps([self.operation, *key], default=str, ensure_ascii=False, separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _read(type_: type[Any], value: Any) -> Any:
    if value is None:
        return None
    if type_ is int:
        if type(value) is not int or not -(2**63) <= value < 2**63:
            raise ValueError
        return value
    if not isinstance(value, str) or UNFIT.search(value):
        raise ValueError
    if type_ is datetime:
        return _moment(value)
    if type_ is date:
        return date.fromisoformat(value)
    return UUID(value) if type_ is UUID else type_(value)


def _moment(value: str) -> datetime:
    """A time with its zone; one that no zone but its own could tell is none."""
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise ValueError from None


def _paging(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=200, description="How many items a page has at most")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=_LONGEST_CURSOR, description="`next_cursor` of the page before")
    ] = None,
) -> Paging:
    return Paging(request.scope["route"].operation_id or request.scope["route"].name, limit, cursor)


AreaQuery = Annotated[AreaCode | None, Query(description="Only of this area and all below it")]
"""What a route that answers a list takes to narrow it; see `Asking.areas_within`."""

Pages = Annotated[Paging, Depends(_paging)]
"""What a route that answers a `Page` takes: `limit` and `cursor`."""


def expected_version(header: str | None) -> int | None:
    """The version If-Match names; `None` without the header, or for `*`. Raises 422 for what is neither."""
    if header is None or header.strip() == "*":
        return None
    match = _ETAG.fullmatch(header.strip())
    if match is None:
        raise Refusal(
            422,
            "header.malformed",
            header="If-Match",
            expected='the ETag as it was answered, like "3", or * is expected',
            expected_ja='応答の ETag（例: "3"）または * を指定してください',
        )
    return int(match[1])
