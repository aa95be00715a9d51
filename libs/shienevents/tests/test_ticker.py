"""Ticks: what is due is done once, by the process with the active consumer, at the time it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from shienevents import Connection, Due, Service, Snapshot, Tick, Wake
from shienops._databases import Database

from .serving import log_of, opened, put, settings_for
from .world import BoxFilled, Put, Take, boxes, caught_up, digests, prepared, replayed, until

NOW = datetime.now(UTC) + timedelta(hours=1)  # after all that a test has written: nothing happens before its beginning
LATER = NOW + timedelta(days=30)
SELDOM = 3600.0  # no tick comes by itself while a test runs


async def emptied_later(snapshot: Snapshot, wake: Wake) -> Sequence[Due]:
    """From then on everything is taken out of each box."""
    rows = await snapshot.select(boxes, "where held > 0 order by box")
    return [Due(row.box, [Take(row.box, row.held)]) for row in rows if wake.now >= LATER]


emptying = Tick("empty_boxes", emptied_later, SELDOM)


async def log(service: Service) -> list[tuple[str, str, datetime]]:
    records = [record.envelope for record in await log_of(service.store)]
    return sorted((one.type, one.actor, one.occurred_at) for one in records if one.actor.startswith("tick"))


async def held(service: Service) -> list[int]:
    await caught_up(service.store)
    async with service.snapshot() as snapshot:
        return [row.held for row in await snapshot.select(boxes, "order by box")]


async def test_what_is_due_is_done_at_the_time_that_a_tick_is_told_and_once(database: Database) -> None:
    await prepared(database)
    async with await opened(settings_for(database), ticks=[emptying]) as service:
        await put(service, 2, 3)
        await caught_up(service.store)
        assert await service.ticker.turn("empty_boxes", Wake(NOW)) == []
        assert await held(service) == [2, 3]
        written = await service.ticker.turn("empty_boxes", Wake(LATER))
        assert [one.stream for one in written] == ["box-b0", "box-b1"]
        assert await held(service) == [0, 0]
        taken = ("needs.box_taken.v1", "tick/empty_boxes", LATER)
        assert await log(service) == [taken, taken]
        assert await digests(service.store) == await replayed(service.store)


async def test_one_occasion_has_its_effect_once_whoever_comes_first(database: Database) -> None:
    async def always(_: Snapshot, __: Wake) -> Sequence[Due]:
        return [Due("the only one", [Put("b0", 1), Put("c0", 1)])]

    await prepared(database)
    tick = Tick("add", always, SELDOM)
    settings = settings_for(database)
    async with await opened(settings, ticks=[tick]) as one, await opened(settings, ticks=[tick]) as other:
        await put(one, 0, name="d")
        await caught_up(one.store)
        await asyncio.gather(*(service.ticker.turn("add", Wake(NOW)) for service in (one, other, one)))
        await one.ticker.turn("add", Wake(LATER))
        assert await held(one) == [1, 1, 0]


async def test_what_is_refused_keeps_nothing_else_from_being_done(database: Database) -> None:
    async def too_much(_: Snapshot, __: Wake) -> Sequence[Due]:
        return [Due("first", [Put("c0", 9), Take("b0", 99)]), Due("second", [Take("b0", 1)])]

    await prepared(database)
    async with await opened(settings_for(database), ticks=[Tick("take", too_much, SELDOM)]) as service:
        await put(service, 2)
        await caught_up(service.store)
        await service.ticker.turn("take", Wake(NOW))
        assert await held(service) == [1]


async def test_what_is_done_names_its_cause_and_writes_beside_in_the_same_commit(database: Database) -> None:
    cause, beside = uuid4(), list[bool]()

    async def note(connection: Connection) -> None:
        beside.append(connection.is_in_transaction())

    async def once(_: Snapshot, wake: Wake) -> Sequence[Due]:  # not at the service's own first tick, which may race
        return [Due("once", [Take("b0", 1)], cause=cause, beside=note)] if wake.now in (NOW, LATER) else []

    await prepared(database)
    async with await opened(settings_for(database), ticks=[Tick("take", once, SELDOM)]) as service:
        await put(service, 2)
        await caught_up(service.store)
        await service.ticker.turn("take", Wake(NOW))
        await service.ticker.turn("take", Wake(LATER))
        assert await held(service) == [1]
        envelopes = [record.envelope for record in await log_of(service.store)]
    assert [one.causation for one in envelopes if one.actor == "tick/take"] == [cause]
    assert beside == [True]


def hearing(wakes: list[Wake]) -> Callable[[Snapshot, Wake], Awaitable[Sequence[Due]]]:
    """A tick's `due` that notes how it was woken, and does nothing."""

    async def due(_: Snapshot, wake: Wake) -> Sequence[Due]:
        wakes.append(wake)
        return []

    return due


async def test_a_tick_hears_what_was_touched_and_runs_where_the_consumer_is_active(database: Database) -> None:
    await prepared(database)
    here: list[Wake] = []
    there: list[Wake] = []
    settings = settings_for(database)
    async with await opened(settings, ticks=[Tick("hear", hearing(here), 0.0, (BoxFilled,))]):
        await until(lambda: len(here) > 1)
        assert [here[0].first, here[1].first] == [True, False]
        async with await opened(settings, ticks=[Tick("hear", hearing(there), 0.0, (BoxFilled,))]) as other:
            await put(other, 1, 2)
            await caught_up(other.store)
            await until(lambda: {name for wake in here for name in wake.touched} == {"b0", "b1"})
            assert there == []
    async with await opened(settings, ticks=[Tick("hear", hearing(there), 0.0, (BoxFilled,))]):
        await until(lambda: bool(there))
        assert there[0].first


async def test_a_tick_that_failed_looks_at_everything_anew(database: Database) -> None:
    wakes: list[Wake] = []

    async def fails_second(_: Snapshot, wake: Wake) -> Sequence[Due]:
        wakes.append(wake)
        if len(wakes) == 2:
            raise RuntimeError("as a bug would")
        return []

    await prepared(database)
    async with await opened(settings_for(database), ticks=[Tick("fail", fails_second, 0.0, (BoxFilled,))]):
        await until(lambda: len(wakes) > 3)
    assert [wake.first for wake in wakes[:4]] == [True, False, True, False]


async def test_a_tick_that_rests_is_asked_when_something_was_touched(database: Database) -> None:
    wakes: list[Wake] = []
    others: list[Wake] = []
    ticks = [
        Tick("rest", hearing(wakes), 0.0, (BoxFilled,), rests=lambda: True),
        Tick("never rest", hearing(others), 0.0, (BoxFilled,)),
    ]
    await prepared(database)
    async with await opened(settings_for(database), ticks=ticks) as service:
        await until(lambda: len(others) > 5)
        assert [wake.first for wake in wakes] == [True]
        await put(service, 1)
        await until(lambda: len(wakes) > 1)
    assert wakes[1].touched == {"b0"}
