"""The rest of a body that was answered before it was read: it is taken and thrown away before the connection ends.

A client that is still sending would otherwise find its connection reset, and might never see why it was refused
(RFC 9112, section 9.6). The answer itself is on its way before. Only so many connections at a time are kept for that:
else who sends bodies that never end would keep others out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

REST_SECONDS = 5.0
MOST = 100


class Unread:
    """ASGI middleware around everything else. `seconds`: how long the rest of a body is taken."""

    def __init__(self, app: ASGIApp, seconds: float = REST_SECONDS) -> None:
        self._app = app
        self._seconds = seconds
        self._free = MOST

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        unread, held = True, False

        async def received() -> Message:
            nonlocal unread
            message = await receive()
            unread = message["type"] == "http.request" and message.get("more_body", False)
            return message

        async def sent(message: Message) -> None:
            nonlocal held
            held = unread and message["type"] == "http.response.body" and not message.get("more_body", False)
            await send({**message, "more_body": True} if held else message)

        await self._app(scope, received, sent)
        if held:
            await self._take(received, lambda: unread)
            await send({"type": "http.response.body", "body": b""})

    async def _take(self, receive: Receive, goes_on: Callable[[], bool]) -> None:
        """Take what comes of this body while it goes on, if there is a place for it."""
        if not self._free:
            return
        self._free -= 1
        try:
            async with asyncio.timeout(self._seconds):
                while goes_on():
                    await receive()
        except TimeoutError:
            pass
        finally:
            self._free += 1
