"""The tables of a report as they may be published (公表): no counts of few people, and nothing that gives one back.

All tables of a report are judged together, because the rows of one may add up to the total of another. What adds up
years is left out: with the tables of two years it would tell the second year's own figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from .fiscal import Table
from .suppression import Figures, hidden_of

HIDDEN = "x"
"""what stands for a figure that is not published, as in Japanese official statistics"""
LEGEND = Table(
    "凡例",
    ("記号・項目", "説明"),
    (
        (HIDDEN, "5人未満の人数、又はほかの数値との差から5人未満の人数が分かる数値のため、公表しない（秘匿）。"),
        ("0", "該当なし。0人は秘匿の対象としない。ただし、ほかの数値を秘匿するために「x」とすることがある。"),
        ("累計の人数", "前年度の表との差から年度内の人数が分かるため、公表しない。"),
    ),
)


class Place(NamedTuple):
    """Where a figure is: the table, the row and the column, counted from 0."""

    table: int
    row: int
    column: int


@dataclass(frozen=True)
class Published:
    """A table as it may be published. `hidden` are the row and column of each figure that is not: `None` is there."""

    table: Table
    hidden: tuple[tuple[int, int], ...] = ()

    @property
    def printed(self) -> Table:
        """The table with the sign of what is hidden."""
        rows = [list(row) for row in self.table.rows]
        for row, column in self.hidden:
            rows[row][column] = HIDDEN
        return replace(self.table, rows=tuple(map(tuple, rows)))


def published(tables: Sequence[Table]) -> Sequence[Published]:
    """The tables as they may be published, and the legend."""
    kept = [_of_one_year(table) for table in tables]
    places = hidden_of(figures_of(kept))
    made = []
    for n, table in enumerate(kept):
        hidden = tuple(sorted((place.row, place.column) for place in places if place.table == n))
        rows = [
            tuple(None if (r, c) in hidden else cell for c, cell in enumerate(row)) for r, row in enumerate(table.rows)
        ]
        made.append(Published(replace(table, rows=tuple(rows)), hidden))
    return [*made, Published(LEGEND)]


def _of_one_year(table: Table) -> Table:
    return replace(table, rows=tuple(row for row in table.rows if not set(table.over_years) & set(row)))


def figures_of(tables: Sequence[Table]) -> Figures[Place]:
    """The counts of people of these tables, the things that each of them is bound to, and all sums."""
    numbers: dict[Place, int] = {}
    people: list[Place] = []
    at_least: list[tuple[Place, Place]] = []
    for place, number, is_people in _numbers(tables):
        numbers[place] = number
        if is_people:
            people.append(place)
            table = tables[place.table]
            if things := table.each.get(table.heads[place.column]):
                at_least.append((place, place._replace(column=table.heads.index(things))))
    sums = [*_sums(tables, numbers), *_bound(tables, numbers)]
    return Figures(numbers, tuple(people), sums, at_least)


def _numbers(tables: Sequence[Table]) -> Iterator[tuple[Place, int, bool]]:
    """The numbers that may be hidden, and whether each counts people."""
    for n, table in enumerate(tables):
        things = set(table.each.values())
        for r, row in enumerate(table.rows):
            of_people = bool(set(table.people) & set(row))
            for c, cell in enumerate(row):
                is_people = of_people or table.heads[c] in table.people
                if isinstance(cell, int) and (is_people or table.heads[c] in things):
                    yield Place(n, r, c), cell, is_people


def _sums(tables: Sequence[Table], numbers: Mapping[Place, int]) -> Iterator[tuple[Place, Sequence[Place]]]:
    """Each total with its parts, which may be in other tables."""
    totals: dict[tuple[str, str], Place] = {}
    parts: dict[Place, dict[int, list[Place]]] = {}
    for place in numbers:
        table = tables[place.table]
        if table.total and table.rows[place.row][0] == table.total:
            totals[table.name, table.heads[place.column]] = place
    for place in numbers:
        table = tables[place.table]
        total = totals.get((table.part_of or table.name, table.heads[place.column]))
        if total not in (None, place):
            parts.setdefault(total, {}).setdefault(place.table, []).append(place)
    for total, by_table in parts.items():
        for found in by_table.values():
            yield total, found


def _bound(tables: Sequence[Table], numbers: Mapping[Place, int]) -> Iterator[tuple[Place, Sequence[Place]]]:
    """The figures of one table that follow from each other with what other years tell."""
    for n, table in enumerate(tables):
        if not table.bound:
            continue
        found = [place for place in numbers if place.table == n and table.rows[place.row][0] in table.bound]
        for column in sorted({place.column for place in found}):
            first, *rest = sorted(
                (place for place in found if place.column == column),
                key=lambda place: table.bound.index(str(table.rows[place.row][0])),
            )
            yield first, rest
