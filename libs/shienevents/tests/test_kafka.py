"""The wrapper around aiokafka on a real Kafka."""

from __future__ import annotations

import asyncio
import random
import socket
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from shienevents.core.envelope import Envelope
from shienevents.core.errors import Contract
from shienevents.kafka.broker import KafkaMessage, ensure_topic, last_records, reading, tails
from shienevents.kafka.cloudevents import record_of
from shienevents.kafka.group_offsets import GroupOffsets
from shienevents.kafka.packing import pack
from shienevents.kafka.producer import Producer
from shienevents.kafka.waiting import KafkaAway, Refused, close

from .relaying import until

NOWHERE = "127.0.0.1:9"  # the port of discard: nobody listens


STORE = UUID("018f2f3c-7a1b-7c3d-8e4f-5a6b7c8d9e0f")


def row(seq: int, text: str = "") -> tuple[Any, ...]:
    """A row of the log, recorded in the year 2100."""
    at = datetime(2100, 1, 1, 0, 0, seq, tzinfo=UTC)
    data = f'{{"text":"{text}"}}'.encode() if text else b"{}"
    return (uuid4(), "needs.n.v1", "s", seq, 0, seq, at, at, "a/b", "131016", "x", STORE, None, 0, None, data)


async def say(kafka: str, topic: str, partition: int, *values: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        for value in values:
            await producer.send_and_wait(topic, value, partition=partition)


async def test_a_topic_is_made_once_and_keeps_its_records_forever(kafka: str, topic_name: str) -> None:
    await asyncio.gather(*[ensure_topic(kafka, topic_name, 3) for _ in range(4)])
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await until(lambda: describes(admin, topic_name, **{"retention.ms": "-1", "cleanup.policy": "delete"}))
    assert await describes(admin, topic_name, **{"retention.bytes": "-1"})
    await admin.close()


async def test_a_topic_with_another_number_of_partitions_is_refused(kafka: str, topic_name: str) -> None:
    await ensure_topic(kafka, topic_name, 3)
    with pytest.raises(Contract, match="has 3 partitions, but the store has 12 shards"):
        await ensure_topic(kafka, topic_name, 12)


@pytest.mark.parametrize(
    ("name", "value"), [("retention.ms", "604800000"), ("retention.bytes", "1000000"), ("cleanup.policy", "compact")]
)
async def test_a_topic_that_deletes_records_is_refused_with_what_mends_it(
    kafka: str, topic_name: str, name: str, value: str
) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic_name, 3, 1, topic_configs={name: value})])
        await until(lambda: describes(admin, topic_name, **{name: value}))
        with pytest.raises(
            Contract, match=rf"has {name}={value}, .* --add-config retention\.ms=-1,retention\.bytes=-1"
        ):
            await ensure_topic(kafka, topic_name, 3)
        repaired = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic_name, repaired)])
    finally:
        await admin.close()
    await until(lambda: accepted(kafka, topic_name))  # a broker learns of it a moment after the controller


