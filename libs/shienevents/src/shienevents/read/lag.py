"""What a service has yet to read of each topic: one rule for the command line and for HTTP."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..kafka.broker import reading
from ..kafka.security import Servers
from .standing import Standing

Ends = Mapping[str, Mapping[int, int]]
"""The next offset of each partition, by topic."""


@dataclass(frozen=True, slots=True)
class Lag:
    """A line of `kafka-consumer-groups --describe`.

    `store`: the group reads its own store, and `current` and `end` are numbers of events; else they are offsets.
    `end` is None where Kafka did not say it.
    """

    group: str
    source: str
    topic: str
    partition: int
    current: int
    end: int | None
    store: bool

    @property
    def lag(self) -> int | None:
        """How many events the group has not taken; None where nobody knows."""
        return None if self.end is None else max(0, self.end - self.current)


def lags(stands: Standing, group: str, topics: Mapping[str, str], ends: Ends) -> list[Lag]:
    """The lag of a service on each partition that it reads: first its own store, then the topics of others.

    `topics`: by service, its own and those of the services that it hears. A topic without `ends` has no known end.
    """
    own = stands.service
    found = [
        Lag(group, own, topics[own], one.shard, stands.positions.point(own, one.shard).seq, one.head, store=True)
        for one in stands.shards
    ]
    for source, topic in sorted(topics.items()):
        if source != own:
            for partition in range(len(stands.shards)):
                current = stands.positions.point(source, partition).offset + 1
                found.append(
                    Lag(group, source, topic, partition, current, ends.get(topic, {}).get(partition), store=False)
                )
    return found


async def topic_ends(
    bootstrap_servers: Servers, topics: Collection[str], shards: int, *, timeout_seconds: float = 15
) -> Ends:
    """The next offset of each partition of these topics. Raises `KafkaAway`."""
    if not topics:
        return {}
    async with reading(bootstrap_servers, timeout_seconds) as log:
        return {topic: (await log.bounds(topic, range(shards)))[1] for topic in topics}
