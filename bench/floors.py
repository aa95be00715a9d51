"""The floors: minimal loops without guarantees, on the same server, in the same run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from bench.fixture import NOTE, ORIGIN, SHARDS, Fixture

_INSERT = "insert into bare_events values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"


async def insert_rate(fixture: Fixture, clients: int, count: int) -> float:
    """Return events/s of durable inserts of the same columns and bytes, one commit each, by `clients` connections."""
    owner = await _bare_events(fixture)
    connections = [await asyncpg.connect(fixture.dsn) for _ in range(clients)]
    data = b'{"need_id":"%s","note":"%s","people":3}' % (str(uuid4()).encode(), NOTE.encode())

    async def insert(connection: asyncpg.Connection[asyncpg.Record], times: int) -> None:
        for _ in range(times):
            id_ = uuid4()
            await connection.execute(
                _INSERT, 1, id_, "needs.need_noted.v1", f"need-{id_}", 1, ORIGIN.occurred_at, ORIGIN.occurred_at,
                "bench/bench", "272108", "a1", id_, None, 0, None, data,
            )  # fmt: skip

    await asyncio.gather(*(insert(connection, 10) for connection in connections))
    begun = time.perf_counter()
    await asyncio.gather(*(insert(connection, count // clients) for connection in connections))
    seconds = time.perf_counter() - begun
    assert await owner.fetchval("select count(*) from bare_events") == (10 + count // clients) * clients
    for connection in [*connections, owner]:
        await connection.close()
    return count // clients * clients / seconds


async def _bare_events(fixture: Fixture) -> asyncpg.Connection[asyncpg.Record]:
    owner = await fixture.owner()
    await owner.execute(
        "drop table if exists bare_events; create table bare_events (like events); "
        "alter table bare_events drop column seq; alter table bare_events add column seq bigserial primary key; "
        f'grant all on bare_events to "{fixture.name}"; grant all on sequence bare_events_seq_seq to "{fixture.name}"'
    )
    return owner


async def send_rate(fixture: Fixture, topic: str, count: int) -> float:
    """Return events/s of reading the rows and sending the same records with `send_batch`, shards in parallel."""
    producer = AIOKafkaProducer(
        bootstrap_servers=fixture.brokers.servers, acks="all", enable_idempotence=True, max_batch_size=1 << 19
    )
    await producer.start()

    async def send(shard: int) -> int:
        sent = 0
        connection = await asyncpg.connect(fixture.dsn)
        while rows := await connection.fetch(
            "select * from events where shard = $1 and seq > $2 order by seq limit 700", shard, sent
        ):
            batch = producer.create_batch()
            for row in rows:
                headers = [(name, str(value).encode()) for name, value in row.items() if name != "data"]
                if batch.append(timestamp=None, key=row[10].encode(), value=row[15], headers=headers) is None:
                    break
                sent += 1
            await (await producer.send_batch(batch, topic, partition=shard))
        await connection.close()
        return sent

    begun = time.perf_counter()
    sent = sum(await asyncio.gather(*(send(shard) for shard in range(SHARDS))))
    seconds = time.perf_counter() - begun
    await producer.stop()
    assert sent == count, (sent, count)
    return count / seconds


_UPSERT = (
    "insert into bare_rows select * from unnest($1::uuid[], $2::int[], $3::int[]) on conflict (need_id) do update "
    "set people = bare_rows.people + excluded.people, notes = bare_rows.notes + excluded.notes"
)


async def project_rate(fixture: Fixture, topic: str, count: int) -> float:
    """Return events/s from Kafka into one row for each stream: getmany, sum, upsert; no position, order or digest."""
    return await _upsert_all(
        fixture, _from_kafka(fixture, topic, count), count, lambda value: orjson.loads(value)["data"]
    )


async def rebuild_rate(fixture: Fixture, count: int) -> float:
    """Return events/s of the same from the store's table."""
    return await _upsert_all(fixture, _from_store(fixture), count, orjson.loads)


