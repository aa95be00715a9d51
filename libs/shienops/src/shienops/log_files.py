"""A copy of the logs in files (`shien audit checkpoint --events`), read without any server of the deployment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from shienevents import CLOUDEVENT_HEADERS, Contract, Positions, Record, Token, record_of
from shienevents.proof.files import EVENTS
from shienops._parts import no_progress
from shienops.errors import StackError, Unknown
from shienops.settings import StackSettings
from shienops.stack import Stack

_LINES = 1000  # at a time
_BLOCK = 65_536


class LogFiles:
    """The published events in `FOLDER/SERVICE/SHARD/events.jsonl`, as a source (`shienevents.Source`)."""

    def __init__(self, folder: Path) -> None:
        self._files = {(file.parts[-3], int(file.parts[-2])): file for file in sorted(folder.glob(f"*/*/{EVENTS}"))}
        if not self._files:
            raise Unknown(
                "log.no_copy",
                f"There is no copy of a log in {folder}.",
                f"{folder} に記録の写しがありません。",
                "Make one with `shien audit checkpoint --execute --events --out FOLDER`.",
                "`shien audit checkpoint --execute --events --out FOLDER` で作成してください。",
            )
        self._records: Iterator[Record] = iter(())

    def known(self) -> Token:
        """The last number in each file."""
        last = {key: _last_line(file) for key, file in self._files.items()}
        return {key: self._record(key, line).envelope.seq for key, line in last.items() if line}

    async def start(self, positions: Positions) -> None:
        """Begin after these positions."""
        self._records = self._read(positions)

    def _read(self, positions: Positions) -> Iterator[Record]:
        for key, file in self._files.items():
            after = positions.point(*key).seq
            with file.open("rb") as lines:
                records = (self._record(key, line) for line in lines)
                yield from (record for record in records if record.envelope.seq > after)

    def _record(self, key: tuple[str, int], line: bytes) -> Record:
        """The event in a line. Raises `StackError` for what no service published here."""
        try:
            found = record_of(key[1], CLOUDEVENT_HEADERS, line.rstrip(b"\n"))
        except Contract as error:
            raise _spoilt(self._files[key], str(error)) from error
        if found.source != key[0]:
            raise _spoilt(self._files[key], f"source {found.source}")
        return found

    async def next(self) -> list[Record]:
        """The next records. At the end it waits for ever: who reads knows where it is."""
        if found := list(islice(self._records, _LINES)):
            return found
        await asyncio.Event().wait()
        raise AssertionError

    async def rescan(self, source: str, shard: int) -> None:
        """Files do not change."""

    async def stop(self) -> None:
        """Close the file that is open."""
        self._records = iter(())


def _last_line(file: Path) -> bytes:
    with file.open("rb") as lines:
        return _last_of(lines, lines.seek(0, 2))


def _last_of(lines: BinaryIO, size: int) -> bytes:
    tail, begin = b"", size
    while begin and b"\n" not in tail.rstrip(b"\n"):
        begin = max(0, begin - _BLOCK)
        lines.seek(begin)
        tail = lines.read(size - begin)
    return tail.rstrip(b"\n").rpartition(b"\n")[2]


def _spoilt(file: Path, why: str) -> StackError:
    return StackError(
        "log.spoilt",
        f"{file} has a line that is no published event ({why}).",
        f"{file} に、公開された出来事ではない行があります（{why}）。",
        "Verify the copy with `shien audit verify FOLDER --key KEY.pub`, and make it again.",
        "`shien audit verify FOLDER --key KEY.pub` で写しを確かめ、作り直してください。",
    )


@asynccontextmanager
async def own_postgres() -> AsyncIterator[str]:
    """The DSN of a Postgres of this process alone, in a folder that goes with it: a board is counted by SQL."""
    with TemporaryDirectory(prefix="shien-", ignore_cleanup_errors=True) as folder:
        stack = Stack(StackSettings(data=Path(folder) / "data", services=()))
        stack.folder.prepare(stack.settings.min_free_mb)
        await stack.postgres.start(no_progress)
        try:
            yield stack.admin_dsn
        finally:
            await stack.postgres.stop(no_progress)
