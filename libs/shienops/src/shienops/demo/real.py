"""A real city's own files brought into the services, as `shien import` does it, and the people who work there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shiendomain.days import today
from shiendomain.vocabulary import SupportKind
from shienops.demo.loop import Place
from shienops.demo.people import Known, Person
from shienops.importing import options_of, placed, read_map
from shienops.imports.areas import AreaOptions, read_areas
from shienops.imports.problems import Problem, refusals, unreadable
from shienops.imports.read import read_table
from shienops.imports.send import Batch, Sent, Target, send
from shienops.system import System
from shienweb import Role


@dataclass(frozen=True)
class RealCity:
    """The files of a city, its local government code, and its name."""

    areas: Path
    resources: Path
    code: str
    name: str


async def load_real(system: System, city: RealCity, *, known: Known, tell: Callable[[str, str], None]) -> Place:
    """Import both files, and establish a council in each area and in the city. Raises `StackError` for a bad file."""
    read = read_areas(read_table(city.areas), AreaOptions(city.code, root_name=city.name))
    _refuse(city.areas, read.problems)
    await _send(system, city, Batch(areas=read.areas))
    tell(f"圏域 {len(read.areas) - 1}", f"{len(read.areas) - 1} areas")
    shapes = read_map(city.areas, city.code, ())
    options = options_of(city.code, shapes, city.resources.stem, SupportKind.OTHER, False, None)
    rows = placed(read_table(city.resources), shapes, options)
    _refuse(city.resources, rows.problems)
    sent = await _send(system, city, Batch(resources=rows.resources))
    outside = sum(row.area == city.code for row in rows.resources)
    tell(
        f"資源 {sent.new} 件（うち {outside} 件はどの圏域にも入らない）",
        f"{sent.new} resources, {outside} of them in no area, in {sent.seconds:.1f} s",
    )
    day = today()
    codes = [city.code, *(area.area for area in read.areas if area.area != city.code)]
    async with Person(system, Role.MUNICIPAL_ADMINISTRATOR, [city.code], known, body="city") as admin:
        councils = {code: await _council(admin, code, "tier1" if code == city.code else "tier2") for code in codes}
    tell(f"協議体 {len(councils)}（{day}）", f"{len(councils)} councils")
    return Place(city.code, codes[1], councils[codes[1]], councils[city.code])


async def _send(system: System, city: RealCity, batch: Batch) -> Sent:
    token = system.token(Role.MUNICIPAL_ADMINISTRATOR, [city.code], body="city")
    target = Target(system.url("registry"), token)
    return await asyncio.to_thread(send, target, batch, dry_run=False, on_bytes=lambda done, total: None)


async def _council(admin: Person, code: str, tier: str) -> str:
    body = {"area": code, "tier": tier, "name": f"{code} 協議体", "members": []}
    return str((await admin.post("registry", "/councils", body))["id"])


def _refuse(file: Path, problems: tuple[Problem, ...]) -> None:
    if wrong := refusals(problems):
        first = wrong[0]
        raise unreadable(
            "rows_refused",
            f"{file} の {first.row} 行目 {first.column}: {first.ja}（ほか {len(wrong) - 1} 件）",
            f"{file}, row {first.row}, {first.column}: {first.en} (and {len(wrong) - 1} more)",
            "`shien import … --dry-run` で全件を確認してください。",
            "See all of them with `shien import … --dry-run`.",
        )
