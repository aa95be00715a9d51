"""A state of the past as a snapshot: every query that the live views answer can be asked of it too."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from ..consume.replay import replay
from ..consume.sources import Source
from ..core.events import EventTypes
from ..core.positions import Token
from ..core.view import View
from ..postgres.pool import Connection, apart
from ..views.rows import Rows
from ..views.tables import Table
from .kept import Kept
from .kept_folds import KeptFold, KeptFolds, RowsSince
from .moment import Moment
from .snapshot import Snapshot

_ROWS = 5000  # in one statement


@asynccontextmanager
async def past(
    dsn: str,
    types: EventTypes,
    views: Sequence[View[Any]],
    sources: Sequence[Source],
    moment: Moment,
    known: Token,
    *,
    folds: KeptFolds | None = None,
    base: KeptFold | None = None,
) -> AsyncIterator[Snapshot]:
    """These views as they were at a moment, folded from the log: from the stores or from Kafka alike.

    All of the log up to the moment is read, of which the sources have `known`: what the moment names is covered by it,
    or this waits. The rows are in temporary tables of a connection of its own, which end with it. They have the names
    of the views, and the connection sees no other tables: a query over a view that was not folded fails, and does not
    read live rows. Of the database at `dsn` nothing is needed but the right TEMPORARY.

    `base`: the fold begins there, and the rows that were not touched since stay in its tables. `folds`: they keep
    a fold that took long.

    Raises `Unavailable`, and `Stopped` where the log has a hole.
    """
    async with apart(dsn) as connection:
        begin, rows = (base.positions, RowsSince(connection, base, views)) if base else (None, None)
        until = moment.within(known)
        replayed = await replay(types, views, sources, until, moment.holds, begin=begin, rows=rows)
        for view in views:
            await _lay(connection, view, replayed.rows[view.name], base)
        counts = Counter(parking.subscriber for parking in replayed.parked)
        parked = {view.name: n for view in views if (n := counts[view.subscriber])}
        at, kept = replayed.positions, Kept[Any]()
        if folds and replayed.events >= folds.worth and not replayed.parked:
            await folds.keep(connection, moment.at, at)
        tables = {view.name: Table(view, temporary=True) for view in views}
        yield Snapshot(connection, tables, at, number=0, kept=kept, stale=False, behind=[], parked=parked)


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
