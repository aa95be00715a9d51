"""Several commands in one commit: all of them, or none, and the same again when the request is repeated."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

import pytest

from shienevents import Append, Handler, Home, Idempotency, NotFound, Rejected, Store, StreamConflict, Written
from shienevents.postgres.pool import Connection, borrowed, open_pool
from shienevents.write.together import handle_together
from shienops._databases import Database

from .world import ALICE, AREAS, TYPES, Look, Put, Take, a_store, again, box, check_log, outcome

KEY = Idempotency("alice", "import-1", b"f" * 32)


def rooms(store: Store) -> tuple[Store, Handler]:
    return store, Handler(store, TYPES, [box])


def count(appends: Sequence[Append]) -> object:
    return Put("total", sum(len(append.events) for append in appends))


async def test_commands_are_decided_in_turn_and_written_together(database: Database) -> None:
    async with a_store(database) as store:
        commands = [Put("a", 5, AREAS[0]), Put("b", 1, AREAS[1]), Take("a", 5), Look("b"), Put("c", 2, AREAS[2])]
        written = await handle_together(*rooms(store), commands, ALICE, summary=count)
        assert [(w.stream, w.version) for w in written] == [
            ("box-a", 1), ("box-b", 1), ("box-a", 2), ("box-c", 1), ("box-total", 1)
        ]  # fmt: skip
        records = await check_log(store)
        assert len(records) == 5
        assert (await store.read_stream("box-total"))[0].data == b'{"amount":4,"box":"total"}'


async def test_one_refusal_and_nothing_is_written(database: Database) -> None:
    async with a_store(database) as store:
        with pytest.raises(Rejected, match=r"box\.short"):
            await handle_together(*rooms(store), [Put("a", 1), Put("b", 1), Take("b", 2), Put("c", 1)], ALICE)
        assert await check_log(store) == []


async def test_a_race_is_decided_again_and_never_half_written(database: Database) -> None:
    async with a_store(database) as one, again(database) as other:

        async def fill(store: Store, n: int) -> object:
            return await outcome(handle_together(*rooms(store), [Put("x", 1), Put(f"own-{n}", 1), Put("y", 1)], ALICE))

        results = await asyncio.gather(*[fill((one, other)[n % 2], n) for n in range(12)])
        done = [n for n, result in enumerate(results) if not isinstance(result, Exception)]
        assert done, results
        assert all(isinstance(r, StreamConflict) for n, r in enumerate(results) if n not in done)
        records = await check_log(one)
        streams = [record.envelope.stream for record in records]
        assert len(streams) == 3 * len(done)
        assert streams.count("box-x") == streams.count("box-y") == len(done)
        assert {stream for stream in streams if "own" in stream} == {f"box-own-{n}" for n in done}


async def test_many_at_once_whose_summaries_are_in_one_stream_are_all_written(database: Database) -> None:
    async with a_store(database) as store:
        place = rooms(store)
        results = await asyncio.gather(
            *[handle_together(*place, [Put(f"own-{n}", 1)], ALICE, summary=count) for n in range(20)]
        )
        assert sorted(written[-1].version for written in results) == list(range(1, 21))
        assert len(await check_log(store)) == 40


async def test_the_same_request_again_happens_once_and_is_answered_by_its_summary(database: Database) -> None:
    async with a_store(database) as store, again(database) as other:
        origin = replace(ALICE, idempotency=KEY)

        def once(place: Store) -> object:
            commands = [Put("a", 1), Put("b", 1)]
            return outcome(handle_together(*rooms(place), commands, origin, summary=count, answer=lambda: "two"))

        results = await asyncio.gather(*[once((store, other)[n % 2]) for n in range(10)])  # type: ignore[call-overload]
        summaries = {result[-1].stream: result[-1].version for result in results}
        assert summaries == {"box-total": 1}
        answers = sorted((result[-1].replayed, result[-1].answer) for result in results)
        assert answers == [(False, ""), *[(True, "two")] * 9]
        assert len(await check_log(store)) == 3


async def test_a_stream_that_is_not_the_callers_is_unknown_and_nothing_is_written(database: Database) -> None:
    async with a_store(database) as store:
        _, handler = rooms(store)
        await handler.handle(Put("theirs", 3, AREAS[1]), ALICE)

        def own(home: Home) -> bool:
            return home.area == AREAS[0]

        with pytest.raises(NotFound, match=r"box\.unknown"):
            await handle_together(store, handler, [Put("a", 1, AREAS[0]), Put("theirs", 1)], ALICE, allowed=own)
        with pytest.raises(NotFound, match=r"box\.unknown"):
            await handler.handle(
                Take("theirs", 9), ALICE, allowed=own
            )  # not box.short: that would tell that it is there
        assert len(await check_log(store)) == 1
        assert isinstance(await handler.handle(Put("mine", 1, AREAS[0]), ALICE, allowed=own), Written)


async def test_a_request_that_was_answered_meanwhile_is_not_rejected_by_what_it_did_itself(database: Database) -> None:
    async with a_store(database) as store, borrowed(await open_pool(database.owner_dsn, size=1)) as connection:
        place, origin = rooms(store), replace(ALICE, idempotency=KEY)
        await handle_together(*place, [Put("a", 5)], ALICE)
        first = place[1].decide(box, Take("a", 5), await store.load("box-a"), origin)
        async with connection.transaction():
            await connection.execute("lock table events in access exclusive mode")  # streams cannot be read meanwhile
            repeated = asyncio.create_task(handle_together(*place, [Take("a", 5)], origin, summary=count))
            await until_somebody_waits_for_events(connection)
            await store.append_within(connection, [first])
        (answer,) = await repeated
        assert (answer.stream, answer.version, answer.replayed) == ("box-a", 2, True)
        assert len(await check_log(store)) == 2


async def until_somebody_waits_for_events(connection: Connection) -> None:
    """Wait until another session waits for the lock on the log."""
    async with asyncio.timeout(60):
        waits = "select count(*) from pg_locks where not granted and relation = 'events'::regclass"
        while not await connection.fetchval(waits):  # noqa: ASYNC110 - nothing notifies it
            await asyncio.sleep(0.01)


async def test_the_version_that_the_caller_saw_is_that_of_the_summarys_stream(database: Database) -> None:
    async with a_store(database) as store:
        place = rooms(store)
        await handle_together(*place, [Put("a", 1)], ALICE, summary=count, expected=0)
        for seen in (0, 7):
            with pytest.raises(StreamConflict, match="box-total"):
                await handle_together(*place, [Put("a", 1)], ALICE, summary=count, expected=seen)
        assert len(await check_log(store)) == 2
        origin = replace(ALICE, idempotency=KEY)
        for _ in range(2):
            written = await handle_together(*place, [Put("a", 1)], origin, summary=count, expected=1)
            assert written[-1].version == 2
        assert len(await check_log(store)) == 4


async def test_a_summary_may_belong_to_another_thread_than_what_it_sums_up(database: Database) -> None:
    async with a_store(database) as store:
        place, thread = rooms(store), uuid4()
        await handle_together(*place, [Put("a", 1)], ALICE)
        await handle_together(*place, [Put("a", 1)], ALICE, summary=count, summary_correlation=thread)
        (first, second), (total,) = [await store.read_stream(stream) for stream in ("box-a", "box-total")]
        assert first.envelope.correlation == second.envelope.correlation
        assert total.envelope.correlation == thread
