"""Views beside what a log makes of them, row by row, in memory that does not grow with the views or the log.

The live rows are noted as digests, and the log is folded again into tables of the same names. All of it is in temporary
tables of one connection, so that the live tables are not held meanwhile.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from ..consume.cells import municipalities_of
from ..consume.replay import fold_again
from ..consume.sources import Source
from ..core.events import EventTypes
from ..core.positions import Positions
from ..core.view import View
from ..postgres.pool import Connection, apart
from ..views.fold import EventOfSubscriber
from ..views.municipalities import Municipalities
from ..views.rows import ROWS_HELD, BoundedRows
from ..views.tables import Table, TableRows
from .snapshot import Snapshot


@dataclass(frozen=True)
class Noted:
    """A view in a snapshot: how many rows, and its digest. `kept`: the digests that its rows keep give the same."""

    rows: int
    digest: str
    kept: bool


@dataclass(frozen=True)
class Compared:
    """A view beside a log.

    `differ`: keys of rows, and how: they are `missing` among the live ones, `too_many` there, or not the same
    (`differs`). `events`: how many were folded, for all views together.
    """

    live: Noted
    replayed: str
    differ: Sequence[tuple[str, str]]
    events: int


class Comparison:
    """Views of one snapshot, to be compared with logs. `positions`: where they stood."""

    def __init__(self, connection: Connection, views: Sequence[View[Any]], most: int) -> None:
        self._connection = connection
        self._most = most
        self._tables = {view.name: Table(view, temporary=True) for view in views}
        self._views = list(views)
        self._noted: dict[str, Noted] = {}
        self._skipped: frozenset[EventOfSubscriber] = frozenset()
        self._municipalities = Municipalities()
        self.positions = Positions()

    async def note(self, snapshot: Snapshot) -> None:
        """Note the rows of a snapshot, which may end then."""
        for view in self._views:
            table = self._tables[view.name]
            await table.create(self._connection)
            rows, digest = await table.note_digests(self._connection, snapshot.in_parts(view))
            self._noted[view.name] = Noted(rows, digest, digest == await snapshot.digest(view))
        skipped = await snapshot.fetch("select subscriber, source, shard, seq from skipped")
        self._skipped = frozenset((row[0], row[1], row[2], row[3]) for row in skipped)
        self._municipalities = await municipalities_of(snapshot)
        self.positions = snapshot.positions

    async def with_log(self, types: EventTypes, sources: Sequence[Source], until: Positions) -> dict[str, Compared]:
        """Fold the views again from these sources, and compare. Raises `Stopped` where the log has a hole."""
        connection, tables = self._connection, self._tables
        await connection.execute(f"truncate {', '.join(tables)}")
        rows = BoundedRows(TableRows(connection, tables), self._most)
        done = await fold_again(
            types, self._views, sources, until, rows, skipped=self._skipped, municipalities=self._municipalities
        )
        await rows.flush()
        return {
            name: Compared(
                self._noted[name], await table.digest(connection), await table.differing(connection), done.events
            )
            for name, table in tables.items()
        }


@asynccontextmanager
async def comparing(dsn: str, views: Sequence[View[Any]], *, most: int = ROWS_HELD) -> AsyncIterator[Comparison]:
    """A comparison in the database at `dsn`, of which nothing is needed but the right TEMPORARY. Raises `Unavailable`.

    `await comparison.note(snapshot)` comes first. `most`: rows of a fold that are held here, beside those of a batch.
    """
    async with apart(dsn) as connection:
        await connection.execute("set enable_seqscan = off")  # plans are made, and kept, while the tables are empty
        yield Comparison(connection, views, most)
