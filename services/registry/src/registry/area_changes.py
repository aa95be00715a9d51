"""A change of an area is judged by the whole tree of areas, and is written only while the tree is still the same.

Else two requests at the same moment would both pass: an area becomes part of another one, which ends on the same day.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from shiendomain.registry import AreaEvent
from shienevents import Beside, Connection, Positions, Rejected, types_of
from shienweb import RequestContext

T = TypeVar("T")
_TRIES = 5
_LOCK = "select pg_advisory_xact_lock(hashtextextended('areas', 0))"
_CHANGED = """
select exists (
    select from unnest($1::smallint[], $2::bigint[]) as seen (shard, seq)
    join events on events.shard = seen.shard and events.seq > seen.seq where events.type = any($3::text[])
)"""
_TYPES = [event.wire for event in types_of(AreaEvent)]


class AreasChanged(Rejected):
    """The tree of areas is no longer the one by which the request was judged."""


def while_the_same(seen: Positions, source: str, shards: int) -> Beside:
    """What is called in the commit of a change of areas: it raises `AreasChanged` when another one came after `seen`.

    Changes of areas wait for each other from here to the end of their commits.
    """
    numbers = range(shards)

    async def check(connection: Connection) -> None:
        await connection.execute(_LOCK)
        known = [seen.point(source, shard).seq for shard in numbers]
        if await connection.fetchval(_CHANGED, list(numbers), known, _TYPES):
            raise AreasChanged("area.changed_meanwhile")

    return check


async def judged_by_the_tree(context: RequestContext, decide: Callable[[Beside], Awaitable[T]]) -> T:
    """What `decide` answers: it judges by the tree, and hands on what is called in its commit. It is asked again where
    the tree has changed meanwhile. Raises `AreasChanged` where that happens again and again."""
    store = context.service.store
    for n in range(_TRIES):
        seen = await context.renewed_tree()
        try:
            return await decide(while_the_same(seen, store.service, store.shards))
        except AreasChanged:
            if n == _TRIES - 1:
                raise
    raise AssertionError("unreachable")
