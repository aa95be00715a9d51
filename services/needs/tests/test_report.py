"""The tables of the yearly report, from rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from needs.projections import IssueRow, NeedRow, SurveyRow
from needs.report import tables
from shiendomain.areas import AreaNode, AreaTree
from shiendomain.fiscal import FiscalYear
from shiendomain.services_view import ServiceRow
from shiendomain.states import IssueState, NeedState
from shiendomain.vocabulary import SupportKind

CITY, NORTH = "272108", "272108-01"
TREE = AreaTree([AreaNode(CITY, None, CITY), AreaNode(NORTH, CITY, CITY, name="北")])
YEAR = FiscalYear(2026)
NEED = NeedRow(
    need_id=UUID(int=1), area=NORTH, support_kind=SupportKind.OUTING, people=5, people_waiting=5, recorded_on=YEAR.first
)
MET = replace(
    NEED, need_id=UUID(int=2), state=NeedState.MET, people_waiting=0, people_helped=5, recorded_on=date(2026, 3, 31),
    met_on=YEAR.last, helped={"a": 2, "b": 3}, helped_on={"a": "2026-04-01", "b": str(YEAR.last)},
)  # fmt: skip
ISSUE = IssueRow(issue_id=UUID(int=3), area=NORTH, recorded_at=datetime(2026, 6, 1, tzinfo=UTC))
SURVEY = SurveyRow(survey_id=UUID(int=4), area=CITY, period_from=date(2026, 6, 1), sheets=300, responses=120)
ROWS: dict[str, list[Any]] = {
    "needs": [NEED, MET, replace(NEED, need_id=UUID(int=5), area="999999")],
    "issues": [
        ISSUE,
        replace(ISSUE, issue_id=UUID(int=6), state=IssueState.GAP, needs=(NEED.need_id,)),
        replace(ISSUE, issue_id=UUID(int=8), state=IssueState.GAP, needs=(MET.need_id,)),
    ],
    "services": [ServiceRow(service_id=UUID(int=9), reached=(MET.need_id,))],
    "surveys": [SURVEY, replace(SURVEY, survey_id=UUID(int=7), period_from=date(2026, 3, 1))],
}
MADE = {table.name: table.rows for table in tables(ROWS, TREE, CITY, YEAR, YEAR.last)}


def test_needs_are_counted_in_the_year_in_which_they_were_recorded_and_met() -> None:
    assert [row for row in MADE["7 支援ニーズ（種類別）"] if any(row[1:])] == [
        ("外出支援", 1, 5, 1, 5, 1, 5),
        ("合計", 1, 5, 1, 5, 1, 5),
    ]
    assert MADE["8 支援ニーズ（地域別）"] == ((NORTH, "北", 1, 5, 1, 5, 1, 5),)
    assert MADE["8-2 支援ニーズ（把握の方法別）"] == (("コーディネーターの聞き取り", 1, 5, 1, 5, 1, 5),)


def test_people_helped_in_part_are_counted_in_the_year_in_which_they_were() -> None:
    days = {"a": "2026-05-01", "b": "2026-03-31"}
    partly = replace(NEED, people=9, people_waiting=2, people_helped=7, helped={"a": 5, "b": 2}, helped_on=days)
    (table, *_) = tables({**ROWS, "needs": [partly]}, TREE, CITY, YEAR, YEAR.last)
    assert table.rows[-1] == ("合計", 1, 9, 0, 5, 1, 2)


def test_a_need_that_was_recorded_by_mistake_is_in_no_figure() -> None:
    gone = replace(NEED, need_id=UUID(int=10), state=NeedState.WITHDRAWN, people_waiting=0)
    assert figures_with(gone)[:3] == ("合計", 2, 10)
    assert figures_with(replace(gone, by_mistake=True)) == MADE["7 支援ニーズ（種類別）"][-1]


def figures_with(need: NeedRow) -> tuple[Any, ...]:
    """The sum of the needs' table with one more need."""
    (table, *_) = tables({**ROWS, "needs": [*ROWS["needs"], need]}, TREE, CITY, YEAR, YEAR.last)
    return table.rows[-1]


def test_issues_are_counted_by_state_and_surveys_in_the_year_in_which_they_began() -> None:
    assert MADE["9 地域課題とニーズ調査"] == (
        ("ニーズ・資源調査（年度内に開始、件）", 1),
        ("調査票の配布数", 300),
        ("調査票の回答数", 120),
        ("問題提起した地域課題（年度内、件）", 3),
        ("協議中の地域課題（件）", 1),
        ("不足するサービス（件）", 1),
        ("不足するサービス（サービスで対応中、件）", 1),
        ("終了した地域課題（累計、件）", 0),
    )
