"""Fetches partitions, each from an offset on. One request is under way to each broker while the last one is read.

It is written on aiokafka's client instead of its consumer, which makes another object of every record, asks without a
pause for leaders that nobody knows, and does not always end when it is stopped.
"""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import Any, Final, NamedTuple

import cramjam
import structlog
from aiokafka import TopicPartition
from aiokafka.errors import (
    CorruptRecordException,
    KafkaConnectionError,
    KafkaError,
    NoError,
    OffsetOutOfRangeError,
    UnsupportedCodecError,
    for_code,
)
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.offset import OffsetRequest
from aiokafka.record.memory_records import MemoryRecords

from .client import Client
from .denial import opened
from .security import Servers, brokers_of
from .waiting import bounded, check_allowed, close, translated

_REQUEST_SECONDS: Final = 10
_WAIT_SECONDS: Final = 0.5  # of the broker, for records to come; and between two questions for a leader
_PARTITION_BYTES: Final = 1 << 20
_BYTES: Final = 4 << 20
_CONSUMER: Final = -1  # not a replica
_UNCOMMITTED: Final = 0  # what a relay sends is no transaction
_BEGINNING: Final = -2

UNREADABLE: Final = (
    CorruptRecordException,
    UnicodeDecodeError,
    UnsupportedCodecError,  # one of a later Kafka; the extras of aiokafka read all of today
    cramjam.DecompressionError,
    gzip.BadGzipFile,
    zlib.error,
    EOFError,
)
"""What reading a message raises when somebody else wrote its batch. Its CRC is right, so no disk damaged it."""

_log = structlog.get_logger(__name__)


class _Batch(NamedTuple):
    """What is left to read of a batch: messages of aiokafka's with `offset`, `headers` and `value`."""

    partition: TopicPartition
    messages: Iterator[Any]


