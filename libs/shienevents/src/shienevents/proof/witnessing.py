"""A witness signs a checkpoint when the log only grew since the last one it signed (C2SP tlog-cosignature).

It keeps, for each log, the last checkpoint that it signed. So two checkpoints of one log that do not belong together
cannot both get its signature, whoever has the key of the log.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from .files import LogFiles
from .notes import Checkpoint, NoteError, PrivateKey, PublicKey, checkpoint_of, opened, split, with_signatures
from .tree import consistency, is_consistent


def witnessed(
    log: LogFiles, keys: Sequence[PublicKey], witness: PrivateKey, kept: Path, at: int, *, keep: bool = True
) -> str:
    """The checkpoint of a log with the signature of the witness.

    `keys`: of the log. `kept`: the folder of what the witness signed before. `at`: seconds since 1970. Without `keep`
    it is only tried, and the answer is the note as it was. Raises `NoteError` when the log did more than grow, or is
    shorter, and `MissingTile` when it does not show that it grew.
    """
    note = log.checkpoint() or ""
    checkpoint, _ = opened(note, keys)
    place = kept / quote(checkpoint.origin, safe="")
    if place.exists():
        last = checkpoint_of(split(place.read_text())[0])
        _must_continue(log, last, checkpoint)
    if not keep:
        return note
    signed = with_signatures(note, [witness.sign(checkpoint.text, at)])
    kept.mkdir(parents=True, exist_ok=True)
    _write(place, signed)
    return signed


def _must_continue(log: LogFiles, last: Checkpoint, now: Checkpoint) -> None:
    if now.size < last.size:
        raise NoteError(
            f"{now.origin} has {now.size} events, but {last.size} were witnessed",
            f"{now.origin} は {now.size} 件ですが、前回は {last.size} 件を確認しました",
        )
    proof = consistency(log.reading(now.size), last.size, now.size)
    if not is_consistent(last.size, last.root, now.size, now.root, proof):
        raise NoteError(
            f"{now.origin} is another log than the one that was witnessed with {last.size} events",
            f"{now.origin} は、前回確認した {last.size} 件のログの続きではありません",
        )


def _write(path: Path, text: str) -> None:
    """What was signed is on disk before the signature is given to anybody."""
    beside = path.with_name(f".{path.name}")
    with beside.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
