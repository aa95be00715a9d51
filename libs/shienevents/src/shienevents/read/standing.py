"""Where a service stands, read from its database alone: for operators, also while the service does not run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ..consume.cells import CellStanding, cells_of
from ..consume.consumer import PROJECTION
from ..consume.ledger import load_state, parked_counts, skipped_events
from ..core.errors import Stopped
from ..core.positions import Positions
from ..kafka.broker import topic_exists
from ..kafka.security import Servers
from ..postgres.pool import Connection, borrowed
from ..relay.check import check, lost
from ..relay.checkpoints import Checkpoint, load
from ..views.fold import EventOfSubscriber
from ..write.store import Store

_LEASES = """
    select name, holder, until, until > clock_timestamp() as held
    from (select distinct on (name) name, holder, until from leases order by name, number desc) newest
    where isfinite(until)
"""
# One index probe a shard, as in `heads`.
_OUTBOX = """
    select h.shard, h.seq as head, coalesce(sent.seq, 0) as sent, coalesce(sent.kafka_offset, -1) as kafka_offset,
           (select e.recorded_at from events e
            where e.shard = h.shard and e.seq = coalesce(sent.seq, 0) + 1) as oldest
    from heads() h
    left join lateral (
        select r.seq, r.kafka_offset from relayed r where r.shard = h.shard order by r.seq desc limit 1
    ) sent on true
    order by h.shard
"""
_TABLES = "select tablename as name from pg_tables where schemaname = 'views' order by 1"


@dataclass(frozen=True, slots=True)
class LeaseStanding:
    """Who holds a lease, until when, and whether that is still ahead by the database's clock."""

    name: str
    holder: UUID
    until: datetime
    held: bool


@dataclass(frozen=True, slots=True)
class ShardStanding:
    """A shard's last event, the last one that Kafka is known to have, and when the oldest unsent one was recorded."""

    shard: int
    head: int
    sent: int
    sent_offset: int
    oldest_unsent: datetime | None

    @property
    def unsent(self) -> int:
        """How many events wait for Kafka."""
        return max(0, self.head - self.sent)


@dataclass(frozen=True, slots=True)
class Standing:
    """One service in one snapshot. `moved_at`: when its views moved last; `views`: version and time by name.

    `parked`: how many events, by (subscriber, source, shard). `tables`: every table in the schema of the views.
    """

    service: str
    store: UUID
    now: datetime
    shards: Sequence[ShardStanding]
    positions: Positions
    batch: int
    moved_at: datetime | None
    views: Mapping[str, tuple[int, datetime]]
    tables: Sequence[str]
    parked: Mapping[tuple[str, str, int], int]
    skipped: frozenset[EventOfSubscriber]
    leases: Sequence[LeaseStanding]
    cells: Sequence[CellStanding] = ()

    @property
    def heads(self) -> dict[tuple[str, int], int]:
        """The last number of every shard, as a token."""
        return {(self.service, one.shard): one.head for one in self.shards}


async def standing(store: Store) -> Standing:
    """Read where a service stands. Raises `Unavailable`."""
    async with borrowed(store.pool) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        return await _read(store, connection)


async def _read(store: Store, connection: Connection) -> Standing:
    now = await connection.fetchval("select clock_timestamp()")
    outbox = await connection.fetch(_OUTBOX)
    state = await load_state(connection, PROJECTION)
    moved_at = await connection.fetchval("select max(at) from batches where projection = $1", PROJECTION)
    views = await connection.fetch("select name, version, built_at from views order by name")
    return Standing(
        service=store.service,
        store=store.id,
        now=now,
        shards=[ShardStanding(*row) for row in outbox],
        positions=state.positions,
        batch=state.number,
        moved_at=moved_at,
        views={row["name"]: (row["version"], row["built_at"]) for row in views},
        tables=[row["name"] for row in await connection.fetch(_TABLES)],
        parked=await parked_counts(connection),
        skipped=frozenset(await skipped_events(connection)),
        leases=[LeaseStanding(*row) for row in await connection.fetch(_LEASES)],
        cells=await cells_of(connection),
    )


async def topic_standing(store: Store, bootstrap_servers: Servers, topic: str) -> dict[int, Checkpoint | Stopped]:
    """What the relay finds when it compares each shard with its partition: how far the topic is, or why it stops.

    A topic that is gone has lost what was sent: it is made again when the relay sends. Raises `KafkaAway`,
    `Unavailable`.
    """
    if await topic_exists(bootstrap_servers, topic):
        return await check(store, bootstrap_servers, topic, range(store.shards))
    sent = await load(store.pool, range(store.shards))
    return {shard: lost(store, topic, shard, one) if one.seq else one for shard, one in sent.items()}
