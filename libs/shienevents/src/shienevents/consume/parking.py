"""Parked events, after the mend: replayed in order, stream by stream."""

from __future__ import annotations

from ..core.envelope import Record
from ..views.fold import Hearing, UnitFailed
from ..write.store import Store
from .consumer import PROJECTION, Consumer
from .ledger import Standing, advance, parked_records, unpark
from .reactions import Raced


async def replay_parked(store: Store, consumer: Consumer, unit: str) -> tuple[int, int]:
    """Give a unit its parked events again, each in one commit. Returns how many it took, and how many stay.

    The first that fails again keeps the rest of its stream waiting; other streams go on. Those of a unit that is
    not at work here (it was taken out of the code, or has another version) all stay.
    """
    async with store.pool.acquire(timeout=5) as connection:
        records = await parked_records(connection, unit)
    waiting: set[tuple[str, str]] = set()
    taken = 0
    async with consumer.turn:
        # Units of its own: what the live ones hold back stays held back until all of this is done.
        hearing = consumer.hearing.alone(unit)
        if not (hearing.views or hearing.reactions):
            return 0, len(records)
        for record in records:
            stream = (record.source, record.envelope.stream)
            if stream in waiting:
                continue
            try:
                while not await _again(store, consumer, hearing, unit, record):
                    pass  # somebody else wrote to a stream the reaction writes to
                taken += 1
            except UnitFailed:
                waiting.add(stream)
            except BaseException:
                consumer.anew = True  # what it holds back is not what is parked any more
                raise
        await consumer.reload()
    return taken, len(records) - taken


async def _again(store: Store, consumer: Consumer, hearing: Hearing, unit: str, record: Record) -> bool:
    standing = consumer.standing
    try:
        async with store.pool.acquire(timeout=5) as connection, connection.transaction():
            number = await advance(connection, PROJECTION, standing.number, standing.positions)
            _, written = await consumer.work(connection, [record], hearing)
            await unpark(connection, unit, record)
    except Raced:
        return False
    consumer.standing = Standing(number, standing.positions)
    consumer.tell(written)
    return True
