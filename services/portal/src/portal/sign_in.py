"""Who is signed in with a browser: each request takes the access token from the browser's session (`signed_in`).

The cookie `shien_session` has the session's secret. It comes along when a link of another site is followed, and no form
of another site sends it (SameSite=Lax). `POST /sign-in` checks a pasted token and begins a session; people who sign in
at the identity provider get theirs by `code_flow`. The link `/sign-in#<token>` fills in the field: what stands behind #
never leaves the browser, so the token is in no log. `POST /sign-out` ends the session on the server. Both take forms of
our own pages only. Who signed in or out, and who was refused, is in the process's log, by the id of the account.
"""

from __future__ import annotations

import asyncio
import re
from urllib.parse import parse_qs

import structlog
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from shienevents import Unavailable
from shienweb import MESSAGES as WEB_MESSAGES
from shienweb import Message, Refusal, safe_headers

from .cookies import Cookie
from .messages import MESSAGES
from .problem_pages import ProblemPages, sign_in_address
from .provider import LONGEST_TOKEN, Granted
from .rendering import Renderer
from .same_origin import from_our_pages
from .sessions import Session
from .signed_in import SignedIn

_FORM_BYTES = LONGEST_TOKEN + 4096  # and the page to come back to
_FORM_SECONDS = 10.0
_log = structlog.get_logger(__name__)
_TOKEN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
_OPEN = ("/static/", "/sign-in")  # whoever asks for these, it makes no difference


SESSION = Cookie("shien_session", lambda value: re.fullmatch(r"[\w-]{43}", value, re.ASCII) is not None, lax=True)
"""The secret of a session."""


class SignIn:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, renderer: Renderer, signed_in: SignedIn) -> None:
        self._app = app
        self._renderer = renderer
        self._signed_in = signed_in

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
        try:
            session = await self._session(scope, headers)
        except (Refusal, Unavailable) as refusal:
            answer = self._ended(scope, headers, refusal)
            answer.headers.update(safe_headers(scope["scheme"]))
            await answer(scope, receive, send)
            return
        if session:
            token = f"Bearer {session.tokens.access}".encode()
            scope["headers"], scope["sign_ins"] = [*scope["headers"], (b"authorization", token)], session.sign_ins
        if "text/html" in headers.get("accept", ""):
            send = ProblemPages(send, scope, self._renderer).send
        await self._app(scope, receive, send)

    async def _session(self, scope: Scope, headers: Headers) -> Session | None:
        """The session of who asks. Raises `Refusal` for one that has ended, or cannot go on now."""
        if "authorization" in headers or scope["path"].startswith(_OPEN):
            return None
        secret = SESSION.of(headers, secure=scope["scheme"] == "https")
        return await self._signed_in.find(secret) if secret else None

    def _ended(self, scope: Scope, headers: Headers, refusal: Refusal | Unavailable) -> Response:
        status = refusal.status_code if isinstance(refusal, Refusal) else 503
        if status == 401 and scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
            answer: Response = RedirectResponse(sign_in_address(scope, why=refusal.code), 303)
        else:
            answer = self._problem(status, refusal.code)
        if status == 401:
            SESSION.delete(answer, secure=scope["scheme"] == "https")
        return answer

    async def _signed(self, scope: Scope, headers: Headers, receive: Receive) -> Response:
        secure = scope["scheme"] == "https"
        log = _log.bind(path=scope["path"], address=scope["client"][0] if scope.get("client") else "")
        if not from_our_pages(headers):
            log.warning("refused", code="form.foreign")
            return self._problem(403, "form.foreign")
        if scope["path"] == "/sign-out":
            return await self._sign_out(log, headers, secure=secure)
        form = await _form(headers, receive)
        token, onward = form.get("token", "").strip(), local(form.get("next", "/"))
        return await self._sign_in(log, token, onward, SESSION.of(headers, secure=secure), secure=secure)

    async def _sign_in(
        self, log: FilteringBoundLogger, token: str, onward: str, before: str | None, *, secure: bool
    ) -> Response:
        try:
            if not _is_token(token):
                raise Refusal(422, "sign_in.no_token")
            secret, found = await self._signed_in.begin(Granted(access_token=token), before)
        except Refusal as refusal:
            return self._refused(log, 422 if refusal.status_code == 401 else refusal.status_code, refusal.code, onward)
        except Unavailable as away:
            return self._refused(log, 503, away.code, onward)
        log.info("signed in", account=found.principal.subject, role=found.principal.role.value)
        answer = RedirectResponse(onward, 303)
        SESSION.set(answer, secret, secure=secure)
        return answer

    def _refused(self, log: FilteringBoundLogger, status: int, code: str, onward: str) -> Response:
        log.warning("refused", code=code)
        return HTMLResponse(self._renderer.render("sign_in.html", refused=text_of(code), next=onward), status)

    async def _sign_out(self, log: FilteringBoundLogger, headers: Headers, *, secure: bool) -> Response:
        gone: Response = RedirectResponse("/sign-in", 303)
        try:
            secret = SESSION.of(headers, secure=secure)
            ended = await self._signed_in.end(secret) if secret else None
        except Unavailable:
            return self._problem(503, "sign_out.not_ended")
        if ended:
            account, onward = ended
            log.info("signed out", account=account)
            if onward:
                gone = HTMLResponse(self._renderer.render("signed_out.html", onward=onward))
        SESSION.delete(gone, secure=secure)
        return gone

    def _problem(self, status: int, code: str) -> Response:
        text = text_of(code)
        problem = {
            "status": status,
            "code": code,
            "detail_ja": text.ja,
            "detail_en": text.en,
            "errors": (),
            "trace_id": "",
        }
        return HTMLResponse(self._renderer.render("problem.html", problem=problem), status)


def _is_token(text: str) -> bool:
    return text.count(".") == 2 and len(text) <= LONGEST_TOKEN and set(text) <= _TOKEN


def text_of(code: str) -> Message:
    """What a code says to a person."""
    return {**WEB_MESSAGES, **MESSAGES}[code]


def local(path: str) -> str:
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
