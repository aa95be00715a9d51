"""Runs a service as a process: serves it, or creates its database schema or its topic."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import TypeVar

import structlog
import uvicorn
import uvloop
from fastapi import FastAPI
from pydantic import ValidationError

from shienevents import (
    Contract,
    KafkaAway,
    Service,
    Unavailable,
    configure_process,
    ensure_topic,
    migrate,
)

from ._connections import connections
from ._proxies import behind_proxies
from ._settings import ServiceProcessSettings, wrong_settings
from ._state import state_of

S = TypeVar("S", bound=ServiceProcessSettings)
GRACE_SECONDS = 8  # for requests under way: longer than a command may take, and shorter than a client that hangs
_START_SECONDS = 60.0  # for a database or a broker that is still starting

_log = structlog.get_logger(__name__)


def run(build: Callable[[S], Awaitable[FastAPI]], settings: type[S]) -> None:
    """What `python -m <service>` does: serve; with `migrate` or `topic`, create the schema or the topic, and exit."""
    try:
        read = settings()
    except ValidationError as error:
        raise SystemExit("\n".join(wrong_settings(error))) from None
    try:
        _do(build, read)
    except Contract as error:  # of what a setting names: a key, a list of groups
        raise SystemExit("\n".join(f"shien: {text}" for text in (error.en, error.ja) if text)) from None


def _do(build: Callable[[S], Awaitable[FastAPI]], read: S) -> None:
    configure_process(read.service, level=logging.getLevelNamesMapping()[read.log_level.upper()])
    match sys.argv[1:]:
        case []:
            signal.signal(signal.SIGTERM, _ended)  # process 1 of a container does not end by the signal alone
            uvloop.run(serve(build, read))
        case ["migrate"]:
            asyncio.run(_retried(lambda: _migrate(read)))
        case ["topic"]:
            asyncio.run(_retried(lambda: _topic(read)))
        case other:
            raise SystemExit(f"python -m {read.service} [migrate | topic]; {' '.join(other)!r} is neither")


def _ended(_: int, __: FrameType | None) -> None:
    """It was told to end before it served, or it has served to the end."""
    raise SystemExit(0)


async def serve(build: Callable[[S], Awaitable[FastAPI]], settings: S) -> None:
    """Build the application and serve it until SIGTERM or Ctrl-C. Waits for a database that is still starting."""
    if settings.traces:
        from ._spans import send_spans  # loads OpenTelemetry

        send_spans(settings.service)
    app: list[FastAPI] = []

    async def opened() -> None:
        app.append(await build(settings))

    await _retried(opened)
    config = uvicorn.Config(
        behind_proxies(app[0], settings.trusted_proxies),
        http=connections(),
        ws="none",
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        lifespan="on",
    )
    waits = 0.0 if settings.role == "worker" else settings.leave_seconds
    await Server(config, state_of(app[0]).service, waits).serve()


class Server(uvicorn.Server):
    """uvicorn's own, which leaves in order: not ready, then no new connections, then the end of what is under way.

    A balancer learns from `/ready` that it must ask others. Until it has asked, for `seconds`, everything is answered,
    and each answer ends its connection. A second signal ends the waiting.
    """

    def __init__(self, config: uvicorn.Config, service: Service, seconds: float) -> None:
        super().__init__(config)
        self._service = service
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to leave, or leave at once where somebody asks again."""
        if self._service.health_check.leaving or not self._seconds:
            self._service.health_check.leaving = True
            super().handle_exit(sig, frame)
            return
        self._service.health_check.leaving = True
        end = super().handle_exit
        self._loop.call_soon_threadsafe(lambda: self._loop.call_later(self._seconds, end, sig, frame))


async def _migrate(settings: ServiceProcessSettings) -> None:
    if not settings.owner_dsn or not settings.writer:
        raise Contract("migrate needs SHIEN_OWNER_DSN(_FILE), and SHIEN_DSN(_FILE) for the name of the service's role")
    applied = await migrate(
        settings.owner_dsn, service=settings.service, writer=settings.writer, shards=settings.shards
    )
    _log.info("the database has its schema", applied=applied)


async def _topic(settings: ServiceProcessSettings) -> None:
    topic = settings.topic(settings.service)
    await ensure_topic(settings.brokers, topic, settings.shards, settings.replication)
    _log.info("the topic exists", topic=topic)


async def _retried(work: Callable[[], Awaitable[None]]) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _START_SECONDS
    while True:
        try:
            return await work()
        except (Unavailable, KafkaAway) as error:
            if loop.time() > deadline:
                raise
            _log.warning("not available yet, trying again", why=str(error))
        await asyncio.sleep(0.5)
