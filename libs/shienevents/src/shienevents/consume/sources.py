"""Where a consumer reads from: a store's own log, or Kafka. Both hand out records in order, shard by shard."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from ..core.envelope import Record
from ..core.metrics import FOREIGN
from ..core.positions import Positions
from ..kafka.broker import KafkaAway, started
from ..kafka.clients import end, unhurried
from ..kafka.cloudevents import Foreign, record_of
from ..kafka.partitions import shard_of
from ..kafka.reading import read_records
from ..write.store import Store

_START_SECONDS = 30  # of one attempt to reach Kafka

_log = structlog.get_logger(__name__)


class Source(Protocol):
    """Records from one place, in order within each shard."""

    async def start(self, positions: Positions) -> None:
        """Begin after these positions."""
        ...

    async def next(self) -> list[Record]:
        """Wait for the next records; never an empty list."""
        ...

    async def rescan(self, source: str, shard: int) -> None:
        """Read this shard again from its beginning: its offsets no longer mean what they did."""
        ...

    async def stop(self) -> None:
        """Let go of connections."""
        ...


class StoreSource:
    """A store's log, read shard by shard: woken by commits of this process, looking for those of others."""

    def __init__(self, store: Store, *, limit: int = 4000) -> None:
        self._store = store
        self._limit = limit
        self._after = [0] * store.shards
        self._heads = [0] * store.shards
        self._woken = asyncio.Event()

    def _hear(self, shard: int, seq: int) -> None:
        if seq > self._heads[shard]:
            self._heads[shard] = seq
            self._woken.set()

    async def start(self, positions: Positions) -> None:
        """Begin after these positions."""
        self._store.off_append(self._hear)
        self._store.on_append(self._hear)
        self._after = [positions.point(self._store.service, shard).seq for shard in range(self._store.shards)]
        self._heads = [0] * self._store.shards  # the store may have been restored from a backup meanwhile

    async def next(self) -> list[Record]:
        """Wait for commits and read them. Raises `Unavailable`."""
        while True:
            self._woken.clear()
            reads, room = [], self._limit
            for shard, head in enumerate(self._heads):
                if (many := min(head - self._after[shard], room)) > 0:
                    reads.append(self._store.read(shard, self._after[shard], many))
                    room -= many
            found = [record for records in await asyncio.gather(*reads) for record in records]
            for record in found:
                self._after[record.envelope.shard] = record.envelope.seq
            if found:
                return found
            pause = await self._store.poll()
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._woken.wait()

    async def rescan(self, source: str, shard: int) -> None:
        """A store has no holes and its numbers do not move: there is nothing to search."""

    async def stop(self) -> None:
        """Listen no more."""
        self._store.off_append(self._hear)


class KafkaSource:
    """Topics of other services, every partition assigned. `topics` maps a source's name to its topic.

    No consumer group rebalances and no offset is invented: a partition starts at its position, or at its
    beginning. With `group`, offsets are also committed now and then, for the ecosystem's lag tools.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        topics: Mapping[str, str],
        shards: int,
        *,
        group: str | None = None,
        limit: int = 4000,
    ) -> None:
        self._bootstrap = bootstrap_servers
        self._sources = {topic: source for source, topic in topics.items()}
        self._topics = dict(topics)
        self._shards = shards
        self._group = group
        self._limit = limit
        self._consumer: AIOKafkaConsumer | None = None
        self._commit_at = 0.0
        self._rewind: set[TopicPartition] = set()

    async def start(self, positions: Positions) -> None:
        """Connect, however long Kafka is away, and begin after these positions."""
        await self.stop()
        while True:
            consumer = AIOKafkaConsumer(
                bootstrap_servers=self._bootstrap,
                group_id=self._group,
                enable_auto_commit=False,
                auto_offset_reset="none",
                fetch_max_wait_ms=500,
                max_partition_fetch_bytes=1 << 20,
                fetch_max_bytes=4 << 20,
                max_poll_records=None,
            )
            unhurried(consumer._client)
            try:
                await started(consumer.start(), _START_SECONDS)
                break
            except BaseException as error:  # also when cancelled meanwhile: no half of a consumer is left behind
                await end(consumer)
                if not isinstance(error, KafkaAway):
                    raise
                _log.warning("kafka is away", error=str(error))
                await asyncio.sleep(0.5)
        read_records(consumer, self._taken)
        self._consumer = consumer
        self._rewind.clear()
        partitions = [TopicPartition(topic, n) for topic in self._sources for n in range(self._shards)]
        consumer.assign(partitions)
        for partition in partitions:
            point = positions.point(self._sources[partition.topic], partition.partition)
            consumer.seek(partition, point.offset + 1)

    async def next(self) -> list[Record]:
        """Wait for records. While Kafka is away this waits; foreign records are counted and passed over."""
        consumer = self._consumer
        assert consumer is not None, "start comes before next"
        while True:
            try:
                while self._rewind:
                    partition = next(iter(self._rewind))
                    await self._seek_to_beginning(partition)
                    self._rewind.discard(partition)
                found = await consumer.getmany(timeout_ms=1000, max_records=self._limit)
            except OffsetOutOfRangeError as error:
                for partition in error.args[0]:
                    _log.warning("offset out of range, reading from the beginning", partition=str(partition))
                    await self._seek_to_beginning(partition)
                continue
            except KafkaError as error:
                _log.warning("kafka is away", error=str(error))
                await asyncio.sleep(0.2)
                continue
            if arrivals := [record for records in found.values() for record in records if record is not None]:
                return arrivals

    def _taken(self, partition: TopicPartition, message: Any) -> Record | None:
        try:
            record = record_of(partition.partition, message.headers, message.value, message.offset)
            if record.source != self._sources[partition.topic]:
                raise Foreign(f"source {record.source!r} does not write to {partition.topic}")
            if shard_of(record.envelope.area, self._shards) != partition.partition:
                raise Foreign(f"area {record.envelope.area!r} does not belong to this partition")
        except Foreign as error:
            FOREIGN.labels(partition.topic).inc()
            _log.warning("foreign record passed over", partition=str(partition), why=str(error))
            return None
        return record

    async def rescan(self, source: str, shard: int) -> None:
        """Read this partition again from its beginning, with the next look at Kafka: nobody waits for it here."""
        self._rewind.add(TopicPartition(self._topics[source], shard))

    async def _seek_to_beginning(self, partition: TopicPartition) -> None:
        assert self._consumer is not None
        await self._consumer.seek_to_beginning(partition)

    async def commit(self, positions: Positions) -> None:
        """Tell Kafka how far this consumer is, at most every five seconds. Nothing depends on it."""
        now = asyncio.get_running_loop().time()
        if self._consumer is None or self._group is None or now < self._commit_at:
            return
        self._commit_at = now + 5
        offsets = {
            TopicPartition(self._topics[source], shard): point.offset + 1
            for (source, shard), point in positions.points.items()
            if source in self._topics and point.offset >= 0
        }
        try:
            async with asyncio.timeout(2):
                await self._consumer.commit(offsets)
        except (KafkaError, TimeoutError) as error:
            _log.info("offsets not committed", error=str(error))

    async def stop(self) -> None:
        """Disconnect."""
        if self._consumer is not None:
            consumer, self._consumer = self._consumer, None
            await end(consumer)
