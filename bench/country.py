"""The whole country: rounds of 1,741 municipalities, and single proposals beside 500,000 resources in one database.

Sizes are those of the country: 500,000 resources and 1,000,000 needs, spread over municipalities as unevenly as people
are. A round takes so many needs; a larger city has a round for each of its wards. `--share 0.01` takes a hundredth of
the municipalities.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import psutil

from bench.figures import Figure
from bench.requests import a_note, at_rate, full_speed, request
from bench.rounds import Size, a_city, first_come, told
from bench.serving import vacuum, write_events
from matching.rounds.certificate import faults
from matching.rounds.live import dearest_first, one_after_another
from matching.rounds.outcome import worth_of
from matching.rounds.problem import Inputs, problem_of
from matching.rounds.solver import solve
from shiendomain.needs import NeedRecorded
from shiendomain.registry import AreaDefined, ResourceDetails, ResourceRegistered, ResourceSource
from shiendomain.vocabulary import AreaKind, Frequency, SourceKind, SupportKind, Tier
from shienevents import Event
from shienops.demo.loop import eventually
from shienops.demo.people import Known, Person
from shienops.system import System, SystemSettings
from shienweb import Role

MUNICIPALITIES, RESOURCES, NEEDS = 1_741, 500_000, 1_000_000
MOST_NEEDS, DISTRICT_NEEDS = 5_000, 110  # of a round, and of a district: nine to 45 districts in a large city
PROCESSES, SEARCHES, LIVE = 2, 400, 100
WAYS = ("first come, first served", "greedy: the dearest need first", "the round")


@dataclass(frozen=True)
class Outcome:
    """What a round came to: points without floors, people, people under a floor, by way; and what it took."""

    told: tuple[tuple[int, int, int], ...]
    points: tuple[int, int, int]
    people: int
    seconds: float
    megabytes: float


async def run(figures: dict[str, Figure], share: float = 1.0) -> None:
    """Measure once."""
    sizes = sizes_of(share)
    print(f"  {len(sizes):,} rounds, {sum(one.needs for one in sizes):,} needs, "
          f"{sum(one.resources for one in sizes):,} resources; the largest {sizes[0]}")  # fmt: skip
    begun = time.monotonic()
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        outcomes = list(pool.map(one_round, sizes))
    seconds = time.monotonic() - begun
    figures["country_s"].add(seconds, sum(one.seconds for one in outcomes) / PROCESSES)
    quarter = outcomes[: max(1, len(outcomes) // 4)]
    megabytes = [max(one.megabytes for one in found) for found in (outcomes, quarter)]
    figures["country_mb"].add(*megabytes)
    _show(outcomes)
    await _proposals(figures, share)


def sizes_of(share: float) -> Sequence[Size]:
    """The rounds of the country, the largest first. The same share gives the same ones."""
    dice = random.Random(1741)
    weights = [dice.lognormvariate(0, 1.35) for _ in range(MUNICIPALITIES)]
    whole = sum(weights)
    found = []
    for n, weight in enumerate(weights[: max(1, round(share * MUNICIPALITIES))]):
        needs, resources = round(NEEDS * weight / whole), round(RESOURCES * weight / whole)
        wards = -(-needs // MOST_NEEDS)
        for ward in range(wards):
            of_ward = needs // wards
            districts = max(1, min(45, of_ward // DISTRICT_NEEDS))
            found.append(Size(f"{n:04}{ward:02}", of_ward, resources // wards, districts))
    return sorted(found, key=lambda size: -size.needs)


def one_round(size: Size) -> Outcome:
    """A round from rows of views to a checked certificate, and the two simpler ways. In a process of a pool."""
    begun = time.monotonic()
    inputs = problem_of(a_city(random.Random(size.code), size)).inputs
    found = asdict(solve(inputs))
    points, floors = worth_of(inputs, found["assignment"])
    objective = points + inputs["floor_points"] * floors
    wrong = faults({"inputs": inputs, **found, "objective": objective})
    assert not wrong, (size, wrong)
    seconds = time.monotonic() - begun
    pairs = [one_after_another(inputs, first_come), one_after_another(inputs, dearest_first), found["assignment"]]
    return Outcome(
        told=tuple(told(inputs, one) for one in pairs),
        points=tuple(whole_points(inputs, one) for one in pairs),  # type: ignore[arg-type]
        people=sum(need[2] for need in inputs["needs"]),
        seconds=seconds,
        megabytes=psutil.Process().memory_info().rss / 1e6,
    )


def whole_points(inputs: Inputs, pairs: Sequence[tuple[int, int, int]]) -> int:
    """The points of an assignment with those of floors: what the round makes as high as can be."""
    points, floors = worth_of(inputs, pairs)
    return points + inputs["floor_points"] * floors


def _show(outcomes: Sequence[Outcome]) -> None:
    """Print the table of docs/performance.md."""
    print(f"  of {sum(one.people for one in outcomes):,} people")
    print("  | way | points | points without floors | people served | of them under a floor |")
    for n, way in enumerate(WAYS):
        points, people, floors = (sum(one.told[n][part] for one in outcomes) for part in range(3))
        print(f"  | {way} | {sum(one.points[n] for one in outcomes):,} | {points:,} | {people:,} | {floors:,} |")


async def _proposals(figures: dict[str, Figure], share: float) -> None:
    """How long one proposal takes, by hand and by itself, where the country's resources are in the same database."""
    services = ("registry", "needs", "matching")
    with tempfile.TemporaryDirectory(prefix="shien-bench-", ignore_cleanup_errors=True) as folder:
        async with System(SystemSettings(data=Path(folder), services=services, synthetic=True)) as system:
            sizes = [size for size in sizes_of(share) if size.needs]
            await _load(system, sizes)
            city = sizes[0]  # the largest: its own offers are what a search reads
            asked = [a_need(city, n) for n in range(SEARCHES)]
            await write_events(system, "needs", [("need", event.area, event) for event in asked])
            token = system.token(Role.TIER1_COORDINATOR, [city.code])
            await _count(system, "open_needs", len(asked))
            port = int(system.url("matching").rpartition(":")[2])

            def search(n: int) -> bytes:
                path = f"/needs/{asked[n].need_id}/search"
                return request("POST", path, token, b"", f"Idempotency-Key: {uuid4()}\r\n")

            def read(n: int) -> bytes:
                return request("GET", f"/matches?need_id={asked[n].need_id}", token)

            floor = await full_speed(port, 2, SEARCHES, read)
            load = await at_rate(port, 4, 10, SEARCHES, search)
            figures["proposal_p99_ms"].add(load.percentile(99), floor.percentile(99))
            print(f"  a proposal: p50 {load.percentile(50):.1f} ms, p90 {load.percentile(90):.1f} ms")
            await _live(system, city, figures)


