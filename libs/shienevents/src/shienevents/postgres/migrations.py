"""Brings a service's database to its schema: numbered files, each applied once, in order.

First those of this library. Then those of the service itself, where its package has a folder `tables`: for what is kept
beside the log and is no view. The name of a service is that of its package.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from importlib.util import find_spec

import asyncpg

from ..core.errors import Contract
from ..core.positions import MOST_SHARDS
from ..core.positions import SERVICE as _SERVICE
from .pool import AWAY, connect, unavailable

_LOCK = 1936221542  # beside the shards' locks, so that two deployments at once wait for each other


async def migrate(owner_dsn: str, *, service: str, writer: str, shards: int = 12) -> list[str]:
    """Apply what is missing, as the owner; grant `writer` what a service may do. Returns the names applied.

    `shards` counts for a new store only: the number is fixed when a deployment is created.
    Raises `Contract` when an applied file was changed, or when the store belongs to another service (then nothing
    is applied), and `Unavailable`.
    """
    if not _SERVICE.fullmatch(service):
        raise Contract(f"service name {service!r}: 1 to 31 lower case letters and digits are expected, a letter first")
    if not 1 <= shards <= MOST_SHARDS:
        raise Contract(f"{shards} shards: 1 to {MOST_SHARDS} are expected")
    try:
        return await _migrate(owner_dsn, service, writer, shards)
    except AWAY as error:
        raise unavailable(error) from error


async def unapplied(owner_dsn: str, *, service: str) -> list[str]:
    """The files that this code has and the database has not. Raises `Unavailable`."""
    try:
        connection = await connect(owner_dsn, timeout=5)
        try:
            if await connection.fetchval("select to_regclass('public.migrations') is null"):
                return [name for name, _ in _scripts(service)]
            known = {row["name"] for row in await connection.fetch("select name from migrations")}
        finally:
            await connection.close()
    except AWAY as error:
        raise unavailable(error) from error
    return [name for name, _ in _scripts(service) if name not in known]


async def _migrate(owner_dsn: str, service: str, writer: str, shards: int) -> list[str]:
    connection = await connect(owner_dsn, timeout=5)
    try:
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
        await _refuse_another(connection, service)
        applied = await _apply(connection, service, writer)
        await connection.execute(
            "insert into store (service, shards) values ($1, $2) on conflict do nothing", service, shards
        )
        return applied
    finally:
        await connection.close()


async def _refuse_another(connection: asyncpg.Connection, service: str) -> None:
    if await connection.fetchval("select to_regclass('public.store') is null"):
        return
    owner = await connection.fetchval("select service from store")
    if owner not in (None, service):
        raise Contract(f"this database is the store of {owner!r}, not of {service!r}; check the DSN")


async def _apply(connection: asyncpg.Connection, service: str, writer: str) -> list[str]:
    await connection.execute(
        "create table if not exists migrations "
        "(name text primary key, checksum text not null, applied_at timestamptz not null default now())"
    )
    known = {row["name"]: row["checksum"] for row in await connection.fetch("select * from migrations")}
    quoted = await connection.fetchval("select quote_ident($1)", writer)
    applied = []
    for name, text in _scripts(service):
        checksum = sha256(text.encode()).hexdigest()
        if name in known:
            if known[name] != checksum:
                raise Contract(f"{name} was changed after it was applied; add a new file instead")
            continue
        async with connection.transaction():
            await connection.execute(text.replace("{writer}", quoted))
            await connection.execute("insert into migrations (name, checksum) values ($1, $2)", name, checksum)
        applied.append(name)
    return applied


def _scripts(service: str) -> Iterator[tuple[str, str]]:
    """The library's files, then those of the service, which are named after it."""
    for file in sorted(files(__package__).joinpath("sql").iterdir(), key=lambda file: file.name):
        yield file.name, file.read_text()
    own = files(service).joinpath("tables") if find_spec(service) else None
    if own is not None and own.is_dir():
        for file in sorted(own.iterdir(), key=lambda file: file.name):
            if file.name.endswith(".sql"):
                yield f"{service}/{file.name}", file.read_text()
