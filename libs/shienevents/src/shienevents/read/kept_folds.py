"""Pasts that took long to fold are kept as tables: a later past begins there. They are a cache of the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import structlog

from ..core.positions import Positions
from ..core.view import View
from ..postgres.kept_tables import drop_fold
from ..postgres.pool import Connection, apart
from ..views.tables import Table

WORTH_KEEPING = 100_000
"""Events that a fold must have taken to be kept: about two seconds."""
MOST_KEPT = 8
"""Folds of one service. Each is as large as its views were then."""

_log = structlog.get_logger(__name__)
_OWN = (
    "select count(*) from unnest($1::smallint[], $2::bigint[], $3::uuid[]) p (shard, seq, id) "
    "join public.events e on e.shard = p.shard and e.seq = p.seq and e.id = p.id"
)


@dataclass(frozen=True)
class KeptFold:
    """Views folded up to `positions`: all that had been recorded by `at` and had arrived. `events`: how many."""

    name: str
    at: datetime
    positions: Positions
    events: int

    def table(self, view: View[Any]) -> str:
        """The table of a view, with its schema."""
        return f"kept_folds.{self.name}_{view.name}"


class KeptFolds:
    """The folds that are kept in a service's database. Those of other versions of the views count for nothing.

    `worth`: how many events a fold must have taken to be kept. `most`: how many folds are kept.
    """

    def __init__(
        self,
        dsn: str,
        service: str,
        views: Sequence[View[Any]],
        *,
        worth: int = WORTH_KEEPING,
        most: int = MOST_KEPT,
    ) -> None:
        self.worth = worth
        self._most = most
        self._dsn = dsn
        self._service = service
        self._views = [view for view in views if not view.written_once]
        self._versions = ",".join(sorted(f"{view.name}@{view.version}" for view in self._views))

    async def latest(self, at: datetime, known: Positions) -> KeptFold | None:
        """The latest fold that a past of this time may begin from, where the live views stand at `known`."""
        async with apart(self._dsn) as connection:
            for fold in reversed(await self._kept(connection)):
                if fold.at <= at and await self.still_holds(connection, fold, known):
                    return fold
        return None

    async def _kept(self, connection: Connection) -> list[KeptFold]:
        """Those of these views, the earliest first."""
        rows = await connection.fetch("select * from kept_folds.folds where views = $1 order by at", self._versions)
        return [KeptFold(row["name"], row["at"], Positions.decode(row["positions"]), row["events"]) for row in rows]

    async def still_holds(self, connection: Connection, fold: KeptFold, known: Positions) -> bool:
        """Whether the logs still begin with what was folded.

        A store that was restored and written to has other events; a topic that was made anew has other offsets.
        """
        for (source, shard), point in fold.positions.points.items():
            live = known.point(source, shard)
            if live.seq < point.seq or -1 < live.offset < point.offset:
                return False
        if any(known.stores.get(source, store) != store for source, store in fold.positions.stores.items()):
            return False
        own = [(shard, p.seq, p.id) for (source, shard), p in fold.positions.points.items() if source == self._service]
        return not own or bool(await connection.fetchval(_OWN, *map(list, zip(*own, strict=True))) == len(own))

    async def keep(self, connection: Connection, at: datetime, positions: Positions) -> None:
        """Keep the views that this connection has as temporary tables, and drop one where there are too many."""
        fold = KeptFold(f"f{uuid4().hex[:12]}", at, positions, sum(positions.seqs.values()))
        async with connection.transaction():
            for view in self._views:
                await Table(view, fold.table(view)).copy_from(connection, view.name)
            await connection.execute(
                "insert into kept_folds.folds (name, at, views, positions, events) values ($1, $2, $3, $4, $5)",
                fold.name, at, self._versions, positions.encode(), fold.events,
            )  # fmt: skip
        _log.info("fold of the past kept", at=at.isoformat(), events=fold.events)
        await self.thin(connection)

    async def thin(self, connection: Connection) -> None:
        """Drop the folds of other versions, and those that are one too many.

        Of these the one goes without which the fewest events have to be folded again.
        """
        others = await connection.fetch("select name from kept_folds.folds where views <> $1", self._versions)
        gone = [row["name"] for row in others]
        kept = await self._kept(connection)
        while len(kept) > self._most:
            ends = [0, *(fold.events for fold in kept)]
            nth = min(range(len(kept) - 1), key=lambda n: ends[n + 1] - ends[n])  # the last one stays
            gone.append(kept.pop(nth).name)
        for name in gone:
            await drop_fold(connection, name)
