"""Reads an Excel file in a separate process with limits of memory and time, so that a bad file cannot harm ours."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from .problems import clip, unreadable, warning
from .tables import MAX_COLUMNS, MAX_ROWS, MAX_TITLES, Table, header_names, table_of

CHILD = Path(__file__).with_name("sheet_child.py")
MEMORY_MB = 768
SECONDS = 30
UNPACKED_MB = 256
OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_sheet(data: bytes, *, header_row: int = 1, sheet: str | None = None) -> Table:
    """Return the rows of a sheet.

    Args:
        data: content of the file.
        header_row: row of the headers, counted from 1.
        sheet: name of the sheet; None for the first visible one.

    Raises:
        Unreadable: when the file cannot be read within the limits.
    """
    _check_container(data)
    answer = _in_a_child(data, {"sheet": sheet, "rows": MAX_ROWS + header_row, "columns": MAX_COLUMNS})
    if "failed" in answer:
        raise _failure(answer)
    rows: list[list[str]] = answer["rows"]
    if len(rows) < header_row:
        raise _refusal("empty", "シートに見出しの行がありません", "the sheet has no header row")
    while rows and rows[header_row - 1] and all(not row[-1] for row in rows if row):
        rows = [row[:-1] for row in rows]  # columns that have a format but no content
    filled = _filled_down(rows, answer["merged"], header_row)
    headers = header_names(rows[header_row - 1])
    body = [
        (number, row) for number, row in enumerate(rows, start=1) if number > header_row and any(c.strip() for c in row)
    ]
    table = table_of(headers, body)
    marks = [*_merged(answer["merged"], filled), *_hidden(answer["hidden"]), *_errors(answer["errors"])]
    said = tuple(
        warning(row, headers[min(column, len(headers)) - 1] if column else "-", ja, en)
        for row, column, ja, en in marks
        if row > header_row
    )
    name = answer["sheet"]
    note = (f"シート「{clip(name)}」(全 {answer['sheets']} シート)", f"sheet {clip(name)!r} (of {answer['sheets']})")
    top = tuple(tuple(row) for row in rows[:MAX_TITLES])
    return replace(table, problems=table.problems + said, notes=(note,), top=top)


Mark = tuple[int, int, str, str]
"""Row, column (0: the whole row), and the text in Japanese and English."""


def _filled_down(rows: list[list[str]], merged: list[tuple[int, int, int]], header_row: int) -> set[tuple[int, int]]:
    """Put the value of a merged range into each of its rows that has content. Return the ranges where this was done.

    A range that begins in the headers fills the rows of headers only.
    """
    filled: set[tuple[int, int]] = set()
    for first, column, last in merged:
        for row in rows[first : last if first > header_row else min(last, header_row)]:
            if column <= len(row) and any(cell.strip() for cell in row):
                row[column - 1] = rows[first - 1][column - 1]
                filled.add((first, column))
    return filled


def _merged(merged: list[tuple[int, int, int]], filled: set[tuple[int, int]]) -> Iterator[Mark]:
    for first, column, last in merged:
        if (first, column) in filled:
            yield (
                first,
                column,
                f"結合セルの値を {first}〜{last} 行目の各行に入れました",
                f"merged cells: rows {first} to {last} have this value",
            )
        else:
            yield (
                first,
                column,
                "結合セルのため、左上のセルにのみ値があります",
                "merged cells: only the first cell has the value",
            )


def _hidden(rows: list[int]) -> Iterator[Mark]:
    for row in rows:
        yield row, 0, "非表示の行です。ほかの行と同じように取り込みます", "a hidden row; it is imported as the others"


def _errors(errors: list[tuple[int, int, str]]) -> Iterator[Mark]:
    for row, column, text in errors:
        yield (
            row,
            column,
            f"数式のエラー {clip(text)} があります。空欄として扱います",
            f"the formula has the error {clip(text)}; the cell is read as empty",
        )


def _check_container(data: bytes) -> None:
    if data.startswith(OLD_FORMAT):
        if ENCRYPTED in data:
            raise _refusal("excel_encrypted", "パスワードで保護されています", "it is protected by a password")
        raise _refusal("excel_old", "古い形式(.xls)のファイルです", "it is in the old format (.xls)")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        raise _refusal("excel_not", "Excel(.xlsx)のファイルではありません", "it is not an Excel workbook") from None
    if size > UNPACKED_MB * 2**20:
        raise _refusal(
            "excel_bomb",
            f"展開すると {size // 2**20:,} MiB になります(上限 {UNPACKED_MB} MiB)",
            f"unpacked it has {size // 2**20:,} MiB, the limit is {UNPACKED_MB}",
        )
    if "xl/workbook.xml" not in names:
        raise _refusal("excel_not", "Excel(.xlsx)のファイルではありません", "it is not an Excel workbook")


def _in_a_child(data: bytes, wanted: dict[str, Any]) -> dict[str, Any]:
    # Started by its path, not as a module of this package, which takes ten times as long.
    command = [sys.executable, "-I", str(CHILD), str(MEMORY_MB), str(SECONDS), json.dumps(wanted)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return {"failed": "time"}
    if done.returncode != 0:
        return {"failed": "memory"}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _failure(answer: dict[str, Any]) -> Exception:
    match answer["failed"]:
        case "time":
            return _refusal(
                "excel_time",
                f"読込みに {SECONDS} 秒を超える時間がかかりました",
                f"reading it took more than {SECONDS} seconds",
            )
        case "memory":
            return _refusal(
                "excel_memory",
                f"読込みに {MEMORY_MB} MiB を超えるメモリーが必要です",
                f"reading it needs more than {MEMORY_MB} MiB of memory",
            )
        case "sheet":
            names = "、".join(clip(name) for name in answer["names"][:20])
            return _refusal(
                "excel_sheet", f"指定のシートがありません(シート: {names})", f"it has no such sheet (sheets: {names})"
            )
        case "columns":
            return _refusal(
                "too_many_columns",
                f"{answer['columns']:,} 列のシートです(上限 {MAX_COLUMNS} 列)",
                f"the sheet has {answer['columns']:,} columns, the limit is {MAX_COLUMNS}",
            )
        case "rows":
            return _refusal(
                "too_many_rows",
                f"{answer['height']:,} 行のシートです(上限 {MAX_ROWS:,} 行)",
                f"the sheet has {answer['height']:,} rows, the limit is {MAX_ROWS:,}",
            )
        case _:
            return _refusal("excel_broken", "ファイルが破損しています", "it is damaged")


def _refusal(code: str, ja: str, en: str) -> Exception:
    return unreadable(
        code,
        f"Excel ファイルを読めません: {ja}。",
        f"The Excel file cannot be read: {en}.",
        "表計算ソフトで開き、必要な表だけを新しい .xlsx または .csv として保存してください。",
        "Open it in a spreadsheet program and save only the necessary table as a new .xlsx or .csv.",
    )
