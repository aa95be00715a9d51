"""`shien import areas | resources | municipalities`: a city's own files into the registry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from shiendomain.vocabulary import AreaKind, SupportKind, Tier
from shienops._import_run import Outcome, Run, municipality_of
from shienops._screen import complain
from shienops.errors import StackError
from shienops.imports.areas import START, AreaOptions, AreasRead, read_areas
from shienops.imports.municipalities import areas_of, read_municipalities
from shienops.imports.places import AreaMap
from shienops.imports.problems import unreadable
from shienops.imports.read import read_table
from shienops.imports.resources import ResourceOptions, ResourcesRead, read_resources
from shienops.imports.send import Batch
from shienops.imports.tables import Table, keep

app = typer.Typer(help="Read a city's files into the registry. 区域・社会資源・市町村の取込。", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="The file.", show_default=False)]
Municipality = Annotated[str, typer.Option(help="Local government code of the root, six digits.")]
Column = Annotated[list[str] | None, typer.Option(help="FIELD=HEADER, for headers that are not known. Repeatable.")]
Where = Annotated[list[str] | None, typer.Option(help="HEADER=VALUE: only these rows. Repeatable.")]
Encoding = Annotated[str | None, typer.Option(help="utf-8 or cp932, instead of what is found.")]
HeaderRow = Annotated[int, typer.Option(min=1, max=100, help="The row of the headers.")]
Sheet = Annotated[str | None, typer.Option(help="Name of the Excel sheet; else the first that is not hidden.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check and count, write nothing.")]
Report = Annotated[Path | None, typer.Option(help="Write all problems to this CSV file.")]
RegistryUrl = Annotated[str | None, typer.Option(envvar="SHIEN_REGISTRY_URL", help="Else that of the folder's system.")]
Token = Annotated[str | None, typer.Option(envvar="SHIEN_TOKEN", help="Bearer token; else one of the demo key.")]
Data = Annotated[Path | None, typer.Option(help="Folder of the system. [SHIEN_DATA, else .shien]")]


@app.command()
def areas(
    file: File,
    municipality: Municipality,
    name: Annotated[str | None, typer.Option(help="Name of the municipality: defines the root, too.")] = None,
    kind: Annotated[AreaKind, typer.Option(help="What the areas are.")] = AreaKind.CENTRE_AREA,
    tier: Annotated[list[Tier] | None, typer.Option(help="Their tiers; tier2 if not said. Repeatable.")] = None,
    valid_from: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"])] = datetime(START.year, START.month, START.day),  # noqa: DTZ001  # a day
    column: Column = None,
    where: Where = None,
    encoding: Encoding = None,
    dry_run: DryRun = False,
    report: Report = None,
    registry: RegistryUrl = None,
    token: Token = None,
    data: Data = None,
) -> None:
    """Areas (polygons) from a GeoJSON file. Their codes become MUNICIPALITY-NN."""

    def work() -> None:
        code = municipality_of(municipality)
        options = AreaOptions(
            municipality=code,
            kind=kind,
            tiers=tuple(tier or [Tier.TIER2]),
            valid_from=valid_from.date(),
            root_name=name,
            columns=tuple(column or ()),
        )
        table = keep(read_table(file, encoding=encoding), where or ())
        read = read_areas(table, options)
        run = Run(dry_run=dry_run, report=report, registry=registry, token=token, data=data, codes=(code,))
        run.finish(Outcome(table, read.columns, read.problems, Batch(areas=read.areas)))

    guarded(work)


@app.command()
def resources(
    file: File,
    municipality: Municipality,
    areas: Annotated[Path | None, typer.Option(help="The map of the areas, to place each row in its own.")] = None,
    area_column: Annotated[list[str] | None, typer.Option(help="FIELD=HEADER for that map. Repeatable.")] = None,
    list_name: Annotated[str | None, typer.Option("--list", help="The list its numbers belong to.")] = None,
    kind: Annotated[SupportKind, typer.Option(help="For rows that name no kind, or no known one.")] = SupportKind.OTHER,
    serve_city: Annotated[bool, typer.Option(help="Rows that name no areas serve the whole city.")] = False,
    column: Column = None,
    where: Where = None,
    encoding: Encoding = None,
    header_row: HeaderRow = 1,
    sheet: Sheet = None,
    dry_run: DryRun = False,
    report: Report = None,
    registry: RegistryUrl = None,
    token: Token = None,
    data: Data = None,
) -> None:
    """Resources from GeoJSON, CSV or Excel, in the headers of the national layouts or any other."""

    def work() -> None:
        code = municipality_of(municipality)
        table = keep(read_table(file, encoding=encoding, header_row=header_row, sheet=sheet), where or ())
        known = read_map(areas, code, tuple(area_column or ()))
        read = placed(table, known, options_of(code, known, list_name or file.stem, kind, serve_city, column))
        run = Run(dry_run=dry_run, report=report, registry=registry, token=token, data=data, codes=(code,))
        run.finish(Outcome(table, read.columns, read.problems, Batch(resources=read.resources)))

    guarded(work)


@app.command()
def municipalities(
    file: File,
    municipality: Annotated[list[str] | None, typer.Option(help="Define these; else those of the token.")] = None,
    column: Column = None,
    encoding: Encoding = None,
    header_row: HeaderRow = 1,
    dry_run: DryRun = False,
    report: Report = None,
    registry: RegistryUrl = None,
    token: Token = None,
    data: Data = None,
) -> None:
    """Municipalities and their wards from a list of local government codes; all are checked, yours are defined."""

    def work() -> None:
        codes = tuple(municipality_of(code) for code in municipality or ())
        table = read_table(file, encoding=encoding, header_row=header_row)
        read = read_municipalities(table, column or ())
        run = Run(dry_run=dry_run, report=report, registry=registry, token=token, data=data, codes=codes)
        chosen = areas_of(read, codes or run.codes_of_token())
        counts = (
            f"市区町村 {len(read.roots):,}、区 {len(read.wards):,}",
            (f"{len(read.roots):,} municipalities, {len(read.wards):,} wards"),
        )
        run.finish(Outcome(table, read.columns, read.problems, Batch(areas=chosen), (counts,)))

    guarded(work)


def options_of(
    code: str, known: AreasRead | None, list_name: str, kind: SupportKind, serve_city: bool, column: list[str] | None
) -> ResourceOptions:
    """What the file does not say of its rows."""
    return ResourceOptions(
        municipality=code,
        list_name=list_name,
        areas=AreaMap(known.shapes if known else {}),
        area_names={area.area: area.name for area in known.areas} if known else {},
        default_kind=kind,
        serve_city=serve_city,
        columns=tuple(column or ()),
    )


def placed(table: Table, known: AreasRead | None, options: ResourceOptions) -> ResourcesRead:
    """The resources of a table. Raises `Unreadable` when they have places and there is no map to place them in."""
    read = read_resources(table, options)
    if known is None and any(row.details.location for row in read.resources):
        raise no_map()
    return read


def read_map(path: Path | None, municipality: str, columns: tuple[str, ...]) -> AreasRead | None:
    """The areas to place resources in. Raises `Unreadable` when one of them is refused."""
    if path is None:
        return None
    read = read_areas(read_table(path), AreaOptions(municipality=municipality, columns=columns))
    wrong = next((problem for problem in read.problems if problem.refused), None)
    if wrong:
        raise unreadable(
            "map",
            f"区域の地図の {wrong.row} 番目を読めません: {wrong.ja}。",
            f"Feature {wrong.row} of the map of areas cannot be taken: {wrong.en}.",
            "先に `shien import areas` で確かめてください。",
            "Check it with `shien import areas` first.",
        )
    return read


def no_map() -> Exception:
    """The rows have places, and there is nothing to place them in."""
    return unreadable(
        "no_map",
        "座標がありますが、区域の地図がありません。",
        "The rows have coordinates, and there is no map of the areas to place them in.",
        "--areas FILE.geojson で、取り込んだ区域の地図を指定してください。",
        "Give the map that the areas were imported from with --areas FILE.geojson.",
    )


def guarded(work: Callable[[], None]) -> None:
    """Do the work; an error becomes its sentences, and exit code 1."""
    try:
        work()
    except StackError as error:
        complain(error)
        raise typer.Exit(1) from None
