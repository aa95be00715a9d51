"""The fixtures of the tests of routes: a needs service for each module, and a city of its own for each test."""

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
    folder = tmp_path_factory.mktemp("needs")
    async with a_world(make_module_database, kafka, f"needs_{uuid4().hex[:12]}", folder) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def city(world: World) -> City:
    """A city with a north, a south and two councils, which needs knows; nobody recorded anything there yet."""
    return await a_city(world, next(_NUMBERS))


@pytest_asyncio.fixture(loop_scope="module")
async def north(city: City) -> AsyncIterator[Caller]:
    """The coordinator of the north."""
    async with city.world.caller() as caller:
        yield caller
