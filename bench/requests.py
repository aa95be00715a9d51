"""A load generator with low overhead: keep-alive HTTP/1.1 over plain sockets."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

_NUMBERS = count(1)
Make = Callable[[int], bytes]  # returns the complete nth request


def a_note() -> str:
    """The note of a need, another one each time: the same need is not recorded twice."""
    return f"記録 {next(_NUMBERS)}"


@dataclass(frozen=True)
class Load:
    """The result: requests per second, and the sorted durations in milliseconds."""

    per_second: float
    milliseconds: Sequence[float]

    def percentile(self, percent: int) -> float:
        """Return the percentile of the durations, in milliseconds."""
        return statistics.quantiles(self.milliseconds, n=100)[percent - 1]


class Connection:
    """One client with one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def answer(self, request: bytes) -> tuple[bytes, bytes]:
        """Send a request and return the answer: its head in lower case, and its body."""
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"content-length"))
        return head, await self._reader.readexactly(length)

    async def send(self, request: bytes) -> bytes:
        """Send a request and return the body of the answer. Raises `AssertionError` unless the status is 2xx."""
        head, body = await self.answer(request)
        if not head.startswith(b"http/1.1 2"):
            raise AssertionError(f"{head!r}{body!r}")
        return body

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()


def request(method: str, path: str, token: str, body: bytes = b"", headers: str = "") -> bytes:
    """Return the bytes of a request."""
    kind = "Content-Type: application/json\r\n" if body else ""
    head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n{kind}{headers}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def full_speed(port: int, clients: int, count: int, make: Make) -> Load:
    """Send `count` requests over `clients` connections. Each waits for an answer before its next request."""
    connections = [await connect(port) for _ in range(clients)]
    times: list[float] = []
    numbers = iter(range(count))

    async def run(connection: Connection) -> None:
        for n in numbers:
            begun = time.perf_counter()
            await connection.send(make(n))
            times.append((time.perf_counter() - begun) * 1000)

    begun = time.perf_counter()
    await asyncio.gather(*map(run, connections))
    seconds = time.perf_counter() - begun
    for connection in connections:
        connection.close()
    return Load(count / seconds, sorted(times))


async def at_rate(port: int, clients: int, per_second: float, count: int, make: Make) -> Load:
    """Send requests at a constant rate. Durations begin when a request is due, so they include time in the queue."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(clients):
        free.put_nowait(await connect(port))
    times: list[float] = []
    begun = time.perf_counter()

    async def one(n: int, due: float) -> None:
        connection = await free.get()
        await connection.send(make(n))
        times.append((time.perf_counter() - due) * 1000)
        free.put_nowait(connection)

    async with asyncio.TaskGroup() as tasks:
        for n in range(count):
            due = begun + n / per_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.create_task(one(n, due))
    seconds = time.perf_counter() - begun
    while not free.empty():
        free.get_nowait().close()
    return Load(count / seconds, sorted(times))


async def connect(port: int) -> Connection:
    """Open a connection to a service on this machine."""
    return Connection(*await asyncio.open_connection("127.0.0.1", port))
