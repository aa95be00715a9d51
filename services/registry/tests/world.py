"""The registry at work on real parts, and the bodies that people send it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from registry.main import HEARD, build
from registry.settings import Settings
from shienevents import Home
from shienops import Database
from shienops.pytest_plugin import MakeDatabase
from shienweb import Role
from shienweb.testing import Caller, World, at_work, others_of, settings_for

CITY, NORTH, SOUTH, FOREIGN = "272108", "272108-01", "272108-02", "431001"
HOME, ROLE = Home(CITY, CITY), Role.MUNICIPAL_ADMINISTRATOR


@asynccontextmanager
async def a_world(database: Database, folder: Path) -> AsyncIterator[World]:
    """The registry at work while Kafka is away."""
    settings = settings_for(Settings, database, folder)
    async with at_work(build, settings) as app:
        yield World(app, settings, HOME, ROLE)


@asynccontextmanager
async def a_wide_world(make_database: MakeDatabase, kafka: str, prefix: str, folder: Path) -> AsyncIterator[World]:
    """The registry at work, beside an escalation that says what a test has it say."""
    where = {"bootstrap_servers": kafka, "topic_prefix": f"{prefix}."}
    settings = settings_for(Settings, await make_database(), folder, **where)
    async with others_of(settings, HEARD, make_database) as others, at_work(build, settings) as app:
        yield World(app, settings, HOME, ROLE, others)


def an_area(code: str, parent: str | None = CITY, **more: object) -> dict[str, object]:
    """The body of an area."""
    kind = "centre_area" if parent else "municipality"
    tiers = ["tier2"] if parent else ["tier1"]
    said = {"area": code, "parent": parent, "kind": kind, "tiers": tiers, "name": f"地域{code}"}
    return {**said, "valid_from": "2020-04-01", **more}


def a_resource(area: str = NORTH, **more: object) -> dict[str, object]:
    """The body of a resource; `more` is of its details."""
    return {"area": area, "details": {"name": "ふれあいサロン", "support_kinds": ["salon"], **more}}


async def with_areas(caller: Caller) -> None:
    """A city and two areas of its second tier."""
    await caller.wrote("/areas", an_area(CITY, None))
    for code in (NORTH, SOUTH):
        await caller.wrote("/areas", an_area(code))
