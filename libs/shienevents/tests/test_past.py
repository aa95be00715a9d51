"""A state of the past: the rows, the position and the digests of then, whatever was appended later."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from shienevents import Moment, Service, Snapshot, StoreSource, past, positions_at, token_of
from shienops._databases import Database

from .serving import a_service
from .world import ALICE, TYPES, VIEWS, Put, Take, areas_filled, boxes


async def seen(snapshot: Snapshot) -> tuple[str, Mapping[Hashable, Any], dict[str, str]]:
    """The position, the rows of one view, and the digests of all."""
    digests = {view.name: await snapshot.digest(view) for view in VIEWS}
    return snapshot.token, await snapshot.rows(boxes), digests


async def then(service: Service, moment: Moment) -> tuple[str, Mapping[Hashable, Any], dict[str, str]]:
    """What was seen at a moment, from the log that there is now."""
    known = {key: seq for key, seq in (await service.acknowledged()).items() if seq}
    async with past(service.settings.dsn, TYPES, VIEWS, [StoreSource(service.store)], moment, known) as snapshot:
        return await seen(snapshot)


async def test_what_was_seen_at_a_moment_is_seen_again_whatever_was_appended_later(database: Database) -> None:
    async with a_service(database) as service:
        looks = []
        for n in range(1, 5):
            for box in ("a", "b", f"c{n}")[: n % 3 + 1]:
                await service.handle(Put(box, n), ALICE)
            if n == 3:
                await service.handle(Take("a", 2), ALICE)
            async with service.snapshot(after=token_of(await service.acknowledged())) as snapshot:
                looks.append((datetime.now(UTC), snapshot.positions.seqs, await seen(snapshot)))
        for at, seqs, look in looks:
            assert (await positions_at(service.store, at)).seqs == seqs
            assert await then(service, Moment(at)) == look
            assert await then(service, Moment(looks[0][0], seqs)) == look, (
                "of a service that is named, time says nothing"
            )
        rows = looks[-1][-1][1]
        assert len(rows) == len(looks[0][-1][1]) + 1, "more was seen later"


async def test_a_query_over_a_view_that_was_not_folded_fails_and_does_not_read_live_rows(database: Database) -> None:
    async with a_service(database) as service:
        written = await service.handle(Put("a", 1), ALICE)
        known, at = {(written.source, written.shard): written.seq}, Moment(datetime.now(UTC))
        async with service.snapshot(after=token_of(written)) as live:
            assert len(await live.fetch(f"select * from {areas_filled.name}")) == 1
        async with past(service.settings.dsn, TYPES, [boxes], [StoreSource(service.store)], at, known) as snapshot:
            assert len(await snapshot.fetch(f"select * from {boxes.name}")) == 1
            with pytest.raises(asyncpg.UndefinedTableError):
                await snapshot.fetch(f"select * from {areas_filled.name}")
