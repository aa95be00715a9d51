"""Append, relay and consume in any order, on the real parts, against a model of a few lines.

The model is a dict of streams, and the total of each box. Whatever happened, in the end the log holds exactly
what was answered, the topic holds it in order, and two services' views show it.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shienevents import Consumer, Rejected, Relay, Store, StreamConflict, Written, migrate, replay
from shienevents.testing import examples
from shienevents.write.handler import Handler
from shienops.stack import Stack

from .relaying import first_occurrences, seqs, topic_of
from .world import (
    SHARDS,
    TYPES,
    VIEWS,
    BoxRow,
    Put,
    Take,
    a_consumer,
    append,
    box,
    boxes,
    caught_up,
    check_log,
    digests,
    hearing,
    keyed,
    outcome,
    reached,
    rows,
    until,
)

T = TypeVar("T")
STREAMS = ("box-a", "box-b", "box-c", "box-d")
shard_of_stream = {stream: n % SHARDS for n, stream in enumerate(STREAMS)}


@dataclass
class Model:
    """What should be: the amounts of each stream, and the answers to keys."""

    streams: dict[str, list[int]] = field(default_factory=lambda: {stream: [] for stream in STREAMS})
    answers: dict[str, Written] = field(default_factory=dict)

    handled: dict[str, list[int]] = field(default_factory=dict)  # through the handler, whose streams are box-box-…


@dataclass(eq=False)
class Actor:
    """A relay or a consumer at work."""

    works: Any
    task: asyncio.Task[None]


class Machine(RuleBasedStateMachine):
    """Two services: `needs` writes, folds its own events and relays them; `matching` hears them from Kafka."""

    relays = Bundle("relays")
    consumers = Bundle("consumers")

    def __init__(self, stack: Stack, kafka: str) -> None:
        super().__init__()
        self.stack, self.kafka = stack, kafka
        self.loop = asyncio.Runner()
        self.model = Model()
        self.names = [f"m_{uuid.uuid4().hex[:16]}" for _ in range(2)]
        self.topic = f"model.{uuid.uuid4().hex}"
        self.actors: list[Actor] = []
        self.own: list[Consumer] = []  # those of `needs`, which read its store

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        async def bounded() -> T:
            async with asyncio.timeout(90):
                return await work

        return self.loop.run(bounded())

    @initialize()
    def begin(self) -> None:
        self.do(self._begin())

    async def _begin(self) -> None:
        self.stores = []
        for name, service in zip(self.names, ("needs", "matching"), strict=True):
            database = await self.stack.create_database(name)
            await migrate(database.owner_dsn, service=service, writer=name, shards=SHARDS)
            self.stores.append(await Store.open(database.dsn, pool_size=12))
        self.needs, self.matching = self.stores
        self.handler = Handler(self.needs, TYPES, [box])

    # What writes.

    @rule(stream=st.sampled_from(STREAMS), amounts=st.lists(st.integers(0, 9), min_size=1, max_size=3))
    def append(self, stream: str, amounts: list[int]) -> None:
        """An append that saw the newest version."""
        held = self.model.streams[stream]
        written = self.do(self.needs.append(append(stream, *amounts, after=len(held), shard=shard_of_stream[stream])))
        held += amounts
        assert (written.version, written.shard) == (len(held), shard_of_stream[stream])

    @rule(stream=st.sampled_from(STREAMS), off=st.sampled_from([-2, -1, 1, 5]))
    def append_at_a_wrong_version(self, stream: str, off: int) -> None:
        after = len(self.model.streams[stream]) + off
        if after >= 0:
            wrong = append(stream, 99, after=after, shard=shard_of_stream[stream])
            assert isinstance(self.do(outcome(self.needs.append(wrong))), StreamConflict)

    @rule(stream=st.sampled_from(STREAMS), rivals=st.integers(2, 6))
    def append_at_once(self, stream: str, rivals: int) -> None:
        """Rivals that all saw the same version: one wins."""
        held = self.model.streams[stream]
        after, shard = len(held), shard_of_stream[stream]

        async def rush() -> list[Any]:
            return await asyncio.gather(
                *[outcome(self.needs.append(append(stream, n, after=after, shard=shard))) for n in range(rivals)]
            )

        results = self.do(rush())
        winners = [n for n, result in enumerate(results) if isinstance(result, Written)]
        assert len(winners) == 1, results
        assert sum(isinstance(result, StreamConflict) for result in results) == rivals - 1
        held.append(winners[0])

    @rule(stream=st.sampled_from(STREAMS), key=st.sampled_from(["k1", "k2", "k3"]), times=st.integers(1, 3))
    def handle_with_a_key(self, stream: str, key: str, times: int) -> None:
        """The same request again and again, also later: one event, one answer."""
        name = stream.removeprefix("box-")
        origin = keyed(f"{key}-{name}")

        async def rush() -> list[Written]:
            return await asyncio.gather(*[self.handler.handle(Put(stream, 2), origin) for _ in range(times)])

        first = self.model.answers.get(f"{key}-{name}")
        written = self.do(rush())
        numbers = {(w.stream, w.version, w.shard, w.seq) for w in written}
        assert len(numbers) == 1
        if first is None:
            self.model.answers[f"{key}-{name}"] = written[0]
            self.model.handled.setdefault(stream, []).append(2)
        else:
            assert numbers == {(first.stream, first.version, first.shard, first.seq)}
            assert all(w.replayed for w in written)

    @rule(stream=st.sampled_from(STREAMS), amount=st.integers(1, 4))
    def take(self, stream: str, amount: int) -> None:
        """A command that may be refused."""
        held = self.model.handled.setdefault(stream, [])
        result = self.do(outcome(self.handler.handle(Take(stream, amount), keyed(uuid.uuid4().hex))))
        if sum(held) >= amount:
            assert isinstance(result, Written)
            held.append(-amount)
        else:
            assert isinstance(result, Rejected)

    @rule(stream=st.sampled_from(STREAMS))
    def roll_back(self, stream: str) -> None:
        """A transaction that took numbers and ended without them."""

        async def give_up() -> None:
            after = len(self.model.streams[stream])
            async with self.needs.pool.acquire() as connection:
                transaction = connection.transaction()
                await transaction.start()
                [written] = await self.needs.append_within(
                    connection, [append(stream, 7, 7, after=after, shard=shard_of_stream[stream])]
                )
                assert isinstance(written, Written)
                await transaction.rollback()

        self.do(give_up())

    # What relays and consumes: several of each may run, and each may end at any moment.

    @rule(target=relays)
    def one_more_relay(self) -> Actor:
        return self.start_a_relay()

    def start_a_relay(self) -> Actor:
        return self.start(Relay(self.needs, self.kafka, self.topic, lease_seconds=0.5))

    @rule(target=consumers, theirs=st.booleans())
    def one_more_consumer(self, theirs: bool) -> Actor:
        return self.start_a_consumer(theirs)

    def start_a_consumer(self, theirs: bool) -> Actor:
        return self.start(self.consumer(theirs))

    def consumer(self, theirs: bool) -> Consumer:
        if theirs:
            return a_consumer(self.matching, hearing(self.kafka, needs=self.topic), lease_seconds=0.5)
        own = a_consumer(self.needs, lease_seconds=0.5)
        self.own.append(own)
        return own

    def start(self, works: Any) -> Actor:
        async def begin() -> Actor:
            return Actor(works, asyncio.create_task(works.run()))

        actor = self.do(begin())
        self.actors.append(actor)
        return actor

    @rule(actor=st.one_of(consumes(relays), consumes(consumers)))
    def end_one(self, actor: Actor) -> None:
        self.do(self.end(actor))

    async def end(self, *actors: Actor) -> None:
        actors = tuple(actor for actor in actors if actor in self.actors)
        for actor in actors:
            actor.task.cancel()
            self.actors.remove(actor)
        for result in await asyncio.gather(*[actor.task for actor in actors], return_exceptions=True):
            assert isinstance(result, asyncio.CancelledError | None), result

    @precondition(lambda self: self.actors)
    @rule(milliseconds=st.integers(1, 60))
    def let_them_run(self, milliseconds: int) -> None:
        """They get some time; how far they come is theirs."""
        self.do(asyncio.sleep(milliseconds / 1000))

    @rule(then_end=st.booleans())
    def relay_everything(self, then_end: bool) -> None:
        """A relay catches up; perhaps it ends then, and what follows is left to the next."""
        if not any(isinstance(actor.works, Relay) for actor in self.actors):
            self.start_a_relay()

        async def sent() -> bool:
            heads = await self.needs.heads()
            relays = [actor.works for actor in self.actors if isinstance(actor.works, Relay)]
            return any([shard.sent for shard in relay.state.shards] == heads for relay in relays)

        self.do(until(sent))
        if then_end:
            self.do(self.end(*[actor for actor in self.actors if isinstance(actor.works, Relay)]))

    @rule(then_end=st.booleans())
    def fold_everything(self, then_end: bool) -> None:
        """A consumer of `needs` catches up with its store; perhaps it ends then."""
        if not any(actor.works in self.own for actor in self.actors):
            self.start_a_consumer(theirs=False)
        self.do(caught_up(self.needs))
        if then_end:
            self.do(self.end(*[actor for actor in self.actors if actor.works in self.own]))

    # What must be true in the end.

    def teardown(self) -> None:
        try:
            if hasattr(self, "needs"):
                self.do(self._settle())
        finally:
            self.do(self._clear())
            self.loop.close()

    async def _settle(self) -> None:
        await self.end(*self.actors)
        for works in (
            Relay(self.needs, self.kafka, self.topic),
            self.consumer(theirs=False),
            self.consumer(theirs=True),
        ):
            self.actors.append(Actor(works, asyncio.create_task(works.run())))
        for store in self.stores:
            await until(partial(has_tables, store))
        heads = {("needs", shard): head for shard, head in enumerate(await self.needs.heads())}
        await caught_up(self.needs, heads)
        await caught_up(self.matching, {place: head for place, head in heads.items() if head})

        records = await check_log(self.needs)
        log: dict[str, list[int]] = {}
        for record in records:
            event: Any = TYPES.parse(record.envelope.type, record.data)
            amount = event.amount if record.envelope.type == "needs.box_filled.v1" else -event.amount
            log.setdefault(record.envelope.stream, []).append(amount)
        expected = {stream: amounts for stream, amounts in self.model.streams.items() if amounts}
        expected |= {f"box-{stream}": amounts for stream, amounts in self.model.handled.items() if amounts}
        assert log == expected

        in_kafka = await topic_of(self.kafka, self.topic, SHARDS)
        assert {shard: first_occurrences(seqs(found)) for shard, found in in_kafka.items()} == {
            shard: list(range(1, heads["needs", shard] + 1)) for shard in range(SHARDS)
        }

        totals: dict[str, BoxRow] = {}
        for name in STREAMS:  # a box is fed by two streams: through the store, and through the handler
            amounts = [*self.model.streams[name], *self.model.handled.get(name, [])]
            if amounts:
                totals[name] = BoxRow(box=name, held=sum(amounts), touched=len(amounts))
        for store in self.stores:
            assert await rows(store, boxes) == totals
        from_store = await digests(self.needs)
        from_kafka = await replay(TYPES, VIEWS, [hearing(self.kafka, needs=self.topic)], await reached(self.matching))
        assert await digests(self.matching) == from_store == from_kafka.digests

    async def _clear(self) -> None:
        for actor in self.actors:
            actor.task.cancel()
        await asyncio.gather(*[actor.task for actor in self.actors], return_exceptions=True)
        for store in getattr(self, "stores", []):
            await store.close()
        for name in self.names:
            await self.stack.drop_database(name)


async def has_tables(store: Store) -> bool:
    """Whether a consumer made the tables of its views: one that hears of no event has nothing else to wait for."""
    async with store.pool.acquire() as connection:
        return None not in [await connection.fetchval("select to_regclass($1)", view.name) for view in VIEWS]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_whatever_is_done_in_whatever_order_log_topic_and_views_are_what_was_answered(
    postgres: Stack, kafka: str
) -> None:
    run_state_machine_as_test(
        lambda: Machine(postgres, kafka),  # type: ignore[arg-type]
        settings=settings(
            max_examples=examples(7),
            stateful_step_count=18,
            database=None,
            phases=[Phase.generate],  # a failure is told as it was met: to shrink it would take minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
