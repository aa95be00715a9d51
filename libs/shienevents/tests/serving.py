"""What the tests of reading, rebuilding and serving share: services, a reader's looks, and what must come out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from shienevents import (
    Consumer,
    Envelope,
    EventTypes,
    Reaction,
    Reader,
    Record,
    Row,
    Service,
    ServiceSettings,
    Source,
    Store,
    StoreSource,
    View,
    digest_of,
)
from shienevents.consume.rebuild import Rebuild
from shienevents.postgres.pool import open_pool
from shienops._databases import Database

from .world import ALICE, TYPES, VIEWS, BoxEvent, BoxFilled, BoxRow, Put, box, boxes, everything, fold_box, prepared


class CountedRow(Row, key=("box",)):
    """The second version of `BoxRow`: another column, and one of another type."""

    box: str
    held: str = "0"
    times: int = 0


def fold_counted(row: CountedRow, event: BoxEvent, envelope: Envelope) -> CountedRow | None:
    before = fold_box(BoxRow(box=row.box, held=int(row.held), touched=row.times), event, envelope)
    return replace(row, held=str(before.held), times=before.touched) if before else None


boxes2: View[Any] = View(
    name="boxes",
    version=2,
    row=CountedRow,
    subscribes_to=boxes.subscribes_to,
    keys=boxes.keys,
    evolve=fold_counted,
)


def settings_for(database: Database, kafka: str = "127.0.0.1:9", prefix: str = "nowhere.") -> ServiceSettings:
    """A service's settings. Without `kafka`, one that is away. The topic of a service begins with the prefix."""
    return ServiceSettings(dsn=database.dsn, bootstrap_servers=kafka, topic_prefix=prefix, lease_seconds=2)


async def opened(
    settings: ServiceSettings, views: Sequence[View[Any]] = VIEWS, reactions: Sequence[Reaction] = (), **options: Any
) -> Service:
    """The world's service, not started yet."""
    return await Service.open(settings, **{"deciders": [box], **options}, views=views, reactions=reactions)


@asynccontextmanager
async def a_service(
    database: Database,
    kafka: str = "127.0.0.1:9",
    prefix: str = "nowhere.",
    *,
    views: Sequence[View[Any]] = VIEWS,
    reactions: Sequence[Reaction] = (),
) -> AsyncIterator[Service]:
    """The world's service, running on a migrated database."""
    await prepared(database)
    async with await opened(settings_for(database, kafka, prefix), views, reactions) as service:
        yield service


async def put(service: Service, *amounts: int, name: str = "b") -> None:
    """Put these into boxes, each into its own."""
    await asyncio.gather(*(service.handle(Put(f"{name}{n}", amount), ALICE) for n, amount in enumerate(amounts)))


@asynccontextmanager
async def a_reader(store: Store, consumer: Consumer, database: Database) -> AsyncIterator[Reader]:
    """A reader with a pool of its own."""
    pool = await open_pool(database.dsn, scans=True)
    try:
        yield Reader(pool, consumer, store)
    finally:
        await pool.close()


def rebuilding(store: Store, consumer: Consumer, view: View[Any], *more: Source, limit: int = 4000) -> Rebuild:
    """A rebuild from the store, reading `limit` events at a time, and from further sources."""
    return Rebuild(store, consumer, view, lambda: [StoreSource(store, limit=limit), *more])


@dataclass(frozen=True)
class Look:
    """What a reader saw at once."""

    seqs: dict[tuple[str, int], int]
    digest: str


async def looks(reader: Reader, view: View[Any], found: list[Look], over: asyncio.Event) -> None:
    """Look again and again; between the position and the rows anything may happen."""
    while not over.is_set():
        async with reader.snapshot() as snapshot:
            await asyncio.sleep(0.005)  # not a wait: the moment between two queries of a slow page
            rows = await snapshot.rows(view)
            digest = await snapshot.digest(view)
            assert digest == digest_of(rows)
            look = Look(snapshot.positions.seqs, digest)
            if look not in found:
                found.append(look)


def expected_digest(records: Sequence[Record], until: dict[tuple[str, int], int], types: EventTypes = TYPES) -> str:
    """The digest of `boxes` worked out by hand from the log: none of the library's folding."""
    rows: dict[Any, BoxRow] = {}
    for record in records:
        if record.envelope.seq > until.get((record.source, record.envelope.shard), 0):
            continue
        event = types.parse(record.envelope.type, record.data)
        assert isinstance(event, BoxFilled)
        row = rows.get(event.box, BoxRow(box=event.box))
        rows[event.box] = BoxRow(box=row.box, held=row.held + event.amount, touched=row.touched + 1)
    return digest_of(dict(rows))


async def log_of(*stores: Store) -> list[Record]:
    """Every record of the stores, in order within each shard."""
    return [record for store in stores for records in (await everything(store)).values() for record in records]
