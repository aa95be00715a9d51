"""The tables of a report as they may be published."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from shiendomain.fiscal import Table
from shiendomain.publishing import HIDDEN, LEGEND, figures_of, published
from shiendomain.suppression import few
from shienevents.testing import examples

from .test_suppression import solved

HEADS = ("件", "人")
BY_KIND = Table(
    "種類別", ("種類", *HEADS), (("外出", 1, 3), ("配食", 2, 9), ("集い", 0, 0), ("合計", 3, 12)), people=("人",),
    each={"人": "件"}, total="合計",
)  # fmt: skip
BY_AREA = Table(
    "地域別", ("コード", "地域", *HEADS), (("01", "北", 1, 8), ("02", "南", 2, 4)), people=("人",), each={"人": "件"},
    part_of="種類別",
)  # fmt: skip
TRAINED = Table(
    "担い手", ("区分", "数"), (("年度内（人）", 4), ("累計（人）", 20), ("会場", 2)), people=("年度内（人）",),
    over_years=("累計（人）",),
)  # fmt: skip


def test_few_people_are_hidden_with_what_gives_them_back_in_every_table_of_the_report() -> None:
    by_kind, by_area, trained, legend = published([BY_KIND, BY_AREA, TRAINED])
    assert by_kind.table.rows == (("外出", 1, None), ("配食", 2, None), ("集い", 0, 0), ("合計", 3, 12))
    assert by_area.printed.rows == (("01", "北", 1, HIDDEN), ("02", "南", 2, HIDDEN))
    assert by_area.hidden == ((0, 3), (1, 3))
    assert trained.printed.rows == (("年度内（人）", HIDDEN), ("会場", 2))
    assert legend.table is LEGEND


def test_what_adds_up_years_is_left_out() -> None:
    assert [row[0] for row in published([TRAINED])[0].table.rows] == ["年度内（人）", "会場"]


def test_what_other_years_tell_gives_nothing_back() -> None:
    """Of the first year nine were trained: with eight who can be asked, one would be known to support something."""
    names = ("年度内（人）", "活動中（人）", "これから（人）")
    rows = tuple(zip(names, (9, 1, 8), strict=True))
    trained = Table("担い手", ("区分", "数"), (*rows, ("会場", 2)), people=names, bound=names)
    assert [row[1] for row in published([trained])[0].table.rows] == [9, None, None, 2]
    many = Table("担い手", ("区分", "数"), tuple(zip(names, (9, 0, 9), strict=True)), people=names, bound=names)
    assert published([many])[0].hidden == ()


def test_a_name_with_people_in_it_says_what_it_counts() -> None:
    assert [table.undeclared for table in (BY_KIND, BY_AREA, TRAINED)] == [[], [], []]
    assert Table("新", ("区分", "参加者（人）"), (("参加（人）", 1),)).undeclared == ["参加者（人）", "参加（人）"]


needs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(1, 7)), max_size=14)


def tables_of(found: list[tuple[int, int, int]]) -> list[Table]:
    """The two tables of needs with a kind, an area and people."""
    kinds, areas = (Counter[int]() for _ in range(2))
    of_kind, of_area = (Counter[int]() for _ in range(2))
    for kind, area, people in found:
        kinds[kind], areas[area] = kinds[kind] + people, areas[area] + people
        of_kind[kind], of_area[area] = of_kind[kind] + 1, of_area[area] + 1
    whole = ("合計", len(found), kinds.total())
    by_kind = (*((str(kind), of_kind[kind], kinds[kind]) for kind in range(4)), whole)
    by_area = tuple((str(area), "", of_area[area], areas[area]) for area in sorted(areas))
    said = {"people": ("人",), "each": {"人": "件"}}
    return [
        Table("種類別", ("種類", *HEADS), by_kind, total="合計", **said),  # type: ignore[arg-type]
        Table("地域別", ("コード", "地域", *HEADS), by_area, part_of="種類別", **said),  # type: ignore[arg-type]
    ]


@settings(max_examples=examples(150))
@given(needs)
def test_who_has_both_tables_recovers_no_hidden_figure(found: list[tuple[int, int, int]]) -> None:
    tables = tables_of(found)
    figures = figures_of(tables)
    hidden = {
        place for place in figures.numbers if published(tables)[place.table].table.rows[place.row][place.column] is None
    }
    sums = [
        (head, [(n, r, c) for r, row in enumerate(table.rows) if row[0] != "合計"])
        for n, table in enumerate(tables)
        for c, name in enumerate(table.heads)
        for head in ([(0, len(tables[0].rows) - 1, tables[0].heads.index(name))] if name in HEADS else [])
    ]
    told: dict[object, Fraction] = solved(figures, hidden, sums)
    assert told == {}
    assert {place for place in figures.people if few(figures.numbers[place])} <= hidden
