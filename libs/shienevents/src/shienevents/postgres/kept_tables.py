"""The tables of a fold of the past that is kept."""

from __future__ import annotations

import asyncpg

from .pool import Connection


async def drop_fold(connection: Connection, name: str) -> bool:
    """Drop a fold; `False` while a past that began from it is open."""
    rows = await connection.fetch(
        "select format('kept_folds.%I', tablename) as name from pg_tables "
        "where schemaname = 'kept_folds' and starts_with(tablename, $1)",
        f"{name}_",
    )
    try:
        async with connection.transaction():
            await connection.execute("set local lock_timeout = '200ms'")
            if rows:
                await connection.execute(f"drop table {', '.join(row['name'] for row in rows)}")
            await connection.execute("delete from kept_folds.folds where name = $1", name)
    except (asyncpg.DependentObjectsStillExistError, asyncpg.LockNotAvailableError):
        return False
    return True
