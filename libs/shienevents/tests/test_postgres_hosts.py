"""A DSN of several hosts: one that is silent, and one that takes no writes, are passed over."""

from __future__ import annotations

import asyncio

import pytest

from shienevents import Unavailable, open_connection
from shienevents.postgres.pool import borrowed, open_pool
from shienops._databases import Database


async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take what comes, and answer nothing."""
    await reader.read()
    writer.close()


async def test_a_host_that_is_silent_leaves_time_for_the_next_one(database: Database) -> None:
    silent = await asyncio.start_server(hear, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    async with silent:
        dsn = database.dsn.replace("@", f"@127.0.0.1:{port},")
        connection = await open_connection(dsn, seconds=3)
        assert await connection.fetchval("select current_database()") == database.name
        await connection.close()


async def test_a_server_that_takes_no_writes_is_away_unless_the_dsn_wants_it(database: Database) -> None:
    owner = await open_connection(database.owner_dsn)
    await owner.execute(f"alter database {database.name} set default_transaction_read_only = on")
    await owner.close()
    with pytest.raises(Unavailable):
        await open_connection(database.dsn)
    await (await open_connection(f"{database.dsn}?target_session_attrs=any")).close()


async def test_a_session_whose_server_takes_no_writes_any_more_is_away(database: Database) -> None:
    pool = await open_pool(database.dsn, size=1)

    async def write() -> None:
        async with borrowed(pool) as connection:
            await connection.execute("set default_transaction_read_only = on")
            await connection.execute("create table views.nothing ()")

    with pytest.raises(Unavailable):
        await write()
    await pool.close()
