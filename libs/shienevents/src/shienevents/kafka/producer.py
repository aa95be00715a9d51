"""The producer of the relay: idempotent, acknowledged by all replicas, one request under way to each broker.

It is written on aiokafka's client instead of its producer, which keeps trying for ever what it once accepted, cannot be
stopped without flushing, and asks thousands of times a second for a leader that nobody knows.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, NamedTuple

from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError, KafkaError, NoError, for_code
from aiokafka.protocol.offset import OffsetRequest
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.protocol.transaction import InitProducerIdRequest

from .client import Client
from .denial import opened
from .packing import Batch
from .security import Servers
from .waiting import REFUSALS, KafkaAway, bounded, check_allowed, close

_ALL_REPLICAS: Final = -1
_NO_TRANSACTION: Final = 2**31 - 1  # milliseconds; not used
_NO_REPLICA: Final = -1
_END: Final = -1
_SEQUENCES: Final = 2**31  # then they begin at 0 again
_RETRY_SECONDS: Final = 0.05


class _Waiting(NamedTuple):
    """A batch on the wire, and the future of its first offset."""

    data: bytes
    offset: asyncio.Future[int]


class Producer:
    """Sends batches to one topic: `async with Producer(bootstrap_servers, topic) as producer`.

    It sends a batch once. After the first failure nothing more may be sent: the caller makes another one, and
    compares the topic with the store first. (`Refused` is no such failure: that batch is known not to be there.)
    A connection that broke is such a failure also when nothing was under way: the broker may have lost what it had.
    Leaving the context ends what is under way; a batch may still arrive.
    """

    def __init__(self, bootstrap_servers: Servers, topic: str, *, timeout_seconds: float = 10) -> None:
        self._topic = topic
        self._brokers = bootstrap_servers
        self._timeout = timeout_seconds
        self._client = Client(
            bootstrap_servers, client_id="shien-relay", request_timeout_ms=int(timeout_seconds * 1000)
        )
        self._id = self._epoch = -1
        self._sequences: dict[int, int] = {}
        self._ready: dict[int, dict[int, _Waiting]] = {}  # by broker and partition
        self._sending: dict[int, asyncio.Task[None]] = {}  # by broker
        self._connections: dict[int, Any] = {}  # by broker

    async def __aenter__(self) -> Producer:
        try:
            await opened(self._start(), self._timeout, self._brokers)
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close()

    async def send(self, partition: int, batch: Batch) -> int:
        """Send the batch; returns the offset of its first record when every replica in sync has it.

        At most one call at a time for a partition. Raises `KafkaAway`, or `Refused`.
        """
        async with bounded(self._timeout):
            leader = await self._leader(partition)
            sequence = self._sequences.get(partition, 0)
            self._sequences[partition] = (sequence + batch.count) % _SEQUENCES
            waiting = _Waiting(batch.build(self._id, self._epoch, sequence), asyncio.get_running_loop().create_future())
            self._ready.setdefault(leader, {})[partition] = waiting
            if leader not in self._sending:
                self._sending[leader] = asyncio.create_task(self._send_to(leader))
            try:
                return await waiting.offset
            except REFUSALS:
                self._sequences[partition] = sequence  # nothing was written: the broker expects this number still
                raise

    async def ends(self) -> dict[int, int]:
        """The next offset of each partition that has a leader. Raises `KafkaAway`, also for a topic that is gone."""
        async with bounded(self._timeout):
            led: dict[int, list[int]] = {}
            for partition in sorted(self._client.cluster.partitions_for_topic(self._topic) or ()):
                led.setdefault(await self._leader(partition), []).append(partition)
            found = {}
            for leader, partitions in led.items():
                asked = [(self._topic, [(partition, _END) for partition in partitions])]
                for _, answers in (await self._answer(leader, OffsetRequest(_NO_REPLICA, 0, asked))).topics:
                    for partition, code, *_, offset in answers:
                        if code != NoError.errno:
                            raise for_code(code)(f"{self._topic} {partition}")
                        found[partition] = int(offset)
            return found

    async def _start(self) -> None:
        await self._client.bootstrap()
        await self._client.set_topics([self._topic])
        while True:
            request = InitProducerIdRequest(transactional_id=None, transaction_timeout_ms=_NO_TRANSACTION)
            answer = await self._client.send(self._client.get_random_node(), request)
            if answer.error_code == NoError.errno:
                break
            if not (error := for_code(answer.error_code)).retriable:
                raise error
            await asyncio.sleep(_RETRY_SECONDS)  # a broker that has just started has no ids yet
        self._id, self._epoch = answer.producer_id, answer.producer_epoch

    async def _leader(self, partition: int) -> int:
        place = TopicPartition(self._topic, partition)
        leader: int | None = self._client.cluster.leader_for_partition(place)
        if leader in (None, -1):
            await self._client.force_metadata_update()
            check_allowed(self._client, [self._topic])
            leader = self._client.cluster.leader_for_partition(place)
        if leader is None or leader == -1:
            raise KafkaAway(f"partition {partition} of {self._topic} has no leader")
        return leader

    async def _send_to(self, broker: int) -> None:
        """Send what is ready for a broker, all partitions in one request, until nothing is."""
        try:
            while batches := self._ready.pop(broker, None):
                try:
                    await self._request(broker, batches)
                except (KafkaError, OSError, TimeoutError) as error:
                    for waiting in batches.values():
                        if not waiting.offset.done():
                            waiting.offset.set_exception(error)
        finally:
            del self._sending[broker]

    async def _request(self, broker: int, batches: dict[int, _Waiting]) -> None:
        data = [(partition, waiting.data) for partition, waiting in batches.items()]
        answer = await self._answer(
            broker,
            ProduceRequest(
                transactional_id=None,
                required_acks=_ALL_REPLICAS,
                timeout=int(self._timeout * 1000),
                topics=[(self._topic, data)],
            ),
        )
        for _, partitions in answer.topics:
            for partition, code, offset, *_ in partitions:
                waiting = batches[partition].offset
                if waiting.done():  # its sender waits no longer
                    continue
                if code == NoError.errno:
                    waiting.set_result(offset)
                else:
                    waiting.set_exception(for_code(code)())

    async def _answer(self, broker: int, request: Any) -> Any:
        """What a broker answers, over the connection of the first request to it.

        aiokafka makes another one silently. But a broker that was away may be back without its data, and would take
        a record in the middle of the log as the first of its partition.
        """
        held = self._connections.get(broker)
        if held is not None and not held.connected():
            raise KafkaConnectionError(f"the connection to broker {broker} broke: what it holds is compared first")
        answer = await self._client.send(broker, request)
        self._connections.setdefault(broker, self._client.connection(broker))
        return answer

    async def _close(self) -> None:
        self._ready.clear()
        await close(self._client, self._sending.values())
