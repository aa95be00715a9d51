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

from shienops._folder import DataFolder
from shienops._parts import Part
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
    try:
        kept, answer = await _started(folder, part)
    except StackError as error:
        _tell(folder, part, {"error": [error.code, error.message_en, error.message_ja, error.remedy, error.remedy_ja]})
        return
    try:
        _tell(folder, part, answer)
        await over.wait()
    finally:
        loop.remove_reader(watched)
        kept.kill()  # nothing of a test run is kept, so no orderly end is waited for
        await kept.stop()
        if _gone(watched):
            shutil.rmtree(folder, ignore_errors=True)


async def _started(folder: Path, part: str) -> tuple[Part, dict[str, object]]:
    if os.environ.get("SHIEN_TEST_PARTS", "embedded") == "containers":
        from shienops._containers import ContainerKafka, ContainerPostgres

        if part == "postgres":
            postgres = ContainerPostgres()
            await postgres.start()
            return postgres, {"postgres_dsn": postgres.admin_dsn}
        kafka = ContainerKafka()
        await kafka.start()
        return kafka, {"bootstrap_servers": kafka.bootstrap_servers}
    settings = StackSettings(data=folder / "stack", services=(), postgres_shared_buffers="256MB")
    stack = Stack(settings)
    DataFolder(settings.data).prepare(settings.min_free_mb)
    kept: Part = stack.postgres if part == "postgres" else stack.kafka
    await kept.start()
    return kept, {}


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
