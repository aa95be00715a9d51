"""The races that lose or stall events in stores with a global sequence, and connections that die under load."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from shienevents import Append, Handler, Record, Relay, Store, StoreSource, Unavailable, Written
from shienops._databases import Database
from shienops._shared import in_containers
from shienops.pytest_plugin import MakeDatabase
from shienops.stack import Stack
from shienops.testing import Wire

from .relaying import all_sent, seqs, topic_of
from .world import (
    ALICE,
    SHARDS,
    TYPES,
    Put,
    a_consumer,
    a_store,
    again,
    append,
    box,
    boxes,
    caught_up,
    check_log,
    connected,
    digests,
    keyed,
    outcome,
    prepared,
    reached,
    replayed,
    running,
    until,
)


class Tail:
    """A reader that follows a shard as relays and consumers do: by the last number it has seen."""

    def __init__(self, store: Store, shard: int) -> None:
        self.store, self.shard = store, shard
        self.seen: list[tuple[int, str]] = []

    async def run(self) -> None:
        while True:
            records = await self.store.read(self.shard, len(self.seen), 7)
            self.seen += [(r.envelope.seq, r.envelope.stream) for r in records]
            await asyncio.sleep(0)


async def test_nobody_reads_past_a_slow_transaction_that_took_its_number_first(database: Database) -> None:
    """In a store with a global sequence the slow one's number becomes visible after later ones, and is never read."""
    async with a_store(database) as store, again(database) as other:
        tails = [Tail(other, shard) for shard in range(SHARDS)]
        async with running(*tails):
            async with store.pool.acquire() as slow, slow.transaction():
                [first] = await store.append_within(slow, [append("box-slow", 1)])
                assert isinstance(first, Written)
                assert first.seq == 1
                same = asyncio.create_task(other.append(append("box-next", 1)))
                await until(lambda: _waits_for_lock(store))
                elsewhere = await asyncio.gather(*[other.append(append(f"box-{n}", 1, shard=1)) for n in range(20)])
                await until(lambda: len(tails[1].seen) == 20)
                assert not same.done()
                assert tails[0].seen == []
                assert await other.heads() == [0, 20, 0]
            assert (await same).seq == 2
            assert sorted(written.seq for written in elsewhere) == list(range(1, 21))
            await until(lambda: len(tails[0].seen) == 2)
        assert tails[0].seen == [(1, "box-slow"), (2, "box-next")]
        await check_log(store)


async def test_the_number_of_a_transaction_that_rolled_back_is_given_again(database: Database) -> None:
    """A sequence would leave a gap here, and a reader cannot tell a gap from an event that is still to come."""
    async with a_store(database) as store:
        for stream in ("box-a", "box-b"):
            async with store.pool.acquire() as connection:
                transaction = connection.transaction()
                await transaction.start()
                [written] = await store.append_within(connection, [append(stream, 1, 2)])
                assert isinstance(written, Written)
                assert written.seq == 2
                await transaction.rollback()
        assert (await store.append(append("box-c", 1))).seq == 1
        assert len(await check_log(store)) == 1


async def test_slow_transactions_and_readers_under_load_lose_nothing_on_the_way_to_kafka_and_to_the_views(
    database: Database, kafka: str, topic_name: str
) -> None:
    async with a_store(database) as store, again(database) as other:
        consumer, relay = a_consumer(store), Relay(other, kafka, topic_name)
        tails = [Tail(other, shard) for shard in range(SHARDS)]

        async def quick(n: int) -> None:
            for i in range(15):
                await (store, other)[n % 2].append(append(f"box-{n}-{i}", 1, shard=(n + i) % SHARDS))

        async def slow(n: int) -> None:
            for i in range(4):
                async with other.pool.acquire() as connection, connection.transaction():
                    await other.append_within(
                        connection, [append(f"slow-{n}-{i}-{shard}", 1, shard=shard) for shard in (n % 2, 2)]
                    )
                    await connection.execute("select pg_sleep(0.02)")

        async with running(consumer, relay, *tails):
            await asyncio.gather(*[quick(n) for n in range(16)], *[slow(n) for n in range(3)])
            heads = await store.heads()
            assert sum(heads) == 16 * 15 + 3 * 4 * 2
            await until(lambda: [len(tail.seen) for tail in tails] == heads)
            await all_sent(other, relay)
            await caught_up(store)
        records = await check_log(store)
        for tail in tails:
            assert tail.seen == [(r.envelope.seq, r.envelope.stream) for r in records if r.envelope.shard == tail.shard]
        in_kafka = await topic_of(kafka, topic_name, SHARDS)
        assert [seqs(in_kafka[shard]) for shard in range(SHARDS)] == [list(range(1, head + 1)) for head in heads]
        assert await digests(store) == await replayed(store)


