"""A process that rebuilds the second version of `boxes` and is killed in the middle: `rebuild_process.py DSN`."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import signal
import sys
from pathlib import Path

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location("tests", HERE / "__init__.py", submodule_search_locations=[str(HERE)])
assert spec is not None
sys.modules["tests"] = importlib.util.module_from_spec(spec)

from tests.serving import boxes2, rebuilding  # type: ignore[import-not-found]  # noqa: E402
from tests.world import a_consumer, areas_filled, until  # type: ignore[import-not-found]  # noqa: E402

from shienevents import Store  # noqa: E402


async def main() -> None:
    store = await Store.open(sys.argv[1])
    consumer = a_consumer(store, views=[boxes2, areas_filled], lease_seconds=2)
    task = asyncio.create_task(consumer.run())
    await until(lambda: consumer.active)
    await rebuilding(store, consumer, boxes2, limit=2).run(lambda _: os.kill(os.getpid(), signal.SIGKILL))
    await task


asyncio.run(main())