class Fetcher:
    """Reads these partitions, each from its offset on. `start` comes first, `close` last."""

    def __init__(self, bootstrap_servers: Servers, offsets: Mapping[TopicPartition, int]) -> None:
        # Where the next request for a partition begins. A broker fills its answer in the order of the request: what
        # was answered goes to the end, or a few busy partitions would keep the others waiting for ever.
        self._offsets = dict(offsets)
        self.ends: dict[TopicPartition, int] = {}  # the offset after a partition's last record, as last answered
        self._brokers = brokers_of(bootstrap_servers)
        self._secrets = self._brokers.security.state()
        self._client: Any = Client(bootstrap_servers, request_timeout_ms=_REQUEST_SECONDS * 1000)
        self._fetching: dict[int, asyncio.Task[Any]] = {}  # by broker
        self._ready: deque[_Batch] = deque()

    async def start(self, timeout_seconds: float) -> None:
        """Connect. Raises `KafkaAway`."""
        await opened(self._start(), timeout_seconds, self._brokers)

    async def _start(self) -> None:
        await self._client.bootstrap()
        await self._client.set_topics({partition.topic for partition in self._offsets})

    def partitions_of(self, topic: str) -> int | None:
        """How many partitions a topic has; `None` when it does not exist, as far as is known."""
        found = self._client.cluster.partitions_for_topic(topic)
        return len(found) if found else None

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """Read this partition from here on."""
        self._offsets[partition] = offset
        self._ready = deque(batch for batch in self._ready if batch.partition != partition)

    def drop(self, partition: TopicPartition) -> None:
        """Read this partition no further."""
        del self._offsets[partition]
        self._ready = deque(batch for batch in self._ready if batch.partition != partition)

    def position(self, partition: TopicPartition) -> int | None:
        """The offset of the next fetch; `None` while messages before it are yet to be taken."""
        return None if any(batch.partition == partition for batch in self._ready) else self._offsets[partition]

    async def wait(self) -> None:
        """Wait until there is something to take, or for about a second. Raises `KafkaAway` when no broker answers.

        Where an offset is not in the partition, reading begins again at its beginning. A damaged batch is asked for
        again and again; other partitions go on.
        """
        if not self._ready:
            async with bounded(2 * _REQUEST_SECONDS):
                await self._receive()

    @property
    def ready(self) -> bool:
        """Whether there is something to take."""
        return bool(self._ready)

    def take(self, limit: int | None, read: Callable[[TopicPartition, Iterator[Any]], int]) -> int:
        """Let `read` have at most `limit` messages of the next batch; it returns how many it read, as this does.

        It gets an iterator: a list of messages costs the garbage collector half as much as reading them.
        Raises `KafkaAway` when a batch cannot be read.
        """
        partition, messages = self._ready[0]
        with translated():
            count = read(partition, islice(messages, limit))
        if limit is None or count < limit:
            self._ready.popleft()
        return count

    async def _receive(self) -> None:
        leaderless = self._request()
        if self._fetching:
            await asyncio.wait(self._fetching.values(), timeout=2 * _WAIT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(_WAIT_SECONDS)
        for broker, task in list(self._fetching.items()):
            if task.done():
                del self._fetching[broker]
                leaderless |= await self._result(broker, task)
        if leaderless:
            await asyncio.sleep(0 if self._ready else _WAIT_SECONDS)
            if not await self._client.force_metadata_update():
                raise KafkaConnectionError("no broker answers")
            if not self._ready and not self._fetching:  # nothing else is read either
                check_allowed(self._client, {partition.topic for partition in self._offsets})
        self._request()

    async def _result(self, broker: int, task: asyncio.Task[Any]) -> bool:
        """Keep what a broker answered. Returns whether its partitions may have another leader by now."""
        try:
            begins, answer = task.result()
        except KafkaError as error:
            # A client keeps the password it was made with: another is made when that may be why.
            if (not self._fetching and not self._ready) or self._secrets != self._brokers.security.state():
                raise
            _log.warning("a broker is away, the others are read", broker=broker, error=str(error))
            return True
        return await self._take(broker, begins, answer)

    def _request(self) -> bool:
        """Ask each broker that is not asked already. Returns whether a partition has no leader."""
        wanted: dict[int, list[TopicPartition]] = defaultdict(list)
        for partition in self._offsets:
            leader = self._client.cluster.leader_for_partition(partition)
            wanted[-1 if leader is None else leader].append(partition)
        leaderless = bool(wanted.pop(-1, None))
        for broker, partitions in wanted.items():
            if broker not in self._fetching:
                begins = {partition: self._offsets[partition] for partition in partitions}  # one may be dropped soon
                self._fetching[broker] = asyncio.create_task(self._fetch(broker, begins))
        return leaderless

    async def _fetch(self, broker: int, begins: dict[TopicPartition, int]) -> tuple[dict[TopicPartition, int], Any]:
        topics = [  # a topic comes again where the order of the partitions wants it
            (topic, [(place.partition, begins[place], _PARTITION_BYTES) for place in places])
            for topic, places in groupby(begins, attrgetter("topic"))
        ]
        request = FetchRequest(int(_WAIT_SECONDS * 1000), 1, _BYTES, _UNCOMMITTED, topics)
        return begins, await self._client.send(broker, request)

    async def _take(self, broker: int, begins: Mapping[TopicPartition, int], answer: Any) -> bool:
        """Keep the batches of an answer. Returns whether a leader is another one by now."""
        moved = False
        for topic, partitions in answer.topics:
            for number, code, end, *_, data in partitions:
                partition = TopicPartition(topic, number)
                if self._offsets.get(partition) != begins[partition]:  # sought elsewhere, or dropped meanwhile
                    continue
                if code == NoError.errno:
                    self.ends[partition] = end
                    moved |= self._keep(partition, MemoryRecords(data))
                elif code == OffsetOutOfRangeError.errno:
                    _log.warning("offset out of range, reading from the beginning", partition=str(partition))
                    self._offsets[partition] = await self._beginning(broker, partition)
                elif for_code(code).retriable:
                    moved = True
                else:
                    raise for_code(code)(str(partition))
        return moved

    def _keep(self, partition: TopicPartition, records: Any) -> bool:
        """Keep whole batches; the last may be cut off. Returns whether one is damaged: it is asked for again."""
        begin = self._offsets[partition]
        try:
            while records.has_next():
                batch = records.next_batch()
                self._ready.append(_Batch(partition, _messages(partition, batch, begin)))
                del self._offsets[partition]
                self._offsets[partition] = batch.next_offset
        except CorruptRecordException as error:
            _log.error("a batch is damaged", partition=str(partition), error=str(error))
            return True
        return False

    async def _beginning(self, broker: int, partition: TopicPartition) -> int:
        request = OffsetRequest(_CONSUMER, _UNCOMMITTED, [(partition.topic, [(partition.partition, _BEGINNING)])])
        ((_, ((_, code, *_, offset),)),) = (await self._client.send(broker, request)).topics
        if code != NoError.errno:
            raise for_code(code)(str(partition))
        return int(offset)

    async def close(self) -> None:
        """Close the connections, and end what is under way."""
        await close(self._client, self._fetching.values())


def _messages(partition: TopicPartition, batch: Any, begin: int) -> Iterator[Any]:
    """The messages of a batch from an offset on. It may begin earlier: the broker sends whole batches."""
    if not batch.validate_crc():
        raise CorruptRecordException(f"the CRC of a batch of {partition} is wrong")
    if batch.is_control_batch:  # the marker of a transaction
        return iter(())
    if batch.base_offset >= begin:
        return chain(batch)  # a batch can be iterated over once, and may be left and taken up again
    # `chain` begins when it is read: so does unpacking, which fails there or nowhere.
    return (message for message in chain(batch) if message.offset >= begin)
