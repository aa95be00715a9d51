"""Connections that are held beside the clients of `load`: idle ones, slow readers and slow writers."""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import uvloop

from bench.requests import a_note, request
from bench.serving import AREAS, CITY

OPENED_PER_SECOND = 500
BODY_SECONDS = 10.0  # the time that a service gives a body
READ_SECONDS = 30.0  # and a client to read
_SLOW_BYTES, _SLOW_SECONDS = 8192, 0.5
_SLOW_ANSWERS = 3  # boards for who reads slowly: as many as are read within a minute
_UNREAD_ANSWERS = 100  # descriptions for who reads nothing: more than the 4 MB that the system holds for a connection
_PATIENCE_SECONDS = 120.0

Way = Callable[[asyncio.StreamReader, asyncio.StreamWriter, str], Awaitable[str]]


class _Idle(asyncio.Protocol):
    """A connection that says nothing, or asks once and then says nothing."""

    def __init__(self, first: bytes) -> None:
        self._first = first
        self.said = b""
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        transport.write(self._first)

    def data_received(self, data: bytes) -> None:
        self.said = self.said or data[:12]

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


async def be_idle_elsewhere(ports: Sequence[int], count: int, seen: Counter[str]) -> None:
    """`stay_idle` in a process of its own, until cancelled: the clients' loop is not to wait for it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.holding", str(count), *map(str, ports), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async for line in process.stdout:
            for what, n in json.loads(line).items():
                seen[what] = n
        raise AssertionError("the process of the idle connections ended")
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _tell_of_idle(count: int, ports: Sequence[int]) -> None:
    seen = Counter[str]()
    idle = asyncio.create_task(stay_idle(ports, count, seen))
    while not idle.done():
        print(json.dumps(seen), flush=True)
        await asyncio.sleep(1)
    idle.result()


async def stay_idle(ports: Sequence[int], count: int, seen: Counter[str]) -> None:
    """Hold so many idle connections, spread over the ports, until cancelled. Each that the server ends is opened anew.

    One of twenty asks `/live` first. `seen` counts: opened, ended by the server, refused, and what is open now.
    """
    live = request("GET", "/live", "")

    async def hold(n: int) -> None:
        await asyncio.sleep(n / OPENED_PER_SECOND)
        while True:
            try:
                _, idle = await asyncio.get_running_loop().create_connection(
                    lambda: _Idle(b"" if n % 20 else live), "127.0.0.1", ports[n % len(ports)]
                )
            except OSError as error:
                seen[f"idle refused: {error}"] += 1
                await asyncio.sleep(1)
                continue
            seen["idle opened"] += 1
            seen["idle now"] += 1
            await idle.ended
            seen["idle now"] -= 1
            seen[f"idle ended after {idle.said.decode() or 'nothing'}"] += 1

    async with asyncio.TaskGroup() as group:
        for n in range(count):
            group.create_task(hold(n))


async def be_slow(ports: dict[str, int], token: str, number: int, seen: Counter[str]) -> None:
    """Be a slow reader or a slow writer, again and again until cancelled. `seen` counts what became of each."""
    name, service, way = _WAYS[number % len(_WAYS)]
    while True:
        try:
            reader, writer = await _opened(ports[service])
        except OSError as error:
            seen[f"{name}: {error}"] += 1
            await asyncio.sleep(1)
            continue
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                seen[f"{name}: {await way(reader, writer, token)}"] += 1
        except TimeoutError:
            seen[f"{name}: held for {_PATIENCE_SECONDS:g} s"] += 1
        finally:
            writer.transport.abort()


async def _opened(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which little waits at this end, to be read."""
    plain = socket.socket()
    try:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        plain.setblocking(False)
        await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", port))
        return await asyncio.open_connection(sock=plain, limit=_SLOW_BYTES)
    except OSError:
        plain.close()
        raise


