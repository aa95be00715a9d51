"""The proof that one event is in a log, as a file (C2SP tlog-proof), and its verification."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence

from .files import LogFiles
from .notes import Checkpoint, NoteError, PublicKey, opened
from .tree import inclusion, is_included, leaf_hash

_FIRST = "c2sp.org/tlog-proof@v1"


def proof_of(log: LogFiles, seq: int) -> str:
    """The proof that event number `seq` is in the log, with its checkpoint. Raises `NoteError`, `MissingTile`."""
    size, note = log.size(), log.checkpoint()
    if note is None or seq > size:
        raise NoteError(
            f"event number {seq} is in no checkpoint yet: the last one is over {size} events",
            f"番号 {seq} の記録はまだチェックポイントに含まれていません（{size} 件まで）",
        )
    path = [b64encode(one).decode() for one in inclusion(log.reading(size), seq - 1, size)]
    return "\n".join([_FIRST, f"index {seq - 1}", *path, "", note])


def proven(proof: str, value: bytes, keys: Sequence[PublicKey]) -> tuple[Checkpoint, int]:
    """The checkpoint that covers an event with these published bytes, and the number of the event.

    Raises `NoteError` when the proof does not show it.
    """
    head, _, note = proof.partition("\n\n")
    lines = [line for line in head.split("\n") if not line.startswith("extra ")]
    try:
        if lines[0] != _FIRST or not lines[1].startswith("index "):
            raise ValueError
        index, path = int(lines[1].removeprefix("index ")), [b64decode(line, validate=True) for line in lines[2:]]
    except (ValueError, IndexError):
        raise NoteError("this is no proof: c2sp.org/tlog-proof@v1 is expected", "証明の形式ではありません") from None
    checkpoint, _ = opened(note, keys)
    if not is_included(leaf_hash(value), index, checkpoint.size, path, checkpoint.root):
        raise NoteError(
            f"the proof does not show this event under number {index + 1}",
            f"この記録が番号 {index + 1} にあることを示す証明ではありません",
        )
    return checkpoint, index + 1
