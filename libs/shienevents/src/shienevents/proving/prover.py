"""The prover: hashes what a store has, shard by shard, and signs how far it is.

It reads the log as everybody else, so no event waits for it. Tiles and checkpoints are files: who can change every row
of the database cannot change them, and has no key. The lock on the folder says who writes; whoever waits for it looks
again later. A start goes on from the last checkpoint.

**A checkpoint never goes back.** Where the store no longer has the events that were signed (it was restored from an
older backup, or somebody changed it), the shard gets no more checkpoints, and the notice says which event it is.
"""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from ..core.errors import Contract, ShienError, Unproven
from ..core.metrics import CHECKPOINT_AT, STOPPED
from ..core.structured import structured
from ..proof.files import LogFiles
from ..proof.notes import Checkpoint, NoteError, PrivateKey, opened
from ..proof.tree import leaf_hash, root
from ..proof.verifying import verified
from ..write.store import Store

_EVERY_SECONDS = 10.0
_READ = 500  # events of one read: the relay and the consumer read between two of them
_MOST = 65_536  # events of one checkpoint: a long backlog is signed in parts, and needs little memory

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Proving:
    """Where the proof of a service is kept, the key that signs it, and the file that has the key, if it has one."""

    folder: Path
    key: PrivateKey
    file: Path | None = None

    @classmethod
    def of(cls, folder: Path, file: Path) -> Proving:
        """With the key that is in this file. Raises `Contract`; its text does not show the key."""
        try:
            return cls(folder, PrivateKey.parse(file.read_text()), file)
        except (NoteError, OSError, UnicodeDecodeError) as error:
            raise Contract(
                f"SHIEN_PROOF_KEY_FILE {file}: {error}; put the key there that signs the log",
                f"SHIEN_PROOF_KEY_FILE：ファイル {file} を鍵として読み取れません（{error}）。署名の鍵を置いてください",
            ) from error

    def now(self) -> Proving:
        """With the key that its file has now. Raises `Contract`."""
        return self if self.file is None else self.of(self.folder, self.file)

    def log(self, shard: int) -> LogFiles:
        """The files of one shard."""
        return LogFiles(self.folder / str(shard))

    def origin(self, shard: int) -> str:
        """The name of the log of one shard."""
        return f"{self.key.name}/{shard}"


