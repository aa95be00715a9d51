"""How far the topic is known to hold a shard: the relay's checkpoints. Rows are inserted, never updated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ..postgres.leases import Lease
from ..postgres.pool import Pool, borrowed


class Checkpoint(NamedTuple):
    """The last record of a shard that Kafka acknowledged, and its offset. Nothing was sent yet: (0, -1)."""

    seq: int
    offset: int


NOTHING_SENT = Checkpoint(0, -1)

# A relay that lost its lease without noticing writes no checkpoint: it could undo a repair.
_SAVE = """
    insert into relayed (shard, seq, kafka_offset)
    select * from unnest($1::smallint[], $2::bigint[], $3::bigint[])
    where $5 = (select holder from leases where name = $4 order by number desc limit 1)
    on conflict do nothing
"""
_PRUNE = """
    delete from relayed r using unnest($1::smallint[], $2::bigint[]) as now (shard, seq)
    where r.shard = now.shard and r.seq < now.seq
"""


async def load(pool: Pool, shards: Iterable[int]) -> dict[int, Checkpoint]:
    """The checkpoint of each shard. Raises `Unavailable`."""
    async with borrowed(pool) as connection:
        rows = await connection.fetch(
            "select s.shard, last.seq, last.kafka_offset from unnest($1::smallint[]) as s (shard), lateral "
            "(select seq, kafka_offset from relayed r where r.shard = s.shard order by seq desc limit 1) last",
            list(shards),
        )
    found = {row["shard"]: Checkpoint(row["seq"], row["kafka_offset"]) for row in rows}
    return {shard: found.get(shard, NOTHING_SENT) for shard in shards}


async def save(pool: Pool, lease: Lease, reached: Mapping[int, Checkpoint], *, prune: bool) -> None:
    """Save what was acknowledged, if the lease is still ours in the database. Raises `Unavailable`."""
    if not reached:
        return
    shards, seqs = list(reached), [checkpoint.seq for checkpoint in reached.values()]
    offsets = [checkpoint.offset for checkpoint in reached.values()]
    async with borrowed(pool) as connection:
        await connection.execute(_SAVE, shards, seqs, offsets, lease.name, lease.holder)
        if prune:
            await connection.execute(_PRUNE, shards, seqs)


async def put_back(pool: Pool, shard: int, checkpoint: Checkpoint) -> None:
    """Replace a shard's checkpoint, also by an earlier one. Only for repairs. Raises `Unavailable`."""
    async with borrowed(pool) as connection, connection.transaction():
        await connection.execute("delete from relayed where shard = $1", shard)
        if checkpoint.seq:
            await connection.execute(
                "insert into relayed (shard, seq, kafka_offset) values ($1, $2, $3)", shard, *checkpoint
            )
