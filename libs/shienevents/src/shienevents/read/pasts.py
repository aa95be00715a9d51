"""The states of the past that a service was asked for: folded one at a time, and the last few kept for the next ask."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..consume.sources import Source
from ..core.envelope import Record
from ..core.errors import Folding, Stopped, Unavailable
from ..core.events import EventTypes
from ..core.positions import Positions, ShardKey, Token
from ..core.view import View
from ..postgres.pool import AWAY
from ..views.rows import ROWS_HELD
from .kept_folds import KeptFold, KeptFolds
from .moment import Moment
from .past import Past, folded
from .snapshot import Snapshot

_KEPT = 3  # each has a connection and temporary tables of its own
_IDLE_SECONDS = 600.0
_WAITING = 8  # asks that wait for folds


@dataclass(frozen=True)
class _Noting(Moment):
    """A moment that notes the shards of which it refused a record: all that they had by then has been read."""

    complete: set[ShardKey] = field(default_factory=set)

    def holds(self, record: Record) -> bool:
        if super().holds(record):
            return True
        self.complete.add((record.source, record.envelope.shard))
        return False


class _Kept:
    """An open past, folded from all that was `known`. Of shards in `complete` nothing of then can follow."""

    def __init__(self, found: Past, opened: AsyncExitStack, known: Token, complete: set[ShardKey]) -> None:
        self.past = found
        self.snapshot = found.snapshot
        self.is_kept = False
        self.opened = opened
        self.known = known
        self.complete = complete
        self.lock = asyncio.Lock()  # its connection answers one query at a time
        self.reading: asyncio.Task[object] | None = None
        self.used_at = time.monotonic()
        self.closed = False

    def holds_all(self, known: Token) -> bool:
        """Whether it has all of then that is known by now: nothing of then has arrived since."""
        return all(key in self.complete or self.known.get(key, 0) == seq for key, seq in known.items())

    def worth_keeping(self, events: int) -> bool:
        """Whether it took so many events to fold, and is neither closed nor kept as tables yet."""
        return not (self.closed or self.is_kept) and self.past.whole and self.past.events >= events

    async def close(self) -> None:
        async with self.lock:
            self.closed = True
            await self.opened.aclose()


class Pasts:
    """Snapshots of the views as they were by a time. Asked for again, a past is not folded again.

    `known` answers where the live views stand: so far the log is read. An event of then that
    arrives later, because its service could not send it, makes the past be folded again. A fold begins from the
    latest one that `folds` keeps, and holds at most so many `rows` in memory, beside those of a batch.
    """

    def __init__(
        self,
        dsn: str,
        types: EventTypes,
        views: Sequence[View[Any]],
        sources: Callable[[], Sequence[Source]],
        known: Callable[[], Awaitable[Positions]],
        folds: KeptFolds,
        *,
        rows: int = ROWS_HELD,
    ) -> None:
        self._dsn = dsn
        self._rows = rows
        self._types = types
        self._views = [view for view in views if not view.written_once]
        self._once = [view for view in views if view.written_once]
        self._sources = sources
        self._known = known
        self._folds = folds
        self._kept: dict[datetime, _Kept] = {}  # the one used last is the last
        self._folding: dict[datetime, asyncio.Task[_Kept]] = {}
        self._one = asyncio.Lock()

    @asynccontextmanager
    async def snapshot(self, at: datetime, *, seconds: float) -> AsyncIterator[Snapshot]:
        """The views as they were by this time, as far as their events have arrived here.

        A fold takes 20 µs an event or so. It goes on where it takes longer than `seconds`: `Folding` is raised, and who
        asks again finds it. The same while many other pasts are waited for. Raises `Unavailable` too.
        """
        mine = asyncio.current_task()
        if (open_ := self._kept.get(at)) and open_.reading is mine:  # within its own snapshot
            yield open_.snapshot
            return
        while True:
            kept = await self._find(at, await self._known(), seconds)
            async with kept.lock:
                if kept.closed:
                    continue
                kept.used_at, kept.reading = time.monotonic(), mine
                try:
                    yield kept.snapshot
                except AWAY as error:
                    self._forget(at, kept)
                    raise Unavailable from error
                finally:
                    kept.reading = None
                return

    async def _find(self, at: datetime, known: Positions, seconds: float) -> _Kept:
        found = self._kept.get(at)
        if found is not None and found.holds_all(known.seqs):
            self._kept[at] = self._kept.pop(at)
            return found
        task = self._folding.get(at)
        if task is None:
            if len(self._folding) >= _WAITING:
                raise Folding
            task = self._folding[at] = asyncio.create_task(self._fold(at, known))
            task.add_done_callback(lambda _: self._folding.pop(at, None))
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(task)
        except TimeoutError:
            raise Folding from None

    async def _fold(self, at: datetime, known: Positions) -> _Kept:
        async with self._one:
            moment = _Noting(at)
            opened = AsyncExitStack()
            base = await self._folds.latest(at, known)
            found = await opened.enter_async_context(self._past(moment, known, base))
            made = _Kept(found, opened, known.seqs, moment.complete)
            before, self._kept[at] = self._kept.pop(at, None), made
            over = [before] if before else []
            while len(self._kept) > _KEPT:
                over.append(self._kept.pop(next(iter(self._kept))))
            for one in over:
                await one.close()
            return made

    @asynccontextmanager
    async def _past(self, moment: Moment, known: Positions, base: KeptFold | None) -> AsyncIterator[Past]:
        """The past of a moment, from a kept fold; from the beginning where the log does not go on there."""
        async with AsyncExitStack() as opened:
            try:
                found = await opened.enter_async_context(self._folded(moment, known, base))
            except Stopped:
                if base is None:
                    raise
                found = await opened.enter_async_context(self._folded(moment, known, None))
            yield found

    def _folded(self, moment: Moment, known: Positions, base: KeptFold | None) -> AbstractAsyncContextManager[Past]:
        sources = self._sources()
        views, once = self._views, self._once
        return folded(self._dsn, self._types, views, sources, moment, known.seqs, base=base, once=once, most=self._rows)

    async def keep_up(self) -> None:
        """Keep a fold of now, when many events came since the last one: no later past begins far back."""
        now, known = datetime.now(UTC), await self._known()
        events = sum(known.seqs.values())
        if events < self._folds.worth:
            return  # there is none to look for
        base = await self._folds.latest(now, known)
        if events - (base.events if base else 0) >= self._folds.worth:
            async with self._one, self._past(Moment(now), known, base) as found:
                await self._folds.keep(found.connection, now, found.snapshot.positions)

    def _forget(self, at: datetime, kept: _Kept) -> None:
        """Its connection is gone, and the tables with it."""
        kept.closed = True
        if self._kept.get(at) is kept:
            del self._kept[at]

    async def tidy(self) -> None:
        """Keep the folds that took long, and close what was not asked for during ten minutes."""
        for at, one in list(self._kept.items()):
            async with one.lock:
                if one.worth_keeping(self._folds.worth):
                    one.is_kept = True
                    await self._folds.keep(one.past.connection, at, one.snapshot.positions)
        now = time.monotonic()
        for at in [at for at, one in self._kept.items() if now - one.used_at > _IDLE_SECONDS]:
            await self._kept.pop(at).close()

    async def close(self) -> None:
        """Close all; folds under way end."""
        tasks = list(self._folding.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        while self._kept:
            await self._kept.popitem()[1].close()
