"""The proof at the end: every live view against the same view replayed, from the stores and from Kafka."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from shienevents import (
    EventTypes,
    KafkaSource,
    Positions,
    Service,
    Source,
    Store,
    StoreSource,
    View,
    event_types,
    replay,
)
from shienops.seeing.opened import opened
from shienops.system import System
from shienweb import ServiceProcessSettings


@dataclass(frozen=True)
class Compared:
    """One view's digests at one position: live, replayed from the stores, replayed from Kafka."""

    service: str
    view: str
    rows: int
    live: str
    from_stores: str
    from_kafka: str

    @property
    def same(self) -> bool:
        """Whether all three agree."""
        return self.live == self.from_stores == self.from_kafka


async def verify(system: System) -> Sequence[Compared]:
    """Compare every view of every service. The system may go on working meanwhile."""
    found: list[Compared] = []
    async with opened(system.stack) as stores:
        for name in system.services:
            found += await _one(system, name, stores)
    return found


async def events_per_type(system: System) -> dict[str, int]:
    """How many events of each type are in the stores."""
    counted: Counter[str] = Counter()
    async with opened(system.stack) as stores:
        for store in stores.values():
            async with store.pool.acquire() as connection:
                rows = await connection.fetch("select type, count(*) as n from events group by type")
            counted.update({row["type"]: row["n"] for row in rows})
    return dict(sorted(counted.items()))


async def _one(system: System, name: str, stores: dict[str, Store]) -> list[Compared]:
    types, views = parts(name)
    async with _reading(system, name, types, views) as service, service.snapshot() as seen:
        live = {view.name: await seen.digest(view) for view in views}
        positions = seen.positions
        skipped = {tuple(row) for row in await seen.fetch("select subscriber, source, shard, seq from skipped")}
    feeding = {source for source, _ in positions.seqs}
    common = ServiceProcessSettings()
    topics = {source: common.topic(source) for source in feeding}
    from_stores: list[Source] = [StoreSource(stores[source], limit=1000) for source in sorted(feeding)]
    from_kafka: list[Source] = [KafkaSource(system.stack.brokers, topics, common.shards)] if topics else []
    of_stores = await _digests(types, views, from_stores, positions, skipped)
    of_kafka = await _digests(types, views, from_kafka, positions, skipped)
    return [
        Compared(
            name, view.name, of_stores[view.name][1], live[view.name], of_stores[view.name][0], of_kafka[view.name][0]
        )
        for view in views
    ]


async def _digests(
    types: EventTypes, views: Sequence[View[Any]], sources: Sequence[Source], until: Positions, skipped: set[Any]
) -> dict[str, tuple[str, int]]:
    replayed = await replay(types, views, sources, until, skipped=skipped)
    return {view.name: (replayed.digests[view.name], len(replayed.rows[view.name])) for view in views}


def parts(name: str) -> tuple[EventTypes, Sequence[View[Any]]]:
    """The event types and the views of a service, from its code."""
    views: Sequence[View[Any]] = import_module(f"{name}.projections").VIEWS
    return event_types((), views), views


@asynccontextmanager
async def _reading(system: System, name: str, types: EventTypes, views: Sequence[View[Any]]) -> AsyncIterator[Service]:
    """The service opened beside the running one, to read only: it is never started."""
    common = ServiceProcessSettings(dsn=system.stack.dsn(name), bootstrap_servers=system.stack.bootstrap_servers)
    settings = common.parts()
    service = await Service.open(settings, views=views)
    try:
        yield service
    finally:
        await service.__aexit__()
