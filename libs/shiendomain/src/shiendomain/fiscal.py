"""The fiscal year (年度) of municipalities, and the tables of its report."""

from __future__ import annotations

from dataclasses import dataclass
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
    """A table of a report: its name (at most 31 characters, for a sheet of a workbook), its heads, and its rows."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
