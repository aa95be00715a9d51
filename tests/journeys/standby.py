"""A Postgres that follows another one, made of a copy of it, and can be promoted."""

from __future__ import annotations

import shutil
from pathlib import Path

from shienevents import open_connection
from shienops._account import Account
from shienops._folder import DataFolder
from shienops._postgres import ADMIN, EmbeddedPostgres
from shienops.demo.loop import eventually
from shienops.settings import StackSettings

_IN_SYNC = "select count(*) from pg_stat_replication where sync_state = 'sync'"


class Standby(EmbeddedPostgres):
    """What the folder has is replaced by a copy of `primary` when it is first started."""

    name = "Postgres standby"

    def __init__(self, settings: StackSettings, folder: DataFolder, primary: EmbeddedPostgres, password: str) -> None:
        super().__init__(settings, folder)
        self._primary = primary
        folder.prepare(settings.min_free_mb)
        folder.keep_password(ADMIN, password)
        shutil.rmtree(folder.postgres, ignore_errors=True)

    def _create(self, account: Account, pg_bin: Path) -> list[str]:
        """A copy that goes on following: -R writes how into its settings."""
        return [str(pg_bin / "pg_basebackup"), "-d", self._primary.admin_dsn, "-D", str(self._data), "-R", "-c", "fast"]

    async def promote(self) -> None:
        """Let it take writes."""
        await asked(self, "select pg_promote()")


async def asked(server: EmbeddedPostgres, query: str) -> object:
    """The value that a query of the administrator gives on this server, also on a standby."""
    connection = await open_connection(f"{server.admin_dsn}?target_session_attrs=any")
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def synchronous(primary: EmbeddedPostgres, standbys: str = "*") -> None:
    """From now on a commit waits for the standby: as the runbook says it."""
    await asked(primary, f"alter system set synchronous_standby_names = '{standbys}'")
    await asked(primary, "select pg_reload_conf()")

    async def in_sync() -> bool:
        return bool(await asked(primary, _IN_SYNC))

    await eventually(in_sync)
