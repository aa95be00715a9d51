"""A table from any type of file: headers, and rows with their numbers and geometries."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from shapely.geometry.base import BaseGeometry

from .encodings import BROKEN
from .problems import Problem, clip, counted, unreadable, warning

MAX_ROWS = 100_000
"""largest number of rows that are read; `keep` selects the rows of one city from a national list"""
MAX_COLUMNS = 400
MAX_TITLES = 20
"""rows in which headers are looked for"""
MAX_CELL = 32_767
"""characters; the limit of a spreadsheet cell"""

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
LINE_BREAK = re.compile("\r\n|[\r\u2028\u2029]")
LOST = "\ufffd"
"""what programs write for a character that they could not read"""
UNREADABLE = re.compile(f"{BROKEN.pattern}|{CONTROL.pattern}")
PRIVATE = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True)
class ListRow:
    """One row: its number, its cells by header, and for a map its geometry in degrees (longitude, latitude)."""

    number: int
    cells: Mapping[str, str]
    geometry: BaseGeometry | None = None


@dataclass(frozen=True)
class Table:
    """Headers and rows of a file, the problems, and notes for the operator (`notes`: Japanese, English)."""

    headers: tuple[str, ...]
    records: tuple[ListRow, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[tuple[str, str], ...] = field(default=())
    top: tuple[tuple[str, ...], ...] = field(default=())
    """the first rows as they are, to look for the headers when they are not where they were expected"""


def header_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the headers as they are written, without surrounding blanks.

    Raises:
        Unreadable: when there are none, too many, or two of the same name.
    """
    names = tuple(" ".join(cell.split()) for cell in cells)
    if len(names) > MAX_COLUMNS:
        raise unreadable(
            "too_many_columns",
            f"{len(names)} 列あります。上限は {MAX_COLUMNS} 列です。",
            f"There are {len(names)} columns; the limit is {MAX_COLUMNS}.",
            "不要な列を削除してください。",
            "Remove the columns that are not needed.",
        )
    if not any(names):
        raise unreadable(
            "no_header",
            "見出しの行が空です。",
            "The header row is empty.",
            "見出しの行番号を --header-row で指定してください。",
            "Specify the header row with --header-row.",
        )
    seen: dict[str, int] = {}
    for number, name in enumerate(names, start=1):
        key = unicodedata.normalize("NFKC", name)
        if name and key in seen:
            raise unreadable(
                "header_twice",
                f"見出し「{clip(name)}」が {seen[key]} 列目と {number} 列目の両方にあります。",
                f"The header {clip(name)!r} is duplicated, in columns {seen[key]} and {number}.",
                "いずれかの見出しを変更してください。",
                "Rename one of them.",
            )
        seen[key] = number
    return names


def table_of(headers: tuple[str, ...], rows: Sequence[tuple[int, Sequence[str]]], encoding: str = "UTF-8") -> Table:
    """Return the table of the rows. Each row is checked against the headers and for characters that cannot be stored.

    Args:
        headers: headers of the columns; "" for a column without one.
        rows: number and cells of each row.
        encoding: name of the encoding, for messages.
    """
    records: list[ListRow] = []
    problems: list[Problem] = []
    for number, row in rows:
        if len(row) != len(headers):
            column = headers[len(row)] if len(row) < len(headers) else f"{len(headers) + 1}"
            problems.append(
                Problem(
                    number,
                    column,
                    f"セルが {len(row)} 個、見出しが {len(headers)} 個です。セルの数を見出しに合わせてください",
                    f"{counted(len(row), 'cell', 'cells')} for {counted(len(headers), 'header', 'headers')}: "
                    "give the row as many cells as there are headers",
                )
            )
            continue
        cells = [LINE_BREAK.sub("\n", cell) for cell in row]
        for position, (name, cell) in enumerate(zip(headers, cells, strict=True), start=1):
            problems += unfit(number, name or f"{position}", cell, encoding)
            if not name and cell.strip():
                problems.append(
                    Problem(number, f"{position}", "この列には見出しがありません", "this column has no header")
                )
        fit = {name: UNREADABLE.sub(LOST, cell) for name, cell in zip(headers, cells, strict=True) if name}
        records.append(ListRow(number, fit))
    return Table(tuple(name for name in headers if name), tuple(records), tuple(problems))


