"""The five services as processes, once for all tests of this folder, with a small city in them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from shienops.system import System, SystemSettings

from .city import City, settle


@pytest.fixture(scope="package")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The city in its running system. Do not stop its parts."""
    system = System(SystemSettings(data=tmp_path_factory.mktemp("city") / "system", kafka_heap="256m"))
    asyncio.run(system.up())
    try:
        yield asyncio.run(settle(system))
    finally:
        asyncio.run(system.down())
