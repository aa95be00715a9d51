"""The rows a fold loads and writes, in a transaction of the views' tables."""

from __future__ import annotations

from typing import Any

import asyncpg

from ._errors import Malformed
from ._fold import UnitFailed
from ._postgres import Connection
from ._tables import Table
from ._views import View

# What Postgres says of a value, and not of itself.
_UNFIT = (
    Malformed,
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
)


class TableRows:
    """The row store of a transaction: the views' tables."""

    def __init__(self, connection: Connection, tables: dict[str, Table[Any]]) -> None:
        self._connection = connection
        self._tables = tables

    async def load(self, view: View[Any], keys: Any) -> Any:
        """The rows with these keys."""
        try:
            return await self._tables[view.name].load(self._connection, keys)
        except _UNFIT as error:
            raise UnitFailed(view.unit, f"keys: {error}") from error

    async def save(self, view: View[Any], changed: Any) -> None:
        """Write changed rows."""
        try:
            await self._tables[view.name].save(self._connection, changed)
        except _UNFIT as error:
            raise UnitFailed(view.unit, f"row: {error}") from error
