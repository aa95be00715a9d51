"""What TLS and SASL cost: relay and consumer over a listener with both, beside a plaintext one of the same broker."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from libs.shienops.tests.secured import Secured

from bench.figures import Figure
from bench.fixture import SHARDS, Fixture, make_fixture, write_history
from bench.reading import RELAYED, project, relay_rate
from shienops import Stack, StackSettings


async def run(figures: dict[str, Figure], share: float = 1.0) -> None:
    """Measure once."""
    events = max(1, round(RELAYED * share) // SHARDS) * SHARDS
    with tempfile.TemporaryDirectory(prefix="shien-bench-", ignore_cleanup_errors=True) as folder:
        secured = Secured(Path(folder))
        settings = StackSettings(data=Path(folder) / "stack", services=())
        async with Stack(settings, kafka=secured.broker) as stack:
            floor = await _rates(stack, await make_fixture(stack, "bench_plain"), events)
            fixture = await make_fixture(stack, "bench_secured")
            ours = await _rates(stack, replace(fixture, brokers=secured.brokers()), events)
    figures["relay_secured"].add(ours[0], floor[0])
    figures["projection_secured"].add(ours[1], floor[1])


async def _rates(stack: Stack, fixture: Fixture, events: int) -> tuple[float, float]:
    """Events/s of the relay, and of the consumer of another service in a process of its own."""
    await write_history(fixture, events)
    topic = f"{fixture.name}.events"
    relayed = await relay_rate(fixture, topic, events)
    reports = await project(stack, fixture, topic, events)
    await fixture.store.close()
    return relayed, events / reports[-1]["seconds"]
