"""A state of the past as a snapshot: every query that the live views answer can be asked of it too."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from ..consume.cells import municipalities_of
from ..consume.replay import fold_again
from ..consume.sources import Source
from ..core.events import EventTypes
from ..core.positions import Token
from ..core.view import View
from ..postgres.pool import Connection, apart
from ..views.overlay import Overlay
from ..views.rows import ROWS_HELD, BoundedRows
from ..views.tables import StoredRows, Table
from .kept import Kept
from .kept_folds import KeptFold
from .moment import Moment
from .snapshot import Snapshot
from .written_once import WrittenOnce


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
    most: int = ROWS_HELD,
) -> AsyncIterator[Past]:
    """The same, in the database of a service. `base`: the fold begins there, and rows that were not touched since stay
    in its tables. `once`: views that are written once, of which the live tables are read. `most`: rows of the fold
    that are held here, beside those of a batch.
    """
    async with apart(dsn) as connection:
        tables: dict[str, Table[Any]] = {
            view.name: Overlay(view, base.table(view)) if base else Table(view, temporary=True) for view in views
        }
        for table in tables.values():
            await table.create(connection)
        # Rows that do not fit end the fold here: they are checked before, where an event can still be parked for it.
        rows, whose = BoundedRows(StoredRows(connection, tables), most), await municipalities_of(connection)
        begin, until = base.positions if base else None, moment.within(known)
        await connection.execute("set enable_seqscan = off")  # plans are made, and kept, while the tables are empty
        done = await fold_again(types, views, sources, until, rows, moment.holds, begin=begin, municipalities=whose)
        await rows.flush()
        await connection.execute("reset enable_seqscan")
        for table in tables.values():
            await table.analyze(connection)
        counts = Counter(parking.subscriber for parking in done.parked)
        parked = {view.name: n for view in views if (n := counts[view.subscriber])}
        read = {view.name: Table(view, temporary=True) for view in (*views, *once)}
        reading: Any = WrittenOnce(connection, once, moment.at) if once else connection
        kept = Kept[Any]()
        snapshot = Snapshot(reading, read, done.positions, number=0, kept=kept, stale=False, behind=[], parked=parked)
        yield Past(snapshot, connection, done.events, not parked)
