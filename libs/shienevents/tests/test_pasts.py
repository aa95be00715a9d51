"""Past states that are asked for again: folded once, folded anew for an event of then that came late, and closed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import asyncpg
import pytest

from shienevents import Positions, Service, Source, Unavailable
from shienevents.core.errors import Folding
from shienevents.read.kept_folds import KeptFolds
from shienevents.read.pasts import Pasts
from shienops._databases import Database

from .serving import a_service
from .world import ALICE, TYPES, VIEWS, Put, boxes


class Counted:
    """The pasts of a service, and how often its log was read for them. `known`: so far the views stand."""

    def __init__(self, service: Service) -> None:
        self.folds = 0
        self.known: Positions | None = None
        self._service = service
        folds = KeptFolds(service.settings.dsn, service.store.service, VIEWS)
        self.pasts = Pasts(service.settings.dsn, TYPES, VIEWS, self._sources, self._positions, folds)

    def _sources(self) -> Sequence[Source]:
        self.folds += 1
        return self._service.sources()

    async def _positions(self) -> Positions:
        return self.known or Positions.at(await self._service.acknowledged())

    async def boxes(self, at: datetime, seconds: float = 60) -> list[str]:
        """The boxes that there were by a time."""
        async with self.pasts.snapshot(at, seconds=seconds) as snapshot:
            return sorted(str(box) for box in await snapshot.rows(boxes))


async def put(service: Service, *names: str) -> datetime:
    """Put something into each box; a time after it."""
    for name in names:
        await service.handle(Put(name, 1), ALICE)
    return datetime.now(UTC)


async def test_a_past_is_folded_once_and_the_ones_used_longest_ago_are_closed(database: Database) -> None:
    async with a_service(database) as service:
        counted = Counted(service)
        times = [await put(service, f"b{n}") for n in range(5)]
        await put(service, "later")
        for n, at in enumerate(times):
            assert await counted.boxes(at) == [f"b{i}" for i in range(n + 1)]
        assert counted.folds == 5
        together = [counted.boxes(times[4]), counted.boxes(times[4]), counted.boxes(times[3])]
        assert await asyncio.gather(*together) == [["b0", "b1", "b2", "b3", "b4"]] * 2 + [["b0", "b1", "b2", "b3"]]
        assert counted.folds == 5
        assert await counted.boxes(times[0]) == ["b0"]
        assert counted.folds == 6, "it was closed for the later ones"
        async with (
            counted.pasts.snapshot(times[4], seconds=60) as outer,
            counted.pasts.snapshot(times[4], seconds=60) as inner,
        ):
            assert inner is outer, "within its own snapshot nobody waits for himself"
        await counted.pasts.close()


async def test_an_event_of_then_that_comes_late_is_in_the_past_and_later_ones_are_not(database: Database) -> None:
    async with a_service(database) as service:
        counted = Counted(service)
        await put(service, "a")
        counted.known = Positions.at(await service.acknowledged())
        at = await put(service, "b", "c", "d")
        assert await counted.boxes(at) == ["a"], "the others are still on their way"
        counted.known = None
        assert await counted.boxes(at) == ["a", "b", "c", "d"]
        assert counted.folds == 2
        for n in range(20):  # in every shard
            await put(service, f"later{n}")
        assert await counted.boxes(at) == ["a", "b", "c", "d"]
        folds = counted.folds
        assert await counted.boxes(await put(service, "last") and at) == ["a", "b", "c", "d"]
        assert counted.folds == folds, "nothing of then can follow any more"
        await counted.pasts.close()


async def test_who_does_not_wait_comes_again_and_finds_it(database: Database) -> None:
    async with a_service(database) as service:
        counted = Counted(service)
        at = await put(service, "a")
        with pytest.raises(Folding):
            await counted.boxes(at, seconds=0)
        assert await counted.boxes(at) == ["a"]
        assert counted.folds == 1
        await counted.pasts.close()


async def test_a_past_whose_connection_was_lost_is_folded_again(database: Database) -> None:
    async with a_service(database) as service:
        counted = Counted(service)
        at = await put(service, "a")
        async with counted.pasts.snapshot(at, seconds=60) as snapshot:
            (backend,) = await snapshot.fetch("select pg_backend_pid() as pid")
        other = await asyncpg.connect(database.dsn)
        await other.execute("select pg_terminate_backend($1)", backend["pid"])
        await other.close()
        with pytest.raises(Unavailable):
            await counted.boxes(at)
        assert await counted.boxes(at) == ["a"]
        await counted.pasts.close()
