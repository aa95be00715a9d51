"""HTTP connections that cannot be held for nothing: each takes a file, and Postgres and Kafka need files too.

uvicorn ends a connection that says nothing after an answer. It waits for ever for headers that do not come, and for a
client that does not read its answer. Here both have a time, and the connections of a process have a number.
"""

from __future__ import annotations

import asyncio
import resource
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS = 10.0
READ_SECONDS = 30.0  # for each 64 KiB of an answer
MOST_CONNECTIONS = 10_000
OTHER_FILES = 200  # of the process: connections to Postgres and Kafka, modules that are still to be loaded, pipes
_MOST_FILES = 65_536
_TURN_SECONDS = 0.001  # the loop looks once whether something has arrived
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class Connection(HttpToolsProtocol):
    """A connection of uvicorn that ends when its headers do not come, or its answer is not read.

    When there are more than `most`, the one that has waited longest for a request ends. Where all have one, the new
    connection is answered 503.
    """

    header_seconds: ClassVar[float] = HEADER_SECONDS
    read_seconds: ClassVar[float] = READ_SECONDS
    most: ClassVar[int] = MOST_CONNECTIONS
    waiting: ClassVar[dict[Connection, None]] = {}  # for a request, the longest first

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._headers_due: asyncio.TimerHandle | None = None
        self._read_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the headers of the first request."""
        super().connection_made(transport)
        self.waiting[self] = None
        self._headers_due = self.loop.call_later(self.header_seconds, self.transport.close)
        if len(self.connections) > self.most:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """Take bytes of a request. From its first byte on the headers of a later request have their time too."""
        if self in self.waiting and self._headers_due is None:
            self._headers_due = self.loop.call_later(self.header_seconds, self.transport.close)
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Handle the request; it has its own times (see `Limits`)."""
        self.waiting.pop(self, None)
        _cancel(self._headers_due)
        self._headers_due = None
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the client to read the last answer."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._expect_reading()
        elif self.cycle.response_complete:  # no other request came meanwhile
            self.waiting[self] = None

    def pause_writing(self) -> None:
        """Wait for the client to read."""
        super().pause_writing()
        self._expect_reading()

    def resume_writing(self) -> None:
        """Go on writing."""
        super().resume_writing()
        _cancel(self._read_due)
        self._read_due = None

    def timeout_keep_alive_handler(self) -> None:
        """End a connection without a next request, also when the last answer was not read.

        A loop that is late runs its timers before it reads: a request that has arrived by now is read first.
        """
        self.timeout_keep_alive_task = self.loop.call_later(_TURN_SECONDS, self._end_unless_asked)

    def _end_unless_asked(self) -> None:
        super().timeout_keep_alive_handler()
        self._expect_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self.waiting.pop(self, None)
        super().connection_lost(exc)
        _cancel(self._headers_due)
        self._headers_due = None
        _cancel(self._read_due)
        self._read_due = None

    def _expect_reading(self) -> None:
        if self._read_due is None:
            self._read_due = self.loop.call_later(self.read_seconds, self.transport.abort)

    def _make_room(self) -> None:
        longest = next(iter(self.waiting))
        del self.waiting[longest]
        if longest is self:
            self.transport.write(_BUSY)
            self.transport.close()
        else:
            longest.transport.abort()


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


def connections() -> type[Connection]:
    """The class of connections for a process, which may open as many files as the system allows it from now on."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    most = max(1, min(MOST_CONNECTIONS, files - OTHER_FILES))
    return type("Connection", (Connection,), {"most": most, "waiting": {}})