async def _live(system: System, city: Size, figures: dict[str, Figure]) -> None:
    """From the answer to a new need until it has a proposal or was told what is missing, and nobody asked for it."""
    times = []
    async with Person(system, Role.TIER1_COORDINATOR, [city.code], Known()) as lead:
        await lead.post("needs", "/needs", _asked(city, 0))  # a round over nobody is none
        await lead.post("matching", "/rounds", {"area": city.code})
        for n in range(LIVE):
            done = await lead.post("needs", "/needs", _asked(city, n))
            begun = time.perf_counter()
            await eventually(partial(_answered, lead, done["id"]), seconds=60)
            times.append((time.perf_counter() - begun) * 1000)
    figures["live_p99_ms"].add(sorted(times)[-1 - len(times) // 100], sorted(times)[len(times) // 2])


def _asked(city: Size, n: int) -> dict[str, Any]:
    """The body of a new need."""
    said = a_need(city, n).model_dump(mode="json", include={"area", "support_kind", "people", "frequency", "source"})
    return {**said, "note": a_note()}


async def _answered(lead: Person, need: str) -> bool:
    for path in ("/matches", "/searches"):
        if (await lead.get("matching", path, need_id=need))["items"]:
            return True
    return False


async def _load(system: System, sizes: Sequence[Size]) -> None:
    """Write all areas and resources into the registry's store, and wait until matching offers them."""
    areas = [area for size in sizes for area in areas_of(size)]
    await write_events(system, "registry", [("area", event.area, event) for event in areas])
    count = 0
    for size in sizes:
        events: list[tuple[str, str, Event]] = [("resource", one.area, one) for one in resources_of(size)]
        await write_events(system, "registry", events)
        count += len(events)
    begun = time.monotonic()
    await _count(system, "offers", count)
    print(f"  {count:,} resources in matching, {time.monotonic() - begun:.0f} s after they were written")


def areas_of(size: Size) -> Sequence[AreaDefined]:
    """The municipality and its districts."""
    root = AreaDefined(area=size.code, parent=None, municipality=size.code, kind=AreaKind.MUNICIPALITY,
                       tiers=(Tier.TIER1,), name="合成", valid_from=date(2024, 4, 1))  # fmt: skip
    return [
        root,
        *(root.model_copy(update={"area": code, "parent": size.code, "tiers": (Tier.TIER2,)}) for code in size.areas),
    ]


def resources_of(size: Size, alike: str | None = None) -> Sequence[ResourceRegistered]:
    """Its resources: one in twelve serves all of it, the others their own district. `alike`: as those of this code."""
    source = ResourceSource(kind=SourceKind.IMPORT, reference="bench")
    dice = random.Random(alike or size.code)
    days = "月火水木金土"
    found = []
    for n in range(size.resources):
        home = dice.choice(size.areas)
        details = ResourceDetails(
            name=f"資源{n}",
            support_kinds=(dice.choice(list(SupportKind)),),
            service_areas=(size.code,) if n % 12 == 0 else (home,),
            capacity=dice.choice((None, 3, 5, 10)),
            schedule=f"毎週{dice.choice(days)}曜 10時〜12時",
            fee_yen=dice.choice((None, 0, 100, 300)),
        )
        found.append(ResourceRegistered(resource_id=uuid4(), area=home, details=details, source=source))
    return found


def a_need(size: Size, n: int) -> NeedRecorded:
    """The nth need: districts and kinds take turns."""
    kinds = list(SupportKind)
    return NeedRecorded(need_id=uuid4(), area=size.areas[n % size.districts], support_kind=kinds[n % len(kinds)],
                        people=1, frequency=Frequency.WEEKLY, source=SourceKind.SURVEY)  # fmt: skip


async def _count(system: System, view: str, expected: int) -> None:
    """Wait until matching has so many open offers, or needs; then do what autovacuum does within a minute."""
    reader = await asyncpg.connect(system.stack.dsn("matching"))
    where = "where open and name <> ''" if view == "offers" else ""

    async def there() -> bool:
        await asyncio.sleep(0.5)
        return bool(await reader.fetchval(f"select count(*) from views.{view} {where}") >= expected)

    try:
        await eventually(there, seconds=1800)
    finally:
        await reader.close()
    await vacuum(system, "matching", [view])
