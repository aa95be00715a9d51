"""The position of a moment: `recorded_at` never goes back within a shard, so a moment is a position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from ..core.envelope import Record
from ..core.positions import Point, Positions, ShardKey, Token
from ..postgres.pool import borrowed
from ..write.store import Store

_RECORDED_BY = """
    select w.shard, e.recorded_at <= $3 as by
    from unnest($1::smallint[], $2::bigint[]) as w (shard, seq) join events e on e.shard = w.shard and e.seq = w.seq
"""


@dataclass(frozen=True)
class Moment:
    """A moment of all services: of those that `position` names, their events up to there; of others, by time.

    `at`: what was recorded by then counts of the others. It is the same whatever is appended later.
    """

    at: datetime
    position: Token = field(default_factory=dict)

    @cached_property
    def named(self) -> frozenset[str]:
        """The services that `position` names."""
        return frozenset(source for source, _ in self.position)

    def holds(self, record: Record) -> bool:
        """Whether it had been recorded. Of each shard the first records had, and no later one."""
        if record.source in self.named:
            return record.envelope.seq <= self.position.get((record.source, record.envelope.shard), 0)
        return record.envelope.recorded_at <= self.at

    def within(self, known: Token) -> Positions:
        """How far to read, where `known` is all that there is: not beyond what `position` names."""
        others = {key: seq for key, seq in known.items() if key[0] not in self.named}
        return _positions(others | dict(self.position))


def _positions(seqs: Mapping[ShardKey, int]) -> Positions:
    return Positions({key: Point(seq) for key, seq in seqs.items() if seq})


async def positions_at(store: Store, moment: datetime) -> Positions:
    """The last event of every shard that was recorded by this moment. It is the same whatever is appended later.

    It is found by halving, which reads about 20 rows a shard of a million events. Raises `Unavailable`.
    """
    low, high = [0] * store.shards, await store.heads()
    async with borrowed(store.pool) as connection:
        while open_ := [shard for shard in range(store.shards) if low[shard] < high[shard]]:
            middles = [(low[shard] + high[shard] + 1) // 2 for shard in open_]
            rows = await connection.fetch(_RECORDED_BY, open_, middles, moment)
            recorded_by = {row["shard"]: row["by"] for row in rows}
            for shard, middle in zip(open_, middles, strict=True):
                if recorded_by[shard]:
                    low[shard] = middle
                else:
                    high[shard] = middle - 1
    return _positions({(store.service, shard): seq for shard, seq in enumerate(low)})
