"""Reading views: rows, the position they were true at, and their digests, all in one snapshot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import asyncpg

from ..consume.consumer import PROJECTION, Consumer
from ..consume.ledger import load_state
from ..core.errors import BadToken, Contract, Unavailable
from ..core.positions import Point, Positions, Token, token_of
from ..core.view import Row, View
from ..postgres.pool import Connection, Pool, borrowed
from ..views.changes import Change, last_change
from ..views.tables import Table
from ..write.store import Store
from .kept import Kept, KeptUnlessChanged

R = TypeVar("R", bound=Row)
T = TypeVar("T")
_POLL_SECONDS = 0.02
_OWN_AHEAD = 1_000_000  # events that a store which was restored from a backup may be behind what it acknowledged
_OTHERS_AHEAD = 1_000_000_000  # a view that is made anew has the whole log before it, and no shard has so many events
# What a person decided to skip was not taken either: an answer that lacks it says so for good.
_UNTAKEN = (
    "select subscriber, count(*) as n from "
    "(select subscriber from parked union all select subscriber from skipped) untaken group by subscriber"
)


class Snapshot:
    """One consistent read of a service's views.

    `positions` is where they stood. `behind` names the views that did not stand there: their tables belong to
    another version of the code and wait for their rebuild. `stale` says that some are behind, or that the position
    waited for was not reached in time. `parked` tells how many events each view could not take so far, by view name.
    """

    def __init__(
        self,
        connection: Connection,
        tables: Mapping[str, Table[Any]],
        positions: Positions,
        *,
        number: int,
        kept: Kept[Any],
        stale: bool,
        behind: Sequence[str],
        parked: dict[str, int],
        unless_changed: KeptUnlessChanged[Any] | None = None,
    ) -> None:
        self._connection = connection
        self._tables = tables
        self._number = number
        self._kept = kept
        self._unless_changed = unless_changed
        self.positions = positions
        self.stale = stale
        self.behind = behind
        self.parked = parked

    @property
    def token(self) -> str:
        """The position as a token."""
        return token_of(self.positions)

    async def get(self, view: View[R], key: Hashable) -> R | None:
        """The row with this key, or `None`. `key` is a value, or a tuple for a key of several fields."""
        return await self._table(view).get(self._connection, key)

    async def select(self, view: View[R], sql: str = "", *arguments: object) -> list[R]:
        """Rows of a view. `sql` follows `select <columns> from <view>`, and may be empty:

        `await snapshot.select(needs, "where area = any($1) order by need_id limit $2", areas, 50)`
        """
        return await self._table(view).select(self._connection, sql, *arguments)

    async def fetch(self, sql: str, *arguments: object) -> Sequence[asyncpg.Record]:
        """Records of a SELECT over the views: for boards, which count and group."""
        return await self._connection.fetch(sql, *arguments)

    async def once(self, key: Hashable, count: Callable[[], Awaitable[T]]) -> T:
        """What `count` reads in this snapshot. It is kept until the views advance, and then read again.

        `key` names all that it depends on beside the views: what is counted, the day, the areas. It is never `None`.
        """
        found: T | None = self._kept.get(self._number, key)
        if found is None:
            found = await count()
            if not self.behind:
                self._kept.keep(self._number, key, found)
        return found

    async def last_change(self, views: Sequence[View[Any]], places: Iterable[str] = ()) -> Change:
        """The batch that last changed these views (`counted_in`), in the figures of these places or everywhere."""
        return await last_change(self._connection, views, places)

    async def unless_changed(
        self,
        views: Sequence[View[Any]],
        places: Iterable[str],
        key: Hashable,
        count: Callable[[], Awaitable[T]],
    ) -> T:
        """What `count` reads of the rows of these views that count in these places; kept until one of them changes.

        `key` is as for `once`. A past is of one moment: there it is as `once`.
        """
        if (kept := self._unless_changed) is None:
            return await self.once(key, count)
        change = await self.last_change(views, places)
        found: T | None = kept.get(change, key)
        if found is None:
            found = await count()
            if change.number and not self.behind:
                kept.keep(change, key, found)
        return found

    async def digest(self, view: View[Any]) -> str:
        """The digest of a view's rows at `positions`; a replay up to there gives the same."""
        return await self._table(view).digest(self._connection)

    async def rows(self, view: View[R]) -> dict[Hashable, R]:
        """All rows of a view, by key."""
        return {view.key_of(row): row for row in await self.select(view)}

    def in_parts(self, view: View[R]) -> AsyncIterator[list[R]]:
        """The same in parts, for a view of any size."""
        return self._table(view).in_parts(self._connection)

    def _table(self, view: View[R]) -> Table[R]:
        table = self._tables.get(view.name)
        if table is None:
            raise Contract(f"view {view.name} is not among the views of this service")
        return cast("Table[R]", table)


