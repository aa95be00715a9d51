"""A view is rebuilt beside its live table and switched in one commit, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from shienevents import Consumer, Contract, Fenced, Positions, Reaction, Relay, Source, Store, StoreSource, View
from shienevents.consume.parking import replay_parked
from shienevents.consume.rebuild import Rebuild
from shienops._databases import Database

from .serving import Look, a_reader, a_service, boxes2, expected_digest, log_of, looks, put, rebuilding
from .world import (
    AREAS,
    BoxFilled,
    BoxRow,
    a_consumer,
    a_store,
    again,
    append,
    areas_filled,
    boxes,
    caught_up,
    digests,
    hearing,
    parked_in,
    reached,
    replayed,
    rows,
    running,
    until,
)

COUNTED: list[View[Any]] = [boxes2, areas_filled]


@pytest.fixture
async def store(database: Database) -> AsyncIterator[Store]:
    async with a_store(database) as store:
        yield store


async def fill(store: Store, *names: str, amount: int = 1, after: int = 0) -> None:
    """One event into each box, over the shards in turn."""
    await asyncio.gather(
        *(store.append(append(name, amount, after=after, shard=n % len(AREAS))) for n, name in enumerate(names))
    )


async def folded(store: Store, *views: View[Any]) -> None:
    """A process with these views runs until it has taken everything, and ends."""
    async with running(a_consumer(store, views=views)):
        await caught_up(store)


async def ready(consumer: Consumer) -> None:
    await until(lambda: consumer.active)


async def tables(store: Store) -> list[tuple[str, int | None]]:
    """Every table of the views' schema, with the version it is listed with."""
    async with store.pool.acquire() as connection:
        found = await connection.fetch(
            "select tablename, version from pg_tables left join views on name = tablename "
            "where schemaname = 'views' order by 1"
        )
    return [tuple(row) for row in found]


async def test_a_raised_version_is_rebuilt_while_the_old_table_stays_and_then_takes_its_place(store: Store) -> None:
    await fill(store, *"abcdef")
    await folded(store, boxes, areas_filled)
    old = await rows(store, boxes)
    consumer = a_consumer(store, views=COUNTED)
    told: list[float] = []
    seen: list[dict[Any, Any]] = []

    async with running(consumer):
        await ready(consumer)
        assert consumer.behind == [boxes2]
        assert await rows(store, boxes) == old
        rebuild = rebuilding(store, consumer, boxes2, limit=2)
        async with asyncio.TaskGroup() as tasks:
            at_work = tasks.create_task(rebuild.run(told.append))
            while len(told) < 2:  # noqa: ASYNC110 - at the first chance
                await asyncio.sleep(0)
            seen.append(await rows(store, boxes) if not at_work.done() else old)
        assert consumer.behind == []
        await fill(store, "later")
        await caught_up(store)

        assert seen == [old]
        assert [
            (r.box, r.held, r.times) for r in sorted((await rows(store, boxes2)).values(), key=str) if r.box < "g"
        ] == [(name, "1", 1) for name in "abcdef"]
        assert await digests(store, *COUNTED) == await replayed(store, views=COUNTED)
    assert await tables(store) == [("areas_filled", 1), ("boxes", 2)]
    assert told == sorted(told)
    assert (0 < told[0] < 1, told[-1]) == (True, 1.0)
    assert REGISTRY.get_sample_value("shien_rebuild_progress_ratio", {"service": "needs", "view": "boxes"}) == 1.0


