"""Matching on real parts, beside a registry and a needs service that publish what a test has them publish."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from matching.main import build
from matching.projections import VIEWS
from matching.reactions import REACTIONS
from matching.settings import Settings
from shiendomain.registry import ResourceRegistered
from shienevents import Event, Home
from shienops.pytest_plugin import MakeDatabase
from shienweb.testing import World, at_work, events_of, others_of, settings_for

from .facts import DETAILS, RECORDED, REGISTERED


@asynccontextmanager
async def a_world(make_database: MakeDatabase, kafka: str, prefix: str, folder: Path) -> AsyncIterator[World]:
    """The running service and those it subscribes to; nothing is published yet."""
    where = {"bootstrap_servers": kafka, "topic_prefix": f"{prefix}."}
    settings = settings_for(Settings, await make_database(), folder, **where)
    events = events_of(*VIEWS, *REACTIONS)
    async with others_of(settings, events, make_database) as others, at_work(build, settings) as app:
        yield World(app, settings, Home("000000", "000000"), others=others)


@dataclass(frozen=True)
class City:
    """A city with one ward and two districts in it, and the ids of a resource and a need of the north.

    In `world` events are published in the north, and people have tokens for it.
    """

    world: World
    code: str
    ward: str
    north: str
    south: str
    resource: UUID
    need: UUID

    def registered(self, resource: UUID | None = None, *, serves: str = "") -> ResourceRegistered:
        """A resource of the north with two places, which serves the ward unless the test says otherwise."""
        details = DETAILS.model_copy(update={"service_areas": (serves or self.ward,)})
        changes = {"resource_id": resource or self.resource, "area": self.north, "details": details}
        return REGISTERED.model_copy(update=changes)

    async def publish(self, stream: UUID, event: Event, area: str = "", at: datetime | None = None) -> str:
        """Have the owner of an event publish it; the position, which matching has read. `at`: else now."""
        return await self.world.read_up_to(await self.world.publish(stream, event, area, at))

    async def publish_need(self, need: UUID | None = None, area: str = "", people: int = 2) -> str:
        """A need of so many people; the position, which matching has read."""
        need, area = need or self.need, area or self.north
        changes = {"need_id": need, "area": area, "people": people}
        return await self.publish(need, RECORDED.model_copy(update=changes), area)

    async def publish_offer(self, *registered: ResourceRegistered, at: datetime | None = None) -> None:
        """Publish resources and a need, and wait until the resources' offers are noted, which a reaction does.

        The resources fit the need.
        """
        resources = registered or (self.registered(),)
        for event in resources:
            await self.publish(event.resource_id, event, at=at)
        await self.publish_need()
        async with self.world.caller() as caller:
            path = f"/needs/{self.need}/candidates"
            await caller.until(path, lambda seen: len(seen["candidates"]) == len(resources))


async def a_city(world: World, number: int) -> City:
    """The nth city: the registry published its areas, and matching has read them."""
    code = f"{272000 + number}"
    ward, north, south = f"{code}-w", f"{code}-01", f"{code}-02"
    city = City(replace(world, home=Home(code, north)), code, ward, north, south, uuid4(), uuid4())
    await city.world.publish_areas({code: None, ward: code, north: ward, south: ward})
    return city
