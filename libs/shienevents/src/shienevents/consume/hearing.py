"""The sources of all cells: one for each, so that none keeps another waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from ..core.cells import cell_of
from ..kafka.security import Servers
from .sources import KafkaSource


def kafka_sources(
    bootstrap_servers: Servers,
    topics: Mapping[str, str],
    shards: int,
    *,
    group: str | None = None,
    limit: int = 4000,
    after: asyncio.Event | None = None,
) -> list[KafkaSource]:
    """A `KafkaSource` for the topics of each cell; none for no topics."""
    cells = dict.fromkeys(cell_of(source) for source in topics)
    return [
        KafkaSource(bootstrap_servers, {source: topic for source, topic in topics.items() if cell_of(source) == cell},
                    shards, group=group, limit=limit, after=after)
        for cell in cells
    ]  # fmt: skip
