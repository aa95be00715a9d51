"""One shard on its way to its partition: read, packed and sent, one batch in flight."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from ..core.errors import Stopped
from ..core.metrics import RELAYED, RELAYED_AT
from ..kafka.packing import Batch, pack
from ..kafka.producer import Producer
from ..kafka.waiting import KafkaAway, Refused
from ..postgres.leases import Lease
from ..write.store import Store
from .checkpoints import NOTHING_SENT, Checkpoint

CHUNK = 500  # records of a read: about what one batch of small events holds


class LeaseLost(Exception):
    """Another relay works now."""


class StoreMoved(Exception):
    """The store does not hold what it held: compare again before anything more is sent."""


class Packed(NamedTuple):
    """A batch that is ready to go, and the number of its last record."""

    batch: Batch
    last: int


class Lane:
    """How far one shard is sent. `sent` is acknowledged; `head` is the last number known to be in the store."""

    def __init__(self, shard: int) -> None:
        self.shard = shard
        self.head = 0
        self.sent = NOTHING_SENT
        self.stopped: Stopped | None = None
        self._moved = asyncio.Event()

    def reach(self, seq: int) -> None:
        """The store holds `seq`."""
        if seq > self.head:
            self.head = seq
            self._moved.set()

    async def beyond(self, seq: int) -> None:
        """Wait until the store holds more than `seq`."""
        while self.head <= seq:
            self._moved.clear()
            await self._moved.wait()

    def acknowledge(self, reached: Checkpoint) -> None:
        """Kafka has it."""
        self.sent = reached

    @property
    def lag_events(self) -> int:
        """How many events wait to be sent."""
        return max(0, self.head - self.sent.seq)


async def send_shard(store: Store, lease: Lease, producer: Producer, lane: Lane) -> None:
    """Send a shard without end from its checkpoint. While one batch is in flight the next is read and packed.

    A record the broker will never take stops the lane alone. Raises what else went wrong.
    """
    ready: asyncio.Queue[Packed] = asyncio.Queue(1)
    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(_read(store, lane, ready))
            both.create_task(_send(store.service, lease, producer, lane, ready))
    except* Refused as refused:
        lane.stopped = Stopped(
            store.service,
            lane.shard,
            f"the broker refused a record after {lane.sent.seq}: {refused.exceptions[0]}",
            f"Kafka が {lane.sent.seq} より後の記録を受け取りませんでした（{refused.exceptions[0]}）",
            "raise max.message.bytes of the topic to 1048588 or more",
        )


async def _read(store: Store, lane: Lane, ready: asyncio.Queue[Packed]) -> None:
    at = lane.sent.seq
    while True:
        await lane.beyond(at)
        rows = await store.read_rows(lane.shard, at, CHUNK)
        if not rows or rows[-1]["seq"] != at + len(rows):
            raise StoreMoved(f"shard {lane.shard}: read {len(rows)} events after {at}, head {lane.head}")
        at = rows[-1]["seq"]
        begin = 0
        while begin < len(rows):
            batch, begin = pack(store.service, store.id, rows, begin)
            await ready.put(Packed(batch, rows[begin - 1]["seq"]))


async def _send(service: str, lease: Lease, producer: Producer, lane: Lane, ready: asyncio.Queue[Packed]) -> None:
    relayed, relayed_at = RELAYED.labels(service), RELAYED_AT.labels(service)
    while True:
        packed = await ready.get()
        if not lease.held:
            raise LeaseLost(lease.name)
        offset = await producer.send(lane.shard, packed.batch)
        if offset <= lane.sent.offset:
            raise KafkaAway(f"partition {lane.shard} went back to offset {offset}")
        lane.acknowledge(Checkpoint(packed.last, offset + packed.batch.count - 1))
        relayed.inc(packed.batch.count)
        relayed_at.set_to_current_time()
