"""A service's own tables: what it keeps beside the log that is no view, such as contacts, which may not be in events.

They are made by the files in the folder `tables` of the service's package (see `migrations`), which grant to the
service's role what it may do. What belongs to an event is written in the commit of the event (`Beside`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from .pool import AWAY, Connection, Pool, borrowed, connect, statement_timeout, unavailable

_REWRITE_SECONDS = 60
_LOCK_WAIT = "2s"  # a lock that waits holds up all that come after it


class OwnTables:
    """Access to the service's own tables."""

    def __init__(self, pool: Pool, dsn: str) -> None:
        self._pool = pool
        self._dsn = dsn

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A transaction of its own, apart from the log. Raises `Unavailable`."""
        async with borrowed(self._pool) as connection, connection.transaction():
            yield connection

    async def rewrite(self, table: str) -> bool:
        """Write a table anew, so that its files hold no byte of a deleted row; false where somebody holds it.

        A plain VACUUM is not enough: it gives the place of a dead row free, and leaves its bytes there until another
        row takes the place. A row that an open snapshot still sees is copied: who must know compares the transaction
        that deleted it with the table's `relfrozenxid`, which is the oldest that any snapshot saw. The role needs
        MAINTAIN on the table. `table` comes from code. Raises `Unavailable`.
        """
        settings = {"lock_timeout": _LOCK_WAIT}
        settings["statement_timeout"] = statement_timeout(_REWRITE_SECONDS)
        try:
            connection = await connect(self._dsn, timeout=5, command_timeout=_REWRITE_SECONDS, server_settings=settings)
            try:
                await connection.execute(f"vacuum (full) {table}")
            finally:
                await connection.close()
        except asyncpg.LockNotAvailableError:
            return False
        except AWAY as error:
            raise unavailable(error) from error
        return True
