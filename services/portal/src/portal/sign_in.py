"""Signing in with a browser: the pasted token is kept in a cookie, and each request takes it from there.

`POST /sign-in` puts it into `shien_token`: no script can read it (HttpOnly) and no other site can send it
(SameSite=Strict). The link `/sign-in#<token>` fills in the field: what stands behind # never leaves the browser, so the
token is in no log. Who asks for a page without a token is sent to the sign-in page; other problems become pages too.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, quote, urlencode

from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .rendering import Renderer

COOKIE = "shien_token"
_FORM_BYTES = 16 * 1024
_FORM_SECONDS = 10.0
_LONGEST = 3800  # characters of a token: browsers keep no cookie of more than 4096 bytes
_TOKEN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


class SignIn:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, renderer: Renderer) -> None:
        self._app = app
        self._renderer = renderer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["method"] == "POST" and scope["path"] in ("/sign-in", "/sign-out"):
            answer = await self._signed(scope, headers, receive)
            answer.headers.update(_SAFE)
            await answer(scope, receive, send)
            return
        token = _cookie(headers)
        if token and "authorization" not in headers:
            scope["headers"] = [*scope["headers"], (b"authorization", f"Bearer {token}".encode())]
        if "text/html" in headers.get("accept", ""):
            send = _ProblemPages(send, scope, self._renderer).send
        await self._app(scope, receive, send)

    async def _signed(self, scope: Scope, headers: Headers, receive: Receive) -> Response:
        secure = scope["scheme"] == "https"
        if scope["path"] == "/sign-out":
            gone = RedirectResponse("/sign-in", 303)
            gone.delete_cookie(COOKIE, secure=secure, httponly=True, samesite="strict")
            return gone
        form = await _form(headers, receive)
        token, onward = form.get("token", "").strip(), _local(form.get("next", "/"))
        if not _fits(token):
            page = self._renderer.render("sign_in.html", refused=True, next=onward)
            return HTMLResponse(page, 422)
        answer = RedirectResponse(onward, 303)
        answer.set_cookie(COOKIE, token, secure=secure, httponly=True, samesite="strict")
        return answer


_SAFE = {
    "content-security-policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


def _fits(token: str) -> bool:
    return 0 < len(token) <= _LONGEST and token.count(".") == 2 and set(token) <= _TOKEN


def _cookie(headers: Headers) -> str | None:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return found.value if found and _fits(found.value) else None


def _local(path: str) -> str:
    """The path when it is one of this site, else the front page: a redirect never leaves the site."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isascii() and path.isprintable()
    return path if plain else "/"


async def _form(headers: Headers, receive: Receive) -> dict[str, str]:
    """The fields of the form; none of one that is too large, too slow or broken."""
    declared = headers.get("content-length", "0")
    if not declared.isdigit() or len(declared) > 9 or int(declared) > _FORM_BYTES:
        return {}
    body = b""
    try:
        async with asyncio.timeout(_FORM_SECONDS):
            while True:
                message = await receive()
                body += message.get("body", b"")
                if message["type"] == "http.disconnect" or len(body) > _FORM_BYTES:
                    return {}
                if not message.get("more_body", False):
                    break
    except TimeoutError:
        return {}
    fields = parse_qs(body.decode(errors="replace"), max_num_fields=10) if body.count(b"&") < 10 else {}
    return {name: values[0] for name, values in fields.items()}


class _ProblemPages:
    """Makes a page of a problem, for a browser."""

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
            query = self._scope["query_string"].decode("latin-1")
            onward = quote(self._scope["path"]) + (f"?{query}" if query else "")
            headers, status, page = [(b"location", f"/sign-in?{urlencode({'next': onward})}".encode())], 303, b""
        else:
            problem = json.loads(self._body)
            html = self._renderer.render("problem.html", problem=problem)
            headers, status, page = [], start["status"], html.encode()
        kept = [(name, value) for name, value in start["headers"] if name.lower() not in _OF_THE_BODY]
        headers += [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(page)).encode())]
        await self._send({**start, "status": status, "headers": [*kept, *headers]})
        await self._send({"type": "http.response.body", "body": page})


_OF_THE_BODY = {b"content-type", b"content-length"}


def _is_problem(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name.lower() == b"content-type" and b"problem+json" in value for name, value in headers)
