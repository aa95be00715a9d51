"""Views whose rows are written once: what there was of them by a time is in their live tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg

from ..core.errors import Unavailable
from ..core.view import View
from ..postgres.pool import Connection

_VERSIONS = "select name, version from public.views where name = any($1)"
_WITH = re.compile(r"\s*with\s", re.IGNORECASE)


class WrittenOnce:
    """A connection on which the names of these views mean their rows of events recorded by `at`."""

    def __init__(self, connection: Connection, views: Sequence[View[Any]], at: datetime) -> None:
        self._connection = connection
        self._versions = {view.name: view.version for view in views}
        moment = at.astimezone(UTC).isoformat()
        self._rows = {
            view.name: f"{view.name} as not materialized "
            f"(select * from views.{view.name} where {view.written_once} <= timestamptz '{moment}')"
            for view in views
        }

    async def fetch(self, sql: str, *arguments: object) -> Sequence[asyncpg.Record]:
        """The records of a query. Raises `Unavailable` while a view that it names is not there in this version."""
        return await self._connection.fetch(await self._over_live(sql), *arguments)

    async def fetchval(self, sql: str, *arguments: object) -> Any:
        """The first value of a query. Raises `Unavailable` likewise."""
        return await self._connection.fetchval(await self._over_live(sql), *arguments)

    async def _over_live(self, sql: str) -> str:
        names = [name for name in self._rows if re.search(rf"\b{name}\b", sql)]
        if not names:
            return sql
        live = {row["name"]: row["version"] for row in await self._connection.fetch(_VERSIONS, names)}
        if any(live.get(name) != self._versions[name] for name in names):
            raise Unavailable
        queries = ", ".join(self._rows[name] for name in names)
        begun = _WITH.match(sql)
        return f"with {queries}, {sql[begun.end() :]}" if begun else f"with {queries} {sql}"