@asynccontextmanager
async def a_write_transaction_elsewhere(database: Database) -> AsyncIterator[None]:
    """An open transaction with a snapshot and a transaction number of its own, in the same database."""
    async with connected(database.owner_dsn) as connection:
        await connection.execute("create table elsewhere (x int)")
        async with connection.transaction(isolation="repeatable_read"):
            await connection.execute("insert into elsewhere values (1)")
            assert await connection.fetchval("select pg_current_xact_id_if_assigned() is not null")
            yield


async def test_an_open_write_transaction_elsewhere_for_ten_seconds_stalls_neither_appends_nor_readers(
    database: Database, kafka: str, topic_name: str
) -> None:
    """Stores that watch xmin, or wait for older transactions, show nothing new while such a transaction is open."""
    async with a_store(database) as store:
        consumer, relay = a_consumer(store), Relay(store, kafka, topic_name)
        async with running(consumer, relay):
            await store.append(append("box-before", 1))
            await caught_up(store)
            waits: list[float] = []
            async with a_write_transaction_elsewhere(database):
                ends = time.monotonic() + 10
                n = 0
                while time.monotonic() < ends:
                    n += 1
                    began = time.monotonic()
                    written = await store.append(append(f"box-{n}", 1, shard=n % SHARDS))
                    await caught_up(store, {("needs", written.shard): written.seq}, seconds=30)
                    await all_sent(store, relay, seconds=30)
                    waits.append(time.monotonic() - began)
                heads = await store.heads()
                assert sum(heads) == n + 1
                assert await digests(store) == await replayed(store)
            assert n > 50
            assert sorted(waits)[len(waits) // 2] < 0.5


async def test_connections_killed_under_load_give_each_caller_the_truth(database: Database, postgres: Stack) -> None:
    """Either `Written`, and it is there once, or `Unavailable` with nothing written, and it is not there."""
    async with a_store(database) as store, again(database) as other, connected(postgres.admin_dsn) as admin:
        answers: dict[str, tuple[Append, Written | Exception]] = {}
        killed = written = 0
        ends = time.monotonic() + 4

        def goes_on() -> bool:
            return time.monotonic() < ends or min(killed, written) <= 10

        async def client(n: int) -> None:
            nonlocal written
            i = 0
            while goes_on():
                i += 1
                one = append(f"box-{n}-{i}", *range(i % 3 + 1), shard=(n + i) % SHARDS)
                answers[one.stream] = one, await outcome((store, other)[n % 2].append(one))
                written += isinstance(answers[one.stream][1], Written)

        async def killer() -> None:
            nonlocal killed
            before = -1
            while goes_on():
                await asyncio.sleep(random.uniform(0, 0.02))
                if written == before:  # the machine is slower than the killer
                    continue
                before = written
                killed += await admin.fetchval(
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = $1 and "
                    "state = 'active' and random() < 0.7",
                    database.name,
                )

        await asyncio.gather(killer(), *[client(n) for n in range(24)])
        records = await check_log(store)
        log, by_id = Counter(r.envelope.stream for r in records), {r.envelope.id: r for r in records}
        for stream, (one, answer) in answers.items():
            if isinstance(answer, Written):
                assert (stream, log[stream]) == (stream, len(one.events))
                last = by_id[one.ids[-1]]
                assert (answer.shard, answer.seq, answer.version, answer.recorded_at) == (
                    last.envelope.shard,
                    last.envelope.seq,
                    last.envelope.version,
                    last.envelope.recorded_at,
                )
            else:
                assert isinstance(answer, Unavailable), repr(answer)
                assert not answer.outcome_unknown
                assert (stream, log[stream]) == (stream, 0)
        assert min(killed, written) > 10


async def test_a_commit_that_arrives_after_its_connection_was_lost_is_not_made_behind_the_answer(
    database: Database,
) -> None:
    """The client lost its connection, its statement still lingers in the network, and it asks what became of it."""
    await prepared(database)
    async with (
        Wire(database.dsn) as wire,
        again(database) as direct,
        again(replace(database, dsn=wire.dsn), pool_size=1) as store,
    ):
        await store.append(append("box-before", 1))
        wire.hold_request = True
        first = await asyncio.wait_for(outcome(store.append(append("box-late", 1))), 10)
        await wire.deliver()
        await until(lambda: _nothing_runs(direct))
        assert isinstance(first, Unavailable)
        assert not first.outcome_unknown
        assert [r.envelope.stream for r in await check_log(direct)] == ["box-before"]


async def test_a_commit_whose_answer_was_lost_is_found_in_the_log(database: Database) -> None:
    await prepared(database)
    async with (
        Wire(database.dsn) as wire,
        again(database) as direct,
        again(replace(database, dsn=wire.dsn), pool_size=1) as store,
    ):
        await store.append(append("box-before", 1))
        async with direct.pool.acquire() as slow, slow.transaction():
            await direct.append_within(slow, [append("box-slow", 1)])
            waiting = [asyncio.create_task(outcome(store.append(append(f"box-{n}", 1)))) for n in range(3)]
            await until(lambda: _waits_for_lock(direct))
            wire.lose_answer = True  # the commit was received; its answer will not be
        results = await asyncio.wait_for(asyncio.gather(*waiting), 15)
        assert not wire.lose_answer
        assert [type(result).__name__ for result in results] == ["Written"] * 3
        assert len(await check_log(direct)) == 5


async def _nothing_runs(store: Store) -> bool:
    async with store.pool.acquire() as connection:
        return bool(
            await connection.fetchval(
                "select not exists (select from pg_stat_activity where datname = current_database() "
                "and state <> 'idle' and pid <> pg_backend_pid())"
            )
        )


async def _waits_for_lock(store: Store) -> bool:
    async with store.pool.acquire() as connection:
        return bool(
            await connection.fetchval(
                "select exists (select from pg_locks where locktype = 'advisory' and not granted and "
                "database = (select oid from pg_database where datname = current_database()))"
            )
        )


async def test_groups_that_share_keys_and_ids_in_opposite_orders_do_not_fail_each_other(database: Database) -> None:
    """Two commits that insert the same unique values in opposite orders would wait for each other."""
    async with a_store(database) as one, again(database) as other:
        for n in range(12):
            keys = [f"k-{n}-{i}" for i in range(6)]
            results = await asyncio.gather(
                *[outcome(one.append(append(f"a-{n}-{k}", 1, shard=0, origin=keyed(k, b"a")))) for k in keys],
                *[outcome(other.append(append(f"b-{n}-{k}", 1, shard=1, origin=keyed(k, b"b")))) for k in keys[::-1]],
            )
            kinds = {type(result).__name__ for result in results}
            assert kinds <= {"Written", "IdempotencyKeyReused", "StreamConflict"}
            assert len([r for r in results if isinstance(r, Written)]) == 6
        assert len(await check_log(one)) == 12 * 6


async def test_reading_while_the_log_grows_gives_the_same_as_reading_it_afterwards(database: Database) -> None:
    async with a_store(database) as store:
        source = StoreSource(store)
        found: list[Record] = []

        async def follow() -> None:
            await source.start(await reached(store))
            while len(found) < 300:
                found.extend(await source.next())

        follower = asyncio.create_task(follow())
        await asyncio.gather(*[store.append(append(f"box-{n}", 1, shard=n % SHARDS)) for n in range(300)])
        await asyncio.wait_for(follower, 10)
        await source.stop()
        for shard in range(SHARDS):
            assert [r for r in found if r.envelope.shard == shard] == await store.read(shard, 0, 1000)


@asynccontextmanager
async def paused(database: Database, what: str) -> AsyncIterator[Process]:
    """A process that paused itself in the middle of a transaction."""
    script = Path(__file__).parent / "paused_process.py"
    process = await asyncio.create_subprocess_exec(sys.executable, str(script), database.dsn, what, stdout=PIPE)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            assert (await process.stdout.readline()).decode() == "paused\n"
        yield process
    finally:
        process.kill()
        await process.wait()


async def test_a_process_paused_within_its_transactions_blocks_nobody_forever(
    make_database: MakeDatabase,
) -> None:
    """It holds the lock of a shard, and the place of the next batch, for as long as its session lives."""

    async def appending(database: Database) -> None:
        async with a_store(database) as store, paused(database, "append") as process:
            written = await asyncio.wait_for(store.append(append("box-next", 1)), 25)
            assert written.seq == 1
            process.send_signal(signal.SIGCONT)
            assert process.stdout is not None
            async with asyncio.timeout(60):
                assert (await process.stdout.readline()).decode().startswith("lost ")
            assert [r.envelope.stream for r in await check_log(store)] == ["box-next"]

    async def folding(database: Database) -> None:
        async with a_store(database) as store:
            await store.append(append("box-a", 1, 2, 3))
            async with paused(database, "fold") as process, running(a_consumer(store, views=[boxes], lease_seconds=1)):
                await caught_up(store, seconds=30)
                await store.append(append("box-b", 4, shard=1))
                process.send_signal(signal.SIGCONT)
                await store.append(append("box-c", 5, shard=2))
                await caught_up(store)
            assert await digests(store, boxes) == await replayed(store, views=[boxes])

    await asyncio.gather(appending(await make_database()), folding(await make_database()))


@pytest.mark.slow
async def test_a_database_that_hangs_is_unavailable_soon_and_all_is_well_when_it_wakes(own_postgres: Stack) -> None:
    """Not away, where the connection is refused at once: it takes the request and does not answer."""
    if in_containers():
        pytest.skip("it stops the server's processes by signals")
    database = await own_postgres.create_database("hanging")
    async with a_store(database) as store:
        handler = Handler(store, TYPES, [box])
        await asyncio.gather(*[handler.handle(Put(f"b{n}", 1), ALICE) for n in range(6)])
        pid = own_postgres.postgres.pid
        assert pid is not None
        family = [pid, *children(pid)]
        for process in family:
            os.kill(process, signal.SIGSTOP)
        try:
            began = time.monotonic()
            commands = [outcome(handler.handle(Put(f"b{n % 3}", 1), ALICE)) for n in range(12)]
            late = append("box-late", 1)
            *results, told = await asyncio.gather(*commands, outcome(store.append(late)))
            took = time.monotonic() - began
        finally:
            for process in family:
                os.kill(process, signal.SIGCONT)
        assert [type(result).__name__ for result in results] == ["Unavailable"] * 12
        assert isinstance(told, Unavailable)
        assert took < 30
        for n in range(6):
            await until(lambda n=n: _succeeds(handler, n))  # type: ignore[misc]
        streams = [r.envelope.stream for r in await check_log(store)]
        assert streams.count("box-late") <= (1 if told.outcome_unknown else 0)
        assert len(streams) - streams.count("box-late") == 12


async def _succeeds(handler: Handler, n: int) -> bool:
    return isinstance(await outcome(handler.handle(Put(f"b{n}", 1), ALICE)), Written)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
