"""The store of one service: its log of events, appended in groups and read by stream or by shard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

import asyncpg

from ..core.envelope import Envelope, Home, Idempotency, Record, Written
from ..core.errors import Behind, Contract, IdempotencyKeyReused, NotMigrated, Stopped, Unavailable
from ..kafka.partitions import shard_of
from ..postgres.pool import (
    AWAY,
    COMMAND_SECONDS,
    Connection,
    ConnectionCache,
    Pool,
    borrowed,
    close_pool,
    open_pool,
    statement_timeout,
)
from .append import Append, append_within, datas, first_answer, in_rounds
from .batching import Batcher
from .group_commit import Beside, GroupCommit
from .polling import Polling

_COLUMNS = (
    "id, type, stream, version, shard, seq, occurred_at, recorded_at, actor, municipality, area, "
    "correlation, causation, depth, traceparent, data"
)
_DATA = len(Envelope._fields)
# `before`: the bytes of the data before an event. Their sum stands above the limit, which is to end the scan.
_READ = f"""
    select e.*, w.nth
    from unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::bigint[])
             with ordinality as w (shard, after, most, bytes, nth),
         lateral (
             select {_COLUMNS} from (
                 select *, sum(octet_length(data)) over (order by seq rows unbounded preceding)
                           - octet_length(data) as before
                 from (select * from events where shard = w.shard and seq > w.after order by seq limit w.most) next
             ) summed
             where before < w.bytes
         ) e
    order by w.nth, e.seq
