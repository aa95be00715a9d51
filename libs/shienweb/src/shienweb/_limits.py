"""Limits on requests, checked before anything parses them: headers, text of the address, media type and size.

A body is read when its route asks for it, which is after the token and the right: nobody without them fills memory.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ._body import UNFIT
from ._problems import FieldError, Refusal

BODY_BYTES = 256 * 1024
HEADER_BYTES = 64 * 1024
BODY_SECONDS = 10.0
BODIES_BYTES = 96 * 1024 * 1024  # of all requests that are being answered: three of the largest imports

BodyLimits = Mapping[tuple[str, re.Pattern[str]], int]


class Limits:
    """ASGI middleware: rejects what is too large, too slow or of the wrong media type, and passes whole bodies on.

    `limits` are those of routes with another limit than the usual 256 KiB, in bytes by method and pattern of the
    path. `seconds` is how long a body may take. `held` is how many bytes the bodies of all requests that are being
    answered may have together.
    """

    def __init__(
        self, app: ASGIApp, limits: BodyLimits, *, seconds: float = BODY_SECONDS, held: int = BODIES_BYTES
    ) -> None:
        self._app = app
        self._limits = limits
        self._seconds = seconds
        self._free = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request. Raises `Refusal`, which the frame answers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = _headers(scope)
        _check_address(scope)
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope)
        declared = headers.get(b"content-length", b"")
        if declared.isdigit() and (len(declared) > 18 or int(declared) > limit):
            raise too_large(limit)
        body = _Body(self, headers, receive, limit)
        try:
            await self._app(scope, body.receive, send)
        finally:
            self._free += body.size

    def take(self, size: int) -> None:
        """Count these bytes among those that are held. Raises `Refusal` (503) when there would be too many."""
        if size > self._free:
            raise Refusal(503, "bodies.too_many", headers={"Retry-After": "5", "Connection": "close"})
        self._free -= size

    @property
    def seconds(self) -> float:
        """How long a body may take."""
        return self._seconds

    def _limit(self, scope: Scope) -> int:
        for (method, pattern), limit in self._limits.items():
            if method == scope["method"] and pattern.fullmatch(scope["path"]):
                return limit
        return BODY_BYTES


class _Body:
    """The body of one request: read as a whole when it is asked for, and counted from its first byte on."""

    def __init__(self, limits: Limits, headers: Mapping[bytes, bytes], receive: Receive, limit: int) -> None:
        self._limits = limits
        self._headers = headers
        self._receive = receive
        self._limit = limit
        self._given = False
        self.size = 0

    async def receive(self) -> Message:
        """The whole body as one message, and after it the connection's own messages. Raises `Refusal`, `Gone`."""
        if self._given:
            return await self._receive()
        self._given = True
        body = await self._whole()
        if body:
            _check_kind(self._headers)
        return {"type": "http.request", "body": body, "more_body": False}

    async def _whole(self) -> bytes:
        parts: list[bytes] = []
        seconds = self._limits.seconds
        try:
            async with asyncio.timeout(seconds):
                while True:
                    message = await self._receive()
                    if message["type"] == "http.disconnect":
                        raise Gone
                    parts.append(message.get("body", b""))
                    if self.size + len(parts[-1]) > self._limit:
                        raise too_large(self._limit)
                    self._limits.take(len(parts[-1]))
                    self.size += len(parts[-1])
                    if not message.get("more_body", False):
                        return b"".join(parts)
        except TimeoutError:
            raise Refusal(408, "body.too_slow", headers={"Connection": "close"}, seconds=f"{seconds:g}") from None


class Gone(Exception):
    """The client disconnected before its request was complete. There is nobody to answer."""


def too_large(limit: int) -> Refusal:
    """The 413. The connection ends: the rest of the body would be read as the next request."""
    return Refusal(413, "body.too_large", headers={"Connection": "close"}, limit=limit)


def _headers(scope: Scope) -> dict[bytes, bytes]:
    if sum(len(name) + len(value) + 4 for name, value in scope["headers"]) > HEADER_BYTES:
        raise Refusal(431, "headers.too_large", limit=HEADER_BYTES)
    return dict(scope["headers"])


def _check_address(scope: Scope) -> None:
    """The path and the query must decode to UTF-8 text without control characters."""
    raw = scope.get("raw_path") or scope["path"].encode(errors="surrogatepass")
    for field, data in (("path", raw), ("query", scope["query_string"].replace(b"+", b" "))):
        try:
            unfit = UNFIT.search(unquote_to_bytes(data).decode()) is not None
        except UnicodeDecodeError:
            unfit = True
        if unfit:
            raise Refusal(
                422,
                "text.malformed",
                field=field,
                errors=[
                    FieldError(
                        field=field,
                        en="UTF-8 text without control characters is expected",
                        ja="制御文字のない UTF-8 の文字列を指定してください",
                    )
                ],
            )


def _check_kind(headers: Mapping[bytes, bytes]) -> None:
    if headers.get(b"content-encoding", b"identity").strip().lower() not in (b"identity", b""):
        raise Refusal(415, "content.encoded", headers={"Accept-Encoding": "identity"})
    kind, _, options = headers.get(b"content-type", b"").decode("latin-1").partition(";")
    charset = re.search(r'charset\s*=\s*"?([^\s";]*)', options, re.IGNORECASE)
    if kind.strip().lower() != "application/json" or (charset and charset[1].lower() not in ("utf-8", "utf8")):
        raise Refusal(415, "content.type", expected="application/json")
