"""Matching at work on real parts, beside a registry and a needs service that say what a test has them say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from matching.main import HEARD, build
from matching.settings import Settings
from shienops.pytest_plugin import MakeDatabase
from shienweb.testing import World, at_work, others_of, settings_for

from .facts import CITY, HOME, NORTH, SOUTH, WARD


@asynccontextmanager
async def a_world(make_database: MakeDatabase, kafka: str, prefix: str, folder: Path) -> AsyncIterator[World]:
    """All at work, and a tree of areas: a city, a ward, two school districts."""
    where = {"bootstrap_servers": kafka, "topic_prefix": f"{prefix}."}
    settings = settings_for(Settings, await make_database(), folder, **where)
    async with others_of(settings, HEARD, make_database) as others, at_work(build, settings) as app:
        world = World(app, settings, HOME, others=others)
        await world.told_areas({CITY: None, WARD: CITY, NORTH: WARD, SOUTH: WARD})
        yield world
