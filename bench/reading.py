"""relay, projection, rebuild_store, rebuild_kafka, verify_memory, and their change over two million events."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time

from bench import floors
from bench.figures import Figure
from bench.fixture import NEEDS, SHARDS, TYPES, Fixture, make_fixture, write_history
from shienevents import KafkaSource, Positions, Relay, Source, StoreSource, migrate, replay
from shienevents.consume.consumer import Consumer
from shienevents.consume.rebuild import Rebuild
from shienevents.core.positions import Point
from shienevents.kafka.broker import ensure_topic
from shienevents.write.handler import Handler
from shienops import Stack

RELAYED = 200_400
FOLDED = 300_000


async def run(stack: Stack, figures: dict[str, Figure]) -> None:
    """Measure all five once."""
    fixture = await make_fixture(stack, "bench_read")
    await write_history(fixture, RELAYED)
    await ensure_topic(fixture.brokers, f"{fixture.name}.bare", SHARDS)
    floor = await floors.send_rate(fixture, f"{fixture.name}.bare", RELAYED)
    figures["relay"].add(await relay_rate(fixture, f"{fixture.name}.events", RELAYED), floor)
    await write_history(fixture, FOLDED)
    await relay_rate(fixture, f"{fixture.name}.events", FOLDED)
    topic = f"{fixture.name}.events"

    floor = await floors.project_rate(fixture, topic, FOLDED)
    reports = await project(stack, fixture, topic, FOLDED)
    figures["projection"].add(FOLDED / reports[-1]["seconds"], floor)
    until = _until(fixture, FOLDED)
    figures["rebuild_kafka"].add(await rebuild_rate(stack, fixture, _kafka(fixture, topic), until), floor)
    floor = await floors.rebuild_rate(fixture, FOLDED)
    figures["rebuild_store"].add(await rebuild_rate(stack, fixture, StoreSource(fixture.store), until), floor)
    begun = time.perf_counter()
    replayed = await replay(TYPES, [NEEDS], [StoreSource(fixture.store, limit=1000)], until)
    assert replayed.events == FOLDED
    figures["verify_memory"].add(FOLDED / (time.perf_counter() - begun), floor)
    await fixture.store.close()


async def relay_rate(fixture: Fixture, topic: str, until: int) -> float:
    """Return events/s of one relay, from the store to acknowledged records."""
    relay = Relay(fixture.store, fixture.brokers, topic, lease_seconds=30)
    await ensure_topic(fixture.brokers, topic, SHARDS)
    already = sum(shard.sent for shard in relay.state.shards)
    begun = time.perf_counter()
    running = asyncio.create_task(relay.run())
    while (sent := sum(shard.sent for shard in relay.state.shards)) < until:
        await asyncio.sleep(0.005)
        assert not running.done(), running.result()
    seconds = time.perf_counter() - begun
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert sent == until, (sent, until)
    return (until - already) / seconds


def _kafka(fixture: Fixture, topic: str) -> KafkaSource:
    return KafkaSource(fixture.brokers, {"needs": topic}, SHARDS)


def _until(fixture: Fixture, count: int) -> Positions:
    return Positions({("needs", shard): Point(count // SHARDS) for shard in range(SHARDS)})


async def rebuild_rate(stack: Stack, fixture: Fixture, source: Source, until: Positions) -> float:
    """Return events/s of a complete rebuild, including table, rows and digests."""
    consumer = Consumer(fixture.store, TYPES, Handler(fixture.store, TYPES, []), [source], views=[NEEDS])
    await consumer.reload()
    consumer.state = consumer.state._replace(positions=until)
    begun = time.perf_counter()
    await Rebuild(fixture.store, consumer, NEEDS, lambda: [source]).run()
    seconds = time.perf_counter() - begun
    async with fixture.store.pool.acquire() as connection:
        notes = await connection.fetchval("select sum(notes) from needs")
    events = sum(until.seqs.values())
    assert notes == events, (notes, events)
    return events / seconds


async def project(stack: Stack, fixture: Fixture, topic: str, count: int) -> list[dict[str, float]]:
    """Run the consumer of another service in a separate process. Return its progress reports."""
    database = await stack.create_database(f"bench_fold_{time.time_ns() // 1_000_000 % 100_000_000}")
    await migrate(database.owner_dsn, service="matching", writer=database.name, shards=SHARDS)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.consuming", database.dsn, fixture.brokers.servers, topic, str(count),
        stdout=asyncio.subprocess.PIPE, env={**os.environ, **fixture.brokers.security.environment()},
    )  # fmt: skip
    out, _ = await process.communicate()
    assert process.returncode == 0, "the consumer's process failed"
    return [json.loads(line) for line in out.splitlines()]


async def run_growth(stack: Stack, figures: dict[str, Figure]) -> None:
    """Compare the projection of 300,000 events after the first ten thousand (the floor) and before two million."""
    fixture = await make_fixture(stack, "bench_grow")
    total = 2_004_000
    begun = time.monotonic()

    def log(what: str) -> None:
        print(f"{what}: {time.monotonic() - begun:.0f} s since the start")

    await write_history(fixture, total)
    log("history of two million")
    topic = f"{fixture.name}.events"
    await relay_rate(fixture, topic, total)
    log("relay")
    reports = await project(stack, fixture, topic, total)
    log("projection")

    def rate(begin: int, end: int) -> float:
        first = next(one for one in reports if one["folded"] >= begin)
        last = next(one for one in reports if one["folded"] >= end)
        return (last["folded"] - first["folded"]) / (last["seconds"] - first["seconds"])

    figures["projection_2m"].add(rate(total - 310_000, total - 10_000), rate(10_000, 310_000))
    figures["consumer_rss_mb"].add(max(one["rss_mb"] for one in reports), reports[len(reports) // 4]["rss_mb"])
    await fixture.store.close()
