"""Parked events, after the repair: replayed in order, stream by stream."""

from __future__ import annotations

from ..core.envelope import Record
from ..views.fold import SubscriberFailed, Subscriptions
from ..write.store import Store
from .consumer import Consumer
from .ledger import parked_records, unpark
from .reactions import RaceLost


async def replay_parked(store: Store, consumer: Consumer, subscriber: str) -> tuple[int, int]:
    """Give a subscriber its parked events again, each in one commit. Returns how many it took, and how many stay.

    The first that fails again keeps the rest of its stream waiting; other streams go on. Those of a subscriber that
    is not active here (it was taken out of the code, or has another version) all stay.
    """
    async with store.pool.acquire(timeout=5) as connection:
        records = await parked_records(connection, subscriber)
    waiting: set[tuple[str, str]] = set()
    taken = 0
    async with consumer.turn:
        # Subscriptions of its own: what the live ones hold back stays held back until all of this is done.
        subscriptions = consumer.subscriptions.only(subscriber)
        if not subscriptions.names:
            return 0, len(records)
        for record in records:
            stream = (record.source, record.envelope.stream)
            if stream in waiting:
                continue
            try:
                await _replay_one(consumer, subscriptions, subscriber, record)
                taken += 1
            except SubscriberFailed:
                waiting.add(stream)
            except BaseException:
                consumer.request_restart()  # what it holds back is not what is parked any more
                raise
        await consumer.reload()
    return taken, len(records) - taken


async def _replay_one(consumer: Consumer, subscriptions: Subscriptions, subscriber: str, record: Record) -> None:
    while True:
        try:
            async with consumer.committing() as connection:
                _, appended = await consumer.process(connection, [record], subscriptions)
                await unpark(connection, subscriber, record)
        except RaceLost:
            continue  # somebody else wrote to a stream the reaction writes to
        consumer.publish(appended)
        return
