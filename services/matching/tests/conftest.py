"""The fixtures of the tests of routes: a matching service for each module, and a city of its own for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from uuid import uuid4

import pytest
import pytest_asyncio

from shienops.pytest_plugin import MakeDatabase
from shienweb.testing import Caller, World

from .world import City, a_city, a_world

_NUMBERS = count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(
    make_module_database: MakeDatabase, kafka: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("matching")
    async with a_world(make_module_database, kafka, f"matching_{uuid4().hex[:12]}", folder) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def city(world: World) -> City:
    """A city with a ward and two districts in it, which matching knows; there is no resource and no need yet."""
    return await a_city(world, next(_NUMBERS))


@pytest_asyncio.fixture(loop_scope="module")
async def north(city: City) -> AsyncIterator[Caller]:
    """The coordinator of the north."""
    async with city.world.caller() as caller:
        yield caller
