"""Parked events: replayed in order, stream by stream, after the repair; or skipped, when a person decided so."""

from __future__ import annotations

from ..core.envelope import Record
from ..core.errors import Contract
from ..views.fold import SubscriberFailed, Subscriptions
from ..write.store import Store
from .consumer import Consumer
from .ledger import parked_records, skip, unpark
from .reactions import RaceLost
from .requests import Request


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
            if stream in waiting or consumer.cells.municipalities.refused(record):
                waiting.add(stream)
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


async def skip_parked(store: Store, consumer: Consumer, request: Request) -> None:
    """Never give a subscriber this parked event. Its stream stays parked until it is replayed.

    It must be the first parked one of its stream, so that the order is kept. Raises `Contract`.
    """
    key, seq = request.place
    async with consumer.turn:
        if request.subject not in consumer.subscriptions.names:
            names = consumer.subscriptions.names
            raise Contract(
                f"no subscriber is called {request.subject!r}; there are {names}",
                f"{request.subject} という受け手はありません。{names} のいずれかを指定してください",
            )
        async with consumer.committing() as connection:
            if not await skip(connection, request.subject, key, seq, request.reason, request.asked_by):
                place = f"{key[0]}.{key[1]}.{seq}"
                raise Contract(
                    f"{place} is not the first parked event of its stream; skip that one",
                    f"{place} は、そのストリームで最初に保留になった出来事ではありません。最初のものを指定してください",
                )
        await consumer.reload()


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
