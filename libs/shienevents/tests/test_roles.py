"""Processes that only answer, and processes that only work: who does what, who stands by, and what each may open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from shienevents import POOLS, ProcessRole, Service, ServiceSettings, View, token_of
from shienevents.postgres.pool import borrowed
from shienops._databases import Database

from .serving import boxes2, log_of, opened, put, settings_for
from .world import (
    ALICE,
    VIEWS,
    Put,
    a_topic,
    areas_filled,
    boxes,
    caught_up,
    connected,
    digests,
    prepared,
    replayed,
    seen_abroad,
    until,
)

NO_WORKER = (
    "no worker of this service runs: what is written reaches neither its views nor Kafka; start one (SHIEN_ROLE=worker)"
)


@asynccontextmanager
async def a_process(
    database: Database, role: ProcessRole, *, views: Any = VIEWS, **more: Any
) -> AsyncIterator[Service]:
    """A process of the world's service in this role."""
    settings = replace(settings_for(database), role=role, **{"lease_seconds": 1.0, **more})
    async with await opened(settings, views) as service:
        yield service


async def ready(service: Service) -> bool:
    return (await service.health()).ready


async def sessions(database: Database) -> dict[str, int]:
    """How many sessions of this database each process has, by the name that it gives them."""
    async with connected(database.owner_dsn) as connection:
        rows = await connection.fetch(
            "select application_name as name, count(*) from pg_stat_activity "
            "where datname = $1 and application_name like 'shien %' group by 1",
            database.name,
        )
    return dict(map(tuple, rows))


async def test_a_process_that_answers_neither_relays_nor_folds_and_says_that_no_worker_runs(database: Database) -> None:
    await prepared(database)
    async with a_process(database, "api") as api:
        written = await api.handle(Put("b", 5), ALICE)
        health = await api.health()
        assert (health.live, health.ready, health.role, health.active) == (True, False, "api", False)
        assert health.reasons == [
            "boxes waits for a worker that rebuilds it", "areas_filled waits for a worker that rebuilds it", NO_WORKER
        ]  # fmt: skip
        async with borrowed(api.store.pool) as connection:
            assert await connection.fetchval("select count(*) from leases") == 0
        async with a_process(database, "worker"):
            async with api.snapshot(after=token_of(written), seconds=60) as snapshot:
                assert [row.held for row in await snapshot.select(boxes)] == [5]
            await until(lambda: ready(api))
        health = await api.health()
        assert health.ready, "between two workers the lease is free for a moment"

        async def alone() -> bool:
            return (await api.health()).reasons == [NO_WORKER]

        await until(alone)


async def test_of_two_workers_one_stands_by_and_what_both_answering_processes_write_is_folded_once(
    database: Database,
) -> None:
    await prepared(database)
    async with (
        a_process(database, "api") as one,
        a_process(database, "api") as two,
        a_process(database, "worker") as stays,
    ):
        async with a_process(database, "worker") as leaves:
            await asyncio.gather(put(one, *range(1, 21)), put(two, *range(1, 21), name="c"))
            await caught_up(one.store)
            roles = sorted([(await worker.health()).active for worker in (stays, leaves)])
            assert roles == [False, True]
            assert all([await ready(process) for process in (one, two, stays, leaves)])
        await asyncio.gather(put(one, 1, 1, name="d"), put(two, 1, 1, name="e"))
        await caught_up(two.store)
        assert (await stays.health()).active
        assert await digests(one.store) == await replayed(one.store)
        assert len(await log_of(one.store)) == 44


async def test_an_answering_process_with_newer_views_waits_for_a_worker_that_has_them(database: Database) -> None:
    await prepared(database)
    newer: list[View[Any]] = [boxes2, areas_filled]
    async with a_process(database, "worker") as old:
        await put(old, 1)
        await caught_up(old.store)
        async with a_process(database, "api") as before, a_process(database, "api", views=newer) as after:
            await until(lambda: ready(before))
            assert (await after.health()).reasons == ["boxes waits for a worker that rebuilds it"]
            async with a_process(database, "worker", views=newer) as new:
                assert not (await new.health()).active
                await old.__aexit__()
                await until(lambda: ready(after))
                assert await ready(before), "commands do not need the views"


async def test_each_role_opens_no_more_connections_than_it_says_and_every_process_is_known(database: Database) -> None:
    await prepared(database)
    async with a_process(database, "api") as api, a_process(database, "worker") as worker, a_process(database, "all"):
        await caught_up(worker.store)

        async def look(n: int) -> None:
            async with api.snapshot() as snapshot:
                await snapshot.fetch("select pg_sleep(0.01)")
            await api.handle(Put(f"b{n}", 1), ALICE)
            await api.store.heads()

        await asyncio.gather(*map(look, range(100)))
        found = await sessions(database)
    assert sorted(name.rpartition(" ")[0] for name in found) == ["shien all 28", "shien api 18", "shien worker 12"]
    assert all(count <= int(name.split()[2]) for name, count in found.items()), found


def test_the_sizes_of_pools_are_those_of_the_role_unless_settings_say_otherwise() -> None:
    for role, most in (("all", 28), ("api", 18), ("worker", 12)):
        settings = ServiceSettings("", "", role=role)  # type: ignore[arg-type]
        assert (settings.pools, settings.most_connections) == (POOLS[role], most)  # type: ignore[index]
    assert ServiceSettings("", "", pool_size=20, reading_pool_size=30).most_connections == 58


async def test_a_topic_of_another_service_with_another_number_of_shards_is_refused_at_the_start(
    database: Database, kafka: str, topic_name: str
) -> None:
    await prepared(database)
    settings = settings_for(database, kafka, topic_name)
    topic = settings.topic("matching")
    async with a_topic(kafka, topic, partitions=2), await opened(settings, [*VIEWS, seen_abroad]) as service:
        health = await service.health()
        assert not health.ready
        [reason] = health.reasons
        assert reason.startswith(f"topic {topic} has 2 partitions, but this service expects 3: all services must be")
