"""What the stores and the topics hold, read with plain SQL and a plain Kafka consumer: nothing of the library's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from .deployment import SERVICES, SHARDS, Deployment
from .rig import one_snapshot

_READ_SECONDS = 120


class Stored(NamedTuple):
    """A row of the events' table."""

    shard: int
    seq: int
    id: UUID
    type: str
    stream: str
    version: int
    recorded_at: datetime
    area: str
    causation: UUID | None
    data: bytes
    values: dict[str, Any]


class Sent(NamedTuple):
    """A record of a partition."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes]

    @property
    def event(self) -> dict[str, Any]:
        """The whole CloudEvent."""
        found: dict[str, Any] = json.loads(self.value or b"{}")
        return found

    @property
    def seq(self) -> int:
        """Its dense number."""
        return int(self.event["sequence"])


@dataclass
class Kept:
    """All that one service keeps, read in one snapshot."""

    service: str
    store: UUID
    events: list[Stored]
    answers: dict[tuple[str, str], tuple[str, int, int, int]]  # (principal, key) → what it was answered first
    refusals: list[tuple[str, UUID, str]]  # reaction, event, code
    parked: list[str]
    positions: bytes
    rows: dict[str, list[dict[str, Any]]]  # by view, with row_digest
    topic: dict[int, list[Sent]] = field(default_factory=dict)

    @property
    def heads(self) -> list[int]:
        """The last number of each shard."""
        heads = [0] * SHARDS
        for event in self.events:
            heads[event.shard] = max(heads[event.shard], event.seq)
        return heads


async def read_history(deployment: Deployment) -> dict[str, Kept]:
    """Everything, of both services."""
    found = {}
    for service in SERVICES:
        async with one_snapshot(deployment.checker_dsns[service]) as connection:
            found[service] = await _kept(connection, service)
        found[service].topic = await read_topic(deployment.bootstrap_servers, deployment.topics[service])
    return found


async def _kept(connection: asyncpg.Connection[asyncpg.Record], service: str) -> Kept:
    events = await connection.fetch(
        "select shard, seq, id, type, stream, version, recorded_at, area, causation, data from events "
        "order by shard, seq"
    )
    answers = await connection.fetch("select principal, key, stream, version, shard, seq from idempotency")
    refusals = await connection.fetch("select reaction, event_id, code from refusals")
    parked = await connection.fetch("select subscriber, source, shard, seq, reason from parked order by 1, 2, 3, 4")
    rows = {}
    for view in SERVICES[service].views:
        there = await connection.fetchval("select to_regclass($1) is not null", f"views.{view.name}")
        found = await connection.fetch(f"select * from views.{view.name}") if there else []
        rows[view.name] = [dict(row) for row in found]
    return Kept(
        service=service,
        store=await connection.fetchval("select id from store"),
        events=[Stored(**dict(row), values=json.loads(row["data"])) for row in events],
        answers={(row[0], row[1]): (row[2], row[3], row[4], row[5]) for row in answers},
        refusals=[(row[0], row[1], row[2]) for row in refusals],
        parked=[f"{unit} {source}[{shard}] {seq}: {reason}" for unit, source, shard, seq, reason in parked],
        positions=await newest_positions(connection),
        rows=rows,
    )


async def newest_positions(connection: asyncpg.Connection[asyncpg.Record]) -> bytes:
    """The positions of the live views, as they are stored."""
    found = await connection.fetchval(
        "select positions from batches where projection = 'live' order by number desc limit 1"
    )
    return bytes(found or b'{"points": [], "stores": {}}')


async def read_topic(bootstrap_servers: str, topic: str) -> dict[int, list[Sent]]:
    """Every record of every partition, in order."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, enable_auto_commit=False, auto_offset_reset="none")
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, n) for n in range(SHARDS)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(partitions)
        found: dict[int, list[Sent]] = {partition.partition: [] for partition in partitions}
        async with asyncio.timeout(_READ_SECONDS):
            while [p for p in partitions if await consumer.position(p) < ends[p]]:
                for partition, records in (await consumer.getmany(timeout_ms=200)).items():
                    found[partition.partition] += [
                        Sent(record.offset, record.key, record.value, dict(record.headers)) for record in records
                    ]
        return found
    finally:
        await consumer.stop()
