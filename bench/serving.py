"""Response times of the services over HTTP, each a separate process, compared with a minimal server."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import psutil

from bench.figures import Figure
from bench.requests import a_note, at_rate, full_speed, request
from shiendomain.needs import NeedRecorded
from shiendomain.registry import (
    AreaDefined,
    ResourceDetails,
    ResourceRegistered,
    ResourceSource,
)
from shiendomain.vocabulary import AreaKind, Frequency, SourceKind, SupportKind, Tier
from shienevents import Actor, Append, Event, Home, Origin, Store
from shienops._ports import free_port
from shienops.demo.loop import eventually
from shienops.demo.people import Known, Person, Refused
from shienops.system import System, SystemSettings
from shienweb import Role

CITY = "992011"
AREAS = [f"{CITY}-{n:02d}" for n in range(1, 46)]
RESOURCES, NEEDS, POSTS = 5_000, 20_000, 6_000
_NEED = {"support_kind": "outing", "people": 2, "frequency": "weekly", "source": "coordinator"}


async def run(figures: dict[str, Figure]) -> None:
    """Measure once, on a new system."""
    with tempfile.TemporaryDirectory(prefix="shien-bench-", ignore_cleanup_errors=True) as folder:
        async with System(SystemSettings(data=Path(folder), synthetic=True)) as system:
            city = await City.load(system)
            async with _bare_server(system) as port:
                await _post(city, figures, port)
                await _boards(city, figures, port)
            await _visible(city, figures)
            await _import(city, figures)
            rss = {name: psutil.Process(one.pid).memory_info().rss / 1e6 for name, one in system.services.items()}
            figures["service_rss_mb"].add(max(rss.values()), min(rss.values()))


@dataclass(frozen=True)
class City:
    """A running system with 45 areas, 5,000 resources and 20,000 needs, and a token for the whole city."""

    system: System
    token: str

    @classmethod
    async def load(cls, system: System) -> City:
        """Write the city's events into the stores and wait until the portal has them."""
        root = AreaDefined(area=CITY, parent=None, municipality=CITY, kind=AreaKind.MUNICIPALITY, tiers=(Tier.TIER1,),
                           name="合成", valid_from=date(2024, 4, 1))  # fmt: skip
        areas = [root.model_copy(update={"area": code, "parent": CITY, "tiers": (Tier.TIER2,)}) for code in AREAS]
        resources = [_resource(uuid4(), AREAS[n % 45], n) for n in range(RESOURCES)]
        needs = [_need(uuid4(), AREAS[n % 45]) for n in range(NEEDS)]
        await write_events(system, "registry", [("area", event.area, event) for event in (root, *areas)])
        await write_events(system, "registry", [("resource", event.area, event) for event in resources])
        await write_events(system, "needs", [("need", event.area, event) for event in needs])
        city = cls(system, system.token(Role.TIER2_COORDINATOR, [CITY]))
        async with Person(system, Role.AUDITOR, [CITY], Known()) as auditor:

            async def counted() -> bool:
                try:
                    board = await auditor.get("portal", f"/boards/{CITY}", subtree="true")
                except Refused:  # the portal does not have the city yet
                    return False
                return bool(board["board"]["needs"]["open"] >= NEEDS)

            await eventually(counted, seconds=300)
        return city

    def port(self, service: str) -> int:
        """Return the port of a service."""
        return int(self.system.url(service).rpartition(":")[2])


def _resource(resource_id: UUID, area: str, n: int) -> ResourceRegistered:
    kind = list(SupportKind)[n % 7]
    details = ResourceDetails(name=f"資源{n}", support_kinds=(kind,), service_areas=(area,), capacity=10)
    source = ResourceSource(kind=SourceKind.IMPORT, reference=str(n))
    return ResourceRegistered(resource_id=resource_id, area=area, details=details, source=source)


def _need(need_id: UUID, area: str) -> NeedRecorded:
    return NeedRecorded(need_id=need_id, area=area, support_kind=SupportKind.OUTING, people=2,
                        frequency=Frequency.WEEKLY, source=SourceKind.SURVEY)  # fmt: skip


async def vacuum(system: System, service: str, views: Iterable[str]) -> None:
    """What autovacuum does within a minute. By the service's own role: Postgres does nothing for who owns no view."""
    connection = await asyncpg.connect(system.stack.dsn(service))
    try:
        for view in views:
            await connection.execute(f"vacuum analyze views.{view}", timeout=300)
    finally:
        await connection.close()


