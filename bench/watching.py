"""The other service of `seeing`, in a separate process. It records when each event became visible in its view."""

from __future__ import annotations

import asyncio
import json
import sys
import time

import uvloop

from bench.fixture import NEEDS, SHARDS, TYPES
from shienevents import Consumer, Handler, KafkaSource, Positions, Store, configure_process


async def main(dsn: str, bootstrap_servers: str, topic: str, count: int) -> None:
    """Print `ready` after the start. Then record the time of each commit, and print all times as JSON at the end."""
    configure_process("bench", level=40)
    store = await Store.open(dsn)
    source = KafkaSource(bootstrap_servers, {"needs": topic}, SHARDS)
    consumer = Consumer(store, TYPES, Handler(store, TYPES, []), [source], views=[NEEDS])
    seen: list[tuple[int, int, float]] = []
    last: dict[int, int] = {}
    done = asyncio.Event()

    def note(positions: Positions, _: object) -> None:
        now = time.time()
        for (_, shard), seq in positions.seqs.items():
            seen.extend((shard, one, now) for one in range(last.get(shard, 0) + 1, seq + 1))
            last[shard] = seq
        if sum(last.values()) >= count:
            done.set()

    consumer.on_advance(note)
    running = asyncio.create_task(consumer.run())
    await asyncio.sleep(2)  # until the lease is acquired and the topic is assigned
    print("ready", flush=True)
    await done.wait()
    print(json.dumps(seen), flush=True)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await store.close()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