"""
_NTH = itemgetter(_DATA + 1)
_Range = tuple[int, int, int, int]  # a shard, the number to read after, how many at most, and of how many bytes
READ_BYTES = 4 << 20
"""Of data in one read: events may have 900 kB each, and what is made of them in memory is several times as large."""
_MAINTENANCE_SECONDS = 600  # nobody waits for it
CACHED = 3  # connections beside those of the pool: one that loads, one that reads, one that appends
LIMIT_BYTES = 900_000  # of an event's data: with its headers it stays below Kafka's default of 1 MiB a message


class StoredEvent(NamedTuple):
    """One event of a stream: its wire type, its canonical bytes, and the thread it belongs to."""

    type: str
    data: bytes
    correlation: UUID


@dataclass(frozen=True, slots=True)
class Loaded:
    """A stream as it was read: its version, where it belongs, and its events in order. Version 0: there is none.

    `begun_at` is when its first event happened.
    """

    stream: str
    version: int = 0
    home: Home | None = None
    shard: int | None = None
    events: Sequence[StoredEvent] = ()
    begun_at: datetime | None = None

    def after(self, append: Append) -> Loaded:
        """The stream as it will be after this append."""
        added = [StoredEvent(event.wire, event.data(), append.correlation) for event in append.events]
        begun_at = self.begun_at or append.origin.occurred_at
        return Loaded(self.stream, append.version, append.home, append.shard, [*self.events, *added], begun_at)


class Store:
    """Append-only log of one service on Postgres. Open it with `await Store.open(dsn)`.

    Promises: versions of a stream run 1..n; seq of a shard runs 1..n in commit order; `recorded_at` never goes
    backwards within a shard; what `append` answered is durable.
    """

    def __init__(self, pool: Pool, service: str, id: UUID, shards: int, limit_bytes: int) -> None:  # noqa: A002
        self.pool = pool
        self.service = service
        self.id = id
        self.shards = shards
        self._limit = limit_bytes
        # Two in flight: one waits for the disk while the next is being sent.
        self._cache = ConnectionCache(pool, CACHED)
        self._commit = GroupCommit(pool, self._cache, service, limit_bytes)
        self._append = Batcher[Append, Written](self._commit.flush, limit=256, max_in_flight=2)
        self._load = Batcher[str, Loaded](self._load_many, limit=256, max_in_flight=2)
        self._read = Batcher[_Range, list[asyncpg.Record]](self._read_many, limit=256, max_in_flight=2)
        self._listeners: list[Callable[[int, int], None]] = []
        self.poll = Polling(self.heads, self._notify_listeners)
        self.behind: Stopped | None = None  # why nothing may be written (see `relay/agreement.py`)

    @classmethod
    async def open(cls, dsn: str, *, pool_size: int = 8, limit_bytes: int = LIMIT_BYTES) -> Store:
        """Open the store of a migrated database. Raises `Unavailable`, or `NotMigrated`."""
        pool = await open_pool(dsn, size=pool_size + CACHED)
        try:
            async with borrowed(pool) as connection:
                row = await connection.fetchrow("select service, id, shards from store")
            if row is None:
                raise Contract("the database has no store row; run the migrations to their end")
        except asyncpg.UndefinedTableError as error:
            await close_pool(pool)
            raise NotMigrated from error
        except BaseException:
            await close_pool(pool)
            raise
        return cls(pool, row["service"], row["id"], row["shards"], limit_bytes)

    def _refuse_behind(self) -> None:
        if self.behind:
            raise Behind(self.behind)

    async def reread(self) -> None:
        """Read its id again: a repair may have given an empty store the id that its topic knows."""
        async with borrowed(self.pool) as connection:
            self.id = await connection.fetchval("select id from store")

    async def close(self) -> None:
        """Close the connections."""
        await self._cache.close()
        await close_pool(self.pool)

    def on_append(self, listener: Callable[[int, int], None]) -> None:
        """Call `listener(shard, seq)` after each commit of this process, and after `poll`. It must not block."""
        self._listeners.append(listener)

    def off_append(self, listener: Callable[[int, int], None]) -> None:
        """Stop calling a listener."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def notify(self, written: Written) -> None:
        """Notify this process's listeners of a commit that was not made by `append`."""
        self._notify_listeners(written.shard, written.seq)

    def _notify_listeners(self, shard: int, seq: int) -> None:
        for listener in self._listeners:
            listener(shard, seq)

    def shard(self, home: Home) -> int:
        """The shard of the streams of this area."""
        return shard_of(home.area, self.shards)

    async def append(self, append: Append) -> Written:
        """Append durably, in one commit with what else is waiting.

        Raises `StreamConflict`, `IdempotencyKeyReused`, `EventTooLarge`, `Behind`, `Unavailable`.
        """
        self._refuse_behind()
        written = await self._append(append)
        self.notify(written)
        return written

    async def append_all(self, appends: Sequence[Append], beside: Beside | None = None) -> Sequence[Written]:
        """Append all of them in one commit of their own, or none. Raises as `append` does, for the first refused.

        `beside` writes into the service's own tables in that commit.
        """
        self._refuse_behind()
        written = await self._commit.all_or_none(appends, beside)
        for one in written:
            self.notify(one)
        return written

    def check(self, append: Append) -> None:
        """Raise what `append` would raise for the events themselves: `Malformed`, `EventTooLarge`."""
        datas(append, self._limit)

    async def standing(self, append: Append) -> Written:
        """What to answer for an append without events: where its stream stands. Nothing is written."""
        heads = await self.heads()
        return Written(
            self.service, append.stream, append.expected, append.shard, heads[append.shard], datetime.now(UTC)
        )

    async def append_within(self, connection: Connection, appends: Sequence[Append]) -> list[Written | Exception]:
        """Append in the caller's transaction; who commits it calls `notify` for each afterwards."""
        self._refuse_behind()
        batch = [(append, datas(append, self._limit)) for append in appends]
        return await in_rounds(batch, lambda part: append_within(connection, self.service, part))

    async def load(self, stream: str) -> Loaded:
        """The stream with all its events; version 0 when there is none. Loads that wait together are one query."""
        return await self._load(stream)

    async def load_within(self, connection: Connection, streams: Sequence[str]) -> dict[str, Loaded]:
        """Several streams, as the connection's transaction sees them."""
        rows = await connection.fetch(
            "select stream, version, municipality, area, shard, type, data, correlation, occurred_at from events "
            "where stream = any($1) order by stream, version",
            list(set(streams)),
        )
        events: dict[str, list[StoredEvent]] = {}
        heads: dict[str, asyncpg.Record] = {}
        begun: dict[str, datetime] = {}
        for row in rows:
            heads[row[0]] = row
            begun.setdefault(row[0], row[8])
            events.setdefault(row[0], []).append(StoredEvent(row[5], row[6], row[7]))
        return {
            stream: Loaded(stream, head[1], Home(head[2], head[3]), head[4], events[stream], begun[stream])
            if (head := heads.get(stream))
            else Loaded(stream)
            for stream in streams
        }

    async def _load_many(self, streams: list[str]) -> list[Loaded | Exception]:
        try:
            async with self._cache.borrowed() as connection, asyncio.timeout(COMMAND_SECONDS):
                loaded = await self.load_within(connection, streams)
        except asyncpg.DataError as error:  # a name that is not text: only its own caller gets the error
            if len(streams) == 1:
                return [error]
            return [answer for stream in streams for answer in await self._load_many([stream])]
        except AWAY as error:
            raise Unavailable from error
        return [loaded[stream] for stream in streams]

    async def answered(self, idempotency: Idempotency) -> Written | None:
        """The first answer to this key, if there was one. Raises `IdempotencyKeyReused` for another request."""
        async with borrowed(self.pool) as connection:
            answer = await first_answer(connection, self.service, idempotency)
        if isinstance(answer, IdempotencyKeyReused):
            raise answer
        return answer

    async def forget_answers(self, before: datetime) -> int:
        """Drop the answers to Idempotency-Keys older than `before`; returns how many."""
        seconds = _MAINTENANCE_SECONDS
        async with borrowed(self.pool) as connection, connection.transaction():
            await connection.execute(f"set local statement_timeout = {statement_timeout(seconds)}")
            status = await connection.execute("delete from idempotency where recorded_at < $1", before, timeout=seconds)
        return int(status.split()[-1])

    async def heads(self) -> list[int]:
        """The last seq of every shard, by shard; 0 where it is empty."""
        async with borrowed(self.pool) as connection:
            return [row["seq"] for row in await connection.fetch("select * from heads()")]

    async def read(self, shard: int, after: int, limit: int, size: int = READ_BYTES) -> list[Record]:
        """Events of a shard with seq > `after`, in order: up to `limit`, and no more once they have `size` bytes."""
        return [self._record(row) for row in await self.read_rows(shard, after, limit, size)]

    async def read_rows(self, shard: int, after: int, limit: int, size: int = READ_BYTES) -> list[asyncpg.Record]:
        """The same as rows (they begin with the fields of `Envelope` and the data), for the relay: it needs no objects.

        Reads that wait together are one query.
        """
        return await self._read((shard, after, limit, size))

    async def _read_many(self, ranges: list[_Range]) -> list[list[asyncpg.Record]]:
        """After a commit to several shards, the relay and the consumer read them at the same time."""
        try:
            async with self._cache.borrowed() as connection:
                rows = await connection.fetch(_READ, *zip(*ranges, strict=True))
        except AWAY as error:
            raise Unavailable from error
        if len(ranges) == 1:
            return [rows]
        found: list[list[asyncpg.Record]] = [[] for _ in ranges]
        for nth, part in groupby(rows, _NTH):
            found[nth - 1] = list(part)
        return found

    async def read_stream(self, stream: str) -> list[Record]:
        """All events of a stream, in order."""
        async with borrowed(self.pool) as connection:
            rows = await connection.fetch(f"select {_COLUMNS} from events where stream = $1 order by version", stream)
        return [self._record(row) for row in rows]

    def _record(self, row: asyncpg.Record) -> Record:
        # `Envelope(…)` and `Record(…)` pass through a Python function each, which costs 0.3 µs.
        envelope = tuple.__new__(Envelope, row[:_DATA])
        return tuple.__new__(Record, (self.service, self.id, envelope, row[_DATA], -1))
