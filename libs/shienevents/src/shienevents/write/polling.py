"""Commits of other processes are looked for: nothing tells of them (decision 1)."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

_SECONDS: Final = 0.025  # while something is committed
_QUIET_SECONDS: Final = 0.2  # when nothing was for a while: what another process commits then waits so long at most
_SLOWER: Final = 1.2  # from the one to the other in 12 polls, about a second


class Polling:
    """Reads the heads of a store's shards, and calls `notify(shard, seq)` for each."""

    def __init__(self, heads: Callable[[], Awaitable[Sequence[int]]], notify: Callable[[int, int], None]) -> None:
        self._heads, self._notify = heads, notify
        self._at = 0.0  # by the monotonic clock
        self._seconds = _SECONDS
        self._seen: Sequence[int] = ()

    async def __call__(self) -> float:
        """Poll when it is due. Returns the seconds until the next poll is. Polls at about the same time are one query.

        Raises `Unavailable`.
        """
        now = time.monotonic()
        if now < self._at:
            return self._at - now
        self._at = now + self._seconds
        heads = await self._heads()
        self._seconds = _SECONDS if heads != self._seen else min(self._seconds * _SLOWER, _QUIET_SECONDS)
        self._seen = heads
        for shard, seq in enumerate(heads):
            self._notify(shard, seq)
        return self._seconds
