"""The registry on real parts, and the bodies that people send it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from registry.main import build
from registry.projections import VIEWS
from registry.reactions import REACTIONS
from registry.settings import Settings
from shiendomain.days import today
from shiendomain.government_codes import is_government_code
from shienevents import Home, shard_of
from shienops import Database
from shienops.pytest_plugin import MakeDatabase
from shienweb import Role
from shienweb.testing import Caller, World, at_work, events_of, others_of, settings_for

_NOWHERE, _ROLE = Home("000000", "000000"), Role.MUNICIPAL_ADMINISTRATOR


@asynccontextmanager
async def a_world(database: Database, folder: Path) -> AsyncIterator[World]:
    """The running registry, while Kafka is away."""
    settings = settings_for(Settings, database, folder)
    async with at_work(build, settings) as app:
        yield World(app, settings, _NOWHERE, _ROLE)


@asynccontextmanager
async def a_wide_world(make_database: MakeDatabase, kafka: str, prefix: str, folder: Path) -> AsyncIterator[World]:
    """The running registry, beside an escalation that publishes what a test has it publish."""
    where = {"bootstrap_servers": kafka, "topic_prefix": f"{prefix}."}
    settings = settings_for(Settings, await make_database(), folder, **where)
    events = events_of(*VIEWS, *REACTIONS)
    async with others_of(settings, events, make_database) as others, at_work(build, settings) as app:
        yield World(app, settings, _NOWHERE, _ROLE, others)


@dataclass(frozen=True)
class City:
    """A city with its codes, and another city's code. In `world` people are administrators of the city."""

    world: World
    code: str
    north: str
    south: str
    third: str
    foreign: str

    def an_area(self, code: str, parent: str | None = None, **more: object) -> dict[str, object]:
        """The body of an area; without a parent, of the city itself or of an area in the city."""
        parent = parent or (None if len(code) == 6 else self.code)
        kind, tiers = ("centre_area", ["tier2"]) if parent else ("municipality", ["tier1"])
        given = {"area": code, "parent": parent, "kind": kind, "tiers": tiers, "name": f"地域{code}"}
        return {**given, "valid_from": "2020-04-01", **more}

    def a_resource(self, area: str = "", **more: object) -> dict[str, Any]:
        """The body of a resource, of the north unless it says otherwise; `more` is of its details."""
        return {"area": area or self.north, "details": {"name": "ふれあいサロン", "support_kinds": ["salon"], **more}}


def a_city(world: World, number: int) -> City:
    """The nth city. Its third district lies in another shard than its north."""
    code, foreign = government_code(27000 + number), government_code(43000 + number)
    mine = replace(world, home=Home(code, code))
    north, south, *others = (f"{code}-{n:02d}" for n in range(1, 100))
    shards = world.settings.shards
    third = next(area for area in others if shard_of(area, shards) != shard_of(north, shards))
    return City(mine, code, north, south, third, foreign)


def government_code(number: int) -> str:
    """The local government code of these five digits."""
    return next(code for digit in range(10) if is_government_code(code := f"{number:05d}{digit}"))


async def with_areas(caller: Caller, city: City) -> None:
    """The city and two areas of its second tier."""
    for code in (city.code, city.north, city.south):
        await caller.wrote("/areas", city.an_area(code))


def days_ago(days: int) -> str:
    """The day so many days ago, as a body has it."""
    return str(today() - timedelta(days=days))


async def registered(caller: Caller, city: City, area: str, ago: int, verified: int | None, **details: Any) -> str:
    """The id of a resource that was registered and verified so many days ago."""
    at = {"shien_occurred_at": f"{days_ago(ago)}T00:00:00+09:00"}
    resource_id = str((await caller.wrote("/resources", city.a_resource(area, **details), **at))["id"])
    if verified is not None:
        body = {"verified_on": days_ago(verified), "method": "visit"}
        await caller.wrote(f"/resources/{resource_id}/verification", body)
    return resource_id
