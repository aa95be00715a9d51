"""What a service does about what it subscribes_to: exactly once, with the same ids, in the consumer's own commit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from shienevents import Envelope, Reaction, Store
from shienevents.consume.reactions import DEPTH_LIMIT
from shienevents.consume.rebuild import Rebuild
from shienevents.consume.sources import StoreSource
from shienevents.core.ids import derived_id
from shienops._databases import Database

from .listening import OTHER, figure, heard, listening
from .world import (
    ALICE,
    AREAS,
    TYPES,
    BoxFilled,
    Put,
    Take,
    a_consumer,
    a_store,
    again,
    append,
    boxes,
    caught_up,
    check_log,
    digests,
    hearing,
    parked_in,
    replayed,
    running,
    until,
)


def copy(event: BoxFilled, envelope: Envelope) -> Sequence[object]:
    """What another service fills is filled here too, and one is taken out again."""
    return [Put("copy", event.amount, AREAS[2]), Take("copy", 1)]


copying = Reaction("copying", (BoxFilled,), lambda e, m: copy(e, m) if m.actor == "coordinator/test" else [])


async def amounts(store: Store, stream: str) -> list[int]:
    """What was put into (or, negative, taken out of) a box, in order."""
    found = []
    for record in await store.read_stream(stream):
        event = TYPES.parse(record.envelope.type, record.data)
        found.append(event.amount if isinstance(event, BoxFilled) else -getattr(event, "amount", 0))
    return found


async def refusals(store: Store) -> list[tuple[str, str, str, str]]:
    async with store.pool.acquire() as connection:
        found = await connection.fetch("select reaction, source, command, code from refusals order by at, command")
    return [tuple(row) for row in found]


async def test_an_event_consumed_again_and_after_a_restart_has_its_effect_once_under_ids_that_follow_from_it(
    database: Database, kafka: str, topic_name: str
) -> None:
    records = [heard(n) for n in range(1, 7)]
    async with listening(database, kafka, topic_name, reactions=[copying]) as at:
        async with running(at.consumer):
            await at.topic.publish(*records[:2], *records[:2], *records[:4])
            await at.reached(4)
        second = a_consumer(at.store, hearing(kafka, matching=topic_name), reactions=[copying])
        async with running(second):
            await at.topic.publish(*records)
            await at.reached(6)
            await caught_up(at.store)
        assert await amounts(at.store, "box-copy") == [1, -1, 2, -1, 3, -1, 4, -1, 5, -1, 6, -1]
        assert [record.envelope.id for record in await at.store.read_stream("box-copy")] == [
            derived_id("copying", record.envelope.id, command, 0) for record in records for command in (0, 1)
        ]
        assert await parked_in(at.store) == []
        assert await digests(at.store, boxes) == await replayed(
            at.store, hearing(kafka, matching=topic_name), views=(boxes,)
        )


async def test_what_follows_says_whom_it_follows(database: Database, kafka: str, topic_name: str) -> None:
    cause = heard(1, depth=3)
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    happened = cause.envelope.recorded_at - timedelta(days=30)  # recorded later than it happened; so are its effects
    cause = cause._replace(envelope=cause.envelope._replace(traceparent=trace, occurred_at=happened))
    async with listening(database, kafka, topic_name, reactions=[copying]) as at, running(at.consumer):
        await at.topic.publish(cause)
        await at.reached(1)
        effects = [record.envelope for record in await at.store.read_stream("box-copy")]
    assert [
        (e.actor, e.occurred_at, e.correlation, e.causation, e.depth, e.traceparent, e.area, e.municipality)
        for e in effects
    ] == [("reaction/copying", happened, UUID(int=1), cause.envelope.id, 4, trace, AREAS[2], "272108")] * 2


async def test_a_no_of_the_domain_is_kept_and_counted_once_and_nothing_is_parked(
    database: Database, kafka: str, topic_name: str
) -> None:
    """A poison beside it makes the batch go twice; the count does not."""

    def take(event: BoxFilled, envelope: Envelope) -> Sequence[object]:
        if envelope.seq == 4:
            raise RuntimeError("poison")
        return [Put("copy", event.amount, AREAS[1]), Take("copy", 100)]

    taking = Reaction("taking", (BoxFilled,), lambda e, m: take(e, m) if m.actor == "coordinator/test" else [])
    labels = {"reaction": "taking", "code": "box.short"}
    async with listening(database, kafka, topic_name, reactions=[taking]) as at:
        await at.topic.publish(heard(1), heard(2), heard(3), heard(4, stream="box-g"))
        async with running(at.consumer):
            await at.reached(4)
        assert await refusals(at.store) == [("taking", OTHER, "1 Take", "box.short")] * 3
        assert figure("shien_reaction_refusals_total", **labels) == 3
        assert await amounts(at.store, "box-copy") == [1, 2, 3]
        assert [(unit, seq) for unit, _, seq, _ in await parked_in(at.store)] == [("taking", 4)]


async def test_an_id_consumed_under_two_numbers_has_its_effect_once_and_stops_nothing(
    database: Database, kafka: str, topic_name: str
) -> None:
    async with listening(database, kafka, topic_name, reactions=[copying]) as at, running(at.consumer):
        await at.topic.publish(heard(1, id_=UUID(int=8)), heard(2, id_=UUID(int=8), stream="box-g"), heard(3))
        await at.reached(3)
        assert await amounts(at.store, "box-copy") == [1, -1, 3, -1]
        assert await parked_in(at.store) == []


async def test_several_commands_on_one_stream_in_one_batch_see_each_other(database: Database) -> None:
    def move(event: BoxFilled, envelope: Envelope) -> Sequence[object]:
        return [Take("sum", 1), Put("sum", event.amount, AREAS[1])] if envelope.stream == "box-a" else []

    async with a_store(database) as store:
        await store.append(append("box-a", 1, 2, 3, 4))  # one batch: nothing runs yet
        async with running(a_consumer(store, reactions=[Reaction("moving", (BoxFilled,), move)])):
            await until(lambda: amounts_are(store, "box-sum", [1, -1, 2, -1, 3, -1, 4]))
            await caught_up(store)
        assert [code for *_, code in await refusals(store)] == ["box.short"]
        assert await digests(store) == await replayed(store)


async def amounts_are(store: Store, stream: str, expected: list[int]) -> bool:
    return await amounts(store, stream) == expected


async def test_a_reaction_that_races_with_requests_for_one_stream_loses_nothing(database: Database) -> None:
    def copy_all(event: BoxFilled, envelope: Envelope) -> Sequence[object]:
        return [Put("hot", 1, AREAS[0])] if envelope.stream.startswith("box-src") else []

    reaction = Reaction("copy_all", (BoxFilled,), copy_all)
    async with a_store(database) as store, again(database) as other:
        consumer = a_consumer(store, reactions=[reaction])
        rival = a_consumer(other)._handler  # what another process would have
        async with running(consumer):

            async def asked(n: int) -> None:
                await rival.handle(Put("hot", 1000, AREAS[0]), ALICE)

            async def filled(n: int) -> None:
                await store.append(append(f"box-src{n}", n, shard=n % 3))

            for n in range(0, 40, 8):
                await asyncio.gather(*[f(m) for m in range(n, n + 8) for f in (asked, filled)])
            await until(lambda: copied(store, 40))
            await caught_up(store)
        found = await amounts(store, "box-hot")
        assert sorted(found) == [1] * 40 + [1000] * 40
        await check_log(store)
        assert await parked_in(store) == []
        assert await digests(store) == await replayed(store)


async def copied(store: Store, count: int) -> bool:
    return (await amounts(store, "box-hot")).count(1) == count


async def test_a_stream_begun_in_two_areas_at_once_is_begun_once(database: Database) -> None:
    """Two shards are two locks: only the stream's own key stands between them."""

    def open_(event: BoxFilled, envelope: Envelope) -> Sequence[object]:
        return [Put(event.box.replace("box-src", "new"), 1, AREAS[1])] if "src" in event.box else []

    async with a_store(database) as store, again(database) as other:
        rival = a_consumer(other)._handler
        async with running(a_consumer(store, reactions=[Reaction("open", (BoxFilled,), open_)])):
            for n in range(12):
                name = f"new{n}"
                await asyncio.gather(
                    store.append(append(f"box-src{n}", 1, shard=2)), rival.handle(Put(name, 5, AREAS[0]), ALICE)
                )
            for n in range(12):
                await until(lambda n=n: amounts_are_of(store, f"box-new{n}", {1, 5}))  # type: ignore[misc]
            await caught_up(store)
        await check_log(store)
        assert await parked_in(store) == []


