"""The fixtures of the tests of routes: an escalation service for each module, and a city of its own for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from uuid import uuid4

import pytest
import pytest_asyncio

from shienops.pytest_plugin import MakeDatabase
from shienweb import Role
from shienweb.testing import Caller, World

from .world import City, a_city, a_world

_NUMBERS = count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(
    make_module_database: MakeDatabase, kafka: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("escalation")
    async with a_world(make_module_database, kafka, f"escalation_{uuid4().hex[:12]}", folder) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def city(world: World) -> City:
    """A city whose districts, councils and issue escalation knows; no gap is declared yet."""
    return await a_city(world, next(_NUMBERS))


@pytest_asyncio.fixture(loop_scope="module")
async def tier2(city: City) -> AsyncIterator[Caller]:
    """The coordinator of the north."""
    async with city.world.caller() as caller:
        yield caller


@pytest_asyncio.fixture(loop_scope="module")
async def tier1(city: City) -> AsyncIterator[Caller]:
    """The coordinator of the city."""
    async with city.world.caller(city.code, role=Role.TIER1_COORDINATOR) as caller:
        yield caller
