"""The system of stack and services, as an operator uses it."""

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Any

import pytest

from shiendomain.accesses import AccessKind
from shienops._access_log import log_accesses
from shienops._mending import MOST, Mender
from shienops.demo.command import run_on
from shienops.errors import Busy, Missing
from shienops.seeing.standing import standings
from shienops.system import System, SystemSettings
from shienops.testing import eventually

from .commands import shien
from .test_repair import as_owner, until

pytestmark = [pytest.mark.xdist_group("own stacks"), pytest.mark.embedded, pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    settings = SystemSettings(data=tmp_path / "system", services=("registry",), kafka_heap="256m")
    async with System(settings) as system:
        yield system


async def test_a_service_that_ends_is_reported_and_starts_again_on_its_port(
    system: System, capsys: pytest.CaptureFixture[str]
) -> None:
    url = system.url("registry")
    for verb in ("outbox", "lag", "leases"):  # of the services of this deployment, and of the topics that there are
        shown = await asyncio.to_thread(shien, system, verb, "--json", SHIEN_SERVICES="registry")
        assert shown.returncode == 0, shown
    assert system.failure() is None
    pid = system.services["registry"].pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await eventually(lambda: system.failure() is not None)
    failure = system.failure()
    assert failure is not None
    assert (failure.code, "registry" in failure.message_en, "registry" in failure.message_ja) == (
        "part.ended",
        True,
        True,
    )
    await system.start("registry")
    assert (system.url("registry"), system.failure()) == (url, None)
    with pytest.raises(Busy):
        await system.start("registry")
    system.kill("registry")
    assert system.failure() is None  # the stop was requested
    system.stack.postgres.kill()
    kafka = system.stack.kafka.pid
    await system.up()  # of a system that runs in part, what is missing is started
    assert [await part.answers() for part in system.parts] == [True, True, True]
    assert system.stack.kafka.pid == kafka
    await the_demo_starts_a_part_again_that_was_killed(system, capsys)


async def the_demo_starts_a_part_again_that_was_killed(system: System, output: pytest.CaptureFixture[str]) -> None:
    demo = asyncio.create_task(run_on(system))
    registry = system.services["registry"]
    before = registry.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)

    said = ""

    async def started_again() -> bool:
        nonlocal said
        said += output.readouterr().out
        return "registry: http" in said

    await until(started_again)
    assert registry.pid not in (None, before)
    assert not demo.done()
    os.kill(os.getpid(), signal.SIGTERM)
    await demo

    other = System(system.settings)  # all state is in the folder
    assert await other.services["registry"].answers()
    status = shien(system, "status", "--json")
    assert [(part["name"], part["answers"]) for part in json.loads(status.stdout)][2] == ("registry", True)
    await other.down()
    assert [part.pid for part in system.status()] == [None, None, None]


async def test_the_error_of_a_service_that_cannot_start_is_reported_and_no_process_is_left(tmp_path: Path) -> None:
    settings = SystemSettings(data=tmp_path / "system", services=("registry",), kafka_heap="256m")
    system = System(settings)
    system.services["registry"].package = "nowhere"
    with pytest.raises(Missing, match="nowhere"):
        await system.up()
    assert [part.pid for part in system.status()] == [None, None]


async def test_a_store_behind_its_topic_stops_no_part_and_the_remedy_that_is_named_runs(system: System) -> None:
    await log_accesses(system.stack, ["registry"], AccessKind.OPERATION, "a test")

    async def sent() -> bool:
        (one,) = await standings(system.stack, ["registry"])
        return sum(shard.sent for shard in one.shards) == 1

    await until(sent)
    await system.stop("registry")
    await as_owner(system.stack.owner_dsn("registry"), "delete from events", "delete from relayed")
    await system.down()
    environment = {
        **os.environ, "SHIEN_DATA": str(system.folder.path), "SHIEN_SERVICES": "registry",
        "SHIEN_KAFKA_HEAP": "256m", "SHIEN_START_SECONDS": "40",
    }  # fmt: skip
    serve = ["shien", "serve", "--detach"]
    done: Any = await asyncio.to_thread(
        subprocess.run, serve, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "registry runs, but is not ready" in done.stderr) == (1, True), done.stderr
    assert "shien store refill registry" in done.stderr
    assert all(part.pid for part in system.status())
    done = shien(system, "store", "refill", "registry", "--execute")
    assert (done.returncode, "1 copied back" in done.stdout) == (0, True), done
    await until(system.services["registry"].answers)


async def test_serve_starts_dead_parts_again_until_ctrl_c_stops_all_in_order(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "SHIEN_DATA": str(tmp_path / "system"),
        "SHIEN_SERVICES": "registry",
        "SHIEN_KAFKA_HEAP": "256m",
    }
    with subprocess.Popen(["shien", "serve"], env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            started = ""
            while "Ctrl-C" not in started:
                line = process.stdout.readline()
                assert line, started
                started += line
            assert "registry: http://127.0.0.1:" in started
            await dead_parts_come_back(tmp_path / "system", process.stdout)
            process.send_signal(signal.SIGINT)
            rest = process.stdout.read()
            assert process.wait() == 0
        finally:
            process.kill()
    order = [rest.index(f"{part}: stopping") for part in ("registry", "Kafka", "Postgres")]
    assert order == sorted(order)


async def dead_parts_come_back(folder: Path, said: IO[str]) -> None:
    """Postgres and a service are killed at once; both run again, as other processes, when that is said.

    They may answer before it is said. Ctrl-C then ends the service as one that is being started.
    """
    system = System(SystemSettings(data=folder, services=("registry",)))
    killed = [system.stack.postgres.pid, system.services["registry"].pid]
    for pid in killed:
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    while "registry: http://" not in (line := said.readline()):
        assert line, "it ended"
    assert [await part.answers() for part in system.parts] == [True, True, True]
    assert not set(killed) & {part.pid for part in system.status()}


def test_a_part_that_ends_again_and_again_is_given_up(tmp_path: Path) -> None:
    mender = Mender(System(SystemSettings(data=tmp_path)))
    assert [mender._too_often("needs") for _ in range(MOST + 1)] == [False] * MOST + [True]
    assert not mender._too_often("portal")
