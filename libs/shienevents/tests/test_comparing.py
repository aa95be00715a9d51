"""Live views beside what a log makes of them: rows that differ are named, in memory that does not grow with either."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from shienevents import Compared, Row, Service, StoreSource, View, comparing, positions_at, token_of
from shienevents.consume.replay import fold_again
from shienevents.core.view import digest_of
from shienevents.views.rows import BoundedRows, MemoryRows, Rows
from shienops._databases import Database

from .serving import a_service
from .world import ALICE, TYPES, VIEWS, Put, Take, boxes


async def compared(service: Service, most: int) -> dict[str, Compared]:
    """Each view with the log of the store, from what it stands at now."""
    async with comparing(service.settings.dsn, VIEWS, most=most) as comparison:
        async with service.snapshot(token_of(await service.acknowledged())) as snapshot:
            await comparison.note(snapshot)
        first = await comparison.with_log(TYPES, [StoreSource(service.store, limit=2)], comparison.positions)
        again = await comparison.with_log(TYPES, [StoreSource(service.store)], comparison.positions)
        assert again == first, "a snapshot is compared with several logs"
        return first


@pytest.mark.parametrize("most", [1, 3, 10_000])
async def test_rows_that_differ_are_named_however_few_rows_are_held(database: Database, most: int) -> None:
    async with a_service(database) as service:
        for n in range(1, 4):
            for box in "abcd":
                await service.handle(Put(box, n), ALICE)
        await service.handle(Take("d", 6), ALICE)
        same = await compared(service, most)
        async with service.snapshot() as snapshot:
            digest = digest_of(await snapshot.rows(boxes))
        assert [(one.live.digest == one.replayed, one.live.kept, one.differ) for one in same.values()] == [
            (True, True, [])
        ] * len(VIEWS)
        assert (same["boxes"].live.digest, same["boxes"].live.rows, same["boxes"].events) == (digest, 4, 13)

        async with service.store.pool.acquire() as connection:
            await connection.execute("update boxes set held = held + 1 where box = 'a'")
            await connection.execute("insert into boxes values ('x', 6, 3, sha256('another'))")
            await connection.execute("delete from boxes where box = 'c'")
        found = await compared(service, most)
        assert found["boxes"].differ == [("a", "differs"), ("c", "missing"), ("x", "too_many")]
        assert (found["boxes"].replayed, found["boxes"].live.kept) == (digest, False)
        assert found["areas_filled"].differ == []


class Watched(MemoryRows):
    """Where rows are kept below, and what came of it."""

    written = 0

    async def save(self, view: View[Any], changed: Mapping[Hashable, Row | None]) -> None:
        self.written += len(changed)
        await super().save(view, changed)


async def test_rows_in_memory_are_written_when_they_are_too_many_and_read_again_when_they_are_asked_for() -> None:
    below = Watched()
    rows = BoundedRows(below, most=3)

    async def take(names: Iterable[str]) -> Rows:
        loaded = await rows.load(boxes, list(names))
        await rows.save(boxes, {name: boxes.blank(name) for name in names if not loaded.get(name)})
        return loaded

    await take("abc")
    assert below.written == 0
    await take("d")
    assert below.written == 4, "four are one too many"
    assert (await take("a"))["a"] == boxes.blank("a")
    await rows.flush()
    assert (below.written, sorted(below.rows["boxes"], key=str)) == (4, [*"abcd"])


@pytest.mark.parametrize(("size", "most"), [(600, 3), (1 << 20, 0)])
async def test_rows_in_memory_are_written_when_their_events_are_too_large(
    database: Database, size: int, most: int
) -> None:
    async with a_service(database) as service:
        for n in range(5):
            await service.handle(Put(f"{n}" + "x" * 200, 1), ALICE)
        below, until = Watched(), await positions_at(service.store, datetime.now(UTC))
        rows = BoundedRows(below, size=size)
        await fold_again(TYPES, VIEWS, [StoreSource(service.store, limit=1)], until, rows)
        assert len(below.rows.get("boxes", {})) == most, "three have more than 600 bytes"
        await rows.flush()
        assert len(below.rows["boxes"]) == 5
