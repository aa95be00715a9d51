"""History folded again in memory: from the stores, from Kafka, to any position, with the same digests as live."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from shienevents import KafkaSource, Positions, Record, Relay, Stopped, StoreSource, View, replay
from shienevents.core.positions import Point
from shienops.pytest_plugin import MakeDatabase

from .serving import expected_digest, log_of
from .world import (
    SHARDS,
    TYPES,
    VIEWS,
    a_consumer,
    a_store,
    append,
    boxes,
    caught_up,
    digests,
    foreign_record,
    hearing,
    parked,
    parked_in,
    reached,
    running,
)


class Given:
    """A source of records given beforehand; it then waits for ever."""

    def __init__(self, *batches: Sequence[Record]) -> None:
        self._batches = list(batches)

    async def start(self, positions: Positions) -> None:
        """They are what they are."""

    async def next(self) -> list[Record]:
        if not self._batches:
            await asyncio.Event().wait()
        return list(self._batches.pop(0))

    async def rescan(self, source: str, shard: int) -> None:
        raise NotImplementedError

    async def stop(self) -> None:
        """Nothing is held."""


def until(**seqs: int) -> Positions:
    """The end, as `needs_0=3`."""
    return Positions({(name.split("_")[0], int(name.split("_")[1])): Point(seq) for name, seq in seqs.items()})


async def test_live_and_replays_from_stores_and_from_kafka_agree_on_views_that_two_services_feed(
    make_database: MakeDatabase, kafka: str, topic_name: str
) -> None:
    async with (
        a_store(await make_database()) as needs,
        a_store(await make_database(), service="matching") as matching,
    ):
        dice = random.Random(7)
        for store in (needs, matching):
            for n in range(40):
                shard, name = n % SHARDS, f"{store.service}{n % 7}-{n % SHARDS}"
                version = sum(1 for m in range(n) if f"{store.service}{m % 7}-{m % SHARDS}" == name)
                await store.append(append(name, dice.randrange(9), after=version, shard=shard))
        topics = {store.service: f"{topic_name}.{store.service}" for store in (needs, matching)}
        consumer = a_consumer(needs, hearing(kafka, matching=topics["matching"]))
        relays = [Relay(store, kafka, topics[store.service]) for store in (needs, matching)]
        async with running(consumer, *relays):
            heads = {(s.service, shard): head for s in (needs, matching) for shard, head in enumerate(await s.heads())}
            await caught_up(needs, heads)
            at = await reached(needs)
            live = await digests(needs)
            from_stores = await replay(TYPES, VIEWS, [StoreSource(needs), StoreSource(matching)], at)
            from_kafka = await replay(TYPES, VIEWS, [KafkaSource(kafka, topics, SHARDS)], at)
        assert (from_stores.digests, from_kafka.digests) == (live, live)
        assert (from_stores.events, from_kafka.events) == (80, 80)
        assert (from_stores.rows, from_stores.parked) == (from_kafka.rows, [])
        assert live["boxes"] == expected_digest(await log_of(needs, matching), at.seqs)


async def test_every_position_in_the_middle_shows_exactly_the_state_at_it(make_database: MakeDatabase) -> None:
    async with a_store(await make_database()) as store:
        for n in range(12):
            await store.append(append(f"b{n % 3}", n, after=n // 3, shard=n % 3))
        log = await log_of(store)
        dice = random.Random(3)
        for _ in range(15):
            seqs = {("needs", shard): dice.randrange(5) for shard in range(SHARDS)}
            found = await replay(
                TYPES,
                [boxes],
                [StoreSource(store, limit=dice.choice([1, 3, 100]))],
                Positions({place: Point(seq) for place, seq in seqs.items()}),
            )
            assert (found.digests, found.events) == ({"boxes": expected_digest(log, seqs)}, sum(seqs.values()))


async def test_the_beginning_of_time_is_empty_and_asks_no_source() -> None:
    found = await replay(TYPES, VIEWS, [], Positions())
    assert (found.rows, found.events, found.digests["boxes"]) == (
        {"boxes": {}, "areas_filled": {}},
        0,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    )


FIRST, SECOND, THIRD, FOURTH = (foreign_record(n) for n in range(1, 5))


@pytest.mark.parametrize(
    ("batches", "why"),
    [
        ([[FIRST, THIRD]], "number 2 is missing (3 follows). Remedy: shien relay resend needs"),
        ([[FIRST], [THIRD]], "number 2 is missing (3 follows). Remedy: shien relay resend needs"),
        ([[FIRST, SECOND, FOURTH]], "number 3 is missing (4 follows). Remedy: shien relay resend needs"),
        ([[FIRST, SECOND], [FOURTH]], "number 3 is missing (4 follows). Remedy: shien relay resend needs"),
        ([[FIRST, SECOND, foreign_record(2)]], "number 2 came twice with different events"),
        ([[FIRST], [foreign_record(1), SECOND]], "number 1 came twice with different events"),
        ([[FIRST, foreign_record(2, store=UUID(int=78))]], "its events come from store"),
    ],
)
async def test_a_hole_or_a_second_history_stops_a_replay(batches: Sequence[Sequence[Record]], why: str) -> None:
    async with asyncio.timeout(60):
        with pytest.raises(Stopped) as stopped:
            await replay(TYPES, VIEWS, [Given(*batches)], until(needs_0=3))
    assert why in str(stopped.value)
    assert stopped.value.ja
    assert (stopped.value.source, stopped.value.shard) == ("needs", 0)


async def test_what_comes_twice_counts_once_and_what_comes_after_the_end_not_at_all() -> None:
    source = Given([FIRST, SECOND, FIRST], [FIRST, SECOND, THIRD, FOURTH], [FOURTH])
    found = await replay(TYPES, [boxes], [source], until(needs_0=3))
    assert (found.events, [(r.box, r.held) for r in found.rows["boxes"].values()]) == (3, [("f", 6)])  # type: ignore[union-attr]


async def test_a_source_that_fails_fails_the_replay() -> None:
    class Broken(Given):
        async def next(self) -> list[Record]:
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        await replay(TYPES, VIEWS, [Broken(), Given()], until(needs_0=1))


async def test_a_replay_parks_what_live_parked(make_database: MakeDatabase) -> None:
    def evolve(row: Any, event: Any, envelope: Any) -> Any:
        if event.amount == 13:
            raise ValueError("unlucky")
        return replace(row, held=2**60) if event.amount == 60 else boxes.evolve(row, event, envelope)

    unlucky: View[Any] = replace(boxes, evolve=evolve)
    async with a_store(await make_database()) as store:
        for shard, amounts in enumerate([(1, 13, 2), (60, 1), (5, 6)]):
            await store.append(append(f"b{shard}", *amounts, shard=shard))
        async with running(a_consumer(store, views=[unlucky])):
            await caught_up(store)
        found = await replay(TYPES, [unlucky], [StoreSource(store)], await reached(store))
        assert found.digests == await digests(store, unlucky)
        assert parked(found.parked) == [
            ("boxes@1", "b0", 2),
            ("boxes@1", "b0", 3),
            ("boxes@1", "b1", 1),
            ("boxes@1", "b1", 2),
        ]
        assert [(unit, stream) for unit, stream, *_ in await parked_in(store)] == [
            (unit, stream) for unit, stream, _ in parked(found.parked)
        ]
