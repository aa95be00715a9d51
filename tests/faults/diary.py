"""What a producer asked and what it was answered: one JSON line each, written so that a kill loses none.

A line is one `write`, so it is whole; the answer's line is synced to the disk before anything else is asked.

    try   before the command goes to the handler, with all that is needed to ask again
    ack   after a 2xx
    no    after an error; `unknown` says that the answer leaves open whether anything was written
    bug   after an exception that no client should ever see
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shienevents import Written


class Diary:
    """One producer's diary, across all its lives."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o644)

    def tries(self, key: str, service: str, kind: str, command: dict[str, Any], expected: int | None) -> None:
        """The command is about to be handled."""
        self._write(at="try", key=key, service=service, kind=kind, command=command, expected=expected)

    def acknowledges(self, key: str, written: Written) -> None:
        """It was answered with a 2xx."""
        self._write(
            at="ack",
            key=key,
            answer=[written.stream, written.version, written.shard, written.seq],
            replayed=written.replayed,
        )
        os.fsync(self._file)

    def refuses(self, key: str, code: str, *, unknown: bool = False) -> None:
        """It was answered with an error."""
        self._write(at="no", key=key, code=code, unknown=unknown)

    def wonders(self, key: str, error: Exception) -> None:
        """It was answered with what no client should see."""
        self._write(at="bug", key=key, error=repr(error))

    def _write(self, **line: Any) -> None:
        os.write(self._file, json.dumps(line, default=str).encode() + b"\n")


Answer = tuple[str, int, int, int]  # stream, version, shard, seq


@dataclass
class Request:
    """All that a diary says of one Idempotency-Key."""

    principal: str
    key: str
    service: str
    kind: str
    command: dict[str, Any]
    expected: int | None
    tries: int = 0
    answers: list[Answer] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    unknown: int = 0
    bugs: list[str] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether some attempt may have written without telling: it was cut off, or its answer says so."""
        return self.tries > len(self.answers) + len(self.codes) + len(self.bugs) or self.unknown > 0

    def note(self, line: dict[str, Any]) -> None:
        """Add what a line says."""
        match line["at"]:
            case "try":
                self.tries += 1
            case "ack":
                stream, version, shard, seq = line["answer"]
                self.answers.append((stream, version, shard, seq))
            case "no":
                self.codes.append(line["code"])
                self.unknown += line["unknown"]
            case "bug":
                self.bugs.append(line["error"])


def read(path: Path, tail_bytes: int | None = None) -> list[Request]:
    """The requests of one diary, in the order they were first tried; with `tail_bytes` only the latest ones."""
    requests: dict[str, Request] = {}
    for line in _lines(path, tail_bytes):
        key = line["key"]
        if key not in requests and line["at"] == "try":
            requests[key] = Request(path.stem, key, line["service"], line["kind"], line["command"], line["expected"])
        if key in requests:
            requests[key].note(line)
    return list(requests.values())


def _lines(path: Path, tail_bytes: int | None) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    with path.open("rb") as file:
        skipped = max(0, path.stat().st_size - tail_bytes) if tail_bytes else 0
        file.seek(skipped)
        if skipped:
            file.readline()
        for text in file:
            yield json.loads(text)


def read_all(folder: Path) -> list[Request]:
    """The requests of all producers."""
    return [request for path in sorted(folder.glob("producer-*.jsonl")) for request in read(path)]
