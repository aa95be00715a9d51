"""The fetcher: fair to partitions, and one bad broker, batch or record does not keep the others from being read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import NodeNotReadyError
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import calc_crc32c

from shienevents.consume.sources import KafkaSource
from shienevents.core.positions import Positions
from shienevents.kafka.broker import ensure_topic
from shienevents.kafka.fetcher import Fetcher, _messages
from shienevents.kafka.packing import pack
from shienevents.kafka.producer import Producer
from shienevents.kafka.waiting import KafkaAway

from .listening import OTHER, figure, heard
from .relaying import Unreadable
from .test_kafka import STORE, row, say

A0, A1, B0 = TopicPartition("a", 0), TopicPartition("a", 1), TopicPartition("b", 0)
NO_ERROR, NOT_LEADER, OUT_OF_RANGE = 0, 6, 1
Partition = tuple[int, int, bytes]  # number, error, batches


def batch(offset: int, count: int = 1) -> bytes:
    """A record batch as it lies in a log from this offset on. The CRC does not cover the offset."""
    packed, _ = pack("needs", STORE, [row(n) for n in range(1, count + 1)], 0)
    return offset.to_bytes(8, "big") + packed.build(1, 0, 0)[8:]


class Cluster:
    """Answers in a broker's place. `leaders` says who leads; `answer` makes what a broker says to a fetch."""

    def __init__(
        self, leaders: Mapping[TopicPartition, int], answer: Callable[[int, dict[TopicPartition, int]], Any]
    ) -> None:
        self.cluster = SimpleNamespace(leader_for_partition=leaders.get, unauthorized_topics=frozenset())
        self.asked: list[list[TopicPartition]] = []
        self.reachable = True
        self._answer = answer

    async def send(self, broker: int, request: FetchRequest) -> Any:
        wanted = {TopicPartition(t, n): offset for t, partitions in request.topics for n, offset, _ in partitions}
        self.asked.append(list(wanted))
        await asyncio.sleep(0.01)
        found = self._answer(broker, wanted)
        return SimpleNamespace(
            topics=[(place.topic, [(place.partition, code, 0, data)]) for place, (code, data) in found.items()]
        )

    async def force_metadata_update(self) -> bool:
        return self.reachable

    async def close(self) -> None:
        pass


def fetching(cluster: Cluster, offsets: Mapping[TopicPartition, int]) -> Fetcher:
    fetcher = Fetcher("", offsets)
    fetcher._client = cluster
    return fetcher


async def taken(fetcher: Fetcher, rounds: int = 1) -> list[tuple[TopicPartition, int]]:
    """Partition and offset of what comes in so many rounds."""
    found: list[tuple[TopicPartition, int]] = []

    def read(partition: TopicPartition, messages: Iterator[Any]) -> int:
        offsets = [message.offset for message in messages]
        found.extend((partition, offset) for offset in offsets)
        return len(offsets)

    for _ in range(rounds):
        await fetcher.wait()
        while fetcher.ready:
            fetcher.take(1000, read)
    return found


async def test_partitions_that_are_always_busy_do_not_keep_others_waiting() -> None:
    """A broker fills its answer in the order of the request, here with one partition's batch."""

    def answer(_: int, wanted: dict[TopicPartition, int]) -> Any:
        place, offset = next((place, offset) for place, offset in wanted.items() if place != A1)  # A1 has nothing
        return {place: (NO_ERROR, batch(offset))}

    fetcher = fetching(Cluster({A1: 1, A0: 1, B0: 1}, answer), {A1: 0, A0: 0, B0: 0})
    assert await taken(fetcher, 4) == [(A0, 0), (B0, 0), (A0, 1), (B0, 1)]
    await fetcher.close()


async def test_a_batch_that_is_cut_off_is_asked_for_first_the_next_time() -> None:
    def answer(_: int, wanted: dict[TopicPartition, int]) -> Any:
        first, second = wanted
        return {first: (NO_ERROR, batch(wanted[first], 2)), second: (NO_ERROR, batch(wanted[second], 2)[:-1])}

    cluster = Cluster({A0: 1, A1: 1}, answer)
    fetcher = fetching(cluster, {A0: 0, A1: 0})
    assert await taken(fetcher, 3) == [(A0, 0), (A0, 1), (A1, 0), (A1, 1), (A0, 2), (A0, 3)]
    assert cluster.asked[:3] == [[A0, A1], [A1, A0], [A0, A1]]
    await fetcher.close()


async def test_a_broker_that_is_away_does_not_keep_others_from_being_read() -> None:
    def answer(broker: int, wanted: dict[TopicPartition, int]) -> Any:
        if broker == 1:
            raise NodeNotReadyError
        return {place: (NO_ERROR, batch(offset)) for place, offset in wanted.items()}

    fetcher = fetching(Cluster({A0: 1, B0: 2}, answer), {A0: 0, B0: 0})
    assert set(await taken(fetcher, 4)) >= {(B0, 0), (B0, 1)}
    await fetcher.close()


async def test_no_broker_that_answers_is_said_also_while_no_leader_is_known() -> None:
    cluster = Cluster({}, lambda *_: {})
    fetcher = fetching(cluster, {A0: 0})
    await fetcher.wait()
    cluster.reachable = False
    with pytest.raises(KafkaAway):
        await fetcher.wait()
    await fetcher.close()


