"""A file of the operator's that is read again when it has changed, so that a change needs no restart."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from shienevents import Contract, text_of

T = TypeVar("T")
_LOOK_SECONDS = 1.0

_log = structlog.get_logger(__name__)


class WatchedFile(Generic[T]):
    """What `parse` makes of a file's text. It is looked at once a second at most.

    `parse` raises `ValueError` with what is wrong. A change that cannot be read is logged, and what the file said
    before still counts. Raises `Contract` when the file cannot be read at the start.
    """

    def __init__(self, path: Path, parse: Callable[[str], T]) -> None:
        self._path = path
        self._parse = parse
        self._looked_at = time.monotonic()
        self._stamp = _stamp(path)
        try:
            self._value = parse(text_of(path, may_be_empty=True))
        except ValueError as error:
            raise Contract(f"{path} cannot be read: {error}", f"{path} を読み込めません: {error}") from None

    @property
    def value(self) -> T:
        """What the file says. The same object as long as it says the same."""
        if time.monotonic() - self._looked_at >= _LOOK_SECONDS:
            self._looked_at = time.monotonic()
            self._look()
        return self._value

    def _look(self) -> None:
        if (stamp := _stamp(self._path)) == self._stamp:
            return
        self._stamp = stamp
        try:
            self._value = self._parse(text_of(self._path, may_be_empty=True))
        except ValueError as error:
            _log.error("a file cannot be read; what it said before counts", file=str(self._path), error=str(error))


def _stamp(path: Path) -> tuple[int, ...]:
    """Changes when the file is written, replaced, or when a link leads to another file."""
    try:
        stat = path.stat()
    except OSError:
        return ()
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
