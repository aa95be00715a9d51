"""Two processes of a service answer and two work. Each is started anew while people write and read: nobody notices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx2
import pytest

from shienops._service import ServiceProcess
from shienops.system import System
from shienweb import Role

from .recorders import logged
from .town import Town, all_views_agree

pytestmark = [
    pytest.mark.xdist_group("journeys"), pytest.mark.embedded, pytest.mark.slow, pytest.mark.timeout(400),
]  # fmt: skip

SERVICE = "needs"
CLIENTS = 4
LOOK_SECONDS = 0.1
LEAVE_SECONDS = 10 * LOOK_SECONDS  # the balancer has looked by then
_NUMBERS = count(1)
"""For notes that differ: nobody records the same need twice."""


class Balancer:
    """Sends requests in turn to the processes that are ready. It repeats one only where nobody accepted it."""

    def __init__(self, urls: list[str], token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._clients = [httpx2.AsyncClient(base_url=url, headers=headers, timeout=20, trust_env=False) for url in urls]
        self._ready = list(self._clients)
        self._turn = count()

    async def __aenter__(self) -> Self:
        self._looking = asyncio.create_task(self._look())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._looking.cancel()
        await asyncio.gather(self._looking, return_exceptions=True)
        await asyncio.gather(*(client.aclose() for client in self._clients))

    async def send(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """The answer of whichever process took it. Raises `httpx2.ConnectError` where nobody listens."""
        while True:
            client = self._ready[next(self._turn) % len(self._ready)]
            try:
                return await client.request(method, path, **options)
            except httpx2.ConnectError:  # nothing was sent
                if self._ready == [client]:
                    raise
                self._ready = [other for other in self._ready if other is not client]

    async def _look(self) -> None:
        while True:
            found = [client for client in self._clients if await self._is_ready(client)]
            self._ready = found or self._ready
            await asyncio.sleep(LOOK_SECONDS)  # a balancer's own clock: it is never told

    async def _is_ready(self, client: httpx2.AsyncClient) -> bool:
        try:
            return (await client.get("/ready")).status_code == 200
        except httpx2.TransportError:
            return False


def a_process(system: System, number: int, role: str) -> ServiceProcess:
    """A process of the service in this role, on a port of its own."""
    own = {"SHIEN_ROLE": role, "SHIEN_LEAVE_SECONDS": str(LEAVE_SECONDS)}
    return ServiceProcess(
        SERVICE,
        system.folder,
        worker=number,
        environment=lambda: system.environment(SERVICE) | own,
        start_seconds=90,
        die_with_parent=True,
    )


@asynccontextmanager
async def in_place_of_one(system: System, processes: list[ServiceProcess]) -> AsyncIterator[None]:
    """These processes run while the service's own one does not."""
    await system.stop(SERVICE)
    try:
        await asyncio.gather(*(process.start() for process in processes))
        yield
    finally:
        await asyncio.gather(*(process.stop() for process in processes))
        await system.start(SERVICE)


async def works(balancer: Balancer, town: Town, area: str, over: asyncio.Event, recorded: list[str]) -> None:
    """Record needs, and look at the board after each: it has them, or says that it waited for its views in vain."""
    need = {"area": area, "support_kind": "outing", "people": 1, "frequency": "weekly", "source": "coordinator"}
    mine = 0
    while not over.is_set():
        new = need | {"note": f"記録 {next(_NUMBERS)}"}
        done = await balancer.send("POST", "/needs", json=new, headers={"Idempotency-Key": str(uuid4())})
        assert done.status_code == 201, done.text
        mine += 1
        recorded.append(done.json()["id"])
        town.known.learn(done.json()["position"])
        seen = await balancer.send("GET", f"/boards/{area}", params={"after": done.json()["position"]})
        assert seen.status_code == 200, seen.text
        assert seen.json()["stale"] or seen.json()["total"]["needs"]["open"] >= mine, seen.text


async def roles(processes: list[ServiceProcess], town: Town) -> list[tuple[str, bool]]:
    """What each process says of itself at `/standing`: its role, and whether it works now."""
    said = []
    async with httpx2.AsyncClient(trust_env=False) as client:
        for process in processes:
            token = town.system.token(Role.AUDITOR, [town.code])
            answer = await client.get(f"{process.url}/standing", headers={"Authorization": f"Bearer {token}"})
            said.append((answer.json()["role"], answer.json()["active"]))
    return sorted(said)


async def test_processes_are_started_anew_under_load_and_no_request_is_refused_and_nothing_is_lost(
    system: System,
) -> None:
    async with Town(system, "99151") as town:
        (place,) = await town.build(districts=1)
        processes = [a_process(system, *one) for one in ((1, "worker"), (2, "worker"), (3, "api"), (4, "api"))]
        token = system.token(Role.TIER2_COORDINATOR, [place.area])
        async with in_place_of_one(system, processes):
            recorded: list[str] = []
            over = asyncio.Event()
            assert await roles(processes, town) == [("api", False), ("api", False), ("worker", False), ("worker", True)]
            async with Balancer([one.url for one in processes[2:]], token) as balancer, asyncio.TaskGroup() as group:
                for _ in range(CLIENTS):
                    group.create_task(works(balancer, town, place.area, over, recorded))
                for process in processes:
                    before = len(recorded)
                    await process.stop()
                    await process.start()
                    assert len(recorded) > before, "work went on meanwhile"
                over.set()
        assert await logged(system, place.area) == sorted(recorded), "each once"
        assert (await town.board())["board"]["needs"]["open"] == len(recorded), "and the portal heard of each once"
        await all_views_agree(system)