class Prover:
    """Makes the checkpoints of a store: `await Prover(store, proving).run()`. `most`: events of one checkpoint."""

    def __init__(self, store: Store, proving: Proving, *, most: int = _MOST) -> None:
        self._store = store
        self.proving, self.shards = proving, store.shards
        self._most = most
        self._sound: set[int] = set()  # shards whose tiles are known to be those of their checkpoint
        self.stopped: dict[int, Unproven] = {}
        self._trouble: str | None = None

    @property
    def notices(self) -> list[str]:
        """What needs a person: the shards that get no more checkpoints, and what hinders all of them."""
        trouble = f"no checkpoints are made: {self._trouble}"
        return [*(why.en for why in self.stopped.values()), *([trouble] if self._trouble else [])]

    async def run(self) -> None:
        """Make checkpoints until cancelled."""
        CHECKPOINT_AT.labels(self._store.service)  # 0, so that an alert tells of a start after which none is made
        while True:
            try:
                await self.turn()
                self._trouble = None
            except (ShienError, OSError, TimeoutError) as error:
                self._trouble = str(error)
                _log.warning("proof.failed", service=self._store.service, error=repr(error))
            except Exception:  # noqa: BLE001 - the supervising loop: logged, and tried again
                _log.exception("proof.failed", service=self._store.service)
            await asyncio.sleep(_EVERY_SECONDS)

    async def turn(self) -> bool:
        """Bring every shard to a checkpoint over all that it has now; false while another process does so.

        The key is that of now: one that was taken out of its file signs nothing more. Raises `Unavailable`, `Contract`
        where there is no key any more, and `OSError` when the folder cannot be written.
        """
        if (now := self.proving.now()) != self.proving:
            self.proving = now
            self._sound.clear()
        with _locked(self.proving.folder) as ours:
            if not ours:
                self._sound.clear()
                return False
            for shard, head in enumerate(await self._store.heads()):
                try:
                    await self._bring(shard, head)
                    self.stopped.pop(shard, None)
                except Unproven as why:
                    if str(why) != str(self.stopped.get(shard)):
                        _log.error("proof.stopped", service=self._store.service, shard=shard, why=why.en)
                    self.stopped[shard] = why
            STOPPED.labels(self._store.service, "proof").set(len(self.stopped))
            if not self.stopped:
                CHECKPOINT_AT.labels(self._store.service).set_to_current_time()
        return True

    async def _bring(self, shard: int, head: int) -> None:
        """Sign what a shard has up to `head`. Raises `Unproven`."""
        log = self.proving.log(shard)
        signed = await self._signed(shard, log)
        size = signed.size if signed else 0
        await self._must_have(shard, log, size, head)
        while size < head:
            leaves = await self._leaves(shard, size, min(head, size + self._most))
            size = await asyncio.to_thread(self._grow, shard, log, size, leaves)

    def _grow(self, shard: int, log: LogFiles, size: int, leaves: bytes) -> int:
        grown = log.grow(size, leaves)
        checkpoint = Checkpoint(self.proving.origin(shard), grown, root(log.reading(grown), grown))
        log.conclude(checkpoint.signed(self.proving.key), size)
        return grown

    async def _signed(self, shard: int, log: LogFiles) -> Checkpoint | None:
        """The last checkpoint, whose tiles are sound. Raises `Unproven` for one that is not of this key."""
        if (note := log.checkpoint()) is None:
            return None
        try:
            checkpoint, _ = opened(note, [self.proving.key.public])
        except NoteError as error:
            raise self._not_ours(shard, error.en, error.ja) from None
        if checkpoint.origin != self.proving.origin(shard):
            raise self._not_ours(shard, f"it is of {checkpoint.origin}", f"{checkpoint.origin} のものです")
        if shard not in self._sound:
            await self._mend(shard, log, checkpoint)
            self._sound.add(shard)
        return checkpoint

    async def _mend(self, shard: int, log: LogFiles, checkpoint: Checkpoint) -> None:
        """Make tiles that were lost or damaged again from the store, if it still has what was signed."""
        if await asyncio.to_thread(self._is_sound, log, checkpoint):
            return
        size = 0
        while size < checkpoint.size:
            leaves = await self._leaves(shard, size, min(checkpoint.size, size + self._most))
            size = await asyncio.to_thread(log.grow, size, leaves)
        if not await asyncio.to_thread(self._is_sound, log, checkpoint):
            raise self._changed(shard, "one of its events")

    def _is_sound(self, log: LogFiles, checkpoint: Checkpoint) -> bool:
        found, _ = verified(log, checkpoint.origin, [self.proving.key.public])
        return not found.findings

    async def _must_have(self, shard: int, log: LogFiles, size: int, head: int) -> None:
        """The store has what was signed: all of it by its number, and the last event by its bytes."""
        if head < size:
            raise Unproven(
                self._store.service,
                shard,
                f"its store ends with number {head}, but {size} events were signed: it is older than its checkpoint",
                f"ストアは番号 {head} までですが、{size} 件が署名済みです（ストアのほうが古い状態です）",
                f"shien store refill {self._store.service}",
            )
        if size and await self._leaves(shard, size - 1, size) != log.reading(size)(0, size - 1, 1):
            raise self._changed(shard, f"event number {size}")

    async def _leaves(self, shard: int, after: int, until: int) -> bytes:
        """The hashes of the events after one number and up to another. Raises `Unproven` where one is missing."""
        hashes: list[bytes] = []
        while after < until:
            rows: Sequence[Any] = await self._store.read_rows(shard, after, min(_READ, until - after))
            numbers = [row["seq"] for row in rows]
            if not rows or numbers != list(range(after + 1, after + len(rows) + 1)):
                raise self._changed(shard, f"an event after number {after}")
            hashes += map(leaf_hash, structured(self._store.service, self._store.id, rows))
            after += len(rows)
        return b"".join(hashes)

    def _changed(self, shard: int, what: str) -> Unproven:
        return Unproven(
            self._store.service,
            shard,
            f"{what} in its store is not the one that was signed",
            "ストアの記録が署名時と違います",
            f"shien audit verify --service {self._store.service}",
        )

    def _not_ours(self, shard: int, why_en: str, why_ja: str) -> Unproven:
        return Unproven(
            self._store.service,
            shard,
            f"its checkpoint is not of this key ({why_en})",
            f"チェックポイントがこの鍵のものではありません（{why_ja}）",
            f"put the key back, or move {self.proving.folder} away and give the new key to everybody who verifies",
        )


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Hold the lock on the folder, if nobody else does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def checkpoints(proving: Proving, shards: int) -> Sequence[Checkpoint]:
    """The last checkpoint of each shard that has one. Raises `NoteError` for one that is not of this key."""
    notes = [proving.log(shard).checkpoint() for shard in range(shards)]
    return [opened(note, [proving.key.public])[0] for note in notes if note]
