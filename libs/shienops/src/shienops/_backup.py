"""A backup of all services at one moment, while they run: COPY of every table, with digests and a manifest.

    manifest.json                  what there is, of when, and the SHA-256 of every file
    needs/events.copy …            each table of each service, in PostgreSQL's binary COPY format
    proof/needs/3/checkpoint …     the proof of the logs, where this machine has it

The moment: no service has heard of an event that its source's copy lacks. For some milliseconds no consumer may commit
a batch, and meanwhile each database gives a snapshot. Commands go on. Views are not copied: they are folded again.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from shienevents import Positions, open_connection
from shienops._files import there_already, write_file, writing
from shienops._manifest import FORMAT, MANIFEST, PROOF, Heard, ServiceCopy, TableCopy, ahead_of_sources
from shienops.errors import Busy, StackError

if TYPE_CHECKING:
    from shienops._databases import Connection

_PARTIAL: Final = ".partial"
NOT_COPIED = frozenset({"migrations", "relayed", "leases", "views", "changes", "contact_erasures"})
"""what a new place makes by itself, or what is true of the old place alone"""

Rows = Callable[[int, int], None]
"""how many rows are copied, and how many there are, about"""

_TABLES = """
    select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns,
           (select array_agg(k.attname::text order by array_position(i.indkey::int2[], k.attnum))
            from pg_index i join pg_attribute k on k.attrelid = c.oid and k.attnum = any(i.indkey)
            where i.indrelid = c.oid and i.indisprimary) as key
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    group by c.oid, c.relname order by c.relname
"""


async def back_up(
    owner_dsns: Mapping[str, str],
    out: Path,
    proof: Path | None = None,
    on_rows: Rows = lambda done, total: None,
    first: Callable[[], Awaitable[None]] | None = None,
) -> dict[str, ServiceCopy]:
    """Copy these services' databases into a new folder. Raises `StackError`.

    The folder gets its name when it is complete; till then it is called NAME.partial, and what ends the copying removes
    it. Only a process that is killed leaves it: see `unfinished`. `first` is done before anything is copied.
    """
    with writing(out), _begun(out) as partial:
        if first is not None:
            await first()
        services = await _copied(owner_dsns, partial, proof, on_rows)
        _name(partial, out)
        return services


async def _copied(
    owner_dsns: Mapping[str, str], partial: Path, proof: Path | None, on_rows: Rows
) -> dict[str, ServiceCopy]:
    if proof is not None:  # before the events: a checkpoint may lack events of the backup, but not be ahead of them
        _copy_proof(proof, partial / PROOF)
    async with AsyncExitStack() as held:
        snapshots = await _at_one_moment(owner_dsns, held)
        services = {name: await _stands(name, connection) for name, connection in snapshots.items()}
        wrong = ahead_of_sources(services)
        if wrong:
            raise _behind(wrong)
        counted = _Counted(on_rows, sum(sum(one.heads) for one in services.values()))
        for name, connection in snapshots.items():
            (partial / name).mkdir()
            await _copy_tables(connection, partial / name, services[name], counted)
    manifest = {
        "format": FORMAT,
        "at": datetime.now(UTC).isoformat(),
        "version": metadata.version("shienops"),
        "services": {name: asdict(one) for name, one in services.items()},
    }
    write_file(partial / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False).encode())
    return services


@contextmanager
def _begun(out: Path) -> Iterator[Path]:
    """The folder to copy into, empty and locked, so that no other backup takes it. Raises `StackError`."""
    if out.exists():
        raise there_already(out)
    partial = out.with_name(f"{out.name}{_PARTIAL}")
    partial.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(partial, out):
        try:
            if out.exists():  # the one that held the lock has ended meanwhile
                raise there_already(out)
            for left in partial.iterdir():  # by one that was killed
                _remove(left)
            yield partial
        finally:
            _remove(partial)


@contextmanager
def _locked(folder: Path, out: Path) -> Iterator[None]:
    """Hold the lock on a folder; a process that is killed holds none. Raises `Busy`."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _under_way(out) from None
        yield
    finally:
        os.close(descriptor)


def unfinished(out: Path) -> list[Path]:
    """What backups that were killed left beside this one. Contacts are in it; a backup that runs now is there too."""
    return sorted(path for path in out.parent.glob(f"*{_PARTIAL}") if path.is_dir())


def _name(partial: Path, out: Path) -> None:
    """In one step that no cancellation divides."""
    partial.rename(out)


def _remove(left: Path) -> None:
    if left.is_dir():
        shutil.rmtree(left, ignore_errors=True)
    else:
        left.unlink(missing_ok=True)


async def _at_one_moment(owner_dsns: Mapping[str, str], held: AsyncExitStack) -> dict[str, Connection]:
    """A connection with a snapshot of each database.

    A lock on the table of the consumers' positions waits for the batch under way and keeps the next one back. When all
    are held no service can hear of anything, so every snapshot has whatever any service has heard of.
    """
    snapshots: dict[str, Connection] = {}
    async with AsyncExitStack() as locks:
        for dsn in owner_dsns.values():
            lock = await _connected(dsn, locks)
            await locks.enter_async_context(lock.transaction())
            await lock.execute("set local lock_timeout = '30s'")
            await lock.execute("lock table batches in share mode")
        for name, dsn in owner_dsns.items():
            snapshots[name] = await _connected(dsn, held)
            await held.enter_async_context(snapshots[name].transaction(isolation="repeatable_read", readonly=True))
            await snapshots[name].execute("select 1 from store")  # the snapshot is of now
    return snapshots


