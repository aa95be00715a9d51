"""The page to sign in, and the two addresses between which a person is at the identity provider."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote, unquote, urlencode

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from shienevents import Unavailable
from shienweb import Refusal

from ..code_flow import CodeFlow
from ..cookies import Cookie
from ..provider import RETURN
from ..rendering import Render, Renderer
from ..same_origin import from_our_pages
from ..sign_in import SESSION, local, text_of

_MOST_NEXT = 2000  # characters of the page to come back to, as they are in the cookie
_ENDED = ("sign_in.idle", "sign_in.longest", "sign_in.ended", "sign_in.crowded_out")  # why a person may be sent here
_VALUE = re.compile(r"[\w-]{43}\.[\w.~%/-]{1,2000}", re.ASCII)
_UNDER_WAY = Cookie("shien_sign_in", lambda value: bool(_VALUE.fullmatch(value)), lax=True, seconds=600)
_log = structlog.get_logger(__name__)

open_routes = APIRouter(include_in_schema=False)
"""Open to everybody."""


async def _code_flow(request: Request) -> CodeFlow | None:
    found: CodeFlow | None = request.app.state.code_flow
    return found


Flow = Annotated[CodeFlow | None, Depends(_code_flow)]


@open_routes.get("/sign-in")
async def sign_in(renderer: Render, next: str = "/", why: str = "") -> Response:  # noqa: A002 - its name in the URL
    """The page to sign in: at the identity provider, where there is one, or with a token."""
    return _page(renderer, 200, why if why in _ENDED else "", next[:_MOST_NEXT])


@open_routes.get("/sign-in/begin")
async def begin(request: Request, flow: Flow, renderer: Render, next: str = "/") -> Response:  # noqa: A002
    """Send the browser to the provider. Only a page of ours begins this: nobody is signed in without an act."""
    if flow is None or not from_our_pages(request.headers):
        return RedirectResponse(f"/sign-in?{urlencode({'next': next[:_MOST_NEXT]})}", 303)
    try:
        secret, url = await flow.begin()
    except Refusal as refusal:
        return _refused(request, renderer, refusal.status_code, refusal.code, next[:_MOST_NEXT])
    answer = RedirectResponse(url, 303)
    kept = quote(next)
    value = f"{secret}.{kept if 0 < len(kept) <= _MOST_NEXT else '/'}"
    _UNDER_WAY.set(answer, value, secure=_secure(request))
    return answer


@open_routes.get(RETURN)
async def come_back(request: Request, flow: Flow, renderer: Render) -> Response:
    """Where the provider sends the browser back to."""
    if flow is None:
        return RedirectResponse("/sign-in", 303)
    secure, said = _secure(request), request.query_params
    secret, _, kept = (_UNDER_WAY.of(request.headers, secure=secure) or "").partition(".")
    onward = local(unquote(kept or "/"))
    try:
        if len(said.multi_items()) != len(said):
            raise Refusal(422, "sign_in.refused")  # of two answers, which one counts is not to be chosen
        session, who = await flow.finish(secret or None, said, SESSION.of(request.headers, secure=secure))
    except Refusal as refusal:
        answer = _refused(request, renderer, refusal.status_code, refusal.code, onward)
    except Unavailable as away:
        answer = _refused(request, renderer, 503, away.code, onward)
    else:
        _log.info("signed in", path=RETURN, address=_address(request), account=who.subject, role=who.role.value)
        answer = RedirectResponse(onward, 303)
        SESSION.set(answer, session, secure=secure)
    _UNDER_WAY.delete(answer, secure=secure)
    return answer


def _refused(request: Request, renderer: Renderer, status: int, code: str, onward: str) -> Response:
    _log.warning("refused", path=request.url.path, address=_address(request), code=code)
    return _page(renderer, status, code, onward)


def _page(renderer: Renderer, status: int, code: str, onward: str) -> Response:
    said = text_of(code) if code else None
    return HTMLResponse(renderer.render("sign_in.html", refused=said, next=onward), status)


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
