"""`shien import needs`: imports a list of needs into the needs service."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from shienops._import_run import Outcome, Run, municipality_of
from shienops._screen import shown
from shienops.importing import (
    AreaColumn,
    Column,
    Data,
    DryRun,
    Encoding,
    File,
    HeaderRow,
    ListName,
    Municipality,
    Report,
    Sheet,
    Token,
    Where,
    read_map,
    run_or_exit,
)
from shienops.imports.needs import NeedBatch, NeedOptions, read_needs
from shienops.imports.read import read_table
from shienops.imports.tables import keep

NeedsUrl = Annotated[
    str | None,
    typer.Option("--needs", envvar="SHIEN_NEEDS_URL", help="Default: the needs service of the folder's system."),
]


def needs(
    file: File,
    municipality: Municipality,
    area: Annotated[str | None, typer.Option(help="Code of the area of rows without one.")] = None,
    areas: Annotated[Path | None, typer.Option(help="GeoJSON of the areas, to find them by name.")] = None,
    area_column: AreaColumn = None,
    list_name: ListName = None,
    survey: Annotated[UUID | None, typer.Option(help="Id of the open survey whose answers these are.")] = None,
    column: Column = None,
    where: Where = None,
    encoding: Encoding = None,
    header_row: HeaderRow = 1,
    sheet: Sheet = None,
    dry_run: DryRun = False,
    report: Report = None,
    url: NeedsUrl = None,
    token: Token = None,
    data: Data = None,
) -> None:
    """Import needs from CSV or Excel, with headers such as 地域, 支援の種類, 人数, 頻度."""

    def work() -> None:
        code = municipality_of(municipality)
        table = keep(read_table(file, encoding=encoding, header_row=header_row, sheet=sheet), where or ())
        known = read_map(areas, code, tuple(area_column or ()))
        options = NeedOptions(
            municipality=code,
            list_name=list_name or file.stem,
            area=area,
            area_names=known.names if known else {},
            columns=tuple(column or ()),
            survey=str(survey) if survey else None,
        )
        read = read_needs(table, options, shown)
        run = Run(dry_run=dry_run, report=report, url=url, token=token, data=data, codes=(code,))
        run.finish(Outcome(table, read.columns, read.problems, NeedBatch(read.needs)))

    run_or_exit(work)
