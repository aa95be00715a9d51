"""Behind a reverse proxy with TLS: how a request came to the proxy, as far as the proxy is believed."""

from __future__ import annotations

from typing import cast

from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from ._token_rules import listed


def behind_proxies(app: ASGIApp, trusted: str) -> ASGIApp:
    """The application, to which X-Forwarded-Proto and X-Forwarded-For of these addresses and networks count.

    Anybody may send such headers. Those of others are as if they were not there, and so are all without an address.
    """
    addresses = list(listed(trusted))
    # The types of both frameworks describe the same interface in other words.
    return cast("ASGIApp", ProxyHeadersMiddleware(app, addresses)) if addresses else app  # type: ignore[arg-type]
