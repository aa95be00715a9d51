"""visible_p99_ms and visible_open_tx_p99_ms: time from a commit in one service to a row in another service's view."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from contextlib import AsyncExitStack

import asyncpg

from bench import floors
from bench.figures import Figure
from bench.fixture import DECIDER, HOMES, NOTE, ORIGIN, SHARDS, Fixture, NoteNeed, make_fixture
from shienevents import Service, ServiceSettings, migrate
from shienevents.core.ids import new_id
from shienevents.kafka.broker import ensure_topic
from shienops import Stack

PER_SECOND = 200


async def run(stack: Stack, figures: dict[str, Figure], seconds: int = 15, open_seconds: int = 60) -> None:
    """Measure once without and once with an unrelated open write transaction in both databases."""
    fixture = await make_fixture(stack, "bench_see")
    await ensure_topic(fixture.brokers, f"{fixture.name}.bare", 1)
    floor = await floors.visible_ms(fixture, f"{fixture.name}.bare", seconds * PER_SECOND, PER_SECOND)
    async with AsyncExitStack() as open_:
        quiet = await visible_ms(stack, fixture, seconds, open_, hold=False)
    async with AsyncExitStack() as open_:
        held = await visible_ms(stack, fixture, open_seconds, open_, hold=True)
    p99 = {"floor": _p99(floor), "quiet": _p99(quiet), "held": _p99(held)}
    figures["visible_p99_ms"].add(p99["quiet"], p99["floor"])
    figures["visible_p50_ms"].add(statistics.median(quiet), statistics.median(floor))
    figures["visible_open_tx_p99_ms"].add(p99["held"], p99["floor"])
    figures["visible_open_tx_p50_ms"].add(statistics.median(held), statistics.median(floor))
    await fixture.store.close()


def _p99(waits: list[float]) -> float:
    return statistics.quantiles(waits, n=100)[98]


async def visible_ms(stack: Stack, fixture: Fixture, seconds: int, open_: AsyncExitStack, *, hold: bool) -> list[float]:
    """Return the milliseconds from the answer to each command to the commit of the other service's view."""
    name = f"bench_seen_{time.time_ns() // 1_000_000 % 100_000_000}"
    database = await stack.create_database(name)
    await migrate(database.owner_dsn, service="matching", writer=name, shards=SHARDS)
    topic = f"{fixture.name}.needs.events"
    before = sum(await fixture.store.heads())
    count = seconds * PER_SECOND
    reader = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.watching", database.dsn, fixture.brokers.servers, topic, str(before + count),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    settings = ServiceSettings(fixture.dsn, fixture.brokers, f"{fixture.name}.")
    committed: dict[tuple[int, int], float] = {}
    async with await Service.open(settings, deciders=[DECIDER]) as service:
        assert reader.stdout is not None
        assert await reader.stdout.readline() == b"ready\n"
        if hold:
            for dsn in (fixture.owner_dsn, database.owner_dsn):
                await open_.enter_async_context(_open_transaction(dsn))
        begun = time.perf_counter()

        async def note(n: int) -> None:
            await asyncio.sleep(max(0.0, begun + n / PER_SECOND - time.perf_counter()))
            written = await service.handle(NoteNeed(new_id(), HOMES[n % 12].area, NOTE), ORIGIN)
            committed[written.shard, written.seq] = time.time()

        await asyncio.gather(*(note(n) for n in range(count)))
        out, _ = await reader.communicate()
    seen = {(shard, seq): at for shard, seq, at in json.loads(out)}
    return [(seen[place_] - at) * 1000 for place_, at in committed.items()]


class _open_transaction:
    """An open write transaction with a snapshot, in its own table."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    async def __aenter__(self) -> None:
        self._connection = await asyncpg.connect(self._dsn)
        await self._connection.execute("create table if not exists unrelated (n int)")
        await self._connection.execute("begin isolation level repeatable read; insert into unrelated values (1)")

    async def __aexit__(self, *_: object) -> None:
        await self._connection.execute("rollback")
        await self._connection.close()
