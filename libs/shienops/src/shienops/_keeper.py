"""Keeps one part of a test run's stack: `python -m shienops._keeper FOLDER PART OWNER_PID`.

All workers of a run share one Postgres and one Kafka. None of them can be the parent of either: whichever asked first
may be the first to end. So a process of its own starts the part, and ends it when the run's first process is gone,
however that happened.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

from shienops._parts import Part
from shienops._shared import in_containers
from shienops.errors import StackError
from shienops.settings import StackSettings
from shienops.stack import Stack


def main(folder: Path, part: str, owner: int) -> None:
    """Start the part, write PART.json for those who wait, stay until the owner is gone or SIGTERM, end the part."""
    try:
        watched = os.pidfd_open(owner)
    except ProcessLookupError:
        return
    asyncio.run(_keep(folder, part, watched))


async def _keep(folder: Path, part: str, watched: int) -> None:
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(watched, over.set)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    kept, answer = _part(folder, part)
    starting = asyncio.ensure_future(kept.start())
    ending = asyncio.ensure_future(over.wait())
    try:
        await asyncio.wait((starting, ending), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
            _tell(folder, part, answer)
        await ending
    except StackError as error:
        _tell(folder, part, {"error": [error.code, error.message_en, error.message_ja, error.remedy, error.remedy_ja]})
    finally:
        starting.cancel()
        ending.cancel()
        loop.remove_reader(watched)
        kept.kill()  # nothing of a test run is kept, so no orderly end is waited for
        await kept.stop()
        if _gone(watched):
            shutil.rmtree(folder, ignore_errors=True)


def _part(folder: Path, part: str) -> tuple[Part, dict[str, object]]:
    """The part to keep, and what a stack object must be told to see it; an embedded one is found by its folder."""
    if in_containers():
        from shienops._containers import ContainerKafka, ContainerPostgres

        if part == "postgres":
            postgres = ContainerPostgres()
            return postgres, {"postgres_dsn": postgres.admin_dsn}
        kafka = ContainerKafka()
        return kafka, {"bootstrap_servers": kafka.bootstrap_servers}
    stack = Stack(StackSettings(data=folder / "stack", services=(), postgres_shared_buffers="256MB"))
    stack.folder.prepare(stack.settings.min_free_mb)
    return (stack.postgres if part == "postgres" else stack.kafka), {}


def _tell(folder: Path, part: str, answer: dict[str, object]) -> None:
    fresh = folder / f"{part}.new"
    fresh.write_text(json.dumps(answer))
    fresh.rename(folder / f"{part}.json")


def _gone(watched: int) -> bool:
    with suppress(OSError):
        signal.pidfd_send_signal(watched, 0)
        return False
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
