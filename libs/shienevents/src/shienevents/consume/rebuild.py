"""Rebuilding a view: folded again into a table of its own while the old one serves, then switched in one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

import asyncpg
import structlog

from ..core.envelope import Record
from ..core.metrics import REBUILD
from ..core.positions import Positions
from ..core.view import EVERYWHERE, View
from ..views.changes import note_changes
from ..views.fold import Parking, Subscriptions, fold_batch, isolating
from ..views.tables import Table, TableRows
from ..write.store import Store
from .consumer import Consumer
from .ledger import held_streams, park, skipped_events
from .replay import history
from .sources import Source

_FINISH_SECONDS = 10  # how long live folding may wait for it
_LOCK_TIMEOUT = "200ms"  # how long the switch waits for readers, and readers for it, before it tries later
_RETRY_SECONDS = 0.2
# Nobody reads the table before the switch, whose commit writes to disk all that was committed before it.
_LATER = "set local synchronous_commit = off"

_log = structlog.get_logger(__name__)


class Rebuild:
    """One rebuild of one view, beside its live table.

    Its positions are kept in memory: a rebuild that is interrupted leaves a table that the next one drops. Each has
    a table of a name of its own, so that one that was paused finds its table gone and cannot write into another's.
    """

    def __init__(
        self, store: Store, consumer: Consumer, view: View[Any], sources: Callable[[], Sequence[Source]]
    ) -> None:
        self._store = store
        self._consumer = consumer
        self._view = view
        self._sources = sources
        self._table = Table(view, f"{view.name}__{uuid4().hex[:8]}")
        self._subscriptions = Subscriptions(consumer.types, [view])
        self._positions = Positions()
        self._parked: list[Parking] = []
        self._share = 0.0

    async def run(self, progress: Callable[[float], None] = lambda _: None) -> None:
        """Fold up to where the consumer stands, then stop it for the last stretch, and switch."""
        await self._begin()
        for _ in range(3):  # each round is shorter than the one before
            await self._fold_until(self._consumer.state.positions, progress)
        while not await self._finish(progress):  # noqa: ASYNC110 - nothing notifies it
            await asyncio.sleep(_RETRY_SECONDS)
        REBUILD.labels(self._store.service, self._view.name).set(1.0)
        progress(1.0)
        _log.info("view rebuilt", view=self._view.subscriber, parked=len(self._parked))

    async def _begin(self) -> None:
        """The new table, and no leftover of a rebuild that was interrupted."""
        async with self._store.pool.acquire(timeout=5) as connection, connection.transaction():
            leftovers = await connection.fetch(
                "select tablename from pg_tables where schemaname = 'views' and tablename ~ $1 "
                "and tablename not in (select name from views)",
                f"^{self._view.name}__[0-9a-f]{{8}}$",
            )
            for row in leftovers:
                await connection.execute(f"drop table if exists {row['tablename']}")
            await self._table.create(connection)
            self._subscriptions.skipped = await skipped_events(connection)

    async def _finish(self, progress: Callable[[float], None]) -> bool:
        """With the consumer held: fold the rest and switch. False when a reader is in the way; then all go on.

        Dropping a table waits for its readers, and later readers wait behind it: so it waits briefly,
        and leaves the consumer and the readers alone until the next attempt.
        """
        async with self._consumer.turn:
            if self._consumer.restart_requested:
                return False  # it reads its state from the database first
            async with asyncio.timeout(_FINISH_SECONDS):
                await self._fold_until(self._consumer.state.positions, progress)
            try:
                await self._switch()
            except asyncpg.LockNotAvailableError:
                return False
        return True

    async def _fold_until(self, until: Positions, progress: Callable[[float], None]) -> None:
        self._subscriptions.municipalities = self._consumer.cells.municipalities
        total = sum(until.seqs.values()) or 1
        async for batch in history(self._sources(), self._positions, until):
            await isolating(batch, self._attempt, self._subscriptions)
            self._positions.take(batch)
            share = min(sum(self._positions.seqs.values()) / total, 0.999)
            self._share = max(self._share, share)  # the end moves while writes go on; reported progress never falls
            REBUILD.labels(self._store.service, self._view.name).set(self._share)
            progress(self._share)

    async def _attempt(self, part: Sequence[Record]) -> None:
        async with self._store.pool.acquire(timeout=5) as connection, connection.transaction():
            await connection.execute(_LATER)
            rows = TableRows(connection, {self._view.name: self._table})
            folded = await fold_batch(self._subscriptions, part, rows)
        self._parked.extend(folded.parked)

    async def _switch(self) -> None:
        """The new table takes the old one's name, its parked events theirs, all behind the consumer's fence."""
        name, consumer = self._view.name, self._consumer
        async with consumer.committing() as connection:
            await connection.execute(f"set local lock_timeout = '{_LOCK_TIMEOUT}'")
            await connection.execute(f"drop table if exists {name}")
            await connection.execute(f"alter table {self._table.name} rename to {name}")
            await connection.execute(
                "insert into views (name, version) values ($1, $2) "
                "on conflict (name) do update set version = excluded.version, built_at = now()",
                name,
                self._view.version,
            )
            await note_changes(connection, [(name, EVERYWHERE)])
            await connection.execute("delete from parked where starts_with(subscriber, $1)", f"{name}@")
            await park(connection, self._parked)
            held = await held_streams(connection)
        live = consumer.subscriptions.views
        consumer.subscribe([view for view in consumer.views if view in live or view is self._view], held)
        await self._store.pool.expire_connections()  # their statements were planned for the old table