async def test_a_damaged_batch_does_not_keep_other_partitions_from_being_read() -> None:
    good, bad = batch(0), bytearray(batch(1))
    bad[-1] ^= 1

    def answer(_: int, wanted: dict[TopicPartition, int]) -> Any:
        damaged = good + bytes(bad) if wanted[A0] == 0 else bytes(bad)
        return {A0: (NO_ERROR, damaged), A1: (NO_ERROR, batch(wanted[A1]))}

    fetcher = fetching(Cluster({A0: 1, A1: 1}, answer), {A0: 0, A1: 0})
    assert await taken(fetcher, 3) == [(A0, 0), (A1, 0), (A1, 1), (A1, 2)]
    await fetcher.close()


async def test_a_broker_takes_a_request_in_which_a_topic_comes_twice(kafka: str, topic_name: str) -> None:
    names = [f"{topic_name}-{name}" for name in "ab"]
    for name in names:
        await ensure_topic(kafka, name, 2)
        for number in (0, 1):
            await say(kafka, name, number, b"x")
    places = [TopicPartition(name, number) for number in (0, 1) for name in names]
    fetcher = Fetcher(kafka, dict.fromkeys(places, 0))
    try:
        await fetcher.start(10)
        found: list[tuple[TopicPartition, int]] = []
        while len(found) < len(places):
            found += await taken(fetcher)
        assert set(found) == {(place, 0) for place in places}
    finally:
        await fetcher.close()


async def test_a_record_that_cannot_be_read_is_passed_over(kafka: str, topic_name: str) -> None:
    await ensure_topic(kafka, topic_name, 1)
    unreadable: Any = Unreadable()
    record = heard(1)
    columns = (*record.envelope, record.data)
    async with Producer(kafka, topic_name) as producer:
        await producer.send(0, unreadable)
        await producer.send(0, pack(OTHER, record.store, [columns], 0)[0])
    source = KafkaSource(kafka, {OTHER: topic_name}, 1)
    await source.start(Positions())
    try:
        async with asyncio.timeout(60):
            assert [found.envelope.seq for found in await source.next()] == [1]
        assert figure("shien_foreign_records_total", topic=topic_name) == 1
    finally:
        await source.stop()


def recompressed(codec: int, damage: Callable[[bytearray], None] = lambda _: None, begin: int = 0) -> Iterator[Any]:
    """A batch of one event as another producer would pack it, its CRC right in any case."""
    builder: Any = DefaultRecordBatchBuilder(2, codec, False, -1, -1, -1, 1 << 16)
    record = heard(1)
    packed = pack(OTHER, record.store, [(*record.envelope, record.data)], 0)[0].build(-1, -1, -1)
    for message in MemoryRecords(packed).next_batch():
        builder.append(message.offset, message.timestamp, message.key, message.value, message.headers)
    built = bytearray(builder.build())
    damage(built)
    built[17:21] = calc_crc32c(bytes(built[21:])).to_bytes(4, "big")
    return _messages(A0, MemoryRecords(bytes(built)).next_batch(), begin)


def read_from(topic: str, messages: Iterator[Any]) -> list[int]:
    """The numbers of the events that a source finds in these messages."""
    arrivals: list[Any] = []
    source = KafkaSource("", {OTHER: topic}, 1)
    source._offsets, source._areas = {TopicPartition(topic, 0): 0}, {TopicPartition(topic, 0): set()}
    source._read(arrivals, TopicPartition(topic, 0), messages)
    return [record.envelope.seq for record in arrivals]


@pytest.mark.parametrize("codec", [0, 1, 2, 3, 4], ids=["none", "gzip", "snappy", "lz4", "zstd"])
def test_a_batch_is_read_however_it_is_compressed(codec: int) -> None:
    assert read_from("compressed", recompressed(codec)) == [1]


@pytest.mark.parametrize("begin", [0, 1])
@pytest.mark.parametrize("codec", [1, 2, 3, 4], ids=["gzip", "snappy", "lz4", "zstd"])
def test_a_batch_that_cannot_be_unpacked_is_passed_over(codec: int, begin: int, topic_name: str) -> None:
    def damage(built: bytearray) -> None:
        built[61:75] = b"\xff" * 14

    assert read_from(topic_name, recompressed(codec, damage, begin)) == []
    assert figure("shien_foreign_records_total", topic=topic_name) == 1


def test_a_batch_of_a_codec_that_is_not_known_is_passed_over(topic_name: str) -> None:
    def damage(built: bytearray) -> None:
        built[21:23] = (7).to_bytes(2, "big")

    assert read_from(topic_name, recompressed(0, damage)) == []
    assert figure("shien_foreign_records_total", topic=topic_name) == 1


async def test_a_rescan_asked_for_while_the_source_connects_is_not_forgotten(kafka: str, topic_name: str) -> None:
    await ensure_topic(kafka, topic_name, 1)
    rows = [(*heard(n).envelope, heard(n).data) for n in (1, 2)]
    async with Producer(kafka, topic_name) as producer:
        await producer.send(0, pack(OTHER, heard(1).store, rows, 0)[0])
    source = KafkaSource(kafka, {OTHER: topic_name}, 1)
    await source.start(Positions())
    try:
        assert [found.envelope.seq for found in await source.next()] == [1, 2]
        await source._disconnect()
        connecting = asyncio.create_task(source._connect())
        await asyncio.sleep(0)
        await source.rescan(OTHER, 0)
        await connecting
        async with asyncio.timeout(60):
            assert [found.envelope.seq for found in await source.next()] == [1, 2]
    finally:
        await source.stop()
