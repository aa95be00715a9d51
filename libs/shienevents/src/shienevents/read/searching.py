"""Searching the logs of several services: for operators and auditors. No view is read, nothing is folded."""

from __future__ import annotations

import heapq
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from ..core.envelope import Envelope, Record
from ..core.positions import Token
from ..postgres.pool import borrowed
from ..write.store import Store

_COLUMNS = ", ".join((*Envelope._fields, "data"))
_PAGE = 1000
# $1 to $3: areas, beginnings of wire types, streams; an empty one asks for nothing.
_HOLDS = (
    "(cardinality($1::text[]) = 0 or area = any($1)) "
    "and (cardinality($2::text[]) = 0 or exists (select from unnest($2) t where starts_with(type, t))) "
    "and (cardinality($3::text[]) = 0 or stream = any($3))"
)
_FORWARD = f"""
    select {_COLUMNS} from events
    where shard = $4 and seq > $5 and seq <= $6 and {_HOLDS} order by seq limit {_PAGE}
"""
_LAST = f"""
    select e.* from unnest($4::smallint[], $5::bigint[], $6::bigint[]) as w (shard, after, until), lateral (
        select {_COLUMNS} from events
        where shard = w.shard and seq > w.after and seq <= w.until and {_HOLDS} order by seq desc limit $7) e
"""


@dataclass(frozen=True)
class EventSearch:
    """Which events are wanted. What is empty asks for nothing.

    `types`: wire types, or what they begin with. `after`, `until`: positions; of a shard that `until` does not name
    nothing is found.
    """

    until: Token
    after: Token = field(default_factory=dict)
    areas: Sequence[str] = ()
    types: Sequence[str] = ()
    streams: Sequence[str] = ()

    def arguments(self) -> tuple[list[str], list[str], list[str]]:
        """The first three arguments of the queries."""
        return list(self.areas), list(self.types), list(self.streams)


def _record(store: Store, row: Any) -> Record:
    return Record(store.service, store.id, Envelope(*row[: len(Envelope._fields)]), row[len(Envelope._fields)])


def _moment(record: Record) -> tuple[datetime, str, int, int]:
    """The order in which events of several shards and services are told: of one shard it is that of the log."""
    return record.envelope.recorded_at, record.source, record.envelope.shard, record.envelope.seq


async def search_events(stores: Sequence[Store], search: EventSearch) -> AsyncIterator[Record]:
    """The events that are wanted, by the time they were recorded. Memory does not grow with their number."""
    lanes = [_lane(store, shard, search) for store in stores for shard in range(store.shards)]
    heap: list[tuple[tuple[datetime, str, int, int], int, Record]] = []
    for number, lane in enumerate(lanes):
        async for record in lane:
            heapq.heappush(heap, (_moment(record), number, record))
            break
    while heap:
        _, number, record = heap[0]
        yield record
        try:
            following = await anext(lanes[number])
        except StopAsyncIteration:
            heapq.heappop(heap)
        else:
            heapq.heapreplace(heap, (_moment(following), number, following))


async def _lane(store: Store, shard: int, search: EventSearch) -> AsyncIterator[Record]:
    key = store.service, shard
    after, until = search.after.get(key, 0), search.until.get(key, 0)
    while after < until:
        async with borrowed(store.pool) as connection:
            rows = await connection.fetch(_FORWARD, *search.arguments(), shard, after, until)
        for row in rows:
            yield _record(store, row)
        if len(rows) < _PAGE:
            return
        after = rows[-1]["seq"]


async def last_events(stores: Sequence[Store], search: EventSearch, count: int) -> list[Record]:
    """The last `count` of the events that are wanted, in order."""
    found: list[Record] = []
    for store in stores:
        shards = range(store.shards)
        bounds = [[tokens.get((store.service, n), 0) for n in shards] for tokens in (search.after, search.until)]
        async with borrowed(store.pool) as connection:
            rows = await connection.fetch(_LAST, *search.arguments(), list(shards), *bounds, count)
        found += [_record(store, row) for row in rows]
    return sorted(found, key=_moment)[-count:]


async def events_by_id(stores: Sequence[Store], ids: Collection[UUID]) -> dict[UUID, Record]:
    """The events with these ids, of whichever service."""
    found: dict[UUID, Record] = {}
    for store in stores:
        async with borrowed(store.pool) as connection:
            rows = await connection.fetch(f"select {_COLUMNS} from events where id = any($1)", list(ids))
        found |= {row["id"]: _record(store, row) for row in rows}
    return found


async def events_about(stores: Sequence[Store], thing: str) -> list[Record]:
    """The history of a thing, in order: its stream, or where it has none of its own, the events that name it.

    `thing` is the name of a stream, or an id. The second reads all of the logs.
    """
    own = f"select {_COLUMNS} from events where stream = $1 or right(stream, $2) = '-' || $1 order by stream, version"
    naming = f"select {_COLUMNS} from events where position(convert_to($1, 'UTF8') in data) > 0 and $2 > 0"
    for query in (own, naming):
        found: list[Record] = []
        for store in stores:
            async with borrowed(store.pool) as connection:
                found += [_record(store, row) for row in await connection.fetch(query, thing, len(thing) + 1)]
        if found:
            return sorted(found, key=_moment)
    return []


async def events_of_stream(store: Store, stream: str) -> list[Record]:
    """All events of one stream, in order; none for a stream that is not there. Raises `Unavailable`."""
    async with borrowed(store.pool) as connection:
        rows = await connection.fetch(f"select {_COLUMNS} from events where stream = $1 order by version", stream)
    return [_record(store, row) for row in rows]
