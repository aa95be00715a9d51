"""The relay on a real Postgres and a real Kafka: everything, in order, the very bytes, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import pytest

from shienevents.core.errors import Unavailable
from shienevents.kafka.broker import ensure_topic
from shienevents.kafka.cloudevents import record_of
from shienevents.kafka.producer import Producer
from shienevents.postgres.leases import Lease
from shienevents.relay.lane import Lane, LeaseLost, send_shard
from shienevents.relay.relay import Relay
from shienevents.write.store import Store
from shienops import Stack
from shienops._databases import Database

from .relaying import all_sent, first_occurrences, opened, running, seqs, topic_of, until, write

NOWHERE = "127.0.0.1:9"


@pytest.fixture
async def store(database: Database) -> AsyncIterator[Store]:
    store = await opened(database)
    yield store
    await store.close()


class Load:
    """Appends without pause to all shards until stopped."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.written = 0
        self._going = True

    async def _client(self, n: int) -> None:
        while self._going:
            self.written += 1
            await write(self.store, self.written % self.store.shards, f"{n}-{self.written}", "a", "b")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Load]:
        clients = asyncio.gather(*[self._client(n) for n in range(4)])
        try:
            yield self
        finally:
            self._going = False
            await clients

    async def more(self, count: int) -> None:
        """Wait until so many more were written."""
        goal = self.written + count
        await until(lambda: self.written >= goal)


async def assert_whole(store: Store, kafka: str, topic: str) -> int:
    """Every event of the store is in the topic, first occurrences in order, the very bytes; returns the duplicates."""
    found = await topic_of(kafka, topic, store.shards)
    duplicates = 0
    for shard, messages in found.items():
        numbers = seqs(messages)
        stored = await store.read(shard, 0, 1_000_000)
        assert first_occurrences(numbers) == [record.envelope.seq for record in stored]
        duplicates += len(numbers) - len(stored)
        sent = dict(zip(numbers, messages, strict=True))
        assert [record_of(shard, m.headers, m.value) for m in sent.values()] == stored
        assert {seq: m.value for seq, m in sent.items()} == {r.envelope.seq: r.structured() for r in stored}
    return duplicates


async def test_concurrent_appends_reach_each_partition_dense_and_in_order(
    store: Store, kafka: str, topic_name: str
) -> None:
    async with running(Relay(store, kafka, topic_name)) as relay:
        async with Load(store).running() as load:
            await load.more(300)
        await all_sent(store, relay)
        assert [(shard.lag_events, shard.stopped) for shard in relay.state.shards] == [(0, None)] * 3
    assert await assert_whole(store, kafka, topic_name) == 0


async def test_large_and_small_events_share_batches_without_losing_their_places(
    store: Store, kafka: str, topic_name: str
) -> None:
    sizes = [10, 890_000, 10, 400_000, 300_000, 200_000, 10, 880_000, 880_000, 10]
    await write(store, 0, "a", *["x" * size for size in sizes])
    async with running(Relay(store, kafka, topic_name)) as relay:
        await all_sent(store, relay)
    assert await assert_whole(store, kafka, topic_name) == 0


async def test_what_another_process_committed_is_noticed(
    store: Store, database: Database, kafka: str, topic_name: str
) -> None:
    elsewhere = await Store.open(database.dsn)
    async with running(Relay(store, kafka, topic_name)) as relay:
        await until(lambda: relay.state.active)
        await write(elsewhere, 1, "a", "1")
        await until(lambda: relay.state.shards[1].sent == 1)
    await elsewhere.close()


async def test_while_kafka_is_away_appends_go_on_and_the_lag_is_reported(store: Store, topic_name: str) -> None:
    async with running(Relay(store, NOWHERE, topic_name)) as relay:
        await until(lambda: relay.state.trouble is not None)
        await write(store, 1, "a", "1", "2")
        await until(lambda: relay.state.shards[1].lag_events == 2)
        assert not relay.state.active


async def test_a_relay_that_ends_hands_over_at_once(store: Store, kafka: str, topic_name: str) -> None:
    await write(store, 0, "a", "1")
    for text in ("2", "3"):
        async with running(Relay(store, kafka, topic_name, lease_seconds=60)) as relay:
            await all_sent(store, relay)
        await write(store, 0, text, text)
    async with running(Relay(store, kafka, topic_name, lease_seconds=60)) as relay:
        await all_sent(store, relay)
    assert await assert_whole(store, kafka, topic_name) == 0


async def test_of_two_relays_one_works_and_the_other_stands_by(store: Store, kafka: str, topic_name: str) -> None:
    async with running(Relay(store, kafka, topic_name)) as one, running(Relay(store, kafka, topic_name)) as other:
        async with Load(store).running() as load:
            await until(lambda: one.state.active or other.state.active)
            await load.more(100)
            assert [one.state.active, other.state.active].count(True) == 1
        await all_sent(store, one if one.state.active else other)
    assert await assert_whole(store, kafka, topic_name) == 0


