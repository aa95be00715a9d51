"""Leases on a real Postgres: one holder at a time, by the database's clock, with rows that are only inserted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from shienevents.postgres.leases import Lease
from shienevents.write.store import Store
from shienops._databases import Database

from .relaying import opened, until


@pytest.fixture
async def store(database: Database) -> AsyncIterator[Store]:
    store = await opened(database)
    yield store
    await store.close()


async def numbers(store: Store) -> list[int]:
    return [row[0] for row in await store.pool.fetch("select number from leases order by number")]


async def test_one_of_many_who_ask_at_once_gets_the_lease(store: Store) -> None:
    leases = [Lease(store.pool, "work") for _ in range(8)]
    answers = await asyncio.gather(*[lease.hold() for lease in leases])
    assert sorted(answers) == [False] * 7 + [True]
    assert [lease.held for lease in leases] == answers
    assert await numbers(store) == [1]


async def test_leases_of_other_names_do_not_meet(store: Store) -> None:
    assert await Lease(store.pool, "one").hold()
    assert await Lease(store.pool, "two").hold()


async def test_a_holder_asks_the_database_only_when_a_third_of_the_time_is_gone(store: Store) -> None:
    lease = Lease(store.pool, "work", seconds=0.6)
    assert await lease.hold()
    assert await lease.hold()
    assert await numbers(store) == [1]

    async def renewed() -> bool:
        assert await lease.hold()
        return len(await numbers(store)) > 1

    await until(renewed)
    assert await numbers(store) == [1, 2]


async def test_a_lease_that_ran_out_goes_to_the_next_and_its_holder_knows_without_asking(store: Store) -> None:
    first, second = Lease(store.pool, "work", seconds=0.2), Lease(store.pool, "work")
    assert await first.hold()
    assert not await second.hold()
    await until(second.hold)
    assert not first.held
    assert not await first.hold()


async def test_the_holder_believes_no_longer_than_the_database_says(store: Store) -> None:
    lease = Lease(store.pool, "work", seconds=0.3)
    assert await lease.hold()
    left = "select until > clock_timestamp() from leases where name = 'work' order by number desc limit 1"
    while lease.held:
        said = await store.pool.fetchval(left)
        assert said or not lease.held


async def test_a_released_lease_is_free_at_once(store: Store) -> None:
    first, second = Lease(store.pool, "work"), Lease(store.pool, "work")
    assert await first.hold()
    await first.release()
    assert not first.held
    assert await second.hold()


async def test_releasing_what_another_has_taken_changes_nothing(store: Store) -> None:
    first, second, third = (Lease(store.pool, "work", seconds=0.1) for _ in range(3))
    assert await first.hold()
    second.seconds = 10
    await until(second.hold)
    await first.release()
    assert not await third.hold()
    assert await second.hold()


async def test_old_rows_are_pruned_and_the_numbers_go_on(store: Store) -> None:
    lease = Lease(store.pool, "work", seconds=0.0)
    for _ in range(100):
        await lease.hold()
    found = await numbers(store)
    assert found[-1] == 100
    assert found == list(range(found[0], 101))
    assert len(found) < 40


async def test_an_insert_that_lands_on_a_pruned_number_is_no_lease(store: Store, database: Database) -> None:
    """A statement saw number 5 on top, run out, and is held up until others took 6 to 8 and pruned 1 to 7."""
    stale = Lease(store.pool, "work")
    owner = await asyncpg.connect(database.owner_dsn)
    await owner.execute("insert into leases values ('work', 5, gen_random_uuid(), '-infinity')")
    await owner.execute(
        "create function held_up() returns trigger language plpgsql as "
        "$$ begin perform pg_advisory_xact_lock(42); return new; end $$; "
        "create trigger held_up before insert on leases for each row "
        f"when (new.holder = '{stale.holder}') execute function held_up()"
    )
    await owner.execute("select pg_advisory_lock(42)")
    asking = asyncio.create_task(stale.hold())

    async def waits() -> bool:
        return bool(await owner.fetchval("select exists (select from pg_locks where objid = 42 and not granted)"))

    await until(waits)
    await owner.execute("insert into leases values ('work', 8, gen_random_uuid(), 'infinity')")
    await owner.execute("delete from leases where number < 8")
    await owner.execute("select pg_advisory_unlock(42)")
    assert not await asking
    assert not stale.held
    assert await numbers(store) == [6, 8]
    await owner.close()


async def test_a_row_is_never_updated(store: Store) -> None:
    lease = Lease(store.pool, "work", seconds=0.0)
    for _ in range(20):
        await lease.hold()
    await lease.release()
    await store.pool.execute("select pg_stat_force_next_flush()")
    assert await store.pool.fetchval("select n_tup_upd from pg_stat_user_tables where relname = 'leases'") == 0
