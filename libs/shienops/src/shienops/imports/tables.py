"""A table, whatever file it came from: headers, and rows with their numbers and places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shapely.geometry.base import BaseGeometry

from .problems import Problem, clip, unreadable, warning

MAX_ROWS = 100_000
"""rows that are read; a national list is cut to one's own rows with `keep`"""
MAX_COLUMNS = 400
MAX_CELL = 32_767
"""characters; what a spreadsheet's cell holds"""

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
BROKEN = re.compile("[\ud800-\udfff]")
PRIVATE = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True)
class Record:
    """One row: its cells by header, and for a map its geometry in degrees (longitude, latitude)."""

    number: int
    cells: Mapping[str, str]
    geometry: BaseGeometry | None = None


@dataclass(frozen=True)
class Table:
    """Rows under headers, with what was found while reading, and what a person should know (`said`: ja, en)."""

    headers: tuple[str, ...]
    records: tuple[Record, ...]
    problems: tuple[Problem, ...] = ()
    said: tuple[tuple[str, str], ...] = field(default=())


def header_names(cells: Sequence[str]) -> tuple[str, ...]:
    """The headers as they are written, less the blanks around them. Raises `Unreadable`."""
    names = tuple(" ".join(cell.split()) for cell in cells)
    if len(names) > MAX_COLUMNS:
        raise unreadable(
            "too_many_columns",
            f"{len(names)} 列あります。{MAX_COLUMNS} 列まで読めます。",
            f"There are {len(names)} columns; up to {MAX_COLUMNS} are read.",
            "不要な列を除いてください。",
            "Take out the columns that are not needed.",
        )
    if not any(names):
        raise unreadable(
            "no_header",
            "見出しの行が空です。",
            "The row of headers is empty.",
            "見出しの行番号を --header-row で指定してください。",
            "Say with --header-row which row holds the headers.",
        )
    seen: dict[str, int] = {}
    for number, name in enumerate(names, start=1):
        key = unicodedata.normalize("NFKC", name)
        if name and key in seen:
            raise unreadable(
                "header_twice",
                f"見出し「{clip(name)}」が {seen[key]} 列目と {number} 列目の両方にあります。",
                f"The header {clip(name)!r} is there twice, in columns {seen[key]} and {number}.",
                "どちらかの見出しを変えてください。",
                "Give one of them another name.",
            )
        seen[key] = number
    return names


def table_of(headers: tuple[str, ...], rows: Sequence[tuple[int, Sequence[str]]], encoding: str = "") -> Table:
    """Rows of cells, each checked against the headers and for characters that cannot be kept."""
    records: list[Record] = []
    problems: list[Problem] = []
    for number, row in rows:
        if len(row) != len(headers):
            column = headers[len(row)] if len(row) < len(headers) else f"{len(headers) + 1}"
            problems.append(
                Problem(
                    number,
                    column,
                    f"セルが {len(row)} 個ありますが、見出しは {len(headers)} 個です",
                    f"the row has {len(row)} cells, and there are {len(headers)} headers",
                )
            )
            continue
        cells = [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row]
        for position, (name, cell) in enumerate(zip(headers, cells, strict=True), start=1):
            problems += unfit(number, name or f"{position}", cell, encoding)
            if not name and cell.strip():
                problems.append(
                    Problem(number, f"{position}", "この列には見出しがありません", "this column has no header")
                )
        records.append(Record(number, {name: cell for name, cell in zip(headers, cells, strict=True) if name}))
    return Table(tuple(name for name in headers if name), tuple(records), tuple(problems))


def unfit(row: int, column: str, cell: str, encoding: str = "") -> list[Problem]:
    """What a cell holds that cannot be kept."""
    if len(cell) > MAX_CELL:
        return [
            Problem(
                row,
                column,
                f"{len(cell)} 文字あります。1 セルは {MAX_CELL} 文字まで。引用符が閉じていないかもしれません",
                f"the cell has {len(cell)} characters, at most {MAX_CELL} are read; perhaps a quote is not closed",
            )
        ]
    broken = BROKEN.search(cell)
    if broken:
        byte, before = ord(broken[0]) & 0xFF, cell[: broken.start()]
        return [
            Problem(
                row,
                column,
                f"バイト 0x{byte:02X} を {encoding or 'UTF-8'} として読めません(「{clip(before)}」の次)",
                f"the byte 0x{byte:02X} after {clip(before)!r} is not {encoding or 'UTF-8'}",
            )
        ]
    control = CONTROL.search(cell)
    if control:
        name = f"U+{ord(control[0]):04X}"
        return [Problem(row, column, f"制御文字 {name} は使えません", f"the control character {name} is not taken")]
    private = PRIVATE.search(cell)
    if private:
        name = f"U+{ord(private[0]):04X}"
        return [
            warning(
                row,
                column,
                f"外字 {name} はほかの機器で読めません。そのまま取り込みます",
                f"the private character {name} cannot be read elsewhere; it is kept as it is",
            )
        ]
    return []


def keep(table: Table, conditions: Sequence[str]) -> Table:
    """The rows whose cells are as each `HEADER=VALUE` says. Raises `Unreadable` for a header that is not there."""
    wanted: list[tuple[str, str]] = []
    for condition in conditions:
        header, _, value = condition.partition("=")
        if header not in table.headers:
            raise unreadable(
                "header_missing",
                f"--where {clip(condition)} の見出しがファイルにありません。",
                f"The header of --where {clip(condition)} is not in the file.",
                "見出し=値 の形で、ファイルの見出しのとおりに書いてください。",
                "Write HEADER=VALUE, with the header as it is in the file.",
            )
        wanted.append((header, value))
    kept = tuple(
        one for one in table.records if all(one.cells.get(name, "").strip() == value for name, value in wanted)
    )
    rows = {one.number for one in kept}
    problems = tuple(one for one in table.problems if one.refused or one.row in rows)
    return Table(table.headers, kept, problems, table.said)


def too_many_rows(row: int) -> Exception:
    """The error for a file longer than what is read at once."""
    return unreadable(
        "too_many_rows",
        f"{row} 行目で {MAX_ROWS:,} 行を超えました。1 回に読めるのは {MAX_ROWS:,} 行までです。",
        f"Row {row} is beyond the {MAX_ROWS:,} rows that are read at once.",
        "市町村や区域ごとにファイルを分けてください。",
        "Split the file, by municipality or area.",
    )
