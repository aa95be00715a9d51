"""The fixtures of the tests of routes: a registry for each module, and a city of its own for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count

import pytest
import pytest_asyncio

from shienops.pytest_plugin import MakeDatabase
from shienweb.testing import Caller, World

from .world import City, a_city, a_world, with_areas

_NUMBERS = count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(make_module_database: MakeDatabase, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with a_world(await make_module_database(), tmp_path_factory.mktemp("registry")) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def city(world: World) -> City:
    """A city that the registry does not know yet."""
    return a_city(world, next(_NUMBERS))


@pytest_asyncio.fixture(loop_scope="module")
async def administrator(city: City) -> AsyncIterator[Caller]:
    """The administrator of the city, who has defined it with a north and a south."""
    async with city.world.caller() as caller:
        await with_areas(caller, city)
        yield caller
