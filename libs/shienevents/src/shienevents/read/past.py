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
from ..postgres.pool import apart
from ..views.tables import Table
from .kept import Kept
from .moment import Moment
from .snapshot import Snapshot

_ROWS = 5000  # in one statement


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
    replayed = await replay(types, views, sources, moment.within(known), moment.holds)
    tables = {view.name: Table(view, temporary=True) for view in views}
    async with apart(dsn) as connection:
        for name, table in tables.items():
            await table.create(connection)
            rows = list(replayed.rows[name].items())
            for begin in range(0, len(rows), _ROWS):
                await table.save(connection, dict(rows[begin : begin + _ROWS]))
        await connection.execute(f"analyze {', '.join(tables)}")  # nobody else analyzes temporary tables
        counts = Counter(parking.subscriber for parking in replayed.parked)
        parked = {view.name: n for view in views if (n := counts[view.subscriber])}
        at, kept = replayed.positions, Kept[Any]()
        yield Snapshot(connection, tables, at, number=0, kept=kept, stale=False, behind=[], parked=parked)
