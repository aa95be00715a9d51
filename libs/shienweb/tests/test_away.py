"""While Postgres is away behind the door, people are told so, and when to try again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import uuid4

from shienops import Database
from shienops.testing import Wire

from .world import NORTH, a_town


async def test_while_postgres_is_away_every_route_says_when_to_try_again(database: Database, tmp_path: Path) -> None:
    async with Wire(database.dsn) as wire, a_town(database, tmp_path, dsn=wire.dsn) as town:
        after = {"Shien-After": await town.with_areas()}
        async with town.client() as client:
            thing = {"area": NORTH, "name": "体操"}
            assert (await client.post("/things", json=thing, headers=after)).status_code == 201
            wire.cut()
            key = {"Idempotency-Key": str(uuid4())}
            for answer in (await client.post("/things", json=thing, headers=key), await client.get("/things")):
                assert (answer.status_code, answer.json()["status"]) == (503, 503), answer.text
                assert answer.headers["content-type"] == "application/problem+json"
                assert int(answer.headers["retry-after"]) > 0
            async with town.anyone() as probe:
                assert (await probe.get("/live")).status_code == 200
            wire.mend()
            async with asyncio.timeout(30):
                while True:
                    answer = await client.post("/things", json=thing, headers=key)
                    if answer.status_code != 503:
                        break
                    await asyncio.sleep(0.05)
            assert answer.status_code == 201, answer.text
            shown = await client.get("/things", params={"after": answer.json()["position"]})
            assert len(shown.json()["items"]) == 2
