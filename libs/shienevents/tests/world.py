"""The small world these tests play in: boxes that hold a number, views of them, and ways to run and publish.

A box is a stream. `Put` adds to it, `Take` takes out of it unless it holds less, `Look` changes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import asyncpg
from aiokafka import AIOKafkaProducer

from shienevents import (
    CLOUDEVENT_HEADERS,
    Actor,
    Append,
    Consumer,
    Decider,
    Envelope,
    Event,
    EventTypes,
    Handler,
    Home,
    Idempotency,
    KafkaSource,
    Origin,
    Positions,
    Reaction,
    Record,
    Rejected,
    Row,
    Source,
    Store,
    StoreSource,
    View,
    key_of,
    migrate,
    replay,
    shard_of,
)
from shienevents.consume.ledger import load_state
from shienevents.core.ids import new_id
from shienevents.kafka.broker import ensure_topic
from shienevents.views.fold import Parking
from shienops._databases import Database

SHARDS = 3
ABROAD = UUID(int=77)  # the store of foreign records
ALICE = Origin(Actor("coordinator", "sasaeria-1"))
T = TypeVar("T")


class BoxFilled(Event, wire="needs.box_filled.v1"):
    """Something was put into a box."""

    box: str
    amount: int


class BoxTaken(Event, wire="needs.box_taken.v1"):
    """Something was taken out of a box."""

    box: str
    amount: int


class BoxLost(Event, wire="needs.box_lost.v1"):
    """The box is gone."""

    box: str


class MatchSeen(Event, wire="matching.match_seen.v1"):
    """An event of another service."""

    box: str


@dataclass(frozen=True)
class Put:
    box: str
    amount: int
    area: str | None = None


@dataclass(frozen=True)
class Take:
    box: str
    amount: int


@dataclass(frozen=True)
class Look:
    box: str


Command = Put | Take | Look
BoxEvent = BoxFilled | BoxTaken | BoxLost


def decide(command: Command, held: int) -> Sequence[BoxEvent]:
    match command:
        case Put():
            return [BoxFilled(box=command.box, amount=command.amount)]
        case Take() if command.amount > held:
            raise Rejected("box.short", held=held)
        case Take():
            return [BoxTaken(box=command.box, amount=command.amount)]
        case Look():
            return []


def hold(held: int, event: BoxEvent) -> int:
    match event:
        case BoxFilled():
            return held + event.amount
        case BoxTaken():
            return held - event.amount
        case BoxLost():
            return 0


def home(command: Command) -> Home | None:
    """A box is born where `Put` says, else in an area that its name decides."""
    match command:
        case Put(area=str(area)):
            return Home("272108", area)
        case Put():
            return Home("272108", area_for(command.box))
        case _:
            return None


box = Decider(
    name="box",
    commands=(Put, Take, Look),
    events=(BoxFilled, BoxTaken, BoxLost),
    stream=lambda command: command.box,
    home=home,
    initial=0,
    decide=decide,
    evolve=hold,
)
TYPES = EventTypes([BoxFilled, BoxTaken, BoxLost])


class BoxRow(Row, key=("box",)):
    """What a box holds, and how often it was touched."""

    box: str
    held: int = 0
    touched: int = 0


def fold_box(row: BoxRow, event: BoxEvent, envelope: Envelope) -> BoxRow | None:
    match event:
        case BoxFilled():
            return replace(row, held=row.held + event.amount, touched=row.touched + 1)
        case BoxTaken():
            return replace(row, held=row.held - event.amount, touched=row.touched + 1)
        case BoxLost():
            return None


boxes = View(
    name="boxes",
    version=1,
    row=BoxRow,
    subscribes_to=(BoxFilled, BoxTaken, BoxLost),
    keys=lambda event, envelope: [event.box],
    evolve=fold_box,
)


class AreaRow(Row, key=("area",)):
    """What was ever put into boxes of an area; fed by many streams."""

    area: str
    filled: int = 0


areas_filled = View(
    name="areas_filled",
    version=1,
    row=AreaRow,
    subscribes_to=(BoxFilled,),
    keys=lambda event, envelope: [envelope.area],
    evolve=lambda row, event, envelope: replace(row, filled=row.filled + event.amount),
)
VIEWS: Sequence[View[Any]] = (boxes, areas_filled)


class SeenRow(Row, key=("box",)):
    """A box that another service has seen."""

    box: str
    times: int = 0


seen_abroad = View(
    name="seen_abroad",
    version=1,
    row=SeenRow,
    subscribes_to=(MatchSeen,),
    keys=lambda event, envelope: [event.box],
    evolve=lambda row, event, envelope: replace(row, times=row.times + 1),
)


def _areas() -> dict[int, str]:
    found: dict[int, str] = {}
    for n in range(1000):
        found.setdefault(shard_of(f"a{n}", SHARDS), f"a{n}")
    return found


AREAS = _areas()  # an area of each shard


def area_for(name: str) -> str:
    """Some area, always the same for a name."""
    return f"a{sum(name.encode()) % 17}"


async def prepared(database: Database, service: str = "needs", shards: int = SHARDS) -> Database:
    """The database, migrated."""
    await migrate(database.owner_dsn, service=service, writer=database.name, shards=shards)
    return database


@asynccontextmanager
async def a_store(database: Database, service: str = "needs", **options: Any) -> AsyncIterator[Store]:
    """The migrated database's store, closed afterwards."""
    await prepared(database, service)
    async with again(database, **options) as store:
        yield store


