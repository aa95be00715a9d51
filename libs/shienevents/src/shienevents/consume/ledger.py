"""What a consumer keeps beside its views, in the same transactions: positions, parked events, refusals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg

from ..core.envelope import Record
from ..core.errors import Fenced
from ..core.positions import Positions, ShardKey
from ..kafka.cloudevents import CLOUDEVENT_HEADERS, record_of
from ..postgres.pool import Connection
from ..views.fold import EventOfSubscriber, Parking
from ..views.municipalities import OF_TWO_CELLS

KEEP_BATCHES = 1000  # rows of positions left behind the newest: enough for any transaction still under way
PRUNE_EVERY = 500


class ProjectionState(NamedTuple):
    """Where a projection stands: the number of its last batch, and the positions after it."""

    number: int
    positions: Positions


async def load_state(connection: Connection, projection: str) -> ProjectionState:
    """The newest row of the projection; batch 0 at the beginning."""
    row = await connection.fetchrow(
        "select number, positions from batches where projection = $1 order by number desc limit 1", projection
    )
    return (
        ProjectionState(row["number"], Positions.decode(row["positions"])) if row else ProjectionState(0, Positions())
    )


async def advance(connection: Connection, projection: str, held: int, positions: Positions) -> int:
    """Move the projection from batch `held` to the next, in the caller's transaction. Returns its number.

    This is the fence, and comes first in a transaction: a process that holds an older number, because it was paused
    or because another process has taken over, meets the row that superseded it. The key refuses two at once;
    the condition refuses one so old that the row after its own was pruned. Raises `Fenced`.
    """
    try:
        number = await connection.fetchval(
            "insert into batches (projection, number, positions) select $1, $2 + 1, $3 "
            "where not exists (select from batches where projection = $1 and number > $2) returning number",
            projection,
            held,
            positions.encode(),
        )
    except asyncpg.UniqueViolationError as error:
        raise Fenced(f"{projection}: batch {held + 1} was written by another process") from error
    if number is None:
        raise Fenced(f"{projection}: batch {held} is not the newest any more")
    if number % PRUNE_EVERY == 0:
        await connection.execute(
            "delete from batches where projection = $1 and number < $2", projection, number - KEEP_BATCHES
        )
    return int(number)


async def park(connection: Connection, parkings: Sequence[Parking]) -> None:
    """Keep the whole events that a subscriber could not process."""
    await connection.executemany(
        "insert into parked (subscriber, source, shard, seq, stream, type, reason, envelope, data) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            (
                p.subscriber, p.record.source, p.record.envelope.shard, p.record.envelope.seq, p.record.envelope.stream,
                p.record.envelope.type, _storable(p.reason), _pack(p.record), p.record.data,
            )
            for p in parkings
        ],
    )  # fmt: skip


async def held_streams(connection: Connection) -> dict[str, set[tuple[str, str]]]:
    """For each subscriber, the streams (source, stream) of which events are parked."""
    held: dict[str, set[tuple[str, str]]] = {}
    for row in await connection.fetch("select distinct subscriber, source, stream from parked"):
        held.setdefault(row["subscriber"], set()).add((row["source"], row["stream"]))
    return held


async def parked_counts(connection: Connection, *, of_two_cells: bool = True) -> dict[tuple[str, str, int], int]:
    """How many events are parked, by (subscriber, source, shard), with or without those of a second cell."""
    rows = await connection.fetch(
        "select subscriber, source, shard, count(*) as n from parked where $1 or not starts_with(reason, $2) "
        "group by 1, 2, 3",
        of_two_cells,
        OF_TWO_CELLS,
    )
    return {(row["subscriber"], row["source"], row["shard"]): row["n"] for row in rows}


async def parked_records(connection: Connection, subscriber: str) -> list[Record]:
    """The subscriber's parked events, stream by stream in order."""
    rows = await connection.fetch(
        "select source, shard, envelope, data from parked where subscriber = $1 order by source, shard, seq", subscriber
    )
    return [_unpack(row["shard"], row["envelope"], row["data"])._replace(source=row["source"]) for row in rows]


async def skipped_events(connection: Connection) -> set[EventOfSubscriber]:
    """The events that a subscriber shall never take."""
    return {tuple(row) for row in await connection.fetch("select subscriber, source, shard, seq from skipped")}


async def skip(connection: Connection, subscriber: str, key: ShardKey, seq: int, reason: str, asked_by: str) -> bool:
    """Move a parked event to the skipped ones; False when it is not parked, or not as the first of its stream."""
    status = await connection.execute(
        "insert into skipped (subscriber, source, shard, seq, event_id, stream, type, first_error, reason, asked_by) "
        "select subscriber, source, shard, seq, (convert_from(envelope, 'UTF8')::jsonb ->> 'id')::uuid, stream, type, "
        "       reason, $5, $6 "
        "from parked p where subscriber = $1 and source = $2 and shard = $3 and seq = $4 and not exists ("
        "  select from parked e where e.subscriber = $1 and e.source = $2 and e.stream = p.stream and e.seq < p.seq)",
        subscriber,
        *key,
        seq,
        reason,
        asked_by,
    )
    if status != "INSERT 0 1":
        return False
    await _forget_parked(connection, subscriber, key, seq)
    return True


async def unpark(connection: Connection, subscriber: str, record: Record) -> None:
    """Forget that an event was parked."""
    await _forget_parked(connection, subscriber, (record.source, record.envelope.shard), record.envelope.seq)


async def _forget_parked(connection: Connection, subscriber: str, key: ShardKey, seq: int) -> None:
    await connection.execute(
        "delete from parked where subscriber = $1 and source = $2 and shard = $3 and seq = $4", subscriber, *key, seq
    )


async def refuse(
    connection: Connection, reaction: str, record_source: str, cause: UUID, command: str, code: str
) -> None:
    """Record that the domain rejected a reaction's command. When the event is read again, nothing is added."""
    await connection.execute(
        "insert into refusals (reaction, source, event_id, command, code) values ($1, $2, $3, $4, $5) "
        "on conflict do nothing",
        reaction,
        record_source,
        cause,
        command,
        code,
    )


def _storable(text: str) -> str:
    """A reason comes from anybody's exception: what Postgres text cannot hold is left out or spelled out."""
    return text.replace("\0", "").encode(errors="backslashreplace").decode()[:2000]


def _pack(record: Record) -> bytes:
    """The envelope alone, as an event without data: what is parked may have data that nobody can parse."""
    return record._replace(data=b"{}").structured()


def _unpack(shard: int, envelope: bytes, data: bytes) -> Record:
    return record_of(shard, CLOUDEVENT_HEADERS, envelope)._replace(data=data)
