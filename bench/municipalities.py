"""Matching and boards of one city: beside 1,740 other municipalities in the same databases, and alone.

What a city asks must cost the same. Three equal cities are there from the beginning. What the first asks only warms
processes and caches up. What the second asks is timed; then the others come, with their areas, resources and needs, and
what the third asks is timed. Each has asked nothing before: what a city recorded itself makes its own answers larger.
What a bulk write leaves to do (vacuum, a checkpoint, folds that are kept) is done before anything is timed.
All the while needs are recorded elsewhere, at the same rate: at first in a neighbour, then in all the others in turn.
`--share 0.01` takes a hundredth of the others.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg

from bench.country import MUNICIPALITIES, a_need, areas_of, resources_of
from bench.figures import Figure
from bench.requests import Connection, Load, a_note, connect, request
from bench.rounds import Size
from bench.serving import write_events
from shienops.demo.loop import eventually
from shienops.system import System, SystemSettings
from shienweb import Role

SERVICES = ("registry", "needs", "matching", "portal")
TIMES, ROUNDS, WARM = 300, 10, 20
_UPKEEP_SECONDS = 75  # it comes each minute
OTHERS_RESOURCES, OTHERS_NEEDS = 57, 115  # of each; together a fifth of the country's
CITIES = [Size(code, 2_000, 1_000, 20) for code in ("272108", "272116", "272124")]
NEIGHBOUR = Size("272302", 100, 50, 5)
VIEWS = {
    "registry": {"resources": "resources"},
    "needs": {"needs": "needs"},
    "matching": {"offers": "resources", "open_needs": "needs"},
    "portal": {"resources": "resources", "needs": "needs"},
}
"""The large views of each service, and for what each has a row."""


@dataclass(frozen=True)
class Way:
    """Something that is asked of a service, so many times. `body`: of the nth command; without it, it is a read.

    A path has the `{city}`, its `{first}` area, an `{area}` or a `{need}` of it, or `{after}`: the position of a need
    that was recorded in the city just before.
    """

    service: str
    path: str
    body: Callable[[Size, int], object] | None = None
    times: int = TIMES

    @property
    def is_after(self) -> bool:
        """Whether something is recorded before each request."""
        return "{after}" in self.path

    def request(self, token: str, city: Size, need: str, n: int, after: str) -> bytes:
        """The nth request of a city."""
        path = self.path.format(city=city.code, first=city.areas[0], need=need, area=_area(city, n), after=after)
        if self.body is None:
            return request("GET", path, token)
        said = self.body(city, n)
        data = b"" if said is None else json.dumps(said).encode()
        return request("POST", path, token, data, f"Idempotency-Key: {uuid4()}\r\n")


def _area(city: Size, n: int) -> str:
    return city.areas[n % city.districts]


def _asked(size: Size, n: int) -> dict[str, object]:
    fields = {"area", "support_kind", "people", "frequency"}
    said = a_need(size, n).model_dump(mode="json", include=fields)
    return {**said, "source": "coordinator", "note": a_note()}


WAYS: Mapping[str, Way] = {
    "board_area": Way("portal", "/boards/{first}"),
    "board_city": Way("portal", "/boards/{city}?subtree=true"),
    "board_counted": Way("portal", "/boards/{city}?subtree=true&after={after}"),
    "board_matching": Way("matching", "/boards/{city}"),
    "offers": Way("matching", "/offers?area={area}"),
    "matches": Way("matching", "/matches?need_id={need}"),
    "candidates": Way("matching", "/needs/{need}/candidates"),
    "proposal": Way("matching", "/needs/{need}/search", lambda *_: None),
    "need": Way("needs", "/needs", lambda city, n: _asked(city, n)),
    "resources": Way("registry", "/resources?area={area}"),
    "round": Way("matching", "/rounds", lambda city, n: {"area": _area(city, n), "live": False}, ROUNDS),
}
NAMES = tuple(WAYS)
_NEED = WAYS["need"]


async def run(figures: dict[str, Figure], share: float = 1.0) -> None:
    """Measure once."""
    with tempfile.TemporaryDirectory(prefix="shien-bench-", ignore_cleanup_errors=True) as folder:
        async with System(SystemSettings(data=Path(folder), services=SERVICES, synthetic=True)) as system:
            needs = [await _load(system, [city]) for city in CITIES]
            await _load(system, [NEIGHBOUR])
            await _rest(system)
            for n in range(2):
                alone = await _times(system, CITIES[n], needs[n], [NEIGHBOUR], share)
            count = max(1, round((MUNICIPALITIES - len(CITIES) - 1) * share))
            others = [Size(f"{300_001 + n}", OTHERS_NEEDS, OTHERS_RESOURCES, 5) for n in range(count)]
            begun = time.monotonic()
            print(f"  alone is measured; {count:,} other municipalities are written", flush=True)
            await _load(system, others)
            print(f"  {len(others):,} other municipalities are there after {time.monotonic() - begun:.0f} s")
            await _rest(system)
            among = await _times(system, CITIES[2], needs[2], others, share)
    for name in WAYS:
        figures[f"{name}_1741_ms"].add(among[name].percentile(50), alone[name].percentile(50))


async def _times(
    system: System, city: Size, needs: Sequence[str], others: Sequence[Size], share: float
) -> Mapping[str, Load]:
    """How long each way takes in this city, while others record needs at a steady rate."""
    token = system.token(Role.TIER1_COORDINATOR, [city.code])
    # To sign all of them takes seconds in which nothing else runs: no connection is to be open meanwhile.
    theirs = [system.token(Role.TIER1_COORDINATOR, [size.code]) for size in others]
    writing = asyncio.create_task(_others_record(system, others, theirs))
    try:
        found = {}
        for name, way in WAYS.items():
            found[name] = await _timed(system, way, token, city, needs, _count(way, share))
            p50, p99 = (found[name].percentile(percent) for percent in (50, 99))
            print(f"  {name}: p50 {p50:.1f} ms, p99 {p99:.1f}", flush=True)
        return found
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


def _count(way: Way, share: float) -> int:
    return min(way.times, max(20, round(way.times * share)))


async def _timed(system: System, way: Way, token: str, city: Size, needs: Sequence[str], count: int) -> Load:
    connection, writing = await connect(_port(system, way.service)), await connect(_port(system, "needs"))
    times = []
    warm = range(0) if way.path == "/rounds" else range(count, count + WARM)
    for n in [*warm, *range(count)]:
        after = ""
        if way.is_after:
            after = json.loads(await writing.send(_NEED.request(token, city, needs[n], n, "")))["position"]
        asked = way.request(token, city, needs[n], n, after)
        begun = time.perf_counter()
        await connection.send(asked)
        times.append((time.perf_counter() - begun) * 1000)
    connection.close()
    writing.close()
    return Load(0, sorted(times[len(warm) :]))


async def _others_record(system: System, others: Sequence[Size], tokens: Sequence[str]) -> None:
    """A need in one of the other municipalities each twentieth of a second."""
    connection: Connection = await connect(_port(system, "needs"))
    n = 0
    while True:
        size, token = others[n % len(others)], tokens[n % len(others)]
        body = json.dumps(_asked(size, n)).encode()
        await connection.send(request("POST", "/needs", token, body, f"Idempotency-Key: {uuid4()}\r\n"))
        n += 1
        await asyncio.sleep(0.05)


def _port(system: System, service: str) -> int:
    return int(system.url(service).rpartition(":")[2])


async def _load(system: System, sizes: Sequence[Size]) -> Sequence[str]:
    """Write these municipalities into the stores, and wait until all views have them; the needs' ids."""
    before = await _rows(system)
    areas = [area for size in sizes for area in areas_of(size)]
    alike = {city.code: CITIES[0].code for city in CITIES}
    await write_events(system, "registry", [("area", event.area, event) for event in areas])
    needs = [a_need(size, n) for size in sizes for n in range(size.needs)]
    for begin in range(0, len(sizes), 100):
        resources = [one for size in sizes[begin : begin + 100] for one in resources_of(size, alike.get(size.code))]
        await write_events(system, "registry", [("resource", one.area, one) for one in resources])
    await write_events(system, "needs", [("need", event.area, event) for event in needs])
    more = {"resources": sum(size.resources for size in sizes), "needs": len(needs)}

    async def there() -> bool:
        await asyncio.sleep(0.5)
        rows = await _rows(system)
        return all(rows[at] >= before[at] + more[VIEWS[at[0]][at[1]]] for at in rows)

    await eventually(there, seconds=1800)
    return [str(need.need_id) for need in needs]


async def _rest(system: System) -> None:
    """Wait until nothing goes on that a bulk write left to do: Postgres tidies up, and services keep a fold of now."""
    for service in SERVICES:
        connection = await asyncpg.connect(system.stack.admin_dsn, database=service)
        await connection.execute("vacuum analyze", timeout=600)
        await connection.execute("checkpoint", timeout=600)
        await connection.close()
    await asyncio.sleep(_UPKEEP_SECONDS)


async def _rows(system: System) -> Mapping[tuple[str, str], int]:
    """How many rows each of these views has."""
    found = {}
    for service, views in VIEWS.items():
        connection = await asyncpg.connect(system.stack.dsn(service))  # of the service's own role: it owns its views
        for view in views:
            found[service, view] = await connection.fetchval(f"select count(*) from views.{view}", timeout=300)
        await connection.close()
    return found