@asynccontextmanager
async def again(database: Database, **options: Any) -> AsyncIterator[Store]:
    """One more store object on a migrated database: what another process would have."""
    store = await Store.open(database.dsn, **options)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A plain connection."""
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


def append(
    stream: str, *amounts: int, after: int = 0, shard: int = 0, origin: Origin = ALICE, ids: Sequence[UUID] = ()
) -> Append:
    """An append of one `BoxFilled` for each amount."""
    return Append(
        stream=stream,
        expected=after,
        shard=shard,
        home=Home("272108", AREAS[shard]),
        events=[BoxFilled(box=stream, amount=amount) for amount in amounts],
        ids=ids or [new_id() for _ in amounts],
        origin=origin,
    )


def keyed(key: str, fingerprint: bytes = b"same", principal: str = "alice") -> Origin:
    """Alice's request with an Idempotency-Key."""
    return replace(ALICE, idempotency=Idempotency(principal, key, fingerprint))


async def outcome(awaitable: Awaitable[T]) -> T | Exception:
    """The result, or the exception as a value."""
    try:
        return await awaitable
    except Exception as error:  # noqa: BLE001 - the tests compare it
        return error


async def everything(store: Store) -> dict[int, list[Record]]:
    """The whole log, by shard."""
    return {shard: await store.read(shard, 0, 1_000_000, 1 << 40) for shard in range(store.shards)}


async def check_log(store: Store) -> list[Record]:
    """Dense and ordered as promised; returns all records."""
    records = []
    versions: dict[str, list[int]] = {}
    for shard, found in (await everything(store)).items():
        assert [r.envelope.seq for r in found] == list(range(1, len(found) + 1)), f"shard {shard} is not dense"
        times = [r.envelope.recorded_at for r in found]
        assert times == sorted(times), f"recorded_at of shard {shard} went back"
        for r in found:
            versions.setdefault(r.envelope.stream, []).append(r.envelope.version)
        records += found
    assert versions == {stream: list(range(1, len(v) + 1)) for stream, v in versions.items()}
    return records


async def until(
    condition: Callable[[], bool | Awaitable[bool]], *, seconds: float = 60, why: Callable[[], object] = str
) -> None:
    """Poll until it holds."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if isinstance(found, Awaitable):
            found = await found
        if found:
            return
        assert time.monotonic() < deadline, f"not within {seconds} s {why()}"
        await asyncio.sleep(0.01)


@asynccontextmanager
async def running(*actors: Any) -> AsyncIterator[None]:
    """Run relays and consumers meanwhile; what they raise is raised."""
    tasks = [asyncio.create_task(actor.run()) for actor in actors]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception):
                raise result


def a_consumer(
    store: Store,
    *more: Source,
    views: Sequence[View[Any]] = VIEWS,
    reactions: Sequence[Reaction] = (),
    types: EventTypes = TYPES,
    deciders: Sequence[Decider[Any, Any, Any]] = (box,),
    **options: Any,
) -> Consumer:
    """A consumer of the store's own events and of further sources."""
    sources = [StoreSource(store), *more]
    handler = Handler(store, types, deciders)
    return Consumer(store, types, handler, sources, views=views, reactions=reactions, **options)


