"""Reading history again: from the stores or from Kafka, up to a position, in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..core.cells import with_source
from ..core.envelope import Record
from ..core.errors import Stopped
from ..core.events import EventTypes
from ..core.positions import Positions
from ..core.view import View, digest_of
from ..views.fold import EventOfSubscriber, Parking, Subscriptions, fold_batch, isolating
from ..views.municipalities import Municipalities
from ..views.rows import BoundedRows, MemoryRows, Rows, RowStore
from .sequence import SequenceGap, deduplicate
from .sources import Source

_SENDING_STEPS = 4  # of the event loop, until a read that was begun has been sent to Postgres


async def history(sources: Sequence[Source], begin: Positions, until: Positions) -> AsyncIterator[list[Record]]:
    """Every record after `begin` up to `until`, in order within each shard, in batches.

    Waits for what a source does not have yet. Raises `Stopped` where a number is missing or came twice.
    """
    reached, ends = begin.copy(), until.seqs
    if not _short(reached, until):
        return
    waiting = {asyncio.create_task(_first(source, begin)): source for source in sources}
    try:
        while _short(reached, until):
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                source = waiting.pop(task)
                found = task.result()
                within = [one for one in found if one.envelope.seq <= ends.get((one.source, one.envelope.shard), 0)]
                batch, problems = deduplicate(within, reached)
                reached.take(batch)
                if len(within) < len(found):
                    problems += _lost_at_the_end(found, reached, until)
                for problem in problems:
                    raise _as_stopped(problem)
                if _short(reached, until):  # a read that is under way at the end would have to be cancelled
                    waiting[asyncio.create_task(source.next())] = source
                for _ in range(_SENDING_STEPS):  # whoever folds the batch may not wait for anything
                    await asyncio.sleep(0)
                if batch:
                    yield batch
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.gather(*(source.stop() for source in sources))


async def _first(source: Source, begin: Positions) -> list[Record]:
    await source.start(begin)
    return await source.next()


def _short(reached: Positions, until: Positions) -> bool:
    return not reached.covers(until.seqs)


def _lost_at_the_end(found: Sequence[Record], reached: Positions, until: Positions) -> list[SequenceGap | Stopped]:
    """A record from beyond the end, before the end was reached: what is between will never come."""
    lost: list[SequenceGap | Stopped] = []
    for record in found:
        key = (record.source, record.envelope.shard)
        at = reached.point(*key).seq
        if at < until.point(*key).seq < record.envelope.seq:
            lost.append(_missing(*key, at + 1, record.envelope.seq))
    return lost


def _as_stopped(problem: SequenceGap | Stopped) -> Stopped:
    if isinstance(problem, Stopped):
        return problem
    return _missing(problem.source, problem.shard, problem.expected, problem.found)


def _missing(source: str, shard: int, expected: int, found: int) -> Stopped:
    return Stopped(
        source,
        shard,
        f"number {expected} is missing ({found} follows)",
        f"番号 {expected} がありません（次は {found}）",
        with_source("shien relay resend", source),
    )


@dataclass(frozen=True)
class Replayed:
    """Views folded in memory: rows by view and key, what was parked, how many events, and how far it was read."""

    rows: dict[str, Rows]
    parked: Sequence[Parking]
    events: int
    positions: Positions

    @cached_property
    def digests(self) -> dict[str, str]:
        """The digest of each view's rows."""
        return {name: digest_of(held) for name, held in self.rows.items()}  # type: ignore[type-var]


def _every(_: Record) -> bool:
    return True


async def replay(
    types: EventTypes,
    views: Sequence[View[Any]],
    sources: Sequence[Source],
    until: Positions,
    holds: Callable[[Record], bool] = _every,
    skipped: Collection[EventOfSubscriber] = (),
    *,
    municipalities: Municipalities | None = None,
) -> Replayed:
    """Fold history up to `until` in memory, exactly as the consumer folds it live.

    `holds`: only these records are folded, which must be the first ones of each shard. `skipped`: what the consumer
    passes over, because a person decided so (`skipped_events`).
    `municipalities`: whose each is, where several cells are heard.
    """
    rows = MemoryRows()
    done = await fold_again(types, views, sources, until, rows, holds, skipped, municipalities=municipalities)
    found: dict[str, dict[Hashable, Any]] = {view.name: rows.rows.get(view.name, {}) for view in views}
    return Replayed(dict(found), done.parked, done.events, done.positions)


@dataclass(frozen=True)
class FoldedAgain:
    """A fold of history: what was parked, how many events, and how far it was read."""

    parked: Sequence[Parking]
    events: int
    positions: Positions


async def fold_again(
    types: EventTypes,
    views: Sequence[View[Any]],
    sources: Sequence[Source],
    until: Positions,
    rows: RowStore,
    holds: Callable[[Record], bool] = _every,
    skipped: Collection[EventOfSubscriber] = (),
    *,
    begin: Positions | None = None,
    municipalities: Municipalities | None = None,
) -> FoldedAgain:
    """The same into any rows, which need no room here. `begin`: the fold goes on from there."""
    subscriptions = Subscriptions(types, views)
    subscriptions.skipped = skipped
    subscriptions.municipalities = municipalities or Municipalities()
    parked: list[Parking] = []
    events, reached = 0, begin.copy() if begin else Positions()

    async def attempt(part: Sequence[Record]) -> None:
        parked.extend((await fold_batch(subscriptions, part, rows)).parked)

    async for found_now in history(sources, reached.copy(), until):
        batch = [record for record in found_now if holds(record)]
        events += len(batch)
        reached.take(batch)
        await isolating(batch, attempt, subscriptions)
        if isinstance(rows, BoundedRows):
            await rows.note(sum(len(record.data) for record in batch))
    return FoldedAgain(parked, events, reached)
