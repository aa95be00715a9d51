"""Several commands at once, in one commit: all of them, or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any
from uuid import UUID

from ..core.envelope import Origin, Written
from ..core.errors import Rejected, StreamConflict
from ..postgres.pool import borrowed
from .append import Append
from .group_commit import Beside
from .handler import Allowed, Handler
from .store import Loaded, Store

_TRIES = 5

Summary = Callable[[Sequence[Append]], object]


async def handle_together(
    store: Store,
    handler: Handler,
    commands: Sequence[object],
    origin: Origin,
    *,
    summary: Summary | None = None,
    summary_correlation: UUID | None = None,
    expected: int | None = None,
    allowed: Allowed | None = None,
    beside: Beside | None = None,
    answer: Callable[[], str] | None = None,
    threads: Sequence[UUID | None] | None = None,
) -> Sequence[Written]:
    """Decide every command, each seeing what those before it decided, and append the events of all in one commit.

    `summary` makes one more command from what the others will write. It carries the Idempotency-Key, which therefore
    wants one: a repeated request is answered by the summary's `Written` alone, with what `answer` said after `summary`.
    Many may write its stream at once: in this process they wait for each other. `summary_correlation` is its thread
    (else that of `origin`), `threads` those of the commands, `expected` the version of its stream that the caller saw.
    `beside` writes into the service's own tables in the same commit, and may be called more than once, each time in a
    transaction of its own. Raises as `Handler.handle` does; then nothing was written.
    """
    for attempt in range(_TRIES):
        if origin.idempotency and (first := await store.answered(origin.idempotency)):
            return [first]
        try:
            async with AsyncExitStack() as queue:
                decided = _Decided(store, handler, origin, allowed, queue)
                appends = await decided.all(commands, threads, summary, summary_correlation, expected, answer)
                return await store.append_all(appends, beside) if appends else []
        except (Rejected, _VersionMoved):
            # The same request may have been answered before the state came to say no.
            if origin.idempotency and (first := await store.answered(origin.idempotency)):
                return [first]
            raise
        except StreamConflict:
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


class _VersionMoved(StreamConflict):
    """The stream of the summary is not at the version that the caller saw: to decide again does not help."""


class _Decided:
    """The appends of one attempt, and the streams as they will be after them.

    The summary's place in the queue of its stream is held in `queue` until the attempt has ended.
    """

    def __init__(
        self, store: Store, handler: Handler, origin: Origin, allowed: Allowed | None, queue: AsyncExitStack
    ) -> None:
        self._store = store
        self._handler = handler
        self._origin = origin
        self._allowed = allowed
        self._queue = queue
        self._streams: dict[str, Loaded] = {}
        self._appends: list[Append] = []

    async def all(
        self,
        commands: Sequence[object],
        threads: Sequence[UUID | None] | None,
        summary: Summary | None,
        summary_correlation: UUID | None,
        expected: int | None,
        answer: Callable[[], str] | None,
    ) -> Sequence[Append]:
        await self._load(commands)
        for command, thread in zip(commands, threads or [None] * len(commands), strict=True):
            origin = replace(self._origin, idempotency=None, correlation=thread or self._origin.correlation)
            self._decide(command, origin)
        if summary:
            last = summary(self._appends)
            await self._queue.enter_async_context(self._handler.queue(self._handler.decider(last).stream_id(last)))
            await self._load([last])
            correlation, key = summary_correlation or self._origin.correlation, self._origin.idempotency
            if key and answer:
                key = replace(key, answer=answer())
            self._decide(last, replace(self._origin, correlation=correlation, idempotency=key), expected)
        return self._appends

    async def _load(self, commands: Sequence[object]) -> None:
        streams = {self._handler.decider(command).stream_id(command) for command in commands}
        async with borrowed(self._store.pool) as connection:
            self._streams |= await self._store.load_within(connection, sorted(streams - self._streams.keys()))

    def _decide(self, command: Any, origin: Origin, expected: int | None = None) -> None:
        decider = self._handler.decider(command)
        loaded = self._streams[decider.stream_id(command)]
        try:
            self._handler.check_allowed(self._allowed, decider, loaded)
            append = self._handler.decide_at(expected, decider, command, loaded, origin)
        except Rejected as rejected:
            rejected.stream = loaded.stream
            raise
        except StreamConflict as conflict:
            raise _VersionMoved(conflict.stream) from None
        if append.events or origin.idempotency:
            self._appends.append(append)
            self._streams[loaded.stream] = loaded.after(append)
