"""The fixture of the benchmarks: a database with its store, an event and its decider and view, and bulk history."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from shienevents import (
    Actor,
    Brokers,
    Decider,
    Envelope,
    Event,
    EventTypes,
    Home,
    Origin,
    Row,
    Store,
    View,
    migrate,
    replace,
    shard_of,
)
from shienops import Stack

SHARDS = 12
AREAS = [next(f"a{n}" for n in range(10_000) if shard_of(f"a{n}", SHARDS) == shard) for shard in range(SHARDS)]
HOMES = [Home("272108", area) for area in AREAS]
ORIGIN = Origin(Actor("bench", "bench"), occurred_at=datetime.now(UTC))


class NeedNoted(Event, wire="needs.need_noted.v1"):
    """An event with about 300 bytes of data."""

    need_id: UUID
    people: int
    note: str


@dataclass(frozen=True, slots=True)
class NoteNeed:
    """The command that the benchmarks send."""

    need_id: UUID
    area: str
    note: str


class NeedRow(Row, key=("need_id",)):
    """One row for each stream."""

    need_id: UUID
    area: str = ""
    people: int = 0
    notes: int = 0


def evolve(row: NeedRow, event: NeedNoted, envelope: Envelope) -> NeedRow:
    """Count the event and store its area."""
    return replace(row, area=envelope.area, people=row.people + event.people, notes=row.notes + 1)


NOTE = "x" * 226
TYPES = EventTypes([NeedNoted])
NEEDS = View(
    name="needs",
    version=1,
    row=NeedRow,
    subscribes_to=(NeedNoted,),
    keys=lambda event, envelope: [event.need_id],
    evolve=evolve,
)
DECIDER: Decider[NoteNeed, int, NeedNoted] = Decider(
    name="need",
    commands=(NoteNeed,),
    events=(NeedNoted,),
    stream=lambda command: command.need_id,
    home=lambda command: Home("272108", command.area),
    initial=0,
    decide=lambda command, state: [NeedNoted(need_id=command.need_id, people=3, note=command.note)],
    evolve=lambda state, event: state + 1,
)


@dataclass(frozen=True)
class Fixture:
    """A migrated database, its store, and Kafka."""

    name: str
    dsn: str
    owner_dsn: str
    store: Store
    brokers: Brokers

    async def owner(self) -> asyncpg.Connection[asyncpg.Record]:
        """Return a connection of the owner of this database."""
        return await asyncpg.connect(self.owner_dsn)


async def make_fixture(stack: Stack, label: str) -> Fixture:
    """Create and migrate a database for one benchmark."""
    name = f"{label}_{time.time_ns() // 1_000_000 % 100_000_000}"
    database = await stack.create_database(name)
    await migrate(database.owner_dsn, service="needs", writer=name, shards=SHARDS)
    store = await Store.open(database.dsn)
    return Fixture(name, database.dsn, database.owner_dsn, store, stack.brokers)


# In each shard a hundred streams at a time get events in turn, until each has ten events.
_HISTORY = """
insert into events
select (n % 12)::smallint, n / 12 + 1, uuidv7(), 'needs.need_noted.v1', 'need-' || need, 1 + n / 12 % 1000 / 100,
       now(), now(), 'bench/bench', '272108', ($1::text[])[1 + n % 12], uuidv7(), null, 0, null,
       convert_to(format('{"need_id":"%s","note":"%s","people":3}', need, repeat('x', 226)), 'UTF8')
from (
    select n, md5(format('%s %s %s', n % 12, n / 12000, n / 12 % 100))::uuid as need
    from generate_series($2::bigint, $3::bigint - 1) n
) facts
"""


async def write_history(fixture: Fixture, until: int) -> None:
    """Append events by SQL until there are `until`. Their numbers are dense, as those of the store."""
    connection = await fixture.owner()
    try:
        await connection.execute("set synchronous_commit = off")
        done = await connection.fetchval("select count(*) from events")
        while done < until:
            part = min(120_000, until - done)
            await connection.execute(_HISTORY, AREAS, done, done + part, timeout=300)
            done += part
        await connection.execute("analyze events")
    finally:
        await connection.close()
