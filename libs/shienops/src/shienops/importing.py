"""`shien import areas | resources | municipalities`: imports a city's files into the registry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from shiendomain.vocabulary import AreaKind, SupportKind, Tier
from shienops._import_run import Outcome, Run, municipality_of
from shienops._screen import print_error, shown
from shienops.errors import StackError
from shienops.imports.areas import START, AreaOptions, AreasRead, read_areas
from shienops.imports.municipalities import areas_of, read_municipalities
from shienops.imports.places import AreaMap
from shienops.imports.problems import unreadable
from shienops.imports.read import read_table
from shienops.imports.resources import ResourceOptions, ResourcesRead, read_resources
from shienops.imports.send import Batch
from shienops.imports.tables import Table, keep

app = typer.Typer(
    help="Import a city's files into the registry. 地域・社会資源・市町村の取込み。", no_args_is_help=True
)

File = Annotated[Path, typer.Argument(help="The file.", show_default=False)]
Municipality = Annotated[str, typer.Option(help="Local government code of the municipality, six digits.")]
Column = Annotated[list[str] | None, typer.Option(help="FIELD=HEADER, for an unknown header. Repeatable.")]
Where = Annotated[list[str] | None, typer.Option(help="HEADER=VALUE: import only these rows. Repeatable.")]
Encoding = Annotated[str | None, typer.Option(help="utf-8 or cp932; default: detected.")]
HeaderRow = Annotated[int, typer.Option(min=1, max=100, help="Row of the headers, counted from 1.")]
Sheet = Annotated[str | None, typer.Option(help="Name of the Excel sheet; default: the first visible one.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check only, write nothing.")]
Report = Annotated[Path | None, typer.Option(help="Write all problems to this CSV file.")]
AreaColumn = Annotated[list[str] | None, typer.Option(help="FIELD=HEADER for that map. Repeatable.")]
ListName = Annotated[str | None, typer.Option("--list", help="Name of the list that the row numbers belong to.")]
RegistryUrl = Annotated[
    str | None, typer.Option(envvar="SHIEN_REGISTRY_URL", help="Default: the registry of the folder's system.")
]
Token = Annotated[str | None, typer.Option(envvar="SHIEN_TOKEN", help="Bearer token; default: a demo token.")]
Data = Annotated[Path | None, typer.Option(help="Folder of the system. [SHIEN_DATA, else .shien]")]


@app.command()
def areas(
    file: File,
    municipality: Municipality,
    name: Annotated[str | None, typer.Option(help="Name of the municipality, to define it too.")] = None,
    kind: Annotated[AreaKind, typer.Option(help="Kind of the areas.")] = AreaKind.CENTRE_AREA,
    tier: Annotated[list[Tier] | None, typer.Option(help="Tier of the areas; default: tier2. Repeatable.")] = None,
    valid_from: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help=f"First day; default: as registered, else as the area above, else {START}."
        ),
    ] = None,
    column: Column = None,
    where: Where = None,
    encoding: Encoding = None,
    dry_run: DryRun = False,
    report: Report = None,
    registry: RegistryUrl = None,
    token: Token = None,
    data: Data = None,
) -> None:
    """Import areas (polygons) from a GeoJSON file. Their codes become MUNICIPALITY-NN."""

    def work() -> None:
        code = municipality_of(municipality)
        options = AreaOptions(
            municipality=code,
            kind=kind,
            tiers=tuple(tier or [Tier.TIER2]),
            valid_from=valid_from.date() if valid_from else START,
            root_name=name,
            columns=tuple(column or ()),
        )
        table = keep(read_table(file, encoding=encoding), where or ())
        read = read_areas(table, options)
        run = Run(dry_run=dry_run, report=report, url=registry, token=token, data=data, codes=(code,))
        undated = () if valid_from else run.codes
        run.finish(Outcome(table, read.columns, read.problems, Batch(areas=read.areas), undated=undated))

    run_or_exit(work)


@app.command()
def resources(
    file: File,
    municipality: Municipality,
    areas: Annotated[Path | None, typer.Option(help="GeoJSON of the areas, to find the area of each row.")] = None,
    area_column: AreaColumn = None,
    list_name: ListName = None,
    kind: Annotated[SupportKind, typer.Option(help="Kind of rows without a known kind.")] = SupportKind.OTHER,
    serve_city: Annotated[bool, typer.Option(help="Rows without service areas serve the whole city.")] = False,
    survey: Annotated[UUID | None, typer.Option(help="Id of the survey that found these resources.")] = None,
    keep_both: Annotated[
        bool, typer.Option("--keep-both", help="Register the list although most rows are registered from another.")
    ] = False,
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
    """Import resources from GeoJSON, CSV or Excel, with the headers of the national layouts or others."""

    def work() -> None:
        code = municipality_of(municipality)
        table = keep(read_table(file, encoding=encoding, header_row=header_row, sheet=sheet), where or ())
        known = read_map(areas, code, tuple(area_column or ()))
        options = options_of(code, known, list_name or file.stem, kind, serve_city, column)
        read = resources_of(table, known, replace(options, survey=survey))
        run = Run(dry_run, report, registry, token, data, (code,), keep_both=keep_both)
        run.finish(Outcome(table, read.columns, read.problems, Batch(resources=read.resources)))

    run_or_exit(work)


@app.command()
def municipalities(
    file: File,
    municipality: Annotated[
        list[str] | None, typer.Option(help="Codes to define; default: those of the token.")
    ] = None,
    column: Column = None,
    encoding: Encoding = None,
    header_row: HeaderRow = 1,
    dry_run: DryRun = False,
    report: Report = None,
    registry: RegistryUrl = None,
    token: Token = None,
    data: Data = None,
) -> None:
    """Check a list of local government codes, and import the municipalities and wards of --municipality."""

    def work() -> None:
        codes = tuple(municipality_of(code) for code in municipality or ())
        table = read_table(file, encoding=encoding, header_row=header_row)
        read = read_municipalities(table, column or ())
        run = Run(dry_run=dry_run, report=report, url=registry, token=token, data=data, codes=codes)
        undated = codes or run.codes_of_token()
        chosen = areas_of(read, undated)
        counts = (
            f"市区町村 {len(read.roots):,}、区 {len(read.wards):,}",
            (f"{len(read.roots):,} municipalities, {len(read.wards):,} wards"),
        )
        run.finish(Outcome(table, read.columns, read.problems, Batch(areas=chosen), (counts,), undated))

    run_or_exit(work)


def options_of(
    code: str, known: AreasRead | None, list_name: str, kind: SupportKind, serve_city: bool, column: list[str] | None
) -> ResourceOptions:
    """Return the options for reading resources.

    Args:
        code: local government code of the municipality.
        known: areas of the map; None without a map.
        list_name: name of the list.
        kind: kind of support of rows without a known kind.
        serve_city: whether rows without service areas serve the whole city.
        column: `FIELD=HEADER` texts.
    """
    return ResourceOptions(
        municipality=code,
        list_name=list_name,
        areas=AreaMap(known.shapes if known else {}),
        area_names=known.names if known else {},
        default_kind=kind,
        serve_city=serve_city,
        columns=tuple(column or ()),
    )


def resources_of(table: Table, known: AreasRead | None, options: ResourceOptions) -> ResourcesRead:
    """Return the resources of a table. Raises `Unreadable` when they have locations and there is no map."""
    read = read_resources(table, options, shown)
    if known is None and any(row.details.location for row in read.resources):
        raise no_map()
    return read


def read_map(path: Path | None, municipality: str, columns: tuple[str, ...]) -> AreasRead | None:
    """Return the areas of the map; None without a map. Raises `Unreadable` when an area is refused."""
    if path is None:
        return None
    read = read_areas(read_table(path), AreaOptions(municipality=municipality, columns=columns))
    wrong = next((problem for problem in read.problems if problem.refused), None)
    if wrong:
        raise unreadable(
            "map",
            f"地域の地図の {wrong.row} 番目の地物を読み込めません: {wrong.ja}。",
            f"Feature {wrong.row} of the map of areas cannot be used: {wrong.en}.",
            "先に `shien import areas` で確認してください。",
            "Check it with `shien import areas` first.",
        )
    return read


def no_map() -> Exception:
    """Return the error for rows with coordinates and no map of the areas."""
    return unreadable(
        "no_map",
        "座標がありますが、地域の地図が指定されていません。",
        "The rows have coordinates, but no map of the areas was specified.",
        "--areas FILE.geojson で、取り込んだ地域の地図を指定してください。",
        "Specify the map from which the areas were imported with --areas FILE.geojson.",
    )


def run_or_exit(work: Callable[[], None]) -> None:
    """Do the work. After a `StackError`, print its texts and exit with code 1."""
    try:
        work()
    except StackError as error:
        print_error(error)
        raise typer.Exit(1) from None
