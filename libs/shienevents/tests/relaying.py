"""What the relay's tests share: a store to write to, a relay that runs, and the topic as an outsider reads it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c

from shienevents.core.envelope import Actor, Home, Origin, Written
from shienevents.core.events import Event
from shienevents.core.ids import new_id
from shienevents.kafka.broker import KafkaMessage, reading
from shienevents.postgres.migrations import migrate
from shienevents.relay.relay import Relay
from shienevents.write.append import Append
from shienevents.write.store import Store
from shienops._databases import Database


class NoteTaken(Event, wire="needs.note_taken.v1"):
    """Something was written down."""

    text: str


def areas(shards: int) -> list[str]:
    """An area code for each shard, by shard."""
    from shienevents.kafka.partitions import shard_of

    found: dict[int, str] = {}
    n = 0
    while len(found) < shards:
        found.setdefault(shard_of(f"a{n}", shards), f"a{n}")
        n += 1
    return [found[shard] for shard in range(shards)]


async def opened(database: Database, *, shards: int = 3) -> Store:
    await migrate(database.owner_dsn, service="needs", writer=database.name, shards=shards)
    return await Store.open(database.dsn)


async def write(store: Store, shard: int, stream: str, *texts: str, after: int = 0) -> Written:
    """One append of a note for each text."""
    return await store.append(
        Append(
            stream=stream,
            expected=after,
            shard=shard,
            home=Home("131016", areas(store.shards)[shard]),
            events=[NoteTaken(text=text) for text in texts],
            ids=[new_id() for _ in texts],
            origin=Origin(Actor("coordinator", "test")),
        )
    )


@asynccontextmanager
async def running(relay: Relay) -> AsyncIterator[Relay]:
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if not task.cancelled():
            task.result()


async def until(condition: Callable[[], bool | Awaitable[bool]], *, seconds: float = 60) -> None:
    """Poll until it holds."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if isinstance(found, Awaitable):
            found = await found
        if found:
            return
        assert time.monotonic() < deadline, f"not within {seconds} s"
        await asyncio.sleep(0.01)


async def all_sent(store: Store, relay: Relay, *, seconds: float = 60) -> None:
    """Wait until everything that is in the store now was acknowledged."""
    heads = await store.heads()
    await until(lambda: [shard.sent for shard in relay.state.shards] >= heads, seconds=seconds)


async def topic_of(bootstrap: str, topic: str, partitions: int) -> dict[int, list[KafkaMessage]]:
    """Everything in the topic, by partition."""
    found: dict[int, list[KafkaMessage]] = {partition: [] for partition in range(partitions)}
    async with reading(bootstrap) as log:
        begins, ends = await log.bounds(topic, list(found))
        async for partition, messages in log.read(topic, {p: (begins[p], ends[p]) for p in found}):
            found[partition].extend(messages)
    return found


def seqs(messages: list[KafkaMessage]) -> list[int]:
    return [int(json.loads(message.value or b"")["sequence"]) for message in messages]


def first_occurrences(numbers: list[int]) -> list[int]:
    return list(dict.fromkeys(numbers))


class Unreadable:
    """A batch whose header's name is no UTF-8. The broker takes it, as its CRC is right."""

    count = 1

    def build(self, producer_id: int, epoch: int, sequence: int) -> bytes:
        """As `Batch.build`."""
        builder: Any = DefaultRecordBatchBuilder(2, 0, False, producer_id, epoch, sequence, 1000)
        builder.append(0, 1, b"k", b"v", [("headername", b"x")])
        built = bytearray(builder.build()).replace(b"headername", b"\xff" * 10)
        built[17:21] = calc_crc32c(bytes(built[21:])).to_bytes(4, "big")
        return bytes(built)
