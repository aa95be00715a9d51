"""View rows in Postgres: a table made from the row type, loaded and written in bulk."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import AsyncIterable, AsyncIterator, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, Generic, TypeVar
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter

from ..core.errors import Contract, Malformed
from ..core.view import Row, View, row_of
from ..postgres.pool import Connection
from .columns import holds_values
from .fold import SubscriberFailed
from .rows import Rows

R = TypeVar("R", bound=Row)
_PART = 1000  # rows
_PENDING_KB = 64  # entries that are not sorted in yet: each search reads all of them, of everybody's rows
_SCALARS = {str: "text", int: "bigint", bool: "boolean", UUID: "uuid", datetime: "timestamptz", date: "date"}


class _Column:
    """How one field is kept: its SQL type, and the way there and back where the driver's own will not do."""

    def __init__(self, row: type[Row], name: str, hint: Any) -> None:
        self.name = name
        self.adapter: TypeAdapter[Any] | None = None
        args = [a for a in typing.get_args(hint) if a is not type(None)]
        if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
            hint = args[0] if len(args) == 1 else hint
        self.enum = hint if isinstance(hint, type) and issubclass(hint, Enum) else None
        self.many = typing.get_origin(hint) is tuple and typing.get_args(hint)[1:] == (...,)
        item = typing.get_args(hint)[0] if self.many else hint
        item = typing.get_origin(item) or item
        if typing.get_origin(hint) in (set, frozenset) or hint in (set, frozenset):
            raise Contract(f"{row.__name__}.{name}: a set has no order and so no digest; use a sorted tuple")
        if self.enum or (isinstance(item, type) and issubclass(item, str)):
            self.sql = "text[]" if self.many else "text"
            self.enum = item if isinstance(item, type) and issubclass(item, Enum) else None
        elif item in _SCALARS:
            self.sql = _SCALARS[item] + ("[]" if self.many else "")
        else:
            self.sql, self.many, self.adapter = "jsonb", False, TypeAdapter(hint)

    def store(self, value: Any) -> Any:
        """The value as the driver takes it."""
        if value is None:
            return None
        if self.adapter is not None:
            return self.adapter.dump_json(value).decode()
        return [getattr(v, "value", v) for v in value] if self.many else getattr(value, "value", value)

    def load(self, value: Any) -> Any:
        """The value as the row has it."""
        if value is None:
            return None
        if self.adapter is not None:
            return self.adapter.validate_json(value)
        if self.many:
            return tuple(self.enum(v) for v in value) if self.enum else tuple(value)
        return self.enum(value) if self.enum else value

    @property
    def plain(self) -> bool:
        """Whether values pass through unchanged."""
        return not (self.adapter or self.many or self.enum)


