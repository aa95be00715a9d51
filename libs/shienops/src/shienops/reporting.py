"""`shien report`: the tables of a fiscal year (年度), folded from the logs as they were at its end."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
import xlsxwriter
from rich.console import Console

from shiendomain.accesses import AccessKind
from shiendomain.areas import AreaTree
from shiendomain.areas_view import areas_view, node_of
from shiendomain.days import JAPAN, day_of
from shiendomain.fiscal import FiscalYear, Table
from shiendomain.publishing import Published, published
from shienevents import Positions, Store, StoreSource, View, event_types, positions_at, replay
from shienops._access_log import log_accesses
from shienops._files import new_file, new_folder, new_text_file
from shienops._import_run import municipality_of
from shienops.cli import Data, run, settings_of
from shienops.errors import Unknown
from shienops.imports.problems import unreadable
from shienops.imports.report import neutral
from shienops.seeing.opened import opened
from shienops.settings import SERVICES
from shienops.stack import Stack

REPORTING = ("registry", "needs", "escalation")
"""the services whose tables make the report, in this order"""

Year = Annotated[int, typer.Option("--fiscal-year", min=2000, max=2098, help="It begins on 1 April of this year.")]
City = Annotated[str, typer.Option("--city", help="Local government code of the municipality, six digits.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for the workbook and the CSV files; it is made if needed.")]
Publish = Annotated[
    bool, typer.Option("--published", help="As it may be published: figures about few people are hidden (x).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Write the tables as JSON to the standard output instead.")]


@dataclass(frozen=True)
class Report:
    """The tables of a city in a fiscal year. `moment`: what was recorded by then is counted.

    `hidden`: of a report that may be published, the row and column of each figure that is not, for each table.
    """

    city: str
    name: str
    year: FiscalYear
    moment: datetime
    tables: Sequence[Table]
    hidden: Sequence[Sequence[tuple[int, int]]] | None = None

    @property
    def ended(self) -> bool:
        """Whether the year has ended: then the report is the same whenever it is made."""
        return self.moment == self.year.end


def report(
    fiscal_year: Year,
    city: City,
    out: Out = Path(),
    publish: Publish = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Make the yearly report of a municipality as Excel and CSV, from the log as of 31 March."""

    async def work() -> None:
        stack = Stack(settings_of(data=data))
        year = FiscalYear(fiscal_year)
        moment = moment_of(year, datetime.now(JAPAN))
        code = municipality_of(city)
        async with opened(stack, SERVICES) as stores:
            made = await report_of(stores, code, year, moment)
        made = as_published(made) if publish else made
        if not as_json:
            new_folder(out)  # before the access is logged: a folder that cannot be made takes nothing out
        await log_accesses(stack, REPORTING, AccessKind.EXPORT, "report", str(fiscal_year), code)
        if as_json:
            typer.echo(json.dumps(as_object(made), ensure_ascii=False, indent=1))
            return
        paths = write(made, out)
        _say(made, paths)

    run(work())


def moment_of(year: FiscalYear, now: datetime) -> datetime:
    """The last moment that counts: the end of the year, or now. Raises `StackError` for a year that has not begun."""
    if day_of(now) < year.first:
        raise unreadable(
            "year_not_begun",
            f"{year.year}年度はまだ始まっていないため、報告を作れません。",
            f"The fiscal year {year.year} has not begun, so there is nothing to report.",
            "すでに始まった年度を --fiscal-year に指定してください。",
            "Name a year that has begun with --fiscal-year.",
        )
    return min(year.end, now)


async def report_of(stores: dict[str, Store], city: str, year: FiscalYear, moment: datetime) -> Report:
    """Fold the views of the reporting services up to a moment, and make their tables.

    Args:
        stores: the store of every service that owns events.
        city: code of the municipality.
        year: the fiscal year.
        moment: the last moment that counts.

    Raises:
        StackError: when the municipality was not known then.
    """
    until = {name: await positions_at(store, moment) for name, store in stores.items()}
    day = min(year.last, day_of(moment))
    tables: list[Table] = []
    tree = AreaTree()
    for service in REPORTING:
        rows = await _rows(service, stores, until)
        tree = AreaTree(map(node_of, rows["areas"]), day)
        if city not in tree:
            raise _unknown(city, day)
        tables += import_module(f"{service}.report").tables(rows, tree, city, year, day)
    return Report(city, tree.name(city), year, moment, tables)


