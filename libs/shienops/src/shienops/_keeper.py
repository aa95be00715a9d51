"""Runs one part of a test run's stack: `python -m shienops._keeper FOLDER PART OWNER_PID`.

All workers of a run share one Postgres and one Kafka. No worker can be their parent process, because any worker may
end before the others. So a separate process starts the part, and stops it when the first process of the run ends for
any reason.
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
    """Start the part and write PART.json for the waiting workers. Stop the part when the owner ends or on SIGTERM.

    Args:
        folder: folder of the test run. It is deleted when the owner has ended.
        part: `postgres` or `kafka`.
        owner: pid of the first process of the run.
    """
    try:
        watched = os.pidfd_open(owner)
    except ProcessLookupError:
        return
    asyncio.run(_keep(folder, part, watched))


async def _keep(folder: Path, part: str, watched: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(watched, stop.set)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server, answer = _part(folder, part)
    starting = asyncio.ensure_future(server.start())
    ending = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((starting, ending), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
            _write_answer(folder, part, answer)
        await ending
    except StackError as error:
        texts = [error.code, error.message_en, error.message_ja, error.remedy, error.remedy_ja]
        _write_answer(folder, part, {"error": texts})
    finally:
        starting.cancel()
        ending.cancel()
        loop.remove_reader(watched)
        if part == "kafka":
            server.kill()  # the data of a test run is deleted, so an orderly stop is not needed
        await server.stop()  # Postgres, when it is killed, leaves its shared memory behind
        if _has_ended(watched):
            shutil.rmtree(folder, ignore_errors=True)


def _part(folder: Path, part: str) -> tuple[Part, dict[str, object]]:
    """The part, and the settings that a `Stack` needs to use it. An embedded part is found by its folder."""
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


def _write_answer(folder: Path, part: str, answer: dict[str, object]) -> None:
    temporary = folder / f"{part}.new"
    temporary.write_text(json.dumps(answer))
    temporary.rename(folder / f"{part}.json")


def _has_ended(watched: int) -> bool:
    with suppress(OSError):
        signal.pidfd_send_signal(watched, 0)
        return False
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
