"""A Postgres or Kafka that somebody else runs: the stack uses it, and neither starts nor stops it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl, unquote, urlsplit

import asyncpg

from shienevents import Brokers, KafkaDenied
from shienops._parts import OnStep, no_progress, step
from shienops._postgres import answers
from shienops._probe import serves
from shienops.errors import no_answer, not_let_in, not_ours

PATIENCE_SECONDS = 15.0


class ExternalPostgres:
    """The Postgres of SHIEN_POSTGRES_DSN."""

    name = "Postgres"
    pid = None

    def __init__(self, admin_dsn: str) -> None:
        self.admin_dsn = admin_dsn

    async def start(self, on_step: OnStep = no_progress) -> None:
        """Wait until it answers."""
        where = where_of(self.admin_dsn)
        with step(on_step, f"Postgres at {where}: asking"):
            try:
                await _patiently(lambda: answers(self.admin_dsn), self.name, where)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
                raise no_answer(self.name, where, str(error)) from error

    async def stop(self, on_step: OnStep = no_progress) -> None:
        """Leave it as it is."""

    def kill(self) -> None:
        """Refused: it is not ours."""
        raise not_ours(self.name)

    async def answers(self) -> bool:
        """Does it answer now?"""
        return await answers(self.admin_dsn)

    def failure(self) -> None:
        """Not ours to tell."""


class ExternalKafka:
    """The Kafka of SHIEN_BOOTSTRAP_SERVERS."""

    name = "Kafka"
    pid = None

    def __init__(self, brokers: Brokers) -> None:
        self.brokers = brokers
        self.bootstrap_servers = brokers.servers

    async def start(self, on_step: OnStep = no_progress) -> None:
        """Wait until it answers."""
        with step(on_step, f"Kafka at {self.bootstrap_servers}: asking"):
            try:
                await _patiently(lambda: serves(self.brokers), self.name, self.bootstrap_servers)
            except KafkaDenied as denied:
                raise not_let_in(self.name, denied.en, denied.ja) from denied

    async def stop(self, on_step: OnStep = no_progress) -> None:
        """Leave it as it is."""

    def kill(self) -> None:
        """Refused: it is not ours."""
        raise not_ours(self.name)

    async def answers(self) -> bool:
        """Does it answer now?"""
        try:
            return await serves(self.brokers)
        except KafkaDenied:
            return False

    def failure(self) -> None:
        """Not ours to tell."""


def where_of(dsn: str) -> str:
    """Hosts and ports of a DSN, without its password."""
    return ",".join(f"{host}:{port}" for host, port in places_of(dsn))


def places_of(dsn: str) -> list[tuple[str, str]]:
    """Each host and port of a DSN, which may name several; a folder of a unix socket is a host, as in libpq."""
    parts = urlsplit(dsn)
    query = dict(parse_qsl(parts.query))
    found = []
    for place in (unquote(parts.netloc.rpartition("@")[2]) or query.get("host", "localhost")).split(","):
        host, colon, port = place.rpartition(":") if not place.endswith("]") else (place, "", "")
        found.append((host, port) if colon else (place, query.get("port", "5432")))
    return found


async def _patiently(ask: Callable[[], Awaitable[bool]], name: str, where: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not await ask():
        if time.monotonic() > deadline:
            raise no_answer(name, where, f"nothing for {PATIENCE_SECONDS:.0f} seconds")
        await asyncio.sleep(0.1)
