"""What a consumer that hears several cells keeps of them: whose each municipality is, and how each cell stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ..core.cells import cell_of
from ..core.envelope import Record
from ..core.positions import Positions
from ..postgres.kept_tables import drop_fold
from ..postgres.pool import Connection, Pool, borrowed
from ..views.municipalities import Municipalities
from .ledger import ProjectionState

Known = Callable[[Connection], Awaitable[Collection[str]]]
"""The municipalities in the views: asked once, of views that are older than the table of municipalities."""
Committing = Callable[[Positions], AbstractAsyncContextManager[Connection]]
"""One commit of the projection that moves it to these positions."""


@dataclass(frozen=True, slots=True)
class CellStanding:
    """Another cell: when its last event that was taken had been recorded, and since when and why none can be read."""

    cell: str
    told_at: datetime | None
    away_since: datetime | None
    why: str


class Cells:
    """The cells that a service hears. `others`: their names, beside the own one.

    Without `known` the service hears one cell for good, and keeps nothing of municipalities.
    """

    def __init__(self, service: str = "", others: Iterable[str] = (), known: Known | None = None) -> None:
        self.municipalities = Municipalities(service)
        self.others = frozenset(others)
        self._known = known
        self._told_at: dict[str, datetime] = {}

    def _heard(self, positions: Positions) -> Positions:
        """The positions without those of cells that are heard no longer."""
        heard = {source: store for source, store in positions.stores.items() if cell_of(source) in {"", *self.others}}
        return Positions({key: point for key, point in positions.points.items() if key[0] in heard}, heard)

    async def _forget_gone(self, connection: Connection) -> None:
        """In the caller's transaction, forget all that came of cells that are heard no longer.

        No view stays live: each is folded again, without their events. Kept folds hold them too, and go.
        """
        heard = ["", *self.others]
        await connection.execute("delete from municipalities where cell <> all($1)", heard)
        await connection.execute("delete from cells where cell <> all($1)", heard)
        await connection.execute("delete from parked where split_part(source, '@', 2) <> all($1)", heard)
        await connection.execute("delete from views")
        for row in await connection.fetch("select name from kept_folds.folds"):
            await drop_fold(connection, row["name"])

    async def load(self, connection: Connection, state: ProjectionState, committing: Committing) -> None:
        """Read whose each municipality is. What came of cells that are heard no longer is forgotten before."""
        if self._known is None:
            return
        heard = self._heard(state.positions)
        if heard.stores != state.positions.stores:
            async with committing(heard) as within:
                await self._forget_gone(within)
        found = await municipalities_of(connection)
        if not found.cells and state.number:
            found.cells = dict.fromkeys(await self._known(connection), "")
            await _insert(connection, found.cells)
        self.municipalities = found

    async def note(self, connection: Connection, batch: Sequence[Record]) -> dict[str, str]:
        """In the transaction of a batch, write down the municipalities that it tells of first: give them to `keep`."""
        told = self.municipalities.told_of(batch) if self._known else {}
        await _insert(connection, told)
        return told

    def keep(self, told: Mapping[str, str], batch: Sequence[Record]) -> None:
        """After the commit."""
        self.municipalities.cells.update(told)
        if cell := cell_of(batch[-1].source):
            self._told_at[cell] = batch[-1].envelope.recorded_at

    async def say(self, pool: Pool, away: Mapping[str, str]) -> None:
        """Write how the other cells stand, for whoever shows it; `away`: why nothing can be read of some."""
        if not self.others:
            return
        async with borrowed(pool) as connection:
            for cell in sorted(self.others):
                await connection.execute(
                    "insert into cells as c (cell, told_at, away_since, why) "
                    "values ($1, $2, case when $3 <> '' then clock_timestamp() end, $3) on conflict (cell) do update "
                    "set told_at = greatest(c.told_at, excluded.told_at), why = excluded.why, "
                    "    away_since = case when $3 <> '' then coalesce(c.away_since, excluded.away_since) end "
                    "where (c.told_at, c.why) is distinct from (greatest(c.told_at, excluded.told_at), excluded.why)",
                    cell,
                    self._told_at.get(cell),
                    away.get(cell, ""),
                )


async def _insert(connection: Connection, cells: Mapping[str, str]) -> None:
    into = "insert into municipalities (municipality, cell) values ($1, $2) on conflict do nothing"
    if cells:
        await connection.executemany(into, list(cells.items()))


class _Reads(Protocol):
    async def fetch(self, sql: str, /) -> Sequence[Any]: ...


async def municipalities_of(database: _Reads) -> Municipalities:
    """Whose each municipality is, as a service's database has it; none where it is another database."""
    [there] = await database.fetch("select to_regclass('public.municipalities') is not null")
    if not there[0]:
        return Municipalities()
    [store] = await database.fetch("select service from public.store")
    rows = await database.fetch("select municipality, cell from public.municipalities")
    return Municipalities(store["service"], {row["municipality"]: row["cell"] for row in rows})


async def cells_of(database: _Reads) -> list[CellStanding]:
    """How the other cells stand that a service hears."""
    rows = await database.fetch("select cell, told_at, away_since, why from cells order by cell")
    return [CellStanding(**dict(row)) for row in rows]
