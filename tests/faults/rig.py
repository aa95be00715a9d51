"""Everything a run has: a stack of its own, two migrated services with two processes each, and two producers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from shienevents import migrate
from shienops.pytest_plugin import new_stack
from shienops.settings import StackSettings
from shienops.stack import Stack

from .deployment import SERVICES, SHARDS, Deployment
from .library import Edit, copy_library
from .processes import Process, Program

PRODUCERS = ("producer-1", "producer-2")
_LATE = "late-relay"


class Rig:
    """The running system, as the one who breaks it holds it."""

    def __init__(self, stack: Stack, deployment: Deployment, library: Path) -> None:
        self.stack = stack
        self.deployment = deployment
        self.processes: dict[str, Process] = {}
        self.complaints: list[str] = []  # of processes that did not behave, by those who start and end them
        self._counted: dict[str, tuple[int, int]] = dict.fromkeys(PRODUCERS, (0, 0))  # bytes read, acks in them
        path = str(deployment.save())
        for service in SERVICES:
            for name in (f"{service}-1", f"{service}-2"):
                self._add(name, Program("run_service", [path, service, name], library))
            self._add(f"{service}-{_LATE}", Program("run_late_relay", [path, service], library))
        for name in PRODUCERS:
            self._add(name, Program("run_producer", [path, name], library))

    def _add(self, name: str, program: Program) -> None:
        self.processes[name] = Process(name, program, self.deployment.folder / f"{name}.log")

    @property
    def lasting(self) -> list[Process]:
        """The processes that run all the time."""
        return [process for name, process in self.processes.items() if not name.endswith(_LATE)]

    def late_relay(self, service: str) -> Process:
        """The relay without a lease."""
        return self.processes[f"{service}-{_LATE}"]

    def of(self, service: str) -> list[Process]:
        """The processes of one service, or the producers."""
        return [process for process in self.lasting if process.name.startswith(service)]

    def start(self) -> None:
        """Start all that lasts."""
        for process in self.lasting:
            process.start()

    def end(self) -> None:
        """Kill what still runs."""
        for process in self.processes.values():
            process.kill()

    def acknowledged(self) -> int:
        """How many answers with a 2xx the producers wrote down so far."""
        for name, (read, acks) in self._counted.items():
            path = self.deployment.folder / f"{name}.jsonl"
            if path.exists():
                with path.open("rb") as file:
                    file.seek(read)
                    fresh = file.read()
                self._counted[name] = (read + len(fresh), acks + fresh.count(b'{"at": "ack"'))
        return sum(acks for _, acks in self._counted.values())

    async def active(self, service: str, role: str) -> Process | None:
        """The process that holds the lease of this role ("consumer" or "relay") now, if that can be told."""
        try:
            async with connected(self.deployment.checker_dsns[service]) as connection:
                holder = await connection.fetchval(
                    "select holder from leases where name = $1 order by number desc limit 1", role
                )
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            return None
        for process in self.of(service):
            path = self.deployment.folder / f"{process.name}.holders"
            if path.exists() and json.loads(path.read_text())[role] == str(holder):
                return process
        return None

    async def cut_connections(self, service: str) -> None:
        """End every connection to a service's database, as a broken network would."""
        async with connected(self.stack.admin_dsn) as connection:
            await connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", service
            )

    def revive(self) -> None:
        """Complain of every process that ended though nobody hit it, and start it again."""
        for process in self.lasting:
            if process.ended is not None:
                self.complaints.append(f"{process.name} ended by itself with {process.ended}\n{process.last_words()}")
                process.start()

    async def stop_load(self) -> None:
        """Let the producers end in order."""
        said = await asyncio.gather(*(process.stop() for process in self.of("producer")))
        self.complaints += [words for words in said if words]

    def resume_load(self) -> None:
        """Start the producers again."""
        for process in self.of("producer"):
            process.start()


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A connection of the checker's own, apart from the library's."""
    connection = await asyncpg.connect(dsn, timeout=5, command_timeout=60)
    try:
        yield connection
    finally:
        connection.terminate()


@asynccontextmanager
async def one_snapshot(dsn: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A connection that sees one moment."""
    async with connected(dsn) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        yield connection


@asynccontextmanager
async def rig(
    folder: Path, *, lease_seconds: float, commands_per_second: float, edits: Sequence[Edit] = ()
) -> AsyncIterator[Rig]:
    """Start everything in this folder, and end it."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    library = copy_library(folder / "library", edits)
    settings = StackSettings(data=folder / "stack", services=(), postgres_shared_buffers="128MB")
    async with new_stack(settings) as stack:
        databases = {name: await stack.create_database(name) for name in SERVICES}
        for name, database in databases.items():
            await migrate(database.owner_dsn, service=name, writer=name, shards=SHARDS)
        deployment = Deployment(
            folder=folder,
            bootstrap_servers=stack.bootstrap_servers,
            dsns={name: database.dsn for name, database in databases.items()},
            checker_dsns={name: urlsplit(stack.admin_dsn)._replace(path=f"/{name}").geturl() for name in databases},
            lease_seconds=lease_seconds,
            commands_per_second=commands_per_second,
        )
        running = Rig(stack, deployment, library)
        try:
            running.start()
            yield running
        finally:
            running.end()
