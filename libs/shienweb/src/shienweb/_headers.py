"""The request's headers that say how a write is to be done: If-Match, Idempotency-Key, Shien-Occurred-At."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple, Self

from fastapi import Request

from shiendomain.days import FIRST_DAY, day_of

from ._problems import Refusal

_ETAG = re.compile(r'"(0|[1-9][0-9]{0,8})"')


def reads(request: Request) -> bool:
    """Whether the request only reads."""
    return request.method in ("GET", "HEAD")


def expected_version(header: str | None) -> int | None:
    """The version that If-Match names; `None` without the header, or for `*`.

    Raises `Refusal` (422 `header.malformed`) for anything else.
    """
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


def occurred_at_of(request: Request) -> datetime | None:
    """When the event happened, where a write says so in Shien-Occurred-At: for what is recorded later.

    Raises `Refusal` (422) for a time without its zone, in the future, or before `FIRST_DAY`.
    """
    text = request.headers.get("shien-occurred-at")
    if text is None or reads(request):
        return None
    now = datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text) if len(text) <= 40 else None
        if found is not None and found.tzinfo is not None and found <= now and day_of(found) >= FIRST_DAY:
            return found
    except (ValueError, OverflowError):
        pass
    raise Refusal(
        422,
        "header.malformed",
        header="Shien-Occurred-At",
        expected=f"a past time from {FIRST_DAY} on, with its zone, is expected, like 2026-04-01T09:30:00+09:00",
        expected_ja=f"2026-04-01T09:30:00+09:00 のように、{FIRST_DAY} 以降の過去の日時を時差付きで指定してください",
    )


def idempotency_key(request: Request) -> str | None:
    """The Idempotency-Key of a write. Raises `Refusal` (422) for a malformed one."""
    key = request.headers.get("idempotency-key")
    if key is None or reads(request):
        return None
    if not 1 <= len(key) <= 255 or not key.isprintable():
        raise Refusal(
            422,
            "header.malformed",
            header="Idempotency-Key",
            expected="1 to 255 printable characters are expected",
            expected_ja="1〜255 文字の表示可能な文字を指定してください",
        )
    return key


async def fingerprint(request: Request, occurred_at: datetime | None, kept_out: Sequence[str] = ()) -> bytes:
    """The SHA-256 of what a request asks for: the same key with another fingerprint is another request.

    `kept_out`: fields of the body that are not in it. A telephone number is found from its hash by trying all numbers.
    """
    body = await request.json() if await request.body() else None
    if kept_out and isinstance(body, dict):
        body = {name: value for name, value in body.items() if name not in kept_out}
    content = json.dumps(body, sort_keys=True, separators=(",", ":"))
    if_match = request.headers.get("if-match", "")
    query = request.scope["query_string"].decode("latin-1")
    line = f"{request.method}\n{request.scope['path']}\n{query}\n{if_match}\n{content}"
    if occurred_at is not None:
        line += f"\n{occurred_at.astimezone(UTC).isoformat()}"
    return sha256(line.encode()).digest()


class WriteHeaders(NamedTuple):
    """How a write is to be done: on which version, under which key, and when it happened."""

    expected: int | None
    key: str | None
    occurred_at: datetime | None

    @classmethod
    def of(cls, request: Request) -> Self:
        """Those of this request. Raises `Refusal` (422) for a malformed one."""
        expected = expected_version(request.headers.get("if-match"))
        return cls(expected, idempotency_key(request), occurred_at_of(request))