async def describes(admin: AIOKafkaAdminClient, topic: str, **settings: str) -> bool:
    """Whether the broker has the settings by now: it may know a new topic before them."""
    (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    _, _, _, _, entries = answer.resources[0]
    return settings.items() <= {entry[0]: entry[1] for entry in entries}.items()


async def accepted(kafka: str, topic: str) -> bool:
    try:
        await ensure_topic(kafka, topic, 3)
    except Contract:
        return False
    return True


async def test_the_last_record_of_each_partition_or_none(kafka: str, topic_name: str) -> None:
    await ensure_topic(kafka, topic_name, 3)
    await say(kafka, topic_name, 0, b"a", b"b", b"c")
    await say(kafka, topic_name, 2, b"d")
    assert await last_records(kafka, topic_name, [0, 1, 2]) == {
        0: KafkaMessage(2, [], b"c"),
        1: None,
        2: KafkaMessage(0, [], b"d"),
    }


async def test_the_last_record_is_found_before_the_marker_of_a_transaction(kafka: str, topic_name: str) -> None:
    await ensure_topic(kafka, topic_name, 1)
    other = AIOKafkaProducer(bootstrap_servers=kafka, transactional_id=topic_name)
    async with other as producer, producer.transaction():
        await producer.send_and_wait(topic_name, b"a", partition=0)

    async def marked() -> bool:  # the marker has an offset of its own; it is written after the answer
        return (await tails(kafka, topic_name, {0: 0}, 10))[0].end == 2

    await until(marked)
    assert await last_records(kafka, topic_name, [0]) == {0: KafkaMessage(0, [], b"a")}


async def test_tails_are_no_longer_than_asked_and_begin_where_asked(kafka: str, topic_name: str) -> None:
    await ensure_topic(kafka, topic_name, 2)
    await say(kafka, topic_name, 0, *[b"%d" % n for n in range(10)])
    assert [m.offset for m in (await tails(kafka, topic_name, {0: 0}, 3))[0].messages] == [7, 8, 9]
    assert [m.offset for m in (await tails(kafka, topic_name, {0: 8}, 3))[0].messages] == [8, 9]
    assert [m.offset for m in (await tails(kafka, topic_name, {0: 50}, 3))[0].messages] == [7, 8, 9]


async def test_batches_keep_their_order_and_the_brokers_clock_has_no_say(kafka: str, topic_name: str) -> None:
    await ensure_topic(kafka, topic_name, 1)
    rows = [row(seq) for seq in range(1, 7)]
    async with Producer(kafka, topic_name) as producer:
        for first in (0, 3):
            batch, _ = pack("needs", STORE, rows[first : first + 3], 0)
            assert await producer.send(0, batch) == first
    async with reading(kafka) as log:
        found = [message async for _, messages in log.read(topic_name, {0: (0, 6)}) for message in messages]
    assert [record_of(0, message.headers, message.value, -1).envelope for message in found] == [
        Envelope(*columns[:15]) for columns in rows
    ]


async def test_after_a_refused_batch_the_broker_takes_the_next_of_the_same_producer(
    kafka: str, topic_name: str
) -> None:
    await ensure_topic(kafka, topic_name, 1)
    async with Producer(kafka, topic_name) as producer:
        assert await producer.send(0, pack("needs", STORE, [row(1)], 0)[0]) == 0
        large = (*row(2)[:15], b'{"a":"%b"}' % random.Random(1).randbytes(1_500_000).hex().encode())
        with pytest.raises(Refused):
            await producer.send(0, pack("needs", STORE, [large], 0)[0])
        assert await producer.send(0, pack("needs", STORE, [row(2)], 0)[0]) == 1


async def test_a_connection_whose_peer_takes_nothing_is_left_after_a_while() -> None:
    """To close it means to wait for the peer; a broker that was paused, or whose host is gone, would not let go."""

    class Stuck:
        async def close(self) -> None:
            await asyncio.Event().wait()

    sending = asyncio.create_task(asyncio.Event().wait())
    async with asyncio.timeout(60):
        await close(Stuck(), [sending])
    assert sending.cancelled()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_kafka_away_is_one_error_within_the_time_given(topic_name: str) -> None:
    with pytest.raises(KafkaAway):
        await ensure_topic(NOWHERE, topic_name, 1, timeout_seconds=2)
    with pytest.raises(KafkaAway):
        await last_records(NOWHERE, topic_name, [0], timeout_seconds=2)
    with pytest.raises(KafkaAway):
        async with Producer(NOWHERE, topic_name, timeout_seconds=2):
            pass


async def test_a_kafka_that_accepts_and_says_nothing_is_away_too(topic_name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(KafkaAway):
            await ensure_topic(address, topic_name, 1, timeout_seconds=0.5)


async def test_offsets_of_a_group_are_there_for_the_tools_that_show_a_lag(kafka: str, topic_name: str) -> None:
    await ensure_topic(kafka, topic_name, 2)
    offsets = GroupOffsets(kafka, topic_name)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        for committed in (3, 5):
            wanted = {TopicPartition(topic_name, 0): committed, TopicPartition(topic_name, 1): 1}
            await until(partial(done, offsets, wanted))
            found = await admin.list_consumer_group_offsets(topic_name)
            assert {place: entry.offset for place, entry in found.items()} == {
                TopicPartition(topic_name, 0): committed,
                TopicPartition(topic_name, 1): 1,
            }
            await offsets.close()
    finally:
        await admin.close()


async def done(offsets: GroupOffsets, wanted: dict[TopicPartition, int]) -> bool:
    try:
        await offsets.commit(wanted)
    except KafkaAway:  # a broker that has just started makes its topic of offsets first
        return False
    return True


async def test_offsets_that_cannot_be_committed_leave_nothing_behind(topic_name: str) -> None:
    offsets = GroupOffsets(NOWHERE, topic_name)
    with pytest.raises(KafkaAway):
        await offsets.commit({TopicPartition(topic_name, 0): 1})
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_broker_that_has_just_started_and_names_no_broker_is_away(topic_name: str) -> None:
    class Starting:
        def get_random_node(self) -> None: ...

        async def close(self) -> None: ...

    offsets = GroupOffsets(NOWHERE, topic_name)
    offsets._client = Starting()
    with pytest.raises(KafkaAway):
        await offsets.commit({TopicPartition(topic_name, 0): 1})


async def test_a_cancellation_that_meets_a_client_at_its_end_is_not_lost(kafka: str) -> None:
    async def read(reaches_the_end: asyncio.Event) -> None:
        async with reading(kafka):
            reaches_the_end.set()
        await asyncio.Event().wait()  # forever, unless it is cancelled

    for turns in range(6):
        reached = asyncio.Event()
        task = asyncio.create_task(read(reached))
        await reached.wait()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            async with asyncio.timeout(60):
                await task
