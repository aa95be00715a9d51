"""The complete system on one machine: the stack, the services' schemas and topics, and the five services."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from pydantic import Field

from shienevents import ensure_topic, migrate
from shienops._external import ExternalService
from shienops._folder import DataFolder
from shienops._parts import OnStep, Part, no_progress, step
from shienops._service import ServiceProcess
from shienops.errors import NotReady, StackError
from shienops.part_errors import unknown_service
from shienops.proof_keys import proof_variables
from shienops.settings import SERVICES, StackSettings
from shienops.stack import LOCK_SECONDS, PartStatus, Stack
from shienops.tokens import demo_keys, demo_token
from shienweb import Role, ServiceProcessSettings

DEMO_SECONDS = 12 * 3600
MOST_WORKERS = 4
"""of a service on one machine: one works, and the others stand by"""


class SystemSettings(StackSettings):
    """The settings of the stack, and those of the services. Port 0 means a free port, which the folder keeps."""

    registry_port: int = Field(default=0, ge=0, le=65535)
    needs_port: int = Field(default=0, ge=0, le=65535)
    matching_port: int = Field(default=0, ge=0, le=65535)
    escalation_port: int = Field(default=0, ge=0, le=65535)
    portal_port: int = Field(default=0, ge=0, le=65535)
    jwks: str = Field(default="", description="public keys of the issuer, a file or a URL; empty: the demo key")
    synthetic: bool = Field(default=False, description="show on every page that the data is synthetic")
    workers: int = Field(
        default=0,
        ge=0,
        le=MOST_WORKERS,
        description="processes that work beside the one that answers, for each service; 0: one does both",
    )


class System:
    """Stack and services of one data folder. All state is in the folder, as with `Stack`.

    `async with System(settings) as system:` starts and stops it. It restarts no part by itself: `failure` returns
    which part ended, and `start` starts it again (`_mending.py` does both for `shien serve`).

    Args:
        settings: default: from the environment.
        stack: another stack, such as one with containers.
    """

    def __init__(self, settings: SystemSettings | None = None, *, stack: Stack | None = None) -> None:
        self.settings = settings if settings is not None else SystemSettings()
        self.stack = stack if stack is not None else Stack(self.settings)
        self.services: Mapping[str, ServiceProcess] = {
            name: self._process(name) for name in SERVICES if name in self.settings.services
        }
        self._tokens: dict[tuple[object, ...], tuple[float, str]] = {}
        self._workers = {
            name: [self._process(name, number) for number in range(1, MOST_WORKERS + 1)] for name in self.services
        }

    async def up(self, on_step: OnStep = no_progress) -> None:
        """Start the stack and the services; where some of them run already, those that are missing.

        Args:
            on_step: receives the steps.

        Raises:
            NotReady: a service runs, and says why it is not ready. All parts go on, so that its remedy can be done.
            StackError: when a step fails. The parts that were started are stopped, unless some ran before.
        """
        if self._runs_in_part:
            await self._complete(on_step)
            return
        await self.stack.up(on_step)
        try:
            await self.prepare(on_step)
            await self._start(self._processes, on_step)
        except NotReady:
            raise
        except BaseException:
            await self.down()
            raise

    async def down(self, on_step: OnStep = no_progress) -> None:
        """Stop the services, then Kafka, then Postgres. Raises `StackError`."""
        try:
            await _run_together([one.stop(on_step) for one in (*self.services.values(), *self._present_workers)])
        finally:
            await self.stack.down(on_step)

    async def __aenter__(self) -> Self:
        try:
            await self.up()
        except NotReady:  # nobody would stop it
            await self.down()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.down()

    async def prepare(self, on_step: OnStep = no_progress) -> None:
        """Create the schemas and topics, as `python -m SERVICE migrate` and `topic` do, without these processes.

        The stack must be running. Existing schemas and topics are kept.
        """
        demo_keys(self.stack.folder.path)
        common = ServiceProcessSettings()
        names = list(self.services)
        with step(on_step, "Postgres: schemas"):
            await _run_together(
                [migrate(self.stack.owner_dsn(name), service=name, writer=name, shards=common.shards) for name in names]
            )
        with step(on_step, "Kafka: topics"):
            await _run_together(
                [
                    ensure_topic(
                        self.stack.brokers,
                        common.topic(name),
                        common.shards,
                        common.replication,
                        timeout_seconds=self.settings.start_seconds,
                    )
                    for name in names
                ]
            )

    @property
    def folder(self) -> DataFolder:
        """The data folder."""
        return self.stack.folder

    def url(self, service: str) -> str:
        """Return the URL of a service, without a slash at the end. Raises `StackError` before its first start."""
        return self.settings.url_elsewhere(service) or self._service(service).url

    def token(self, role: Role, areas: Sequence[str], *, body: str = "demo", subject: str = "demo") -> str:
        """Return a bearer token, signed with the demo key and valid for at least 6 hours. Raises `StackError`."""
        who, now = (role, *areas, body, subject), time.monotonic()
        until, token = self._tokens.get(who, (now, ""))
        if until <= now:
            token = demo_token(self.stack.folder.path, role, areas, body=body, subject=subject, seconds=DEMO_SECONDS)
            self._tokens[who] = (now + DEMO_SECONDS / 2, token)
        return token

    def kill(self, service: str) -> None:
        """Send SIGKILL to one service. Return when it has ended."""
        self._service(service).kill()

    async def start(self, service: str, on_step: OnStep = no_progress) -> None:
        """Start one service on its port and return when it is ready. Raises `StackError`."""
        await self._service(service).start(on_step)

    async def stop(self, service: str, on_step: OnStep = no_progress) -> None:
        """Shut one service down and return when it has ended."""
        await self._service(service).stop(on_step)

    def failure(self) -> StackError | None:
        """Return why a part ended without a request to stop; None otherwise."""
        processes = (*self.services.values(), *self._present_workers)
        failures = [self.stack.failure(), *(process.failure() for process in processes)]
        return next((failure for failure in failures if failure is not None), None)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Postgres, Kafka, and the services: those run elsewhere, or those started from this folder at least once."""
        urls = [(name, self.settings.url_elsewhere(name)) for name in self.settings.services]
        if elsewhere := [ExternalService(name, url) for name, url in urls if url]:
            return (self.stack.postgres, self.stack.kafka, *elsewhere)
        started = (one for name, one in self.services.items() if self.folder.port(name) is not None)
        return (self.stack.postgres, self.stack.kafka, *started, *self._present_workers)

    def status(self) -> tuple[PartStatus, ...]:
        """Return pid and address of each of `parts`, without a request to them."""
        services = (part for part in self.parts if isinstance(part, ServiceProcess | ExternalService))
        known = (PartStatus(one.name, isinstance(one, ExternalService), one.pid, one.url) for one in services)
        return (*self.stack.status(), *known)

    @property
    def _runs_in_part(self) -> bool:
        parts: list[Part] = [self.stack.postgres, self.stack.kafka, *self._processes]
        running = [part.pid is not None for part in parts]
        return any(running) and not all(running)

    async def _complete(self, on_step: OnStep) -> None:
        """Start what does not run. What runs goes on, whatever happens."""
        async with self.folder.locked(LOCK_SECONDS):
            for part in (self.stack.postgres, self.stack.kafka):
                if part.pid is None:
                    await part.start(on_step)
            for name in self.services:
                await self.stack.create_database(name)
        await self.prepare(on_step)
        await self._start([one for one in self._processes if one.pid is None], on_step)

    async def _start(self, services: Iterable[ServiceProcess], on_step: OnStep) -> None:
        """Start these at once. One that is not ready hinders no other; it is reported when all are started."""
        unready: list[NotReady] = []

        async def start(service: ServiceProcess) -> None:
            try:
                await service.start(on_step)
            except NotReady as error:
                unready.append(error)

        await _run_together([start(service) for service in services])
        if unready:
            first, en, ja = unready[0], *(" ".join(texts) for texts in zip(*map(_texts, unready), strict=True))
            raise NotReady(first.code, en, ja, first.remedy, first.remedy_ja)

    @property
    def _processes(self) -> list[ServiceProcess]:
        """Those that the settings ask for."""
        workers = [one for several in self._workers.values() for one in several[: self.settings.workers]]
        return [*self.services.values(), *workers]

    @property
    def _present_workers(self) -> list[ServiceProcess]:
        """Those that run, or ended by themselves: who stops the system may know other settings than who started it."""
        workers = [one for several in self._workers.values() for one in several]
        return [one for one in workers if one.pid is not None or one.failure() is not None]

    def _service(self, name: str) -> ServiceProcess:
        if name not in self.services:
            raise unknown_service(name)
        return self.services[name]

    def _process(self, name: str, worker: int = 0) -> ServiceProcess:
        role = "worker" if worker else "api" if self.settings.workers else "all"
        return ServiceProcess(
            name,
            self.stack.folder,
            worker=worker,
            port=0 if worker else getattr(self.settings, f"{name}_port"),
            environment=lambda: {**self.environment(name), "SHIEN_ROLE": role},
            start_seconds=self.settings.start_seconds,
            die_with_parent=self.settings.die_with_parent,
        )

    def environment(self, name: str) -> dict[str, str]:
        """Our own environment, with the variables that `shienweb.ServiceProcessSettings` reads."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("SHIEN_KAFKA_")},
            **self.stack.brokers.security.environment(),
            "SHIEN_DSN": self.stack.dsn(name),
            "SHIEN_BOOTSTRAP_SERVERS": self.stack.bootstrap_servers,
            "SHIEN_JWKS": self.settings.jwks or str(demo_keys(self.stack.folder.path)),
            "SHIEN_SYNTHETIC": str(self.settings.synthetic).lower(),
            **proof_variables(self.stack.folder.path, name),
        }


def _texts(error: StackError) -> tuple[str, str]:
    return error.message_en, error.message_ja


async def _run_together(works: Sequence[Coroutine[Any, Any, object]]) -> None:
    """Run all at once. When one fails, cancel the others, wait for them, and raise the error of the first."""
    try:
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(work)
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
