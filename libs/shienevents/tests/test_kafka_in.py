"""Whatever comes through Kafka: what no relay of ours wrote is passed over, what cannot be right stops its shard."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shienevents import CLOUDEVENT_HEADERS, Contract, KafkaSource, Positions, Relay, resend
from shienevents.consume.sequence import SequenceGap, StoppedShards
from shienevents.core.positions import Point
from shienevents.kafka.broker import ensure_topic, reading
from shienevents.kafka.fetcher import Fetcher
from shienevents.kafka.packing import pack
from shienevents.kafka.producer import Producer
from shienops._databases import Database
from shienops.pytest_plugin import MakeDatabase

from .listening import OTHER, figure, heard, listening
from .test_kafka import STORE, row
from .world import (
    AREAS,
    SHARDS,
    a_consumer,
    a_store,
    a_topic,
    append,
    boxes,
    caught_up,
    digests,
    hearing,
    parked_in,
    reached,
    rows,
    running,
    until,
)

GOOD = heard(2).structured()


def changed(**attributes: Any) -> bytes:
    """The event with other attributes; those that are `None` are left out."""
    event = json.loads(GOOD) | attributes
    return json.dumps({name: value for name, value in event.items() if value is not None}).encode()


FOREIGN: list[tuple[str, int, bytes | None, Sequence[tuple[str, bytes]]]] = [
    ("nothing but a value", 0, b"hello", []),
    ("no JSON", 0, b"hello", CLOUDEVENT_HEADERS),
    ("no value", 0, None, CLOUDEVENT_HEADERS),
    ("no headers", 0, GOOD, []),
    ("binary mode", 0, b"{}", [("content-type", b"application/json"), ("ce_specversion", b"1.0"), ("ce_id", b"1")]),
    *[
        (f"no {name}", 0, changed(**{name: None}), CLOUDEVENT_HEADERS)
        for name in ("id", "sequence", "source", "partitionkey", "data")
    ],
    ("a number in words", 0, changed(sequence="two"), CLOUDEVENT_HEADERS),
    ("a number beyond bigint", 0, changed(sequence="9999999999999999999"), CLOUDEVENT_HEADERS),
    ("an id that is none", 0, changed(id="\ufffd"), CLOUDEVENT_HEADERS),
    ("bytes that are no UTF-8", 0, GOOD.replace(b'"subject":"box', b'"subject":"\xff\xfe'), CLOUDEVENT_HEADERS),
    ("a time without a zone", 0, changed(time="2026-04-01T09:30:00.000000"), CLOUDEVENT_HEADERS),
    ("a time that is an object", 0, changed(time={str(n): n for n in range(20)}), CLOUDEVENT_HEADERS),
    ("a header twice", 0, GOOD, [*CLOUDEVENT_HEADERS, *CLOUDEVENT_HEADERS]),
    ("an attribute twice", 0, GOOD[:-1] + b',"subject":"box-f1"}', CLOUDEVENT_HEADERS),
    ("another source", 0, changed(source="/needs/00000000-0000-0000-0000-00000000004d"), CLOUDEVENT_HEADERS),
    ("another area's partition", 1, GOOD, CLOUDEVENT_HEADERS),
    ("an area of another partition", 0, changed(partitionkey=AREAS[1]), CLOUDEVENT_HEADERS),
]


async def test_what_no_relay_wrote_is_passed_over_and_counted_and_the_rest_is_taken(
    database: Database, kafka: str, topic_name: str
) -> None:
    async with listening(database, kafka, topic_name) as at, running(at.consumer):
        await at.topic.publish(heard(1))
        for _, partition, value, headers in FOREIGN:
            await at.topic.send(partition, value, headers, AREAS[partition].encode())
        await at.topic.publish(heard(2), heard(1, 1))
        await at.reached(2, 1)
        assert figure("shien_foreign_records_total", topic=topic_name) == len(FOREIGN)
        assert {key: (row.held, row.touched) for key, row in (await rows(at.store, boxes)).items()} == {"f": (4, 3)}
        assert await parked_in(at.store) == []
        assert at.consumer.stopped == {}
        assert await at.replayed_from_kafka() == await digests(at.store)


async def test_an_unknown_type_or_version_is_skipped_and_counted_and_the_position_moves(
    database: Database, kafka: str, topic_name: str
) -> None:
    before = figure("shien_unknown_events_total", type="unknown")
    async with listening(database, kafka, topic_name) as at, running(at.consumer):
        await at.topic.publish(
            heard(1),
            heard(2, type_="matching.never_heard_of.v1", data=b"{not even JSON}"),
            heard(3, type_="needs.box_filled.v9", data=b'{"box":"f","litres":3}'),
            heard(4),
        )
        await at.reached(4)
        assert figure("shien_unknown_events_total", type="unknown") - before == 2
        assert [row.held for row in (await rows(at.store, boxes)).values()] == [5]
        assert await parked_in(at.store) == []


async def test_duplicates_and_a_future_time_change_nothing(database: Database, kafka: str, topic_name: str) -> None:
    late = heard(3)
    late = late._replace(envelope=late.envelope._replace(occurred_at=datetime(2999, 1, 1, tzinfo=UTC)))
    first, second = heard(1), heard(2)
    before = figure("shien_duplicates_dropped_total", source=OTHER)
    async with listening(database, kafka, topic_name) as at, running(at.consumer):
        await at.topic.publish(first, second, first, second, second, late, first, second, late, heard(4))
        await at.reached(4)
        assert [(row.held, row.touched) for row in (await rows(at.store, boxes)).values()] == [(10, 4)]
        assert figure("shien_duplicates_dropped_total", source=OTHER) - before == 6
        assert at.consumer.stopped == {}


async def test_a_number_with_another_event_stops_its_shard_and_no_other(
    database: Database, kafka: str, topic_name: str
) -> None:
    first, other = heard(1, id_=UUID(int=1)), heard(1, id_=UUID(int=2))
    async with listening(database, kafka, topic_name) as at, running(at.consumer):
        await at.topic.publish(first, other, heard(2), heard(1, 1), heard(2, 1))
        await until(lambda: bool(at.consumer.stopped))
        await at.reached(1, 2)
        [stopped] = at.consumer.stopped.values()
        assert (stopped.source, stopped.shard, stopped.remedy) == (OTHER, 0, f"shien store refill {OTHER}")
        assert str(UUID(int=2)) in stopped.en
        assert str(UUID(int=2)) in stopped.ja
        assert figure("shien_stopped_shards", service="needs", where="consumer") == 1
        await at.topic.publish(heard(3), heard(3, 1))
        await at.reached(1, 3)
        assert (await reached(at.store)).seqs == {(OTHER, 0): 1, (OTHER, 1): 3}


async def test_another_store_under_the_same_name_stops_the_shard_and_no_number_of_its_is_taken(
    database: Database, kafka: str, topic_name: str
) -> None:
    async with listening(database, kafka, topic_name) as at, running(at.consumer):
        await at.topic.publish(heard(1), heard(2, store=UUID(int=5)), heard(3), heard(1, 1))
        await until(lambda: bool(at.consumer.stopped))
        await at.reached(1, 1)
        [stopped] = at.consumer.stopped.values()
        assert (stopped.source, stopped.shard) == (OTHER, 0)
        assert str(UUID(int=5)) in stopped.en
        assert "復元" in stopped.ja
        assert (await reached(at.store)).seqs == {(OTHER, 0): 1, (OTHER, 1): 1}


async def test_a_hole_stops_its_shard_after_one_rescan_and_what_was_missing_starts_it_again(
    database: Database, kafka: str, topic_name: str
) -> None:
    async with listening(database, kafka, topic_name) as at, running(at.consumer):
        await at.topic.publish(heard(1), heard(2), heard(4), heard(1, 1))
        await until(lambda: bool(at.consumer.stopped))
        [stopped] = at.consumer.stopped.values()
        assert (stopped.source, stopped.shard) == (OTHER, 0)
        assert "number 3 is missing" in stopped.en
        assert "番号 3 がありません" in stopped.ja
        assert stopped.remedy in stopped.ja
        await at.topic.publish(heard(5), heard(2, 1))
        await at.reached(2, 2)
        assert (await reached(at.store)).seqs == {(OTHER, 0): 2, (OTHER, 1): 2}
        await at.topic.publish(heard(3), heard(4), heard(5), heard(6))
        await caught_up(at.store, {(OTHER, 0): 6}, seconds=10)  # at once, not when stopped shards are tried again
        assert at.consumer.stopped == {}
        assert figure("shien_stopped_shards", service="needs", where="consumer") == 0
        assert (await rows(at.store, boxes))["f"].held == 1 + 2 + 3 + 4 + 5 + 6 + 1 + 2


def test_what_was_on_its_way_when_a_rescan_was_asked_for_is_no_second_hole() -> None:
    stops = StoppedShards("tests")

    def arrived(n: int, offset: int) -> bool:
        return stops.may_pass(heard(n)._replace(offset=offset))

    assert stops.must_rescan(SequenceGap(OTHER, 0, 3, 5, 7))
    assert [arrived(6, 8), arrived(7, 9)] == [False, False]
    assert [arrived(1, 0), arrived(5, 7), arrived(6, 8)] == [True, True, True]
    assert not stops.must_rescan(SequenceGap(OTHER, 0, 3, 5, 7))
    assert list(stops.stopped) == [(OTHER, 0)]
    stops.resume({(OTHER, 0)})
    assert stops.stopped == {}
    assert stops.must_rescan(SequenceGap(OTHER, 0, 9, 11, 20)), "a shard that moved on has a rescan again"


async def test_a_hole_that_the_rescan_fills_stops_nothing_whatever_was_on_its_way(
    database: Database, kafka: str, topic_name: str
) -> None:
    """The consumer stands beyond what it has not taken: its offset means nothing in a topic that was made again."""
    async with listening(database, kafka, topic_name) as at:
        async with running(at.consumer):
            await at.topic.publish(*[heard(n) for n in range(1, 4)])
            await at.reached(3)
        point = at.consumer.state.positions.point(OTHER, 0)
        async with at.store.pool.acquire() as connection:
            positions = at.consumer.state.positions.copy()
            positions.points[OTHER, 0] = point._replace(offset=point.offset + 40)
            await connection.execute(
                "insert into batches (projection, number, positions) values ('live', $1, $2)",
                at.consumer.state.number + 1,
                positions.encode(),
            )
        await at.topic.publish(*[heard(n) for n in range(4, 80)])
        again_ = a_consumer(at.store, hearing(kafka, matching=topic_name))
        async with running(again_):
            for n in range(80, 120):  # records keep coming while it reads again
                await at.topic.publish(heard(n))
            await at.reached(119)
            assert again_.stopped == {}
        assert (await rows(at.store, boxes))["f"].touched == 119


async def test_a_topic_that_is_not_there_yet_is_consumed_once_it_is(
    database: Database, kafka: str, topic_name: str
) -> None:
    async with a_store(database) as store:
        consumer = a_consumer(store, hearing(kafka, matching=topic_name))
        async with running(consumer):
            await store.append(append("box-a", 1, 2))
            await caught_up(store)
            async with a_topic(kafka, topic_name) as publisher:
                await publisher.publish(heard(1), heard(1, 1))
                await caught_up(store, {(OTHER, 0): 1, (OTHER, 1): 1})
        assert {row.box: row.held for row in (await rows(store, boxes)).values()} == {"box-a": 3, "f": 2}


async def test_a_topic_deleted_and_made_again_is_sent_again_by_the_relay_and_consumed_to_its_end(
    make_database: MakeDatabase, kafka: str, topic_name: str
) -> None:
    theirs, ours = await make_database(), await make_database()
    async with a_store(theirs, service=OTHER) as other, a_store(ours) as store:
        consumer = a_consumer(store, hearing(kafka, matching=topic_name))
        async with running(consumer):
            async with running(Relay(other, kafka, topic_name)):
                for n in range(5):
                    await other.append(append("box-a", n, after=n))
                await caught_up(store, {(OTHER, 0): 5})
            admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
            await admin.start()
            await admin.delete_topics([topic_name])

            async def gone() -> bool:
                return topic_name not in await admin.list_topics()

            await until(gone)
            await admin.close()
            await ensure_topic(kafka, topic_name, SHARDS)
            await resend(other, kafka, topic_name)
            async with running(Relay(other, kafka, topic_name)):
                for n in range(5, 8):
                    await other.append(append("box-a", n, after=n))
                await caught_up(store, {(OTHER, 0): 8}, seconds=40)
            assert consumer.stopped == {}
        assert [(row.held, row.touched) for row in (await rows(store, boxes)).values()] == [(28, 8)]


@pytest.mark.parametrize("partitions", [SHARDS - 1, SHARDS + 1])
async def test_a_topic_with_another_number_of_partitions_is_refused_before_anything_is_taken(
    kafka: str, topic_name: str, partitions: int
) -> None:
    """A partition that nobody reads, or an area that lies elsewhere, would be missing without a word."""
    async with a_topic(kafka, topic_name, partitions) as topic:
        await topic.publish(heard(1))
        source = hearing(kafka, matching=topic_name)
        await source.start(Positions())
        try:
            with pytest.raises(Contract, match=f"has {partitions} partitions, but this service expects {SHARDS}"):
                await source.next()
        finally:
            await source.stop()


async def test_a_batch_is_handed_out_in_parts_from_any_offset_on_and_again_after_a_rescan(
    kafka: str, topic_name: str
) -> None:
    await ensure_topic(kafka, topic_name, 1)
    async with Producer(kafka, topic_name) as producer:
        for first in (1, 11):
            await producer.send(0, pack("needs", STORE, [row(seq) for seq in range(first, first + 10)], 0)[0])
    source = KafkaSource(kafka, {"needs": topic_name}, 1, limit=3)
    await source.start(Positions({("needs", 0): Point(4, 3)}))
    try:

        async def next_seqs() -> list[int]:
            return [record.envelope.seq for record in await source.next()]

        assert [await next_seqs() for _ in range(4)] == [[5, 6, 7], [8, 9, 10], [11, 12, 13], [14, 15, 16]]
        await source.rescan("needs", 0)
        again: list[int] = []
        while len(again) < 20:
            again += await next_seqs()
        assert again == list(range(1, 21))
    finally:
        await source.stop()


async def test_a_partition_that_is_dropped_right_after_an_answer_keeps_nothing_else_from_being_read(
    kafka: str, topic_name: str
) -> None:
    await ensure_topic(kafka, topic_name, 2)
    places = [TopicPartition(topic_name, partition) for partition in range(2)]
    read: list[int] = []

    def taken(place: TopicPartition, messages: Iterator[Any]) -> int:
        found = list(messages)
        read.extend([place.partition] * len(found))
        return len(found)

    fetcher = Fetcher(kafka, dict.fromkeys(places, 0))
    await fetcher.start(30)
    try:
        async with Producer(kafka, topic_name) as producer:
            for place in places:
                await producer.send(place.partition, pack("needs", STORE, [row(1)], 0)[0])
                while place.partition not in read:
                    await fetcher.wait()
                    if fetcher.ready:
                        fetcher.take(10, taken)
                fetcher.drop(place)  # the next request was made, and not sent yet
    finally:
        await fetcher.close()
    assert read == [0, 1]


async def test_large_records_are_handed_out_a_few_at_a_time(kafka: str, topic_name: str) -> None:
    await ensure_topic(kafka, topic_name, 1)
    async with Producer(kafka, topic_name) as producer:
        for seq in range(1, 25):
            await producer.send(0, pack("needs", STORE, [row(seq, "x" * 400_000)], 0)[0])
    source, parts = KafkaSource(kafka, {"needs": topic_name}, 1), list[list[int]]()
    await source.start(Positions())
    try:
        while sum(map(len, parts)) < 24:
            parts.append([record.envelope.seq for record in await source.next()])
    finally:
        await source.stop()
    assert [seq for part in parts for seq in part] == list(range(1, 25))
    assert max(map(len, parts)) <= 11, "eleven have more than 4 MiB"


async def test_an_offset_beyond_the_end_is_read_from_the_beginning(kafka: str, topic_name: str) -> None:
    await ensure_topic(kafka, topic_name, 1)
    async with Producer(kafka, topic_name) as producer:
        await producer.send(0, pack("needs", STORE, [row(1), row(2)], 0)[0])
    source = KafkaSource(kafka, {"needs": topic_name}, 1)
    await source.start(Positions({("needs", 0): Point(90, 89)}))
    try:
        assert [record.envelope.seq for record in await source.next()] == [1, 2]
    finally:
        await source.stop()


async def test_markers_of_a_foreign_transaction_are_passed_over(kafka: str, topic_name: str) -> None:
    await ensure_topic(kafka, topic_name, 1)
    other = AIOKafkaProducer(bootstrap_servers=kafka, transactional_id=topic_name)
    async with other as transactional, transactional.transaction():
        await transactional.send_and_wait(topic_name, b"foreign", partition=0)
    async with reading(kafka) as reader:

        async def marked() -> bool:  # the broker writes the marker after it has answered the commit
            return (await reader.bounds(topic_name, [0]))[1] == {0: 2}

        await until(marked)
    async with Producer(kafka, topic_name) as producer:
        await producer.send(0, pack("needs", STORE, [row(1)], 0)[0])
    source = KafkaSource(kafka, {"needs": topic_name}, 1)
    await source.start(Positions())
    try:
        assert [(record.envelope.seq, record.offset) for record in await source.next()] == [(1, 2)]
    finally:
        await source.stop()
