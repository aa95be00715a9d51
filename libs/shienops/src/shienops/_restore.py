"""A backup brought back into empty databases: every file compared with its digest before, every table after."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from shienevents import migrate, open_connection
from shienops._backup import Rows, digest_of_table
from shienops._manifest import PROOF, ServiceCopy, ahead_of_sources, read_manifest
from shienops.errors import StackError

if TYPE_CHECKING:
    from shienops._databases import Connection

_IDENTITIES = """
    select c.relname as name, a.attname as column from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attidentity <> '' and not a.attisdropped
"""


def checked(folder: Path) -> dict[str, ServiceCopy]:
    """What is in a backup, after every file was compared with its digest. Raises `StackError`."""
    _, services = read_manifest(folder)
    for name, service in services.items():
        for table, copy in service.tables.items():
            file = folder / name / f"{table}.copy"
            if not file.is_file() or _sha256(file) != copy.sha256:
                raise _damaged(file)
    if wrong := ahead_of_sources(services):
        raise _damaged(folder / f"manifest.json ({wrong[0]})")
    return services


async def restore(
    folder: Path,
    owner_dsns: Mapping[str, str],
    writers: Mapping[str, str],
    proof: Path | None = None,
    on_rows: Rows = lambda done, total: None,
) -> dict[str, ServiceCopy]:
    """Bring a backup into empty databases: all of them, or none. Raises `StackError`.

    `writers`: the name of each service's own role. Views are empty afterwards; the services fold them when they start.
    """
    services = checked(folder)
    if missing := sorted(set(services) - set(owner_dsns)):
        raise _not_empty(missing[0])
    done, total = 0, sum(sum(copy.rows for copy in one.tables.values()) for one in services.values())
    async with AsyncExitStack() as held:
        for name, service in services.items():
            await migrate(owner_dsns[name], service=name, writer=writers[name], shards=service.shards)
            connection: Connection = await open_connection(owner_dsns[name], seconds=10)
            held.push_async_callback(connection.close)
            await held.enter_async_context(connection.transaction())
            await _refuse_other(connection, name, service)
            for table, copy in service.tables.items():
                file = folder / name / f"{table}.copy"
                await connection.copy_to_table(table, source=file, columns=copy.columns, format="binary")
                if await digest_of_table(connection, table, copy) != copy.sha256:
                    raise _damaged(file)
                done += copy.rows
                on_rows(done, total)
            await _set_identities(connection)
    _bring_proof(folder / PROOF, proof)
    return services


def _bring_proof(kept: Path, proof: Path | None) -> None:
    """Where a service has a proof already it stays: it is newer, and stops the log from going another way."""
    if proof is None or not kept.is_dir():
        return
    for service in kept.iterdir():
        there = proof / service.name  # an empty folder where a volume is mounted
        if not any(there.rglob("checkpoint")):
            shutil.copytree(service, there, dirs_exist_ok=True)


async def _refuse_other(connection: Connection, name: str, service: ServiceCopy) -> None:
    """Only into an empty database of code that knows the backup's tables; nobody may work there."""
    known = {row["name"] for row in await connection.fetch("select name from migrations")}
    if newer := sorted(set(service.migrations) - known):
        raise _newer(name, newer)
    used = await connection.fetchval(
        "select exists (select from events) or exists (select from batches) or exists (select from relayed)"
    )
    if used:
        raise _not_empty(name)
    await connection.execute("delete from store")


async def _set_identities(connection: Connection) -> None:
    """The next number of a column that counts by itself comes after those that were brought back."""
    for row in await connection.fetch(_IDENTITIES):
        table, column = row["name"], row["column"]
        await connection.execute(
            f"select setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) from {table} "
            f"having max({column}) is not null"
        )


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _damaged(file: Path) -> StackError:
    return StackError(
        "backup.damaged",
        f"{file} is not what the backup says it is. Nothing was changed.",
        f"{file} の内容がバックアップ時と異なります。何も変更していません。",
        "Take another copy of this backup, or an older backup.",
        "このバックアップの別の写し、または以前のバックアップを使ってください。",
    )


def _not_empty(name: str) -> StackError:
    return StackError(
        "restore.not_empty",
        f"There is no empty database for {name}. Nothing was changed.",
        f"{name} の空のデータベースがありません。何も変更していません。",
        "Restore into a new data folder: shien --help, then shien up --data NEW --detach, and no services running.",
        "新しいデータフォルダーを shien up --data NEW --detach で起動し、サービスを止めたまま復元してください。",
    )


def _newer(name: str, files: list[str]) -> StackError:
    return StackError(
        "restore.newer",
        f"The backup of {name} was made by a newer version, which has {', '.join(files)}. Nothing was changed.",
        f"{name} のバックアップは、より新しい版で作成されています（{'、'.join(files)}）。何も変更していません。",
        "Install that version, then restore.",
        "その版をインストールしてから復元してください。",
    )
