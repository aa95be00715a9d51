"""What every part of a stack can do, whether we run it, a container engine does, or somebody else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from shienops.errors import StackError


@dataclass(frozen=True)
class Step:
    """One step of a start or stop: told once when it begins, and again with its seconds when it is done."""

    text: str
    seconds: float | None = None


OnStep = Callable[[Step], None]


def silent(step: Step) -> None:
    """Tell nobody."""


@contextmanager
def told(on_step: OnStep, text: str) -> Iterator[None]:
    """Tell of a step's begin, and of its end if it succeeds."""
    begin = time.monotonic()
    on_step(Step(text))
    yield
    on_step(Step(text, time.monotonic() - begin))


class Part(Protocol):
    """Postgres or Kafka, as the stack starts and ends it, and as fault tests kill it."""

    @property
    def name(self) -> str:
        """For people: Postgres or Kafka."""

    @property
    def pid(self) -> int | None:
        """Of the server's first process; None when it does not run, or runs elsewhere."""

    async def start(self, on_step: OnStep = silent) -> None:
        """Start the part, and return when it answers."""

    async def stop(self, on_step: OnStep = silent) -> None:
        """End the part in order, and return when it has ended. Nothing to do is fine."""

    def kill(self) -> None:
        """SIGKILL for all its processes, at once; returns when they are gone."""

    def failure(self) -> StackError | None:
        """Why the part is gone, if it ended and nobody asked it to; None otherwise."""

    async def answers(self) -> bool:
        """Does the server answer now?"""


class PostgresPart(Part, Protocol):
    """A Postgres, and the way in for the one who makes databases and roles."""

    @property
    def admin_dsn(self) -> str:
        """A DSN whose role may make databases and roles."""


class KafkaPart(Part, Protocol):
    """A Kafka, and where clients find it."""

    @property
    def bootstrap_servers(self) -> str:
        """host:port, with commas."""
