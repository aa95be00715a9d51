"""Requests that no decent client sends: pieces, contradictions and bytes that are not HTTP."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import httpx2
import pytest

from .city import SERVICES, City

pytestmark = [
    pytest.mark.xdist_group("city over http"),
    pytest.mark.embedded,
    pytest.mark.slow,
    pytest.mark.timeout(240),
]
PATHS = {
    "registry": "/providers",
    "needs": "/needs",
    "matching": "/matches",
    "escalation": "/meetings",
    "portal": "/sign-in",
}
OPERATIONS = {
    "registry": "register_provider",
    "needs": "record_need",
    "matching": "propose_match",
    "escalation": "hold_meeting",
}


async def answered(city: City, service: str, sent: bytes) -> bytes:
    """What comes back for these bytes; nothing, when the connection just ends."""
    address = urlsplit(city.system.url(service))
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        writer.write(sent)
        await writer.drain()
        async with asyncio.timeout(90):
            return await reader.readline()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def request(city: City, service: str, *lines: bytes, body: bytes = b"", path: bytes | None = None) -> bytes:
    """A POST with these header lines."""
    operation = OPERATIONS.get(service)
    token = city.token(service, operation) if operation else "x"
    head = [
        b"POST " + (path or PATHS[service].encode()) + b" HTTP/1.1",
        b"Host: shien",
        b"Content-Type: application/json",
    ]
    return b"\r\n".join([*head, f"Authorization: Bearer {token}".encode(), *lines, b"", body])


@pytest.mark.parametrize("service", SERVICES)
async def test_broken_requests_are_refused_and_the_service_goes_on(city: City, service: str) -> None:
    before = await city.written(service) if service != "portal" else 0
    chunk = b"2\r\n{}\r\n0\r\n\r\n"
    for lines, body in (
        ([b"Content-Length: 100000000"], b"{"),
        ([b"Content-Length: 99999999999999999999999999"], b"{"),
        ([b"Content-Length: -1"], b"{}"),
        ([b"Content-Length: 2", b"Content-Length: 3"], b"{}"),
        ([b"Content-Length: 2", b"Transfer-Encoding: chunked"], chunk),
        ([b"Transfer-Encoding: chunked"], b"ZZ\r\n{}\r\n0\r\n\r\n"),
        ([b"Transfer-Encoding: chunked"], b"fffffffffffffffff\r\n{}\r\n"),
        ([b"Transfer-Encoding: gzip, chunked"], chunk),
        ([b"X-Raw: a\x00b", b"Content-Length: 2"], b"{}"),
        ([b"X-Large: " + b"x" * 70_000, b"Content-Length: 2"], b"{}"),
        ([b"Cookie: shien_session=\x00", b"Content-Length: 2"], b"{}"),
        ([b"X-Line: a\rb", b"Content-Length: 2"], b"{}"),
    ):
        said = await answered(city, service, request(city, service, *lines, body=body))
        assert said == b"" or said.split()[1].startswith(b"4"), (lines[0][:60], said)
    for path in (b"/\x00", b"/%00", b"/\xff", b"http://evil.example/", b"/" + b"x" * 70_000, b"*"):
        said = await answered(city, service, request(city, service, b"Content-Length: 2", body=b"{}", path=path))
        assert said == b"" or said.split()[1].startswith(b"4"), (path[:60], said)
    for raw in (b"\x16\x03\x01\x02\x00\x01", b"\x00" * 100, b"GET / HTTP/9.9\r\n\r\n", b"\r\n\r\n\r\nx y z\r\n\r\n"):
        said = await answered(city, service, raw)
        assert said == b"" or said.split()[1].startswith(b"4"), (raw, said)
    with httpx2.Client(base_url=city.system.url(service), timeout=60) as client:
        assert client.get("/live").status_code == 200
    assert before == (await city.written(service) if service != "portal" else 0)


async def test_a_body_that_does_not_come_is_given_up(city: City) -> None:
    sent = [request(city, service, b"Content-Length: 100", body=b"{") for service in SERVICES]
    said = await asyncio.gather(*(answered(city, *one) for one in zip(SERVICES, sent, strict=True)))
    assert [line.split()[1] for line in said] == [b"408", b"408", b"408", b"408", b"422"]  # the last is a page
