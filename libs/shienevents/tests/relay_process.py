"""A relay in a process of its own, to be paused and killed: `python relay_process.py DSN BOOTSTRAP TOPIC SECONDS`.

Prints a line when it becomes active and when it stops being so.
"""

from __future__ import annotations

import asyncio
import sys

from shienevents.relay.relay import Relay
from shienevents.write.store import Store


async def main(dsn: str, bootstrap: str, topic: str, seconds: float) -> None:
    store = await Store.open(dsn)
    relay = Relay(store, bootstrap, topic, lease_seconds=seconds)
    task = asyncio.create_task(relay.run())
    told = False
    while not task.done():
        if relay.state.active != told:
            told = relay.state.active
            sys.stdout.write("active\n" if told else "idle\n")
            sys.stdout.flush()
        await asyncio.sleep(0.005)
    await task


asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])))