async def _upsert_all(
    fixture: Fixture, batches: AsyncIterator[list[bytes]], count: int, data_of: Callable[[bytes], Any]
) -> float:
    connection = await asyncpg.connect(fixture.dsn)
    await connection.execute(
        "drop table if exists views.bare_rows; "
        "create table views.bare_rows (need_id uuid primary key, people int, notes int); set search_path = views"
    )
    begun = time.perf_counter()
    taken = 0
    async for values in batches:
        rows: dict[str, list[int]] = {}
        for value in values:
            event = data_of(value)
            row = rows.setdefault(event["need_id"], [0, 0])
            row[0] += event["people"]
            row[1] += 1
        people, notes = zip(*rows.values(), strict=True)
        await connection.execute(_UPSERT, [UUID(key) for key in rows], people, notes)
        taken += len(values)
    seconds = time.perf_counter() - begun
    assert taken == count == await connection.fetchval("select sum(notes) from bare_rows")
    await connection.close()
    return count / seconds


async def _from_kafka(fixture: Fixture, topic: str, count: int) -> AsyncIterator[list[bytes]]:
    consumer = AIOKafkaConsumer(bootstrap_servers=fixture.brokers.servers, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(topic, shard) for shard in range(SHARDS)])
    try:
        while count > 0:
            found = await consumer.getmany(timeout_ms=1000, max_records=4000)
            values = [message.value for messages in found.values() for message in messages]
            count -= len(values)
            if values:
                yield values
    finally:
        await consumer.stop()


async def _from_store(fixture: Fixture) -> AsyncIterator[list[bytes]]:
    connection = await asyncpg.connect(fixture.dsn)
    for shard in range(SHARDS):
        seq = 0
        while rows := await connection.fetch(
            "select seq, data from events where shard = $1 and seq > $2 order by seq limit 4000", shard, seq
        ):
            seq = rows[-1][0]
            yield [row[1] for row in rows]
    await connection.close()


async def visible_ms(fixture: Fixture, topic: str, count: int, per_second: int) -> list[float]:
    """Return the ms from commit to visibility of a minimal loop in one process: insert, send, fetch, upsert."""
    await (await _bare_events(fixture)).close()
    writer, view = await asyncpg.connect(fixture.dsn), await asyncpg.connect(fixture.dsn)
    await view.execute(
        "drop table if exists views.bare_seen; create table views.bare_seen (id uuid primary key); "
        "set search_path = views"
    )
    producer = AIOKafkaProducer(bootstrap_servers=fixture.brokers.servers, acks="all", enable_idempotence=True)
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=fixture.brokers.servers, auto_offset_reset="earliest")
    await producer.start()
    await consumer.start()
    committed: dict[bytes, float] = {}
    try:
        seeing = asyncio.create_task(_see(consumer, view, committed, count))
        begun = time.perf_counter()
        for n in range(count):
            await asyncio.sleep(max(0.0, begun + n / per_second - time.perf_counter()))
            id_ = uuid4()
            await writer.execute(_INSERT, 1, id_, "t", "s", 1, *_NOW, "", "", "", id_, None, 0, None, b"")
            committed[id_.bytes] = time.time()
            await producer.send_and_wait(topic, id_.bytes)
        return await seeing
    finally:
        await producer.stop()
        await consumer.stop()
        await writer.close()
        await view.close()


_NOW = (ORIGIN.occurred_at, ORIGIN.occurred_at)


async def _see(
    consumer: AIOKafkaConsumer, view: asyncpg.Connection[asyncpg.Record], committed: dict[bytes, float], count: int
) -> list[float]:
    waits: list[float] = []
    while len(waits) < count:
        message = await consumer.getone()
        await view.execute("insert into bare_seen values ($1)", UUID(bytes=message.value))
        waits.append((time.time() - committed[message.value]) * 1000)
    return waits
