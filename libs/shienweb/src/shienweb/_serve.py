"""Runs a service as a process: serve, or bring the database or the topic about and end."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import uvicorn
import uvloop
from fastapi import FastAPI

from shienevents import configure_process, migrate

from ._settings import ServiceProcessSettings

S = TypeVar("S", bound=ServiceProcessSettings)
_GRACE_SECONDS = 3  # an open stream would otherwise hold the exit for half a minute


def run(build: Callable[[S], Awaitable[FastAPI]], settings: type[S]) -> None:
    """`python -m <service>`: serve; with `migrate` bring the database to its schema and end."""
    read = settings()
    level = logging.getLevelNamesMapping()[read.log_level.upper()]
    configure_process(read.service, level=level)
    match sys.argv[1:]:
        case []:
            uvloop.run(serve(build, read))
        case ["migrate"]:
            asyncio.run(migrate(read.owner_dsn, service=read.service, writer=read.writer, shards=read.shards))
        case other:
            raise SystemExit(f"python -m {read.service} [migrate | topic]; {' '.join(other)!r} is neither")


async def serve(build: Callable[[S], Awaitable[FastAPI]], settings: S) -> None:
    """Build the application and serve it until SIGTERM or Ctrl-C."""
    app = await build(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        lifespan="on",
    )
    await uvicorn.Server(config).serve()
