"""One, two and four API processes of a service beside one worker, and beside one process that does both.

All of them, Postgres, Kafka and the clients share the cores of one machine: on two cores more processes cannot answer
more, and the figures say what they cost there. A read is the board of an area after a position that its client has
just written, so it waits until the worker has folded it, and the process that answers has seen that.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from uuid import uuid4

from bench.figures import Figure
from bench.requests import a_note, connect, request
from bench.serving import AREAS, CITY, write_events
from shiendomain.registry import AreaDefined
from shiendomain.vocabulary import AreaKind, Tier
from shienops._service import ServiceProcess
from shienops.demo.loop import eventually
from shienops.demo.people import Known, Person, Refused
from shienops.system import System, SystemSettings
from shienweb import Role

SERVICE = "needs"
CLIENTS, COMMANDS, READS, WARM = 32, 6_000, 6_000, 500
READS_OF_A_POSITION = 9
COUNTS = (1, 2, 4)
_NEED = {"support_kind": "outing", "people": 2, "frequency": "weekly", "source": "coordinator"}


async def run(figures: dict[str, Figure], share: float = 1.0) -> None:
    """Measure once: each number of processes in turn, on one system."""
    with tempfile.TemporaryDirectory(prefix="shien-bench-", ignore_cleanup_errors=True) as folder:
        settings = SystemSettings(data=Path(folder), services=("registry", SERVICE), synthetic=True)
        async with System(settings) as system:
            token = await _areas(system)
            both = await _rates([_port(system.url(SERVICE))], token, share)
            rates = {}
            for count in COUNTS:
                async with _api_processes(system, count) as ports:
                    rates[count] = await _rates(ports, token, share)
    for count in COUNTS:
        floor = both if count == 1 else rates[1]
        for n, name in enumerate(("commands", "reads")):
            figures[f"{name}_api_{count}"].add(rates[count][n], floor[n])


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])


async def _areas(system: System) -> str:
    """A city with 45 areas, and a token for it once the service knows them."""
    root = AreaDefined(area=CITY, parent=None, municipality=CITY, kind=AreaKind.MUNICIPALITY, tiers=(Tier.TIER1,),
                       name="合成", valid_from=date(2024, 4, 1))  # fmt: skip
    areas = [root.model_copy(update={"area": code, "parent": CITY, "tiers": (Tier.TIER2,)}) for code in AREAS]
    await write_events(system, "registry", [("area", event.area, event) for event in (root, *areas)])
    async with Person(system, Role.AUDITOR, [CITY], Known()) as auditor:

        async def known() -> bool:
            try:
                return bool(await auditor.get(SERVICE, f"/boards/{AREAS[-1]}"))
            except Refused:
                return False

        await eventually(known)
    return system.token(Role.TIER2_COORDINATOR, [CITY])


@asynccontextmanager
async def _api_processes(system: System, count: int) -> AsyncIterator[Sequence[int]]:
    """Their ports, while they and a worker run in place of the service's own process."""
    roles = ["worker", *["api"] * count]
    processes = [
        ServiceProcess(
            SERVICE,
            system.folder,
            worker=number,
            environment=lambda role=role: system.environment(SERVICE) | {"SHIEN_ROLE": role},  # type: ignore[misc]
            start_seconds=90,
            die_with_parent=True,
        )
        for number, role in enumerate(roles, start=1)
    ]
    await system.stop(SERVICE)
    try:
        await asyncio.gather(*(process.start() for process in processes))
        yield [_port(process.url) for process in processes[1:]]
    finally:
        await asyncio.gather(*(process.stop() for process in processes))
        await system.start(SERVICE)


async def _rates(ports: Sequence[int], token: str, share: float) -> tuple[float, float]:
    """Commands/s, and reads/s; each client keeps to one process for its commands, and to the next one for its reads."""
    await _measure(ports, token, round(WARM * share), reads=0)
    commands = await _measure(ports, token, round(COMMANDS * share), reads=0)
    return commands, await _measure(ports, token, round(READS * share), reads=READS_OF_A_POSITION)


async def _measure(ports: Sequence[int], token: str, count: int, *, reads: int) -> float:
    """Commands/s; or with so many reads after each command, reads/s."""
    numbers = iter(range(max(CLIENTS, count // max(1, reads))))
    done = stale = 0

    async def work(client: int) -> None:
        nonlocal done, stale
        writing = await connect(ports[client % len(ports)])
        reading = await connect(ports[(client + 1) % len(ports)])
        area = AREAS[client % len(AREAS)]
        for _ in numbers:
            body = json.dumps(_NEED | {"area": area, "note": a_note()}).encode()
            key = f"Idempotency-Key: {uuid4()}\r\n"
            written = json.loads(await writing.send(request("POST", "/needs", token, body, key)))
            for _ in range(reads):
                path = f"/boards/{area}?after={written['position']}"
                stale += b'"stale":true' in await reading.send(request("GET", path, token))
            done += reads or 1
        writing.close()
        reading.close()

    begun = time.perf_counter()
    await asyncio.gather(*map(work, range(CLIENTS)))
    seconds = time.perf_counter() - begun
    assert stale * 100 <= done, f"{stale} of {done} reads waited in vain for what was just written"
    return done / seconds
