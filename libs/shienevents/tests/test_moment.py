"""A moment is a position: the same whatever is appended later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shienevents import positions_at
from shienops._databases import Database

from .world import a_store, append


async def test_a_moment_is_the_position_of_what_was_recorded_by_then(database: Database) -> None:
    async with a_store(database) as store:
        assert (await positions_at(store, datetime.now(UTC))).seqs == {}
        moments: list[tuple[datetime, dict[tuple[str, int], int]]] = []
        for n in range(1, 8):
            for shard in range(n % 3 + 1):
                written = await store.append(append(f"box-{n}-{shard}", n, after=0, shard=shard))
            heads = await store.heads()
            record = (await store.read_stream(f"box-{n}-{shard}"))[-1]
            seqs = {(store.service, at): seq for at, seq in enumerate(heads) if seq}
            moments.append((record.envelope.recorded_at, seqs))
            assert written.version >= 1
        for moment, seqs in moments:
            assert (await positions_at(store, moment)).seqs == seqs
        first, _ = moments[0]
        assert (await positions_at(store, first - timedelta(seconds=1))).seqs == {}
