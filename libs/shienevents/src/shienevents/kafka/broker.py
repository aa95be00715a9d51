"""Kafka, typed: topics, and reading what a topic holds. aiokafka ships no types, so few modules import it."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final, NamedTuple

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAuthorizationFailedError, for_code

from ..core.errors import Contract
from .client import Client, given
from .denial import opened
from .fetcher import UNREADABLE, Fetcher
from .security import Servers
from .waiting import KafkaAway, bounded, ended, translated

_MAX_INT64: Final = 2**63 - 1
_FOR_EVER: Final = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}
_TOPIC_EXISTS: Final = 36
_TOPIC_INVALID: Final = 17
_UNKNOWN_TOPIC: Final = 3

_log = structlog.get_logger(__name__)


class KafkaMessage(NamedTuple):
    """A record as it was read from a partition."""

    offset: int
    headers: Sequence[tuple[str, bytes]]
    value: bytes | None


class Tail(NamedTuple):
    """The end of a partition: its first and its next offset, and its last messages, in order."""

    begin: int
    end: int
    messages: list[KafkaMessage]


def least_in_sync(replication: int) -> int:
    """How many replicas must have a record before Kafka acknowledges it: all but one, so one broker may be lost."""
    return max(1, replication - 1)


async def ensure_topic(
    bootstrap_servers: Servers, topic: str, partitions: int, replication: int = 1, *, timeout_seconds: float = 15
) -> None:
    """Make the topic if it is not there, and wait until every partition has a leader that answers as one.

    Records are kept for ever. Their timestamp is the store's: hence no bound on how far it may lie ahead of the
    broker's clock (Kafka's own default refuses an hour). Raises `Contract` when the topic exists with another number
    of partitions or forgets records, or when Kafka refuses its name; `KafkaAway`.
    """
    configs = {
        **_FOR_EVER,
        "message.timestamp.type": "CreateTime",
        "message.timestamp.after.max.ms": str(_MAX_INT64),
        "min.insync.replicas": str(least_in_sync(replication)),
    }
    async with bounded(timeout_seconds), administrator(bootstrap_servers, timeout_seconds) as admin:
        found = await _partitions(admin, topic)
        if found is None:
            answer = await admin.create_topics([NewTopic(topic, partitions, replication, topic_configs=configs)])
            code = answer.topic_errors[0][1]
            if code == _TOPIC_INVALID:
                why = f"Kafka refuses the topic {topic} ({answer.topic_errors[0][2]}); set another SHIEN_TOPIC_PREFIX"
                raise Contract(why, f"トピック {topic} を作成できません。SHIEN_TOPIC_PREFIX を変更してください")
            if code not in (0, _TOPIC_EXISTS):
                raise for_code(code)(str(answer.topic_errors[0][2:]))
        else:
            await _check_keeps_all(admin, topic)
        while (found := await _partitions(admin, topic)) is None:  # noqa: ASYNC110 - Kafka sends no notice
            await asyncio.sleep(0.02)
        if found != partitions:
            raise Contract(
                f"topic {topic} has {found} partitions, but the store has {partitions} shards, and a shard is a "
                f"partition; use another topic, or delete this one if nothing reads it"
            )
    async with reading(bootstrap_servers, timeout_seconds) as log:
        # A broker names itself as the leader before it takes records: asking for offsets is tried until it does.
        await log.bounds(topic, range(partitions))


async def check_partitions(
    bootstrap_servers: Servers, topics: Sequence[str], shards: int, cell: str = "", *, timeout_seconds: float = 15
) -> None:
    """Raise `Contract` for the first of these topics that has another number of partitions; one may be missing yet.

    `cell`: the other cell that they are of. Raises `KafkaAway`.
    """
    if not topics:
        return
    async with bounded(timeout_seconds), administrator(bootstrap_servers, timeout_seconds) as admin:
        for topic in topics:
            if (found := await _partitions(admin, topic)) is not None:
                must_have(topic, found, shards, cell)


def must_have(topic: str, partitions: int, shards: int, cell: str = "") -> None:
    """Raise `Contract` for a topic of another service that has not as many partitions as there are shards here."""
    if partitions != shards:
        of, of_ja = (f" of the cell {cell}", f"セル {cell} の") if cell else ("", "")
        raise Contract(
            f"topic {topic}{of} has {partitions} partitions, but this service expects {shards}: all services must be "
            f"set up with the same number of shards (SHIEN_SHARDS), or events would stay unread",
            f"{of_ja}トピック {topic} のパーティションは {partitions} 個ですが、このサービスは {shards} 個を"
            "前提としています。すべてのサービスのシャード数を揃えてください",
        )


async def _check_keeps_all(admin: Any, topic: str) -> None:
    """A topic made by somebody else may delete records, and history could not be replayed. What the broker does not say
    is not refused."""
    (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    kept = {entry[0]: entry[1] for entry in answer.resources[0][4]}
    if wrong := [f"{name}={kept[name]}" for name, value in _FOR_EVER.items() if kept.get(name, value) != value]:
        repair = ",".join(f"{name}={value}" for name, value in _FOR_EVER.items())
        raise Contract(
            f"topic {topic} has {', '.join(wrong)}, so records would be forgotten that audits replay; repair it with: "
            f"kafka-configs.sh --alter --entity-type topics --entity-name {topic} --add-config {repair}"
        )


async def _partitions(admin: Any, topic: str) -> int | None:
    """How many partitions the topic has; `None` when it is missing or a partition has no leader yet.

    Raises what Kafka answered when it is hidden from this client.
    """
    (description,) = await admin.describe_topics([topic])
    if description["error_code"] == TopicAuthorizationFailedError.errno:
        raise TopicAuthorizationFailedError(topic)
    if description["error_code"] == _UNKNOWN_TOPIC:
        return None
    if any(partition["error_code"] or partition["leader"] < 0 for partition in description["partitions"]):
        return None
    return len(description["partitions"]) or None


async def topic_exists(bootstrap_servers: Servers, topic: str, *, timeout_seconds: float = 15) -> bool:
    """Whether there is such a topic. Raises `KafkaAway`, also where it is hidden from this client."""
    async with bounded(timeout_seconds), administrator(bootstrap_servers, timeout_seconds) as admin:
        (description,) = await admin.describe_topics([topic])
        if description["error_code"] == TopicAuthorizationFailedError.errno:
            raise TopicAuthorizationFailedError(topic)
        return bool(description["error_code"] != _UNKNOWN_TOPIC)


async def kafka_topics(bootstrap_servers: Servers, *, timeout_seconds: float = 15) -> frozenset[str]:
    """The topics that this client may see. Raises `KafkaAway`."""
    async with bounded(timeout_seconds), administrator(bootstrap_servers, timeout_seconds) as admin:
        return frozenset(await admin.list_topics())


async def last_records(
    bootstrap_servers: Servers, topic: str, partitions: Sequence[int], *, timeout_seconds: float = 15
) -> dict[int, KafkaMessage | None]:
    """The last record of each partition, `None` where there is none. Raises `KafkaAway`."""
    found = await tails(bootstrap_servers, topic, dict.fromkeys(partitions, 0), 16, timeout_seconds=timeout_seconds)
    return {partition: tail.messages[-1] if tail.messages else None for partition, tail in found.items()}


async def tails(
    bootstrap_servers: Servers, topic: str, since: Mapping[int, int], limit: int, *, timeout_seconds: float = 15
) -> dict[int, Tail]:
    """What each partition holds from offset `since[partition]` on (from its beginning, if it does not reach so
    far), at most its last `limit` offsets.

    The offset before a partition's end need not hold a record (a foreign transaction leaves a marker there).
    Raises `KafkaAway`.
    """
    async with reading(bootstrap_servers, timeout_seconds) as log:
        begins, ends = await log.bounds(topic, list(since))
        spans = {p: (max(begins[p], since[p] if since[p] < ends[p] else 0, ends[p] - limit), ends[p]) for p in since}
        found = {p: Tail(begins[p], ends[p], []) for p in since}
        async for partition, messages in log.read(topic, spans):
            found[partition].messages.extend(messages)
    return found


class Log:
    """Reads stretches of partitions. Made by `reading`."""

    def __init__(self, bootstrap_servers: Servers, client: Client, consumer: Any, timeout_seconds: float) -> None:
        self._bootstrap = bootstrap_servers
        self._client = client
        self._consumer = consumer
        self._timeout = timeout_seconds

    async def bounds(self, topic: str, partitions: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
        """The first offset and the next offset of each partition."""
        places = [TopicPartition(topic, partition) for partition in partitions]
        async with bounded(self._timeout):
            if topic not in await self._consumer.topics():
                # A consumer that asks for its offsets waits for a topic that is hidden from it, as for one yet to come.
                async with administrator(self._bootstrap, self._timeout) as admin:
                    while await _partitions(admin, topic) is None:  # noqa: ASYNC110 - Kafka sends no notice
                        await asyncio.sleep(0.02)
            await self._client.add_topic(topic)  # a consumer that knows no leader waits 100 ms for its next attempt
            begins = await self._consumer.beginning_offsets(places)
            ends = await self._consumer.end_offsets(places)
        return (
            {place.partition: offset for place, offset in begins.items()},
            {place.partition: offset for place, offset in ends.items()},
        )

    async def read(
        self, topic: str, spans: Mapping[int, tuple[int, int]]
    ) -> AsyncIterator[tuple[int, list[KafkaMessage]]]:
        """The messages of each span (first offset, offset after the last), partition by partition as they come.

        One foreign message stands for the rest of a batch that cannot be read (a header's name is no UTF-8).
        """
        left = {TopicPartition(topic, p): end for p, (begin, end) in spans.items() if begin < end}
        if not left:
            return
        fetcher = Fetcher(self._bootstrap, {place: spans[place.partition][0] for place in left})
        try:
            await fetcher.start(self._timeout)
            deadline = time.monotonic() + self._timeout
            while left:
                await fetcher.wait()
                found: dict[int, list[KafkaMessage]] = defaultdict(list)
                while fetcher.ready:
                    fetcher.take(None, partial(_read, found, left))
                for partition, messages in found.items():
                    yield partition, messages
                if found:
                    deadline = time.monotonic() + self._timeout
                elif time.monotonic() > deadline:
                    raise KafkaAway(f"{topic}: nothing came for {self._timeout} s")
                for place, end in list(left.items()):
                    if (position := fetcher.position(place)) is not None and position >= end:
                        del left[place]
                        fetcher.drop(place)
        finally:
            await fetcher.close()


def _read(
    found: dict[int, list[KafkaMessage]],
    ends: Mapping[TopicPartition, int],
    place: TopicPartition,
    messages: Iterator[Any],
) -> int:
    """Add the messages before the end of their span; returns the number of messages read."""
    count, end = 0, ends[place]
    kept: list[KafkaMessage] = []
    try:
        for message in messages:
            count += 1
            if message.offset < end:
                kept.append(KafkaMessage(message.offset, message.headers, message.value))
    except UNREADABLE as error:
        _log.warning("foreign messages passed over", partition=str(place), why=str(error))
        if not kept or kept[-1].offset + 1 < end:
            kept.append(KafkaMessage(kept[-1].offset + 1 if kept else 0, (), None))
    if kept:
        found[place.partition].extend(kept)
    return count


@asynccontextmanager
async def reading(bootstrap_servers: Servers, timeout_seconds: float = 15) -> AsyncIterator[Log]:
    """A reader without group and without position. Raises `KafkaAway`."""
    milliseconds = int(timeout_seconds * 1000)
    client = Client(bootstrap_servers, request_timeout_ms=milliseconds)
    options = {"enable_auto_commit": False, "auto_offset_reset": "none", "request_timeout_ms": milliseconds}
    consumer = given(AIOKafkaConsumer(group_id=None, **options), client)
    try:
        await opened(consumer.start(), timeout_seconds, bootstrap_servers)
        with translated():
            yield Log(bootstrap_servers, client, consumer, timeout_seconds)
    finally:
        await ended(consumer.stop())


@asynccontextmanager
async def administrator(bootstrap_servers: Servers, timeout_seconds: float) -> AsyncIterator[Any]:
    """A client that asks about topics and makes them. Raises `KafkaAway`."""
    milliseconds = int(timeout_seconds * 1000)
    admin = given(
        AIOKafkaAdminClient(request_timeout_ms=milliseconds),
        Client(bootstrap_servers, request_timeout_ms=milliseconds),
    )
    try:
        await opened(admin.start(), timeout_seconds, bootstrap_servers)
        yield admin
    finally:
        await ended(admin.close())
