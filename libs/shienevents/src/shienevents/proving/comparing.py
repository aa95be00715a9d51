"""Whether a store still has the events that were signed: every event of a shard against the hashes of its log."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from ..core.structured import structured
from ..proof.files import LogFiles
from ..proof.notes import PublicKey
from ..proof.verifying import Comparison, Verified, continued, verified
from ..write.store import Store

_READ = 2000


async def published(store: Store, shard: int, until: int | None = None) -> AsyncIterator[tuple[int, bytes]]:
    """The number and the published bytes of each event of a shard, in order. Raises `Unavailable`."""
    after = 0
    while until is None or after < until:
        most = _READ if until is None else min(_READ, until - after)
        rows: Sequence[Any] = await store.read_rows(shard, after, most)
        if not rows:
            return
        for row, value in zip(rows, structured(store.service, store.id, rows), strict=True):
            after = row["seq"]
            if until is None or after <= until:
                yield after, value


async def verified_store(
    store: Store, shard: int, log: LogFiles, keys: Sequence[PublicKey], since: Path | None = None
) -> Verified:
    """Verify the log of a shard, and the events of the store with it. `since`: the folder of an earlier copy.

    Events after the checkpoint are not looked at: the next one covers them. Raises `Unavailable`.
    """
    found, leaves = verified(log, f"{store.service}/{shard}", keys)
    findings, count = list(found.findings), None
    if leaves and found.checkpoint:
        compared = Comparison(found.log, leaves, whole=True)
        async for seq, value in published(store, shard, found.checkpoint.size):
            compared.add(seq, value)
        findings += compared.findings()
        count = compared.count
    if since is not None:
        findings += continued(found, leaves, LogFiles(since), keys)
    return Verified(found.log, found.checkpoint, found.signed_by, count, findings)