class Reader:
    """Opens snapshots, after waiting for a position if asked to."""

    def __init__(self, pool: Pool, consumer: Consumer, store: Store) -> None:
        self._pool = pool
        self._store = store
        self._versions = {view.name: view.version for view in consumer.views}
        self._tables = consumer.tables
        self._present: Sequence[str] = sorted(self._versions)  # the tables that were there at the last look
        self._kept: Kept[Any] = Kept()
        self._unless_changed: KeptUnlessChanged[Any] = KeptUnlessChanged()
        self._moved = asyncio.Event()
        consumer.on_advance(lambda *_: self._moved.set())

    @asynccontextmanager
    async def snapshot(self, after: Token | None = None, *, seconds: float = 2.0) -> AsyncIterator[Snapshot]:
        """A snapshot that has taken everything `after` names; after `seconds`, one that says it is stale.

        Raises `Unavailable`, also for a view that is not there yet in this version: its rebuild is under way. Raises
        `BadToken` at once for a position so far ahead that nobody was ever answered it.
        """
        reached = await self._reached(after, seconds) if after else True
        async with borrowed(self._pool) as connection, self._transaction(connection):
            number, positions = await load_state(connection, PROJECTION)
            found = {row["name"]: row["version"] for row in await connection.fetch("select name, version from views")}
            behind = sorted(name for name, version in self._versions.items() if found.get(name) != version)
            rows = await connection.fetch(_UNTAKEN)
            counts = {row["subscriber"]: row["n"] for row in rows}
            parked = {name: n for name, version in self._versions.items() if (n := counts.get(f"{name}@{version}", 0))}
            try:
                stale = bool(behind) or not reached
                yield Snapshot(
                    connection,
                    self._tables,
                    positions,
                    number=number,
                    kept=self._kept,
                    stale=stale,
                    behind=behind,
                    parked=parked,
                    unless_changed=self._unless_changed,
                )
            except asyncpg.InvalidCachedStatementError as error:
                raise Unavailable from error  # a view was switched since this was last asked; it is known now
            except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError) as error:
                if behind:
                    raise Unavailable from error
                raise

    async def positions(self) -> Positions:
        """Where the views stand. Raises `Unavailable`."""
        async with borrowed(self._pool) as connection:
            return (await load_state(connection, PROJECTION))[1]

    async def _check(self, after: Token, taken: Positions) -> None:
        """Raise `BadToken` for a position beyond what can be: of the own store its end is known, of others a bound."""
        own, shards = self._store.service, self._store.shards
        if none := sorted(key for key in after if key[1] >= shards):
            raise BadToken(f"{none[0][0]} has no shard {none[0][1]}")
        ends = Positions({(own, shard): Point(seq) for shard, seq in enumerate(await self._store.heads())})
        far = ends.beyond({key: seq for key, seq in after.items() if key[0] == own}, _OWN_AHEAD)
        far = far or taken.beyond({key: seq for key, seq in after.items() if key[0] != own}, _OTHERS_AHEAD)
        if far is not None:
            raise BadToken(f"{far[0]}.{far[1]}.{after[far]} is further than there are events")

    @asynccontextmanager
    async def _transaction(self, connection: Connection) -> AsyncIterator[None]:
        """A transaction in which nothing moves.

        Its first statement locks the views against a switch, and takes no snapshot yet: a table that took the
        view's name after the snapshot would show only those of its rows that are older than it.
        """
        while True:
            if len(self._present) < len(self._versions):
                await self._find_tables(connection)
            transaction = connection.transaction(isolation="repeatable_read", readonly=True)
            await transaction.start()
            try:
                if self._present:
                    await connection.execute(f"lock table {', '.join(self._present)} in access share mode")
                break
            except asyncpg.UndefinedTableError:
                await transaction.rollback()
                self._present = ()
            except BaseException:
                await transaction.rollback()
                raise
        try:
            yield
        finally:
            await transaction.rollback()  # it only read

    async def _find_tables(self, connection: Connection) -> None:
        rows = await connection.fetch(
            "select name from unnest($1::text[]) name where to_regclass(name) is not null order by 1",
            sorted(self._versions),
        )
        self._present = [row["name"] for row in rows]

    async def _reached(self, after: Token, seconds: float) -> bool:
        loop = asyncio.get_running_loop()
        deadline, checked = loop.time() + seconds, False
        while True:
            self._moved.clear()
            if (positions := await self.positions()).covers(after):
                return True
            if not checked:
                await self._check(after, positions)
                checked = True
            if (left := deadline - loop.time()) <= 0:
                return False
            try:
                async with asyncio.timeout(min(left, _POLL_SECONDS)):  # other processes commit without notifying us
                    await self._moved.wait()
            except TimeoutError:
                continue
