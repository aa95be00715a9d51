"""A service's own tables: made by its own files, written in the commit of its events, and written anew."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from shienevents import Beside, Connection, Contract, Handler, Idempotency, Rejected, Store, Unavailable, migrate
from shienevents.postgres.own_tables import OwnTables
from shienevents.write.together import handle_together
from shienops._databases import Database

from .test_migrations import FILES
from .world import ALICE, AREAS, TYPES, Put, Take, a_store, again, box, check_log, connected

SERVICE = "sampling"
OWN = """
create table labels (box text primary key, label text);
grant select, insert, delete, maintain on labels to {writer};
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the tables of a service, whose package can be imported."""
    folder = tmp_path / SERVICE / "tables"
    folder.mkdir(parents=True)
    (tmp_path / SERVICE / "__init__.py").touch()
    (folder / "0001_labels.sql").write_text(OWN)
    (folder / "notes.txt").write_text("no sql")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, SERVICE, raising=False)  # that of the test before
    return folder


async def test_a_services_own_files_follow_those_of_the_library_each_once(database: Database, package: Path) -> None:
    own = [*FILES, "sampling/0001_labels.sql"]
    assert await migrate(database.owner_dsn, service=SERVICE, writer=database.name) == own
    (package / "0002_more.sql").write_text("alter table labels add column more text")
    assert await migrate(database.owner_dsn, service=SERVICE, writer=database.name) == ["sampling/0002_more.sql"]
    (package / "0001_labels.sql").write_text("drop table labels")
    with pytest.raises(Contract, match=r"sampling/0001_labels\.sql was changed after it was applied"):
        await migrate(database.owner_dsn, service=SERVICE, writer=database.name)
    async with connected(database.dsn) as service:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service.execute("update labels set label = 'x'")


def labelling(label: str) -> Beside:
    async def write(connection: Connection) -> None:
        await connection.execute("insert into labels values ('a', $1) on conflict do nothing", label)

    return write


async def labels(database: Database) -> list[str]:
    async with connected(database.dsn) as connection:
        return [row["label"] for row in await connection.fetch("select label from labels")]


def handling(store: Store) -> tuple[Store, Handler]:
    return store, Handler(store, TYPES, [box])


@pytest.mark.usefixtures("package")
async def test_what_is_written_beside_events_is_there_with_them_or_not_at_all(database: Database) -> None:
    async with a_store(database, SERVICE) as store:
        with pytest.raises(Rejected):
            await handle_together(*handling(store), [Put("a", 1), Take("a", 2)], ALICE, beside=labelling("no"))
        assert await labels(database) == []

        async def fails(connection: Connection) -> None:
            await connection.execute("insert into labels values ('a', 'no')")
            await connection.execute("select 1 / 0")

        with pytest.raises(asyncpg.DivisionByZeroError):
            await handle_together(*handling(store), [Put("a", 1)], ALICE, beside=fails)
        assert (await labels(database), await check_log(store)) == ([], [])
        await handle_together(*handling(store), [Put("a", 1)], ALICE, beside=labelling("yes"))
        assert (await labels(database), len(await check_log(store))) == (["yes"], 1)


@pytest.mark.usefixtures("package")
async def test_a_repeated_request_writes_nothing_beside(database: Database) -> None:
    origin = replace(ALICE, idempotency=Idempotency("alice", "k", b"f" * 32))

    def summary(_: object) -> object:
        return Put("a", 1, AREAS[0])

    async with a_store(database, SERVICE) as one, again(database) as other:
        sent = [
            handle_together(*handling((one, other)[n % 2]), [], origin, summary=summary, beside=labelling(str(n)))
            for n in range(6)
        ]
        written = await asyncio.gather(*sent)
        assert sorted(answer.replayed for (answer,) in written) == [False, *[True] * 5]
        first = next(n for n, (answer,) in enumerate(written) if not answer.replayed)
        assert (await labels(database), len(await check_log(one))) == ([str(first)], 1)


@pytest.mark.usefixtures("package")
async def test_a_table_is_written_anew_unless_somebody_holds_it(database: Database) -> None:
    async with a_store(database, SERVICE) as store:
        tables = OwnTables(store.pool, database.dsn)
        async with tables.transaction() as connection:
            await connection.execute("insert into labels values ('a', 'x')")
        node = "select pg_relation_filenode('labels')"
        async with connected(database.owner_dsn) as owner:
            before = await owner.fetchval(node)
            assert await tables.rewrite("labels")
            assert await owner.fetchval(node) != before
            async with owner.transaction():
                await owner.execute("lock table labels in access share mode")
                assert not await tables.rewrite("labels")
        assert await labels(database) == ["x"]


async def test_tables_of_a_database_that_is_away_are_unavailable() -> None:
    with pytest.raises(Unavailable):
        await OwnTables(None, "postgresql://nobody@127.0.0.1:1/none").rewrite("labels")  # type: ignore[arg-type]
