"""The process that reads one Excel file from its standard input. `sheet.py` runs this file."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

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
    except (CalamineError, OSError, ValueError, LookupError, StopIteration, ElementTree.ParseError, zipfile.BadZipFile):
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
    hidden, errors = hidden_and_errors(data, name)
    return {
        "sheet": name,
        "sheets": len(book.sheet_names),
        "rows": rows,
        "merged": merged(sheet),
        "hidden": hidden,
        "errors": errors,
    }


def merged(sheet: CalamineSheet) -> list[tuple[int, int, int]]:
    """Return first row, column and last row, counted from 1, of each merged range."""
    return [(first[0] + 1, first[1] + 1, last[0] + 1) for first, last in sheet.merged_cell_ranges or []]


def hidden_and_errors(data: bytes, sheet: str) -> tuple[list[int], list[tuple[int, int, str]]]:
    """Return the numbers of the hidden rows, and row, column and text of each cell with an error such as #REF!.

    The reader of the cells tells neither, so the XML of the sheet is read once more (ECMA-376, part 1, 18.3.1).
    """
    hidden: list[int] = []
    errors: list[tuple[int, int, str]] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(path_of(archive, sheet)) as file:
        row = 0
        for event, element in ElementTree.iterparse(file, events=("start", "end")):
            tag = element.tag.rpartition("}")[2]
            if event == "start" and tag == "row":
                row = int(element.get("r") or row + 1)
                if element.get("hidden") in ("1", "true"):
                    hidden.append(row)
            elif event == "end" and tag == "c" and element.get("t") == "e":
                text = next((one.text or "" for one in element if one.tag.endswith("}v")), "")
                errors.append((row, column_of(element.get("r") or ""), text))
            elif event == "end" and tag == "row":
                element.clear()
    return hidden, errors


def path_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the archive's entry with this sheet."""
    relations = {
        one.get("Id"): one.get("Target", "")
        for one in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    for one in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if one.tag.endswith("}sheet") and one.get("name") == sheet:
            target = next(relations[value] for name, value in one.items() if name.endswith("}id"))
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise ValueError(sheet)


def column_of(reference: str) -> int:
    """Return the column of a cell such as AB12, counted from 1; 0 without a reference."""
    number = 0
    for letter in re.sub("[^A-Z]", "", reference):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def text_of(cell: object) -> str:
    """Return the text of a cell, without its number format. A duration is a time of day, past 24:00 too."""
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if cell.is_integer() and abs(cell) < 2**53:
            return str(int(cell))
        case dt.datetime() if cell.time() == dt.time(0):
            return cell.date().isoformat()
        case dt.time():
            return cell.strftime("%H:%M")
        case dt.timedelta() if cell >= dt.timedelta(0):
            minutes = round(cell.total_seconds() / 60)
            return f"{minutes // 60:02d}:{minutes % 60:02d}"
        case _:
            return str(cell)


if __name__ == "__main__":
    main(sys.argv[1:])
