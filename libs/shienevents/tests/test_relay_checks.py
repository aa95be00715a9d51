"""What a relay finds at its start, what it then does, and what mends it. On a real Postgres and a real Kafka."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shienevents.core.errors import Contract, Stopped
from shienevents.kafka.broker import ensure_topic, topic_exists
from shienevents.kafka.packing import pack
from shienevents.kafka.producer import Producer
from shienevents.kafka.waiting import KafkaAway
from shienevents.read.standing import topic_standing
from shienevents.relay.check import LOOK_BACK
from shienevents.relay.checkpoints import NOTHING_SENT
from shienevents.relay.refill import Refilled, refill
from shienevents.relay.relay import Relay
from shienevents.relay.repair import resend
from shienevents.write.store import Store
from shienops._databases import Database

from .relaying import Unreadable, all_sent, opened, running, seqs, topic_of, until, write
from .test_kafka import STORE, row


@pytest.fixture
async def store(database: Database) -> AsyncIterator[Store]:
    store = await opened(database)
    yield store
    await store.close()


async def as_owner(database: Database, *statements: str) -> None:
    connection = await asyncpg.connect(database.owner_dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def rows(database: Database) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(database.owner_dsn)
    try:
        return [tuple(row) for row in await connection.fetch("select * from events order by shard, seq")]
    finally:
        await connection.close()


async def relayed(store: Store, kafka: str, topic: str) -> None:
    """Run a relay until everything is sent."""
    async with running(Relay(store, kafka, topic)) as relay:
        await all_sent(store, relay)


async def deleted(kafka: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        if topic in await admin.list_topics():
            await admin.delete_topics([topic])

        async def gone() -> bool:
            return not await topic_exists(kafka, topic)

        await until(gone)
    finally:
        await admin.close()


async def made_anew(kafka: str, topic: str, partitions: int = 3, configs: dict[str, str] | None = None) -> None:
    await deleted(kafka, topic)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, partitions, 1, topic_configs=configs or {})])
        await ensure_topic(kafka, topic, partitions)
    finally:
        await admin.close()


async def say(kafka: str, topic: str, partition: int, *values: bytes) -> None:
    """A foreign producer."""
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        for value in values:
            await producer.send_and_wait(topic, value, partition=partition)


def why(relay: Relay, shard: int) -> str:
    stopped = relay.state.shards[shard].stopped
    return str(stopped) if stopped else ""


async def stops(relay: Relay, shard: int) -> str:
    await until(lambda: bool(why(relay, shard)))
    return why(relay, shard)


async def goes_on(relay: Relay, shard: int) -> None:
    await until(lambda: relay.state.active and not why(relay, shard))


def quick(store: Store, kafka: str, topic: str) -> Relay:
    """A relay that looks at its stopped shards again soon."""
    return Relay(store, kafka, topic, recheck_seconds=0.2)


async def numbers(kafka: str, topic: str) -> dict[int, list[int]]:
    return {partition: seqs(messages) for partition, messages in (await topic_of(kafka, topic, 3)).items()}


# --- Kafka that comes back without its data ------------------------------------------------------------------


async def test_over_a_connection_that_broke_nothing_is_sent_into_a_partition_that_was_emptied(
    kafka: str, topic_name: str
) -> None:
    await ensure_topic(kafka, topic_name, 3)
    async with Producer(kafka, topic_name) as producer:
        await producer.send(0, pack("needs", STORE, [row(1)], 0)[0])
        await made_anew(kafka, topic_name)
        for connection in producer._client._conns.values():
            connection.close()  # as of a broker that was away
        for _ in range(2):
            with pytest.raises(KafkaAway, match="compared first"):
                await producer.send(0, pack("needs", STORE, [row(2)], 0)[0])
        with pytest.raises(KafkaAway, match="compared first"):
            await producer.ends()
    assert await numbers(kafka, topic_name) == {0: [], 1: [], 2: []}


# --- Kafka ahead of the checkpoint ---------------------------------------------------------------------------


async def test_after_a_crash_between_acknowledgement_and_checkpoint_nothing_is_sent_twice(
    store: Store, database: Database, kafka: str, topic_name: str
) -> None:
    await write(store, 0, "a", "1", "2", "3")
    await relayed(store, kafka, topic_name)
    await as_owner(database, "delete from relayed where seq > 1", "insert into relayed values (0, 1, 0)")
    await write(store, 0, "b", "4")
    await relayed(store, kafka, topic_name)
    assert await numbers(kafka, topic_name) == {0: [1, 2, 3, 4], 1: [], 2: []}


async def test_without_any_checkpoint_the_topic_itself_says_where_to_go_on(
    store: Store, database: Database, kafka: str, topic_name: str
) -> None:
    await write(store, 0, "a", "1", "2", "3")
    await relayed(store, kafka, topic_name)
    await as_owner(database, "truncate relayed")
    await write(store, 0, "b", "4")
    await relayed(store, kafka, topic_name)
    assert await numbers(kafka, topic_name) == {0: [1, 2, 3, 4], 1: [], 2: []}


async def test_a_late_batch_of_a_paused_relay_is_not_taken_for_a_loss(
    store: Store, kafka: str, topic_name: str
) -> None:
    await write(store, 0, "a", "1", "2", "3", "4")
    await relayed(store, kafka, topic_name)
    early = (await topic_of(kafka, topic_name, 3))[0][1]
    async with AIOKafkaProducer(bootstrap_servers=kafka) as paused:
        await paused.send_and_wait(topic_name, early.value, partition=0, headers=list(early.headers))
    await write(store, 0, "b", "5")
    await relayed(store, kafka, topic_name)
    assert await numbers(kafka, topic_name) == {0: [1, 2, 3, 4, 2, 5], 1: [], 2: []}


# --- Kafka behind --------------------------------------------------------------------------------------------


async def test_a_relay_that_has_nothing_to_send_notices_that_its_topic_was_made_again(
    store: Store, kafka: str, topic_name: str
) -> None:
    await write(store, 0, "a", "1", "2", "3")
    async with running(quick(store, kafka, topic_name)) as relay:
        await all_sent(store, relay)
        await made_anew(kafka, topic_name)
        assert "shien relay resend needs" in await stops(relay, 0)
        await resend(store, kafka, topic_name)
        await goes_on(relay, 0)
        await all_sent(store, relay)
    assert await numbers(kafka, topic_name) == {0: [1, 2, 3], 1: [], 2: []}


async def test_a_topic_made_again_under_a_relay_at_work_stops_it_at_the_first_answer_and_is_mended_whole(
    store: Store, kafka: str, topic_name: str
) -> None:
    """Sooner than the relay looks: the next record is the first of the new partition, whose offset gives it away."""
    await write(store, 0, "a", "1", "2", "3")
    async with running(Relay(store, kafka, topic_name, recheck_seconds=3600)) as relay:  # it does not look again
        await all_sent(store, relay)
        await made_anew(kafka, topic_name)
        await write(store, 0, "b", "4")
        assert "shien relay resend needs" in await stops(relay, 0)
        await write(store, 0, "c", "5")
        assert await numbers(kafka, topic_name) == {0: [4], 1: [], 2: []}, "nothing more went into the middle"
        assert "shien relay resend needs" in getattr((await topic_standing(store, kafka, topic_name))[0], "remedy", "")
        with pytest.raises(Stopped, match="begins with record 4"):  # and says to delete the topic
            await resend(store, kafka, topic_name)
    await deleted(kafka, topic_name)
    await resend(store, kafka, topic_name)
    await relayed(store, kafka, topic_name)
    assert await numbers(kafka, topic_name) == {0: [1, 2, 3, 4, 5], 1: [], 2: []}


async def test_an_operator_is_told_of_a_topic_that_is_gone_and_what_brings_it_back(
    store: Store, kafka: str, topic_name: str
) -> None:
    await write(store, 0, "a", "1", "2", "3")
    assert set((await topic_standing(store, kafka, topic_name)).values()) == {NOTHING_SENT}, "nothing was sent yet"
    await relayed(store, kafka, topic_name)
    await deleted(kafka, topic_name)
    found = await topic_standing(store, kafka, topic_name)
    assert (getattr(found[0], "remedy", ""), found[1], found[2]) == (
        "shien relay resend needs",
        NOTHING_SENT,
        NOTHING_SENT,
    )
    await resend(store, kafka, topic_name)
    await relayed(store, kafka, topic_name)
    assert await numbers(kafka, topic_name) == {0: [1, 2, 3], 1: [], 2: []}


async def test_a_topic_made_again_stops_its_shard_until_resend_and_other_shards_go_on(
    store: Store, kafka: str, topic_name: str
) -> None:
    await write(store, 0, "a", "1", "2", "3")
    await relayed(store, kafka, topic_name)
    await made_anew(kafka, topic_name)
    async with running(quick(store, kafka, topic_name)) as relay:
        assert "shien relay resend needs" in await stops(relay, 0)
        assert "offset 2" in why(relay, 0)
        await write(store, 1, "b", "1")
        await until(lambda: relay.state.shards[1].sent == 1)
        assert relay.state.shards[0].lag_events == 3
        await resend(store, kafka, topic_name)
        await goes_on(relay, 0)
        await all_sent(store, relay)
    assert await numbers(kafka, topic_name) == {0: [1, 2, 3], 1: [1], 2: []}


async def test_records_lost_at_the_end_of_a_partition_are_sent_again_by_resend(
    store: Store, database: Database, kafka: str, topic_name: str
) -> None:
    await write(store, 0, "a", "1", "2", "3")
    await relayed(store, kafka, topic_name)
    await write(store, 0, "b", "4", "5")
    await as_owner(database, "insert into relayed values (0, 5, 4)")  # acknowledged; then the broker's disk failed
    async with running(quick(store, kafka, topic_name)) as relay:
        assert "its last record is 3" in await stops(relay, 0)
        assert await resend(store, kafka, topic_name) == {0: (3, 2)}
        await goes_on(relay, 0)
        await all_sent(store, relay)
    assert await numbers(kafka, topic_name) == {0: [1, 2, 3, 4, 5], 1: [], 2: []}


async def test_resend_leaves_healthy_shards_alone(
    store: Store, database: Database, kafka: str, topic_name: str
) -> None:
    await write(store, 0, "a", "1", "2", "3")
    await relayed(store, kafka, topic_name)
    assert await resend(store, kafka, topic_name) == {}


async def test_shards_that_wait_for_a_relay_that_sends_have_lost_nothing(
    store: Store, database: Database, kafka: str, topic_name: str
) -> None:
    await ensure_topic(kafka, topic_name, store.shards)

    async def keep_writing() -> None:
        for n in itertools.count():
            for shard in range(store.shards):
                await write(store, shard, f"{shard}-{n}", str(n))

    async with running(quick(store, kafka, topic_name)) as relay:
        writing = asyncio.create_task(keep_writing())
        try:
            for _ in range(10):
                assert await resend(store, kafka, topic_name, execute=False) == {}
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
        await all_sent(store, relay)


async def test_a_checkpoint_far_before_the_end_of_its_topic_has_lost_nothing(
    store: Store, database: Database, kafka: str, topic_name: str
) -> None:
    await write(store, 0, "a", *map(str, range(LOOK_BACK + 2)))
    await relayed(store, kafka, topic_name)
    await as_owner(database, "delete from relayed", "insert into relayed values (0, 1, 0)")
    assert await resend(store, kafka, topic_name, execute=False) == {}


async def test_a_topic_made_again_that_begins_in_the_middle_is_refused_by_resend(
    store: Store, kafka: str, topic_name: str
) -> None:
    await write(store, 0, "a", "1", "2", "3")
    await relayed(store, kafka, topic_name)
    third = (await topic_of(kafka, topic_name, 3))[0][2]
    await made_anew(kafka, topic_name)
    async with AIOKafkaProducer(bootstrap_servers=kafka) as at_work:
        await at_work.send_and_wait(topic_name, third.value, partition=0, headers=list(third.headers))
    async with running(quick(store, kafka, topic_name)) as relay:
        await stops(relay, 0)
    with pytest.raises(Stopped, match="begins with record 3"):
        await resend(store, kafka, topic_name)


# --- The store behind Kafka ----------------------------------------------------------------------------------


async def test_a_store_restored_behind_kafka_stops_its_shard_until_refill_and_other_shards_go_on(
    store: Store, database: Database, kafka: str, topic_name: str
) -> None:
    for n in range(3):
        await write(store, 0, f"a{n}", "東京", "2")
    await write(store, 1, "b", "1")
    await relayed(store, kafka, topic_name)
    before = await rows(database)
    await as_owner(database, "delete from events where shard = 0 and seq > 2", "truncate relayed")
    async with running(quick(store, kafka, topic_name)) as relay:
        assert (await stops(relay, 0)).endswith("Remedy: shien store refill needs")
        await write(store, 1, "c", "2")
        await until(lambda: relay.state.shards[1].sent == 2)
        assert await refill(database.owner_dsn, kafka, topic_name) == [
            Refilled(0, 0, 4, 6),
            Refilled(1, 0, 0, 2),
            Refilled(2, 0, 0, 0),
        ]
        await goes_on(relay, 0)
        await write(store, 0, "d", "7")
        await all_sent(store, relay)
    assert [row for row in await rows(database) if row[0] == 0][:6] == [row for row in before if row[0] == 0]
    assert await numbers(kafka, topic_name) == {0: [1, 2, 3, 4, 5, 6, 7], 1: [1, 2], 2: []}


async def test_a_store_restored_behind_kafka_is_noticed_behind_a_late_batch_too(
    store: Store, database: Database, kafka: str, topic_name: str
) -> None:
    await write(store, 0, "a", "1", "2", "3", "4")
    await relayed(store, kafka, topic_name)
    early = (await topic_of(kafka, topic_name, 3))[0][1]
    async with AIOKafkaProducer(bootstrap_servers=kafka) as paused:
        await paused.send_and_wait(topic_name, early.value, partition=0, headers=list(early.headers))
    await as_owner(database, "delete from events where seq > 3", "truncate relayed")
    async with running(quick(store, kafka, topic_name)) as relay:
        assert "up to 4, the store only up to 3" in await stops(relay, 0)


async def test_an_older_copy_of_the_whole_database_is_refilled_to_the_very_rows(
    store: Store,
    database: Database,
    make_database: Callable[[], Awaitable[Database]],
    kafka: str,
    topic_name: str,
) -> None:
    await write(store, 0, "a", "1")
    await write(store, 1, "b", "1", "2")
    await relayed(store, kafka, topic_name)
    older = await rows(database)
    await write(store, 0, "a", "2", after=1)
    await write(store, 2, "c", "1")
    await relayed(store, kafka, topic_name)
    newest = await rows(database)
    await as_owner(
        database,
        "delete from events where (shard, seq) not in ((0, 1), (1, 1), (1, 2))",
        "delete from relayed where seq > 1",
    )
    assert await rows(database) == older
    assert sum(filled.inserted for filled in await refill(database.owner_dsn, kafka, topic_name)) == 2
    assert await rows(database) == newest


async def test_a_store_that_went_its_own_way_is_refilled_only_with_its_own_events_set_aside(
    store: Store, database: Database, kafka: str, topic_name: str, tmp_path: Path
) -> None:
    await write(store, 0, "a", "1", "2")
    await write(store, 0, "b", "3", "4")
    await relayed(store, kafka, topic_name)
    before = await rows(database)
    await as_owner(database, "delete from events where seq > 2", "truncate relayed")
    await write(store, 0, "c", "another 3", "another 4", "another 5")
    diverged = await rows(database)
    file = tmp_path / "aside.jsonl"
    async with running(quick(store, kafka, topic_name)) as relay:
        assert "--set-aside" in await stops(relay, 0)
        with pytest.raises(Stopped, match="from record 3 on"):
            await refill(database.owner_dsn, kafka, topic_name)
        assert await rows(database) == diverged
        assert (await refill(database.owner_dsn, kafka, topic_name, file))[0] == Refilled(0, 3, 2, 4)
        await goes_on(relay, 0)
    assert await rows(database) == before
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(line["seq"], line["stream"], line["data"]) for line in lines] == [
        (3, "c", '{"text":"another 3"}'),
        (4, "c", '{"text":"another 4"}'),
        (5, "c", '{"text":"another 5"}'),
    ]
    assert await numbers(kafka, topic_name) == {0: [1, 2, 3, 4], 1: [], 2: []}


async def test_an_event_that_stands_elsewhere_in_the_log_is_named_and_nothing_is_refilled(
    store: Store, database: Database, kafka: str, topic_name: str, tmp_path: Path
) -> None:
    await write(store, 0, "a", "1", "2")
    await relayed(store, kafka, topic_name)
    await as_owner(database, "update events set shard = 1, seq = 1 where seq = 2", "truncate relayed")
    moved = await rows(database)
    for file in (None, tmp_path / "aside.jsonl"):
        for execute in (False, True):
            with pytest.raises(Stopped, match=r"stands in another place of the log already .*shien audit verify"):
                await refill(database.owner_dsn, kafka, topic_name, file, execute=execute)
    assert await rows(database) == moved
    assert not (tmp_path / "aside.jsonl").exists()


async def test_refill_with_a_hole_in_kafka_changes_nothing(
    store: Store, database: Database, kafka: str, topic_name: str, tmp_path: Path
) -> None:
    await write(store, 0, "a", "1", "2", "3")
    await relayed(store, kafka, topic_name)
    first, _, third = (await topic_of(kafka, topic_name, 3))[0]
    await made_anew(kafka, topic_name)
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        for message in (first, third):
            await producer.send_and_wait(topic_name, message.value, partition=0, headers=list(message.headers))
    await as_owner(database, "delete from events where seq > 1", "truncate relayed")
    before = await rows(database)
    with pytest.raises(Stopped, match="jumps from record 1 to 3"):
        await refill(database.owner_dsn, kafka, topic_name, tmp_path / "aside.jsonl")
    assert await rows(database) == before
    assert list(tmp_path.iterdir()) == []


async def test_refill_never_overwrites_a_file(database: Database, store: Store, kafka: str, tmp_path: Path) -> None:
    file = tmp_path / "kept.jsonl"
    file.write_text("kept")
    with pytest.raises(Contract, match="exists already"):
        await refill(database.owner_dsn, kafka, "any", file)
    assert file.read_text() == "kept"


# --- Others in the topic -------------------------------------------------------------------------------------


async def test_the_topic_of_another_store_is_left_alone(
    store: Store, make_database: Callable[[], Awaitable[Database]], kafka: str, topic_name: str
) -> None:
    await write(store, 0, "a", "1")
    await relayed(store, kafka, topic_name)
    database = await make_database()
    other = await opened(database)
    await write(other, 0, "x", "1", "2")
    async with running(Relay(other, kafka, topic_name)) as relay:
        assert str(store.id) in await stops(relay, 0)
    with pytest.raises(Stopped, match=str(store.id)):
        await refill(database.owner_dsn, kafka, topic_name)
    with pytest.raises(Stopped, match=str(store.id)):
        await resend(other, kafka, topic_name)
    await other.close()
    assert await numbers(kafka, topic_name) == {0: [1], 1: [], 2: []}


async def test_what_a_foreign_producer_left_at_the_end_is_looked_behind(
    store: Store, database: Database, kafka: str, topic_name: str
) -> None:
    await write(store, 0, "a", "1")
    await relayed(store, kafka, topic_name)
    await say(kafka, topic_name, 0, b"not", b"ours")
    await as_owner(database, "truncate relayed")
    await write(store, 0, "b", "2")
    await relayed(store, kafka, topic_name)
    found = (await topic_of(kafka, topic_name, 3))[0]
    assert [message.value for message in found[1:3]] == [b"not", b"ours"]
    assert seqs([found[0], found[3]]) == [1, 2]
    assert len(found) == 4


async def test_a_foreign_message_that_cannot_be_read_is_passed_over(
    store: Store, database: Database, kafka: str, topic_name: str
) -> None:
    await write(store, 0, "a", "1")
    await relayed(store, kafka, topic_name)
    unreadable: Any = Unreadable()
    async with Producer(kafka, topic_name) as producer:
        await producer.send(0, unreadable)
    await as_owner(database, "truncate relayed")
    await write(store, 0, "b", "2")
    await relayed(store, kafka, topic_name)
    first, unreadable, second = (await topic_of(kafka, topic_name, 3))[0]
    assert unreadable.value is None
    assert seqs([first, second]) == [1, 2]


async def test_a_topic_that_only_others_wrote_to_stops_the_shard(store: Store, kafka: str, topic_name: str) -> None:
    await ensure_topic(kafka, topic_name, 3)
    await say(kafka, topic_name, 0, b"not ours")
    await write(store, 0, "a", "1")
    async with running(Relay(store, kafka, topic_name)) as relay:
        assert "not written by a relay" in await stops(relay, 0)


async def test_a_topic_with_another_number_of_partitions_is_refused_in_a_sentence(
    store: Store, kafka: str, topic_name: str
) -> None:
    await ensure_topic(kafka, topic_name, 2)
    async with running(Relay(store, kafka, topic_name)) as relay:
        await until(lambda: "has 2 partitions, but the store has 3 shards" in (relay.state.trouble or ""))


async def test_a_record_the_broker_refuses_stops_its_shard_alone(store: Store, kafka: str, topic_name: str) -> None:
    await made_anew(kafka, topic_name, configs={"max.message.bytes": "2000"})
    await write(store, 0, "a", *[f"{n * 7919**9}" * 40 for n in range(20)])
    async with running(quick(store, kafka, topic_name)) as relay:
        assert "max.message.bytes" in await stops(relay, 0)
        await write(store, 1, "b", "1")
        await until(lambda: relay.state.shards[1].sent == 1)