async def test_no_reader_sees_a_missing_or_half_table_while_a_view_is_rebuilt_under_writes(
    store: Store, database: Database
) -> None:
    consumer = a_consumer(store)
    found: list[Look] = []
    over = asyncio.Event()

    async def write() -> None:
        n = 0
        while not over.is_set():
            await fill(store, *(f"w{n}-{i}" for i in range(6)))
            n += 1

    async with running(consumer), a_reader(store, consumer, database) as reader:
        await fill(store, *(f"before{n}" for n in range(50)))
        await caught_up(store)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(write())
            for _ in range(3):
                tasks.create_task(looks(reader, boxes, found, over))
            for _ in range(6):
                await rebuilding(store, consumer, boxes, limit=200).run()
            over.set()
        await caught_up(store)
        assert await digests(store) == await replayed(store)
    log = await log_of(store)
    assert len(found) > 10
    assert [look.digest for look in found] == [expected_digest(log, look.seqs) for look in found]


async def test_a_reader_that_stays_keeps_the_switch_waiting_but_not_the_consumer_nor_other_readers(
    store: Store, database: Database
) -> None:
    consumer = a_consumer(store)
    async with running(consumer), a_reader(store, consumer, database) as reader:
        await fill(store, "a")
        await caught_up(store)
        async with reader.snapshot() as staying:
            before = await staying.digest(boxes)
            rebuild = asyncio.create_task(rebuilding(store, consumer, boxes).run())
            for n in range(20):
                await fill(store, f"more{n}")
                await caught_up(store, seconds=30)
                async with asyncio.timeout(30), reader.snapshot() as other:
                    await other.rows(boxes)
            assert not rebuild.done()
            assert await staying.digest(boxes) == before
        async with asyncio.timeout(60):
            await rebuild
        assert await digests(store) == await replayed(store)


async def test_a_rebuild_that_was_cancelled_begins_again_and_ends(store: Store) -> None:
    await fill(store, *"abcdef")
    consumer = a_consumer(store)
    async with running(consumer):
        await caught_up(store)
        told: list[float] = []
        task = asyncio.create_task(rebuilding(store, consumer, boxes, limit=1).run(told.append))
        await until(lambda: bool(told))
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert await digests(store) == await replayed(store)
        await fill(store, "g")
        await rebuilding(store, consumer, boxes).run()
        await caught_up(store)
        assert await digests(store) == await replayed(store)
    assert await tables(store) == [("areas_filled", 1), ("boxes", 1)]


async def test_a_rebuild_whose_process_is_killed_begins_again_and_ends(store: Store, database: Database) -> None:
    await fill(store, *"abcdef")
    await folded(store, boxes, areas_filled)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", str(Path(__file__).with_name("rebuild_process.py")), database.dsn
    )
    assert await process.wait() == -signal.SIGKILL
    assert len(await tables(store)) == 3  # what it left

    async with running(consumer := a_consumer(store, views=COUNTED, lease_seconds=2)):
        await ready(consumer)
        await rebuilding(store, consumer, boxes2).run()
        await caught_up(store)
        assert await digests(store, *COUNTED) == await replayed(store, views=COUNTED)
    assert await tables(store) == [("areas_filled", 1), ("boxes", 2)]


async def test_a_view_added_to_a_service_with_history_gets_all_of_it(store: Store) -> None:
    await fill(store, *"abcdef")
    await folded(store, boxes)
    async with running(consumer := a_consumer(store)):
        await ready(consumer)
        assert consumer.behind == [areas_filled]
        await fill(store, "g")
        await caught_up(store)
        await rebuilding(store, consumer, areas_filled).run()
        await fill(store, "h")
        await caught_up(store)
        assert await digests(store) == await replayed(store)
    assert sum(row.filled for row in (await rows(store, areas_filled)).values()) == 8


async def test_rolling_back_and_forward_again_never_trusts_a_table_that_missed_events(store: Store) -> None:
    await fill(store, "a")
    await folded(store, boxes, areas_filled)
    before: list[View[Any]] = [boxes, areas_filled]
    for views in (COUNTED, before, COUNTED):
        async with running(consumer := a_consumer(store, views=views)):
            await ready(consumer)
            assert consumer.behind == [views[0]]
            await rebuilding(store, consumer, views[0]).run()
            assert await digests(store, *views) == await replayed(store, views=views)
    await fill(store, "b")
    await folded(store, boxes, areas_filled)  # the old code moves on, and does not rebuild
    assert await tables(store) == [("areas_filled", 1), ("boxes", None)]
    async with running(consumer := a_consumer(store, views=COUNTED)):
        await ready(consumer)
        assert consumer.behind == [boxes2]
        await rebuilding(store, consumer, boxes2).run()
        assert await digests(store, *COUNTED) == await replayed(store, views=COUNTED)


