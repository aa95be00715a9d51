"""One service, wired: store, handler, relay, consumer and reader, started and stopped together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from uuid import UUID

from .consume.cells import Cells, Known
from .consume.consumer import Consumer
from .consume.hearing import kafka_sources
from .consume.parking import replay_parked
from .consume.rebuild import Rebuild
from .consume.sources import KafkaSource, Source, StoreSource
from .core.cells import cell_of
from .core.decider import Decider, Reaction, Subscriber, check_owner, event_types, sources_of
from .core.envelope import Origin, Written
from .core.errors import Contract
from .core.events import EventTypes, Upcast
from .core.positions import Token, check_room, parse_token
from .core.view import View
from .health import Health, HealthCheck
from .maintenance import Maintenance, Upkeep
from .postgres.own_tables import OwnTables
from .postgres.pool import Pool, close_pool, open_pool
from .read.kept_folds import KeptFolds
from .read.pasts import Pasts
from .read.snapshot import Reader, Snapshot
from .relay.agreement import Agreement
from .relay.relay import Relay
from .service_settings import ServiceSettings
from .ticker import Tick, Ticker
from .write.group_commit import Beside
from .write.handler import Allowed, Handler
from .write.store import Store
from .write.together import Summary, handle_together

_REBUILT = 1000  # events at a time: a rebuild takes no more memory beside the live fold than it must


class Service:
    """A running service. Make it with `Service.open`; `async with` starts and stops it."""

    def __init__(
        self,
        store: Store,
        reading: Pool,
        settings: ServiceSettings,
        types: EventTypes,
        deciders: Sequence[Decider[Any, Any, Any]],
        views: Sequence[View[Any]],
        reactions: Sequence[Reaction],
        upkeep: Sequence[Upkeep] = (),
        ticks: Sequence[Tick] = (),
        known: Known | None = None,
    ) -> None:
        self.store, self.settings, self.types = store, settings, types
        self.tables = OwnTables(store.pool, settings.dsn)
        subscribers: list[Subscriber] = [*views, *reactions]
        self.subscribed_to = settings.heard(sources_of(store.service, subscribers))
        check_room((store.service, *self.subscribed_to), store.shards)
        self.handler = Handler(store, types, deciders)
        topic = settings.topic(store.service)
        kafka, lease, copies = settings.bootstrap_servers, settings.lease_seconds, settings.replication
        self.agreement = Agreement(store, kafka, topic, copies, self.topics)
        self.relay = Relay(store, kafka, topic, lease_seconds=lease, replication=copies)
        self.heard = self.sources(group=settings.group(store.service), after=self.agreement.compared)
        self.consumer = Consumer(
            store, types, self.handler, self.heard, views=views, reactions=reactions, lease_seconds=lease,
            cells=Cells(store.service, (cell.name for cell in settings.cells), known),
        )  # fmt: skip
        self.reader = Reader(reading, self.consumer, store)
        folds = KeptFolds(settings.dsn, store.service, views)
        self.pasts = Pasts(settings.dsn, types, views, self.sources, self.reader.positions, folds)
        self.rebuilding: dict[str, float] = {}
        self.health_check = HealthCheck(self)
        self._tasks: list[asyncio.Task[None]] = []
        self.ticker = Ticker(store, self.handler, self.consumer, self._of_what_is_acknowledged, ticks)
        self.pools: Mapping[str, Pool] = {"writing": store.pool, "reading": reading}
        self._maintenance = Maintenance(self, tuple(upkeep))

    @classmethod
    async def open(
        cls,
        settings: ServiceSettings,
        *,
        deciders: Sequence[Decider[Any, Any, Any]] = (),
        views: Sequence[View[Any]] = (),
        reactions: Sequence[Reaction] = (),
        upcasters: Mapping[tuple[str, str], Upcast] | None = None,
        upkeep: Sequence[Upkeep] = (),
        ticks: Sequence[Tick] = (),
        known: Known | None = None,
    ) -> Service:
        """Connect to the service's migrated database. Raises `Unavailable`, `Contract`.

        The event types it knows, and the services whose topics it reads (`subscribed_to`), follow from the deciders,
        views and reactions. `upkeep` is done once a minute, and `ticks` when their time has come, by the process
        with the active consumer. One that may hear several cells gives `known`: the municipalities in its views.
        """
        types = event_types(deciders, (*views, *reactions), upcasters)
        settings = settings.named()
        store = await Store.open(settings.dsn, pool_size=settings.pools.commands)
        try:
            check_owner(store.service, deciders)
            # Readers have connections of their own: a rush of them cannot keep a command waiting.
            reading = await open_pool(settings.dsn, size=settings.pools.reads, scans=True)
        except BaseException:
            await store.close()
            raise
        return cls(store, reading, settings, types, deciders, views, reactions, upkeep, ticks, known)

    def sources(
        self, group: str | None = None, after: asyncio.Event | None = None, *, limit: int = 4000
    ) -> list[Source]:
        """Where its events come from: its own store, and the topics of the services it is subscribed to.

        `limit`: so many at a time.
        """
        found: list[Source] = [StoreSource(self.store, limit=limit)]
        kafka, shards = self.settings.bootstrap_servers, self.store.shards
        return [*found, *kafka_sources(kafka, self.topics, shards, group=group, limit=limit, after=after)]

    @property
    def topics(self) -> dict[str, str]:
        """The topic of each source beside the own store."""
        return {source: self.settings.topic(source) for source in self.subscribed_to}

    @property
    def away(self) -> dict[str, str]:
        """The other cells of which this process can read nothing now, or not all, and why."""
        found = {cell_of(key[0]): stopped.en for key, stopped in self.consumer.stopped.items()}
        found |= {one.cell: one.away for one in self.heard if isinstance(one, KafkaSource) and one.away}
        return {cell: why for cell, why in found.items() if cell}

    async def __aenter__(self) -> Service:
        await self.agreement.compare()
        working = (self.relay.run, self.consumer.run, self.ticker.run) if self.settings.works else ()
        for run in (*working, self._maintenance.run, self.agreement.run):
            self._tasks.append(asyncio.create_task(run(), name=run.__qualname__))
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.pasts.close()
        await close_pool(self.pools["reading"])
        await self.store.close()

    async def handle(
        self,
        command: object,
        origin: Origin,
        *,
        expected: int | None = None,
        allowed: Allowed | None = None,
        beside: Beside | None = None,
    ) -> Written:
        """Decide and append (see `Handler.handle`)."""
        return await self.handler.handle(command, origin, expected=expected, allowed=allowed, beside=beside)

    async def handle_together(
        self,
        commands: Sequence[object],
        origin: Origin,
        *,
        summary: Summary | None = None,
        summary_correlation: UUID | None = None,
        expected: int | None = None,
        allowed: Allowed | None = None,
        beside: Beside | None = None,
        answer: Callable[[], str] | None = None,
        threads: Sequence[UUID | None] | None = None,
    ) -> Sequence[Written]:
        """Decide several commands and append all or none (see `write.together.handle_together`)."""
        return await handle_together(
            self.store,
            self.handler,
            commands,
            origin,
            summary=summary,
            summary_correlation=summary_correlation,
            expected=expected,
            allowed=allowed,
            beside=beside,
            answer=answer,
            threads=threads,
        )

    @asynccontextmanager
    async def snapshot(self, after: str | Token = "", *, seconds: float = 2.0) -> AsyncIterator[Snapshot]:
        """A snapshot that has taken what `after` names: a token, or what `acknowledged` answers. See `Reader.snapshot`.

        What it names of services that this one is not subscribed to is not waited for: it would never come.
        """
        async with self.reader.snapshot(self.reachable(after), seconds=seconds) as snapshot:
            yield snapshot

    def reachable(self, position: str | Token) -> Token:
        """The part of a position that this service can reach: its own, and of those it is subscribed to."""
        sources = {self.store.service, *self.subscribed_to}
        token = parse_token(position) if isinstance(position, str) else position
        return {key: seq for key, seq in token.items() if key[0] in sources}

    async def acknowledged(self) -> Token:
        """The position of all that the service's store holds now. Raises `Unavailable`."""
        return {(self.store.service, shard): seq for shard, seq in enumerate(await self.store.heads())}

    @asynccontextmanager
    async def _of_what_is_acknowledged(self) -> AsyncIterator[Snapshot]:
        """What a tick decides by: a snapshot that has all that the service has acknowledged, or is stale."""
        async with self.snapshot(await self.acknowledged()) as snapshot:
            yield snapshot

    async def rebuild(self, name: str, progress: Callable[[float], None] = lambda _: None) -> None:
        """Rebuild a view beside its live table, and switch. Needs the consumer to be active in this process."""
        view = next((view for view in self.consumer.views if view.name == name), None)
        if view is None:
            raise Contract(f"no view is called {name!r}; there are {[v.name for v in self.consumer.views]}")
        self._must_be_active()
        if name in self.rebuilding:
            raise Contract(f"view {name} is being rebuilt already")

        def on_progress(share: float) -> None:
            self.rebuilding[name] = share
            progress(share)

        on_progress(0.0)
        try:
            await Rebuild(self.store, self.consumer, view, partial(self.sources, limit=_REBUILT)).run(on_progress)
        finally:
            del self.rebuilding[name]

    async def replay_parked(self, subscriber: str) -> tuple[int, int]:
        """Replay a subscriber's parked events after the repair: how many it took, how many stay.

        `subscriber` is a view as `name@version`, or a reaction's name. Raises `Contract` for another name, and while
        another process is the active consumer.
        """
        if subscriber not in (names := self.consumer.subscriptions.names):
            raise Contract(f"no subscriber is called {subscriber!r}; there are {names}")
        self._must_be_active()
        return await replay_parked(self.store, self.consumer, subscriber)

    def _must_be_active(self) -> None:
        if not self.consumer.active:
            raise Contract("another process holds the consumer's lease; do it there")

    @property
    def ended(self) -> list[str]:
        """Which of the service's own tasks have ended. None ever should: the process must be restarted."""
        return [task.get_name() for task in self._tasks if task.done()]

    async def health(self) -> Health:
        """What a probe and a person want to know."""
        return await self.health_check.examine()
