"""While Postgres is away behind the door, people are told so, and when to try again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit
from uuid import uuid4

from shienops import Database

from .world import NORTH, a_town


class Cable:
    """The cable to Postgres, which can be pulled out and put back."""

    def __init__(self, dsn: str) -> None:
        self._parts = urlsplit(dsn)
        self._ends: list[asyncio.StreamWriter] = []
        self._pulled = False

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._plugged, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.close()
        self.pull()

    @property
    def dsn(self) -> str:
        """The DSN by this cable."""
        port = self._server.sockets[0].getsockname()[1]
        return self._parts._replace(netloc=f"{self._parts.username}:{self._parts.password}@127.0.0.1:{port}").geturl()

    def pull(self) -> None:
        """Cut all connections, and let no new one in."""
        self._pulled = True
        while self._ends:
            self._ends.pop().close()

    def put_back(self) -> None:
        """Let connections in again."""
        self._pulled = False

    async def _plugged(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._pulled:
            writer.close()
            return
        back, forth = await asyncio.open_connection(self._parts.hostname, self._parts.port)
        self._ends += [writer, forth]
        await asyncio.gather(_carry(reader, forth), _carry(back, writer))


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
    writer.close()


async def test_while_postgres_is_away_every_route_says_when_to_try_again(database: Database, tmp_path: Path) -> None:
    async with Cable(database.dsn) as cable, a_town(database, tmp_path, dsn=cable.dsn) as town:
        after = {"Shien-After": await town.with_areas()}
        async with town.client() as client:
            thing = {"area": NORTH, "name": "体操"}
            assert (await client.post("/things", json=thing, headers=after)).status_code == 201
            cable.pull()
            key = {"Idempotency-Key": str(uuid4())}
            for answer in (await client.post("/things", json=thing, headers=key), await client.get("/things")):
                assert (answer.status_code, answer.json()["status"]) == (503, 503), answer.text
                assert answer.headers["content-type"] == "application/problem+json"
                assert int(answer.headers["retry-after"]) > 0
            async with town.anyone() as probe:
                assert (await probe.get("/live")).status_code == 200
            cable.put_back()
            async with asyncio.timeout(30):
                while True:
                    answer = await client.post("/things", json=thing, headers=key)
                    if answer.status_code != 503:
                        break
                    await asyncio.sleep(0.05)
            assert answer.status_code == 201, answer.text
            shown = await client.get("/things", params={"after": answer.json()["position"]})
            assert len(shown.json()["items"]) == 2
