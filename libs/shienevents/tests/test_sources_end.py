"""A reader of Kafka ends when it is told to, also while the broker is away."""

from __future__ import annotations

import asyncio

from shienevents._kafka import ensure_topic, reading
from shienevents._positions import Positions
from shienevents._sources import KafkaSource
from shienops.stack import Stack

from .relaying import until


async def test_a_source_that_waits_for_a_broker_that_is_away_stops_without_seeming_to_be_cancelled(
    own_stack: Stack,
) -> None:
    servers = own_stack.bootstrap_servers
    await ensure_topic(servers, "needs.events", 1)
    source = KafkaSource(servers, {"needs": "needs.events"}, 1, group="matching")
    await source.start(Positions())
    assert source._consumer is not None
    async with reading(servers) as log:
        begins, _ = await log.bounds("needs.events", [0])
        fetches = (source._consumer._fetcher._pending_tasks, log._consumer._fetcher._pending_tasks)
        waiting = asyncio.create_task(source.next())
        spans = {0: (begins[0], 1)}
        looking = asyncio.ensure_future(anext(log.read("needs.events", spans)))
        own_stack.kafka.kill()
        await until(lambda: all(any(fetches_of) for fetches_of in fetches))
        waiting.cancel()
        looking.cancel()
        await asyncio.gather(waiting, looking, return_exceptions=True)
        await source.stop()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert left == set()
