"""An import of 50,000 rows: the file is read, checked whole and sent in parts, as `shien import resources` does it.

Memory is compared with that of an import of a quarter. With a share that makes a quarter smaller than a part (5,000
rows) the two are not alike, and only the seconds say something.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psutil

from bench.figures import Figure
from bench.serving import CITY, write_events
from shiendomain.registry import AreaDefined
from shiendomain.vocabulary import AreaKind, Tier
from shienops.demo.loop import eventually
from shienops.demo.people import Known, Person, Refused
from shienops.imports.places import AreaMap
from shienops.imports.read import read_csv
from shienops.imports.resources import ResourceOptions, read_resources
from shienops.imports.send import Batch, Target
from shienops.imports.whole import send_whole
from shienops.system import System, SystemSettings
from shienweb import Role

ROWS, QUARTERS = 50_000, 4


async def run(figures: dict[str, Figure], share: float = 1.0) -> None:
    """Measure once, on a new registry. `share`: of the rows."""
    rows = max(QUARTERS, round(ROWS * share))
    with tempfile.TemporaryDirectory(prefix="shien-bench-", ignore_cleanup_errors=True) as folder:
        async with System(SystemSettings(data=Path(folder), services=("registry",), synthetic=True)) as system:
            await _city(system)
            begun = time.perf_counter()
            read_csv(_list("下見", rows))
            floor = time.perf_counter() - begun
            target = Target(system.url("registry"), system.token(Role.MUNICIPAL_ADMINISTRATOR, [CITY], body="bench"))
            peak = _peak(system)
            begun = time.perf_counter()
            await asyncio.to_thread(_import, target, "一覧", rows // QUARTERS)
            first, quarter = time.perf_counter() - begun, await peak.over()
            begun = time.perf_counter()
            peak = _peak(system)
            await asyncio.to_thread(_import, target, "全件", rows)
            figures["import_50000_s"].add(time.perf_counter() - begun, floor)
            figures["import_50000_mb"].add(await peak.over(), quarter)
            print(f"  a quarter of the rows: {first:.1f} s")


def _import(target: Target, name: str, rows: int) -> None:
    """Import a list of so many rows; none of them is refused."""
    read = read_resources(read_csv(_list(name, rows)), ResourceOptions(CITY, name, AreaMap({})))
    refused = [problem for problem in read.problems if problem.refused]
    assert not refused, refused[:3]
    done = send_whole(target, Batch(resources=read.resources), dry_run=False)
    assert done.new == rows, done


def _list(name: str, rows: int) -> bytes:
    """A list as a city has it: with schedules, fees and places."""

    def lines() -> Iterator[str]:
        yield "NO,名称,住所,カテゴリ,開催日時,料金"
        for n in range(rows):
            yield f"{n},{name}の会{n},西町{n}番地,サロン,第2・4火曜 10時〜12時,1回200円"

    return "\n".join(lines()).encode()


class _peak:
    """The largest memory of the registry while something happens, in MB."""

    def __init__(self, system: System) -> None:
        self._process = psutil.Process(system.services["registry"].pid)
        self._most = 0.0
        self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while True:
            self._most = max(self._most, self._process.memory_info().rss / 1e6)
            await asyncio.sleep(0.05)

    async def over(self) -> float:
        """Stop watching."""
        self._watching.cancel()
        await asyncio.wait([self._watching])
        return self._most


async def _city(system: System) -> None:
    """One city, whose area is known to the registry."""
    city = AreaDefined(
        area=CITY, parent=None, municipality=CITY, kind=AreaKind.MUNICIPALITY, tiers=(Tier.TIER1,), name="合成",
        valid_from=date(2024, 4, 1),
    )  # fmt: skip
    await write_events(system, "registry", [("area", CITY, city)])
    async with Person(system, Role.AUDITOR, [CITY], Known()) as auditor:

        async def known() -> bool:
            try:
                return bool((await auditor.get("registry", "/areas"))["items"])
            except Refused:
                return False

        await eventually(known)
