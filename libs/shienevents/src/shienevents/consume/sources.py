"""Where a consumer reads from: a store's own log, or Kafka. Both hand out records in order, shard by shard."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

import structlog
from aiokafka import TopicPartition

from ..core.cells import cell_of, service_of
from ..core.envelope import Record
from ..core.errors import Contract
from ..core.metrics import FOREIGN
from ..core.positions import Positions
from ..kafka.broker import must_have
from ..kafka.cloudevents import record_of
from ..kafka.fetcher import UNREADABLE, Fetcher
from ..kafka.group_offsets import GroupOffsets
from ..kafka.json_events import Foreign
from ..kafka.partitions import shard_of
from ..kafka.security import Servers
from ..kafka.waiting import KafkaAway
from ..write.store import READ_BYTES, Store

_START_SECONDS = 30  # of one attempt to reach Kafka
_AWAY_SECONDS = 0.5  # between attempts
_KNOWN_AREAS = 8192

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
        """Close connections."""
        ...


class StoreSource:
    """A store's log, read shard by shard. Commits of this process wake it; it polls for those of other processes."""

    def __init__(self, store: Store, *, limit: int = 4000) -> None:
        self._store = store
        self._limit = limit
        self._after = [0] * store.shards
        self._heads = [0] * store.shards
        self._woken = asyncio.Event()

    def _on_append(self, shard: int, seq: int) -> None:
        if seq > self._heads[shard]:
            self._heads[shard] = seq
            self._woken.set()

    async def start(self, positions: Positions) -> None:
        """Begin after these positions."""
        self._store.off_append(self._on_append)
        self._store.on_append(self._on_append)
        self._after = [positions.point(self._store.service, shard).seq for shard in range(self._store.shards)]
        self._heads = [0] * self._store.shards  # the store may have been restored from a backup meanwhile

    async def next(self) -> list[Record]:
        """Wait for commits and read them. Raises `Unavailable`."""
        while True:
            self._woken.clear()
            wanted, room = [], self._limit
            for shard, head in enumerate(self._heads):
                if (many := min(head - self._after[shard], room)) > 0:
                    wanted.append((shard, self._after[shard], many))
                    room -= many
            size = READ_BYTES // max(1, len(wanted))
            found: list[Record] = []
            for records in await asyncio.gather(*(self._store.read(*one, size) for one in wanted)):
                if records:
                    self._after[records[-1].envelope.shard] = records[-1].envelope.seq
                    found += records
            if found:
                return found
            pause = await self._store.poll()
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._woken.wait()

    async def rescan(self, source: str, shard: int) -> None:
        """A store has no gaps and its numbers do not move: there is nothing to read again."""

    async def stop(self) -> None:
        """Unsubscribe from the store."""
        self._store.off_append(self._on_append)


