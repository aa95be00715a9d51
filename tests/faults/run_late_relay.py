"""A relay that never heard that its lease is over: `python -m tests.faults.run_late_relay DEPLOYMENT SERVICE`.

It sends, with the library's own sending code, every shard from some hundred events before the checkpoint to the
store's end, beside the relay that holds the lease. That is what a paused process would do if its clock had stood
still: an unbroken run that begins before the first number Kafka lacks. So the topic gets duplicates and two writers
at once, and still every first occurrence must read 1, 2, 3 … .
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from shienevents import Store, configure_process
from shienevents.kafka.producer import Producer
from shienevents.postgres.leases import Lease
from shienevents.relay.checkpoints import Checkpoint, load
from shienevents.relay.lane import Lane, send_shard

from .deployment import Deployment

_BACK = 150  # events of a shard that are sent again
_BESIDE_SECONDS = 1.0  # how long it then goes on with new events, beside the rightful relay


class Endless(Lease):
    """A lease that its holder believes in for ever."""

    @property
    def held(self) -> bool:
        """Always."""
        return True


async def main(deployment: Deployment, service: str) -> None:
    """Send again, and go on sending for a while. Ends early when Kafka or Postgres is away, as a relay's life does."""
    configure_process(f"{service}-late-relay")
    store = await Store.open(deployment.dsns[service], pool_size=2)
    lanes = await lanes_of(store)
    async with Producer(deployment.bootstrap_servers, deployment.topics[service]) as producer:
        lease = Endless(store.pool, "relay")
        shipping = [asyncio.create_task(send_shard(store, lease, producer, lane)) for lane in lanes]
        beginning, goal = time.monotonic(), await store.heads()
        while not any(task.done() for task in shipping):
            heads = await store.heads()
            for lane in lanes:
                lane.reach(heads[lane.shard])
            caught_up = all(lane.sent.seq >= goal[lane.shard] for lane in lanes)
            if caught_up and time.monotonic() - beginning > _BESIDE_SECONDS:
                break
            await asyncio.sleep(0.02)
        for task in shipping:
            task.cancel()
        await asyncio.gather(*shipping, return_exceptions=True)
    await store.close()


async def lanes_of(store: Store) -> list[Lane]:
    """Every shard that has events, standing well before its checkpoint."""
    lanes = [Lane(shard) for shard in range(store.shards)]
    checkpoints = await load(store.pool, range(store.shards))
    for lane in lanes:
        lane.acknowledge(Checkpoint(max(0, checkpoints[lane.shard].seq - _BACK), -1))
    return lanes


if __name__ == "__main__":
    asyncio.run(main(Deployment.load(Path(sys.argv[1])), sys.argv[2]))
