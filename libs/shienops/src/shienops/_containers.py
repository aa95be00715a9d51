"""Postgres and Kafka in containers, for a test run with SHIEN_TEST_PARTS=containers. Needs testcontainers."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Awaitable, Callable

import anyio
from docker.errors import APIError
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient

from shienevents import Brokers
from shienops._parts import OnStep, no_progress, step
from shienops._ports import free_port
from shienops._postgres import ADMIN, answers
from shienops._probe import serves
from shienops._properties import as_environment, broker_properties
from shienops.errors import StackError, already_running, did_not_start, ended

POSTGRES_IMAGE = "postgres:18"
KAFKA_IMAGE = "apache/kafka:4.3.1"
TIMEOUT_SECONDS = 120.0

# Ryuk would need one more image. It is not needed, because the code here removes the containers that it starts.
testcontainers_config.ryuk_disabled = True


class ContainerPart:
    """One container. It can be killed and started again with its data and with the same port on this machine."""

    name: str

    def __init__(self, image: str, inner_port: int | None = None) -> None:
        self.host = DockerClient().host().replace("localhost", "127.0.0.1")
        self.port = free_port()
        self._container = DockerContainer(image).with_bind_ports(inner_port or self.port, self.port)
        self._made = False

    @property
    def pid(self) -> int | None:
        """Pid of the server on the machine of the container engine; None when it does not run."""
        if not self._made:
            return None
        wrapped = self._container.get_wrapped_container()
        wrapped.reload()
        return int(wrapped.attrs["State"]["Pid"]) or None

    async def start(self, on_step: OnStep = no_progress) -> None:
        """Create the container or start it again, and wait until the server answers. Raises `StackError`."""
        pid = await anyio.to_thread.run_sync(lambda: self.pid)
        if pid is not None:
            raise already_running(self.name, pid, "its container")
        with step(on_step, f"{self.name}: starting its container"):
            if self._made:
                await anyio.to_thread.run_sync(self._container.get_wrapped_container().start)
            else:
                await anyio.to_thread.run_sync(self._container.start)
                self._made = True
            await self._wait_until(self.answers)

    async def stop(self, on_step: OnStep = no_progress) -> None:
        """Remove the container and its data."""
        if self._made:
            with step(on_step, f"{self.name}: removing its container"):
                await anyio.to_thread.run_sync(self._container.stop)
            self._made = False

    def kill(self) -> None:
        """Send SIGKILL to the container's first process, which ends all others too."""
        if not self._made:
            return
        wrapped = self._container.get_wrapped_container()
        with contextlib.suppress(APIError):  # it is not running
            wrapped.kill("SIGKILL")
        wrapped.wait(timeout=30)

    def failure(self) -> StackError | None:
        """Return why the server ended; None while it runs."""
        if not self._made or self.pid is not None:
            return None
        return ended(self.name, self._last_line(), "the container's log")

    async def answers(self) -> bool:
        """Return whether the server answers now."""
        raise NotImplementedError

    async def _wait_until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not await condition():
            pid = await anyio.to_thread.run_sync(lambda: self.pid)
            if pid is None or time.monotonic() > deadline:
                raise did_not_start(self.name, self._last_line(), "the container's log")
            await anyio.sleep(0.1)

    def _last_line(self) -> str:
        text = b"".join(self._container.get_logs()).decode(errors="replace").strip()
        return text.splitlines()[-1] if text else "its log is empty"


class ContainerPostgres(ContainerPart):
    """`postgres:18` in a container."""

    name = "Postgres"

    def __init__(self) -> None:
        super().__init__(POSTGRES_IMAGE, 5432)
        self._password = secrets.token_urlsafe(24)
        self._container.with_envs(POSTGRES_USER=ADMIN, POSTGRES_PASSWORD=self._password, POSTGRES_DB="postgres")
        self._container.with_command(["postgres", "-c", "max_connections=200", "-c", "shared_buffers=256MB"])

    @property
    def admin_dsn(self) -> str:
        """DSN of the superuser."""
        return f"postgresql://{ADMIN}:{self._password}@{self.host}:{self.port}/postgres"

    async def answers(self) -> bool:
        """Return whether the server answers now."""
        return await answers(self.admin_dsn)


class ContainerKafka(ContainerPart):
    """`apache/kafka:4.3.1`, with the configuration of the embedded Kafka."""

    name = "Kafka"

    def __init__(self) -> None:
        # The same port inside: the broker connects to itself at this address to write transaction markers.
        super().__init__(KAFKA_IMAGE)
        properties = broker_properties("0.0.0.0", self.port, self.bootstrap_servers, 9093, "/var/lib/kafka/data")
        # At each start the image writes its configuration there. In some builds the existing files are read-only.
        self._container.with_tmpfs_mount("/opt/kafka/config", "uid=1000,gid=1000")
        self._container.with_envs(**as_environment(properties), KAFKA_HEAP_OPTS="-Xms512m -Xmx512m")

    @property
    def bootstrap_servers(self) -> str:
        """Address of the broker, host:port, the same inside and outside of the container."""
        return f"{self.host}:{self.port}"

    async def answers(self) -> bool:
        """Return whether the server answers now."""
        return await serves(Brokers(self.bootstrap_servers))
