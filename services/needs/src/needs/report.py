"""The tables of the yearly report that needs answer: surveys, needs by kind and by area, local issues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from shiendomain.areas import AreaTree
from shiendomain.days import day_of
from shiendomain.fiscal import Cell, FiscalYear, Table
from shiendomain.gaps import gap_answered
from shiendomain.states import IssueState
from shiendomain.vocabulary import NeedSource, SupportKind

from .projections import IssueRow, NeedRow, SurveyRow

Rows = Mapping[str, Iterable[Any]]
"""The rows of each view, by its name."""
HEADS = ("記録（件）", "記録（人）", "充足（件）", "充足（人）", "待っている（件）", "待っている（人）")
EACH = dict(zip(HEADS[1::2], HEADS[::2], strict=True))
"""a need is of at least one person"""


def tables(rows: Rows, tree: AreaTree, city: str, year: FiscalYear, day: date) -> list[Table]:
    """The tables of a city; `day` is the day of the report. See `registry.report.tables`."""
    areas = set(tree.subtree(city))
    needs = [row for row in rows["needs"] if row.area in areas and not row.by_mistake]
    issues, surveys = ([row for row in rows[name] if row.area in areas] for name in ("issues", "surveys"))
    by_kind: list[tuple[Cell, ...]] = [
        (kind.ja, *_figures([row for row in needs if row.support_kind is kind], year)) for kind in SupportKind
    ]
    by_area: list[tuple[Cell, ...]] = [
        (code, tree.name(code), *_figures([row for row in needs if row.area == code], year))
        for code in sorted({row.area for row in needs})
    ]
    by_source: list[tuple[Cell, ...]] = [
        (source.ja, *_figures(found, year))
        for source in NeedSource
        if (found := [row for row in needs if row.source is source])
    ]
    kinds = "7 支援ニーズ（種類別）"
    of_all: tuple[tuple[Cell, ...], ...] = (*by_kind, ("合計", *_figures(needs, year)))
    return [
        Table(kinds, ("支援の種類", *HEADS), of_all, people=HEADS[1::2], each=EACH, total="合計"),
        Table(
            "8 支援ニーズ（地域別）",
            ("地域コード", "地域", *HEADS),
            tuple(by_area),
            people=HEADS[1::2],
            each=EACH,
            part_of=kinds,
        ),
        Table(
            "8-2 支援ニーズ（把握の方法別）",
            ("把握の方法", *HEADS),
            tuple(by_source),
            people=HEADS[1::2],
            each=EACH,
            part_of=kinds,
        ),
        _issues(issues, surveys, gaps_of(rows), year),
    ]


def gaps_of(rows: Rows) -> Mapping[UUID, bool]:
    """The issues with a declared gap, each with whether running services answer it."""
    states = {row.need_id: row.state for row in rows["needs"]}
    reached = {need for row in rows["services"] for need in row.reached}
    return {
        row.issue_id: gap_answered({need: states[need] for need in row.needs if need in states}, reached)
        for row in rows["issues"]
        if row.state is IssueState.GAP
    }


def _figures(needs: Iterable[NeedRow], year: FiscalYear) -> tuple[int, ...]:
    found = list(needs)
    recorded = [row for row in found if year.holds(row.recorded_on)]
    met = [row for row in found if year.holds(row.met_on)]
    waiting = [row for row in found if row.people_waiting]
    return (
        len(recorded),
        sum(row.people for row in recorded),
        len(met),
        sum(_helped_in(row, year) for row in found),
        len(waiting),
        sum(row.people_waiting for row in waiting),
    )


def _helped_in(row: NeedRow, year: FiscalYear) -> int:
    """How many people of the need were helped in the year, by all its matches and services: met wholly, or in part."""
    return sum(n for match, n in row.helped.items() if year.holds(date.fromisoformat(row.helped_on[match])))


def _issues(
    issues: Iterable[IssueRow], surveys: Iterable[SurveyRow], gaps: Mapping[UUID, bool], year: FiscalYear
) -> Table:
    found, asked = list(issues), [row for row in surveys if year.holds(row.period_from)]
    return Table(
        "9 地域課題とニーズ調査",
        ("区分", "数"),
        (
            ("ニーズ・資源調査（年度内に開始、件）", len(asked)),
            ("調査票の配布数", sum(row.sheets or 0 for row in asked)),
            ("調査票の回答数", sum(row.responses or 0 for row in asked)),
            ("問題提起した地域課題（年度内、件）", sum(year.holds(day_of(row.recorded_at)) for row in found)),
            ("協議中の地域課題（件）", sum(row.state is IssueState.RAISED for row in found)),
            ("不足するサービス（件）", sum(gaps.get(row.issue_id) is False for row in found)),
            ("不足するサービス（サービスで対応中、件）", sum(gaps.get(row.issue_id) is True for row in found)),
            ("終了した地域課題（累計、件）", sum(row.state is IssueState.CLOSED for row in found)),
        ),
        people=("調査票の配布数", "調査票の回答数"),
    )
