"""The stack: Postgres, a database for each service, and Kafka. They start and stop in a fixed order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from shienevents import Brokers
from shienops._databases import Database, Databases
from shienops._external import DeployedPostgres, DsnFolder, ExternalKafka, ExternalPostgres, where_of
from shienops._folder import DataFolder, disk_full_errors
from shienops._kafka import EmbeddedKafka
from shienops._parts import KafkaPart, OnStep, PostgresPart, no_progress, step
from shienops._postgres import EmbeddedPostgres
from shienops.errors import StackError
from shienops.settings import StackSettings

LOCK_SECONDS = 2.0


@dataclass(frozen=True)
class PartStatus:
    """One line of `shien status`."""

    name: str
    external: bool
    pid: int | None
    where: str | None
    """host:port; None before the first start"""


class Stack:
    """Postgres and Kafka of one data folder. All state is in the folder: two objects on one folder are the same stack.

    `async with Stack(settings) as stack:` starts and stops it. With `die_with_parent`, the default of the library,
    the kernel kills both parts when the thread that started them ends, so call `up` in a thread that keeps running.

    Args:
        settings: default: from the environment.
        postgres: another Postgres, such as a container.
        kafka: another Kafka, such as a container.
    """

    def __init__(
        self,
        settings: StackSettings | None = None,
        *,
        postgres: PostgresPart | None = None,
        kafka: KafkaPart | None = None,
    ) -> None:
        self.settings = settings if settings is not None else StackSettings()
        self.folder = DataFolder(self.settings.data)
        self._deployed = DsnFolder(self.settings.dsn_folder) if self.settings.dsn_folder else None
        self.postgres: PostgresPart = postgres or self._own_postgres()
        self.kafka: KafkaPart = kafka or self._own_kafka()

    async def up(self, on_step: OnStep = no_progress) -> None:
        """Start both parts and create the services' databases.

        Args:
            on_step: receives the steps.

        Raises:
            StackError: when a step fails. The parts that were started are stopped.
        """
        with disk_full_errors(self.folder.path):
            self.folder.prepare(self.settings.min_free_mb)
            async with self.folder.locked(LOCK_SECONDS):
                await self.postgres.start(on_step)
                try:
                    await self._make_databases(on_step)
                    await self.kafka.start(on_step)
                except BaseException:
                    await self.postgres.stop(on_step)
                    raise

    async def down(self, on_step: OnStep = no_progress) -> None:
        """Stop Kafka, then Postgres. Does nothing when the stack does not run. Raises `StackError`."""
        if not self.folder.path.exists():
            return
        async with self.folder.locked(LOCK_SECONDS):
            try:
                await self.kafka.stop(on_step)
            finally:
                await self.postgres.stop(on_step)

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.down()

    @property
    def bootstrap_servers(self) -> str:
        """Addresses of Kafka, host:port, separated by commas. Raises `StackError` before the first start."""
        return self.kafka.bootstrap_servers

    @property
    def brokers(self) -> Brokers:
        """Kafka and how to reach it, if it is external. Raises `StackError` before the first start."""
        external = isinstance(self.kafka, ExternalKafka)
        return Brokers.of(self.bootstrap_servers, self.settings) if external else Brokers(self.bootstrap_servers)

    @property
    def admin_dsn(self) -> str:
        """DSN of a role that may create databases and roles. Raises `StackError` before the first start."""
        return self.postgres.admin_dsn

    def dsn(self, name: str) -> str:
        """Return the DSN of a service's own role, which cannot change recorded events. Raises `StackError`."""
        return self._deployed.dsn(name) if self._deployed else self._databases().get(name).dsn

    def owner_dsn(self, name: str) -> str:
        """Return the DSN of the role that owns a service's database and runs its migrations. Raises `StackError`."""
        return self._deployed.owner_dsn(name) if self._deployed else self._databases().get(name).owner_dsn

    async def create_database(self, name: str) -> Database:
        """Create a database with its two roles, like those of the services. An existing one is kept."""
        return await self._databases().ensure(name)

    async def drop_database(self, name: str) -> None:
        """Drop a database and its roles. Open connections are closed."""
        await self._databases().drop(name)

    def failure(self) -> StackError | None:
        """Return why a part ended without a request to stop; None otherwise."""
        return self.postgres.failure() or self.kafka.failure()

    def status(self) -> tuple[PartStatus, PartStatus]:
        """Return pid and address of both parts, without a request to the servers."""
        postgres, kafka = self.postgres, self.kafka
        external = (isinstance(postgres, ExternalPostgres), isinstance(kafka, ExternalKafka))
        return (
            PartStatus(postgres.name, external[0], postgres.pid, _known(lambda: where_of(postgres.admin_dsn))),
            PartStatus(kafka.name, external[1], kafka.pid, _known(lambda: kafka.bootstrap_servers)),
        )

    def _own_postgres(self) -> PostgresPart:
        if self._deployed:
            return DeployedPostgres(self._deployed, self.settings.services)
        dsn = self.settings.postgres_dsn
        return ExternalPostgres(dsn.get_secret_value()) if dsn else EmbeddedPostgres(self.settings, self.folder)

    def _own_kafka(self) -> KafkaPart:
        servers = self.settings.bootstrap_servers
        return (
            ExternalKafka(Brokers.of(servers, self.settings)) if servers else EmbeddedKafka(self.settings, self.folder)
        )

    def _databases(self) -> Databases:
        return Databases(self.postgres.admin_dsn, self.folder)

    async def _make_databases(self, on_step: OnStep) -> None:
        if self.settings.services:
            with step(on_step, "Postgres: " + ", ".join(self.settings.services)):
                for name in self.settings.services:
                    await self.create_database(name)


def _known(read: Callable[[], str]) -> str | None:
    try:
        return read()
    except StackError:
        return None
