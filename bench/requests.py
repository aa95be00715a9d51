"""A load generator that costs little: keep-alive HTTP/1.1 over plain sockets. What is measured is the service."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Make = Callable[[int], bytes]  # the nth request, whole


@dataclass(frozen=True)
class Load:
    """What came of it: requests a second, and the milliseconds each took, sorted."""

    per_second: float
    milliseconds: Sequence[float]

    def percentile(self, percent: int) -> float:
        """The time that so many percent of the requests did not take longer than."""
        return statistics.quantiles(self.milliseconds, n=100)[percent - 1]


class Connection:
    """One client: a request at a time, and the whole answer read."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def ask(self, request: bytes) -> bytes:
        """The answer's body. Any status but a 2xx is an error of the benchmark."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length"))
        body = await self._reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 2"):
            raise AssertionError(f"{head!r}{body!r}")
        return body

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


def request(method: str, path: str, token: str, body: bytes = b"", headers: str = "") -> bytes:
    """The bytes of a request."""
    kind = "Content-Type: application/json\r\n" if body else ""
    head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n{kind}{headers}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def full_speed(port: int, clients: int, count: int, make: Make) -> Load:
    """`clients` connections, each sending its next request when the last one is answered."""
    connections = [await _connect(port) for _ in range(clients)]
    times: list[float] = []
    numbers = iter(range(count))

    async def run(connection: Connection) -> None:
        for n in numbers:
            begun = time.perf_counter()
            await connection.ask(make(n))
            times.append((time.perf_counter() - begun) * 1000)

    begun = time.perf_counter()
    await asyncio.gather(*map(run, connections))
    seconds = time.perf_counter() - begun
    for connection in connections:
        connection.close()
    return Load(count / seconds, sorted(times))


async def at_rate(port: int, clients: int, per_second: float, count: int, make: Make) -> Load:
    """Requests at a steady rate; each is timed from the moment it was due, so that a queue is seen."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(clients):
        free.put_nowait(await _connect(port))
    times: list[float] = []
    begun = time.perf_counter()

    async def one(n: int, due: float) -> None:
        connection = await free.get()
        await connection.ask(make(n))
        times.append((time.perf_counter() - due) * 1000)
        free.put_nowait(connection)

    async with asyncio.TaskGroup() as asked:
        for n in range(count):
            due = begun + n / per_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            asked.create_task(one(n, due))
    seconds = time.perf_counter() - begun
    while not free.empty():
        free.get_nowait().close()
    return Load(count / seconds, sorted(times))


async def _connect(port: int) -> Connection:
    return Connection(*await asyncio.open_connection("127.0.0.1", port))
