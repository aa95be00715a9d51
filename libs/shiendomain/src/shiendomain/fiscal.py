"""The fiscal year (年度) of municipalities, and the tables of its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple

from .days import JAPAN

Cell = str | int | None


class FiscalYear(NamedTuple):
    """From 1 April of the year to 31 March of the next."""

    year: int

    @classmethod
    def of(cls, day: date) -> FiscalYear:
        """The fiscal year of a day."""
        return cls(day.year if day.month >= 4 else day.year - 1)

    @property
    def first(self) -> date:
        """1 April."""
        return date(self.year, 4, 1)

    @property
    def last(self) -> date:
        """31 March."""
        return date(self.year + 1, 3, 31)

    @property
    def end(self) -> datetime:
        """The last moment that belongs to it, in Japan."""
        return datetime.combine(self.last, time.max, JAPAN)

    def holds(self, day: date | None) -> bool:
        """Whether the day lies in it."""
        return day is not None and self.first <= day <= self.last


@dataclass(frozen=True)
class Table:
    """A table of a report: its name (at most 31 characters, for a sheet of a workbook), its heads, and its rows.

    What its numbers count is said by the head of a column, or by a text in a row:

    - `people`: counts of people. In what is published, few people are not counted (`shiendomain.publishing`).
    - `over_years`: counts of people that add up years. They are not published: the year's own would give them back.
    - `no_people`: names with 人 whose numbers count places to be filled or to be had, or posts.
    - `each`: by the head of a column of people, that of the things of which each is of at least one of them.
    - `bound`: texts of rows of which each follows from the others, with what the reports of other years tell: the first
      is the sum of the rest, but for a number that a reader may know.
    - `total`: the first text of the row that is the sum of the others. `part_of`: the name of the table in which it is.
    """

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    people: tuple[str, ...] = ()
    over_years: tuple[str, ...] = ()
    no_people: tuple[str, ...] = ()
    each: Mapping[str, str] = field(default_factory=dict)
    bound: tuple[str, ...] = ()
    total: str = ""
    part_of: str = ""

    @property
    def undeclared(self) -> list[str]:
        """The heads and texts that name people (人) and are not said to count them or not."""
        texts = [*self.heads, *(cell for row in self.rows for cell in row if isinstance(cell, str))]
        named = {*self.people, *self.over_years, *self.no_people}
        return [text for text in dict.fromkeys(texts) if text.endswith("人）") and text not in named]
