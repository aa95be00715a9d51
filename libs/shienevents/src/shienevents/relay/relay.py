"""The relay: every event of the store, shard by shard, in order, to its partition of the topic.

No Kafka transactions. The producer is idempotent, waits for all replicas, has one batch in flight for a
partition, and **every record carries its dense number**: a run that this or any other relay sends begins at or
before the first number the partition lacks and has no gap, so whatever overlaps, the first occurrences read
1, 2, 3 … . Consumers drop what they have and stop at a gap. After any failure the producer is thrown away, the
topic is compared with the store again (see `check`), and sending goes on from what Kafka really has.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog

from ..core.errors import Stopped, Unavailable
from ..kafka.broker import ensure_topic
from ..kafka.producer import Producer
from ..kafka.security import Servers
from ..kafka.waiting import KafkaAway, KafkaDenied
from ..postgres.leases import Lease
from ..write.store import Store
from . import checkpoints
from .check import check
from .checkpoints import Checkpoint
from .lane import Lane, LeaseLost, send_shard

_CHECKPOINT_SECONDS = 0.2
_RECHECK_SECONDS = 5.0
_IDLE_SECONDS = 0.5

_log = structlog.get_logger("shienevents.relay")


@dataclass(frozen=True, slots=True)
class ShardState:
    """How far one shard is sent. `stopped` says why it stopped and what the remedy is."""

    shard: int
    sent: int
    lag_events: int
    stopped: Stopped | None


@dataclass(frozen=True, slots=True)
class RelayState:
    """What health and metrics show. `active` is false while another relay holds the lease, or Kafka is unavailable;
    `trouble` is the last failure that is not over yet."""

    active: bool
    trouble: str | None
    shards: tuple[ShardState, ...]


class Relay:
    """Sends the events of a store to its topic: `await Relay(store, bootstrap_servers, topic).run()`.

    One relay of a service works at a time, others stand by and take over. The topic is made when it is missing,
    with a partition for each shard and `replication` replicas.
    """

    def __init__(
        self,
        store: Store,
        bootstrap_servers: Servers,
        topic: str,
        *,
        lease_seconds: float = 10,
        recheck_seconds: float = _RECHECK_SECONDS,
        send_timeout_seconds: float = 10,
        replication: int = 1,
    ) -> None:
        self._store = store
        self._bootstrap = bootstrap_servers
        self._topic = topic
        self._replication = replication
        self._recheck = recheck_seconds
        self._timeout = send_timeout_seconds
        self.lease = Lease(store.pool, "relay", lease_seconds)
        self._lanes = [Lane(shard) for shard in range(store.shards)]
        self._saved: dict[int, Checkpoint] = {}
        self._saves = 0
        self._active = False
        self._trouble: str | None = None
        store.on_append(lambda shard, seq: self._lanes[shard].reach(seq))

    @property
    def state(self) -> RelayState:
        """How far every shard is sent, and what is wrong."""
        return RelayState(
            self._active,
            self._trouble,
            tuple(ShardState(lane.shard, lane.sent.seq, lane.lag_events, lane.stopped) for lane in self._lanes),
        )

    async def run(self) -> None:
        """Relay until cancelled. While Kafka or Postgres is unavailable it tries again, without limit."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch())
            tasks.create_task(self._supervise())

    async def _supervise(self) -> None:
        pause = 0.1
        me = asyncio.current_task()
        # A task group that is failing loses the cancellation; the task itself still has it.
        while me and not me.cancelling():
            began = time.monotonic()
            try:
                if await self.lease.hold():
                    await self._work()
                await asyncio.sleep(min(0.5, self.lease.seconds / 5))  # standing by
                continue
            except LeaseLost:
                _log.warning("relay.lease_lost", service=self._store.service)
                continue
            except Exception as error:  # noqa: BLE001 - the supervising loop: logged, and tried again from the check
                self._trouble = error.en if isinstance(error, KafkaDenied) else repr(error)
                _log.warning("relay.failed", service=self._store.service, error=repr(error))
            finally:
                self._active = False
            pause = 0.1 if time.monotonic() - began > 10 else min(pause * 2, 2)
            await asyncio.sleep(pause)

    async def _work(self) -> None:
        """Work with one producer. Ends only by raising the first failure."""
        shards = range(self._store.shards)
        self._saved = {}
        sending = False
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_lease())  # from here on: comparing and connecting may outlast it
                await ensure_topic(self._bootstrap, self._topic, self._store.shards, self._replication)
                going = await self._begin(shards)
                async with Producer(self._bootstrap, self._topic, timeout_seconds=self._timeout) as producer:
                    self._active, self._trouble, sending = True, None, True
                    await self._ship(producer, going)
        except* Exception as group:  # noqa: BLE001 - only unwrapped: the first failure is the cause of the others
            raise _first(group) from None
        finally:
            self._active = False
            await self._leave(noting=sending)

    async def _ship(self, producer: Producer, going: Iterable[Lane]) -> None:
        async with asyncio.TaskGroup() as tasks:

            def start(lanes: Iterable[Lane]) -> None:
                for lane in lanes:
                    tasks.create_task(send_shard(self._store, self.lease, producer, lane))

            await self._look(producer)  # from here on a connection that breaks ends this producer
            start(going)
            tasks.create_task(self._note_checkpoints())
            while True:
                await asyncio.sleep(self._recheck)
                await self._look(producer)
                stopped = [lane.shard for lane in self._lanes if lane.stopped]
                if stopped:
                    start(await self._begin(stopped))

    async def _look(self, producer: Producer) -> None:
        """Raise `KafkaAway` when the topic lost its end: no send would tell it of a shard that is at rest."""
        sent = {lane.shard: lane.sent.offset for lane in self._lanes if lane.sent.seq and not lane.stopped}
        ends = await producer.ends() if sent else {}
        if gone := [shard for shard, offset in sent.items() if ends.get(shard, 0) <= offset]:
            raise KafkaAway(f"the topic does not hold what was sent of the shards {gone}")

    async def _begin(self, shards: Sequence[int]) -> list[Lane]:
        """Compare these shards with the topic; returns those that may be sent, set to where they continue."""
        verdicts = await check(self._store, self._bootstrap, self._topic, shards)
        for shard in shards:
            self._lanes[shard].head = 0  # the store may have been restored from a backup meanwhile
        heads = await self._store.heads()
        going = []
        for shard, verdict in verdicts.items():
            lane = self._lanes[shard]
            lane.reach(heads[shard])
            if isinstance(verdict, Stopped):
                if str(verdict) != str(lane.stopped):
                    _log.error("relay.stopped", service=verdict.source, shard=shard, why=verdict.en)
                lane.stopped = verdict
                continue
            lane.stopped = None
            lane.acknowledge(verdict)
            going.append(lane)
        return going

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(self.lease.seconds / 6)
            try:
                held = await self.lease.hold()
            except Unavailable:
                held = self.lease.held
            if not held:
                raise LeaseLost(self.lease.name)

    async def _note_checkpoints(self) -> None:
        while True:
            await asyncio.sleep(_CHECKPOINT_SECONDS)
            await self._save()

    async def _save(self) -> None:
        moved = {
            lane.shard: lane.sent
            for lane in self._lanes
            if lane.sent.seq and not lane.stopped and lane.sent != self._saved.get(lane.shard)
        }
        self._saves += 1
        await checkpoints.save(self._store.pool, self.lease, moved, prune=self._saves % 25 == 0)
        self._saved.update(moved)

    async def _leave(self, *, noting: bool) -> None:
        """Save the checkpoints and release the lease; without Postgres neither is possible, and neither is needed."""
        try:
            async with asyncio.timeout(2):
                if self.lease.held:
                    if noting:
                        await self._save()
                    await self.lease.release()
        except (Unavailable, TimeoutError):
            _log.info("relay.left_without_checkpoint", service=self._store.service)

    async def _watch(self) -> None:
        """Poll for commits of other processes."""
        while True:
            try:
                pause = await self._store.poll()
            except Unavailable:
                pause = _IDLE_SECONDS
            await asyncio.sleep(pause if self._active else _IDLE_SECONDS)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first failure in a group of groups; the loss of a lease before any other."""
    lost, _ = group.split(LeaseLost)
    error: BaseException = lost or group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
