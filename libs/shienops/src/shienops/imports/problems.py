"""What is wrong with a file or a row of it, in Japanese and in English, with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shienops.errors import StackError


class Unreadable(StackError):
    """A file that cannot be read at all, or an import that cannot be sent; a bad row is a `Problem`."""


@dataclass(frozen=True)
class Problem:
    """A row that was not taken as it is. A refused one refuses the whole file; a warning does not.

    `row` is counted as people see it: the header is row 1 of a table; a feature of a map is counted from 1.
    """

    row: int
    column: str
    ja: str
    en: str
    refused: bool = True


def warning(row: int, column: str, ja: str, en: str) -> Problem:
    """Something to look at; the row is taken all the same."""
    return Problem(row, column, ja, en, refused=False)


def refusals(problems: Iterable[Problem]) -> list[Problem]:
    """Those for which nothing is sent."""
    return [problem for problem in problems if problem.refused]


def unreadable(code: str, ja: str, en: str, remedy_ja: str, remedy: str) -> Unreadable:
    """The error for a whole file."""
    return Unreadable(f"import.{code}", en, ja, remedy, remedy_ja)


def clip(text: str, longest: int = 40) -> str:
    """A cell's text as a message may show it: short, on one line, without anything a terminal would obey."""
    plain = "".join(character if character.isprintable() else "□" for character in text[: longest + 1])
    return plain if len(text) <= longest else plain[:longest] + "…"
