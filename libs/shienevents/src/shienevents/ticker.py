"""What a service does when a time has come, or soon after something changed: ticks, done by one process at a time.

A reaction follows from one event. That nothing happened for two weeks is no event, and whom a new resource could serve
no pure reaction knows. A tick reads views and gives ordinary commands. It never runs during a rebuild or a replay:
what it decided once is an event.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import structlog

from .consume.consumer import Consumer
from .core.envelope import Actor, Idempotency, Origin, Record, Written
from .core.errors import Rejected, StreamConflict, Unavailable
from .core.events import Event
from .core.positions import Positions
from .postgres.pool import AWAY
from .read.snapshot import Snapshot
from .write.group_commit import Beside
from .write.handler import Handler
from .write.store import Store
from .write.together import handle_together

_log = structlog.get_logger(__name__)
_LOOK_SECONDS = 0.1  # how often it is looked whether a tick's time has come
_AGAIN_SECONDS = 60.0  # a tick that rests is asked again after so long
_MOST_TOUCHED = 10_000  # remembered streams: beyond that everything is looked at anew


@dataclass(frozen=True, slots=True)
class Wake:
    """What a tick is told: the time, and what was touched since it ran last.

    `touched` are the ids of the streams (without their category) of whose events, of the types that the tick `hears`,
    the views have taken one since. `first`: what was touched before is not known, so everything counts as touched
    (the process is new, or it failed).
    """

    now: datetime
    touched: frozenset[str] = frozenset()
    first: bool = True


@dataclass(frozen=True, slots=True)
class Due:
    """What has to be done now: `commands`, in one commit, all or none.

    `occasion` names why, for good: what was done for one occasion is not done again, by whichever process. The last
    command begins or extends the stream that keeps that. `threads` are the commands' correlations, where the streams do
    not know theirs. `cause`: the event that it follows from. `beside` writes into the service's own tables in the same
    commit.
    """

    occasion: str
    commands: Sequence[object]
    threads: Sequence[UUID | None] = ()
    cause: UUID | None = None
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """Work that no event asks for: `due` reads views and says what has to be done, each time `every_seconds` have gone.

    It runs in the process with the active consumer, in a snapshot that has all that the service has acknowledged. The
    clock is in the `Wake`: a test gives any time, and nothing waits. A command that is rejected is due again the next
    time: so `due` names what can be done, a limited number each time. `name` must never change. `hears`: the
    events, its own and those of other services, that `Wake.touched` is about. `rests`: whether it has nothing to do
    until one of them comes; then it is asked only once a minute, and an idle service reads nothing for it.
    """

    name: str
    due: Callable[[Snapshot, Wake], Awaitable[Sequence[Due]]]
    every_seconds: float = 60.0
    hears: tuple[type[Event], ...] = ()
    rests: Callable[[], bool] = lambda: False


class Ticker:
    """Runs the ticks of a service. `run()` until cancelled; `turn()` does one tick at a given time."""

    def __init__(
        self,
        store: Store,
        handler: Handler,
        consumer: Consumer,
        snapshot: Callable[[], AbstractAsyncContextManager[Snapshot]],
        ticks: Sequence[Tick],
    ) -> None:
        self._store, self._handler, self._consumer, self._snapshot = store, handler, consumer, snapshot
        self.ticks = {tick.name: tick for tick in ticks}
        self._touched: dict[str, set[str] | None] = dict.fromkeys(self.ticks)  # `None`: everything
        self._next = dict.fromkeys(self.ticks, 0.0)  # by the monotonic clock
        self._again = dict.fromkeys(self.ticks, 0.0)  # by the same
        self._hears = {tick.name: {event.wire for event in tick.hears} for tick in ticks if tick.hears}
        consumer.on_advance(self._hear)

    async def run(self) -> None:
        """Do each tick when its time has come, while this process has the active consumer. Ends only when cancelled."""
        while self.ticks:
            await asyncio.sleep(_LOOK_SECONDS)
            if not self._consumer.active:
                self._touched = dict.fromkeys(self.ticks)  # another process hears what happens now
                continue
            for tick in self.ticks.values():
                if time.monotonic() >= self._next[tick.name]:
                    self._next[tick.name] = time.monotonic() + tick.every_seconds
                    if not self._rests(tick):
                        await self._try(tick)
        await asyncio.Event().wait()  # a task of a service never ends by itself

    def _rests(self, tick: Tick) -> bool:
        return tick.rests() and self._touched[tick.name] == set() and time.monotonic() < self._again[tick.name]

    async def _try(self, tick: Tick) -> None:
        touched, self._touched[tick.name] = self._touched[tick.name], set()
        try:
            wake = Wake(datetime.now(UTC), frozenset(touched or ()), first=touched is None)
            if await self._turn(tick, wake) is None:  # nothing was looked at
                since = self._touched[tick.name]
                self._touched[tick.name] = None if touched is None or since is None else touched | since
            else:
                self._again[tick.name] = time.monotonic() + _AGAIN_SECONDS
        except (Unavailable, *AWAY) as error:
            self._touched[tick.name] = None
            _log.warning("the database is unavailable", tick=tick.name, error=str(error))
        except Exception:  # noqa: BLE001 - a supervising loop: logged, and everything is looked at anew
            self._touched[tick.name] = None
            _log.exception("a tick failed, trying again", tick=tick.name)

    async def turn(self, name: str, wake: Wake) -> Sequence[Written]:
        """Do one tick once: what was written. While views are being rebuilt, nothing is done."""
        return await self._turn(self.ticks[name], wake) or []

    async def _turn(self, tick: Tick, wake: Wake) -> Sequence[Written] | None:
        written: list[Written] = []
        async with self._snapshot() as snapshot:
            if snapshot.stale:
                return None
            found = await tick.due(snapshot, wake)
        for due in found:
            try:
                written += await self._do(tick, due, wake.now)
            except (Rejected, StreamConflict) as refused:
                _log.info("what a tick asked for was refused", tick=tick.name, occasion=due.occasion, code=refused.code)
        return written

    async def _do(self, tick: Tick, due: Due, now: datetime) -> Sequence[Written]:
        key = f"{tick.name} {due.occasion}"
        once = Idempotency("tick", key, hashlib.sha256(key.encode()).digest())
        *before, last = due.commands
        threads = due.threads or [None] * len(due.commands)
        return await handle_together(
            self._store,
            self._handler,
            before,
            Origin(Actor("tick", tick.name), now, causation=due.cause, idempotency=once),
            summary=lambda _: last,
            summary_correlation=threads[-1],
            threads=threads[:-1],
            beside=due.beside,
        )

    def _hear(self, _: Positions, batch: Sequence[Record]) -> None:
        for name, wires in self._hears.items():
            if (touched := self._touched[name]) is not None:
                envelopes = (record.envelope for record in batch)
                touched.update(one.stream.partition("-")[2] for one in envelopes if one.type in wires)
                if len(touched) > _MOST_TOUCHED:
                    self._touched[name] = None
