"""People who record needs without a pause while parts are lost, and what became of each of their requests."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from uuid import uuid4

import httpx2

from shienevents import EventSearch, search_events
from shienops.demo.loop import eventually
from shienops.seeing.opened import heads_of, opened
from shienops.system import System
from shienweb import Role

from .town import Town

CLIENTS = 3
AGAIN_SECONDS = 0.1
_NUMBERS = count(1)
"""For notes that differ: nobody records the same need twice."""
"""a person's own pace, between two needs and before a request is sent again"""


class Recorders:
    """Each records one need after the other. What is refused is sent again, with its key, until it is accepted.

    `recorded`: ids of needs, in the order of their answers. `refused`: how often each code was the answer.
    """

    def __init__(self, town: Town, area: str) -> None:
        self.recorded: list[str] = []
        self.refused: Counter[str] = Counter()
        self._town = town
        self._area = area
        self._over = asyncio.Event()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """They record until the end of this block."""
        token = self._town.system.token(Role.TIER2_COORDINATOR, [self._area])
        headers = {"Authorization": f"Bearer {token}"}
        url = self._town.system.url("needs")
        await self._town.auditor.get("needs", "/needs")  # it has heard of the area
        client = httpx2.AsyncClient(base_url=url, headers=headers, timeout=30, trust_env=False)
        async with client, asyncio.TaskGroup() as group:
            for _ in range(CLIENTS):
                group.create_task(self._record(client))
            try:
                yield
            finally:
                self._over.set()

    async def some_more(self, most: int = 30) -> None:
        """Return when so many more were recorded."""
        before = len(self.recorded)

        async def enough() -> bool:
            return len(self.recorded) >= before + most

        await eventually(enough)

    async def _record(self, client: httpx2.AsyncClient) -> None:
        while not self._over.is_set():
            answer = await self._accepted(client, str(uuid4()), f"記録 {next(_NUMBERS)}")
            self.recorded.append(answer.json()["id"])
            self._town.known.learn(answer.json()["position"])
            await asyncio.sleep(AGAIN_SECONDS)

    async def _accepted(self, client: httpx2.AsyncClient, key: str, note: str) -> httpx2.Response:
        need = {"area": self._area, "support_kind": "outing", "people": 1, "frequency": "weekly", "note": note}
        while True:
            answer = await client.post(
                "/needs", json=need | {"source": "coordinator"}, headers={"Idempotency-Key": key}
            )
            if answer.status_code == 201:
                return answer
            assert (answer.status_code, "Retry-After" in answer.headers) == (503, True), answer.text
            self.refused[answer.json()["code"]] += 1
            await asyncio.sleep(AGAIN_SECONDS)


async def logged(system: System, area: str) -> list[str]:
    """The needs of the area, as often as the log has them."""
    async with opened(system.stack, ["needs"]) as stores:
        wanted = EventSearch(await heads_of(stores.values()), areas=[area], types=["needs.need_recorded.v1"])
        found = [record async for record in search_events(list(stores.values()), wanted)]
    return sorted(record.envelope.stream.partition("-")[2] for record in found)
