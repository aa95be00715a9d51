"""A state of the past as a snapshot: every query that the live views answer can be asked of it too."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from ..consume.cells import municipalities_of
from ..consume.replay import replay
from ..consume.sources import Source
from ..core.events import EventTypes
from ..core.positions import Token
from ..core.view import View
from ..postgres.pool import Connection, apart
from ..views.rows import Rows
from ..views.tables import Table
from .kept import Kept
from .kept_folds import KeptFold, RowsSince
from .moment import Moment
from .snapshot import Snapshot
from .written_once import WrittenOnce

_ROWS = 5000  # in one statement


@dataclass(frozen=True)
class Past:
    """A past, and the connection that has its rows. `events`: so many were folded. `whole`: none was parked."""

    snapshot: Snapshot
    connection: Connection
    events: int
    whole: bool


@asynccontextmanager
async def past(
    dsn: str, types: EventTypes, views: Sequence[View[Any]], sources: Sequence[Source], moment: Moment, known: Token
) -> AsyncIterator[Snapshot]:
    """These views as they were at a moment, folded from the log: from the stores or from Kafka alike.

    All of the log up to the moment is read, of which the sources have `known`: what the moment names is covered by it,
    or this waits. The rows are in temporary tables of a connection of its own, which end with it. They have the names
    of the views, and the connection sees no other tables: a query over a view that was not folded fails, and does not
    read live rows. Of the database at `dsn` nothing is needed but the right TEMPORARY.

    Raises `Unavailable`, and `Stopped` where the log has a hole.
    """
    async with folded(dsn, types, views, sources, moment, known) as found:
        yield found.snapshot


@asynccontextmanager
async def folded(
    dsn: str,
    types: EventTypes,
    views: Sequence[View[Any]],
    sources: Sequence[Source],
    moment: Moment,
    known: Token,
    *,
    base: KeptFold | None = None,
    once: Sequence[View[Any]] = (),
) -> AsyncIterator[Past]:
    """The same, in the database of a service. `base`: the fold begins there, and rows that were not touched since stay
    in its tables. `once`: views that are written once, of which the live tables are read.
    """
    async with apart(dsn) as connection:
        begin, rows = (base.positions, RowsSince(connection, base, views)) if base else (None, None)
        until = moment.within(known)
        whose = await municipalities_of(connection)
        replayed = await replay(
            types, views, sources, until, moment.holds, begin=begin, rows=rows, municipalities=whose
        )
        for view in views:
            await _lay(connection, view, replayed.rows[view.name], base)
        counts = Counter(parking.subscriber for parking in replayed.parked)
        parked = {view.name: n for view in views if (n := counts[view.subscriber])}
        tables = {view.name: Table(view, temporary=True) for view in (*views, *once)}
        reading: Any = WrittenOnce(connection, once, moment.at) if once else connection
        at, kept = replayed.positions, Kept[Any]()
        snapshot = Snapshot(reading, tables, at, number=0, kept=kept, stale=False, behind=[], parked=parked)
        yield Past(snapshot, connection, replayed.events, not parked)


async def _lay(connection: Connection, view: View[Any], rows: Rows, base: KeptFold | None) -> None:
    """The rows of a view, under its name."""
    if base:
        above = Table(view, f"{view.name}__since", temporary=True)
        await above.lay_over(connection, base.table(view), rows)
        return
    table = Table(view, temporary=True)
    await table.create(connection)
    items = list(rows.items())
    for begin in range(0, len(items), _ROWS):
        await table.save(connection, dict(items[begin : begin + _ROWS]))
    await connection.execute(f"analyze {view.name}")  # nobody else analyzes temporary tables
