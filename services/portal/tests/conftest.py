"""The fixture of these tests: a portal that hears the topics of four small services, all of them real."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shienops.pytest_plugin import MakeDatabase

from .town import Town, a_town


@pytest.fixture
async def town(make_database: MakeDatabase, kafka: str, tmp_path: Path, topic_name: str) -> AsyncIterator[Town]:
    """A portal with a city of two areas; nothing happened there yet."""
    async with a_town(make_database, kafka, tmp_path, topic_name) as found:
        await found.with_areas()
        yield found
