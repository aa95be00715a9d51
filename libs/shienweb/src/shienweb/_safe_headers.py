"""The headers that every answer has for a browser: what a page may load, who may show it, and that it is not kept.

Where a request came over TLS, the browser is told to come no other way for a year (HSTS). Without TLS it would ignore
that, and behind a proxy only the addresses of `SHIEN_TRUSTED_PROXIES` say how a request came.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ALWAYS: Final = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with no-referrer a browser sends our own forms with `Origin: null`
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
_OVER_TLS: Final = {**_ALWAYS, "strict-transport-security": "max-age=31536000; includeSubDomains"}


def safe_headers(scheme: str) -> Mapping[str, str]:
    """Those of an answer to a request that came by this scheme; names in lower case. An answer's own ones go before."""
    return _OVER_TLS if scheme == "https" else _ALWAYS
