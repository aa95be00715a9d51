"""What was counted in the figures of one place is kept until a row of that place changes, in every process."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

from shienevents import EVERYWHERE, Service, View
from shienevents.postgres.pool import borrowed
from shienevents.views.changes import prune_changes
from shienops._databases import Database

from .serving import a_service, boxes2, opened, put, settings_for
from .world import areas_filled, boxes, until

by_letter: View[Any] = dataclasses.replace(boxes, counted_in=lambda row: [row.box[:1]])
everywhere: View[Any] = dataclasses.replace(areas_filled, counted_in=lambda _: [EVERYWHERE])
VIEWS: list[View[Any]] = [by_letter, areas_filled]


class Figures:
    """What the boxes of each letter hold, as one process counts it, and how often it counted."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.counted: Counter[str] = Counter()

    async def held(self, letter: str) -> int:
        async with self._service.snapshot(await self._service.acknowledged(), seconds=60) as seen:

            async def count() -> int:
                self.counted[letter] += 1
                return sum(int(row.held) for row in await seen.select(by_letter, "where box like $1", f"{letter}%"))

            return await seen.unless_changed([by_letter, everywhere], [letter], ("held", letter), count)


async def test_figures_are_counted_again_only_where_a_row_of_their_own_changed(database: Database) -> None:
    async with a_service(database, views=VIEWS) as service:
        figures = Figures(service)
        await put(service, 1, 2, name="a")
        await put(service, 5, name="b")
        for n in range(1, 6):
            assert (await figures.held("a"), await figures.held("b")) == (3, 5 + n - 1)
            await put(service, 1, name="b")
        assert figures.counted == {"a": 1, "b": 5}
        await put(service, 1, name="a")
        assert await figures.held("a") == 4
        assert figures.counted["a"] == 2


async def test_a_process_that_only_answers_hears_of_every_change(database: Database) -> None:
    async with a_service(database, views=VIEWS) as worker:
        settings = dataclasses.replace(settings_for(database), role="api")
        async with await opened(settings, VIEWS) as api:
            figures = Figures(api)
            for n in range(1, 4):
                await put(worker, 1, name="a")
                await put(api, 1, name="b")
                assert (await figures.held("a"), await figures.held("b")) == (n, n)
            assert (await figures.held("a"), await figures.held("b")) == (3, 3)
            assert figures.counted == {"a": 3, "b": 3}


async def test_what_counts_everywhere_changes_all_figures_and_so_does_a_view_that_was_made_anew(
    database: Database,
) -> None:
    async with a_service(database, views=[by_letter, everywhere]) as service:
        figures = Figures(service)
        await put(service, 1, name="a")
        assert await figures.held("a") == 1
        await put(service, 1, name="b")  # `areas_filled` counts it everywhere
        assert await figures.held("a") == 1
        assert figures.counted["a"] == 2
    newer: View[Any] = dataclasses.replace(boxes2, counted_in=lambda row: [row.box[:1]])
    async with a_service(database, views=[newer, areas_filled]) as service:
        await until(lambda: service.consumer.active and not service.consumer.behind)
        async with service.snapshot() as seen:
            last = await seen.last_change([newer], ["a"])
            assert last.number == (await service.store.pool.fetchval("select max(number) from batches"))


async def test_only_the_last_change_of_each_place_is_kept(database: Database) -> None:
    async with a_service(database, views=VIEWS) as service:
        figures = Figures(service)
        for _ in range(3):
            await put(service, 1, name="a")
            await figures.held("a")
        async with borrowed(service.store.pool) as connection:
            of_place = "select count(*) from changes where place = 'a'"
            assert await connection.fetchval(of_place) == 3
            await prune_changes(connection)
            assert await connection.fetchval(of_place) == 1
        assert await figures.held("a") == 3
        assert figures.counted["a"] == 3
