"""The consumer: takes events from its own store and from other services' topics, folds the views and reacts.

Everything a batch changes is one commit: the position, the rows, the parked events, and the events its reactions
make. One consumer of a service is active at a time: a row may be fed by several shards, and two that read, fold
and write it at once would lose updates. The lease keeps a second from trying; the fence keeps a zombie from
changing anything.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog

from ..core.decider import Reaction
from ..core.envelope import Record, Written
from ..core.errors import Fenced, Stopped, Unavailable
from ..core.events import Event, EventTypes
from ..core.metrics import BATCH, CONSUMER_LAG_SECONDS, FOLDED, PARKED, REFUSALS, UNKNOWN
from ..core.positions import Positions
from ..core.view import View
from ..postgres.leases import Lease
from ..postgres.pool import AWAY, Connection
from ..views.fold import Hearing, Parking, fold, isolating
from ..views.tables import Table
from ..views.tables import TableRows as TableRows
from ..write.handler import Handler
from ..write.store import Store
from .gate import Stops, admit
from .ledger import Standing, advance, held_streams, park, parked_counts, standing
from .reactions import Raced, ReactionRun
from .sources import KafkaSource, Source

PROJECTION = "live"
PARKED_LIMIT = 10_000
_TRY_STOPPED_SECONDS = 15  # how often a stopped shard is looked at again: a mend needs no restart

_log = structlog.get_logger(__name__)


class Consumer:
    """Folds and reacts for one service. `run()` until cancelled."""

    def __init__(
        self,
        store: Store,
        types: EventTypes,
        handler: Handler,
        sources: Sequence[Source],
        *,
        views: Sequence[View[Any]] = (),
        reactions: Sequence[Reaction] = (),
        lease_seconds: float = 10.0,
        parked_limit: int = PARKED_LIMIT,
    ) -> None:
        self._store = store
        self.types = types
        self._handler = handler
        self._sources = list(sources)
        self._reactions = list(reactions)
        self.views = list(views)
        self.tables = {view.name: Table(view) for view in views}
        self.lease = Lease(store.pool, "consumer", lease_seconds)
        self.stops = Stops(store.service)
        self.active = False
        self.turn = asyncio.Lock()  # held while a batch is folded; a rebuild takes it to switch tables
        self.hearing = Hearing(types, [], [])
        self.standing = Standing(0, Positions())
        self._parked_limit = parked_limit
        self.anew = False  # the sources have gone past what a stopped shard did not take
        self._parked_units: set[str] = set()
        self._refused: list[tuple[str, str]] = []
        self._listeners: list[Callable[[Positions], None]] = []

    def on_advance(self, listener: Callable[[Positions], None]) -> None:
        """Call `listener(positions)` in this process after each commit. It must not block."""
        self._listeners.append(listener)

    async def run(self) -> None:
        """Hold the lease, consume, and begin again after any trouble. Ends only when cancelled."""
        pause = 0.05
        try:
            while True:
                try:
                    if await self.lease.hold():
                        await self._consume()
                    pause = 0.05
                    await asyncio.sleep(0.2)
                except Fenced as fenced:
                    _log.info("another consumer has taken over", why=str(fenced))
                except (Unavailable, *AWAY) as error:
                    _log.warning("the database is away", error=str(error))
                    pause = min(2.0, pause * 2)
                except Exception:  # noqa: BLE001 - the supervising loop: told, and tried again from what was committed
                    _log.exception("the consumer stumbled and begins again")
                    pause = min(2.0, pause * 2)
                self.active = False
                await asyncio.sleep(pause)
        finally:
            self.active = False
            await asyncio.gather(*(source.stop() for source in self._sources), return_exceptions=True)
            await self._release()

    async def _release(self) -> None:
        try:
            await self.lease.release()
        except (Unavailable, *AWAY):
            pass  # it runs out by itself

    async def _consume(self) -> None:
        async with self.turn:  # a rebuild may be switching tables
            await self.reload()
        self.anew = False
        self.active = True
        waiting: dict[asyncio.Task[list[Record]], Source] = {}
        try:
            for source in self._sources:
                waiting[asyncio.create_task(self._begin(source))] = source
            look_again = asyncio.get_running_loop().time() + _TRY_STOPPED_SECONDS
            while await self.lease.hold():
                if self.anew:
                    return
                if self.stops and asyncio.get_running_loop().time() > look_again:
                    return
                done, _ = await asyncio.wait(waiting, timeout=1, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    source = waiting.pop(task)
                    arrivals = task.result()
                    waiting[asyncio.create_task(source.next())] = source  # the next read overlaps this fold
                    await self._take(arrivals, source)
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def _begin(self, source: Source) -> list[Record]:
        await source.start(self.standing.positions)
        return await source.next()

    async def reload(self) -> None:
        """Read from the database where the service stands: nothing in memory outlives a rolled-back batch."""
        async with self._store.pool.acquire(timeout=5) as connection, connection.transaction():
            self.standing = await standing(connection, PROJECTION)
            live = await self._live(connection)
            self.hearing = Hearing(self.types, live, self._reactions)
            self.hearing.held = await held_streams(connection)
            self.anew = bool(self.stops)
            self.stops.forget()
            await self._check_parked(connection)

    async def _live(self, connection: Connection) -> list[View[Any]]:
        """The views whose tables have taken every event up to now.

        A service that has folded nothing yet makes its tables here. A table this code does not fold in exactly
        the version it has, of an older or a newer deployment, falls behind from now on: it loses its place in
        `views` in the transaction that says so, and whoever wants it again rebuilds it.
        """
        versions = {row["name"]: row["version"] for row in await connection.fetch("select name, version from views")}
        live = [view for view in self.views if versions.get(view.name) == view.version]
        behind = set(versions) - {view.name for view in live}
        first = self.standing.number == 0
        if not (behind or first):
            return live
        number = await advance(connection, PROJECTION, self.standing.number, self.standing.positions)
        self.standing = Standing(number, self.standing.positions)
        await connection.execute("delete from views where name = any($1)", list(behind))
        for view in self.views if first else []:
            await self.tables[view.name].create(connection)
            await connection.execute("insert into views (name, version) values ($1, $2)", view.name, view.version)
        return self.views if first else live

    @property
    def stopped(self) -> Mapping[tuple[str, int], Stopped]:
        """The shards that stopped, by source and number, and why."""
        return self.stops.stopped

    @property
    def behind(self) -> list[View[Any]]:
        """The views that must be rebuilt before they can be read."""
        return [view for view in self.views if view not in self.hearing.views]

    async def _take(self, arrivals: list[Record], source: Source) -> None:
        async with self.turn:
            if self.anew:
                return
            if self.stops:
                arrivals = [record for record in arrivals if self.stops.may_pass(record)]
            batch, trouble = admit(arrivals, self.standing.positions)
            if batch:
                await isolating(batch, self._commit, self.hearing)
            self.stops.go_on({(record.source, record.envelope.shard) for record in batch})
            for problem in trouble:
                if isinstance(problem, Stopped):
                    self.stops.stop(problem)
                elif self.stops.must_rescan(problem):
                    await source.rescan(problem.source, problem.shard)
        if isinstance(source, KafkaSource):
            await source.commit(self.standing.positions)

    async def _commit(self, batch: Sequence[Record]) -> None:
        """Fold a batch in one commit. Raises `UnitFailed` when an event is at fault; then nothing has changed."""
        positions = self.standing.positions.copy()
        positions.take(batch)
        while True:
            try:
                async with self._store.pool.acquire(timeout=5) as connection, connection.transaction():
                    number = await advance(connection, PROJECTION, self.standing.number, positions)
                    parked, written = await self.work(connection, batch)
                    if parked:
                        await park(connection, parked)
                        await self._check_parked(connection)
                break
            except Raced:
                continue  # somebody else wrote to a stream a reaction writes to; decide again on what is there now
        self.standing = Standing(number, positions)
        self.tell(written)
        for listener in self._listeners:
            listener(positions)
        self._measure(batch)

    def tell(self, written: Sequence[Written]) -> None:
        """Announce and count what the reactions of `work` came to, after its commit."""
        for one in written:
            self._store.announce(one)
        for reaction, code in self._refused:
            REFUSALS.labels(reaction, code).inc()

    async def work(
        self, connection: Connection, batch: Sequence[Record], hearing: Hearing | None = None
    ) -> tuple[list[Parking], Sequence[Written]]:
        """Fold and react to a batch in the caller's transaction, with the units of `hearing`."""
        hearing = hearing or self.hearing
        shares, parked = hearing.sort(batch)
        rows = TableRows(connection, self.tables)
        parsed: dict[int, Event] = {}
        reactions = ReactionRun(self._store, self._handler, connection)
        for view in hearing.views:
            if share := shares.get(view.unit):
                await fold(view, hearing.parse(view.unit, share, parsed), rows)
        for reaction in hearing.reactions:
            if share := shares.get(reaction.name):
                for record in share:
                    [(event, envelope)] = hearing.parse(reaction.name, [record], parsed)
                    await reactions.run(reaction, record.source, event, envelope)
        self._refused = reactions.refused
        return parked, await reactions.flush()

    async def _check_parked(self, connection: Connection) -> None:
        counts = await parked_counts(connection)
        by_unit: dict[str, int] = dict.fromkeys(self._parked_units, 0)
        for (unit, source, shard), count in counts.items():
            by_unit[unit] = by_unit.get(unit, 0) + count
            if count > self._parked_limit and (source, shard) not in self.stopped:
                self.stops.stop(
                    Stopped(
                        source,
                        shard,
                        f"{count} of its events are parked for {unit}: more than a few bad ones",
                        f"{unit} で {count} 件のイベントが保留になっています。{unit} を直して {self._store.service} を"
                        "起動し直すと、順に処理されます",
                        f"mend {unit} and start {self._store.service} again; it then takes them in order",
                    )
                )
        for unit, count in by_unit.items():
            PARKED.labels(self._store.service, unit).set(count)
        self._parked_units = {unit for unit, count in by_unit.items() if count}

    def _measure(self, batch: Sequence[Record]) -> None:
        service = self._store.service
        BATCH.labels("fold").observe(len(batch))
        now = datetime.now(UTC)
        for source, count in Counter(record.source for record in batch).items():
            FOLDED.labels(service, source).inc(count)
        for source, record in {record.source: record for record in batch}.items():
            CONSUMER_LAG_SECONDS.labels(service, source).set((now - record.envelope.recorded_at).total_seconds())
        for wire, count in Counter(record.envelope.type for record in batch).items():
            if not self.hearing.knows(wire):
                UNKNOWN.labels("unknown").inc(count)
