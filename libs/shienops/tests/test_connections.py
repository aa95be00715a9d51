"""What all processes of a server may open together, beside what it allows."""

from __future__ import annotations

import re
from dataclasses import replace

from shienevents import ServiceSettings, open_connection
from shienops._databases import Database
from shienops.seeing.promises import connections


async def test_processes_that_may_open_more_connections_than_the_server_allows_are_found(database: Database) -> None:
    small = ServiceSettings(database.dsn, "", role="api").named()
    large = replace(small, dsn=database.dsn, pool_size=100_000).named()
    asking, known = await open_connection(database.dsn), await open_connection(small.dsn)
    assert await connections(asking) is None
    more = [await open_connection(large.dsn) for _ in range(2)]  # of one process: it counts once
    finding = await connections(asking)
    for connection in (asking, known, *more):
        await connection.close()
    assert finding is not None
    wrong, remedy = finding
    said = re.search(r"(\d+) processes may open (\d+) connections", wrong.en)
    assert said is not None
    assert int(said[1]) >= 2
    assert 100_000 < int(said[2]) < 200_000
    assert "SHIEN_READING_POOL_SIZE" in remedy.en
