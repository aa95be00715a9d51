"""The hosts of a DSN."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit


def places_of(dsn: str) -> list[tuple[str, str]]:
    """Each host and port of a DSN, which may name several; a folder of a unix socket is a host, as in libpq."""
    parts = urlsplit(dsn)
    query = dict(parse_qsl(parts.query))
    found = []
    for place in (unquote(parts.netloc.rpartition("@")[2]) or query.get("host", "localhost")).split(","):
        host, colon, port = place.rpartition(":") if not place.endswith("]") else (place, "", "")
        found.append((host, port) if colon else (place, query.get("port", "5432")))
    return found
