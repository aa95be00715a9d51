"""What the tests of the consumer share: a service that hears another one through Kafka, and its figures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from prometheus_client import REGISTRY

from shienevents import Consumer, Positions, Record, Store, View, replay
from shienops._databases import Database

from .world import AREAS, TYPES, VIEWS, Publisher, a_consumer, a_store, a_topic, caught_up, foreign_record, hearing

OTHER = "matching"  # the service that is heard; its store is ABROAD


def heard(n: int, shard: int = 0, **more: Any) -> Record:
    """The nth record of a shard of the other service: n put into box f."""
    return foreign_record(n, **({"source": OTHER, "area": AREAS[shard], "stream": f"box-f{shard}"} | more))


class Listener(NamedTuple):
    """A service's store, its consumer (not running yet), and the topic it hears."""

    store: Store
    consumer: Consumer
    topic: Publisher
    kafka: str

    async def reached(self, *seqs: int) -> None:
        """Wait until so much of the other service was taken, by shard."""
        await caught_up(self.store, {(OTHER, shard): seq for shard, seq in enumerate(seqs)})

    async def replayed_from_kafka(self, views: Sequence[View[Any]] = VIEWS) -> dict[str, str]:
        """The digests of a replay in memory from the topic alone."""
        until = Positions(self.consumer.state.positions.points)
        return (await replay(TYPES, views, [hearing(self.kafka, matching=self.topic.topic)], until)).digests


@asynccontextmanager
async def listening(database: Database, kafka: str, topic: str, **options: Any) -> AsyncIterator[Listener]:
    """A service that hears `OTHER` on this topic."""
    async with a_store(database) as store, a_topic(kafka, topic) as publisher:
        yield Listener(store, a_consumer(store, hearing(kafka, matching=topic), **options), publisher, kafka)


def figure(name: str, **labels: str) -> float:
    """A metric's value; 0 before it was first counted."""
    return REGISTRY.get_sample_value(name, labels) or 0.0