async def write_events(system: System, service: str, events: list[tuple[str, str, Event]]) -> None:
    """Append these events, each a stream of its own: the category, the area and the event."""
    store = await Store.open(system.stack.dsn(service), pool_size=2)
    origin = Origin(Actor("bench", "bench"), occurred_at=datetime.now(UTC))
    for begin in range(0, len(events), 1000):
        appends = []
        for category, area, event in events[begin : begin + 1000]:
            id_ = area if category == "area" else getattr(event, f"{category}_id")
            home = Home(area.partition("-")[0], area)
            appends.append(Append(f"{category}-{id_}", 0, store.shard(home), home, [event], [uuid4()], origin))
        await store.append_all(appends)
    await store.close()


def _body(n: int) -> dict[str, object]:
    """The body of a need of the nth area, in turn."""
    return {**_NEED, "area": AREAS[n % 45], "note": a_note()}


async def _post(city: City, figures: dict[str, Figure], bare: int) -> None:
    def make(n: int) -> bytes:
        body = json.dumps(_body(n)).encode()
        return request("POST", "/needs", city.token, body, f"Idempotency-Key: {uuid4()}\r\n")

    port = city.port("needs")
    await full_speed(port, 32, 500, make)
    floor = await full_speed(bare, 32, POSTS, make)
    figures["http_post"].add((await full_speed(port, 32, POSTS, make)).per_second, floor.per_second)
    floor = await at_rate(bare, 32, 400, 4_000, make)
    steady = await at_rate(port, 32, 400, 4_000, make)
    figures["http_post_p99_ms"].add(steady.percentile(99), floor.percentile(99))


async def _boards(city: City, figures: dict[str, Figure], bare: int) -> None:
    port = city.port("portal")

    def area(n: int) -> bytes:
        return request("GET", f"/boards/{AREAS[n % 45]}", city.token)

    def whole(_: int) -> bytes:
        return request("GET", f"/boards/{CITY}?subtree=true", city.token)

    await full_speed(port, 8, 500, area)
    floor = await full_speed(bare, 8, 4_000, area)
    figures["board_area"].add((await full_speed(port, 8, 4_000, area)).per_second, floor.per_second)
    floor = await at_rate(bare, 4, 10, 300, whole)
    writing = asyncio.create_task(_keep_writing(city))  # so that no answer comes from the cache
    try:
        figures["board_city_p99_ms"].add((await at_rate(port, 4, 10, 300, whole)).percentile(99), floor.percentile(99))
    finally:
        writing.cancel()


async def _keep_writing(city: City) -> None:
    def make(_: int) -> bytes:
        return request("POST", "/needs", city.token, json.dumps(_body(0)).encode())

    await at_rate(city.port("needs"), 2, 20, 10_000, make)


async def _visible(city: City, figures: dict[str, Figure]) -> None:
    """Measure the time from the answer to a command in one service to a board of the portal that counts it."""
    times = []
    async with Person(city.system, Role.TIER2_COORDINATOR, [CITY], Known()) as person:
        for n in range(300):
            alone = person.apart()
            done = await alone.post("needs", "/needs", _body(n))
            begun = time.perf_counter()
            while (await alone.get("portal", f"/boards/{AREAS[n % 45]}", after=done["position"]))["stale"]:
                continue
            times.append((time.perf_counter() - begun) * 1000)
    figures["loop_visible_p99_ms"].add(sorted(times)[-3], sorted(times)[len(times) // 2])


async def _import(city: City, figures: dict[str, Figure]) -> None:
    rows = [
        {
            "area": AREAS[n % 45],
            "details": {"name": f"事業所{n}", "support_kinds": ["housework"], "service_areas": [AREAS[n % 45]]},
            "source": {"kind": "import", "reference": f"bench-{n}"},
        }
        for n in range(779)
    ]
    async with Person(city.system, Role.MUNICIPAL_ADMINISTRATOR, [CITY], Known()) as admin:
        begun = time.perf_counter()
        await admin.post("registry", "/resource-batches", {"resources": rows})
        seconds = time.perf_counter() - begun
        begun = time.perf_counter()
        json.loads(json.dumps(rows))
        figures["import_779_s"].add(seconds, time.perf_counter() - begun)


@asynccontextmanager
async def _bare_server(system: System) -> AsyncIterator[int]:
    connection = await asyncpg.connect(system.stack.dsn("needs"))
    await connection.execute("create table if not exists views.bare_posts (body bytea)")
    await connection.close()
    port = free_port()
    command = [sys.executable, "-m", "bench.bare_server", system.stack.dsn("needs"), str(port)]
    server = await asyncio.create_subprocess_exec(*command)
    try:
        async with asyncio.timeout(20):
            while True:
                try:
                    await full_speed(port, 1, 1, lambda _: request("GET", "/", ""))
                    break
                except OSError:
                    await asyncio.sleep(0.1)
        yield port
    finally:
        server.terminate()
        await server.wait()