@asynccontextmanager
async def elsewhere(database: Database, kafka: str, topic: str, seconds: float) -> AsyncIterator[Process]:
    """A relay in a process of its own, active."""
    script = Path(__file__).with_name("relay_process.py")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(script), database.dsn, kafka, topic, str(seconds), stdout=PIPE
    )
    try:
        await heard(process, b"active\n")
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def heard(process: Process, line: bytes) -> None:
    assert process.stdout is not None
    async with asyncio.timeout(30):
        while (said := await process.stdout.readline()) != line:
            assert said, "the process ended"


async def test_a_relay_paused_past_its_lease_and_woken_changes_nothing(
    store: Store, database: Database, kafka: str, topic_name: str
) -> None:
    async with elsewhere(database, kafka, topic_name, 1.0) as paused, Load(store).running() as load:
        await load.more(60)
        paused.send_signal(signal.SIGSTOP)
        async with running(Relay(store, kafka, topic_name, lease_seconds=1.0)) as relay:
            await until(lambda: relay.state.active)
            await load.more(60)
            paused.send_signal(signal.SIGCONT)
            await heard(paused, b"idle\n")
            await load.more(60)
            assert relay.state.active
            await all_sent(store, relay)
    async with running(Relay(store, kafka, topic_name, lease_seconds=1.0)) as relay:
        await all_sent(store, relay)
        assert [shard.stopped for shard in relay.state.shards] == [None] * 3
    await assert_whole(store, kafka, topic_name)


async def test_a_killed_relay_loses_nothing_and_another_takes_over(
    store: Store, database: Database, kafka: str, topic_name: str
) -> None:
    async with Load(store).running() as load:
        async with elsewhere(database, kafka, topic_name, 1.0) as killed:
            await load.more(100)
            killed.kill()
        async with running(Relay(store, kafka, topic_name, lease_seconds=1.0)) as relay:
            await until(lambda: relay.state.active)
            await load.more(30)
    async with running(Relay(store, kafka, topic_name)) as relay:
        await all_sent(store, relay)
    await assert_whole(store, kafka, topic_name)


async def test_a_relay_keeps_its_lease_while_it_waits_for_kafka(store: Store, topic_name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # a broker that accepts, and is slow to answer
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        async with running(Relay(store, address, topic_name, lease_seconds=0.3)) as relay:

            async def renewed() -> bool:
                numbers = "select count(*) from leases where name = 'relay' and holder = $1 and until > '-infinity'"
                return bool(await store.pool.fetchval(numbers, relay.lease.holder) >= 8)

            await until(renewed)


async def test_a_relay_that_is_cancelled_while_it_loses_its_lease_ends(
    store: Store, kafka: str, topic_name: str
) -> None:
    for turns in range(2, 13, 2):
        relay = Relay(store, kafka, topic_name)
        task = asyncio.create_task(relay.run())
        await until(lambda relay=relay: relay.state.active)  # type: ignore[misc]
        await relay.lease.release()
        await write(store, 0, f"a{turns}", "1")  # its lane is refused, and fails the group of all lanes
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        ended, _ = await asyncio.wait([task], timeout=10)
        assert ended, f"it goes on, cancelled {turns} turns of the loop after its loss"


async def test_without_a_lease_nothing_is_sent(store: Store, kafka: str, topic_name: str) -> None:
    await ensure_topic(kafka, topic_name, 3)
    await write(store, 0, "a", "1")
    lane = Lane(0)
    lane.reach(1)
    async with Producer(kafka, topic_name) as producer:
        with pytest.raises(ExceptionGroup) as raised:
            await send_shard(store, Lease(store.pool, "relay"), producer, lane)
    assert raised.group_contains(LeaseLost)
    assert await topic_of(kafka, topic_name, 3) == {0: [], 1: [], 2: []}


async def test_connections_to_postgres_that_break_are_made_again(
    store: Store, database: Database, postgres: Stack, kafka: str, topic_name: str
) -> None:
    async with running(Relay(store, kafka, topic_name)) as relay:
        await write(store, 0, "a", "1")
        await all_sent(store, relay)
        admin = await asyncpg.connect(postgres.admin_dsn)
        broken = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = $1"
        assert await admin.fetchval(broken, database.name) > 0
        await admin.close()

        async def written() -> bool:
            with suppress(Unavailable):  # the broken connections of the writer's own pool
                return (await write(store, 0, "b", "2")).seq == 2
            return False

        await until(written)
        await until(lambda: relay.state.shards[0].sent == 2)
    await assert_whole(store, kafka, topic_name)


@pytest.mark.slow
async def test_a_kafka_killed_and_restarted_under_load_loses_nothing_and_breaks_no_order(
    own_stack: Stack, topic_name: str
) -> None:
    database = await own_stack.create_database("relayed")
    store = await opened(database)
    kafka = own_stack.bootstrap_servers
    async with running(Relay(store, kafka, topic_name, send_timeout_seconds=1)) as relay:
        async with Load(store).running() as load:
            for _ in range(2):
                await load.more(60)
                await until(lambda: relay.state.active and relay.state.trouble is None, seconds=40)
                own_stack.kafka.kill()
                await load.more(60)
                await until(lambda: relay.state.trouble is not None)  # a batch was given up, and its producer
                await own_stack.kafka.start()
            await load.more(60)
        await all_sent(store, relay, seconds=40)
        assert [shard.stopped for shard in relay.state.shards] == [None] * 3
    await assert_whole(store, kafka, topic_name)
    await store.close()
