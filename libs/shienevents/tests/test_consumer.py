"""The consumer on a real Postgres and a real Kafka: everything once, in one commit, whatever is away meanwhile."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from shienevents import Handler, Store
from shienevents.consume.ledger import load_state
from shienops import Stack
from shienops._databases import Database

from .listening import OTHER, heard
from .world import (
    ALICE,
    TYPES,
    Put,
    a_consumer,
    a_store,
    a_topic,
    again,
    append,
    box,
    boxes,
    caught_up,
    check_log,
    connected,
    digests,
    hearing,
    outcome,
    reached,
    replayed,
    rows,
    running,
    until,
)

MOST_AHEAD = 400


@asynccontextmanager
async def load(store: Store, *, streams: int = 4) -> AsyncIterator[None]:
    """Appends to all shards meanwhile, at most so far ahead of what was taken that a slow machine catches up."""
    going = True

    async def taken() -> bool:
        ahead = sum(await store.heads()) - sum((await reached(store)).seqs.values())
        return ahead < MOST_AHEAD or not going

    async def client(stream: int) -> None:
        version = 0
        while going:
            await store.append(append(f"box-{stream}", 1, after=version, shard=stream % 3))
            version += 1
            if version % 25 == 0:
                await until(taken)

    clients = asyncio.gather(*[client(n) for n in range(streams)])
    try:
        yield
    finally:
        going = False
        await clients


async def test_a_position_and_its_rows_are_one_commit_at_every_moment_under_load(database: Database) -> None:
    async with a_store(database) as store, running(a_consumer(store)):
        async with load(store), connected(database.dsn) as onlooker:
            looks: set[int] = set()

            async def look() -> bool:
                async with onlooker.transaction(isolation="repeatable_read", readonly=True):
                    _, positions = await load_state(onlooker, "live")
                    if not positions.seqs:
                        return False
                    touched = await onlooker.fetchval("select coalesce(sum(touched), 0)::bigint from views.boxes")
                assert touched == sum(positions.seqs.values())
                looks.add(touched)
                return len(looks) >= 50

            await until(look)
        await caught_up(store)
        assert await digests(store) == await replayed(store)


@asynccontextmanager
async def consumer_process(dsn: str, seconds: float) -> AsyncIterator[Process]:
    here = Path(__file__).parent / "consumer_process.py"
    process = await asyncio.create_subprocess_exec(sys.executable, str(here), dsn, str(seconds), stdout=PIPE)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        await process.wait()


async def told(process: Process, line: str) -> None:
    """Wait until the process says so; its log goes to the same place."""
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while (said := await process.stdout.readline()).decode().strip() != line:
            assert said, "the process has ended"


async def test_a_consumer_paused_past_its_lease_wakes_and_counts_nothing_twice(database: Database) -> None:
    async with a_store(database) as store, consumer_process(database.dsn, 2.0) as first:
        await told(first, "active")
        async with consumer_process(database.dsn, 2.0) as second, load(store):
            awake, asleep = first, second
            for _ in range(3):
                before = sum((await reached(store)).seqs.values())
                await until(lambda before=before: passed(store, before + 20))  # type: ignore[misc]
                awake.send_signal(signal.SIGSTOP)
                await told(asleep, "active")
                stood = sum((await reached(store)).seqs.values())
                await until(lambda stood=stood: passed(store, stood + 20))  # type: ignore[misc]
                awake.send_signal(signal.SIGCONT)
                await told(awake, "idle")
                awake, asleep = asleep, awake
        await caught_up(store, seconds=60)
        log = await check_log(store)
        assert sum(row.touched for row in (await rows(store, boxes)).values()) == len(log)
        assert await digests(store, boxes) == await replayed(store, views=(boxes,))


async def passed(store: Store, count: int) -> bool:
    return sum((await reached(store)).seqs.values()) >= count


async def test_with_kafka_away_commands_are_accepted_and_own_views_move_and_with_it_back_the_rest_follows(
    own_stack: Stack,
) -> None:
    kafka, topic = own_stack.bootstrap_servers, "matching.events"
    async with a_store(await own_stack.create_database("needs")) as store:
        handler = Handler(store, TYPES, [box])
        async with running(a_consumer(store, hearing(kafka, matching=topic))):
            async with a_topic(kafka, topic) as publisher:
                await publisher.publish(heard(1))
                await caught_up(store, {(OTHER, 0): 1})
            own_stack.kafka.kill()
            for n in range(20):
                written = await handler.handle(Put("x", n), ALICE)
                await caught_up(store, {("needs", written.shard): written.seq}, seconds=2)
            await own_stack.kafka.start()
            async with a_topic(kafka, topic) as publisher:
                await publisher.publish(heard(2))
                await caught_up(store, {(OTHER, 0): 2})
        assert {key: (row.held, row.touched) for key, row in (await rows(store, boxes)).items()} == {
            "f": (3, 2),
            "x": (190, 20),
        }


async def test_a_consumer_started_while_kafka_is_away_serves_its_own_facts(database: Database) -> None:
    async with a_store(database) as store:
        async with running(a_consumer(store, hearing("127.0.0.1:9", matching="matching.events"))):
            await store.append(append("box-a", 1, 2, 3))
            await caught_up(store)
        assert [(row.box, row.held) for row in (await rows(store, boxes)).values()] == [("box-a", 6)]


@pytest.mark.embedded
async def test_postgres_killed_and_started_again_is_taken_up_without_a_person(own_postgres: Stack) -> None:
    async with a_store(await own_postgres.create_database("needs")) as store, running(a_consumer(store)):
        for n in range(5):
            await store.append(append("box-a", 1, after=n))
        await caught_up(store)
        own_postgres.postgres.kill()
        assert isinstance(await outcome(store.append(append("box-b", 1))), Exception)
        await own_postgres.postgres.start()

        async def answers() -> bool:
            return not isinstance(await outcome(store.append(append("box-c", 2, shard=1))), Exception)

        await until(answers)
        await caught_up(store)
        assert await digests(store) == await replayed(store)
        assert (await rows(store, boxes))["box-a"].touched == 5


async def test_a_restart_goes_on_at_the_position_and_folds_nothing_again(database: Database) -> None:
    async with a_store(database) as store:
        for n in range(10):
            await store.append(append("box-a", n, after=n))
        first = a_consumer(store)
        async with running(first):
            await caught_up(store)
        taken: list[int] = []
        async with again(database) as other:
            second = a_consumer(other)
            second.on_advance(lambda positions, _: taken.append(positions.point("needs", 0).seq))
            async with running(second):
                await until(lambda: second.active)
                assert second.state.positions.seqs == {("needs", 0): 10}
                await store.append(append("box-a", 10, after=10))
                await caught_up(store)
        assert taken == [11]
        assert [(row.held, row.touched) for row in (await rows(store, boxes)).values()] == [(55, 11)]