async def _connected(dsn: str, held: AsyncExitStack) -> Connection:
    connection: Connection = await open_connection(dsn, seconds=10)
    held.push_async_callback(connection.close)
    return connection


async def _stands(service: str, connection: Connection) -> ServiceCopy:
    store = await connection.fetchrow("select id, shards, service from store")
    if store is None or store["service"] != service:
        raise _not_a_store(service)
    positions = await connection.fetchval(
        "select positions from batches where projection = 'live' order by number desc limit 1"
    )
    heard: dict[str, dict[str, int]] = {}
    for (source, shard), seq in (Positions.decode(positions) if positions else Positions()).seqs.items():
        heard.setdefault(source, {})[str(shard)] = seq
    names = [row["name"] for row in await connection.fetch("select name from migrations order by name")]
    heads = [row["seq"] for row in await connection.fetch("select * from heads()")]
    return ServiceCopy(str(store["id"]), store["shards"], names, heads, heard)


class _Counted:
    """Rows so far, of all tables."""

    def __init__(self, on_rows: Rows, total: int) -> None:
        self._on_rows, self._total, self._done = on_rows, total, 0

    def add(self, rows: int) -> None:
        self._done += rows
        self._on_rows(self._done, max(self._total, self._done))


class _Digest:
    """Takes a COPY: writes it, where there is a file, and digests it."""

    def __init__(self, file: IO[bytes] | None = None) -> None:
        self._file, self._hash, self.size = file, hashlib.sha256(), 0

    async def __call__(self, data: bytes) -> None:
        self._hash.update(data)
        self.size += len(data)
        if self._file is not None:
            await asyncio.to_thread(self._file.write, data)

    @property
    def hex(self) -> str:
        return self._hash.hexdigest()


async def _copy_tables(connection: Connection, folder: Path, copy: ServiceCopy, counted: _Counted) -> None:
    for table in await connection.fetch(_TABLES):
        name, columns, key = table["name"], list(table["columns"]), list(table["key"] or table["columns"])
        if name in NOT_COPIED:
            continue
        with (folder / f"{name}.copy").open("xb") as file:
            digest = _Digest(file)
            rows = await _copied_out(connection, name, columns, key, digest)
        copy.tables[name] = TableCopy(columns, key, rows, digest.size, digest.hex)
        counted.add(rows)


async def _copied_out(connection: Connection, name: str, columns: list[str], key: list[str], to: _Digest) -> int:
    """Copy a table in the order of its key. Of `batches` only the newest: the others are a fence for what runs."""
    last = " where projection = 'live' order by number desc limit 1" if name == "batches" else f" order by {_list(key)}"
    query = f"select {_list(columns)} from {name}{last}"
    status = await connection.copy_from_query(query, output=to, format="binary")
    return int(status.split()[-1])


async def digest_of_table(connection: Connection, name: str, copy: TableCopy) -> str:
    """The digest that a table has now, as a backup would have it."""
    digest = _Digest()
    await _copied_out(connection, name, copy.columns, copy.key, digest)
    return digest.hex


def _list(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _copy_proof(proof: Path, into: Path) -> None:
    """Checkpoints first: tiles are only added, so those that a checkpoint needs are there when it is copied."""
    files = [path for path in sorted(proof.rglob("*")) if path.is_file()]
    for file in sorted(files, key=lambda path: path.name != "checkpoint"):
        target = into / file.relative_to(proof)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copy2(file, target)
        except FileNotFoundError:
            continue  # a partial tile that was replaced meanwhile, by a fuller one


def _not_a_store(service: str) -> StackError:
    return StackError(
        "backup.no_store",
        f"The database of {service} holds no store of {service}.",
        f"{service} のデータベースに {service} の記録がありません。",
        "Check the address of the database: shien status.",
        "データベースの接続先を確認してください（shien status）。",
    )


def _under_way(out: Path) -> Busy:
    return Busy(
        "backup.under_way",
        f"Another command is making the backup {out} now. Nothing was copied.",
        f"別のコマンドがバックアップ {out} を作成中です。何も複製していません。",
        "Wait until that command ends, or name another folder.",
        "そのコマンドの終了を待つか、別のフォルダーを指定してください。",
    )


def _behind(wrong: Sequence[Heard]) -> StackError:
    """All copies are of one moment (`_at_one_moment`), so it is a store that went back."""
    one = wrong[0]
    return StackError(
        "backup.store_behind",
        f"{one.service} has heard of record {one.heard} of shard {one.shard} of {one.source}, but the store of "
        f"{one.source} ends with record {one.held}: it was restored from an older backup. Nothing was copied.",
        f"{one.service} は {one.source} のシャード {one.shard} の記録 {one.heard} まで読み取っていますが、"
        f"{one.source} のストアには記録 {one.held} までしかありません（古いバックアップから復元されています）。"
        "何も複製していません。",
        f"When Kafka answers, bring its records back with `shien store refill {one.source}`, and back up again.",
        f"Kafka が応答するようになったら `shien store refill {one.source}` で不足する記録を戻し、"
        "もう一度バックアップしてください。",
    )
