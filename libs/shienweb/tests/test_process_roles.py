"""What a process answers that only works, and how a process that was told to end goes on for a while."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import httpx2
import uvicorn

from shienops._databases import Database
from shienops.testing import eventually
from shienweb._serve import Server

from .world import NORTH, a_town


async def test_a_worker_has_none_of_the_routes_of_its_service(database: Database, tmp_path: Path) -> None:
    async with a_town(database, tmp_path, role="worker") as town, town.client() as client:
        assert (await client.get("/things")).status_code == 404
        ready = await client.get("/ready")
        assert (ready.status_code, ready.json()["role"], ready.json()["active"]) == (200, "worker", True)


async def test_an_answering_process_without_a_worker_is_not_ready_and_takes_commands(
    database: Database, tmp_path: Path
) -> None:
    async with a_town(database, tmp_path) as town:
        await town.with_areas()
    async with a_town(database, tmp_path, role="api") as town:
        async with town.anyone() as probe:
            answer = await probe.get("/ready")
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
            assert "no worker of this service runs" in answer.json()["reasons"][0]
        async with town.client() as client:
            assert (await client.post("/things", json={"area": NORTH, "name": "体操"})).status_code == 201


async def test_a_process_that_was_told_to_end_is_not_ready_and_goes_on_answering_until_it_is_told_again(
    database: Database, tmp_path: Path
) -> None:
    async with a_town(database, tmp_path) as town:
        await town.with_areas()
        server = Server(uvicorn.Config(town.app, port=0, lifespan="off", log_config=None), town.service, 600.0)
        task = asyncio.create_task(server._serve())
        await eventually(lambda: server.started)
        port = server.servers[0].sockets[0].getsockname()[1]
        headers = {"Authorization": f"Bearer {town.token()}"}
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
            assert (await client.get("/ready")).status_code == 200
            server.handle_exit(signal.SIGTERM, None)
            answer = await client.get("/ready")
            assert (answer.status_code, answer.headers["connection"]) == (503, "close")
            assert answer.json()["reasons"] == ["this process is ending: another one must be asked"]
            done = await client.post("/things", json={"area": NORTH, "name": "体操"})
            assert (done.status_code, done.headers["connection"]) == (201, "close")
            server.handle_exit(signal.SIGTERM, None)
            await asyncio.wait_for(task, 60)
