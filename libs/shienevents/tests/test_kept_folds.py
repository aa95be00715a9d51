"""Folds that are kept: a past that begins from one is the past from the beginning, and nothing depends on them."""

from __future__ import annotations

import asyncio
import gc
import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from shienevents import (
    Envelope,
    Positions,
    Record,
    Rejected,
    Row,
    Service,
    StoreSource,
    Unavailable,
    View,
    positions_at,
    replace,
    replay,
)
from shienevents.core.positions import Point
from shienevents.postgres.kept_tables import drop_fold
from shienevents.read.kept_folds import KeptFold, KeptFolds
from shienevents.read.pasts import Pasts
from shienops._databases import Database

from .serving import a_service
from .world import ALICE, TYPES, BoxEvent, BoxRow, Put, Take, areas_filled, boxes, fold_box


def without_empty_ones(row: BoxRow, event: BoxEvent, envelope: Envelope) -> BoxRow | None:
    found = fold_box(row, event, envelope)
    return found if found and found.held else None


full_boxes: View[BoxRow] = View(
    name="full_boxes",
    version=1,
    row=BoxRow,
    subscribes_to=boxes.subscribes_to,
    keys=boxes.keys,
    evolve=without_empty_ones,
    indexes=(("held",),),
)


class HappenedRow(Row, key=("id",)):
    """An event."""

    id: UUID
    box: str = ""
    at: datetime | None = None


happened: View[HappenedRow] = View(
    name="happened",
    version=1,
    row=HappenedRow,
    subscribes_to=boxes.subscribes_to,
    keys=lambda event, envelope: [envelope.id],
    evolve=lambda row, event, envelope: replace(row, box=event.box, at=envelope.recorded_at),
    written_once="at",
)
VIEWS: Sequence[View[Any]] = (full_boxes, areas_filled, happened)


class Kept:
    """The pasts of a service whose folds are kept from the first event on."""

    def __init__(self, service: Service, most: int = 100, worth: int = 1, rows: int = 10_000) -> None:
        self.service = service
        self.folds = KeptFolds(service.settings.dsn, service.store.service, VIEWS, worth=worth, most=most)
        self.source: type[StoreSource] = StoreSource
        self.pasts = Pasts(service.settings.dsn, TYPES, VIEWS, self._sources, self.known, self.folds, rows=rows)

    def _sources(self) -> Sequence[StoreSource]:
        return [self.source(self.service.store, limit=5)]

    async def known(self) -> Positions:
        """Where the views stand."""
        await wait_for(self.service)
        return await self.service.reader.positions()

    async def digests(self, at: datetime) -> dict[str, str]:
        """What the past of a time answers: a digest for each view."""
        async with self.pasts.snapshot(at, seconds=60) as snapshot:
            found = {view.name: await snapshot.digest(view) for view in VIEWS}
        await self.pasts.tidy()
        return found

    async def from_the_log(self, at: datetime) -> dict[str, str]:
        """The same, folded from the first event on."""
        store = self.service.store
        return (await replay(TYPES, VIEWS, [StoreSource(store)], await positions_at(store, at))).digests

    async def names(self) -> list[str]:
        """The folds that are kept, the earliest first."""
        connection = await asyncpg.connect(self.service.settings.dsn)
        try:
            return [row["name"] for row in await connection.fetch("select name from kept_folds.folds order by at")]
        finally:
            await connection.close()


async def wait_for(service: Service) -> None:
    async with service.snapshot(await service.acknowledged(), seconds=20) as snapshot:
        assert not snapshot.stale


async def a_history(service: Service, seed: int, events: int = 12) -> datetime:
    """Some boxes are filled, emptied, and filled again; a time after it."""
    chance = random.Random(seed)
    for _ in range(events):
        name = f"b{chance.randrange(8)}"
        command = chance.choice([Put(name, 2), Put(name, 1), Take(name, 1), Take(name, 2)])
        with suppress(Rejected):
            await service.handle(command, ALICE)
    await service.handle(Put(f"b{seed}", 1), ALICE)
    return datetime.now(UTC)


@pytest.mark.parametrize("rows", [1, 3, 10_000])
async def test_a_past_from_a_kept_fold_is_the_past_from_the_beginning(database: Database, rows: int) -> None:
    async with a_service(database, views=VIEWS) as service:
        kept = Kept(service, rows=rows)
        times = [await a_history(service, seed) for seed in range(6)]
        random.Random(1).shuffle(times)
        for at in times:
            assert await kept.digests(at) == await kept.from_the_log(at)
        begun = await kept.folds.latest(max(times), await kept.known())
        assert begun is not None
        assert begun.at == max(times)
        assert len(await kept.names()) == len(times)
        await kept.pasts.close()
        again = Kept(service, rows=rows)
        for at in times:
            assert await again.digests(at) == await again.from_the_log(at)
        await again.pasts.close()


class Watched(StoreSource):
    """The log, and how many rows of boxes there are in memory at most while it is read."""

    most, reads = 0, 0

    async def next(self) -> list[Record]:
        """The next records."""
        Watched.reads += 1
        Watched.most = max(Watched.most, sum(type(one) is BoxRow for one in gc.get_objects()))
        return await super().next()


async def test_a_past_holds_few_of_its_rows_in_memory_from_the_beginning_and_from_a_kept_fold(
    database: Database,
) -> None:
    async with a_service(database, views=VIEWS) as service:
        for n in range(2):
            for box in range(60):
                await service.handle(Put(f"b{box}", 1), ALICE)
            at = datetime.now(UTC)
            kept, Watched.most, Watched.reads = Kept(service, rows=1), 0, 0
            kept.source = Watched
            assert await kept.digests(at) == await kept.from_the_log(at)
            assert Watched.reads >= 12, "a batch has five events"
            assert Watched.most < 20
            assert len(await kept.names()) == n + 1
            await kept.pasts.close()