async def _rows(service: str, stores: dict[str, Store], until: dict[str, Positions]) -> dict[str, list[Any]]:
    """The rows of the service's views at these positions, by view. Without a position of a source, it had no event."""
    views: Sequence[View[Any]] = import_module(f"{service}.projections").VIEWS
    types = event_types((), views)
    heard = {one.wire.partition(".")[0] for view in views for one in view.subscribes_to}
    sources = [StoreSource(stores[name], limit=1000) for name in SERVICES if name in heard and until[name].points]
    positions = Positions({key: point for name in heard for key, point in until[name].points.items()})
    replayed = await replay(types, views, sources, positions)
    found = {view.name: [row for _, row in sorted(replayed.rows[view.name].items(), key=str)] for view in views}
    return found | {"areas": found[areas_view.name]}


def as_published(made: Report) -> Report:
    """The report as it may be published. Only a year that has ended is: the difference of two moments would tell.

    Raises `StackError` for another one.
    """
    if not made.ended:
        raise unreadable(
            "year_not_ended",
            f"{made.year.year}年度はまだ終わっていないため、公表用の表は作れません。",
            f"The fiscal year {made.year.year} has not ended, so its tables cannot be published.",
            "4月1日以降に実行するか、終わった年度を指定してください。--published がなければ、内部用の表を作ります。",
            "Run it from 1 April on, or name a year that has ended. Without --published it makes internal tables.",
        )
    found = published(made.tables)
    return replace(made, tables=[one.table for one in found], hidden=[one.hidden for one in found])


def as_object(made: Report) -> dict[str, Any]:
    """The report as one JSON object. A hidden figure is null, and `hidden` names its row and column, from 0."""
    tables: list[dict[str, Any]] = [{"name": one.name, "heads": one.heads, "rows": one.rows} for one in made.tables]
    if made.hidden is not None:
        tables = [one | {"hidden": hidden} for one, hidden in zip(tables, made.hidden, strict=True)]
    return {
        "city": made.city,
        "name": made.name,
        "fiscal_year": made.year.year,
        "as_of": made.moment.isoformat(),
        "year_has_ended": made.ended,
        "published": made.hidden is not None,
        "tables": tables,
    }


def write(made: Report, folder: Path) -> list[Path]:
    """Write the workbook and a CSV file for each table. Returns their paths. Raises `StackError`."""
    stem = f"生活支援体制整備_{made.city}_{made.year.year}年度{'' if made.hidden is None else '_公表用'}"
    new_folder(folder)
    made = replace(made, tables=printed(made))
    book = folder / f"{stem}.xlsx"
    try:
        _write_book(made, book)
        paths = [book]
        for table in made.tables:
            path = folder / f"{stem}_{table.name.replace(' ', '_')}.csv"
            with new_text_file(path, replace=True, encoding="utf-8-sig") as file:
                out = csv.writer(file)
                out.writerow(table.heads)
                out.writerows([neutral(cell) if isinstance(cell, str) else cell for cell in row] for row in table.rows)
            paths.append(path)
    except xlsxwriter.exceptions.XlsxWriterException as error:
        raise unreadable(
            "report_unwritable",
            f"{folder} に報告を書き込めません。",
            f"The report cannot be written to {folder} ({error}).",
            "--out で別のフォルダーを指定してください。",
            "Specify another folder with --out.",
        ) from None
    return paths


def printed(made: Report) -> Sequence[Table]:
    """The tables as people read them: with the sign of what is hidden."""
    if made.hidden is None:
        return made.tables
    return [Published(table, tuple(hidden)).printed for table, hidden in zip(made.tables, made.hidden, strict=True)]


def _write_book(made: Report, path: Path) -> None:
    # Texts stay texts: no cell becomes a formula, a link or a number.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with new_file(path, replace=True) as file, xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        for table in made.tables:
            sheet = book.add_worksheet(table.name)
            sheet.write_row(0, 0, [f"{made.name}　{made.year.year}年度", f"{made.moment:%Y-%m-%d %H:%M} 時点"])
            sheet.write_row(2, 0, table.heads, bold)
            for n, row in enumerate(table.rows, start=3):
                sheet.write_row(n, 0, row)
            sheet.set_column(0, len(table.heads) - 1, 22)
            sheet.freeze_panes(3, 0)


def _say(made: Report, paths: Iterable[Path]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"✔ {made.name} {made.year.year}年度（{made.moment:%Y-%m-%d %H:%M} 時点）", markup=False)
    console.print(f"  {made.name}, fiscal year {made.year.year}, as of {made.moment:%Y-%m-%d %H:%M}", markup=False)
    if not made.ended:
        console.print("! 年度の途中のため、現時点の数です。\n  The year has not ended; these are the figures of now.")
    for path in paths:
        console.print(f"  {path}", markup=False)


def _unknown(city: str, day: date) -> Exception:
    return Unknown(
        "city.unknown",
        f"The municipality {city} was not known on {day}.",
        f"{day} の時点で、市町村 {city} は登録されていません。",
        "Check --city and --fiscal-year.",
        "--city と --fiscal-year を確認してください。",
    )
