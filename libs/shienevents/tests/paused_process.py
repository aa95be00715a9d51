"""A process that stops itself in the middle of a transaction: `paused_process.py DSN append|fold`.

It says "paused" before, and afterwards what became of its transaction.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location("tests", HERE / "__init__.py", submodule_search_locations=[str(HERE)])
assert spec is not None
sys.modules["tests"] = importlib.util.module_from_spec(spec)

from tests.world import BoxRow, a_consumer, append, boxes, fold_box  # type: ignore[import-not-found]  # noqa: E402

from shienevents import Store  # noqa: E402


def pause() -> None:
    print("paused", flush=True)  # noqa: T201
    os.kill(os.getpid(), signal.SIGSTOP)


async def append_and_pause(store: Store) -> None:
    async with store.pool.acquire() as connection, connection.transaction():
        await store.append_within(connection, [append("box-paused", 1)])
        pause()


async def fold_and_pause(store: Store) -> None:
    paused = False

    def evolve(row: BoxRow, event: Any, envelope: Any) -> BoxRow | None:
        nonlocal paused
        if not paused:
            paused = True
            pause()
        return fold_box(row, event, envelope)

    consumer = a_consumer(store, views=[replace(boxes, evolve=evolve)], lease_seconds=0.5)
    await consumer.run()


async def main() -> None:
    store = await Store.open(sys.argv[1])
    try:
        await {"append": append_and_pause, "fold": fold_and_pause}[sys.argv[2]](store)
    except Exception as error:  # noqa: BLE001 - told to the test
        print("lost", type(error).__name__, flush=True)  # noqa: T201
    else:
        print("kept", flush=True)  # noqa: T201


asyncio.run(main())