def hearing(kafka: str, shards: int = SHARDS, **topics: str) -> KafkaSource:
    """A source for topics by service: `hearing(kafka, needs="topic")`."""
    return KafkaSource(kafka, topics, shards)


async def reached(store: Store) -> Positions:
    """Where the committed projection stands."""
    async with store.pool.acquire() as connection:
        return (await load_state(connection, "live")).positions


async def caught_up(store: Store, seqs: dict[tuple[str, int], int] | None = None, *, seconds: float = 60) -> None:
    """Wait until the committed position covers these numbers; without any, the store's own heads."""
    wanted = seqs or {(store.service, shard): head for shard, head in enumerate(await store.heads())}

    async def there() -> bool:
        return (await reached(store)).covers(wanted)

    await until(there, seconds=seconds, why=lambda: f"to reach {wanted}")


async def digests(store: Store, *views: View[Any]) -> dict[str, str]:
    """The digests kept in Postgres, by view."""
    from shienevents.views.tables import Table

    async with store.pool.acquire() as connection:
        return {view.name: await Table(view).digest(connection) for view in views or VIEWS}


async def rows(store: Store, view: View[Any]) -> dict[Any, Any]:
    """The rows of a view in Postgres, by key."""
    from shienevents.views.tables import Table

    async with store.pool.acquire() as connection:
        return {view.key_of(row): row for row in await Table(view).select(connection)}


async def replayed(
    store: Store, *more: Source, views: Sequence[View[Any]] = VIEWS, types: EventTypes = TYPES
) -> dict[str, str]:
    """The digests of a replay in memory up to the committed position."""
    found = await replay(types, views, [StoreSource(store), *more], await reached(store))
    return found.digests


def parked(parkings: Iterable[Parking]) -> list[tuple[str, str, int]]:
    """Subscriber, stream and version of what was parked, in order."""
    return sorted((p.subscriber, p.record.envelope.stream, p.record.envelope.version) for p in parkings)


async def parked_in(store: Store) -> list[tuple[str, str, int, str]]:
    """Subscriber, source, seq and the beginning of the reason of what is parked in Postgres."""
    async with store.pool.acquire() as connection:
        found = await connection.fetch(
            "select subscriber, stream, seq, reason from parked order by subscriber, source, shard, seq"
        )
    return [(row["subscriber"], row["stream"], row["seq"], row["reason"]) for row in found]


def foreign_record(
    n: int,
    event: Event | None = None,
    *,
    source: str = "needs",
    store: UUID = ABROAD,
    area: str = AREAS[0],
    stream: str = "box-f",
    version: int | None = None,
    data: bytes | None = None,
    type_: str | None = None,
    id_: UUID | None = None,
    depth: int = 0,
    municipality: str = "272108",
) -> Record:
    """The nth record of a shard, as another service's relay would publish it."""
    event = event or BoxFilled(box="f", amount=n)
    at = datetime(2026, 4, 1, tzinfo=UTC)
    envelope = Envelope(
        id=id_ or uuid4(),
        type=type_ or event.wire,
        stream=stream,
        version=version or n,
        shard=shard_of(area, SHARDS),
        seq=n,
        occurred_at=at,
        recorded_at=at,
        actor="coordinator/test",
        municipality=municipality,
        area=area,
        correlation=UUID(int=1),
        causation=None,
        depth=depth,
        traceparent=None,
    )
    return Record(source, store, envelope, event.data() if data is None else data)


@asynccontextmanager
async def a_topic(kafka: str, topic: str, partitions: int = SHARDS) -> AsyncIterator[Publisher]:
    """The topic, made, and a way to write to it."""
    await ensure_topic(kafka, topic, partitions)
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all")
    await producer.start()
    try:
        yield Publisher(producer, topic)
    finally:
        await producer.stop()


class Publisher:
    """Writes to a topic what a relay would, or anything else."""

    def __init__(self, producer: Any, topic: str) -> None:
        self._producer = producer
        self.topic = topic

    async def publish(self, *records: Record) -> None:
        """As a relay would."""
        for record in records:
            await self.send(record.envelope.shard, record.structured(), CLOUDEVENT_HEADERS, key_of(record))

    async def send(
        self, partition: int, value: bytes | None, headers: Sequence[tuple[str, bytes]] = (), key: bytes | None = None
    ) -> None:
        """Anything."""
        await self._producer.send_and_wait(self.topic, value, key=key, partition=partition, headers=list(headers))
