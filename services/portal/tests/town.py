"""A portal at work: four stores of other services with their relays, a real Kafka between, and people who ask."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2

from portal.main import build
from portal.projections.sentences import describe
from portal.settings import Settings
from shienevents import Actor, Append, Event, Home, Origin, Relay, Store, Written, migrate, shard_of, token_of
from shienops.pytest_plugin import MakeDatabase
from shienweb import Role
from shienweb.testing import World, at_work, settings_for

from .world import CITY, CITY_DEFINED, NORTH, NORTH_DEFINED, SOUTH_DEFINED


@dataclass
class Town(World):
    """A running portal, the stores it hears of, and people who ask it."""

    stores: dict[str, Store] = field(default_factory=dict)
    written: list[Written] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)

    @property
    def position(self) -> str:
        """Everything written so far, as a token."""
        return token_of(*self.written)

    async def write(
        self, event: Event, area: str = NORTH, *, causation: UUID | None = None, correlation: UUID | None = None
    ) -> UUID:
        """Append an event to its service's store; its id."""
        source = event.wire.partition(".")[0]
        stream = stream_of(event)
        at = self.versions.get(stream, 0)
        id_ = uuid4()
        origin = Origin(
            Actor("tier2_coordinator", "北包括"), datetime.now(UTC), correlation or uuid4(), causation=causation
        )
        append = Append(stream, at, shard_of(area, self.settings.shards), Home(CITY, area), [event], [id_], origin)
        self.written.append(await self.stores[source].append(append))
        self.versions[stream] = at + 1
        return id_

    async def with_areas(self) -> None:
        """A city of two areas."""
        for event in (CITY_DEFINED, NORTH_DEFINED, SOUTH_DEFINED):
            await self.write(event, event.area)

    async def reached(self) -> None:
        """Wait until the portal has taken all that was written."""
        await self.heard(self.position)

    async def get(self, path: str, role: Role | None = None, *areas: str, **query: Any) -> httpx2.Response:
        """What somebody is answered, after all that was written."""
        await self.reached()
        async with self.client(*areas, role=role) as client:
            return await client.get(path, params={"after": self.position, **query})


def stream_of(event: Event) -> str:
    """The stream an event belongs to: that of its thing, and a match's that of its resource's offer."""
    name = event.wire.split(".")[1]
    if hasattr(event, "match_id") and event.wire.startswith("matching."):
        return f"offer-{event.resource_id}"  # type: ignore[attr-defined]
    return f"{name.partition('_')[0]}-{describe(event).subject or getattr(event, 'area', '')}"


@asynccontextmanager
async def a_town(make_database: MakeDatabase, kafka: str, folder: Path, prefix: str) -> AsyncIterator[Town]:
    """A portal on a migrated database, running, with the relays of four stores."""
    where = {"bootstrap_servers": kafka, "topic_prefix": f"{prefix}.", "synthetic": True}
    settings = settings_for(Settings, await make_database(), folder, **where)
    async with AsyncExitStack() as stack:
        found = await asyncio.gather(*(_store(stack, settings, name, make_database) for name in settings.subscribes_to))
        stores = {store.service: store for store in found}
        app = await stack.enter_async_context(at_work(build, settings))
        yield Town(app, settings, Home(CITY, CITY), Role.TIER1_COORDINATOR, stores=stores)


async def _store(stack: AsyncExitStack, settings: Settings, name: str, make_database: MakeDatabase) -> Store:
    database = await make_database()
    await migrate(database.owner_dsn, service=name, writer=database.name, shards=settings.shards)
    store = await Store.open(database.dsn)
    stack.push_async_callback(store.close)
    relay = asyncio.create_task(Relay(store, settings.bootstrap_servers, settings.topic(name), lease_seconds=2).run())
    stack.push_async_callback(_ended, relay)
    return store


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
