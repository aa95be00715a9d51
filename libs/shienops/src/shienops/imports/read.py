"""A file as a table: CSV and GeoJSON here, Excel in a process of its own (`sheet.py`)."""

from __future__ import annotations

import csv
import io
import itertools
import re
from pathlib import Path

from .encodings import Decoded, decode, said
from .features import features
from .problems import clip, unreadable
from .sheet import read_sheet
from .tables import MAX_ROWS, Table, header_names, table_of, too_many_rows

MAX_BYTES = 64 * 2**20


def read_table(path: Path, *, encoding: str | None = None, header_row: int = 1, sheet: str | None = None) -> Table:
    """The rows of FILE.geojson, .csv (or .tsv, .txt) or .xlsx. Raises `Unreadable`."""
    kind = path.suffix.lower()
    if kind in {".xlsx", ".xlsm", ".xls"}:
        return read_sheet(_content(path), header_row=header_row, sheet=sheet)
    if kind in {".geojson", ".json"}:
        decoded = decode(_content(path), encoding)
        return features(decoded.text, said(decoded, encoding is not None))
    if kind in {".csv", ".tsv", ".txt"}:
        return read_csv(_content(path), encoding=encoding, header_row=header_row)
    raise unreadable(
        "kind_unknown",
        f"{clip(path.name)} は読める種類のファイルではありません。",
        f"{clip(path.name)} is not of a kind that is read.",
        ".geojson、.csv、.xlsx のいずれかにしてください。",
        "Use .geojson, .csv or .xlsx.",
    )


def read_csv(data: bytes, *, encoding: str | None = None, header_row: int = 1) -> Table:
    """The rows of a CSV (or of a table parted by tabs)."""
    decoded = decode(data, encoding)
    rows = _records(decoded)
    if len(rows) < header_row:
        raise unreadable(
            "empty",
            "ファイルに見出しの行がありません。",
            "The file has no row of headers.",
            "中身のあるファイルを指定してください。",
            "Give a file with something in it.",
        )
    headers = header_names(rows[header_row - 1][1])
    if len(rows) - header_row > MAX_ROWS:
        raise too_many_rows(header_row + MAX_ROWS + 1)
    body = [(number, row) for number, row in rows[header_row:] if any(cell.strip() for cell in row)]
    table = table_of(headers, body, {"utf-8": "UTF-8", "cp932": "CP932"}[decoded.encoding])
    return Table(table.headers, table.records, table.problems, (said(decoded, encoding is not None),))


def _records(decoded: Decoded) -> list[tuple[int, list[str]]]:
    first = decoded.text.partition("\n")[0]
    delimiter = "\t" if "\t" in first and "," not in first else ","
    before = csv.field_size_limit(MAX_BYTES)  # a huge cell is then refused by its row and column, in tables.py
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
    """Which cell of the record has a quote that is not closed, or text after its closing quote."""
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
        f"The quotes in row {row}, column {column} {name} are not as they should be.",
        'セルの中の " は "" と書き、開いた引用符は閉じてください。',
        'Write " within a cell as "", and close each quote.',
    )


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise unreadable(
            "file_unreadable",
            f"{clip(str(path), 120)} を開けません。",
            f"{clip(str(path), 120)} cannot be opened ({getattr(error, 'strerror', None) or error}).",
            "ファイルの場所と権限を確かめてください。",
            "Check where the file is and who may read it.",
        ) from None
    if not data or len(data) > MAX_BYTES:
        size = ("空です", "is empty") if not data else ("64 MiB を超えています", "is larger than 64 MiB")
        raise unreadable(
            "file_size",
            f"{clip(path.name)} は{size[0]}。",
            f"{clip(path.name)} {size[1]}.",
            "ファイルを確かめ、大きいものは分けてください。",
            "Check the file; split a large one.",
        )
    return data
