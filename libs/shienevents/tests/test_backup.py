"""A backup of running services: of one moment, brought back whole, and never half."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from shienevents import Store, migrate
from shienevents.consume.ledger import advance, load_state
from shienevents.core.envelope import Record
from shienops._backup import back_up, unfinished
from shienops._databases import Database
from shienops._manifest import ahead_of_sources, read_manifest
from shienops._restore import checked, restore
from shienops.errors import Busy, StackError
from shienops.pytest_plugin import MakeDatabase

from .relaying import write
from .serving import log_of, opened, put, settings_for
from .test_agreement import in_bytes, published
from .world import caught_up, connected, digests, foreign_record, prepared, until


async def hear_on_and_on(source: Store, subscriber: Store) -> None:
    """Something is recorded, and heard at once, as fast as it goes."""
    async with subscriber.pool.acquire() as connection:
        state = await load_state(connection, "live")
        number, positions, n = state.number, state.positions, 0
        while True:
            n += 1
            written = await write(source, 0, f"s{n}", "text")
            (record,) = await source.read(0, written.seq - 1, 1)
            positions.take([Record(source.service, source.id, record.envelope, record.data, written.seq - 1)])
            async with connection.transaction():
                number = await advance(connection, "live", number, positions)


async def test_a_backup_is_of_one_moment_whatever_is_recorded_and_heard_meanwhile(
    make_database: MakeDatabase, tmp_path: Path
) -> None:
    databases = {name: await make_database() for name in ("needs", "matching")}
    for name, one in databases.items():
        await migrate(one.owner_dsn, service=name, writer=one.name, shards=3)
    needs, matching = [await Store.open(one.dsn) for one in databases.values()]
    busy = asyncio.create_task(hear_on_and_on(needs, matching))
    owners = {name: one.owner_dsn for name, one in databases.items()}
    try:
        heard = []
        for n in range(5):
            services = await back_up(owners, tmp_path / str(n))
            assert ahead_of_sources(services) == []
            heard.append(services["matching"].heard.get("needs", {}).get("0", 0))
        assert not busy.done(), "nobody was stopped"
        assert heard == sorted(heard)
        assert heard[-1] > heard[0]
    finally:
        busy.cancel()
        with suppress(asyncio.CancelledError):
            await busy
        await needs.close()
        await matching.close()


async def test_a_backup_that_is_ended_leaves_nothing_and_one_that_was_killed_is_named_and_made_anew(
    database: Database, tmp_path: Path
) -> None:
    await migrate(database.owner_dsn, service="needs", writer=database.name, shards=3)
    folder, owners = tmp_path / "backup", {"needs": database.owner_dsn}

    async def endless() -> None:
        await asyncio.Event().wait()

    copying = asyncio.create_task(back_up(owners, folder, first=endless))
    await until(lambda: unfinished(folder) == [tmp_path / "backup.partial"])
    with pytest.raises(Busy, match="is making the backup"):
        await back_up(owners, folder)
    assert unfinished(folder) == [tmp_path / "backup.partial"], "what is being made is not removed by another one"
    copying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await copying

    def stopped(done: int, total: int) -> None:
        raise StackError("stopped", "", "", "", "")

    with pytest.raises(StackError):
        await back_up(owners, folder, on_rows=stopped)
    assert list(tmp_path.iterdir()) == []
    for killed in ("backup.partial", "of-yesterday.partial"):
        (tmp_path / killed / "needs").mkdir(parents=True)
    assert unfinished(folder) == [tmp_path / "backup.partial", tmp_path / "of-yesterday.partial"]
    await back_up(owners, folder)
    assert sorted(tmp_path.iterdir()) == [folder, tmp_path / "of-yesterday.partial"]


async def test_a_store_that_is_behind_what_others_heard_of_it_is_not_copied_and_its_refill_is_named(
    make_database: MakeDatabase, tmp_path: Path
) -> None:
    databases = {name: await make_database() for name in ("needs", "matching")}
    for name, one in databases.items():
        await migrate(one.owner_dsn, service=name, writer=one.name, shards=3)
    async with connected(databases["matching"].dsn) as connection:
        state = await load_state(connection, "live")
        state.positions.take([foreign_record(1, source="needs")])
        async with connection.transaction():
            await advance(connection, "live", state.number, state.positions)
    with pytest.raises(StackError, match="shien store refill needs") as told:
        await back_up({name: one.owner_dsn for name, one in databases.items()}, tmp_path / "backup")
    assert (told.value.exit_code, "shien store refill needs" in told.value.remedy_ja) == (1, True)
    assert list(tmp_path.iterdir()) == []


async def test_what_comes_back_is_what_was_there_and_services_go_on_from_it_in_an_empty_place(
    database: Database, make_database: MakeDatabase, kafka: str, topic_name: str, tmp_path: Path
) -> None:
    await prepared(database)
    async with await opened(settings_for(database, kafka, f"{topic_name}.old.")) as service:
        await put(service, 1, 2, 3, 4)
        await caught_up(service.store)
        await back_up({"needs": database.owner_dsn}, tmp_path / "backup")
        before, expected = await log_of(service.store), await digests(service.store)
    new = await make_database()
    prefix = f"{topic_name}.new."
    await restore(tmp_path / "backup", {"needs": new.owner_dsn}, {"needs": new.name})
    async with await opened(settings_for(new, kafka, prefix)) as service:
        await until(lambda: service.consumer.active and not service.consumer.behind)
        assert in_bytes(await log_of(service.store)) == in_bytes(before)
        assert await digests(service.store) == expected
        heads = heads_of(before)
        await until(lambda: [shard.sent for shard in service.relay.state.shards] == heads)
        assert await published(kafka, f"{prefix}needs.events") == in_bytes(before)
        await put(service, 5, name="new")
        await caught_up(service.store)


def heads_of(records: list[Record]) -> list[int]:
    """The last number of every shard."""
    heads = [0, 0, 0]
    for record in records:
        heads[record.envelope.shard] = max(heads[record.envelope.shard], record.envelope.seq)
    return heads


async def test_tables_beside_the_log_come_back_and_count_on(make_database: MakeDatabase, tmp_path: Path) -> None:
    old, new = await make_database(), await make_database()
    await migrate(old.owner_dsn, service="registry", writer=old.name, shards=3)
    contact = (
        "insert into contact_contents (contact_id, area, telephone) values (gen_random_uuid(), 'a', '03-0000-0000')",
        (
            "insert into contact_accesses (contact_id, area, role, body, purpose) "
            "values (gen_random_uuid(), 'a', 'r', 'b', 'p')"
        ),
    )
    everything = "select telephone, access_id from contact_contents, contact_accesses order by access_id"
    async with connected(old.owner_dsn) as connection:
        for statement in contact:
            await connection.execute(statement)
        before = await connection.fetch(everything)
    await back_up({"registry": old.owner_dsn}, tmp_path / "backup")
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0, "contacts are in it"
    await restore(tmp_path / "backup", {"registry": new.owner_dsn}, {"registry": new.name})
    async with connected(new.owner_dsn) as connection:
        assert await connection.fetch(everything) == before
        await connection.execute(contact[1])
        assert await connection.fetchval("select max(access_id) from contact_accesses") == before[-1]["access_id"] + 1


async def test_a_proof_is_brought_back_where_a_service_has_none_as_in_an_empty_volume(
    database: Database, make_database: MakeDatabase, tmp_path: Path
) -> None:
    await migrate(database.owner_dsn, service="needs", writer=database.name, shards=3)
    was, there = tmp_path / "was", tmp_path / "there"
    for service in ("needs", "registry"):
        (was / service / "0").mkdir(parents=True)
        (was / service / "0/checkpoint").write_text("old")
    await back_up({"needs": database.owner_dsn}, tmp_path / "backup", was)
    (there / "needs").mkdir(parents=True)
    (there / "registry/0").mkdir(parents=True)
    (there / "registry/0/checkpoint").write_text("newer")
    new = await make_database()
    await restore(tmp_path / "backup", {"needs": new.owner_dsn}, {"needs": new.name}, there)
    assert {name: (there / name / "0/checkpoint").read_text() for name in ("needs", "registry")} == {
        "needs": "old", "registry": "newer"
    }  # fmt: skip


async def test_nothing_is_restored_over_what_is_there_nor_from_a_damaged_file(
    database: Database, make_database: MakeDatabase, tmp_path: Path
) -> None:
    await migrate(database.owner_dsn, service="needs", writer=database.name, shards=3)
    store = await Store.open(database.dsn)
    await write(store, 0, "a", "1", "2")
    await store.close()
    folder = tmp_path / "backup"
    await back_up({"needs": database.owner_dsn}, folder)
    with pytest.raises(StackError, match="is there already"):
        await back_up({"needs": database.owner_dsn}, folder)
    with pytest.raises(StackError, match="no empty database for needs"):
        await restore(folder, {"needs": database.owner_dsn}, {"needs": database.name})
    file = folder / "needs/events.copy"
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b'"1"', b'"7"'))
    with pytest.raises(StackError, match="not what the backup says"):
        checked(folder)
    file.write_bytes(whole)
    assert list(read_manifest(folder)[1]) == ["needs"]
    new = await make_database()
    await restore(folder, {"needs": new.owner_dsn}, {"needs": new.name})
