"""The consumer: reads its own store and other services' topics, folds the views, and runs the reactions.

Everything a batch changes is one commit: the position, the rows, the parked events, and the events its reactions
make. One consumer of a service is active at a time: a row may be fed by several shards, and two that read, fold
and write it at once would lose updates. The lease avoids that a second one tries; the fence (see `ledger.advance`)
makes sure that a process that was paused and has lost the lease changes nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import structlog

from ..core.decider import Reaction
from ..core.envelope import Record, Written
from ..core.errors import Fenced, Stopped, Unavailable
from ..core.events import EventTypes
from ..core.metrics import BATCH, CONSUMER_LAG_SECONDS, FOLDED, REFUSALS, UNKNOWN
from ..core.positions import Positions, ShardKey
from ..core.view import View
from ..postgres.leases import Lease
from ..postgres.pool import AWAY, Connection
from ..views.changes import all_of, note_changes
from ..views.fold import Parking, Subscriptions, fold_batch, isolating
from ..views.tables import Table, TableRows
from ..write.handler import Handler
from ..write.store import Store
from .cells import Cells
from .ledger import ProjectionState, advance, held_streams, load_state, park, parked_counts, skipped_events
from .reactions import RaceLost, ReactionRun
from .sequence import StoppedShards, deduplicate, too_many_parked
from .sources import KafkaSource, Source

PROJECTION = "live"
PARKED_LIMIT = 10_000
_RETRY_STOPPED_SECONDS = 15  # how often a stopped shard is looked at again: a repair needs no restart

_log = structlog.get_logger(__name__)


class Consumer:
    """Folds and reacts for one service. `run()` until cancelled.

    `state` is where the projection stands after its last commit. Only `committing` moves it.
    """

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
        cells: Cells | None = None,
    ) -> None:
        self._store = store
        self.types = types
        self._handler = handler
        self._sources = list(sources)
        self._reactions = list(reactions)
        self.views = list(views)
        self.tables = {view.name: Table(view) for view in views}
        self.cells = cells or Cells(store.service)
        self.lease = Lease(store.pool, "consumer", lease_seconds, unless=lambda: store.behind is not None)
        self._stopped_shards = StoppedShards(store.service)
        self.active = False
        self.turn = asyncio.Lock()  # held while a batch is folded; a rebuild takes it to switch tables
        self.subscriptions = Subscriptions(types, [], [])
        self.state = ProjectionState(0, Positions())
        self._parked_limit = parked_limit
        self._restart_requested = False
        self._refused: list[tuple[str, str]] = []
        self._listeners: list[Callable[[Positions, Sequence[Record]], None]] = []

    def on_advance(self, listener: Callable[[Positions, Sequence[Record]], None]) -> None:
        """Call `listener(positions, batch)` in this process after the commit of each batch. It must not block."""
        self._listeners.append(listener)

    def request_restart(self) -> None:
        """Read the state from the database again, and the sources from their positions, before the next batch."""
        self._restart_requested = True

    @property
    def restart_requested(self) -> bool:
        """Whether the state here may be older than that of the database, until `run` has read it again."""
        return self._restart_requested

    @asynccontextmanager
    async def committing(self, positions: Positions | None = None) -> AsyncIterator[Connection]:
        """One commit of the projection: the only way to advance it.

        The transaction begins with the fence, then the caller changes rows in it; after its commit `state` stands at
        `positions` (without them: where it stood, under the next number). Raises `Fenced`.
        """
        positions = positions or self.state.positions
        try:
            async with self._store.pool.acquire(timeout=5) as connection, connection.transaction():
                number = await advance(connection, PROJECTION, self.state.number, positions)
                yield connection
        except asyncio.CancelledError:
            self.request_restart()  # whether it was committed is not known here
            raise
        self.state = ProjectionState(number, positions)

    async def run(self) -> None:
        """Hold the lease, consume, and restart after any failure. Ends only when cancelled."""
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
                    _log.warning("the database is unavailable", error=str(error))
                    pause = min(2.0, pause * 2)
                except Exception:  # noqa: BLE001 - the supervising loop: logged, and started again from what was committed
                    _log.exception("consumer failed, restarting")
                    pause = min(2.0, pause * 2)
                self.active = False
                await asyncio.sleep(pause)
        finally:
            self.active = False
            await asyncio.gather(*(source.stop() for source in self._sources), return_exceptions=True)
            await self._release()

    async def _release(self) -> None:
        with suppress(Unavailable, *AWAY):  # it expires by itself
            await self.lease.release()

    async def _consume(self) -> None:
        async with self.turn:  # a rebuild may be switching tables
            await self.reload()
        self._restart_requested = False
        self.active = True
        waiting: dict[asyncio.Task[list[Record]], Source] = {}
        try:
            for source in self._sources:
                waiting[asyncio.create_task(self._start(source))] = source
            retry_at = asyncio.get_running_loop().time() + _RETRY_STOPPED_SECONDS
            while await self.lease.hold():
                if self._restart_requested:
                    return
                if self._stopped_shards and asyncio.get_running_loop().time() > retry_at:
                    return
                done, _ = await asyncio.wait(waiting, timeout=1, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    source = waiting.pop(task)
                    records = task.result()
                    waiting[asyncio.create_task(source.next())] = source  # the next read overlaps this fold
                    await self._take(records, source)
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def _start(self, source: Source) -> list[Record]:
        await source.start(self.state.positions)
        return await source.next()

    async def reload(self) -> None:
        """Read the state from the database: nothing in memory outlives a batch that was rolled back."""
        async with self._store.pool.acquire(timeout=5) as connection:
            self.state = await load_state(connection, PROJECTION)
            await self.cells.load(connection, self.state, self.committing)
            live = await self._live(connection)
            self.subscriptions = Subscriptions(self.types, live, self._reactions)
            self.subscriptions.held = await held_streams(connection)
            self.subscriptions.skipped = await skipped_events(connection)
            self.subscriptions.municipalities = self.cells.municipalities
            self._restart_requested = bool(self._stopped_shards)
            self._stopped_shards.reset()
            await self._check_parked(connection)
            await note_changes(connection, all_of(self.views))

    async def _live(self, connection: Connection) -> list[View[Any]]:
        """The views whose tables have taken every event up to now.

        A service that has folded nothing yet makes its tables here. A table of another version of the code falls
        behind from now on: it loses its row in `views` in the transaction that advances the projection, until
        it is rebuilt.
        """
        versions = {row["name"]: row["version"] for row in await connection.fetch("select name, version from views")}
        live = [view for view in self.views if versions.get(view.name) == view.version]
        behind = set(versions) - {view.name for view in live}
        first = self.state.number == 0
        if not (behind or first):
            return live
        async with self.committing() as within:
            await within.execute("delete from views where name = any($1)", list(behind))
            for view in self.views if first else []:
                await self.tables[view.name].create(within)
                await within.execute("insert into views (name, version) values ($1, $2)", view.name, view.version)
        return self.views if first else live

    def subscribe(self, views: Sequence[View[Any]], held: dict[str, set[tuple[str, str]]]) -> None:
        """Fold into these views from now on. `held`: by subscriber, the streams that have parked events."""
        skipped = self.subscriptions.skipped
        self.subscriptions = Subscriptions(self.types, views, self._reactions)
        self.subscriptions.held, self.subscriptions.skipped = held, skipped
        self.subscriptions.municipalities = self.cells.municipalities

    @property
    def stopped(self) -> Mapping[ShardKey, Stopped]:
        """The shards that stopped, by source and number, and why."""
        return self._stopped_shards.stopped

    @property
    def behind(self) -> list[View[Any]]:
        """The views that must be rebuilt before they can be read."""
        return [view for view in self.views if view not in self.subscriptions.views]

    async def _take(self, records: list[Record], source: Source) -> None:
        async with self.turn:
            if self._restart_requested:
                return
            if self._stopped_shards:
                records = [record for record in records if self._stopped_shards.may_pass(record)]
            batch, problems = deduplicate(records, self.state.positions)
            if batch:
                await isolating(batch, self._commit, self.subscriptions)
            self._stopped_shards.resume({(record.source, record.envelope.shard) for record in batch})
            for problem in problems:
                if isinstance(problem, Stopped):
                    self._stopped_shards.stop(problem)
                elif self._stopped_shards.must_rescan(problem):
                    await source.rescan(problem.source, problem.shard)
        if isinstance(source, KafkaSource):
            await source.commit(self.state.positions)

    async def _commit(self, batch: Sequence[Record]) -> None:
        """Fold a batch in one commit. Raises `SubscriberFailed` when an event is at fault; then nothing has changed."""
        positions = self.state.positions.copy()
        positions.take(batch)
        while True:
            try:
                async with self.committing(positions) as connection:
                    told = await self.cells.note(connection, batch)
                    parked, appended = await self.process(connection, batch, self.subscriptions)
                    if parked:
                        await park(connection, parked)
                        await self._check_parked(connection)
                break
            except RaceLost:
                continue  # somebody else wrote to a stream a reaction writes to; decide again on what is there now
        self.cells.keep(told, batch)
        self.publish(appended)
        for listener in self._listeners:
            listener(positions, batch)
        self._measure(batch)

    def publish(self, appended: Sequence[Written]) -> None:
        """After the commit of `process`: notify listeners of what reactions appended, and count what was refused."""
        for written in appended:
            self._store.notify(written)
        for reaction, code in self._refused:
            REFUSALS.labels(reaction, code).inc()

    async def process(
        self, connection: Connection, batch: Sequence[Record], subscriptions: Subscriptions
    ) -> tuple[list[Parking], Sequence[Written]]:
        """Fold and react to a batch in the caller's transaction: what is parked, and what reactions appended."""
        folded = await fold_batch(subscriptions, batch, TableRows(connection, self.tables))
        await note_changes(connection, folded.touched)
        reactions = ReactionRun(self._store, self._handler, connection)
        for reaction in subscriptions.reactions:
            for event, record in folded.reacting.get(reaction.name, ()):
                await reactions.run(reaction, record.source, event, record.envelope)
        self._refused = reactions.refused
        return folded.parked, await reactions.flush()

    async def _check_parked(self, connection: Connection) -> None:
        for (subscriber, source, shard), count in (await parked_counts(connection, of_two_cells=False)).items():
            if count > self._parked_limit and (source, shard) not in self.stopped:
                self._stopped_shards.stop(too_many_parked(self._store.service, subscriber, source, shard, count))

    def _measure(self, batch: Sequence[Record]) -> None:
        service = self._store.service
        BATCH.labels("fold").observe(len(batch))
        now = datetime.now(UTC)
        for source, count in Counter(record.source for record in batch).items():
            FOLDED.labels(service, source).inc(count)
        for source, record in {record.source: record for record in batch}.items():
            CONSUMER_LAG_SECONDS.labels(service, source).set((now - record.envelope.recorded_at).total_seconds())
        for wire, count in Counter(record.envelope.type for record in batch).items():
            if not self.subscriptions.knows(wire):
                UNKNOWN.labels("unknown").inc(count)
