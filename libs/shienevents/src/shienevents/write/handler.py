"""The handler: load the stream, decide, append. A rejection is raised; a conflict is tried again."""

from __future__ import annotations

import asyncio
import random
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from ..core.decider import Decider
from ..core.envelope import Home, Origin, Written
from ..core.errors import Contract, Malformed, NotFound, Rejected, StreamConflict, Unavailable
from ..core.events import Event, EventTypes
from ..core.ids import new_id
from ..postgres.pool import COMMAND_SECONDS
from .append import Append
from .group_commit import Beside
from .store import Loaded, Store

_TRIES = 10
_CLOCK_SKEW = timedelta(minutes=1)  # between the processes of a service
_SEEN_STREAMS = 10_000  # remembered: one that is forgotten costs a wrong guess, which is one refused append

Allowed = Callable[[Home], bool]


async def _acquire_in_time(lock: asyncio.Lock) -> None:
    """Wait for a lock with a limit: behind a database that hangs, a queue would grow without end."""
    try:
        async with asyncio.timeout(COMMAND_SECONDS):
            await lock.acquire()
    except TimeoutError:
        raise Unavailable from None


def _thread(decider: Decider[Any, Any, Any], command: Any, loaded: Loaded, past: Sequence[Event]) -> UUID | None:
    """The correlation of the first event that is about the same part of the stream; `None`: the command begins it."""
    if decider.part is None:
        return loaded.events[0].correlation if loaded.events else None
    part = decider.part(command)
    threads = zip(past, loaded.events, strict=True)
    return next((stored.correlation for event, stored in threads if decider.part(event) == part), None)


