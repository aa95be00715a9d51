"""Repairs a store that was restored from a backup, or lost: its events come back from the topic, byte for byte."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO, NamedTuple
from uuid import UUID

import asyncpg

from ..core.canonical_json import canonical
from ..core.envelope import Envelope, Record
from ..core.errors import Contract, NotMigrated, Stopped, Unavailable
from ..kafka.broker import KafkaMessage, Log, reading
from ..kafka.cloudevents import record_of
from ..kafka.json_events import Foreign, record_of_json
from ..kafka.security import Servers
from ..postgres.pool import open_connection
from ..write.append import LOCK
from .check import LOOK_BACK

_COLUMNS = (*Envelope._fields, "data")


class _TakenBack(Exception):
    """The end of a dry run: what was done is rolled back."""


class Refilled(NamedTuple):
    """What was done to one shard, and its last number now."""

    shard: int
    set_aside: int
    inserted: int
    head: int


async def refill(
    owner_dsn: str,
    bootstrap_servers: Servers,
    topic: str,
    set_aside: Path | None = None,
    *,
    execute: bool = True,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Refilled]:
    """Insert the records the store lacks, exactly as Kafka holds them, in one transaction that appends wait for.

    An empty store is made anew: it takes the id of the store whose records the topic holds. Tables beside the log, such
    as contacts, are not in Kafka and do not come back. Without `execute` everything is done and taken back in the end:
    what it returns would be done. `progress`: how many messages are read, and how many there are.

    Where the store continued with other events after it was restored, those are moved into the JSON-lines file
    `set_aside` first (a new file; a line is an event, `data` its bytes as text), with the answers to
    Idempotency-Keys that name them. Views that folded them must be rebuilt.
    Raises `Stopped` when the records do not attach without a gap, are of another store, or the store holds
    other events and `set_aside` is `None`; `Contract` when the file exists; `KafkaAway`; `Unavailable`. Then nothing
    was changed.
    """
    async with _owner(owner_dsn) as connection:
        with _aside(set_aside) as file:
            try:
                async with connection.transaction(), reading(bootstrap_servers) as log:
                    filled = await _refill(connection, log, topic, file, progress)
                    if not execute:
                        raise _TakenBack
            except _TakenBack:
                if file:
                    file.truncate(0)
                    file.seek(0)
            return filled


@asynccontextmanager
async def _owner(dsn: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A connection that may change the log."""
    connection = await open_connection(dsn)
    try:
        yield connection
    except asyncpg.UndefinedTableError as error:
        raise NotMigrated from error
    except asyncpg.PostgresConnectionError as error:
        raise Unavailable from error
    finally:
        await connection.close()


@contextmanager
def _aside(path: Path | None) -> Iterator[IO[bytes] | None]:
    """The file; it is removed when the work fails, or when nothing was written to it."""
    if path is None:
        yield None
        return
    try:
        file = path.open("xb")
    except FileExistsError:
        raise Contract(f"{path} exists already; name a new file") from None
    kept = False
    try:
        yield file
        file.flush()
        os.fsync(file.fileno())
        kept = file.tell() > 0
    finally:
        file.close()
        if not kept:
            path.unlink()


async def _refill(
    connection: asyncpg.Connection[asyncpg.Record],
    log: Log,
    topic: str,
    file: IO[bytes] | None,
    progress: Callable[[int, int], None],
) -> list[Refilled]:
    row = await connection.fetchrow("select service, id, shards from store")
    if row is None:
        raise Contract("the database has no store row; run the migrations to their end")
    service, store, shards = row
    for shard in range(shards):
        await connection.execute("select pg_advisory_xact_lock($1, $2)", LOCK, shard)
    begins, ends = await log.bounds(topic, range(shards))
    if not await connection.fetchval("select exists (select from events)"):
        store = await _store_of(log, topic, service, begins, ends) or store
        await connection.execute("update store set id = $1 where id <> $1", store)
    fillings = {shard: _Filling(connection, service, store, topic, shard, file) for shard in range(shards)}
    spans = {shard: (await filling.begin(log, begins[shard]), ends[shard]) for shard, filling in fillings.items()}
    done, total = 0, sum(end - begin for begin, end in spans.values())
    async for shard, messages in log.read(topic, spans):
        await fillings[shard].take(messages)
        done += len(messages)
        progress(done, total)
    return [filling.done() for filling in fillings.values()]


async def _store_of(
    log: Log, topic: str, service: str, begins: Mapping[int, int], ends: Mapping[int, int]
) -> UUID | None:
    """The store whose records of this service come first in the topic. Another one after it is refused later."""
    spans = {shard: (begin, min(begin + LOOK_BACK, ends[shard])) for shard, begin in begins.items()}
    async for shard, messages in log.read(topic, spans):
        for message in messages:
            try:
                record = record_of(shard, message.headers, message.value)
            except Foreign:
                continue
            if record.source == service:
                return record.store
    return None


