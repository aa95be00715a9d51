"""append_8, append_32, command_8, command_32: the work of the store with parallel clients."""

from __future__ import annotations

import asyncio
import os
import time
from uuid import uuid4

from bench import floors
from bench.figures import Figure
from bench.fixture import DECIDER, HOMES, NOTE, ORIGIN, TYPES, Fixture, NeedNoted, NoteNeed, make_fixture, write_history
from shienevents import Actor, Append, Handler, Idempotency, Origin
from shienevents.core.ids import new_id
from shienops import Stack

EVENTS = 24_000


async def append_rate(fixture: Fixture, clients: int, count: int) -> float:
    """Return events/s of `store.append`, one event for each stream and append."""

    async def client(times: int) -> None:
        for n in range(times):
            need, home = new_id(), HOMES[n % 12]
            event = NeedNoted(need_id=need, people=3, note=NOTE)
            append = Append(f"need-{need}", 0, fixture.store.shard(home), home, [event], [new_id()], ORIGIN)
            await fixture.store.append(append)

    return await _timed(
        fixture, [client(10) for _ in range(clients)], [client(count // clients) for _ in range(clients)]
    )


async def command_rate(fixture: Fixture, clients: int, count: int) -> float:
    """Return commands/s of the handler: load, decide, append, each with an Idempotency-Key."""
    handler = Handler(fixture.store, TYPES, [DECIDER])
    actor = Actor("bench", "bench")

    async def client(times: int) -> None:
        for n in range(times):
            key = Idempotency("bench", str(uuid4()), b"0" * 32)
            command = NoteNeed(new_id(), HOMES[n % 12].area, NOTE)
            await handler.handle(command, Origin(actor, ORIGIN.occurred_at, idempotency=key))

    return await _timed(
        fixture, [client(10) for _ in range(clients)], [client(count // clients) for _ in range(clients)]
    )


async def _timed(fixture: Fixture, warm: list, work: list) -> float:  # type: ignore[type-arg]
    await asyncio.gather(*warm)
    before = sum(await fixture.store.heads())
    begun = time.perf_counter()
    await asyncio.gather(*work)
    seconds = time.perf_counter() - begun
    return (sum(await fixture.store.heads()) - before) / seconds


async def run(stack: Stack, figures: dict[str, Figure]) -> None:
    """Measure all four once."""
    fixture = await make_fixture(stack, "bench_write")
    for clients in (8, 32):
        floor = await floors.insert_rate(fixture, clients, EVENTS)
        figures[f"append_{clients}"].add(await append_rate(fixture, clients, EVENTS), floor)
        figures[f"command_{clients}"].add(await command_rate(fixture, clients, EVENTS), floor)
    await fixture.store.close()


async def run_growth(stack: Stack, figures: dict[str, Figure]) -> None:
    """Compare appends at ten thousand stored events (the floor) and at two million.

    The runs alternate, so that changes in the speed of the machine affect both.
    """
    young, old = await make_fixture(stack, "bench_young"), await make_fixture(stack, "bench_old")
    for fixture in (young, old):
        await write_history(fixture, 12_000)
        await append_rate(fixture, 32, EVENTS // 4)
    await write_history_beyond(old, 2_000_000)
    await asyncio.to_thread(os.sync)  # so that the disk does not write the bulk data during the measurement
    rates = [(await append_rate(old, 32, EVENTS), await append_rate(young, 32, EVENTS)) for _ in range(5)]
    for stored, floor in rates:
        figures["append_2m"].add(stored, floor)
    for fixture in (young, old):
        await fixture.store.close()


async def write_history_beyond(fixture: Fixture, count: int) -> None:
    """Add history to a log that already has appends: after the last number of each shard."""
    connection = await fixture.owner()
    heads = await fixture.store.heads()
    await connection.execute("set synchronous_commit = off")
    for shard, head in enumerate(heads):
        begun = time.monotonic()
        await connection.execute(
            "insert into events select shard, $2 + row_number() over (order by seq), uuidv7(), type, "
            "'need-' || uuidv7(), 1, occurred_at, recorded_at, actor, municipality, area, correlation, null, 0, null, "
            "data from (select e.* from events e, generate_series(1, $3::int) where shard = $1 limit $3) e",
            shard, head, count // 12, timeout=300,
        )  # fmt: skip
        print(f"history of shard {shard + 1} of {len(heads)}: {time.monotonic() - begun:.0f} s")
    await connection.execute("analyze events", timeout=300)
    await connection.close()
