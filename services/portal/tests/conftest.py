"""The fixtures of these tests: a portal for each module, and a city of its own in it for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from uuid import uuid4

import pytest
import pytest_asyncio

from shienevents import Home
from shienops._databases import Database
from shienops.stack import Stack

from .town import Town, a_portal

_NUMBERS = count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(postgres: Stack, kafka: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """A running portal. Tests that use it run in the loop of their module."""
    run, made = uuid4().hex[:12], count(1)
    names: list[str] = []

    async def make_database() -> Database:
        names.append(f"t_{run}_{next(made)}")
        return await postgres.create_database(names[-1])

    async with a_portal(make_database, kafka, tmp_path_factory.mktemp("portal"), f"portal_{run}") as found:
        yield found
    for name in names:
        await postgres.drop_database(name)


@pytest_asyncio.fixture(loop_scope="module")
async def town(running: Town) -> Town:
    """A city of two areas; nothing happened there yet."""
    number = next(_NUMBERS)
    found = replace(running, number=number, written=[], versions={})
    found.home = Home(found.theirs(running.home.municipality), found.theirs(running.home.area))
    await found.with_areas()
    return found
