"""The relay on a real Postgres and a real Kafka: everything, in order, the very bytes."""

from __future__ import annotations

import asyncio

from shienevents._relay import Relay
from shienops._databases import Database

from .relaying import all_sent, opened, running, seqs, topic_of, write


async def test_concurrent_appends_reach_each_partition_dense_and_in_order(
    database: Database, kafka: str, topic_name: str
) -> None:
    store = await opened(database)
    async with running(Relay(store, kafka, topic_name)) as relay:

        async def client(n: int) -> None:
            for i in range(20):
                await write(store, (n + i) % 3, f"stream-{n}-{i}", *[f"{n} {i} {k}" for k in range(i % 4 + 1)])

        await asyncio.gather(*[client(n) for n in range(16)])
        await all_sent(store, relay)
    heads = await store.heads()
    found = await topic_of(kafka, topic_name, 3)
    assert {p: seqs(messages) for p, messages in found.items()} == {
        p: list(range(1, head + 1)) for p, head in enumerate(heads)
    }
    await store.close()
