"""`shien lag | outbox | leases`: how far every service is, from its database and from Kafka."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from shienevents import Ends, Lag, Standing, kafka_topics, lags, standing, topic_ends
from shienops._output import FINDING, AsJson, emit, show, tell
from shienops.cli import Data, run, settings_of
from shienops.seeing.opened import chosen, opened, sources_of
from shienops.stack import Stack
from shienweb import ServiceProcessSettings

Services = Annotated[list[str] | None, typer.Option("--service", help="Only these services; repeatable. [all]")]
Most = Annotated[int | None, typer.Option("--most", min=0, help="Exit 1 when more than so many events wait.")]


def lag(services: Services = None, most: Most = None, as_json: AsJson = False, data: Data = None) -> None:
    """Show what each service has read of each topic, with the columns of kafka-consumer-groups.

    A service reads its own events from its store: those lines name the store, and count events. The others count
    offsets of Kafka. Exit 1: more wait than --most. Exit 3: a database or Kafka does not answer.
    """
    names = chosen(services)

    async def work() -> None:
        found = await lags_of(Stack(settings_of(data=data)), names)
        if as_json:
            emit([_as_object(one) for one in found])
        else:
            show(
                ("GROUP", "SOURCE", "TOPIC", "PARTITION", "CURRENT", "END", "LAG"),
                [
                    (one.group, one.source, f"{one.topic} (store)" if one.store else one.topic, one.partition,
                     one.current, one.end, one.lag)
                    for one in found
                ],
            )  # fmt: skip
        _exit_above(most, [one.lag or 0 for one in found])

    run(work())


async def lags_of(stack: Stack, names: Sequence[str]) -> list[Lag]:
    """The lag of each of these services on each partition that it reads. Raises `Unavailable`, `KafkaAway`."""
    parts, found = ServiceProcessSettings().parts(), []
    async with opened(stack, names) as stores:
        ends: Ends = {}
        there = await kafka_topics(stack.brokers)  # that of a service that is not deployed is not
        for name, store in stores.items():
            stands = await standing(store)
            topics = {one: parts.topic(one) for one in (name, *sources_of(name))}
            others = [topic for source, topic in topics.items() if source != name]
            asked = [topic for topic in others if topic in there and topic not in ends]
            ends = {**ends, **await topic_ends(stack.brokers, asked, store.shards)}
            found += lags(stands, parts.group(name), topics, ends)
    return found


def _as_object(one: Lag) -> dict[str, Any]:
    return {
        "group": one.group, "source": one.source, "topic": one.topic, "partition": one.partition,
        "current": one.current, "end": one.end, "lag": one.lag, "reads": "store" if one.store else "kafka",
    }  # fmt: skip


def outbox(services: Services = None, most: Most = None, as_json: AsJson = False, data: Data = None) -> None:
    """Show which events of each shard wait for Kafka, and for how long. Exit 1: more wait than --most."""
    names = chosen(services)

    async def work() -> None:
        stands = await standings(Stack(settings_of(data=data)), names)
        rows = [
            {
                "service": one.service, "shard": shard.shard, "head": shard.head, "sent": shard.sent,
                "unsent": shard.unsent,
                "age": round((one.now - shard.oldest_unsent).total_seconds(), 1) if shard.oldest_unsent else None,
            }
            for one in stands
            for shard in one.shards
        ]  # fmt: skip
        if as_json:
            emit(rows)
        else:
            show(("service", "shard", "head", "sent", "unsent", "age"), [list(row.values()) for row in rows])
        _exit_above(most, [shard.unsent for one in stands for shard in one.shards])

    run(work())


def leases(services: Services = None, as_json: AsJson = False, data: Data = None) -> None:
    """Show which process relays and consumes for each service, and until when. Exit 1: nobody does one of them."""
    names = chosen(services)

    async def work() -> None:
        stands = await standings(Stack(settings_of(data=data)), names)
        rows = [
            {"service": one.service, "lease": lease.name, "holder": lease.holder, "until": lease.until,
             "held": lease.held}
            for one in stands
            for lease in one.leases
        ]  # fmt: skip
        if as_json:
            emit(rows)
        else:
            show(("service", "lease", "holder", "until", "held"), [list(row.values()) for row in rows])
        idle = [f"{one.service} {name}" for one in stands for name in unheld(one)]
        if idle:
            tell(f"担当するプロセスがありません: {'、'.join(idle)}", f"no process does: {', '.join(idle)}")
            raise typer.Exit(FINDING)

    run(work())


def unheld(stands: Standing) -> list[str]:
    """Which of a service's two leases nobody holds now."""
    held = {lease.name for lease in stands.leases if lease.held}
    return sorted({"consumer", "relay"} - held)


async def standings(stack: Stack, names: Sequence[str] | None = None) -> list[Standing]:
    """Where each of these services stands, or of all that are deployed. Raises `Unavailable`."""
    async with opened(stack, names) as stores:
        return [await standing(store) for store in stores.values()]


def _exit_above(most: int | None, counts: Sequence[int]) -> None:
    if most is not None and (worst := max(counts, default=0)) > most:
        tell(f"{worst} 件が待っています（上限 {most} 件）。", f"{worst} events wait, more than {most}.")
        raise typer.Exit(FINDING)
