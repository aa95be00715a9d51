"""The portal's tables on a real Postgres, filled and counted without a consumer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from portal.board_answers import BoardAnswer, count
from portal.projections import VIEWS
from shienevents import Event, Kept, Positions, Row, Snapshot, migrate
from shienevents.postgres.pool import Connection, Pool, open_pool
from shienevents.testing import RecordedEvent, an_envelope
from shienevents.views.fold import fold
from shienevents.views.tables import Table, TableRows
from shienops._databases import Database

from .world import CITY, DAY

TODAY = DAY + timedelta(days=60)
TABLES: dict[str, Table[Any]] = {view.name: Table(view) for view in VIEWS}


class Bench:
    """The portal's tables. Each count begins with empty ones."""

    def __init__(self, runner: asyncio.Runner, pool: Pool) -> None:
        self._runner = runner
        self._pool = pool

    def counted(
        self, events: Iterable[tuple[Event, int]], area: str = CITY, *, stale_after_days: int = 30
    ) -> BoardAnswer:
        """The board of TODAY after these events, each with its version."""
        recorded = [
            (event, an_envelope(id=UUID(int=n), type=event.wire, version=version))
            for n, (event, version) in enumerate(events)
        ]

        async def fill(connection: Connection) -> None:
            await folded(connection, recorded)

        return self._runner.run(self._counted(fill, area, TODAY, stale_after_days))

    def counted_rows(
        self, rows: Mapping[str, Sequence[Row]], area: str, day: date, stale_after_days: int
    ) -> BoardAnswer:
        """The board of that day with these rows, given by the name of their view."""

        async def fill(connection: Connection) -> None:
            for name, some in rows.items():
                view = TABLES[name].view
                await TABLES[name].save(connection, {view.key_of(row): row for row in some})

        return self._runner.run(self._counted(fill, area, day, stale_after_days))

    async def _counted(
        self, fill: Callable[[Connection], Awaitable[None]], area: str, day: date, stale_after_days: int
    ) -> BoardAnswer:
        async with self._pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                await fill(connection)
                seen = Snapshot(
                    connection, TABLES, Positions(), number=0, kept=Kept(), stale=False, behind=(), parked={}
                )
                return await count(seen, area, day, stale_after_days, subtree=True)
            finally:
                await transaction.rollback()


async def folded(connection: Connection, recorded: Sequence[RecordedEvent]) -> None:
    """Fold the events into the tables."""
    for view in VIEWS:
        share = [one for one in recorded if isinstance(one[0], view.subscribes_to)]
        await fold(view, share, TableRows(connection, TABLES))


@contextmanager
def a_bench(database: Database) -> Iterator[Bench]:
    """The tables in this database, created and empty."""

    async def opened() -> Pool:
        await migrate(database.owner_dsn, service="portal", writer=database.name, shards=1)
        pool = await open_pool(database.dsn, size=1)
        async with pool.acquire() as connection:
            for table in TABLES.values():
                await table.create(connection)
        return pool

    with asyncio.Runner() as runner:
        pool = runner.run(opened())
        try:
            yield Bench(runner, pool)
        finally:
            runner.run(pool.close())
