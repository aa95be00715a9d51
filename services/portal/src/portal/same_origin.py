"""Whether a form came from one of our own pages: a page of another site may not sign somebody in or out.

The rule is that of `CrossOriginProtection` in Go's standard library. A browser says in Sec-Fetch-Site how the page that
sent the form is related to us. Where it does not, because it is old or there is no TLS, it names the page's origin in
Origin. A program that sends neither has no cookie that anybody could misuse.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers


def from_our_pages(headers: Headers) -> bool:
    """Whether a POST with these headers was sent by a page of this site, or by no page at all."""
    sites, origins = headers.getlist("sec-fetch-site"), headers.getlist("origin")
    if sites:
        return sites in (["same-origin"], ["none"])
    return not origins or (len(origins) == 1 and _host(origins[0]) == headers.get("host", "").lower() != "")


def _host(origin: str) -> str | None:
    """Host and port of an origin; `None` for `null` and anything else that is none."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    return parts.netloc.lower() if parts.scheme in ("http", "https") and parts.netloc else None
