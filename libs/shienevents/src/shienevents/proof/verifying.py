"""Whether a log is what its signed checkpoint says: by its own tiles, by the events, and by an earlier copy of it.

Each check answers with findings. None means: the log that was looked at is the one that was signed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .files import EVENTS, LogFiles, MissingTile, logs_in
from .notes import Checkpoint, NoteError, PublicKey, opened
from .tree import HASH, Levels, leaf_hash, root, tiles


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a log. `seq` and `event`: the first event that it is about, where that can be said."""

    log: str
    code: str
    en: str
    ja: str
    seq: int | None = None
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """What was verified of one log. `events`: how many events were compared; None when none were given."""

    log: str
    checkpoint: Checkpoint | None
    signed_by: Sequence[str]
    events: int | None
    findings: Sequence[Finding]


class Comparison:
    """Events, one after another, against the hashes of a log. `whole`: all events of the log are expected.

    Otherwise it is a copy that somebody else has: it may begin later, and have an event twice.
    """

    def __init__(self, log: str, leaves: bytes, *, whole: bool) -> None:
        self.count = 0
        self._log, self._leaves, self._whole = log, leaves, whole
        self._size = len(leaves) // HASH
        self._last = 0 if whole else None
        self._missing: tuple[int, int] | None = None
        self._differ = self._unreadable = 0
        self._first: tuple[int, str | None] | None = None

    def add(self, seq: int, value: bytes) -> None:
        """Compare the published bytes of event number `seq`."""
        self.count += 1
        if seq < 1:
            self._unreadable += 1
            return
        if self._last is not None and seq > self._last + 1 and not self._missing:
            self._missing = (self._last + 1, seq - 1)
        self._last = max(seq, self._last or 0)
        if seq <= self._size and leaf_hash(value) != self._leaves[(seq - 1) * HASH : seq * HASH]:
            self._differ += 1
            self._first = self._first or (seq, event_id(value))

    def findings(self) -> Iterator[Finding]:
        """What was found, when all events were added."""
        if self._first:
            seq, event = self._first
            yield Finding(
                self._log, "event.changed",
                f"event number {seq} ({event}) is not the one that was signed; {self._differ} events differ",
                f"番号 {seq} の記録（{event}）が署名時と違います。違う記録は {self._differ} 件です",
                seq, event,
            )  # fmt: skip
        if self._unreadable:
            yield Finding(
                self._log, "event.unreadable",
                f"{self._unreadable} lines are no events with a number",
                f"番号のある記録として読めない行が {self._unreadable} 行あります",
            )  # fmt: skip
        if self._missing and self._missing[0] <= self._size:
            first, last = self._missing
            yield Finding(
                self._log, "event.missing",
                f"the events with the numbers {first} to {last} are missing",
                f"番号 {first} から {last} までの記録がありません",
                first,
            )  # fmt: skip
        if self._whole and (self._last or 0) < self._size:
            yield Finding(
                self._log, "log.shorter",
                f"it ends with number {self._last}, but {self._size} events were signed",
                f"番号 {self._last} で終わっていますが、署名時には {self._size} 件ありました",
                (self._last or 0) + 1,
            )  # fmt: skip


def verified(
    log: LogFiles, name: str, keys: Sequence[PublicKey], witnesses: Sequence[PublicKey] = (),
) -> tuple[Verified, bytes]:  # fmt: skip
    """Verify signature and tiles of a log. With it: the hashes of its events; none when they are not as signed.

    `keys`: of the log. `witnesses`: each of them must have signed too.
    """
    if (note := log.checkpoint()) is None:
        return _missing(name), b""
    try:
        checkpoint, by = opened(note, keys)
        signed_by = [str(key) for key in by]
        if witnesses:
            _, by_witness = opened(note, witnesses)
            signed_by += [str(key) for key in by_witness]
            if lacking := [key.name for key in witnesses if key not in by_witness]:
                raise NoteError(f"it is not signed by {', '.join(lacking)}", f"{'、'.join(lacking)} の署名がありません")
    except NoteError as error:
        found = Finding(name, "checkpoint.not_signed", f"the checkpoint: {error.en}", f"チェックポイント: {error.ja}")
        return Verified(name, None, (), None, [found]), b""
    findings, leaves = list(_of_another(checkpoint, name, by)), b""
    try:
        leaves = log.leaves(checkpoint.size)
        if wrong := _wrong_tiles(log, checkpoint, leaves):
            findings.append(wrong)
            leaves = b""
    except MissingTile as error:
        findings.append(Finding(name, "tile.missing", f"{error} is missing", f"{error} がありません"))
    return Verified(checkpoint.origin, checkpoint, signed_by, None, findings), leaves


def _missing(name: str) -> Verified:
    finding = Finding(name, "checkpoint.missing", "it has no checkpoint", "チェックポイントがありません")
    return Verified(name, None, (), None, [finding])


