"""A backup brought back into empty databases: every file compared with its digest before, every table after."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Set
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shienevents import migrate, open_connection, unapplied
from shienops._backup import Rows, digest_of_table
from shienops._manifest import PROOF, ServiceCopy, ahead_of_sources, read_manifest
from shienops.errors import StackError

if TYPE_CHECKING:
    from shienops._databases import Connection

_USED = "select exists (select from events) or exists (select from batches) or exists (select from relayed)"
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


@dataclass(frozen=True)
class Target:
    """The database that a service's part of a backup would come into: how many events it has, and why it is refused."""

    events: int
    refused: StackError | None


async def targets(services: Mapping[str, ServiceCopy], owner_dsns: Mapping[str, str]) -> dict[str, Target]:
    """What `restore` would find and do, for each service of a backup. Changes nothing. Raises `Unavailable`."""
    found = {}
    for name, service in services.items():
        found[name] = await _target(owner_dsns[name], name, service) if name in owner_dsns else Target(0, _none(name))
    return found


async def _target(dsn: str, name: str, service: ServiceCopy) -> Target:
    known = set(await unapplied(dsn, service=name))  # what it gets before anything is copied into it
    connection: Connection = await open_connection(dsn, seconds=10)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            if await connection.fetchval("select to_regclass('public.store') is null"):
                return Target(0, _why_not(name, service, known, used=False))
            known |= {row["name"] for row in await connection.fetch("select name from migrations")}
            owner = await connection.fetchval("select service from store")
            events = await connection.fetchval("select count(*) from events")
            used = bool(await connection.fetchval(_USED)) or owner not in (None, name)
            return Target(events, _why_not(name, service, known, used=used))
    finally:
        await connection.close()


def _why_not(name: str, service: ServiceCopy, known: Set[str], *, used: bool) -> StackError | None:
    """Only into an empty database of code that knows the backup's tables; nobody may work there."""
    if newer := sorted(set(service.migrations) - known):
        return _newer(name, newer)
    return _not_empty(name) if used else None


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
        raise _none(missing[0])
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
    known = {row["name"] for row in await connection.fetch("select name from migrations")}
    if refused := _why_not(name, service, known, used=bool(await connection.fetchval(_USED))):
        raise refused
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


def _none(name: str) -> StackError:
    return StackError(
        "restore.no_service",
        f"The backup has the service {name}, and this place has no database for it. Nothing was changed.",
        f"バックアップにはサービス {name} がありますが、復元先にそのデータベースがありません。何も変更していません。",
        "Name the same services in SHIEN_SERVICES as where the backup was made.",
        "SHIEN_SERVICES に、バックアップ元と同じサービスを指定してください。",
    )


def _newer(name: str, files: list[str]) -> StackError:
    return StackError(
        "restore.newer",
        f"The backup of {name} was made by a newer version, which has {', '.join(files)}. Nothing was changed.",
        f"{name} のバックアップは、より新しい版で作成されています（{'、'.join(files)}）。何も変更していません。",
        "Install that version, then restore.",
        "その版をインストールしてから復元してください。",
    )
