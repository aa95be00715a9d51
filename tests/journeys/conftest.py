"""The system that the journeys share."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from shienops.system import System, SystemSettings

LEASE_SECONDS = 3.0
"""A service that was killed and started again waits until the lease of its former life has run out."""


@pytest.fixture(scope="package")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A running system. All its state is in its folder, so every test's event loop may use it.

    Who kills a part of it starts it again. Each journey has a municipality of its own.
    """
    folder = tmp_path_factory.mktemp("journeys") / "system"
    system = System(SystemSettings(data=folder, kafka_heap="256m", postgres_shared_buffers="128MB"))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHIEN_LEASE_SECONDS", str(LEASE_SECONDS))
        asyncio.run(system.up())
        try:
            yield system
        finally:
            asyncio.run(system.down())
