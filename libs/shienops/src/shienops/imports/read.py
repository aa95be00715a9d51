"""Reads a file as a table. CSV and GeoJSON are read here, Excel in a separate process (`sheet.py`)."""

from __future__ import annotations

import csv
import io
import itertools
import re
from dataclasses import replace
from pathlib import Path

from .encodings import Decoded, decode, encoding_note, newer_jis
from .features import features
from .problems import clip, unreadable
from .sheet import read_sheet
from .tables import MAX_ROWS, MAX_TITLES, Table, header_names, table_of, too_many_rows

MAX_BYTES = 64 * 2**20
DELIMITERS = (",", "\t", ";")
"""Of two that occur equally often, the first."""


def read_table(path: Path, *, encoding: str | None = None, header_row: int = 1, sheet: str | None = None) -> Table:
    """Return the rows of a .geojson, .json, .csv, .tsv, .txt or .xlsx file.

    Args:
        path: the file.
        encoding: `utf-8` or `cp932`; None to detect it.
        header_row: row of the headers, counted from 1.
        sheet: name of the Excel sheet; None for the first visible one.

    Raises:
        Unreadable: when the file cannot be read.
    """
    kind = path.suffix.lower()
    if kind in {".xlsx", ".xlsm", ".xls"}:
        return read_sheet(_content(path), header_row=header_row, sheet=sheet)
    if kind in {".geojson", ".json"}:
        decoded = decode(_content(path), encoding)
        return features(decoded.text, encoding_note(decoded, encoding is not None))
    if kind in {".csv", ".tsv", ".txt"}:
        return read_csv(_content(path), encoding=encoding, header_row=header_row)
    raise unreadable(
        "kind_unknown",
        f"{clip(path.name)} は対応していない種類のファイルです。",
        f"{clip(path.name)} is not of a supported type.",
        ".geojson、.csv、.xlsx のいずれかを指定してください。",
        "Use .geojson, .csv or .xlsx.",
    )


def read_csv(data: bytes, *, encoding: str | None = None, header_row: int = 1) -> Table:
    """Return the rows of a table separated by commas, tabs or semicolons. Raises `Unreadable`."""
    decoded = decode(data, encoding)
    rows = _records(decoded, _delimiter(decoded.text, header_row))
    if len(rows) < header_row:
        raise unreadable(
            "empty",
            "ファイルに見出しの行がありません。",
            "The file has no header row.",
            "見出しとデータの行を含むファイルを指定してください。",
            "Specify a file with a header row and data rows.",
        )
    headers = header_names(rows[header_row - 1][1])
    if len(rows) - header_row > MAX_ROWS:
        raise too_many_rows(header_row + MAX_ROWS + 1)
    body = [(number, row) for number, row in rows[header_row:] if any(cell.strip() for cell in row)]
    notes = (encoding_note(decoded, encoding is not None), *newer_jis(decoded))
    top = tuple(tuple(row) for _, row in rows[:MAX_TITLES])
    return replace(table_of(headers, body, decoded.name), notes=notes, top=top)


def _delimiter(text: str, header_row: int) -> str:
    """Return what separates the headers: of tab, comma and semicolon the one that occurs most outside of quotes."""
    line = next(itertools.islice(io.StringIO(text), header_row - 1, None), "")
    bare = re.sub('"(?:[^"]|"")*"', "", line)
    return max(DELIMITERS, key=bare.count)


def _records(decoded: Decoded, delimiter: str) -> list[tuple[int, list[str]]]:
    before = csv.field_size_limit(MAX_BYTES)  # tables.py reports a cell that is too long with its row and column
    rows: list[tuple[int, list[str]]] = []
    lines = 0
    reader = csv.reader(io.StringIO(decoded.text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, row in enumerate(reader, start=1):
            if number > MAX_ROWS + 1000:
                raise too_many_rows(number)
            rows.append((number, row))
            lines = reader.line_num
    except csv.Error:
        rest = itertools.islice(io.StringIO(decoded.text, newline=""), lines, None)
        raise _broken(len(rows) + 1, rows, _broken_column("".join(rest), delimiter)) from None
    finally:
        csv.field_size_limit(before)
    return rows


def _broken_column(record: str, delimiter: str) -> int:
    """Return the column of the cell with an unclosed quote, or with text after its closing quote."""
    column, at = 1, 0
    while at < len(record):
        if record[at] == '"':
            closing = re.compile('"(?:[^"]|"")*"').match(record, at)
            if closing is None:
                return column
            at = closing.end()
        else:
            at += len(re.compile(f"[^{delimiter}\r\n]*").match(record, at)[0])  # type: ignore[index]  # matches ""
        if record[at : at + 1] != delimiter:
            return column
        column, at = column + 1, at + 1
    return column


def _broken(row: int, rows: list[tuple[int, list[str]]], column: int) -> Exception:
    headers = rows[0][1] if rows else []
    name = f"({clip(headers[column - 1])})" if column <= len(headers) else ""
    return unreadable(
        "csv_broken",
        f"{row} 行目 {column} 列目{name}の引用符が正しくありません。",
        f"The quotes in row {row}, column {column} {name} are not correct.",
        'セル内の " は "" と記述し、引用符を閉じてください。',
        'Write " within a cell as "", and close each quote.',
    )


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise unreadable(
            "file_unreadable",
            f"{clip(str(path), 120)} を開くことができません。",
            f"{clip(str(path), 120)} cannot be opened ({getattr(error, 'strerror', None) or error}).",
            "ファイルの場所と権限を確認してください。",
            "Check the path of the file and its permissions.",
        ) from None
    if not data or len(data) > MAX_BYTES:
        size = ("空です", "is empty") if not data else ("64 MiB を超えています", "is larger than 64 MiB")
        raise unreadable(
            "file_size",
            f"{clip(path.name)} は{size[0]}。",
            f"{clip(path.name)} {size[1]}.",
            "ファイルを確認してください。大きいファイルは分割してください。",
            "Check the file; split a large one.",
        )
    return data
