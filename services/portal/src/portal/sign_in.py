"""Who is signed in with a browser: each request takes the access token from a session, or from a cookie.

A session is of a person who signed in at the identity provider (`code_flow`). Its cookie, `shien_session`, comes along
when a link of another site is followed, and no form of another site sends it (SameSite=Lax).
`POST /sign-in` checks a pasted token and puts it into the cookie `shien_token`, which no other site can send
(SameSite=Strict). The link `/sign-in#<token>` fills in the field: what stands behind # never leaves the browser, so the
token is in no log. `POST /sign-out` ends either on the server. Both take forms of our own pages only. Who signed in or
out, and who was refused, is in the process's log, by the id of the account.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from urllib.parse import parse_qs

import structlog
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from shienevents import Unavailable
from shienweb import MESSAGES as WEB_MESSAGES
from shienweb import Message, Principal, Refusal, TokenChecker, safe_headers

from .code_flow import CodeFlow
from .cookies import Cookie
from .messages import MESSAGES
from .problem_pages import ProblemPages, sign_in_address
from .rendering import Renderer
from .same_origin import from_our_pages
from .signed_out import SignedOut

_FORM_BYTES = 16 * 1024
_FORM_SECONDS = 10.0
_LONGEST = 3800  # characters of a token: browsers keep no cookie of more than 4096 bytes
_log = structlog.get_logger(__name__)
_TOKEN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
_OPEN = ("/static/", "/sign-in")  # whoever asks for these, it makes no difference


def _fits(token: str) -> bool:
    return 0 < len(token) <= _LONGEST and token.count(".") == 2 and set(token) <= _TOKEN


TOKEN = Cookie("shien_token", _fits)
"""A pasted access token."""
SESSION = Cookie("shien_session", lambda value: re.fullmatch(r"[\w-]{43}", value, re.ASCII) is not None, lax=True)
"""The secret of a session."""


class SignIn:
    """ASGI middleware around the whole application. `checker` is that of the application.

    Without `flow`, people sign in with a token alone.
    """

    def __init__(
        self, app: ASGIApp, renderer: Renderer, checker: TokenChecker, signed_out: SignedOut, flow: CodeFlow | None
    ) -> None:
        self._app = app
        self._flow = flow
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
        try:
            token = await self._token(scope, headers)
        except (Refusal, Unavailable) as refusal:
            answer = self._ended(scope, headers, refusal)
            answer.headers.update(safe_headers(scope["scheme"]))
            await answer(scope, receive, send)
            return
        if token:
            scope["headers"] = [*scope["headers"], (b"authorization", f"Bearer {token}".encode())]
        if "text/html" in headers.get("accept", ""):
            send = ProblemPages(send, scope, self._renderer).send
        await self._app(scope, receive, send)

    async def _token(self, scope: Scope, headers: Headers) -> str | None:
        """The access token of who asks. Raises `Refusal` for a session that has ended, or cannot go on now."""
        if "authorization" in headers or scope["path"].startswith(_OPEN):
            return None
        secure = scope["scheme"] == "https"
        if self._flow and (secret := SESSION.of(headers, secure=secure)):
            return await self._flow.token(secret)
        return TOKEN.of(headers, secure=secure)

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
        return await self._sign_in(log, form.get("token", "").strip(), local(form.get("next", "/")), secure=secure)

    async def _sign_in(self, log: FilteringBoundLogger, token: str, onward: str, *, secure: bool) -> Response:
        status, code, who = await self._looked_at(token)
        if who is None:
            log.warning("refused", code=code)
            page = self._renderer.render("sign_in.html", refused=text_of(code), next=onward)
            return HTMLResponse(page, status)
        log.info("signed in", **_named(who))
        answer = RedirectResponse(onward, 303)
        TOKEN.set(answer, token, secure=secure)
        if self._flow:
            SESSION.delete(answer, secure=secure)
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

    async def _sign_out(self, log: FilteringBoundLogger, headers: Headers, *, secure: bool) -> Response:
        gone: Response = RedirectResponse("/sign-in", 303)
        try:
            if self._flow and (secret := SESSION.of(headers, secure=secure)):
                if ended := await self._flow.end(secret):
                    account, onward = ended
                    log.info("signed out", account=account)
                    if onward:
                        gone = HTMLResponse(self._renderer.render("signed_out.html", onward=onward))
                SESSION.delete(gone, secure=secure)
            if token := TOKEN.of(headers, secure=secure):
                found = await self._checker.verified(f"Bearer {token}")
                await self._signed_out.add(found)
                log.info("signed out", **_named(found.principal))
        except Unavailable:
            return self._problem(503, "sign_out.not_ended")
        except Refusal as refusal:
            if refusal.status_code == 503:
                return self._problem(503, "sign_out.not_ended")
            # Otherwise the token counts no more, and there is nothing to end.
        TOKEN.delete(gone, secure=secure)
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


def text_of(code: str) -> Message:
    """What a code says to a person."""
    return {**WEB_MESSAGES, **MESSAGES}[code]


def _named(who: Principal) -> Mapping[str, str]:
    return {"account": who.subject, "role": who.role.value}


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
