"""`shien views verify`: each view beside the same view folded again, from the stores and from Kafka."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any

import typer
from rich.console import Console

from shienevents import (
    Checkpoint,
    Compared,
    Comparison,
    Positions,
    Service,
    Source,
    Store,
    StoreSource,
    View,
    cell_of,
    comparing,
    event_types,
    kafka_sources,
    service_of,
    topic_standing,
)  # fmt: skip
from shienops._output import FINDING, AsJson, emit, show, tell, wrong
from shienops._words import WORDS, Said
from shienops.cli import Data, run, settings_of
from shienops.errors import StackError
from shienops.keeping.listing import Services, app
from shienops.seeing.opened import chosen, opened, views_of
from shienops.stack import Stack
from shienweb import ServiceProcessSettings

__all__ = ["app"]

_NAMED = 20  # rows that differ, in the table of a terminal
_PATIENCE_SECONDS = 10.0  # for the relay to send what the views have taken


class Log(Enum):
    """Where the history is read."""

    STORE = "store"
    KAFKA = "kafka"
    BOTH = "both"


@dataclass(frozen=True)
class Verified:
    """A view of a service compared with one log."""

    service: str
    view: str
    log: str
    found: Compared
    seconds: float

    @property
    def same(self) -> bool:
        """Whether the view is what the log makes of it, and its rows keep their own digests."""
        return self.found.live.digest == self.found.replayed and self.found.live.kept

    @property
    def shown(self) -> tuple[int, str, str]:
        """Rows, digest and result, as a terminal shows them."""
        return self.found.live.rows, self.found.live.digest[:16], "✔" if self.same else "✘"

    def as_object(self) -> dict[str, Any]:
        """As one JSON object."""
        found = self.found
        return {
            "service": self.service, "view": self.view, "log": self.log, "same": self.same, "rows": found.live.rows,
            "live": found.live.digest, "replayed": found.replayed, "digests_kept": found.live.kept,
            "differ": [{"key": key, "how": how} for key, how in found.differ],
            "events": found.events, "seconds": round(self.seconds, 2),
        }  # fmt: skip


@app.command()
def verify(
    services: Services = None,
    view: Annotated[list[str] | None, typer.Option("--view", help="Only these views; repeatable. [all]")] = None,
    log: Annotated[Log, typer.Option("--from", help="Fold from the stores, from Kafka, or from both.")] = Log.BOTH,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Fold the views again and compare them row by row with the tables. Exit 1: a row differs.

    The services go on meanwhile: it compares at the position at which the views stood when it began.
    """
    names = chosen(services)
    known = {one.name for name in names for one in views_of(name)}
    if unknown := sorted(set(view or ()) - known):
        raise wrong(f"ビュー {unknown[0]} はありません", f"there is no view {unknown[0]} (shien views list)", "--view")

    async def work() -> None:
        stack = Stack(settings_of(data=data))
        found: list[Verified] = []
        async with opened(stack) as stores:
            for name in names:
                with Console(stderr=True).status(name):
                    views = [one for one in views_of(name) if not view or one.name in view]
                    found += await verified(stack, stores, name, views, log) if views else []
        if as_json:
            emit([one.as_object() for one in found])
        else:
            _say(found)
        if not all(one.same for one in found):
            tell("一致しないビューがあります。", "A view is not what the log makes of it.")
            raise typer.Exit(FINDING)

    run(work())


async def verified(
    stack: Stack, stores: Mapping[str, Store], name: str, views: Sequence[View[Any]], log: Log
) -> list[Verified]:
    """Compare these views of a service. Raises `Unavailable`, `KafkaAway`, `Stopped`."""
    found = []
    async with comparing(stack.dsn(name), views) as comparison:
        await _note(stack, name, views, comparison)
        for read in (Log.STORE, Log.KAFKA) if log is Log.BOTH else (log,):
            begun = time.monotonic()
            again = await _folded(stack, stores, views, comparison, read)
            seconds = time.monotonic() - begun
            found += [Verified(name, view, read.value, compared, seconds) for view, compared in again.items()]
    return found


async def _note(stack: Stack, name: str, views: Sequence[View[Any]], comparison: Comparison) -> None:
    """The views of a service in one snapshot. It is not held while the log is folded."""
    common = ServiceProcessSettings(dsn=stack.dsn(name), bootstrap_servers=stack.bootstrap_servers)
    service = await Service.open(common.parts(), views=views)
    try:
        async with service.snapshot() as seen:
            await comparison.note(seen)
    finally:
        await service.__aexit__()


async def _folded(
    stack: Stack, stores: Mapping[str, Store], views: Sequence[View[Any]], comparison: Comparison, log: Log
) -> Mapping[str, Compared]:
    heard = {event.wire.partition(".")[0] for view in views for event in view.subscribes_to}
    until = Positions({key: point for key, point in comparison.positions.points.items() if service_of(key[0]) in heard})
    feeding = sorted({source for source, _ in until.seqs})
    own = [source for source in feeding if not cell_of(source)]
    common = ServiceProcessSettings()
    topics = {source: common.topic(source) for source in feeding}
    sources: list[Source] = []
    if log is Log.STORE:  # the stores of other cells are theirs: what they record is read from Kafka
        sources += [StoreSource(stores[name], limit=1000) for name in own]
        topics = {source: topic for source, topic in topics.items() if cell_of(source)}
    else:
        for name in own:
            await _sent(stack, stores[name], topics[name], until)
    sources += kafka_sources(stack.brokers, topics, next(iter(stores.values())).shards, limit=1000)
    return await comparison.with_log(event_types((), views), sources, until)


async def _sent(stack: Stack, store: Store, topic: str, until: Positions) -> None:
    """Wait a moment until the topic has what the views have taken. Raises the `Stopped` that says why it has not."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        verdicts = await topic_standing(store, stack.brokers, topic)
        late = [
            verdict
            for shard, verdict in verdicts.items()
            if not isinstance(verdict, Checkpoint) or verdict.seq < until.point(store.service, shard).seq
        ]
        for verdict in late:
            if not isinstance(verdict, Checkpoint):
                raise verdict
        if not late:
            return
        if time.monotonic() > deadline:
            raise _not_sent(topic)
        await asyncio.sleep(0.2)


def _not_sent(topic: str) -> StackError:
    return StackError(
        "topic.behind",
        f"The topic {topic} does not have what the views have taken, and nothing more arrives.",
        f"ビューが反映済みの記録がトピック {topic} に届いておらず、送信も進んでいません。",
        "See shien outbox and shien leases; --from store compares with the stores alone.",
        "shien outbox と shien leases で確認してください。--from store では、データベースの記録だけと比べます。",
    )


def _say(found: Sequence[Verified]) -> None:
    lines = [(one.service, one.view, one.log, *one.shown) for one in found]
    show(("service", "view", "log", "rows", "digest", "result"), lines)
    for one in found:
        for key, how in one.found.differ[:_NAMED]:
            typer.echo(f"✘ {one.service} {one.view} ({one.log}): {key}: {WORDS[how]}")
        if len(one.found.differ) > _NAMED:
            more = len(one.found.differ) - _NAMED
            typer.echo(str(Said(f"  ほか {more} 行。--json ではすべて表示します", f"  {more} more; --json names all")))
