"""What a service is told: where its database and Kafka are, which part of its work a process does, and its pools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple
from uuid import uuid4

from .core.cells import Cell, cell_of, service_of, source_named
from .kafka.security import Servers
from .postgres.pool import named
from .write.store import CACHED

ProcessRole = Literal["all", "api", "worker"]
"""What a process does: `api` answers requests, `worker` relays, consumes and does what falls due, `all` does both.

Of all processes of a service that work, one is active at a time and the others stand by.
"""


class Pools(NamedTuple):
    """Connections of a process to its database: for commands and its own work, for readers, and beside its pools."""

    commands: int
    reads: int
    beside: int


# Beside the pools: three pasts that are kept open and one that is folded; one that rewrites a table of its own.
POOLS: dict[ProcessRole, Pools] = {"all": Pools(10, 10, 5), "api": Pools(4, 6, 5), "worker": Pools(5, 2, 2)}
"""What each role has without settings."""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Where a service's database and Kafka are. The topic of every service is `<topic_prefix><service>.events`.

    `pool_size` and `reading_pool_size`: connections for commands and for readers; `None`: those of the role (`POOLS`).
    `cells`: other cells, whose services it hears as it hears those of its own.
    """

    dsn: str
    bootstrap_servers: Servers
    topic_prefix: str = ""
    lease_seconds: float = 10.0
    replication: int = 1
    pool_size: int | None = None
    reading_pool_size: int | None = None
    role: ProcessRole = "all"
    cells: tuple[Cell, ...] = ()

    def topic(self, source: str) -> str:
        """The topic of a service, or of a source of another cell (`needs@osaka`)."""
        prefix = next((cell.topic_prefix for cell in self.cells if cell.name == cell_of(source)), self.topic_prefix)
        return f"{prefix}{service_of(source)}.events"

    def heard(self, services: Sequence[str]) -> tuple[str, ...]:
        """The sources of these services: those of this cell, then those of the others."""
        return tuple(source_named(one, cell) for cell in ("", *(cell.name for cell in self.cells)) for one in services)

    def group(self, service: str) -> str:
        """The consumer group of a service. Its user of Kafka is called the same."""
        return f"{self.topic_prefix}{service}"

    @property
    def works(self) -> bool:
        """Whether the process relays, consumes, and does what falls due, when its turn comes."""
        return self.role != "api"

    @property
    def pools(self) -> Pools:
        """How many connections of each kind the process opens at most."""
        pools = POOLS[self.role]
        commands = pools.commands if self.pool_size is None else self.pool_size
        reads = pools.reads if self.reading_pool_size is None else self.reading_pool_size
        return Pools(commands, reads, pools.beside)

    @property
    def most_connections(self) -> int:
        """How many connections the process opens at most."""
        return sum(self.pools) + CACHED

    def named(self) -> ServiceSettings:
        """The same, with sessions that say in Postgres which process they are of: `shien api 18 3f2a…`.

        The number is `most_connections`, and what follows it is of this process alone. So whoever looks at the
        sessions of a server knows every process, on whichever machine, and how many connections it may still open.
        """
        return replace(self, dsn=named(self.dsn, f"shien {self.role} {self.most_connections} {uuid4().hex}"))
