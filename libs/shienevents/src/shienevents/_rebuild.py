"""Rebuilding a view: folded anew into a table of its own while the old one serves, then switched in one commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import structlog

from ._consumer import PROJECTION, Consumer, TableRows
from ._envelope import Record
from ._fold import Hearing, Parking, fold, isolating
from ._ledger import Standing, advance, held_streams, park
from ._metrics import REBUILD
from ._positions import Positions
from ._replay import history
from ._sources import Source
from ._store import Store
from ._tables import Table
from ._views import View

_log = structlog.get_logger(__name__)


class Rebuild:
    """One rebuild of one view, beside its live table.

    Its positions are kept in memory: a rebuild that is interrupted leaves a table that the next one drops.
    """

    def __init__(
        self, store: Store, consumer: Consumer, view: View[Any], sources: Callable[[], Sequence[Source]]
    ) -> None:
        self._store = store
        self._consumer = consumer
        self._view = view
        self._sources = sources
        self._table = Table(view, f"{view.name}__next")
        self._hearing = Hearing(consumer.types, [view])
        self._positions = Positions()
        self._parked: list[Parking] = []

    async def run(self, progress: Callable[[float], None] = lambda _: None) -> None:
        """Fold up to where the consumer stands, then stop it for the last stretch, and switch."""
        async with self._store.pool.acquire(timeout=5) as connection:
            await connection.execute(f"drop table if exists {self._table.name}")
            await self._table.create(connection)
        for _ in range(3):  # each round is shorter than the one before
            await self._fold_until(self._consumer.standing.positions, progress)
        async with self._consumer.turn:
            await self._fold_until(self._consumer.standing.positions, progress)
            await self._switch()
        progress(1.0)
        _log.info("view rebuilt", view=self._view.unit, parked=len(self._parked))

    async def _fold_until(self, until: Positions, progress: Callable[[float], None]) -> None:
        total = sum(until.seqs.values()) or 1
        async for batch in history(self._sources(), self._positions, until):
            await isolating(batch, self._attempt, self._hearing)
            self._positions.take(batch)
            share = sum(self._positions.seqs.values()) / total
            REBUILD.labels(self._store.service, self._view.name).set(share)
            progress(min(share, 0.999))

    async def _attempt(self, part: Sequence[Record]) -> None:
        shares, refused = self._hearing.sort(part)
        if share := shares.get(self._view.unit):
            heard = self._hearing.parse(self._view.unit, share, {})
            async with self._store.pool.acquire(timeout=5) as connection, connection.transaction():
                await fold(self._view, heard, TableRows(connection, {self._view.name: self._table}))
        self._parked.extend(refused)

    async def _switch(self) -> None:
        """The new table takes the old one's name, its parked events theirs, all behind the consumer's fence."""
        name, consumer = self._view.name, self._consumer
        async with self._store.pool.acquire(timeout=5) as connection, connection.transaction():
            number = await advance(connection, PROJECTION, consumer.standing.number, consumer.standing.positions)
            await connection.execute(f"drop table if exists {name}")
            await connection.execute(f"alter table {self._table.name} rename to {name}")
            await connection.execute(
                "insert into views (name, version) values ($1, $2) "
                "on conflict (name) do update set version = excluded.version, built_at = now()",
                name,
                self._view.version,
            )
            await connection.execute("delete from parked where split_part(unit, '@', 1) = $1", name)
            await park(connection, self._parked)
            held = await held_streams(connection)
        consumer.standing = Standing(number, consumer.standing.positions)
        views = [view for view in consumer.views if view in consumer.hearing.views or view is self._view]
        consumer.hearing = Hearing(consumer.types, views, consumer.hearing.reactions)
        consumer.hearing.held = held
        await self._store.pool.expire_connections()  # their statements were planned for the old table
