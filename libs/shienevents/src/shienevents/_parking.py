"""Parked events, after the mend: replayed in order, stream by stream."""

from __future__ import annotations

from ._consumer import PROJECTION, Consumer
from ._envelope import Record
from ._fold import UnitFailed
from ._ledger import Standing, advance, parked_records, unpark
from ._store import Store


async def replay_parked(store: Store, consumer: Consumer, unit: str) -> tuple[int, int]:
    """Give a unit its parked events again, each in one commit. Returns how many it took, and how many stay.

    The first that fails again keeps the rest of its stream waiting; other streams go on.
    """
    async with store.pool.acquire(timeout=5) as connection:
        records = await parked_records(connection, unit)
    waiting: set[tuple[str, str]] = set()
    taken = 0
    async with consumer.turn:
        for record in records:
            stream = (record.source, record.envelope.stream)
            if stream in waiting:
                continue
            try:
                await _again(store, consumer, unit, record)
                taken += 1
            except UnitFailed:
                waiting.add(stream)
        await consumer.reload()
    return taken, len(records) - taken


async def _again(store: Store, consumer: Consumer, unit: str, record: Record) -> None:
    hearing, standing = consumer.hearing, consumer.standing
    hearing.held.get(unit, set()).discard((record.source, record.envelope.stream))
    hearing.poison.pop((unit, record.source, record.envelope.shard, record.envelope.seq), None)
    async with store.pool.acquire(timeout=5) as connection, connection.transaction():
        number = await advance(connection, PROJECTION, standing.number, standing.positions)
        _, written = await consumer.work(connection, [record], only=unit)
        await unpark(connection, unit, record)
    consumer.standing = Standing(number, standing.positions)
    for one in written:
        store.announce(one)
