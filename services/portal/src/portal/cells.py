"""The other cells that this portal hears: which areas are theirs, how far they were heard, where they are edited."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shiendomain.areas import municipality_of
from shiendomain.areas_view import areas_view
from shienevents import Cell, Connection, Positions, Record, Service, cells_of, municipalities_of

_OLDEST_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class OtherCell:
    """A cell that others operate. `told_at`: its last event here was recorded then; `away_since`: none comes since."""

    name: str
    address: str
    told_at: datetime | None
    away_since: datetime | None


class OtherCells:
    """Which areas are of another cell; those that are not named are of the portal's own."""

    def __init__(self, cells: Mapping[str, OtherCell] | None = None) -> None:
        self._cells = dict(cells or {})

    def of(self, area: str | None) -> OtherCell | None:
        """The other cell that an area is of; `None` for the own one."""
        return self._cells.get(municipality_of(area)) if area else None


class Cells:
    """The other cells as the database has them, at most a second ago: the process that consumes may be another one."""

    def __init__(self, service: Service, cells: Sequence[Cell]) -> None:
        self._service = service
        self._cells = cells
        self._found = OtherCells()
        self._read_at = -_OLDEST_SECONDS
        self._lock = asyncio.Lock()
        self._known: Collection[str] = ()
        if cells:
            service.consumer.on_advance(self._on_advance)

    def _on_advance(self, _: Positions, batch: Sequence[Record]) -> None:
        """A municipality that is new here is shown as what it is at once."""
        own = self._service.store.service
        if not {one.envelope.municipality for one in batch if one.source != own} <= set(self._known):
            self._read_at = -_OLDEST_SECONDS

    async def current(self) -> OtherCells:
        """The other cells now. Raises `Unavailable`."""
        if self._cells and time.monotonic() - self._read_at >= _OLDEST_SECONDS:
            async with self._lock:
                if time.monotonic() - self._read_at >= _OLDEST_SECONDS:
                    read_at = time.monotonic()
                    self._found, self._read_at = await self._read(), read_at
        return self._found

    async def _read(self) -> OtherCells:
        async with self._service.snapshot() as seen:
            whose, standing = await municipalities_of(seen), {one.cell: one for one in await cells_of(seen)}
        self._known, cells = whose.cells.keys(), {}
        for cell in self._cells:
            known = standing.get(cell.name)
            told_at, away_since = (known.told_at, known.away_since) if known else (None, None)
            cells[cell.name] = OtherCell(cell.name, cell.address, told_at, away_since)
        return OtherCells({code: cells[cell] for code, cell in whose.cells.items() if cell in cells})


async def municipalities(connection: Connection) -> Collection[str]:
    """The municipalities in the views of a portal that has heard no other cell yet."""
    rows = await connection.fetch(f"select distinct municipality from {areas_view.name} where municipality <> ''")
    return [row["municipality"] for row in rows]
