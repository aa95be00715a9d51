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
from fastapi import FastAPI

from portal.main import build
from portal.projections.trail import tell
from portal.settings import Settings
from shienevents import Actor, Append, Event, Home, Origin, Relay, Service, Store, Written, migrate, shard_of, token_of
from shienops.pytest_plugin import MakeDatabase
from shienweb import Role, demo_key, mint

from .world import CITY, CITY_DEFINED, NORTH, NORTH_DEFINED, SOUTH_DEFINED

ISSUER, AUDIENCE = "https://issuer.test", "shien"
SHARDS = 3
OTHERS = ("registry", "needs", "matching", "escalation")


@dataclass
class Town:
    """A running portal, the stores it hears of, and people who ask it."""

    app: FastAPI
    folder: Path
    stores: dict[str, Store]
    written: list[Written] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)

    @property
    def service(self) -> Service:
        """The service behind the door."""
        found: Service = self.app.state.door.service
        return found

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
        append = Append(stream, at, shard_of(area, SHARDS), Home(CITY, area), [event], [id_], origin)
        self.written.append(await self.stores[source].append(append))
        self.versions[stream] = at + 1
        return id_

    async def with_areas(self) -> None:
        """A city of two areas."""
        for event in (CITY_DEFINED, NORTH_DEFINED, SOUTH_DEFINED):
            await self.write(event, event.area)

    async def reached(self) -> None:
        """Wait until the portal has taken all that was written."""
        async with self.service.snapshot(self.position, seconds=60) as seen:
            assert not seen.stale

    def token(self, role: Role = Role.TIER1_COORDINATOR, *areas: str) -> str:
        """A token of the issuer's."""
        key = demo_key(self.folder)
        return mint(key, role=role, areas=areas or (CITY,), body="見本市", issuer=ISSUER, audience=AUDIENCE)

    def client(self, role: Role = Role.TIER1_COORDINATOR, *areas: str) -> httpx2.AsyncClient:
        """Someone with a token."""
        return self.anyone(Authorization=f"Bearer {self.token(role, *areas)}")

    def anyone(self, **headers: str) -> httpx2.AsyncClient:
        """Someone with these headers only."""
        transport = httpx2.ASGITransport(app=self.app)
        return httpx2.AsyncClient(transport=transport, base_url="http://portal", headers=headers)

    async def get(self, path: str, role: Role = Role.TIER1_COORDINATOR, *areas: str, **query: Any) -> httpx2.Response:
        """What somebody is answered, after all that was written."""
        await self.reached()
        async with self.client(role, *areas) as client:
            return await client.get(path, params={"after": self.position, **query})


def stream_of(event: Event) -> str:
    """The stream an event belongs to: that of its thing, and a match's that of its resource's offer."""
    name = event.wire.split(".")[1]
    if hasattr(event, "match_id") and event.wire.startswith("matching."):
        return f"offer-{event.resource_id}"  # type: ignore[attr-defined]
    return f"{name.partition('_')[0]}-{tell(event).subject or getattr(event, 'area', '')}"


@asynccontextmanager
async def a_town(make_database: MakeDatabase, kafka: str, folder: Path, prefix: str) -> AsyncIterator[Town]:
    """A portal on a migrated database, running, with the relays of four stores."""
    async with AsyncExitStack() as stack:
        topics = [(name, f"{prefix}.{name}.events") for name in OTHERS]
        found = await asyncio.gather(*(_store(stack, make_database, kafka, *topic) for topic in topics))
        stores = {store.service: store for store in found}
        database = await make_database()
        demo_key(folder)
        settings = Settings(
            dsn=database.dsn, owner_dsn=database.owner_dsn, bootstrap_servers=kafka, shards=SHARDS, issuer=ISSUER,
            audience=AUDIENCE, jwks=str(folder / "jwks.json"), lease_seconds=2, topic_prefix=f"{prefix}.",
            synthetic=True,
        )  # fmt: skip
        await migrate(settings.owner_dsn, service="portal", writer=settings.writer, shards=SHARDS)
        app = await build(settings)
        await stack.enter_async_context(app.router.lifespan_context(app))
        yield Town(app, folder, stores)


async def _store(stack: AsyncExitStack, make_database: MakeDatabase, kafka: str, name: str, topic: str) -> Store:
    database = await make_database()
    await migrate(database.owner_dsn, service=name, writer=database.name, shards=SHARDS)
    store = await Store.open(database.dsn)
    stack.push_async_callback(store.close)
    relay = asyncio.create_task(Relay(store, kafka, topic, lease_seconds=2).run())
    stack.push_async_callback(_ended, relay)
    return store


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
