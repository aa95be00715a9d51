"""Signing in with a browser: the pasted token is kept in a cookie, and each request takes it from there.

`POST /sign-in` checks the token and puts it into `shien_token`: no script can read it (HttpOnly), and no other site can
send it (SameSite=Strict). Where the page came over TLS it takes no other way (Secure), and its name begins with
`__Host-`: a browser takes such a cookie from this host alone. Who signed in or out, and who was refused, is in the
process's log, by the id of the account. The link `/sign-in#<token>`
fills in the field: what stands behind # never leaves the browser, so the token is in no log. `POST /sign-out` ends the
token on the server. Both take forms of our own pages only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

import structlog
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from shienevents import Unavailable
from shienweb import MESSAGES as WEB_MESSAGES
from shienweb import Message, Principal, Refusal, TokenChecker, safe_headers

from .messages import MESSAGES
from .problem_pages import ProblemPages
from .rendering import Renderer
from .same_origin import from_our_pages
from .signed_out import SignedOut

_COOKIE = "shien_token"
_FORM_BYTES = 16 * 1024
_FORM_SECONDS = 10.0
_LONGEST = 3800  # characters of a token: browsers keep no cookie of more than 4096 bytes
_log = structlog.get_logger(__name__)
_TOKEN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


class SignIn:
    """ASGI middleware around the whole application. `checker` is that of the application."""

    def __init__(self, app: ASGIApp, renderer: Renderer, checker: TokenChecker, signed_out: SignedOut) -> None:
        self._app = app
        self._renderer = renderer
        self._checker = checker
        self._signed_out = signed_out

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["method"] == "POST" and scope["path"] in ("/sign-in", "/sign-out"):
            answer = await self._signed(scope, headers, receive)
            answer.headers.update(safe_headers(scope["scheme"]))
            await answer(scope, receive, send)
            return
        token = _cookie(headers, secure=scope["scheme"] == "https")
        if token and "authorization" not in headers:
            scope["headers"] = [*scope["headers"], (b"authorization", f"Bearer {token}".encode())]
        if "text/html" in headers.get("accept", ""):
            send = ProblemPages(send, scope, self._renderer).send
        await self._app(scope, receive, send)

    async def _signed(self, scope: Scope, headers: Headers, receive: Receive) -> Response:
        secure = scope["scheme"] == "https"
        log = _log.bind(path=scope["path"], address=scope["client"][0] if scope.get("client") else "")
        if not from_our_pages(headers):
            log.warning("refused", code="form.foreign")
            return self._problem(403, "form.foreign")
        if scope["path"] == "/sign-out":
            return await self._sign_out(log, _cookie(headers, secure=secure), secure=secure)
        form = await _form(headers, receive)
        return await self._sign_in(log, form.get("token", "").strip(), _local(form.get("next", "/")), secure=secure)

    async def _sign_in(self, log: FilteringBoundLogger, token: str, onward: str, *, secure: bool) -> Response:
        status, code, who = await self._looked_at(token)
        if who is None:
            log.warning("refused", code=code)
            page = self._renderer.render("sign_in.html", refused=_message(code), next=onward)
            return HTMLResponse(page, status)
        log.info("signed in", **_named(who))
        answer = RedirectResponse(onward, 303)
        answer.set_cookie(_name(secure=secure), token, secure=secure, httponly=True, samesite="strict")
        return answer

    async def _looked_at(self, token: str) -> tuple[int, str, Principal | None]:
        """Whose token it is; where it does not count, the status and the code that the sign-in is refused with."""
        if not _fits(token):
            return 422, "sign_in.no_token" if len(token) <= _LONGEST else "sign_in.long_token", None
        try:
            return 200, "", await self._checker.principal(f"Bearer {token}")
        except Refusal as refusal:
            return 422 if refusal.status_code == 401 else refusal.status_code, refusal.code, None
        except Unavailable as away:
            return 503, away.code, None

    async def _sign_out(self, log: FilteringBoundLogger, token: str | None, *, secure: bool) -> Response:
        try:
            if token:
                found = await self._checker.verified(f"Bearer {token}")
                await self._signed_out.add(found)
                log.info("signed out", **_named(found.principal))
        except Unavailable:
            return self._problem(503, "sign_out.not_ended")
        except Refusal as refusal:
            if refusal.status_code == 503:
                return self._problem(503, "sign_out.not_ended")
            # Otherwise the token counts no more, and there is nothing to end.
        gone = RedirectResponse("/sign-in", 303)
        gone.delete_cookie(_name(secure=secure), secure=secure, httponly=True, samesite="strict")
        return gone

    def _problem(self, status: int, code: str) -> Response:
        text = _message(code)
        problem = {
            "status": status,
            "code": code,
            "detail_ja": text.ja,
            "detail_en": text.en,
            "errors": (),
            "trace_id": "",
        }
        return HTMLResponse(self._renderer.render("problem.html", problem=problem), status)


def _message(code: str) -> Message:
    return {**WEB_MESSAGES, **MESSAGES}[code]


def _fits(token: str) -> bool:
    return 0 < len(token) <= _LONGEST and token.count(".") == 2 and set(token) <= _TOKEN


def _named(who: Principal) -> Mapping[str, str]:
    return {"account": who.subject, "role": who.role.value}


def _name(*, secure: bool) -> str:
    return f"__Host-{_COOKIE}" if secure else _COOKIE


def _cookie(headers: Headers, *, secure: bool) -> str | None:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(_name(secure=secure))
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
