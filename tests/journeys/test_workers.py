"""`shien serve --workers 2`: the worker at work is killed, the other goes on; a second call starts what is missing."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from shienops.demo.loop import eventually
from shienops.system import System, SystemSettings
from shienweb import Role

from .conftest import LEASE_SECONDS
from .recorders import Recorders, logged
from .shien import Shien
from .town import Town

pytestmark = [
    pytest.mark.xdist_group("journeys"), pytest.mark.embedded, pytest.mark.slow, pytest.mark.timeout(400),
]  # fmt: skip

WORKERS = ("needs-worker-1", "needs-worker-2")
SHIEN = [sys.executable, "-c", "from shienops.main import app; app(prog_name='shien')"]
SERVE = ("serve", "--workers", "2", "--detach")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Of a system of two services, which is down at the end."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHIEN_LEASE_SECONDS", str(LEASE_SECONDS))
        environment.setenv("SHIEN_SERVICES", "registry,needs")
        environment.setenv("SHIEN_KAFKA_HEAP", "256m")
        environment.setenv("SHIEN_POSTGRES_SHARED_BUFFERS", "64MB")
        environment.setenv("SHIEN_DATA", str(tmp_path / "system"))
        yield tmp_path / "system"
        run("down")


def run(*arguments: str) -> None:
    """`shien` as a process of its own, as it must be to start and stop others."""
    done = subprocess.run([*SHIEN, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout, done.stderr)


async def at_work(system: System, town: Town) -> str | None:
    """The worker of needs that says of itself that it works now."""
    headers = {"Authorization": f"Bearer {system.token(Role.AUDITOR, [town.code])}"}
    for name in WORKERS:
        url = f"http://127.0.0.1:{system.folder.port(name)}/standing"
        try:
            async with httpx2.AsyncClient(trust_env=False, headers=headers) as client:
                said = (await client.get(url)).json()
        except httpx2.TransportError:
            continue
        if said["active"]:
            assert said["role"] == "worker"
            return name
    return None


async def pids(shien: Shien) -> dict[str, int | None]:
    """Of each part that `shien status` knows."""
    _, said, _ = await shien.ended("status", "--json")  # its code says whether all of them run
    return {one["name"]: one["pid"] for one in json.loads(said)}


async def test_a_worker_is_killed_and_the_other_one_goes_on(folder: Path) -> None:
    system = System(SystemSettings(data=folder))
    shien = Shien(system)
    await asyncio.to_thread(run, *SERVE)
    started = await pids(shien)
    assert set(WORKERS) < set(started), started
    assert all(started.values()), started
    async with Town(system, "99174", replayed=False) as town:
        await town.area(town.code, "municipality", "tier1")
        await town.area(f"{town.code}-01", "school_district", "tier2", parent=town.code)
        recorders = Recorders(town, f"{town.code}-01")
        async with recorders.at_work():
            first = await eventually(lambda: at_work(system, town))
            await recorders.some_more()
            os.kill(started[first] or 0, signal.SIGKILL)
            second = await eventually(lambda: at_work(system, town))
            assert {first, second} == set(WORKERS)
            await recorders.some_more()
        assert not recorders.refused
        seen = await town.auditor.get("needs", f"/boards/{town.code}-01")
        assert (seen["stale"], seen["total"]["needs"]["open"]) == (False, len(recorders.recorded))
        assert await logged(system, f"{town.code}-01") == sorted(recorders.recorded), "each once"
        assert (await pids(shien)).get(first) is None, "nobody mends what was started with --detach"
        await asyncio.to_thread(run, *SERVE)
        assert (await pids(shien)) | {first: None} == started | {first: None}, "what ran goes on"
        assert (await pids(shien))[first]
