"""Reading views: rows, the position they were true at, and their digests, all in one snapshot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from ._consumer import PROJECTION, Consumer
from ._errors import Unavailable
from ._ledger import standing
from ._positions import Positions, Token, token_of
from ._postgres import Connection, Pool, borrowed
from ._tables import Table
from ._views import View

_POLL_SECONDS = 0.02


class Snapshot:
    """One consistent look at a service's views.

    `positions` is where they stood; `stale` says that the position waited for was not reached in time; `parked`
    how many events each view could not take so far, by view name.
    """

    def __init__(self, connection: Connection, positions: Positions, stale: bool, parked: dict[str, int]) -> None:
        self._connection = connection
        self.positions = positions
        self.stale = stale
        self.parked = parked

    @property
    def token(self) -> str:
        """The position as a token."""
        return token_of(self.positions)

    async def fetch(self, sql: str, *arguments: object) -> Sequence[asyncpg.Record]:
        """Rows of a SELECT over the views."""
        return await self._connection.fetch(sql, *arguments)

    async def digest(self, view: View[Any]) -> str:
        """The digest of a view's rows at `positions`; a replay up to there gives the same."""
        return await Table(view).digest(self._connection)

    async def rows(self, view: View[Any]) -> dict[Any, Any]:
        """All rows of a view, by key."""
        return await Table(view).all(self._connection)


class Reader:
    """Opens snapshots, after waiting for a position if asked to."""

    def __init__(self, pool: Pool, consumer: Consumer) -> None:
        self._pool = pool
        self._moved = asyncio.Event()
        consumer.on_advance(lambda _: self._moved.set())

    @asynccontextmanager
    async def snapshot(self, after: Token | None = None, *, seconds: float = 2.0) -> AsyncIterator[Snapshot]:
        """A snapshot that has taken everything `after` names; after `seconds`, one that says it is stale.

        Raises `Unavailable`.
        """
        reached = await self._reached(after, seconds) if after else True
        async with (
            borrowed(self._pool) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            _, positions = await standing(connection, PROJECTION)
            rows = await connection.fetch("select unit, count(*) as n from parked group by unit")
            parked = {row["unit"].partition("@")[0]: row["n"] for row in rows}
            try:
                yield Snapshot(connection, positions, not reached, parked)
            except asyncpg.UndefinedTableError as error:
                raise Unavailable from error  # the view is being built for the first time

    async def _reached(self, after: Token, seconds: float) -> bool:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while True:
            self._moved.clear()
            async with borrowed(self._pool) as connection:
                _, positions = await standing(connection, PROJECTION)
            if positions.covers(after):
                return True
            if (left := deadline - loop.time()) <= 0:
                return False
            try:
                async with asyncio.timeout(min(left, _POLL_SECONDS)):  # other processes commit without telling us
                    await self._moved.wait()
            except TimeoutError:
                continue
