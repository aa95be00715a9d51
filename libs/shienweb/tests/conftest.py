"""The fixture of these tests: a small registry, running."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shienops._databases import Database

from .world import Town, a_town


@pytest.fixture
async def town(database: Database, tmp_path: Path) -> AsyncIterator[Town]:
    """A small registry with four areas."""
    async with a_town(database, tmp_path) as found:
        await found.with_areas()
        yield found