class Handler:
    """Runs commands through their deciders, each in one transaction of the store."""

    def __init__(self, store: Store, types: EventTypes, deciders: Sequence[Decider[Any, Any, Any]]) -> None:
        self._store = store
        self._types = types
        self._deciders: dict[type[Any], Decider[Any, Any, Any]] = {}
        for decider in deciders:
            for command in decider.commands:
                if command in self._deciders:
                    raise Contract(f"two deciders answer {command.__name__}")
                self._deciders[command] = decider
        self._queues: dict[str, tuple[asyncio.Lock, int]] = {}
        self._seen_streams: OrderedDict[str, None] = OrderedDict()  # a command was for them: no longer new

    async def handle(
        self,
        command: object,
        origin: Origin,
        *,
        expected: int | None = None,
        allowed: Allowed | None = None,
        beside: Beside | None = None,
    ) -> Written:
        """Decide and append. Returns what was written; a command that changes nothing returns where it stands.

        `expected` is the version the caller saw (If-Match); when the stream has moved on, `StreamConflict`.
        `allowed` is asked about the home of a stream that exists; where it is false, the stream is unknown to the
        caller: `NotFound` with the code `<decider>.unknown`, the same as for a stream that is not there.
        `beside` is called first in the same commit, and may refuse it; then the commit is shared with no other append.
        Raises also `Rejected`, `IdempotencyKeyReused`, `EventTooLarge`, `Unavailable`.
        """
        decider = self.decider(command)
        stream = decider.stream_id(command)
        async with self.queue(stream):
            for attempt in range(_TRIES):
                try:
                    return await self._once(decider, command, stream, origin, expected, allowed, beside)
                except StreamConflict:
                    if expected is not None or attempt == _TRIES - 1:
                        raise
                await asyncio.sleep(random.uniform(0, 0.002 * 2**attempt))
        raise AssertionError("unreachable")

    def decider(self, command: object) -> Decider[Any, Any, Any]:
        """The decider that answers this command."""
        try:
            return self._deciders[type(command)]
        except KeyError:
            raise Contract(f"no decider answers {type(command).__name__}") from None

    async def _once(
        self,
        decider: Decider[Any, Any, Any],
        command: object,
        stream: str,
        origin: Origin,
        expected: int | None,
        allowed: Allowed | None,
        beside: Beside | None,
    ) -> Written:
        if beside and origin.idempotency and (first := await self._store.answered(origin.idempotency)):
            return first
        if expected is None and not beside and (written := await self._begin(decider, command, stream, origin)):
            return written
        loaded = await self._store.load(stream)
        self.check_allowed(allowed, decider, loaded)
        try:
            append = self.decide_at(expected, decider, command, loaded, origin)
        except (Rejected, StreamConflict):
            # The same request may have been answered before the state came to say no.
            if origin.idempotency and (answer := await self._store.answered(origin.idempotency)):
                return answer
            raise
        if append.events or origin.idempotency:
            return (await self._store.append_all([append], beside))[0] if beside else await self._store.append(append)
        return await self._store.standing(append)

    def check_allowed(self, allowed: Allowed | None, decider: Decider[Any, Any, Any], loaded: Loaded) -> None:
        """A stream that exists where the caller may not act is unknown to them. Raises `NotFound`."""
        if allowed and loaded.home and not allowed(self._home_now(decider, loaded, loaded.home)):
            raise NotFound(f"{decider.name}.unknown")

    def _home_now(self, decider: Decider[Any, Any, Any], loaded: Loaded, home: Home) -> Home:
        """Where the thing of a stream belongs: its home, or the area to which it was moved last."""
        moves = {event.wire for event in decider.moves}
        last = next((stored for stored in reversed(loaded.events) if stored.type in moves), None)
        if last is None:
            return home
        moved: Any = self._types.parse(last.type, last.data)
        return replace(home, area=moved.area)

    def decide_at(
        self, expected: int | None, decider: Decider[Any, Any, Any], command: object, loaded: Loaded, origin: Origin
    ) -> Append:
        """Decide at the version the caller saw (`None`: any). Raises `StreamConflict` at another one, or `Rejected`.

        What does not exist for the caller is unknown, whatever the version. Nothing happens to a thing before its
        first event happened.
        """
        moved = expected is not None and expected != loaded.version
        try:
            append = self.decide(decider, command, loaded, origin)
        except NotFound:
            raise
        except Rejected:
            if moved:
                raise StreamConflict(loaded.stream) from None
            raise
        if moved:
            raise StreamConflict(loaded.stream)
        if append.events and loaded.begun_at and origin.occurred_at < loaded.begun_at - _CLOCK_SKEW:
            raise Rejected("occurred_at.before_its_beginning", begun_at=loaded.begun_at)
        return append

    async def _begin(
        self, decider: Decider[Any, Any, Any], command: object, stream: str, origin: Origin
    ) -> Written | None:
        """Decide without reading, as if the stream were new; that the append succeeds proves that it was.

        `None` when the stream has to be read: any other result of the guess is dropped and decided again.
        """
        if stream in self._seen_streams:
            return None
        self._seen_streams[stream] = None
        if len(self._seen_streams) > _SEEN_STREAMS:
            self._seen_streams.popitem(last=False)
        try:
            if home := decider.home(command):
                append = self.decide(decider, command, Loaded(stream, home=home), origin)
                written = await self._store.append(append) if append.events else None
                return written if written and not written.replayed else None
        except (Rejected, StreamConflict, Malformed):
            pass
        return None

    def decide(
        self,
        decider: Decider[Any, Any, Any],
        command: Any,
        loaded: Loaded,
        origin: Origin,
        id_of: Callable[[int], UUID] = lambda _: new_id(),
    ) -> Append:
        """What a command adds to a stream as loaded. Pure but for `id_of`, which names the nth event.

        Raises `Rejected`.
        """
        past = [self._types.parse(stored.type, stored.data) for stored in loaded.events]
        events: Sequence[Event] = decider.decide(command, decider.state(past))
        if origin.correlation is None and (thread := _thread(decider, command, loaded, past)):
            origin = replace(origin, correlation=thread)
        home = loaded.home or decider.home(command)
        if home is None:
            if events:
                raise Contract(f"{type(command).__name__} begins a stream but its decider gives it no home")
            home = Home("none", "none")
        shard = self._store.shard(home) if loaded.shard is None else loaded.shard
        ids = [id_of(n) for n in range(len(events))]
        return Append(loaded.stream, loaded.version, shard, home, events, ids, origin)

    @asynccontextmanager
    async def queue(self, stream: str) -> AsyncIterator[None]:
        """One command at a time for a stream within this process: one that would lose the race waits instead."""
        lock, waiting = self._queues.get(stream, (asyncio.Lock(), 0))
        self._queues[stream] = (lock, waiting + 1)
        try:
            if lock.locked():
                await _acquire_in_time(lock)
            else:
                await lock.acquire()
            try:
                yield
            finally:
                lock.release()
        finally:
            lock, waiting = self._queues[stream]
            if waiting == 1:
                del self._queues[stream]
            else:
                self._queues[stream] = (lock, waiting - 1)