async def test_a_rebuild_gives_the_same_from_the_store_alone_and_from_kafka_alone(
    store: Store, kafka: str, topic_name: str
) -> None:
    consumer, relay = a_consumer(store), Relay(store, kafka, topic_name)
    async with running(consumer, relay):
        await fill(store, *"abcdefgh")
        await caught_up(store)
        expected = await replayed(store)
        await rebuilding(store, consumer, boxes).run()
        assert await digests(store) == expected
        from_kafka = hearing(kafka, needs=topic_name)
        await Rebuild(store, consumer, boxes, lambda: [from_kafka]).run()
        assert await digests(store) == expected
        await fill(store, "i")
        await caught_up(store)
        assert await digests(store) == await replayed(store)


class Gated:
    """A source that hands out its first records, and the rest only when it is let."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.asked = 0
        self.go_on = asyncio.Event()

    async def start(self, positions: Positions) -> None:
        await self._source.start(positions)

    async def next(self) -> Any:
        self.asked += 1
        if self.asked > 1:
            await self.go_on.wait()
        return await self._source.next()

    async def rescan(self, source: str, shard: int) -> None:
        raise NotImplementedError

    async def stop(self) -> None:
        await self._source.stop()


async def test_a_rebuild_that_was_paused_writes_nothing_into_the_table_of_the_one_that_took_over(
    store: Store, database: Database
) -> None:
    await fill(store, *"abcdef")
    await folded(store, boxes, areas_filled)
    async with again(database) as other:
        paused_consumer = a_consumer(other)
        async with running(paused_consumer):
            await ready(paused_consumer)
            paused = Gated(StoreSource(other, limit=3))
            zombie = asyncio.create_task(Rebuild(other, paused_consumer, boxes, lambda: [paused]).run())
            await until(lambda: paused.asked > 1)
        async with running(consumer := a_consumer(store)):
            await ready(consumer)
            gated = Gated(StoreSource(store, limit=3))
            legitimate = asyncio.create_task(Rebuild(store, consumer, boxes, lambda: [gated]).run())
            await until(lambda: gated.asked > 1)
            paused.go_on.set()
            outcome = (await asyncio.gather(zombie, return_exceptions=True))[0]
            assert isinstance(outcome, Exception)
            gated.go_on.set()
            await legitimate
            assert await digests(store) == await replayed(store)


async def test_a_rebuild_that_was_paused_until_another_consumer_moved_on_switches_nothing(
    store: Store, database: Database
) -> None:
    await fill(store, *"abcdef")
    await folded(store, boxes, areas_filled)
    async with again(database) as other:
        paused_consumer = a_consumer(other)
        async with running(paused_consumer):
            await ready(paused_consumer)
            paused = Gated(StoreSource(other, limit=3))
            zombie = asyncio.create_task(Rebuild(other, paused_consumer, boxes, lambda: [paused]).run())
            await until(lambda: paused.asked > 1)
        await fill(store, "later")
        async with running(a_consumer(store)):
            await caught_up(store)
            paused.go_on.set()
            with pytest.raises(Fenced):
                await zombie
            await fill(store, "and", "on")
            await caught_up(store)
            assert await digests(store) == await replayed(store)


async def test_a_process_that_folded_before_another_rebuilt_the_view_folds_on_after_it(
    store: Store, database: Database
) -> None:
    await fill(store, "a")
    await folded(store, boxes, areas_filled)  # its statements are prepared
    async with again(database) as other, running(consumer := a_consumer(other)):
        await ready(consumer)
        await rebuilding(other, consumer, boxes).run()
    await fill(store, "b", "c")
    await folded(store, boxes, areas_filled)
    assert await digests(store) == await replayed(store)


def refusing(version: int, name: str) -> View[Any]:
    """`boxes`, with a bug that one box meets."""

    def evolve(row: BoxRow, event: Any, envelope: Any) -> BoxRow | None:
        if event.box == name:
            raise ValueError(f"no {name}")
        return boxes.evolve(row, event, envelope)

    return replace(boxes, version=version, evolve=evolve)


async def test_parked_events_of_the_old_version_make_way_for_those_of_the_new_one(store: Store) -> None:
    first, second = refusing(1, "a"), refusing(2, "b")
    await fill(store, "a", "b", "c")
    await folded(store, first)
    assert [unit for unit, *_ in await parked_in(store)] == ["boxes@1"]
    async with running(consumer := a_consumer(store, views=[second])):
        await ready(consumer)
        await rebuilding(store, consumer, second).run()
        await fill(store, "b", after=1)
        await until(lambda: len(consumer.subscriptions.held.get("boxes@2", ())) == 1)
        await caught_up(store)
        assert await digests(store, second) == await replayed(store, views=[second])
    assert {unit for unit, *_ in await parked_in(store)} == {"boxes@2"}


async def test_a_rebuild_leaves_the_parked_events_of_a_reaction_that_is_called_like_the_view(store: Store) -> None:
    def react(event: Any, envelope: Any) -> list[Any]:
        raise ValueError("not yet")

    namesake = Reaction(name="boxes", subscribes_to=(BoxFilled,), react=react)
    await fill(store, "a")
    consumer = a_consumer(store, reactions=[namesake])
    async with running(consumer):
        await caught_up(store)
        parked = await parked_in(store)
        assert [unit for unit, *_ in parked] == ["boxes"]
        await rebuilding(store, consumer, boxes).run()
        assert await parked_in(store) == parked
        assert await replay_parked(store, consumer, "boxes") == (0, 1)


async def test_an_operator_rebuilds_a_view_of_the_same_version_under_load(database: Database) -> None:
    async with a_service(database) as service:
        await put(service, *range(1, 30))
        await until(lambda: service.consumer.active)
        told: list[float] = []
        rebuild = asyncio.create_task(service.rebuild("boxes", told.append))
        await put(service, *range(1, 30), name="more")
        await rebuild
        await caught_up(service.store)
        assert await digests(service.store) == await replayed(service.store)
        assert (told[0], told[-1], told == sorted(told), service.rebuilding) == (0.0, 1.0, True, {})


async def test_a_rebuild_that_cannot_be_done_is_refused_in_a_sentence(database: Database) -> None:
    async with a_service(database) as service:
        await put(service, 1)
        await until(lambda: service.consumer.active)
        with pytest.raises(Contract, match="no view is called 'nothing'"):
            await service.rebuild("nothing")
        both = await asyncio.gather(service.rebuild("boxes"), service.rebuild("boxes"), return_exceptions=True)
        assert [str(one) for one in both if one] == ["view boxes is being rebuilt already"]
        async with a_service(database) as standing_by:
            with pytest.raises(Contract, match="another process holds the consumer's lease"):
                await standing_by.rebuild("boxes")


async def test_a_running_service_rebuilds_what_lags_behind_its_code_by_itself(database: Database) -> None:
    async with a_service(database) as service:
        await put(service, 3, 4)
        await caught_up(service.store)
    async with a_service(database, views=COUNTED) as service:
        await until(lambda: service.consumer.active and not service.consumer.behind)
        await caught_up(service.store)
        assert [(r.box, r.held, r.times) for r in (await rows(service.store, boxes2)).values()] == [
            ("b0", "3", 1),
            ("b1", "4", 1),
        ]
        assert (await reached(service.store)).seqs
