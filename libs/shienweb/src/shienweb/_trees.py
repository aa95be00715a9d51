"""Keeps the tree of areas in memory, and loads it again when the view of areas has changed."""

from __future__ import annotations

import asyncio
import time

from shiendomain.areas import AreaTree, Territory
from shiendomain.areas_view import areas_view, node_of
from shienevents import Positions, Service, Snapshot, Unavailable

_OLDEST_SECONDS = 1.0  # another process may fold for us, and tells nobody
_LOOK_SECONDS = 0.2  # the view is looked at no more often than this while events keep coming
_TERRITORIES = 1024


class Trees:
    """The service's tree of areas. `current()` is at most a moment late; `seen(snapshot)` is exact."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._tree = AreaTree()
        self._digest = ""
        self._looked = -_OLDEST_SECONDS
        self._moved = True
        self._turn = asyncio.Lock()
        self._territories: dict[tuple[str, ...], Territory] = {}
        service.consumer.on_advance(self._on_advance)

    def _on_advance(self, _: Positions) -> None:
        self._moved = True

    @property
    def tree(self) -> AreaTree:
        """The tree as last loaded."""
        return self._tree

    async def current(self) -> AreaTree:
        """The tree, looked at again when events came since, or when a second has passed."""
        if self._due():
            async with self._turn:
                if self._due():
                    await self.again()
        return self._tree

    async def again(self) -> AreaTree:
        """The tree as the view has it now. Raises `Unavailable`."""
        async with self._service.snapshot() as snapshot:
            return await self.seen(snapshot)

    async def begun(self, seconds: float) -> bool:
        """Wait until the view of areas is there: a service that starts for the first time makes it only then."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                await self.again()
            except Unavailable:
                if time.monotonic() > deadline:
                    return False
                await asyncio.sleep(_LOOK_SECONDS / 4)
            else:
                return True

    async def seen(self, snapshot: Snapshot) -> AreaTree:
        """The tree as this snapshot has it; kept for who asks next."""
        self._moved = False
        digest = await snapshot.digest(areas_view)
        if digest != self._digest:
            rows = await snapshot.rows(areas_view)
            self._tree, self._digest = AreaTree(map(node_of, rows.values())), digest
            self._territories.clear()
        self._looked = time.monotonic()
        return self._tree

    def territory(self, areas: tuple[str, ...]) -> Territory:
        """The territory of these areas in the tree as last loaded."""
        found = self._territories.get(areas)
        if found is None:
            if len(self._territories) >= _TERRITORIES:
                self._territories.clear()
            found = self._territories[areas] = self._tree.territory(areas)
        return found

    def _due(self) -> bool:
        age = time.monotonic() - self._looked
        return age >= _OLDEST_SECONDS or (self._moved and age >= _LOOK_SECONDS)
