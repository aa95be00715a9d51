"""A Postgres, Kafka or service that somebody else runs: it is used here, and neither started nor stopped."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx2

from shienevents import Brokers, KafkaDenied, current_dsn, places_of
from shienops._parts import OnStep, no_progress, step
from shienops._postgres import answers
from shienops._probe import serves
from shienops.errors import NoAnswer, PartFailed, StackError, no_answer, not_ours

PATIENCE_SECONDS = 15.0


class ExternalPostgres:
    """The Postgres of SHIEN_POSTGRES_DSN."""

    name = "Postgres"
    pid = None

    def __init__(self, admin_dsn: str) -> None:
        self._admin_dsn = admin_dsn

    @property
    def admin_dsn(self) -> str:
        """DSN of a role that may create databases, as its file has it now."""
        return current_dsn(self._admin_dsn)

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
                raise _not_let_in(self.name, denied.en, denied.ja) from denied

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


class DsnFolder:
    """The databases of a deployment that is run elsewhere: a folder with the files NAME_dsn and NAME_owner_dsn.

    So secrets are mounted in containers (docker-compose.yml), and so a person can keep them for a profile.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def dsn(self, name: str) -> str:
        """DSN of the service's own role. Raises `StackError`."""
        return self._read(f"{name}_dsn")

    def owner_dsn(self, name: str) -> str:
        """DSN of the role that owns the database. Raises `StackError`."""
        return self._read(f"{name}_owner_dsn")

    def _read(self, name: str) -> str:
        try:
            return (self._path / name).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "UTF-8"
            raise _no_dsn(self._path / name, why) from None


class DeployedPostgres(ExternalPostgres):
    """The Postgres of a `DsnFolder`. No role there may create databases, so it is asked in the name of a service."""

    def __init__(self, folder: DsnFolder, services: tuple[str, ...]) -> None:
        self._folder = folder
        self._services = services

    @property
    def admin_dsn(self) -> str:
        """DSN of the first service's role. Raises `StackError`."""
        return self._folder.dsn(self._services[0])

    async def start(self, on_step: OnStep = no_progress) -> None:
        """Refused: databases and services of that deployment are made and started where it is run."""
        raise not_ours(self.name)


class ExternalService:
    """A service of a deployment that is run elsewhere."""

    pid = None

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = url

    async def start(self, on_step: OnStep = no_progress) -> None:
        """Refused: it is not ours."""
        raise not_ours(self.name)

    async def stop(self, on_step: OnStep = no_progress) -> None:
        """Leave it as it is."""

    def kill(self) -> None:
        """Refused: it is not ours."""
        raise not_ours(self.name)

    async def answers(self) -> bool:
        """Is it ready now?"""
        return (await ready(self.url)).is_ready

    def failure(self) -> StackError | None:
        """Not ours to tell."""
        return None


@dataclass(frozen=True)
class Ready:
    """What a service answers at /ready. `reason`: why it is not ready, empty when it is."""

    answers: bool
    reason: str = ""
    notices: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether it answers and is ready."""
        return self.answers and not self.reason


async def ready(url: str) -> Ready:
    """Ask a service whether it is ready, and what it has to say."""
    try:
        async with httpx2.AsyncClient(trust_env=False, timeout=5) as client:
            answer = await client.get(url + "/ready")
    except httpx2.HTTPError as error:
        return Ready(False, f"it does not answer ({type(error).__name__})")
    try:
        said = answer.json()
        notices, reasons = (tuple(map(str, said.get(name, ()))) for name in ("notices", "reasons"))
    except (ValueError, AttributeError):
        notices = reasons = ()
    why = "; ".join(reasons) or answer.text[:300]
    return Ready(True, "" if answer.status_code == 200 else f"it is not ready: {why}", notices)


def where_of(dsn: str) -> str:
    """Hosts and ports of a DSN, without its password."""
    return ",".join(f"{host}:{port}" for host, port in places_of(dsn))


async def _patiently(ask: Callable[[], Awaitable[bool]], name: str, where: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not await ask():
        if time.monotonic() > deadline:
            raise no_answer(name, where, f"nothing for {PATIENCE_SECONDS:.0f} seconds")
        await asyncio.sleep(0.1)


def _no_dsn(file: object, why: str) -> NoAnswer:
    """The file with the DSN of a database cannot be read."""
    return NoAnswer(
        "dsn.unreadable",
        f"The file {file} with the address of a database cannot be read ({why}).",
        f"データベースの接続先を記したファイル {file} を読み取れません({why})。",
        "Give the folder of these files with SHIEN_DSN_FOLDER, and let this user read them.",
        "SHIEN_DSN_FOLDER でこれらのファイルのフォルダーを指定し、読み取りを許可してください。",
    )


def _not_let_in(part: str, en: str, ja: str) -> PartFailed:
    """An external server is there, and does not let us in."""
    return PartFailed(
        "part.not_let_in",
        f"{part}: {en}.",
        f"{part} に接続できません：{ja}。",
        "Correct the setting and run the command again.",
        "設定を直してから、もう一度実行してください。",
    )