def unfit(row: int, column: str, cell: str, encoding: str = "UTF-8") -> list[Problem]:
    """Return the problems of a cell that cannot be stored as it is."""
    if len(cell) > MAX_CELL:
        return [
            Problem(
                row,
                column,
                f"{len(cell)} 文字あります。上限は 1 セル {MAX_CELL} 文字です。引用符が閉じていない可能性があります",
                f"the cell has {len(cell)} characters, the limit is {MAX_CELL}; perhaps a quote is not closed",
                of_cell=True,
            )
        ]
    if broken := BROKEN.search(cell):
        ja, en = _broken(ord(broken[0]), clip(cell[: broken.start()]), encoding)
        return [Problem(row, column, ja, en, of_cell=True)]
    if control := CONTROL.search(cell):
        name = f"U+{ord(control[0]):04X}"
        return [
            Problem(
                row,
                column,
                f"制御文字（{name}）は使用できません。取り除いてください",
                f"the control character {name} is not accepted; remove it",
                of_cell=True,
            )
        ]
    return _odd(row, column, cell)


def _broken(number: int, before: str, encoding: str) -> tuple[str, str]:
    where = f"(「{before}」の次)" if before else "(セルの先頭)"
    after = f"after {before!r}" if before else "at the beginning of the cell"
    if 0xDC80 <= number <= 0xDCFF:  # a byte that was not decoded
        byte = f"0x{number & 0xFF:02X}"
        return (
            f"バイト {byte} を {encoding} として読めません{where}。元のファイルで文字を入れ直してください",
            f"the byte {byte} {after} is not {encoding}: enter the character again in the original file",
        )
    return (
        f"文字 U+{number:04X} は壊れています{where}。元のファイルで文字を入れ直してください",
        f"the character U+{number:04X} {after} is broken: enter it again in the original file",
    )


def _odd(row: int, column: str, cell: str) -> list[Problem]:
    """Return the warnings about a cell that can be stored but is perhaps not what was meant."""
    if LOST in cell:
        return [
            warning(
                row,
                column,
                "文字化けした文字(�)があります。元のファイルを確認してください",
                "characters were lost before (�): check the original file",
            )
        ]
    if private := PRIVATE.search(cell):
        name = f"U+{ord(private[0]):04X}"
        return [
            warning(
                row,
                column,
                f"外字 {name} は他の機器で表示できません。そのまま取り込みます",
                f"the private-use character {name} cannot be displayed on other machines; it is stored as it is",
            )
        ]
    return []


def keep(table: Table, conditions: Sequence[str]) -> Table:
    """Return the table with the rows that satisfy all conditions.

    Args:
        table: the table.
        conditions: `HEADER=VALUE` texts.

    Raises:
        Unreadable: when the table does not have a header.
    """
    wanted: list[tuple[str, str]] = []
    for condition in conditions:
        header, _, value = condition.partition("=")
        if header not in table.headers:
            raise unreadable(
                "header_missing",
                f"--where {clip(condition)} の見出しがファイルにありません。",
                f"The header of --where {clip(condition)} is not in the file.",
                "見出し=値 の形で、ファイルの見出しのとおりに指定してください。",
                "Write HEADER=VALUE with the header exactly as in the file.",
            )
        wanted.append((header, value))
    kept = tuple(
        one for one in table.records if all(one.cells.get(name, "").strip() == value for name, value in wanted)
    )
    rows = {one.number for one in kept}
    problems = tuple(one for one in table.problems if one.refused or one.row in rows)
    return replace(table, records=kept, problems=problems)


def too_many_rows(row: int) -> Exception:
    """Return the error for a file with too many rows."""
    return unreadable(
        "too_many_rows",
        f"{row} 行目で {MAX_ROWS:,} 行を超えました。1 回に読込みできるのは {MAX_ROWS:,} 行までです。",
        f"Row {row} is beyond the limit of {MAX_ROWS:,} rows.",
        "市町村または地域ごとにファイルを分割してください。",
        "Split the file, by municipality or area.",
    )
