"""One service, wired: store, handler, relay, consumer and reader, started and stopped together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from .consume.consumer import Consumer
from .consume.parking import replay_parked
from .consume.rebuild import Rebuild
from .consume.sources import KafkaSource, Source, StoreSource
from .core.decider import Decider, Reaction
from .core.envelope import Origin, Written
from .core.errors import Contract, Unavailable
from .core.events import EventTypes
from .core.positions import Token, parse_token
from .core.view import View
from .postgres.pool import Pool, open_pool
from .read.snapshot import Reader, Snapshot
from .relay.relay import Relay
from .write.handler import Allowed, Handler
from .write.store import Store
from .write.together import Summary, handle_together

_log = structlog.get_logger(__name__)
_ANSWERS_KEPT = timedelta(days=7)  # how long an Idempotency-Key is remembered
_HOUSEKEEPING_SECONDS = 1.0
_PROBE_SECONDS = 2.0  # a probe's own patience is not much longer


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Where a service's parts are.

    `hears` maps the name of each other service it listens to, to that service's topic. `topic` is its own.
    """

    dsn: str
    bootstrap_servers: str
    topic: str
    hears: Mapping[str, str] = field(default_factory=dict)
    lease_seconds: float = 10.0
    replication: int = 1
    pool_size: int = 10


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a service lives, whether it can answer, and why not; `notices` do not make it unready."""

    live: bool
    ready: bool
    reasons: Sequence[str]
    notices: Sequence[str]


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
    ) -> None:
        self.store = store
        self.settings = settings
        self.types = types
        self.handler = Handler(store, types, deciders)
        self.relay = Relay(
            store,
            settings.bootstrap_servers,
            settings.topic,
            lease_seconds=settings.lease_seconds,
            replication=settings.replication,
        )
        self.consumer = Consumer(
            store,
            types,
            self.handler,
            self.sources(group=store.service),
            views=views,
            reactions=reactions,
            lease_seconds=settings.lease_seconds,
        )
        self.reader = Reader(reading, self.consumer)
        self._reading = reading
        self.rebuilding: dict[str, float] = {}
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    async def open(
        cls,
        settings: ServiceSettings,
        *,
        types: EventTypes,
        deciders: Sequence[Decider[Any, Any, Any]] = (),
        views: Sequence[View[Any]] = (),
        reactions: Sequence[Reaction] = (),
    ) -> Service:
        """Connect to the service's migrated database. Raises `Unavailable`, `Contract`."""
        store = await Store.open(settings.dsn, pool_size=settings.pool_size)
        try:
            _check_owner(store, settings, deciders)
            # Readers have connections of their own: a rush of them cannot keep a command waiting.
            reading = await open_pool(settings.dsn, size=settings.pool_size, scans=True)
        except BaseException:
            await store.close()
            raise
        return cls(store, reading, settings, types, deciders, views, reactions)

    def sources(self, group: str | None = None) -> list[Source]:
        """What the service hears: its own store, and the topics of others."""
        found: list[Source] = [StoreSource(self.store)]
        if self.settings.hears:
            kafka = KafkaSource(self.settings.bootstrap_servers, self.settings.hears, self.store.shards, group=group)
            found.append(kafka)
        return found

    async def __aenter__(self) -> Service:
        for run in (self.relay.run, self.consumer.run, self._keep_house):
            self._tasks.append(asyncio.create_task(run(), name=run.__qualname__))
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._reading.close()
        await self.store.close()

    async def handle(
        self, command: object, origin: Origin, *, expected: int | None = None, allowed: Allowed | None = None
    ) -> Written:
        """Decide and append (see `Handler.handle`)."""
        return await self.handler.handle(command, origin, expected=expected, allowed=allowed)

    async def handle_together(
        self,
        commands: Sequence[object],
        origin: Origin,
        *,
        summary: Summary | None = None,
        allowed: Allowed | None = None,
    ) -> Sequence[Written]:
        """Decide several commands and append all or none (see `_together.handle_together`)."""
        return await handle_together(self.store, self.handler, commands, origin, summary=summary, allowed=allowed)

    @asynccontextmanager
    async def snapshot(self, after: str = "", *, seconds: float = 2.0) -> AsyncIterator[Snapshot]:
        """A snapshot of the views that has taken what the token `after` names (see `Reader.snapshot`).

        What it names of services that this one does not hear is not waited for: it would never come.
        """
        async with self.reader.snapshot(self.heard(after), seconds=seconds) as snapshot:
            yield snapshot

    def heard(self, token: str) -> Token:
        """The part of a position token that this service can reach: of itself, and of those it hears."""
        sources = {self.store.service, *self.settings.hears}
        return {place: seq for place, seq in parse_token(token).items() if place[0] in sources}

    async def rebuild(self, name: str, progress: Callable[[float], None] = lambda _: None) -> None:
        """Rebuild a view beside its live table, and switch. Needs the consumer to be active in this process."""
        view = next((view for view in self.consumer.views if view.name == name), None)
        if view is None:
            raise Contract(f"no view is called {name!r}; there are {[v.name for v in self.consumer.views]}")
        self._must_be_active()
        if name in self.rebuilding:
            raise Contract(f"view {name} is being rebuilt already")

        def told(share: float) -> None:
            self.rebuilding[name] = share
            progress(share)

        told(0.0)
        try:
            await Rebuild(self.store, self.consumer, view, self.sources).run(told)
        finally:
            del self.rebuilding[name]

    async def replay_parked(self, unit: str) -> tuple[int, int]:
        """Replay a unit's parked events after the mend: how many it took, how many stay.

        `unit` is a view as `name@version`, or a reaction's name.
        """
        if unit not in self._units():
            raise Contract(f"no unit is called {unit!r}; there are {self._units()}")
        self._must_be_active()
        return await replay_parked(self.store, self.consumer, unit)

    def _units(self) -> list[str]:
        """The views that stand where the service stands, and the reactions."""
        hearing = self.consumer.hearing
        return [*(view.unit for view in hearing.views), *(reaction.name for reaction in hearing.reactions)]

    def _must_be_active(self) -> None:
        if not self.consumer.active:
            raise Contract("another process holds the consumer's lease; do it there")

    @property
    def ended(self) -> list[str]:
        """Which of the service's own tasks have ended. None ever should: the process must be started anew."""
        return [task.get_name() for task in self._tasks if task.done()]

    async def health(self) -> Health:
        """What a probe and a person want to know."""
        dead = self.ended
        reasons = [f"{name} has ended" for name in dead]
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                await self.store.heads()
        except (Unavailable, TimeoutError):
            reasons.append(Unavailable().en)
        behind = self.consumer.behind if self.consumer.active else []
        reasons += [f"{view.name} is being rebuilt: {self.rebuilding.get(view.name, 0.0):.0%}" for view in behind]
        notices = [stopped.en for stopped in self.consumer.stopped.values()]
        notices += [shard.stopped.en for shard in self.relay.state.shards if shard.stopped]
        notices += [self.relay.state.trouble] if self.relay.state.trouble else []
        return Health(not dead, not reasons, reasons, notices)

    async def _keep_house(self) -> None:
        """Rebuild views that lag behind their code, try parked events once more, forget old answers.

        A mend comes with a new start of the service: so the start is when parked events are tried again.
        """
        forgotten_on = None
        untried = True
        while True:
            await asyncio.sleep(_HOUSEKEEPING_SECONDS)
            try:
                if self.consumer.active:
                    for view in self.consumer.behind:
                        if view.name not in self.rebuilding:
                            await self.rebuild(view.name)
                    if untried:
                        # Only for units this code has: what others parked is for others to take.
                        for unit in set(self.consumer.hearing.held) & set(self._units()):
                            await self.replay_parked(unit)
                        untried = False
                if (today := datetime.now(UTC).date()) != forgotten_on:
                    await self.store.forget_answers(datetime.now(UTC) - _ANSWERS_KEPT)
                    forgotten_on = today
            except Exception:  # noqa: BLE001 - a supervising loop: told, and tried again
                _log.exception("housekeeping stumbled and begins again")


def _check_owner(store: Store, settings: ServiceSettings, deciders: Sequence[Decider[Any, Any, Any]]) -> None:
    """A service at another's database would write into its log, and publish its events as its own."""
    for decider in deciders:
        for event in decider.events:
            if event.wire.partition(".")[0] != store.service:
                raise Contract(
                    f"this is the database of {store.service}, and decider {decider.name} writes {event.wire}; "
                    "check dsn"
                )
    if store.service in settings.hears:
        raise Contract(f"{store.service} hears itself from its own store; leave it out of hears")
