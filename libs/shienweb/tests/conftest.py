"""The fixtures of these tests: a small registry, and a small service that subscribes to one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shienevents import Home
from shienops._databases import Database
from shienops.pytest_plugin import MakeDatabase
from shienweb.testing import World, at_work, events_of, others_of, settings_for

from . import subscriber
from .world import CITY, NORTH, Town, a_town


@pytest.fixture
async def town(database: Database, tmp_path: Path) -> AsyncIterator[Town]:
    """A small registry with four areas."""
    async with a_town(database, tmp_path) as found:
        await found.with_areas()
        yield found


@pytest.fixture
async def subscribed(make_database: MakeDatabase, kafka: str, topic_name: str, tmp_path: Path) -> AsyncIterator[World]:
    """A small service beside a registry that publishes what a test has it publish."""
    where = {"bootstrap_servers": kafka, "topic_prefix": f"{topic_name}."}
    settings = settings_for(subscriber.Settings, await make_database(), tmp_path, **where)
    events = events_of(*subscriber.VIEWS)
    async with others_of(settings, events, make_database) as others, at_work(subscriber.build, settings) as app:
        yield World(app, settings, Home(CITY, NORTH), others=others)
