"""When rows of a view changed last, by the place in whose figures they count.

What was counted once holds until one of the rows that it counted changes. By the number of the last batch it would
hold no longer than until the next event, of whichever city.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from ..core.view import EVERYWHERE, Row, View
from ..postgres.pool import Connection

_NOTE = """
    insert into changes (view, place, number)
    select t.view, t.place, b.number
    from unnest($1::text[], $2::text[]) t (view, place),
         (select number from batches where projection = 'live' order by number desc limit 1) b
    on conflict do nothing
"""
_LAST = """
    select c.number, c.at
    from unnest($1::text[]) v (view), unnest($2::text[]) p (place), lateral (
        select number, at from changes where view = v.view and place = p.place order by number desc limit 1
    ) c
    order by c.number desc, c.at desc limit 1
"""
_PRUNE = """
    delete from changes c where exists (
        select from changes n where n.view = c.view and n.place = c.place and n.number > c.number)
"""

Touched = tuple[str, str]
"""The name of a view, and a place."""


class Change(NamedTuple):
    """The batch that changed something last. Its time tells two histories of a database apart.

    Number 0: nobody notes changes yet, because an older version of the code works. Then nothing may be kept.
    """

    number: int = 0
    at: datetime | None = None


def touched_by(view: View[Any], rows: Iterable[Row | None]) -> set[Touched]:
    """What is to be noted when these rows of a view were there before, or are there now."""
    counted_in = view.counted_in
    return {(view.name, place) for row in rows if row for place in counted_in(row)} if counted_in else set()


def all_of(views: Iterable[View[Any]]) -> set[Touched]:
    """What a process notes that begins to work: whoever worked before it may not have noted anything."""
    return {(view.name, EVERYWHERE) for view in views if view.counted_in}


async def note_changes(connection: Connection, touched: Collection[Touched]) -> None:
    """Note, in the transaction of a batch, what it changed."""
    if touched:
        await connection.execute(_NOTE, *map(list, zip(*sorted(touched), strict=True)))


async def last_change(connection: Connection, views: Iterable[View[Any]], places: Iterable[str]) -> Change:
    """The last change of these views, in the figures of these places or everywhere."""
    row = await connection.fetchrow(_LAST, [view.name for view in views], sorted({*places, EVERYWHERE}))
    return Change(*row) if row else Change()


async def prune_changes(connection: Connection) -> None:
    """Forget all changes but the last ones."""
    await connection.execute(_PRUNE)
