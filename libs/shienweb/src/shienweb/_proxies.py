"""Behind a reverse proxy with TLS: how a request came to the proxy, as far as the proxy is believed."""

from __future__ import annotations

from typing import cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from ._token_rules import listed

_PROTO = b"x-forwarded-proto"


def behind_proxies(app: ASGIApp, trusted: str) -> ASGIApp:
    """The application, to which X-Forwarded-Proto and X-Forwarded-For of these addresses and networks count.

    Anybody may send such headers. Those of others are as if they were not there, and so are all without an address.
    """
    addresses = list(listed(trusted))
    if not addresses:
        return app
    # The types of both frameworks describe the same interface in other words.
    believing = cast("ASGIApp", ProxyHeadersMiddleware(app, addresses))  # type: ignore[arg-type]

    async def first_of_several(scope: Scope, receive: Receive, send: Send) -> None:
        await believing(_with_one_proto(scope), receive, send)

    return first_of_several


def _with_one_proto(scope: Scope) -> Scope:
    """The request with the first X-Forwarded-Proto: of several proxies each may add its own, the browser's side first.

    uvicorn reads the last line, and none that is a list.
    """
    if scope["type"] != "http":
        return scope
    said = [value for name, value in scope["headers"] if name == _PROTO]
    if not said:
        return scope
    first = said[0].partition(b",")[0].strip().lower()
    others = [one for one in scope["headers"] if one[0] != _PROTO]
    return {**scope, "headers": [*others, (_PROTO, first)]}