class KafkaSource:
    """Topics of other services, every partition assigned. `topics` maps a source's name to its topic.

    All are of one cell, so that no cell keeps another waiting. Records of another cell get the source's name here;
    what they say themselves is the service. `away`: why nothing can be read now.

    No consumer group rebalances. No offset is guessed: a partition is read from its position, or from its beginning.
    With `group`, offsets are also committed every few seconds, for tools that show a consumer's lag.
    `shards` is the number of partitions that each topic must have; `limit` is the number of records of one `next`,
    which has fewer where they are large.
    Nothing is read before `after` is set.
    """

    def __init__(
        self,
        bootstrap_servers: Servers,
        topics: Mapping[str, str],
        shards: int,
        *,
        group: str | None = None,
        limit: int = 4000,
        after: asyncio.Event | None = None,
    ) -> None:
        (self.cell,) = {cell_of(source) for source in topics}
        self.away = ""
        self._after = after
        self._bootstrap = bootstrap_servers
        self._sources = {topic: source for source, topic in topics.items()}
        self._topics = dict(topics)
        self._shards = shards
        self._group = None if group is None else GroupOffsets(bootstrap_servers, group)
        self._limit = limit
        self._fetcher: Fetcher | None = None
        self._offsets: dict[TopicPartition, int] = {}  # of the next record
        self._unchecked: set[str] = set()  # topics whose number of partitions is not known yet
        self._areas: dict[TopicPartition, set[str]] = {}  # that are known to belong there
        self._commit_at = 0.0

    async def start(self, positions: Positions) -> None:
        """Connect, however long Kafka is away, and begin after these positions."""
        await self.stop()
        self._offsets = {
            TopicPartition(topic, n): positions.point(source, n).offset + 1
            for topic, source in self._sources.items()
            for n in range(self._shards)
        }
        if self._after:
            await self._after.wait()
        self._areas = {partition: set() for partition in self._offsets}
        await self._connect()

    async def _connect(self) -> None:
        while True:
            fetcher = None
            try:
                fetcher = Fetcher(self._bootstrap, self._offsets)
                await fetcher.start(_START_SECONDS)
                break
            except BaseException as error:  # also when cancelled meanwhile: no half of a client is left behind
                if fetcher is not None:
                    await fetcher.close()
                if not isinstance(error, KafkaAway):
                    raise
                self._is_away(error)
                await asyncio.sleep(_AWAY_SECONDS)
        for partition, offset in self._offsets.items():  # `rescan` may have been called meanwhile
            fetcher.seek(partition, offset)
        self._fetcher = fetcher
        self._unchecked = set(self._sources)

    async def next(self) -> list[Record]:
        """Wait for records. While Kafka is away this waits; foreign records are counted and passed over.

        Raises `Contract` when a topic of this cell has another number of partitions than `shards`. Another cell with
        such a topic is away: it hinders nobody else.
        """
        while True:
            fetcher = self._fetcher
            assert fetcher is not None, "start comes before next"
            arrivals: list[Record] = []
            try:
                await fetcher.wait()
                self._check_partitions(fetcher)
                room, size = self._limit, 0
                while fetcher.ready and room > 0 and size < READ_BYTES:
                    begin = len(arrivals)
                    room -= fetcher.take(room, partial(self._read, arrivals))
                    size += sum(len(record.data) for record in arrivals[begin:])
                self.away = ""
            except (KafkaAway, Contract) as error:
                if isinstance(error, Contract) and not self.cell:
                    raise
                self._is_away(error)
                await self._disconnect()
                await asyncio.sleep(_AWAY_SECONDS)
                await self._connect()
            if arrivals:
                return arrivals
            await asyncio.sleep(0)  # foreign records alone: others have their turn

    def _is_away(self, error: Exception) -> None:
        self.away = str(error)
        _log.warning("kafka is away", cell=self.cell, error=self.away)

    def _check_partitions(self, fetcher: Fetcher) -> None:
        """Kafka has said by now how many partitions a topic has, unless the topic is yet to be made."""
        for topic in list(self._unchecked):
            if (found := fetcher.partitions_of(topic)) is None:
                continue
            must_have(topic, found, self._shards, self.cell)
            self._unchecked.discard(topic)

    def _read(self, arrivals: list[Record], partition: TopicPartition, messages: Iterator[Any]) -> int:
        """Add the records in messages of one partition; returns the number of messages. It runs for every event."""
        number, source, known = partition.partition, self._sources[partition.topic], self._areas[partition]
        service, renamed = service_of(source), bool(self.cell)
        count, offset = 0, self._offsets[partition] - 1
        try:
            for message in messages:
                count, offset = count + 1, message.offset
                try:
                    record = record_of(number, message.headers, message.value, offset)
                    if record.source != service:
                        raise Foreign(f"source {record.source!r} does not write to {partition.topic}")
                    if (area := record.envelope.area) not in known:
                        if shard_of(area, self._shards) != number:
                            raise Foreign(f"area {area!r} does not belong to this partition")
                        if len(known) < _KNOWN_AREAS:
                            known.add(area)
                except Foreign as error:
                    self._passed_over(partition, error)
                else:
                    arrivals.append(record._replace(source=source) if renamed else record)
        except UNREADABLE as error:  # nor can the rest of its batch be read
            self._passed_over(partition, error)
        self._offsets[partition] = offset + 1
        return count

    def _passed_over(self, partition: TopicPartition, why: Exception) -> None:
        FOREIGN.labels(partition.topic).inc()
        _log.warning("foreign record passed over", partition=str(partition), why=str(why))

    def unread(self) -> dict[str, int]:
        """How many records each source's topic has beyond those read, as Kafka last said; nothing while it is away."""
        if self._fetcher is None:
            return {}
        counts = dict.fromkeys(self._topics, 0)
        for partition, offset in self._offsets.items():
            counts[self._sources[partition.topic]] += max(0, self._fetcher.ends.get(partition, 0) - offset)
        return counts

    async def rescan(self, source: str, shard: int) -> None:
        """Read this partition again from its beginning, from the next `next` on."""
        partition = TopicPartition(self._topics[source], shard)
        self._offsets[partition] = 0
        if self._fetcher is not None:
            self._fetcher.seek(partition, 0)

    async def commit(self, positions: Positions) -> None:
        """Commit the offsets of these positions to Kafka, at most every five seconds. Nothing depends on it."""
        now = asyncio.get_running_loop().time()
        if self._group is None or now < self._commit_at:
            return
        self._commit_at = now + 5
        offsets = {
            TopicPartition(self._topics[source], shard): point.offset + 1
            for (source, shard), point in positions.points.items()
            if source in self._topics and point.offset >= 0
        }
        try:
            await self._group.commit(offsets)
        except KafkaAway as error:
            _log.info("offsets not committed", error=str(error))

    async def stop(self) -> None:
        """Disconnect."""
        if self._group is not None:
            await self._group.close()
        await self._disconnect()

    async def _disconnect(self) -> None:
        if self._fetcher is not None:
            fetcher, self._fetcher = self._fetcher, None
            await fetcher.close()
