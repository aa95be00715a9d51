"""What tests of a real stack need besides its fixtures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Self
from urllib.parse import urlsplit


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Poll until `condition` is true; fail after `seconds`. For what no event announces, such as a process's end."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"still not so after {seconds} seconds: {condition}")
        time.sleep(0.01)


async def eventually(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """`until`, for async tests: the event loop runs on."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"still not so after {seconds} seconds: {condition}")
        await asyncio.sleep(0.01)


class Wire:
    """The network between a client and Postgres. It can be cut, and it can lose one request or one answer."""

    def __init__(self, dsn: str) -> None:
        self._parts = urlsplit(dsn)
        self._lingering: list[tuple[asyncio.StreamWriter, bytes]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._ends: list[asyncio.StreamWriter] = []
        self._is_cut = False
        self.hold_request = False
        """the next request stays in the network, and its client is cut off"""
        self.lose_answer = False
        """the next answer never reaches its client, who is cut off"""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        ends = self._ends
        self.cut()
        await asyncio.gather(*self._tasks, *(end.wait_closed() for end in ends), return_exceptions=True)

    @property
    def dsn(self) -> str:
        """The DSN through this network."""
        port = self._server.sockets[0].getsockname()[1]
        login = f"{self._parts.username}:{self._parts.password}"
        return self._parts._replace(netloc=f"{login}@127.0.0.1:{port}").geturl()

    def cut(self) -> None:
        """End all connections, and let no new one in."""
        self._is_cut = True
        for end in self._ends:
            end.close()
        self._ends = []

    def restore(self) -> None:
        """Let connections in again."""
        self._is_cut = False

    async def deliver(self) -> None:
        """What lingered arrives after all."""
        for forth, data in self._lingering:
            forth.write(data)
            await forth.drain()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.close()
            return
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        back, forth = await asyncio.open_connection(self._parts.hostname, self._parts.port)
        self._tasks.add(asyncio.create_task(self._answers(back, writer)))
        self._ends += [writer, forth]
        while data := await _read(reader):
            if self.hold_request:
                self.hold_request = False
                self._lingering.append((forth, data))
                writer.close()
                return
            forth.write(data)
            await forth.drain()
        forth.close()

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await _read(reader):
            if self.lose_answer:
                self.lose_answer = False
                break
            writer.write(data)
            await writer.drain()
        writer.close()


async def _read(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(65536)
    except ConnectionError:
        return b""
