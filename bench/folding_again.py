"""rebuild_1m and verify_1m: a view rebuilt by its running service, and verified by `shien views verify`, with memory.

Each is a process of its own: its peak is that of one act. `python -m bench.folding_again ACT FOLDER`.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvloop

from bench import floors
from bench.figures import Figure
from bench.fixture import NEEDS, SHARDS, Fixture, write_history
from shienevents import Brokers, Service, ServiceSettings, Store, configure_process, migrate
from shienops import Stack, StackSettings
from shienops.keeping.verify import Log, verified

EVENTS = int(os.environ.get("SHIEN_BENCH_FOLDED", "1000000"))
_AWAY = "127.0.0.1:9"  # no Kafka: the store alone


async def run(stack: Stack, figures: dict[str, Figure]) -> None:
    """Measure once: with a quarter of the events for the memory's floor, then with all."""
    database = await stack.create_database("needs")
    await migrate(database.owner_dsn, service="needs", writer="needs", shards=SHARDS)
    store = await Store.open(database.dsn)
    fixture = Fixture("needs", database.dsn, database.owner_dsn, store, Brokers(_AWAY))
    peaks: dict[str, float] = {}
    for count in (EVENTS // 4 // SHARDS * SHARDS, EVENTS // SHARDS * SHARDS):
        await write_history(fixture, count)
        await _apart("catch_up", stack.folder.path)
        floor = await floors.rebuild_rate(fixture, count) if count > EVENTS // 2 else 0.0
        for act in ("rebuild", "verify"):
            seconds, peak = await _apart(act, stack.folder.path)
            if floor:
                figures[f"{act}_1m"].add(count / seconds, floor)
                figures[f"{act}_1m_mb"].add(peak, peaks[act])
            peaks[act] = peak
    await store.close()


async def _apart(act: str, folder: Path) -> tuple[float, float]:
    """Seconds of an act in a process of its own, and the process's peak in MB."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.folding_again", act, str(folder), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, f"the process failed: {act}"
    seconds, peak = json.loads(out)
    return seconds, peak


async def catch_up(stack: Stack) -> float:
    """Seconds until the service has taken all events, and kept a fold of now, which the other acts must not do."""
    begun = time.perf_counter()
    async with _caught_up(stack) as service:
        await service.pasts.keep_up()
        return time.perf_counter() - begun


async def rebuild(stack: Stack) -> float:
    """Seconds in which the service rebuilds its view, which has taken all events."""
    async with _caught_up(stack) as service:
        while not service.consumer.active:  # noqa: ASYNC110 - nothing notifies it
            await asyncio.sleep(0.1)
        begun = time.perf_counter()
        await service.rebuild(NEEDS.name)
        return time.perf_counter() - begun


@asynccontextmanager
async def _caught_up(stack: Stack) -> AsyncIterator[Service]:
    settings = ServiceSettings(dsn=stack.dsn("needs"), bootstrap_servers=_AWAY)
    async with await Service.open(settings, views=[NEEDS]) as service:
        async with service.snapshot(await service.acknowledged(), seconds=900) as seen:
            assert not seen.stale
        yield service


async def verify(stack: Stack) -> float:
    """Seconds in which the view is compared row by row with the log of the store."""
    store = await Store.open(stack.dsn("needs"))
    begun = time.perf_counter()
    (found,) = await verified(stack, {"needs": store}, "needs", [NEEDS], Log.STORE)
    seconds = time.perf_counter() - begun
    assert (found.same, found.found.events) == (True, sum(await store.heads())), found
    await store.close()
    return seconds


async def _alone(act: str, folder: str) -> None:
    configure_process("bench", level=40)
    stack = Stack(StackSettings(data=Path(folder), services=()))
    seconds = await {"catch_up": catch_up, "rebuild": rebuild, "verify": verify}[act](stack)
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000]))


if __name__ == "__main__":
    uvloop.run(_alone(*sys.argv[1:]))