async def amounts_are_of(store: Store, stream: str, expected: set[int]) -> bool:
    return set(await amounts(store, stream)) == expected


async def test_reactions_that_feed_each_other_end_at_the_depth_limit_and_are_parked(database: Database) -> None:
    ping = Reaction("ping", (BoxFilled,), lambda event, envelope: [Put(event.box, event.amount + 1, AREAS[0])])
    async with a_store(database) as store:
        async with running(a_consumer(store, reactions=[ping])):
            await store.append(append("box-a", 0))
            await until(lambda: is_parked(store))
        depths = [record.envelope.depth for record in await check_log(store)]
        assert depths == list(range(DEPTH_LIMIT + 1))
        [(unit, _, seq, reason)] = await parked_in(store)
        assert (unit, seq) == ("ping", DEPTH_LIMIT + 1)
        assert "depth" in reason


async def is_parked(store: Store) -> bool:
    return bool(await parked_in(store))


async def test_a_rebuild_reacts_to_nothing(database: Database) -> None:
    calls: list[str] = []

    def count(event: BoxFilled, envelope: Envelope) -> Sequence[object]:
        calls.append(envelope.stream)
        return [Put("copy", 1, AREAS[1])] if envelope.stream == "box-a" else []

    async with a_store(database) as store:
        await store.append(append("box-a", 1, 2))
        consumer = a_consumer(store, reactions=[Reaction("count", (BoxFilled,), count)])
        async with running(consumer):
            await until(lambda: amounts_are(store, "box-copy", [1, 1]))
            await caught_up(store)
            before = list(calls)
            await Rebuild(store, consumer, boxes, lambda: [StoreSource(store)]).run()
            assert calls == before
            assert await amounts(store, "box-copy") == [1, 1]
        assert await digests(store) == await replayed(store)
