"""Behind proxies: whose word counts for the address and the scheme of a request."""

from __future__ import annotations

import pytest
from starlette.types import Message, Receive, Scope, Send

from shienweb._proxies import behind_proxies

TRUSTED = "10.0.0.0/8, fd00::/16, 192.0.2.9"
FOR, PROTO = b"x-forwarded-for", b"x-forwarded-proto"


async def seen(peer: str, *headers: tuple[bytes, bytes]) -> tuple[str, str]:
    """The address and the scheme that the application sees of a request of this peer."""
    found: list[Scope] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        found.append(scope)

    async def nothing() -> Message:
        return {"type": "http.disconnect"}

    async def nobody(message: Message) -> None:
        """Nothing is answered."""

    scope = {"type": "http", "client": (peer, 5000), "scheme": "http", "headers": list(headers)}
    await behind_proxies(application, TRUSTED)(scope, nothing, nobody)
    return found[0]["client"][0], found[0]["scheme"]


@pytest.mark.parametrize(
    ("peer", "headers", "expected"),
    [
        ("203.0.113.5", [(FOR, b"198.51.100.1"), (PROTO, b"https")], ("203.0.113.5", "http")),
        ("10.0.0.1", [(FOR, b"198.51.100.1"), (PROTO, b"https")], ("198.51.100.1", "https")),
        ("192.0.2.9", [(FOR, b"198.51.100.1")], ("198.51.100.1", "http")),
        # Each proxy adds who came to it: what the client itself wrote before that does not count.
        ("10.0.0.1", [(FOR, b"127.0.0.1, 198.51.100.1")], ("198.51.100.1", "http")),
        ("10.0.0.1", [(FOR, b"127.0.0.1, 198.51.100.1, 192.0.2.9, 10.2.2.2")], ("198.51.100.1", "http")),
        ("10.0.0.1", [(FOR, b"127.0.0.1"), (FOR, b"198.51.100.1"), (FOR, b"10.2.2.2")], ("198.51.100.1", "http")),
        ("fd00::1", [(FOR, b"2001:db8::1"), (PROTO, b"https")], ("2001:db8::1", "https")),
        ("fd00::1", [(FOR, b"[2001:db8::1]:443, [fd00::2]:80")], ("2001:db8::1", "http")),
        ("fd00:0:0::1", [(FOR, b"198.51.100.1:443")], ("198.51.100.1", "http")),
        ("fd01::1", [(FOR, b"2001:db8::1"), (PROTO, b"https")], ("fd01::1", "http")),
        ("10.0.0.1", [(FOR, b""), (PROTO, b"")], ("10.0.0.1", "http")),
        ("10.0.0.1", [(PROTO, b"https"), (PROTO, b"http")], ("10.0.0.1", "https")),
        ("10.0.0.1", [(PROTO, b"https, http")], ("10.0.0.1", "https")),
        ("10.0.0.1", [(PROTO, b"javascript")], ("10.0.0.1", "http")),
    ],
)
async def test_the_word_of_trusted_proxies_counts_and_nobody_else_s(
    peer: str, headers: list[tuple[bytes, bytes]], expected: tuple[str, str]
) -> None:
    assert await seen(peer, *headers) == expected
