"""past_200k_s, past_200k_warm_ms, past_2m_s: the board of a city as of a time, by a history of needs and matches."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import asyncpg
import orjson

from bench.figures import Figure
from bench.fixture import ORIGIN, SHARDS
from portal.board_answers import count
from portal.projections import VIEWS
from shiendomain.days import day_of
from shiendomain.matching import MatchAccepted, MatchConcluded, MatchProposed
from shiendomain.needs import NeedRecorded
from shiendomain.registry import AreaDefined
from shiendomain.rules import STALE_AFTER_DAYS
from shiendomain.vocabulary import AreaKind, FitReason, Frequency, Outcome, SourceKind, SupportKind, Tier
from shienevents import Append, Event, Home, Positions, Store, StoreSource, event_types, migrate, shard_of
from shienevents.read.kept_folds import KeptFolds
from shienevents.read.pasts import Pasts
from shienops import Stack

EVENTS = int(os.environ.get("SHIEN_BENCH_PAST", "2000000"))
STEP = 200_000
CITY = "272108"
_CODES = (f"{CITY}-{n}" for n in range(10_000))
_BY_SHARD = {shard_of(code, SHARDS): code for code in _CODES}
AREAS = [_BY_SHARD[shard] for shard in range(SHARDS)]
NEED, MATCH, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)  # each is replaced for each need, as the area is
_HELP = {"match_id": MATCH, "need_id": NEED, "need_area": AREAS[0], "resource_id": OTHER}
_NEEDS: tuple[Event, ...] = (
    NeedRecorded(
        need_id=NEED, area=AREAS[0], support_kind=SupportKind.OUTING, people=2, frequency=Frequency.WEEKLY,
        source=SourceKind.SURVEY,
    ),
)  # fmt: skip
_MATCHES: tuple[Event, ...] = (
    MatchProposed(**_HELP, resource_version=1, people=2, reasons=(FitReason.KIND,)),
    MatchAccepted(**_HELP, people=2),
    MatchConcluded(**_HELP, outcome=Outcome.HELPED, people_helped=2, people_freed=2),
)
# The needs from $1 to $2, each a stream of its own, an area in each shard. $3: the type of the event, $4: areas, $5:
# its data, $6: how many events of a need its service has, $7: which of them it is.
_WRITE = f"""
insert into events
select (n % {SHARDS})::smallint, n / {SHARDS} * $6 + $7, uuidv7(), $3, 'stream-' || need, $7, now(), now(),
       'bench/bench', '{CITY}', area, uuidv7(), null, 0, null, convert_to(replace(replace(replace(
           $5, '{NEED}', need::text), '{MATCH}', need::text), '{AREAS[0]}', area), 'UTF8')
from (
    select n, md5('need' || n)::uuid as need, ($4::text[])[1 + n % {SHARDS}] as area
    from generate_series($1::bigint, $2::bigint) n
) facts
"""


async def run(stack: Stack, figures: dict[str, Figure]) -> None:
    """Measure once."""
    stamp = time.time_ns() // 1_000_000 % 100_000_000
    made = {
        service: await stack.create_database(f"bench_past_{service}_{stamp}")
        for service in ("registry", "needs", "matching", "portal")
    }
    for service, database in made.items():
        await migrate(database.owner_dsn, service=service, writer=database.name, shards=SHARDS)
    stores = {service: await Store.open(made[service].dsn) for service in ("registry", "needs", "matching")}
    await _write_areas(stores["registry"])
    owners = {service: made[service].owner_dsn for service in ("needs", "matching")}
    pasts = _Pasts(made["portal"].dsn, stores)
    written = 0
    while written < EVENTS:
        await _write(owners, written, written + STEP)
        written += STEP
        if written == STEP:
            floor = await _by_hand(stores)
            at = datetime.now(UTC)
            figures["past_200k_s"].add(await pasts.board_seconds(at), floor)
            once = await pasts.board_seconds(at)
            figures["past_200k_warm_ms"].add(once * 1000, await pasts.need_seconds(at) * 1000)
        await pasts.pasts.keep_up()
    cold = _Pasts(made["portal"].dsn, stores)
    figures["past_2m_s"].add(await cold.board_seconds(datetime.now(UTC)), floor)
    for one in (pasts, cold):
        await one.pasts.close()
    for store in stores.values():
        await store.close()


class _Pasts:
    """Pasts of the portal, which reads the stores of the others."""

    def __init__(self, dsn: str, stores: Mapping[str, Store]) -> None:
        self._stores = stores
        folds = KeptFolds(dsn, "portal", VIEWS)
        self.pasts = Pasts(dsn, event_types((), VIEWS), VIEWS, self._sources, self._known, folds)

    def _sources(self) -> list[StoreSource]:
        return [StoreSource(store) for store in self._stores.values()]

    async def _known(self) -> Positions:
        heads = {(name, n): seq for name, store in self._stores.items() for n, seq in enumerate(await store.heads())}
        return Positions.at(heads)

    async def board_seconds(self, at: datetime) -> float:
        """Seconds for the board of the city as of a time."""
        begun = time.perf_counter()
        async with self.pasts.snapshot(at, seconds=600) as seen:
            board = await count(seen, CITY, day_of(at), STALE_AFTER_DAYS, subtree=True)
        assert board.board.matches.helped > 0
        return time.perf_counter() - begun

    async def need_seconds(self, at: datetime) -> float:
        """Seconds for one need as of a time."""
        begun = time.perf_counter()
        async with self.pasts.snapshot(at, seconds=600) as seen:
            assert await seen.fetch("select * from needs limit 1")
        return time.perf_counter() - begun


async def _write_areas(store: Store) -> None:
    root = AreaDefined(
        area=CITY, parent=None, municipality=CITY, kind=AreaKind.MUNICIPALITY, tiers=(Tier.TIER1,), name="合成",
        valid_from=date(2024, 4, 1),
    )  # fmt: skip
    areas = [root.model_copy(update={"area": code, "parent": CITY, "tiers": (Tier.TIER2,)}) for code in AREAS]
    for event in (root, *areas):
        home = Home(CITY, event.area)
        await store.append(Append(f"area-{event.area}", 0, store.shard(home), home, [event], [uuid4()], ORIGIN))


async def _write(owners: Mapping[str, str], done: int, until: int) -> None:
    """Append needs with their matches, four events each, until there are so many events."""
    for service, events in {"needs": _NEEDS, "matching": _MATCHES}.items():
        connection = await asyncpg.connect(owners[service])
        try:
            await connection.execute("set synchronous_commit = off")
            for nth, event in enumerate(events, start=1):
                text = event.model_dump_json()
                arguments = (event.wire, AREAS, text, len(events), nth)
                await connection.execute(_WRITE, done // 4, until // 4 - 1, *arguments, timeout=300)
            await connection.execute("analyze events")
        finally:
            await connection.close()


async def _by_hand(stores: Mapping[str, Store]) -> float:
    """Seconds to read all events in order and parse their JSON: without types, views, tables and a board."""
    begun = time.perf_counter()
    for store in stores.values():
        for shard in range(SHARDS):
            after = 0
            while rows := await store.pool.fetch(
                "select seq, data from events where shard = $1 and seq > $2 order by seq limit 4000", shard, after
            ):
                for row in rows:
                    orjson.loads(row["data"])
                after = rows[-1]["seq"]
            await asyncio.sleep(0)
    return time.perf_counter() - begun
