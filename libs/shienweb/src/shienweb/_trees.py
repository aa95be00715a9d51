"""The tree of areas in memory. It is loaded again when the view of areas has changed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import structlog

from shiendomain.areas import AreaNode, AreaTree, Territory
from shiendomain.areas_view import areas_view, read_tree, tree_of
from shiendomain.days import today
from shienevents import Cell, Change, NotFound, Positions, Record, Rejected, Service, Snapshot, Unavailable

from ._asked import Asked

_OLDEST_SECONDS = 1.0  # a request waits for a tree that is older
_RENEW_SECONDS = 0.5  # one that is older is loaded again: another process may advance the view, unnoticed by this one
_POLL_SECONDS = 0.2  # the view is read no more often than this while events keep coming
_TERRITORIES = 1024

_log = structlog.get_logger(__name__)


class Trees:
    """The service's tree of areas. `current()` may be up to a second old; `load(snapshot)` is exact.

    `positions` is where the views stood when the tree was last loaded.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._tree = AreaTree()
        self._change: Change | None = None  # of the view, when the tree was read
        self._loaded_at = -_OLDEST_SECONDS
        self._advanced = True
        self._lock = asyncio.Lock()
        self._renewing: asyncio.Task[None] | None = None
        self._renewed_at = -_OLDEST_SECONDS  # when that was last begun
        self._territories: dict[tuple[str, ...], Territory] = {}
        self.positions = Positions()
        service.consumer.on_advance(self._on_advance)

    def _on_advance(self, _: Positions, __: Sequence[Record]) -> None:
        self._advanced = True

    @property
    def tree(self) -> AreaTree:
        """The tree as last loaded."""
        return self._tree

    async def current(self) -> AreaTree:
        """The tree. It is loaded again when events came since, while requests go on with the one before.

        Only a tree that is older than a second is waited for. Raises `Unavailable` when it cannot be loaded.
        """
        age, now = self._age(), time.monotonic()
        if age >= _OLDEST_SECONDS:
            async with self._lock:
                if self._age() >= _OLDEST_SECONDS:
                    await self.reload()
        elif age >= (_POLL_SECONDS if self._advanced else _RENEW_SECONDS) and now - self._renewed_at >= _POLL_SECONDS:
            self._renewed_at = now
            self._renewing = self._renewing or asyncio.create_task(self._renew())
        return self._tree

    async def _renew(self) -> None:
        try:
            await self.reload()
        except Exception as error:  # noqa: BLE001 - the request that has to wait for the tree gets it
            _log.warning("the tree of areas was not loaded again", error=str(error))
        finally:
            self._renewing = None

    @asynccontextmanager
    async def kept(self, seconds: float) -> AsyncIterator[None]:
        """Begin with a tree, if there is one within these seconds; at the end nothing is under way any more."""
        await self.ready(seconds)
        try:
            yield
        finally:
            if self._renewing is not None:
                self._renewing.cancel()
                await asyncio.gather(self._renewing, return_exceptions=True)

    async def reload(self) -> AreaTree:
        """The tree as the view has it now. Raises `Unavailable`."""
        async with self._service.snapshot() as snapshot:
            return await self.load(snapshot)

    async def ready(self, seconds: float) -> bool:
        """Wait for the view of areas, which a service that starts for the first time has to make. False: not yet."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                await self.reload()
            except Unavailable:
                if time.monotonic() > deadline:
                    return False
                await asyncio.sleep(_POLL_SECONDS / 4)
            else:
                return True

    async def load(self, snapshot: Snapshot) -> AreaTree:
        """The tree as this snapshot has it. It is kept for the requests that follow.

        When another request has loaded a newer one meanwhile, that one is kept and returned.
        """
        self._advanced = False
        change, day = await snapshot.last_change([areas_view]), today()
        same = change.number and change == self._change
        tree = self._tree.on(day) if same else await read_tree(snapshot, day)
        if self._is_newer_than(snapshot.positions):
            return self._tree
        if tree is not self._tree:
            self._tree, self._change = tree, change
            self._territories.clear()
        self._loaded_at = time.monotonic()
        self.positions = snapshot.positions
        return self._tree

    async def then(self, asked: Asked, snapshot: Callable[[], AbstractAsyncContextManager[Snapshot]]) -> AreaTree:
        """The tree on the day that a read asks about; where it asks for what was known by a time, as it was then."""
        if not asked.as_of:
            return self._tree.on(asked.day)
        async with snapshot() as seen:
            return await tree_of(seen, asked.day)

    def _is_newer_than(self, positions: Positions) -> bool:
        """Whether the tree was loaded a moment ago from a later position. After a second it is loaded from any.

        Positions go back when the database is restored from a backup.
        """
        seqs, loaded = positions.seqs, self.positions.seqs
        return loaded != seqs and self.positions.covers(seqs) and time.monotonic() - self._loaded_at < _OLDEST_SECONDS

    def territory(self, areas: tuple[str, ...]) -> Territory:
        """The territory of these areas in the tree as last loaded."""
        found = self._territories.get(areas)
        if found is None:
            if len(self._territories) >= _TERRITORIES:
                self._territories.clear()
            found = self._territories[areas] = self._tree.territory(areas)
            if unknown := [area for area in areas if area not in self._tree]:
                # Who asks sees nothing there and cannot know why: a code may be wrong in the file of groups.
                _log.warning("somebody was given areas that the registry does not have", areas=unknown)
        return found

    def _age(self) -> float:
        return time.monotonic() - self._loaded_at


def check_open(area: AreaNode) -> None:
    """Raise `Rejected` for an area that has ended, or that was recorded by mistake."""
    if area.closed_on is None or area.closed_on > today():
        return
    if not area.successors:
        raise Rejected("area.withdrawn", area=area.code)
    raise Rejected("area.closed", area=area.code, closed_on=area.closed_on, successors=area.successors)


def unknown_area(area: str, cells: Sequence[Cell]) -> NotFound:
    """Why there is no such area. One that the token covers may be of another cell, where the settings name some."""
    if not cells:
        return NotFound("area.unknown")
    elsewhere = ", ".join(f"{cell.name} {cell.address}" for cell in cells)
    return NotFound("area.of_another_cell", area=area, cells=elsewhere)
