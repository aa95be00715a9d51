"""A DSN in a file: the password of now counts for each new connection, and the process goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from shienevents import DatabaseDenied, Store, migrate
from shienevents.postgres.pool import apart, borrowed
from shienops._databases import Database


async def test_a_password_that_was_changed_in_its_file_counts_for_the_next_connection(
    database: Database, tmp_path: Path
) -> None:
    file, owners = tmp_path / "needs_dsn", tmp_path / "needs_owner_dsn"
    file.write_text(f"{database.dsn}\n")
    owners.write_text(database.owner_dsn)
    await migrate(f"file:{owners}", service="needs", writer=database.name, shards=1)
    store = await Store.open(f"file:{file}", pool_size=2)
    try:
        async with borrowed(store.pool) as connection:
            await connection.execute(f"alter role {database.name} password 'changed'")
        await store.pool.expire_connections()
        with pytest.raises(DatabaseDenied):
            async with borrowed(store.pool):
                pass
        file.write_text("\ufeff" + database.dsn.replace(password_of(database.dsn), "changed"))  # as Windows leaves it
        async with borrowed(store.pool) as again, apart(f"file:{file}") as one_more:
            assert [await one.fetchval("select 1") for one in (again, one_more)] == [1, 1]
    finally:
        await store.close()


async def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseDenied, match="needs_dsn"):
        await Store.open(f"file:{tmp_path / 'needs_dsn'}")


def password_of(dsn: str) -> str:
    return dsn.partition("@")[0].rpartition(":")[2]
