"""Migrations: each file once, in order, by whoever comes first; and never the wrong database."""

from __future__ import annotations

import asyncio
from importlib.resources import files

import pytest

import shienevents
from shienevents import Contract, Store, Unavailable, migrate
from shienops._databases import Database
from shienops.stack import Stack

from .world import append, connected, outcome

FILES = sorted(file.name for file in files(shienevents).joinpath("postgres/sql").iterdir())


async def test_every_file_is_applied_once_and_in_order(database: Database) -> None:
    assert await migrate(database.owner_dsn, service="needs", writer=database.name) == FILES
    assert await migrate(database.owner_dsn, service="needs", writer=database.name) == []
    async with connected(database.owner_dsn) as owner:
        assert [row[0] for row in await owner.fetch("select name from migrations order by applied_at")] == FILES


async def test_many_migrations_at_once_apply_each_file_once_and_make_one_store(database: Database) -> None:
    results = await asyncio.gather(
        *[migrate(database.owner_dsn, service="needs", writer=database.name, shards=n + 1) for n in range(5)]
    )
    assert sorted(results) == [[], [], [], [], FILES]
    store = await Store.open(database.dsn)
    assert store.shards == results.index(FILES) + 1
    await store.close()


async def test_a_file_that_was_changed_after_it_was_applied_is_refused(database: Database) -> None:
    await migrate(database.owner_dsn, service="needs", writer=database.name)
    async with connected(database.owner_dsn) as owner:
        await owner.execute("update migrations set checksum = 'another' where name = $1", FILES[0])
    with pytest.raises(Contract, match=f"{FILES[0]} was changed after it was applied; add a new file instead"):
        await migrate(database.owner_dsn, service="needs", writer=database.name)


async def test_the_store_of_another_service_is_refused_before_anything_is_applied(database: Database) -> None:
    await migrate(database.owner_dsn, service="needs", writer=database.name)
    async with connected(database.owner_dsn) as owner:
        await owner.execute("delete from migrations where name = $1", FILES[-1])  # as if it were older than this code
        with pytest.raises(Contract, match="this database is the store of 'needs', not of 'matching'; check the DSN"):
            await migrate(database.owner_dsn, service="matching", writer=database.name)
        assert await owner.fetchval("select count(*) from migrations") == len(FILES) - 1
        assert await owner.fetchval("select service from store") == "needs"


@pytest.mark.parametrize("service", ["", "Needs", "needs-2", "needs.registry", "need_s", "9needs", "x" * 32, "ニーズ"])
async def test_a_service_whose_name_no_position_could_carry_is_refused(service: str) -> None:
    with pytest.raises(Contract, match="service name"):
        await migrate("postgresql://nowhere", service=service, writer="x")


@pytest.mark.parametrize("shards", [0, -1, 33, 2**40])
async def test_a_number_of_shards_out_of_range_is_refused(shards: int) -> None:
    with pytest.raises(Contract, match=f"{shards} shards: 1 to 32 are expected"):
        await migrate("postgresql://nowhere", service="needs", writer="x", shards=shards)


async def test_the_number_of_shards_stays_what_it_was_at_the_beginning(database: Database) -> None:
    await migrate(database.owner_dsn, service="needs", writer=database.name, shards=5)
    await migrate(database.owner_dsn, service="needs", writer=database.name, shards=7)
    store = await Store.open(database.dsn)
    assert (store.shards, await store.heads()) == (5, [0] * 5)
    await store.close()


async def test_a_migration_whose_process_died_is_finished_by_the_next(database: Database, postgres: Stack) -> None:
    # Somebody holds the name of the second file's first table, so the first migration stands in its middle.
    async with connected(database.owner_dsn) as blocker, connected(postgres.admin_dsn) as admin, blocker.transaction():
        await blocker.execute("create table leases (x int)")
        first = asyncio.create_task(outcome(migrate(database.owner_dsn, service="needs", writer=database.name)))
        killed = False
        while not killed:
            killed = await admin.fetchval(
                "select coalesce(bool_or(pg_terminate_backend(pid)), false) from pg_stat_activity "
                "where datname = $1 and wait_event_type = 'Lock'",
                database.name,
            )
        assert isinstance(await first, Unavailable)
        await blocker.execute("drop table leases")
    async with connected(database.owner_dsn) as owner:
        assert [row[0] for row in await owner.fetch("select name from migrations")] == FILES[:1]
    assert await migrate(database.owner_dsn, service="needs", writer=database.name) == FILES[1:]


async def test_a_role_with_an_odd_name_is_granted_what_a_service_may_do(database: Database, postgres: Stack) -> None:
    odd = f'Wr"it er {database.name}'
    quoted = '"' + odd.replace('"', '""') + '"'
    async with connected(postgres.admin_dsn) as admin:
        await admin.execute(f"create role {quoted} in role {database.name}")
    try:
        await migrate(database.owner_dsn, service="needs", writer=odd)
        async with connected(database.owner_dsn) as owner:
            grants = await owner.fetch(
                "select privilege_type from information_schema.role_table_grants "
                "where grantee = $1 and table_name = 'events' order by 1",
                odd,
            )
        assert [row[0] for row in grants] == ["INSERT", "SELECT"]
    finally:
        async with connected(postgres.admin_dsn) as admin, connected(database.owner_dsn) as owner:
            await owner.execute(f"revoke all on all tables in schema public, views, kept_folds from {quoted}")
            await owner.execute(f"revoke all on all functions in schema public from {quoted}")
            await owner.execute(f"revoke all on schema views, public, kept_folds from {quoted}")
            await admin.execute(f"drop role {quoted}")


async def test_a_database_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await migrate("postgresql://nobody@127.0.0.1:1/none", service="needs", writer="x")


async def test_a_migrated_database_takes_events(database: Database) -> None:
    await migrate(database.owner_dsn, service="needs", writer=database.name, shards=3)
    store = await Store.open(database.dsn)
    assert (await store.append(append("box-a", 1))).seq == 1
    await store.close()
