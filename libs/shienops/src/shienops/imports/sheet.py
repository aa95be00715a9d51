"""Reads an Excel file in a separate process with limits of memory and time, so that a bad file cannot harm ours."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from .problems import clip, unreadable, warning
from .tables import MAX_COLUMNS, MAX_ROWS, Table, header_names, table_of

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
    headers = header_names(rows[header_row - 1])
    body = [
        (number, row) for number, row in enumerate(rows, start=1) if number > header_row and any(c.strip() for c in row)
    ]
    table = table_of(headers, body)
    merged = tuple(
        warning(
            row,
            headers[min(column, len(headers)) - 1],
            "結合セルのため、左上のセルにのみ値があります",
            "merged cells: only the first cell has the value",
        )
        for row, column in answer["merged"]
        if row > header_row
    )
    name = answer["sheet"]
    note = (f"シート「{clip(name)}」(全 {answer['sheets']} シート)", f"sheet {clip(name)!r} (of {answer['sheets']})")
    return Table(table.headers, table.records, table.problems + merged, (note,))


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
