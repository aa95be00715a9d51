"""Matching at work on real parts, beside a registry and a needs service that say what a test has them say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI

from matching.main import HEARD, build
from matching.settings import Settings
from shienevents import (
    Actor,
    Decider,
    Event,
    EventTypes,
    Home,
    Origin,
    Service,
    ServiceSettings,
    migrate,
    token_of,
)
from shienops._databases import Database
from shienops.pytest_plugin import MakeDatabase
from shienweb import Role, demo_key, mint

from .facts import CITY, NORTH, SOUTH, WARD, area

ISSUER, AUDIENCE, SHARDS = "https://issuer.test", "shien", 3
THREAD = UUID("00000000-0000-7000-8000-00000000cccc")


@dataclass(frozen=True)
class Say:
    """Have another service say something."""

    stream: object
    home: Home
    event: Event


def saying(service: str) -> Decider[Say, None, Event]:
    events = tuple(event for event in HEARD if event.wire.startswith(f"{service}."))
    return Decider(
        name="said",
        commands=(Say,),
        events=events,
        stream=lambda command: command.stream,
        home=lambda command: command.home,
        initial=None,
        decide=lambda command, _: [command.event],
        evolve=lambda state, _: state,
    )


@dataclass
class World:
    """Matching, who asks it, and who tells it."""

    app: FastAPI
    folder: Path
    others: dict[str, Service]

    async def told(self, stream: object, event: Event, area: str = NORTH) -> str:
        """Another service said this; the position it stands at."""
        origin = Origin(Actor("tests", "tests"), correlation=THREAD)
        other = self.others[event.wire.partition(".")[0]]
        return token_of(await other.handle(Say(stream, Home(CITY, area), event), origin))

    async def heard(self, position: str) -> str:
        """The service has taken what this position names: a broker may take seconds over new topics."""
        async with asyncio.timeout(60):
            while True:
                async with self.app.state.door.service.snapshot(position) as seen:
                    if not seen.stale:
                        return position

    def client(self, *areas: str, role: Role = Role.TIER2_COORDINATOR) -> httpx2.AsyncClient:
        """Somebody with a token for these areas."""
        key = demo_key(self.folder)
        token = mint(key, role=role, areas=areas or (NORTH,), body="sasaeria-1", issuer=ISSUER, audience=AUDIENCE)
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=self.app),
            base_url="http://matching",
            headers={"Authorization": f"Bearer {token}"},
        )


async def _other(service: str, database: Database, kafka: str, topic: str) -> Service:
    await migrate(database.owner_dsn, service=service, writer=database.name, shards=SHARDS)
    parts = ServiceSettings(dsn=database.dsn, bootstrap_servers=kafka, topic=topic)
    decider: Decider[Any, Any, Any] = saying(service)
    return await Service.open(parts, types=EventTypes(decider.events), deciders=[decider])


@asynccontextmanager
async def a_world(make_database: MakeDatabase, kafka: str, prefix: str, folder: Path) -> AsyncIterator[World]:
    """All three at work, and a tree of areas: a city, a ward, two school districts."""
    database = await make_database()
    demo_key(folder)
    settings = Settings(
        dsn=database.dsn, bootstrap_servers=kafka, topic_prefix=f"{prefix}.", shards=SHARDS, issuer=ISSUER,
        audience=AUDIENCE, jwks=str(folder / "jwks.json"), lease_seconds=2,
    )  # fmt: skip
    await migrate(database.owner_dsn, service="matching", writer=database.name, shards=SHARDS)
    async with AsyncExitStack() as stack:
        others = {
            name: await stack.enter_async_context(
                await _other(name, await make_database(), kafka, settings.topic(name))
            )
            for name in settings.hears
        }
        app = await build(settings)
        await stack.enter_async_context(app.router.lifespan_context(app))
        world = World(app, folder, others)
        position = ""
        for code, parent in ((CITY, None), (WARD, CITY), (NORTH, WARD), (SOUTH, WARD)):
            position = await world.told(code, area(code, parent), code)
        await world.heard(position)
        yield world
