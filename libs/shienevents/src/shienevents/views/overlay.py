"""The rows of a table that stays as it is, and in their place those that have changed since."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from ..core.view import Row, View
from ..postgres.pool import Connection
from .tables import Table

R = TypeVar("R", bound=Row)


class Overlay(Table[R]):
    """A view over the table `below`, of one connection, under the view's own name (see `read/past.py`).

    Two temporary tables are kept for it: the rows that changed, and the keys of all that changed or were deleted.
    """

    def __init__(self, view: View[R], below: str) -> None:
        super().__init__(view, f"{view.name}__since", temporary=True)
        keys, names = ", ".join(view.row.key), ", ".join([*self._names, "row_digest"])
        self._touched = f"{view.name}__touched"
        untouched = f"not exists (select from {self._touched} t where ({_of('t', view)}) = ({_of('b', view)}))"
        self._touch = f"insert into {self._touched} {self._keys_given} on conflict do nothing"
        self._create_touched = f"create temporary table {self._touched} ({self._key_columns}, primary key ({keys}))"
        self._create_view = (
            f"create temporary view {view.name} as select {names} from {self.name} "
            f"union all select {names} from {below} b where {untouched}"
        )
        of_below = f"select {', '.join(self._names)} from {below} b {self._among} and {untouched}"
        self._load = f"{self._select} {self._among} union all {of_below}"

    async def create(self, connection: Connection) -> None:
        """Create it, with the rows of the table below."""
        await connection.execute(self._create_touched)
        await super().create(connection)
        await connection.execute(self._create_view)

    async def analyze(self, connection: Connection) -> None:
        """Let Postgres count what has changed."""
        await super().analyze(connection)
        await connection.execute(f"analyze {self._touched}")

    async def load(self, connection: Connection, keys: Iterable[Hashable]) -> dict[Hashable, R | None]:
        """The rows with these keys; absent ones are left out."""
        return self._rows(await connection.fetch(self._load, *self._key_arrays(keys)))

    async def save(self, connection: Connection, changed: Mapping[Hashable, R | None]) -> None:
        """Write rows in place of those below; those that are `None` are there no more."""
        await connection.execute(self._touch, *self._key_arrays(changed))
        await super().save(connection, changed)


def _of(table: str, view: View[R]) -> str:
    return ", ".join(f"{table}.{name}" for name in view.row.key)