class _Filling:
    """One shard being filled: compares Kafka's records with the store's, and inserts those that come after them."""

    def __init__(
        self,
        connection: asyncpg.Connection[asyncpg.Record],
        service: str,
        store: UUID,
        topic: str,
        shard: int,
        file: IO[bytes] | None,
    ) -> None:
        self._connection = connection
        self._service = service
        self._store = store
        self._topic = topic
        self._shard = shard
        self._file = file
        self._head = 0  # of the store
        self._next = 1  # the number Kafka must show next
        self._aside = 0
        self._inserted = 0

    async def begin(self, log: Log, begin: int) -> int:
        """The offset to read from: the checkpoint's, if store and Kafka agree there, else the first."""
        last = "select seq, {} from {} where shard = $1 order by seq desc limit 1"
        head = await self._connection.fetchrow(last.format("id", "events"), self._shard)
        self._head = head["seq"] if head else 0
        place = await self._connection.fetchrow(last.format("kafka_offset", "relayed"), self._shard)
        if place and place["seq"] <= self._head and place["kafka_offset"] >= begin:
            seq, offset = place
            own = await self._own(seq, seq)
            async for _, messages in log.read(self._topic, {self._shard: (offset, offset + 1)}):
                for record in self._records(messages):
                    if record.envelope.seq == seq and (record.envelope, record.data) == own[seq]:
                        self._next = seq
                        return int(offset)
        if begin > 0:  # trimmed: its first record has to meet one of the store's
            self._next = 0
        return begin

    async def take(self, messages: Sequence[KafkaMessage]) -> None:
        """The next messages of the partition."""
        news = []
        for record in self._records(messages):
            seq = record.envelope.seq
            self._next = self._next or min(seq, self._head + 1)
            if seq > self._next:
                raise self._refused(
                    f"topic {self._topic} jumps from record {self._next - 1} to {seq}",
                    f"トピック {self._topic} の記録が {self._next - 1} から {seq} に飛んでいます",
                    "restore the store from a newer backup",
                )
            if seq == self._next:  # the others were sent twice
                news.append(record)
                self._next += 1
        if not news:
            return
        first = news[0].envelope.seq
        own = await self._own(first, min(self._head, self._next - 1))
        for record in news:
            if own.get(record.envelope.seq, (record.envelope, record.data)) != (record.envelope, record.data):
                await self._set_aside(record.envelope.seq)
                break
        await self._insert([record for record in news if record.envelope.seq > self._head])

    def done(self) -> Refilled:
        """What was done."""
        return Refilled(self._shard, self._aside, self._inserted, self._head)

    def _records(self, messages: Sequence[KafkaMessage]) -> list[Record]:
        found = []
        for message in messages:
            try:
                record = record_of(self._shard, message.headers, message.value)
                # The data becomes the store's own: it is parsed here, as `record_of` does not.
                record = record_of_json(self._shard, record.structured(), message.offset)
            except Foreign:
                continue
            if (record.source, record.store) != (self._service, self._store):
                raise self._refused(
                    f"topic {self._topic} holds records of {record.source}, store {record.store}; this store is "
                    f"{self._store}",
                    f"トピック {self._topic} には別のストア（{record.source}、{record.store}）の記録があります",
                    "name the topic that belongs to this store",
                )
            found.append(record)
        return found

    async def _own(self, first: int, last: int) -> dict[int, tuple[Envelope, bytes]]:
        """What is published of the store's events, by number: an id is not enough, see `reject_foreign_history`."""
        rows = await self._connection.fetch(
            f"select {', '.join(_COLUMNS)} from events where shard = $1 and seq between $2 and $3",
            self._shard,
            first,
            last,
        )
        return {row["seq"]: (Envelope(*row[:-1]), row["data"]) for row in rows}

    async def _set_aside(self, seq: int) -> None:
        """Move the store's events from `seq` on into the file."""
        if self._file is None:
            raise self._refused(
                f"from record {seq} on the store holds other events than Kafka: it was restored from an older backup "
                "and went on from there",
                f"記録 {seq} から、ストアと Kafka の出来事が違います",
                f"shien store refill {self._service} --set-aside FILE",
            )
        rows = await self._connection.fetch(
            f"delete from events where shard = $1 and seq >= $2 returning {', '.join(_COLUMNS)}", self._shard, seq
        )
        for row in sorted(rows, key=lambda row: int(row["seq"])):
            self._file.write(canonical({**dict(row), "data": row["data"].decode()}) + b"\n")
        for table in ("idempotency", "relayed"):
            await self._connection.execute(f"delete from {table} where shard = $1 and seq >= $2", self._shard, seq)
        self._aside = len(rows)
        self._head = seq - 1

    async def _insert(self, records: list[Record]) -> None:
        if records:
            rows = [(*record.envelope, record.data) for record in records]
            try:
                await self._connection.copy_records_to_table("events", records=rows, columns=_COLUMNS)
            except asyncpg.UniqueViolationError as twice:
                raise self._refused(
                    f"an event in records {records[0].envelope.seq} to {records[-1].envelope.seq} of topic "
                    f"{self._topic} stands in another place of the log already ({twice.detail})",
                    f"トピック {self._topic} の記録 {records[0].envelope.seq} から {records[-1].envelope.seq} に、"
                    f"ログの別の位置にもある記録が含まれています（{twice.detail}）",
                    "nothing is copied. Find what was changed with shien audit verify, and bring a backup back with "
                    "shien restore",
                ) from None
            self._inserted += len(records)
            self._head = records[-1].envelope.seq

    def _refused(self, en: str, ja: str, remedy: str) -> Stopped:
        return Stopped(self._service, self._shard, en, ja, remedy)
