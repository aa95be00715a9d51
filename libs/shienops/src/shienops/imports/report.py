"""Shows the problems of a file: as a table on the screen, and as a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table as Screen
from rich.text import Text

from .._files import new_text_file
from .problems import Problem

SHOWN = 30
STARTERS = frozenset("=+-@＝＋－＠\t\r\n|%")
BLANK = " \u3000\"'"


def neutral(cell: str) -> str:
    """Return the cell, with an apostrophe before it when a spreadsheet would read it as a formula."""
    bare = cell.lstrip(BLANK)
    return f"'{cell}" if cell[:1] in STARTERS or bare[:1] in STARTERS else cell


def write_report(problems: Iterable[Problem], path: Path) -> None:
    """Write all problems as CSV in UTF-8 with BOM, which spreadsheets can open.

    Raises:
        StackError: when the file cannot be written.
    """
    with new_text_file(path, replace=True, encoding="utf-8-sig") as file:
        out = csv.writer(file)
        out.writerow(("行 row", "列 column", "扱い", "理由", "reason"))
        for one in problems:
            taken = "不可 refused" if one.refused else "注意 warning"
            out.writerow((one.row, *map(neutral, (one.column, taken, one.ja, one.en))))


def show_problems(problems: Sequence[Problem], console: Console) -> None:
    """Print the first problems, refused rows before warnings, and the number of the others."""
    if not problems:
        return
    ordered = sorted(problems, key=lambda one: (not one.refused, one.row))
    screen = Screen(box=None, pad_edge=False)
    for title in ("行 row", "列 column", "", "理由 reason"):
        screen.add_column(title, overflow="fold")
    for one in ordered[:SHOWN]:
        mark = Text("✗", "red") if one.refused else Text("!", "yellow")
        screen.add_row(str(one.row), Text(one.column), mark, Text(f"{one.ja}\n{one.en}"))
    console.print(screen)
    if len(ordered) > SHOWN:
        more = len(ordered) - SHOWN
        console.print(f"ほか {more} 件(全件は --report FILE.csv) / {more} more (all of them with --report FILE.csv)")