async def _reads_slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str) -> str:
    """Ask for some boards at once, and read a few bytes at a time: every answer comes whole."""
    writer.write(request("GET", f"/boards/{CITY}?subtree=true", token) * _SLOW_ANSWERS)
    return "all" if await _answers(reader, _SLOW_SECONDS) == _SLOW_ANSWERS else "not all"


async def _reads_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str) -> str:
    """Ask for large answers at once, and read nothing: the service must end the connection. A write finds out."""
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    writer.write(request("GET", "/openapi.json", token) * _UNREAD_ANSWERS)
    begun = time.monotonic()
    while not writer.transport.is_closing():
        await asyncio.sleep(1)
        writer.write(b"\r\n")
    return "ended" if time.monotonic() - begun > READ_SECONDS else "ended early"


async def _answers(reader: asyncio.StreamReader, seconds: float) -> int:
    """How many answers come before the connection ends, 200 or 503; read in small parts, with a rest between them."""
    said = b""
    with suppress(OSError):
        while part := await reader.read(_SLOW_BYTES):
            said += part
            await asyncio.sleep(seconds)
    return said.count(b"HTTP/1.1 200 ") + said.count(b"HTTP/1.1 503 ")


async def _slow_headers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str) -> str:
    """Send a byte each half second, and never come to the end of the headers."""
    return await _dribble(reader, writer, request("GET", "/needs", token), 1)


async def _slow_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str) -> str:
    """Send the headers at once and the body so slowly that its time is over before it ends."""
    head, body = _need(token)
    writer.write(head)
    return await _dribble(reader, writer, body, 1)


async def _body_in_time(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str) -> str:
    """Send a body in five parts within two seconds; where this process comes to it late, it may take too long."""
    head, body = _need(token)
    begun = time.monotonic()
    writer.write(head)
    found = await _dribble(reader, writer, body, len(body) // 4)
    return f"{found}, it was late" if "408" in found and time.monotonic() - begun > BODY_SECONDS else found


def _need(token: str) -> tuple[bytes, bytes]:
    need = {"area": AREAS[0], "support_kind": "outing", "people": 1, "frequency": "weekly", "source": "coordinator"}
    need |= {"note": a_note()}
    whole = request("POST", "/needs", token, json.dumps(need).encode())
    head, _, body = whole.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n", body


async def _dribble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes, size: int) -> str:
    answer = asyncio.create_task(_first_bytes(reader))
    for begin in range(0, len(data), size):
        writer.write(data[begin : begin + size])
        await asyncio.wait([answer], timeout=_SLOW_SECONDS)
        if answer.done():
            break
    return await answer


async def _first_bytes(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.read(12)).decode() or "nothing"
    except OSError:
        return "nothing"


_WAYS: Sequence[tuple[str, str, Way]] = (
    ("a slow reader", "portal", _reads_slowly),
    ("a reader of nothing", "registry", _reads_nothing),
    ("slow headers", "needs", _slow_headers),
    ("a body too slow", "needs", _slow_body),
    ("a body just in time", "needs", _body_in_time),
)
RIGHT = {
    "a slow reader": ("all",),
    "a reader of nothing": ("ended",),
    "slow headers": ("nothing",),
    "a body too slow": ("HTTP/1.1 408", "HTTP/1.1 503"),
    "a body just in time": ("HTTP/1.1 201", "HTTP/1.1 503", "HTTP/1.1 408, it was late"),
    "idle": ("opened", "now", "ended after nothing", "ended after HTTP/1.1 200", "ended after HTTP/1.1 503"),
}
"""What may become of each."""


def wrong(seen: Counter[str]) -> dict[str, int]:
    """What should not have become of one of them, and how often it did."""

    def is_right(what: str) -> bool:
        if what.startswith("idle "):
            return what[5:] in RIGHT["idle"]
        name, _, end = what.partition(": ")
        return end in RIGHT[name]

    return {what: n for what, n in seen.items() if not is_right(what)}


if __name__ == "__main__":
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uvloop.run(_tell_of_idle(int(sys.argv[1]), [int(port) for port in sys.argv[2:]]))