async def test_folds_are_thrown_away_at_will_but_not_under_a_reader(database: Database) -> None:
    async with a_service(database, views=VIEWS) as service:
        kept = Kept(service)
        first, second = [await a_history(service, seed) for seed in range(2)]
        await kept.digests(first)
        (name,) = await kept.names()
        connection = await asyncpg.connect(database.dsn)
        async with kept.pasts.snapshot(second, seconds=60) as snapshot:
            assert not await drop_fold(connection, name), "its rows are read"
            assert {view.name: await snapshot.digest(view) for view in VIEWS} == await kept.from_the_log(second)
        await kept.pasts.close()
        for one in await kept.names():
            assert await drop_fold(connection, one)
        assert not await connection.fetch(
            "select from pg_tables where schemaname = 'kept_folds' and tablename <> 'folds'"
        )
        await connection.close()
        assert await kept.digests(second) == await kept.from_the_log(second)
        await kept.pasts.close()


async def test_of_too_many_the_one_goes_that_costs_least_and_the_last_stays(database: Database) -> None:
    async with a_service(database, views=VIEWS) as service:
        kept = Kept(service, most=3)
        names = []
        for seed, events in enumerate((30, 2, 30, 30)):
            await kept.digests(await a_history(service, seed, events))
            await kept.pasts.close()
            names += [name for name in await kept.names() if name not in names]
        assert await kept.names() == [names[0], *names[2:]]


async def test_a_fold_of_now_is_kept_when_many_events_came(database: Database) -> None:
    async with a_service(database, views=VIEWS) as service:
        kept = Kept(service, worth=10)
        await service.handle(Put("a", 1), ALICE)
        await wait_for(service)
        await kept.pasts.keep_up()
        assert await kept.names() == []
        at = await a_history(service, 1, 30)
        await wait_for(service)
        await kept.pasts.keep_up()
        await kept.pasts.keep_up()
        assert len(await kept.names()) == 1
        assert await kept.folds.latest(at, await kept.known()) is None, "it is of a later time"
        later = await a_history(service, 2, 2)
        assert await kept.folds.latest(later, await kept.known()) is not None
        assert await kept.digests(later) == await kept.from_the_log(later)
        await kept.pasts.close()


async def test_a_fold_of_another_log_is_not_begun_from(database: Database) -> None:
    async with a_service(database, views=VIEWS) as service:
        kept = Kept(service)
        at = await a_history(service, 1)
        await kept.digests(at)
        await kept.pasts.close()
        known = await kept.known()
        assert await kept.folds.latest(at, known) is not None
        assert await kept.folds.latest(at, Positions()) is None, "the views were put back"
        shorter = {key: Point(point.seq, 0, point.id) for key, point in known.points.items()}
        fold = KeptFold("f", at, Positions({key: Point(p.seq, 7, p.id) for key, p in shorter.items()}), 1)
        connection = await asyncpg.connect(database.owner_dsn)
        assert not await kept.folds.still_holds(connection, fold, Positions(shorter)), "the topic was made anew"
        stores = dict.fromkeys(known.stores, uuid4())
        assert await kept.folds.latest(at, Positions(known.points, stores)) is None, "it is another store"
        ((shard, seq),) = await connection.fetch("select shard, max(seq) as seq from events group by shard limit 1")
        await connection.execute("alter table events disable trigger all")
        await connection.execute("update events set id = $3 where shard = $1 and seq = $2", shard, seq, uuid4())
        await connection.close()
        assert await kept.folds.latest(at, known) is None, "the store has other events"


class Renumbered(StoreSource):
    """A log whose end does not follow on what was read of it before."""

    async def start(self, positions: Positions) -> None:
        """Begin one event too late, except from the beginning."""
        await super().start(Positions.at({key: seq + 1 for key, seq in positions.seqs.items()}))


async def test_where_the_log_does_not_go_on_it_is_folded_from_the_beginning(database: Database) -> None:
    async with a_service(database, views=VIEWS) as service:
        kept = Kept(service)
        await kept.digests(await a_history(service, 1))
        for seed in range(2, 5):
            at = await a_history(service, seed)
        kept.source = Renumbered
        async with asyncio.timeout(30):
            assert await kept.digests(at) == await kept.from_the_log(at)
        await kept.pasts.close()


async def test_what_is_written_once_is_read_from_the_live_table_and_joined_with_what_was(database: Database) -> None:
    async with a_service(database, views=VIEWS) as service:
        kept = Kept(service)
        await service.handle(Put("a", 1), ALICE)
        await service.handle(Put("b", 1), ALICE)
        at = await a_history(service, 1, 1)
        await service.handle(Put("a", 5), ALICE)
        await kept.known()
        joined = "select box, held from full_boxes join (select distinct box from happened) h using (box) order by 1"
        named = "with late as (select * from happened) select count(*) from late join full_boxes using (box)"
        async with kept.pasts.snapshot(at, seconds=60) as snapshot:
            held = {row["box"]: row["held"] for row in await snapshot.fetch(joined)}
            assert held == {key: row.held for key, row in (await snapshot.rows(full_boxes)).items()}
            assert held["a"] == 1
            assert (await snapshot.fetch(named))[0]["count"] == len(await snapshot.rows(happened))
            connection = await asyncpg.connect(database.dsn)
            await connection.execute("update views set version = 2 where name = 'happened'")
            await connection.close()
            with pytest.raises(Unavailable):
                await snapshot.rows(happened)
        await kept.pasts.close()
