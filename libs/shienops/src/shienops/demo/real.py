"""A real city's own files brought into the services, as `shien import` does it, and the people who work there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shiendomain.days import today
from shiendomain.vocabulary import SupportKind
from shienops._import_run import municipality_of
from shienops.demo.loop import WalkPlace
from shienops.demo.people import Known, Person
from shienops.demo.stories import STORIES
from shienops.importing import options_of, resources_of
from shienops.imports.areas import AreaOptions, AreasRead, read_areas
from shienops.imports.problems import Problem, refusals, unreadable
from shienops.imports.read import read_table
from shienops.imports.resources import ResourceRow, ResourcesRead
from shienops.imports.send import Batch, Target, send
from shienops.imports.sent import Sent
from shienops.system import System
from shienweb import Role


@dataclass(frozen=True)
class Files:
    """The files of a city, its local government code and name, and what of the headers (FIELD=HEADER) is not known."""

    areas: Path
    resources: Path
    code: str
    name: str
    columns: tuple[str, ...] = ()
    area_columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class RealCity:
    """A city's files as they were read."""

    files: Files
    code: str
    areas: AreasRead
    resources: ResourcesRead


def read_real(files: Files) -> RealCity:
    """Read both files, which needs no running system. Raises `StackError` for a bad file."""
    code = municipality_of(files.code)
    areas = read_areas(read_table(files.areas), AreaOptions(code, root_name=files.name, columns=files.area_columns))
    _refuse(files.areas, areas.problems)
    options = options_of(
        code, areas, files.resources.stem, SupportKind.OTHER, serve_city=False, column=list(files.columns)
    )
    resources = resources_of(read_table(files.resources), areas, options)
    _refuse(files.resources, resources.problems)
    return RealCity(files, code, areas, resources)


async def load_real(system: System, city: RealCity, *, known: Known, tell: Callable[[str, str], None]) -> WalkPlace:
    """Import both files, and establish a council in each area and in the city."""
    read, rows = city.areas, city.resources
    await _send(system, city, Batch(areas=read.areas))
    tell(f"圏域 {len(read.areas) - 1}", f"{len(read.areas) - 1} areas")
    sent = await _send(system, city, Batch(resources=rows.resources))
    outside = sum(row.area == city.code for row in rows.resources)
    tell(
        f"資源 {sent.new} 件（うち {outside} 件はどの圏域にも入らない）",
        f"{sent.new} resources, {outside} of them in no area, in {sent.seconds:.1f} s",
    )
    day = today()
    codes = [city.code, *(area.area for area in read.areas if area.area != city.code)]
    async with Person(system, Role.MUNICIPAL_ADMINISTRATOR, [city.code], known, body="市") as admin:
        councils = {code: await _council(admin, code, "tier1" if code == city.code else "tier2") for code in codes}
    tell(f"協議体 {len(councils)}（{day}）", f"{len(councils)} councils")
    area, kind = lacking(city.code, codes[1:], rows.resources)
    return WalkPlace(city.code, area, councils[area], councils[city.code], kind)


def lacking(city: str, areas: Sequence[str], rows: Iterable[ResourceRow]) -> tuple[str, str]:
    """An area and a kind of support that no resource gives there; the first of both, when all give everything."""
    given = {(area, kind) for row in rows for area in row.details.service_areas or (row.area,)
             for kind in row.details.support_kinds}  # fmt: skip
    wanted = [(area, kind) for kind in STORIES for area in areas]
    free = (one for one in wanted if one not in given and (city, one[1]) not in given)
    return next(free, wanted[0])


async def _send(system: System, city: RealCity, batch: Batch) -> Sent:
    token = system.token(Role.MUNICIPAL_ADMINISTRATOR, [city.code], body="市")
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