def _of_another(checkpoint: Checkpoint, name: str, by: Sequence[PublicKey]) -> Iterator[Finding]:
    """A log is called as its key, and then by the shard. Of a log of another key this one says nothing."""
    if not any(checkpoint.origin.startswith(f"{key.name}/") for key in by):
        yield _other_log(name, checkpoint)


def _other_log(name: str, checkpoint: Checkpoint) -> Finding:
    return Finding(
        name, "checkpoint.other_log",
        f"the checkpoint is of another log, {checkpoint.origin}",
        f"チェックポイントは別のログ {checkpoint.origin} のものです",
    )  # fmt: skip


def _wrong_tiles(log: LogFiles, checkpoint: Checkpoint, leaves: bytes) -> Finding | None:
    levels = Levels(leaves)
    if root(levels.read, checkpoint.size) != checkpoint.root:
        return Finding(
            checkpoint.origin, "tile.changed",
            "the hashes in tile/0 do not give the root that was signed",
            "tile/0 のハッシュから、署名された値が得られません",
        )  # fmt: skip
    for level, number, width in tiles(checkpoint.size):
        if level and log.tile(level, number, width) != levels.levels[level][number * 256 * HASH :][: width * HASH]:
            return Finding(
                checkpoint.origin, "tile.changed",
                f"tile {number} of level {level} is not that of the events' hashes",
                f"段 {level} のタイル {number} が、記録のハッシュと合いません",
            )  # fmt: skip
    return None


def continued(now: Verified, leaves: bytes, earlier: LogFiles, keys: Sequence[PublicKey]) -> list[Finding]:
    """Whether a log only grew since an earlier copy of it. Where the copy has its tiles, the first event is named.

    A log that was not there yet continues nothing.
    """
    if earlier.checkpoint() is None:
        return []
    then, old = verified(earlier, now.log, keys)
    if then.checkpoint is None or now.checkpoint is None:
        return list(then.findings)
    if then.checkpoint.origin != now.checkpoint.origin:
        return [_other_log(now.log, then.checkpoint)]
    size = then.checkpoint.size
    if now.checkpoint.size < size:
        return [Finding(
            now.log, "log.shorter",
            f"its checkpoint is over {now.checkpoint.size} events, an earlier one was over {size}",
            f"チェックポイントは {now.checkpoint.size} 件ですが、以前は {size} 件でした",
            now.checkpoint.size + 1,
        )]  # fmt: skip
    if not leaves or root(Levels(leaves[: size * HASH]).read, size) == then.checkpoint.root:
        return []
    at = next((n for n in range(size) if old[n * HASH :][:HASH] != leaves[n * HASH :][:HASH]), None) if old else None
    return [Finding(
        now.log, "log.forked",
        f"it is another log than that of the earlier checkpoint over {size} events"
        + (f"; the first event that differs is number {at + 1}" if at is not None else ""),
        f"以前のチェックポイント（{size} 件）とは別のログです"
        + (f"。最初に違う記録は番号 {at + 1} です" if at is not None else ""),
        None if at is None else at + 1,
    )]  # fmt: skip


def verified_folder(
    folder: Path,
    keys: Sequence[PublicKey],
    *,
    witnesses: Sequence[PublicKey] = (),
    since: Path | None = None,
    copy: Path | None = None,
) -> Iterator[Verified]:
    """Verify each log in a folder, with the events that lie beside its tiles; nothing else is asked.

    `since`: an earlier copy of the folder; each log in it must still be there. `copy`: a file with the events of one
    log as somebody else has them.
    """
    seen = set()
    for log in logs_in(folder):
        found, leaves = verified(log, str(log.folder), keys, witnesses)
        findings, count = list(found.findings), None
        if found.checkpoint and found.log in seen:  # then the log that belongs there is not
            findings.append(_other_log(str(log.folder), found.checkpoint))
        seen.add(found.log)
        values = copy or log.folder / EVENTS
        if leaves and values.exists():
            compared = Comparison(found.log, leaves, whole=copy is None)
            for seq, value in numbered(values):
                compared.add(seq, value)
            findings += compared.findings()
            count = compared.count
        if since is not None:
            findings += continued(found, leaves, LogFiles(since / log.folder.relative_to(folder)), keys)
        yield Verified(found.log, found.checkpoint, found.signed_by, count, findings)
    if since is not None:
        places = (folder / was.folder.relative_to(since) for was in logs_in(since))
        yield from (_missing(str(place)) for place in places if LogFiles(place).checkpoint() is None)


def numbered(values: Path) -> Iterator[tuple[int, bytes]]:
    """The events in a file of lines, each with the number it says. A line that is no event has the number 0."""
    with values.open("rb") as lines:
        for line in lines:
            if value := line.rstrip(b"\n"):
                yield _number(value), value


def _number(value: bytes) -> int:
    try:
        return int(json.loads(value)["sequence"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return 0


def event_id(value: bytes) -> str | None:
    """The id that the published bytes of an event say; None when they are none."""
    try:
        return str(json.loads(value)["id"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
