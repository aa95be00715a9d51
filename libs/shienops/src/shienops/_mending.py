"""Starts a part again that ended without a request: what `shien serve` does beside waiting."""

from __future__ import annotations

import time
from collections import defaultdict, deque

from shienops._output import tell
from shienops._parts import OnStep
from shienops._screen import print_error
from shienops.errors import DiskFull, NotReady, StackError
from shienops.system import System

MOST = 5
"""a part that ends more often than this within WINDOW_SECONDS is not started again"""
WINDOW_SECONDS = 300.0


class Mender:
    """Starts the dead parts of a system, Postgres first. It gives up on a part that ends again and again."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._ended: defaultdict[str, deque[float]] = defaultdict(deque)

    async def mend(self, on_step: OnStep) -> None:
        """Start every part that ended.

        Raises:
            StackError: why a part ended, when it ended too often or because the disk is full, or why it does not start.
                A service that starts and is not ready is only reported.
        """
        for part in self._system.parts:
            failure = part.failure()
            if failure is None:
                continue
            if isinstance(failure, DiskFull) or self._too_often(part.name):
                raise failure
            self._report(failure, part.name)
            try:
                await part.start(on_step)
            except NotReady as error:
                print_error(error)

    def _too_often(self, name: str) -> bool:
        now, times = time.monotonic(), self._ended[name]
        while times and now - times[0] > WINDOW_SECONDS:
            times.popleft()
        times.append(now)
        return len(times) > MOST

    def _report(self, failure: StackError, name: str) -> None:
        print_error(failure)
        tell(f"shien: {name} を起動し直します。", f"shien: starting {name} again.")
