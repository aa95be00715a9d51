"""The memory of each process of a system while it works: whether it grows."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence

import psutil

from shienops.system import System

EARLY, LATE = 0.2, 0.95  # of the time: minute 2 of ten, and the last half minute


class Memory:
    """Watches the services, Kafka, and Postgres with all its processes.

    Args:
        system: it runs.
        seconds: how long it is watched.
    """

    def __init__(self, system: System, seconds: float) -> None:
        self._seconds = seconds
        pids = {part.name: part.pid for part in system.parts}
        self._processes = {name: psutil.Process(pid) for name, pid in pids.items() if pid}
        self._seen: dict[str, list[tuple[float, float]]] = defaultdict(list)

    async def watch(self) -> None:
        """Look a hundred times within the time, until cancelled."""
        begun = time.monotonic()
        while True:
            at = (time.monotonic() - begun) / self._seconds
            for name, process in self._processes.items():
                self._seen[name].append((at, _megabytes(process)))
            await asyncio.sleep(self._seconds / 100)

    def now(self) -> float:
        """The megabytes of all of them together, when they were looked at last."""
        return sum(seen[-1][1] for seen in self._seen.values())

    def told(self) -> Mapping[str, tuple[float, float]]:
        """Of each process the megabytes early, and those at the end: medians of a twentieth of the time."""
        return {name: (_around(seen, EARLY), _around(seen, LATE)) for name, seen in self._seen.items()}

    def grew_most(self) -> tuple[float, float]:
        """Of the process that grew most: at the end, and early."""
        early, late = max(self.told().values(), key=lambda both: both[1] / both[0])
        return late, early


def _around(seen: Sequence[tuple[float, float]], begin: float) -> float:
    found = [megabytes for at, megabytes in seen if begin <= at < begin + 0.05]
    return statistics.median(found or [seen[-1][1]])


def _megabytes(process: psutil.Process) -> float:
    """Of the process with all that it started; pages that several of them share count once for all together."""
    total = process.memory_info().rss
    for child in process.children(recursive=True):
        try:
            total += child.memory_full_info().uss
        except psutil.NoSuchProcess:  # a connection to Postgres ended
            continue
    return float(total) / 1e6
