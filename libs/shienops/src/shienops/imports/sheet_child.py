"""The process that reads one Excel file from its standard input. `sheet.py` runs this file."""

from __future__ import annotations

import datetime as dt
import io
import json
import resource
import sys
from collections.abc import Sequence
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum


def main(arguments: Sequence[str]) -> None:
    """Read stdin within the limits and write one JSON object to stdout.

    Args:
        arguments: memory limit in MiB, limit of processor time in seconds, and the request as JSON.
    """
    memory_mb, seconds, wanted = int(arguments[0]), int(arguments[1]), json.loads(arguments[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 2**20,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = read(sys.stdin.buffer.read(), wanted)
    except (CalamineError, OSError, ValueError, IndexError):
        answer = {"failed": "broken"}
    sys.stdout.buffer.write(json.dumps(answer).encode())


def read(data: bytes, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return the cells of one sheet as texts, or the reason of the failure."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    shown = [
        one.name
        for one in book.sheets_metadata
        if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible
    ]
    name = wanted["sheet"] or next(iter(shown), "")
    if name not in book.sheet_names:
        return {"failed": "sheet", "names": shown}
    sheet = book.get_sheet_by_name(name)
    if sheet.total_width > wanted["columns"]:
        return {"failed": "columns", "columns": sheet.total_width}
    if sheet.total_height > wanted["rows"]:
        return {"failed": "rows", "height": sheet.total_height}
    rows = [[text_of(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    return {"sheet": name, "sheets": len(book.sheet_names), "rows": rows, "merged": merged(sheet)}


def merged(sheet: CalamineSheet) -> list[tuple[int, int]]:
    """Return row and column, counted from 1, of the first cell of each merged range."""
    return [(first[0] + 1, first[1] + 1) for first, _ in sheet.merged_cell_ranges or []]


def text_of(cell: object) -> str:
    """Return the text of a cell, without its number format."""
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if cell.is_integer() and abs(cell) < 2**53:
            return str(int(cell))
        case dt.datetime() if cell.time() == dt.time(0):
            return cell.date().isoformat()
        case dt.time():
            return cell.strftime("%H:%M")
        case _:
            return str(cell)


if __name__ == "__main__":
    main(sys.argv[1:])
