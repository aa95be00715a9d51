"""Where a fold finds its rows: in Postgres (see `tables.py`) or in memory, and in between those of a batch."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Protocol

from ..core.view import Row, View
from .changes import Touched, touched_by

Rows = dict[Hashable, Row | None]

ROWS_HELD = 10_000
"""So many rows are held in memory by a fold of history, beside those of a batch."""
BYTES_HELD = 16 << 20
"""And of so many bytes of events: the row of an area with its outline is as large as thousands of others."""


class RowStore(Protocol):
    """Where rows are kept: Postgres tables, or memory."""

    async def load(self, view: View[Any], keys: Iterable[Hashable]) -> Rows:
        """At least the rows with these keys; absent ones are left out, or `None`."""
        ...

    async def save(self, view: View[Any], changed: Mapping[Hashable, Row | None]) -> None:
        """Write changed rows; `None` deletes."""
        ...


class MemoryRows:
    """Rows in memory: for "as of", for verification, for tests."""

    def __init__(self) -> None:
        self.rows: dict[str, Rows] = {}

    async def load(self, view: View[Any], keys: Iterable[Hashable]) -> Rows:
        """The rows with these keys."""
        held = self.rows.setdefault(view.name, {})
        return {key: held[key] for key in keys if key in held}

    async def save(self, view: View[Any], changed: Mapping[Hashable, Row | None]) -> None:
        """Write changed rows."""
        held = self.rows.setdefault(view.name, {})
        held.update(changed)
        for key in [key for key, row in changed.items() if row is None]:
            del held[key]


class UncommittedRows:
    """The rows of a batch, on top of where rows are kept: each is loaded once, and written once at the end."""

    def __init__(self, rows: RowStore) -> None:
        self._rows = rows
        self._loaded: dict[str, Rows] = {}
        self._changed: dict[str, tuple[View[Any], Rows]] = {}
        self.touched: set[Touched] = set()  # what changed, for `note_changes`

    async def load(self, view: View[Any], keys: Iterable[Hashable]) -> Rows:
        """The rows with these keys, and others."""
        loaded = self._loaded.setdefault(view.name, {})
        if missing := [key for key in keys if key not in loaded]:
            found = await self._rows.load(view, missing)
            loaded.update((key, found.get(key)) for key in missing)
        return loaded

    async def save(self, view: View[Any], changed: Mapping[Hashable, Row | None]) -> None:
        """Keep changed rows."""
        loaded = self._loaded.setdefault(view.name, {})
        if view.counted_in is not None:
            self.touched |= touched_by(view, (*map(loaded.get, changed), *changed.values()))
        loaded.update(changed)
        self._changed.setdefault(view.name, (view, {}))[1].update(changed)

    async def flush(self) -> None:
        """Write all that was changed."""
        for view, changed in self._changed.values():
            await self._rows.save(view, changed)


class BoundedRows(UncommittedRows):
    """Rows of which at most so many, and those of one batch, are in memory; the others are where rows are kept.

    `size`: they are of at most so many bytes of events, where the fold notes them.
    """

    def __init__(self, rows: RowStore, most: int = ROWS_HELD, size: int = BYTES_HELD) -> None:
        super().__init__(rows)
        self._most, self._size = most, size
        self._noted = 0

    async def note(self, size: int) -> None:
        """Events of so many bytes were folded; when they are too many, all rows are written."""
        self._noted += size
        if self._noted > self._size:
            await self.flush()

    async def save(self, view: View[Any], changed: Mapping[Hashable, Row | None]) -> None:
        """Keep changed rows; when they are too many, all are written."""
        await super().save(view, changed)
        if sum(map(len, self._loaded.values())) > self._most:
            await self.flush()

    async def flush(self) -> None:
        """Write all that was changed, and keep nothing."""
        await super().flush()
        self._loaded.clear()
        self._changed.clear()
        self.touched.clear()
        self._noted = 0
