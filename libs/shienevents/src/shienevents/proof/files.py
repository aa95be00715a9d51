"""A log as a folder of files, in the layout of C2SP tlog-tiles.

    checkpoint              the signed checkpoint
    tile/0/x001/234         256 hashes; tile/0/x001/234.p/5 has the first 5 of them
    events.jsonl            the published events, one a line, where they were exported too

The specification also has bundles of entries, of at most 64 KiB each. An event may be larger, and is read with rights:
whoever may have the events gets them as lines.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from .notes import NoteError, checkpoint_of, split
from .tree import HASH, TILE, WIDTH, Read, above, tile_path, tiles

EVENTS = "events.jsonl"


class LogFiles:
    """The files of one log. What is there is never changed: a log that grows adds files, then has a new checkpoint."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def checkpoint(self) -> str | None:
        """The signed checkpoint; None where there is none yet."""
        try:
            return (self.folder / "checkpoint").read_text()
        except FileNotFoundError:
            return None

    def size(self) -> int:
        """How many entries the checkpoint covers; 0 without one. The signature is not verified. Raises `NoteError`."""
        note = self.checkpoint()
        return checkpoint_of(split(note)[0]).size if note else 0

    def reading(self, size: int) -> Read:
        """Reads hashes from the tiles of a log with so many entries. Raises `MissingTile`."""

        def read(level: int, start: int, count: int) -> bytes:
            number, first = divmod(start, WIDTH)
            width = min(WIDTH, (size >> 8 * level) - number * WIDTH)
            return self.tile(level, number, width)[first * HASH : (first + count) * HASH]

        return read

    def tile(self, level: int, number: int, width: int) -> bytes:
        """The first hashes of a tile, from its own file or from that of the full tile. Raises `MissingTile`."""
        for path in (tile_path(level, number, width), tile_path(level, number)):
            try:
                found = (self.folder / path).read_bytes()
            except FileNotFoundError:
                continue
            if len(found) >= width * HASH:
                return found[: width * HASH]
        raise MissingTile(tile_path(level, number, width))

    def leaves(self, size: int) -> bytes:
        """The hashes of the first `size` entries. Raises `MissingTile`."""
        return b"".join(self.tile(*tile) for tile in tiles(size) if not tile[0])

    def grow(self, size: int, leaves: bytes) -> int:
        """Write the tiles of a log that has `size` entries and gets these; returns how many it has then.

        The files are on disk when it returns, and no checkpoint names them yet.
        """
        level, old, hashes = 0, size, leaves
        while hashes:
            number, width = divmod(old, WIDTH)
            hashes = (self.tile(level, number, width) if width else b"") + hashes
            for n in range(0, len(hashes), TILE):
                tile = hashes[n : n + TILE]
                _write(self.folder / tile_path(level, number + n // TILE, len(tile) // HASH), tile)
            level, old, hashes = level + 1, old // WIDTH, above(hashes)
        return size + len(leaves) // HASH

    def conclude(self, note: str, before: int) -> None:
        """Put the checkpoint in the place of the one over `before` entries.

        The tiles of both stay. Partial tiles of older ones are removed: who looks for one finds the full tile instead,
        or a newer checkpoint.
        """
        size = checkpoint_of(split(note)[0]).size
        _write(self.folder / "checkpoint", note.encode())
        for level, number, width in _last_tiles(before):
            partial = (self.folder / tile_path(level, number, 1)).parent
            count = (size >> 8 * level) - number * WIDTH
            if count >= WIDTH:
                shutil.rmtree(partial, ignore_errors=True)
            elif partial.is_dir():
                for file in partial.iterdir():
                    if file.name not in (str(width), str(count)):
                        file.unlink()


class MissingTile(Exception):
    """A tile that is not there, or is too short. Its text is the path."""


def logs_in(folder: Path) -> Iterator[LogFiles]:
    """Each log in a folder of folders, by name."""
    for path in sorted(folder.rglob("checkpoint")):
        yield LogFiles(path.parent)


class Log(Protocol):
    """A log that can be copied, wherever it is."""

    def checkpoint(self) -> str | None:
        """The signed checkpoint; None where there is none yet."""
        ...

    def tile(self, level: int, number: int, width: int) -> bytes:
        """The first hashes of a tile. Raises `MissingTile`."""
        ...


def copied(log: Log, folder: Path) -> LogFiles:
    """A copy of a log as its checkpoint has it now. Tiles that the copy has already stay. Raises `NoteError`."""
    if (note := log.checkpoint()) is None:
        raise NoteError("it has no checkpoint", "チェックポイントがありません")
    for tile in tiles(checkpoint_of(split(note)[0]).size):
        path = folder / tile_path(*tile)
        if not path.exists():
            _write(path, log.tile(*tile))
    _write(folder / "checkpoint", note.encode())
    return LogFiles(folder)


def _last_tiles(size: int) -> Iterator[tuple[int, int, int]]:
    """Level, number and width of the last tile of each level."""
    level = 0
    while count := size >> 8 * level:
        yield level, count // WIDTH, count % WIDTH
        level += 1


def _write(path: Path, content: bytes) -> None:
    """Write a file so that it is there as a whole, or not at all, whatever happens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
