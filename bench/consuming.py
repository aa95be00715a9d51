"""A consumer in a separate process. It prints its progress as JSON lines. Arguments: DSN BOOTSTRAP TOPIC COUNT."""

from __future__ import annotations

import asyncio
import json
import sys
import time

import psutil
import uvloop

from bench.fixture import NEEDS, SHARDS, TYPES
from shienevents import Brokers, Consumer, Handler, KafkaSource, Positions, Store, configure_process
from shienops import StackSettings


async def main(dsn: str, bootstrap_servers: str, topic: str, count: int) -> None:
    """Fold `count` events into the view and check that all are in it."""
    configure_process("bench", level=40)
    store = await Store.open(dsn)
    source = KafkaSource(Brokers.of(bootstrap_servers, StackSettings()), {"needs": topic}, SHARDS)
    consumer = Consumer(store, TYPES, Handler(store, TYPES, []), [source], views=[NEEDS])
    done = asyncio.Event()
    process = psutil.Process()
    begun = time.perf_counter()
    reported = 0

    def report(positions: Positions, _: object) -> None:
        nonlocal reported
        folded = sum(positions.seqs.values())
        if folded >= reported + 20_000 or folded >= count:
            reported = folded
            line = {"folded": folded, "seconds": time.perf_counter() - begun, "rss_mb": process.memory_info().rss / 1e6}
            print(json.dumps(line), flush=True)
        if folded >= count:
            done.set()

    consumer.on_advance(report)
    running = asyncio.create_task(consumer.run())
    await done.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    async with store.pool.acquire() as connection:
        assert await connection.fetchval("select sum(notes) from needs") == count
    await store.close()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
