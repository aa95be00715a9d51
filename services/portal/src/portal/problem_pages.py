"""Makes a page of a problem, for a browser. Who asks for a page without a token is sent to the sign-in page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import quote, urlencode

from starlette.types import Message, Scope, Send

from .rendering import Renderer


class ProblemPages:
    """Passes answers on, and replaces problems by pages."""

    def __init__(self, send: Send, scope: Scope, renderer: Renderer) -> None:
        self._send = send
        self._scope = scope
        self._renderer = renderer
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        """Pass an answer on; hold a problem until its body is complete."""
        if message["type"] == "http.response.start" and _is_problem(message["headers"]):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_page(self._start)

    async def _send_page(self, start: Message) -> None:
        if start["status"] == 401 and self._scope["method"] == "GET":
            headers, status, page = [(b"location", sign_in_address(self._scope).encode())], 303, b""
        else:
            problem = json.loads(self._body)
            html = self._renderer.render("problem.html", problem=problem)
            headers, status, page = [], start["status"], html.encode()
        kept = [(name, value) for name, value in start["headers"] if name.lower() not in _OF_THE_BODY]
        headers += [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(page)).encode())]
        await self._send({**start, "status": status, "headers": [*kept, *headers]})
        await self._send({"type": "http.response.body", "body": page})


def sign_in_address(scope: Scope, **why: str) -> str:
    """The page to sign in, from which a person comes back to the page of this request."""
    query = scope["query_string"].decode("latin-1")
    onward = quote(scope["path"]) + (f"?{query}" if query else "")
    return f"/sign-in?{urlencode({'next': onward, **why})}"


_OF_THE_BODY = {b"content-type", b"content-length"}


def _is_problem(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name.lower() == b"content-type" and b"problem+json" in value for name, value in headers)