class Table(Generic[R]):
    """The table of one view, under the view's own name or, while it is rebuilt, another.

    `temporary`: a table of one connection, gone when it closes (see `read/past.py`).
    """

    def __init__(self, view: View[R], name: str | None = None, *, temporary: bool = False) -> None:
        self.view = view
        self.name = name or view.name
        self._create = f"create {'temporary ' if temporary else ''}table {self.name}"
        fields = dataclasses.fields(view.row)  # type: ignore[arg-type]
        self._columns = [_Column(view.row, field.name, view.row.hints[field.name]) for field in fields]
        self._keys = [column for column in self._columns if column.name in view.row.key]
        self._plain = all(column.plain for column in self._columns)
        names = self._names = [column.name for column in self._columns]
        rest = [name for name in [*names, "row_digest"] if name not in view.row.key]
        key = ", ".join(view.row.key)
        self._select = f"select {', '.join(names)} from {self.name}"
        schema = "pg_temp" if temporary else "views"
        self._upsert = (
            f"insert into {self.name} select (r).* from unnest($1::{schema}.{self.name}[]) r "
            f"on conflict ({key}) do update set {', '.join(f'{name} = excluded.{name}' for name in rest)}"
        )
        arrays = ", ".join(f"${n}::{column.sql}[]" for n, column in enumerate(self._keys, start=1))
        self._key_columns = ", ".join(f"{column.name} {column.sql}" for column in self._keys)
        self._keys_given = f"select * from unnest({arrays})"
        self._among = f" where ({key}) in ({self._keys_given})"

    async def create(self, connection: Connection) -> None:
        """Create the empty table with its indexes."""
        columns = ", ".join(f"{column.name} {column.sql}" for column in self._columns)
        key = ", ".join(self.view.row.key)
        await connection.execute(f"{self._create} ({columns}, row_digest bytea not null, primary key ({key}))")
        await self._create_indexes(connection)

    async def _create_indexes(self, connection: Connection) -> None:
        for index in self.view.indexes:
            columns = f"({', '.join(index)})"
            if holds_values(self.view, index):
                columns = f"using gin {columns} with (gin_pending_list_limit = {_PENDING_KB})"
            await connection.execute(f"create index on {self.name} {columns}")

    async def copy_from(self, connection: Connection, name: str) -> None:
        """Create this table with the rows of another table or view of the same columns."""
        await connection.execute(f"{self._create} as table {name}")
        await connection.execute(f"alter table {self.name} add primary key ({', '.join(self.view.row.key)})")
        await self._create_indexes(connection)
        await self.analyze(connection)

    async def analyze(self, connection: Connection) -> None:
        """Let Postgres count the rows: nobody else does so for temporary tables."""
        await connection.execute(f"analyze {self.name}")

    async def load(self, connection: Connection, keys: Iterable[Hashable]) -> dict[Hashable, R | None]:
        """The rows with these keys; absent ones are left out."""
        return self._rows(await connection.fetch(self._select + self._among, *self._key_arrays(keys)))

    async def get(self, connection: Connection, key: Hashable) -> R | None:
        """The row with this key, or `None`."""
        return (await self.load(connection, [key])).get(key)

    async def select(self, connection: Connection, sql: str = "", *arguments: object) -> list[R]:
        """Rows in the order of the query. `sql` follows `select … from <view>`: `where …`, `order by …`, or nothing."""
        return [self._row(record) for record in await connection.fetch(f"{self._select} {sql}", *arguments)]

    async def save(self, connection: Connection, changed: Mapping[Hashable, R | None]) -> None:
        """Write rows in one statement, and delete those that are `None` in another."""
        rows = [row for row in changed.values() if row is not None]
        gone = [key for key, row in changed.items() if row is None]
        if rows:
            await connection.execute(self._upsert, [self._tuple(row) for row in rows])
        if gone:
            await connection.execute(f"delete from {self.name}" + self._among, *self._key_arrays(gone))

    async def in_parts(self, connection: Connection) -> AsyncIterator[list[R]]:
        """All rows, in parts of a fixed size. In a transaction."""
        cursor = await connection.cursor(self._select)
        while found := await cursor.fetch(_PART):
            yield [self._row(record) for record in found]

    async def digest(self, connection: Connection) -> str:
        """The view's digest from the digests kept with the rows (see `digest_of`)."""
        return await _digest(connection, self.name)

    async def note_digests(self, connection: Connection, rows: AsyncIterable[Sequence[R]]) -> tuple[int, str]:
        """Make a temporary table of the keys and digests of rows, for `differing`. How many, and the view's digest."""
        name, columns = f"{self.name}__digests", [*((c.name, c.sql) for c in self._keys), ("row_digest", "bytea")]
        arrays = ", ".join(f"${n}::{sql}[]" for n, (_, sql) in enumerate(columns, start=1))
        made = ", ".join(f"{column} {sql}" for column, sql in columns)
        key = ", ".join(self.view.row.key)
        await connection.execute(f"create temporary table {name} ({made}, primary key ({key}))")
        count = 0
        async for part in rows:
            keys = self._key_arrays([self.view.key_of(row) for row in part])
            digests = [row.digest() for row in part]
            await connection.execute(f"insert into {name} select * from unnest({arrays})", *keys, digests)
            count += len(part)
        return count, await _digest(connection, name)

    async def differing(self, connection: Connection) -> list[tuple[str, str]]:
        """Where this table and what `note_digests` noted are not the same: keys, and how.

        `missing`: noted is none; `too_many`: here is none; `differs`: the digests are not the same.
        """
        key = ", ".join(self.view.row.key)
        found = await connection.fetch(
            f"select {key}, case when noted.row_digest is null then 'missing' "
            "when here.row_digest is null then 'too_many' else 'differs' end "
            f"from {self.name} here full join {self.name}__digests noted using ({key}) "
            f"where here.row_digest is distinct from noted.row_digest order by {key}"
        )
        return [(", ".join(map(str, values)), how) for *values, how in found]

    def _tuple(self, row: R) -> tuple[Any, ...]:
        values = row.__dict__.values()
        if not self._plain:
            values = [column.store(value) for column, value in zip(self._columns, values, strict=True)]  # type: ignore[assignment]
        return (*values, row.digest())

    def _rows(self, found: Sequence[asyncpg.Record]) -> dict[Hashable, R | None]:
        return {self.view.key_of(row): row for row in map(self._row, found)}

    def _row(self, record: asyncpg.Record) -> R:
        values: Any = record
        if not self._plain:
            values = [column.load(value) for column, value in zip(self._columns, record, strict=True)]
        return row_of(self.view.row, dict(zip(self._names, values, strict=True)))

    def _key_arrays(self, keys: Iterable[Hashable]) -> list[list[Any]]:
        if len(self._keys) == 1:
            return [[self._keys[0].store(key) for key in keys]]
        many = list(typing.cast("Iterable[tuple[Any, ...]]", keys))
        return [[column.store(key[n]) for key in many] for n, column in enumerate(self._keys)]


async def _digest(connection: Connection, name: str) -> str:
    return str(
        await connection.fetchval(
            "select encode(sha256(coalesce(string_agg(row_digest, ''::bytea order by row_digest), ''::bytea)), 'hex') "
            f"from {name}"
        )
    )


# The rows a fold loads and writes, in a transaction of the views' tables.
# What Postgres says of a value, and not of itself.
_UNFIT = (
    Malformed,
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
)


class StoredRows:
    """The row store of a connection: a table for each view."""

    def __init__(self, connection: Connection, tables: Mapping[str, Table[Any]]) -> None:
        self._connection = connection
        self._tables = tables

    async def load(self, view: View[Any], keys: Iterable[Hashable]) -> Rows:
        """The rows with these keys."""
        return await self._tables[view.name].load(self._connection, keys)

    async def save(self, view: View[Any], changed: Mapping[Hashable, Row | None]) -> None:
        """Write changed rows."""
        await self._tables[view.name].save(self._connection, changed)


class TableRows(StoredRows):
    """The same of a transaction: what does not fit into a table is the fault of the view, and parks the event."""

    async def load(self, view: View[Any], keys: Iterable[Hashable]) -> Rows:
        """The rows with these keys. Raises `SubscriberFailed`."""
        try:
            return await super().load(view, keys)
        except _UNFIT as error:
            raise SubscriberFailed(view.subscriber, f"keys: {error}") from error

    async def save(self, view: View[Any], changed: Mapping[Hashable, Row | None]) -> None:
        """Write changed rows. Raises `SubscriberFailed`."""
        try:
            await super().save(view, changed)
        except _UNFIT as error:
            raise SubscriberFailed(view.subscriber, f"row: {error}") from error
