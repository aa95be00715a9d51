"""While Postgres is away, answers say so, and when to try again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import httpx2

from shienops import Database
from shienops.testing import Wire
from shienweb import KEEPERS, Context, Routes, WriteResult, make_app

from .world import NORTH, NameThing, a_town


async def answered(client: httpx2.AsyncClient, key: dict[str, str], thing: object) -> httpx2.Response:
    """The answer to POST /things, once Postgres is back."""
    async with asyncio.timeout(60):
        while True:
            answer = await client.post("/things", json=thing, headers=key)
            if answer.status_code != 503:
                return answer
            await asyncio.sleep(0.05)


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
            wire.restore()
            answer = await answered(client, key, thing)
            assert answer.status_code == 201, answer.text
            shown = await client.get("/things", params={"after": answer.json()["position"]})
            assert len(shown.json()["items"]) == 2


async def test_after_a_commit_no_answer_says_that_nothing_was_written(database: Database, tmp_path: Path) -> None:
    async with Wire(database.dsn) as wire, a_town(database, tmp_path, dsn=wire.dsn) as town:
        await town.with_areas()
        routes = Routes()

        @routes.post("/things", may=KEEPERS)
        async def register_and_read(context: Context) -> WriteResult:
            """Write, and read; the first time Postgres goes away in between."""
            home = await context.home(NORTH)
            thing = context.new_id()
            result = await context.execute(NameThing(thing, "salon", home), id=thing)
            if cuts:
                cuts.pop()()
            async with context.snapshot():
                return result

        cuts = [wire.cut]
        app = make_app(town.service, "x", [routes], {}, town.settings)
        async with replace(town, app=app).client() as client:
            key = {"Idempotency-Key": str(uuid4())}
            answer = await client.post("/things", headers=key)
            assert answer.status_code == 503, answer.text
            assert "nothing was written" not in answer.json()["detail_en"]
            assert "何も書き込まれていません" not in answer.json()["detail_ja"]
            assert "Idempotency-Key" in answer.json()["detail_ja"]
            wire.restore()
            answer = await answered(client, key, None)
            assert (answer.status_code, answer.headers["idempotency-replayed"]) == (200, "true"), answer.text
