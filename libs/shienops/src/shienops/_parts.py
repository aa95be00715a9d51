"""The interface of the parts of a stack: embedded, in a container, or external. And the progress of their steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from shienops.errors import StackError


@dataclass(frozen=True)
class Step:
    """One step of a start or stop. It is reported when it begins, and again with its duration when it is done."""

    text: str
    seconds: float | None = None
    """duration; None while the step is running"""


OnStep = Callable[[Step], None]
"""receives each step twice: at its beginning, and at its end with its duration"""


def no_progress(_: Step) -> None:
    """Ignore the steps. The default of every `on_step`."""


@contextmanager
def step(on_step: OnStep, text: str) -> Iterator[None]:
    """Report the beginning of a step, and its end if it succeeds.

    Args:
        on_step: receives the `Step`.
        text: text of the step for the operator.
    """
    begin = time.monotonic()
    on_step(Step(text))
    yield
    on_step(Step(text, time.monotonic() - begin))


class Part(Protocol):
    """A server process that can be started, stopped, and killed (for fault tests)."""

    @property
    def name(self) -> str:
        """The name in messages, such as Postgres or Kafka."""

    @property
    def pid(self) -> int | None:
        """Pid of the server's first process; None when it does not run or is external."""

    async def start(self, on_step: OnStep = no_progress) -> None:
        """Start the part and return when it answers. Raises `StackError`."""

    async def stop(self, on_step: OnStep = no_progress) -> None:
        """Shut the part down and return when it has ended. Does nothing when it does not run. Raises `StackError`."""

    def kill(self) -> None:
        """Send SIGKILL to all its processes at once. Return when they have ended."""

    def failure(self) -> StackError | None:
        """Return why the part ended without a request to stop; None otherwise."""

    async def answers(self) -> bool:
        """Return whether the server answers now."""


class PostgresPart(Part, Protocol):
    """A Postgres, with the DSN of a role that may create databases and roles."""

    @property
    def admin_dsn(self) -> str:
        """DSN of a role that may create databases and roles."""


class KafkaPart(Part, Protocol):
    """A Kafka, with its address."""

    @property
    def bootstrap_servers(self) -> str:
        """host:port, separated by commas."""
