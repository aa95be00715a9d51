"""A broker with TLS, users and an authorizer, shared by the tests of a worker that need one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from .secured import Secured


@pytest.fixture(scope="session")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """The broker, started."""
    made = Secured(tmp_path_factory.mktemp("secured"))
    asyncio.run(made.broker.start())
    yield made
    made.broker.kill()
