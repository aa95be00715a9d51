"""Problems of a file or of its rows, in Japanese and in English, with row and column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shienops.errors import StackError


class Unreadable(StackError):
    """The file cannot be read, or the import cannot be sent. A single wrong row is a `Problem`."""


@dataclass(frozen=True)
class Problem:
    """A problem of one row. When a row is refused, the file is not imported. A warning does not prevent the import.

    `row` is counted from 1, as in a spreadsheet: the header of a table is row 1. Features of a map begin with 1.
    `of_cell`: it is about the content of one cell, and does not matter where the column is not used.
    """

    row: int
    column: str
    ja: str
    en: str
    refused: bool = True
    of_cell: bool = False


def warning(row: int, column: str, ja: str, en: str) -> Problem:
    """Return a problem that does not prevent the import."""
    return Problem(row, column, ja, en, refused=False)


def refusals(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems that prevent the import."""
    return [problem for problem in problems if problem.refused]


def unreadable(code: str, ja: str, en: str, remedy_ja: str, remedy: str) -> Unreadable:
    """Return the error for a file.

    Args:
        code: identifier, without `import.`.
        ja: what happened, in Japanese.
        en: what happened, in English.
        remedy_ja: the remedy, in Japanese.
        remedy: the remedy, in English.
    """
    return Unreadable(f"import.{code}", en, ja, remedy, remedy_ja)


def counted(number: int, one: str, more: str) -> str:
    """Return a number with its English noun, in the singular or the plural."""
    return f"{number:,} {one if number == 1 else more}"


def unknown_area(shown: str) -> tuple[str, str]:
    """Return why a cell names no area, as a message shows the cell; in Japanese and English."""
    return (
        f"地域「{shown}」は地図（--areas）にありません。地図にある名称かコードで記入してください",
        f"the area {shown!r} is not on the map (--areas): enter a name or a code that is",
    )


def clip(text: str, longest: int = 40) -> str:
    """Return a cell's text for a message: shortened, on one line, without control characters."""
    plain = "".join(character if character.isprintable() else "□" for character in text[: longest + 1])
    return plain if len(text) <= longest else plain[:longest] + "…"
