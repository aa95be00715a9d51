"""`python -m bench.profile [--events 240000]`: what one event costs on its way to a row, step by step.

The steps of `consumer.process` and `Consumer.committing` are run one after the other over real batches, from the store
and from Kafka, into a table in Postgres. The floor is `orjson.loads` on the same bytes, in the same run.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import AsyncIterator, Hashable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import uvloop
from rich.console import Console
from rich.table import Table as RichTable

from bench.fixture import NEEDS, SHARDS, TYPES, Fixture, make_fixture, write_history
from bench.reading import relay_rate
from shienevents import KafkaSource, Positions, Record, Source, StoreSource, configure_process
from shienevents.consume.sequence import deduplicate
from shienevents.core.envelope import Envelope
from shienevents.core.events import Event
from shienevents.kafka.cloudevents import CLOUDEVENT_HEADERS, record_of
from shienevents.postgres.pool import Connection
from shienevents.views.columns import check_keys, row_check
from shienevents.views.fold import Subscriptions
from shienevents.views.tables import Table
from shienops import Stack, StackSettings

STEPS = {
    "fetch": "from Postgres or Kafka, as records",
    "record": "of it: the record in the bytes of a Kafka message",
    "admit": "each number once and in order; the position",
    "parse": "by wire type, for all subscribers; bytes to a validated event",
    "keys": "the rows that the event touches",
    "load": "these rows, one query for a batch",
    "evolve": "the view's own function",
    "check": "what a column can hold",
    "write": "digest and upsert, one statement for a batch",
    "commit": "durable",
}


@dataclass
class Budget:
    """Seconds by step, and over how many events."""

    events: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STEPS, 0.0))

    @contextmanager
    def step(self, name: str) -> Any:
        """Count what happens within."""
        begun = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - begun


async def main(events: int) -> None:
    """Measure both ways in and print a table of each."""
    configure_process("bench", level=40)
    console = Console()
    with tempfile.TemporaryDirectory(prefix="shien-profile-", ignore_cleanup_errors=True) as folder:
        async with Stack(StackSettings(data=Path(folder))) as stack:
            fixture = await make_fixture(stack, "profile")
            console.print(f"profile: a history of {events:,} events …")
            await write_history(fixture, events)
            topic = f"{fixture.name}.events"
            await relay_rate(fixture, topic, events)
            ways: dict[str, Source] = {
                "store": StoreSource(fixture.store),
                "Kafka": KafkaSource(fixture.brokers, {"needs": topic}, SHARDS),
            }
            for name, source in ways.items():
                budget, floor = await _measure(fixture, source, f"from_{name.lower()}", events)
                console.print(_drawn(name, budget, floor))
            await fixture.store.close()


async def _measure(fixture: Fixture, source: Source, name: str, events: int) -> tuple[Budget, float]:
    """The budget of this way in, and the floor in seconds for an event. `name` is that of the table."""
    budget, table, floor = Budget(), Table(NEEDS, name), 0.0
    async with fixture.store.pool.acquire() as connection:
        await table.create(connection)
        async for records in _batches(source, events, budget):
            await _fold(records, connection, table, budget)
            datas = [record.data for record in records]
            begun = time.perf_counter()
            for data in datas:
                orjson.loads(data)
            floor += time.perf_counter() - begun
        assert await connection.fetchval(f"select sum(notes) from {name}") == events
    return budget, floor / events


async def _batches(source: Source, events: int, budget: Budget) -> AsyncIterator[Sequence[Record]]:
    """The records of the source, deduplicated."""
    positions = Positions()
    await source.start(positions)
    try:
        while budget.events < events:
            with budget.step("fetch"):
                records = await source.next()
            if isinstance(source, KafkaSource):
                values = [record.structured() for record in records]
                with budget.step("record"):
                    for value in values:
                        record_of(0, CLOUDEVENT_HEADERS, value, 0)
            with budget.step("admit"):
                batch, problems = deduplicate(records, positions)
                positions.take(batch)
            assert not problems
            budget.events += len(batch)
            yield batch
    finally:
        await source.stop()


async def _fold(records: Sequence[Record], connection: Connection, table: Table[Any], budget: Budget) -> None:
    """The steps of `views.fold`, one by one, in a transaction."""
    transaction = connection.transaction()
    await transaction.start()
    with budget.step("parse"):
        events = Subscriptions(TYPES, [NEEDS]).sort(records).views[NEEDS.subscriber]
    with budget.step("keys"):
        places: dict[Hashable, int] = {}
        steps: list[tuple[int, Event, Envelope]] = [
            (places.setdefault(key, len(places)), event, envelope)
            for event, envelope in events
            for key in NEEDS.keys(event, envelope)
        ]
        check_keys(NEEDS, places)
    with budget.step("load"):
        loaded = await table.load(connection, places)
    keys = list(places)
    rows: list[Any] = [loaded.get(key) for key in keys]
    made: list[tuple[Any, Any]] = []
    with budget.step("evolve"):
        for place, event, envelope in steps:
            before = rows[place] or NEEDS.blank(keys[place])
            rows[place] = NEEDS.evolve(before, event, envelope)
            made.append((before, rows[place]))
    with budget.step("check"):
        check = row_check(NEEDS)
        for before, after in made:
            check(before, after)
    with budget.step("write"):
        await table.save(connection, dict(zip(keys, rows, strict=True)))
    with budget.step("commit"):
        await transaction.commit()


def _drawn(name: str, budget: Budget, floor: float) -> RichTable:
    """The budget as a table of 80 columns."""
    micros = {step: seconds / budget.events * 1e6 for step, seconds in budget.seconds.items()}
    total = sum(cost for step, cost in micros.items() if step != "record")  # it is a part of fetch
    title = f"from {name} to a row: {total:.1f} µs for an event; the floor, orjson.loads, is {floor * 1e6:.2f}"
    table = RichTable(title=title, width=80, box=None, title_justify="left")
    for heading, justify in (("step", "left"), ("µs", "right"), ("share", "right"), ("", "left"), ("what", "left")):
        table.add_column(heading, justify=justify, no_wrap=heading != "what")  # type: ignore[arg-type]
    for step, cost in micros.items():
        if cost:
            share = cost / total
            table.add_row(step, f"{cost:.2f}", f"{share:.0%}", "█" * round(share * 20), STEPS[step])
    return table


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="profile", description=__doc__)
    parser.add_argument("--events", type=int, default=240_000)
    uvloop.run(main(parser.parse_args().events))
