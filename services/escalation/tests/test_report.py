"""The tables of the yearly report, from rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from escalation.projections import Attended, MeetingRow, ProposalRow
from escalation.report import tables
from shiendomain.areas import AreaNode, AreaTree
from shiendomain.fiscal import FiscalYear
from shiendomain.states import ProposalState
from shiendomain.vocabulary import BodyKind, Tier

CITY, NORTH = "272108", "272108-01"
TREE = AreaTree([AreaNode(CITY, None, CITY), AreaNode(NORTH, CITY, CITY)])
YEAR = FiscalYear(2026)
MEETING = MeetingRow(
    meeting_id=UUID(int=1), council_id=UUID(int=9), area=NORTH, held_on=YEAR.first,
    attendance=(Attended(BodyKind.NPO, 3), Attended(BodyKind.SHAKYO, 2)),
)  # fmt: skip
PROPOSAL = ProposalRow(proposal_id=UUID(int=2), area=NORTH, escalated_on=date(2026, 3, 31))
ROWS: dict[str, list[Any]] = {
    "meetings": [
        MEETING,
        replace(MEETING, meeting_id=UUID(int=3), held_on=YEAR.last),
        replace(MEETING, meeting_id=UUID(int=4), held_on=date(2026, 3, 31)),
        replace(MEETING, meeting_id=UUID(int=10), withdrawn=True),
        replace(MEETING, meeting_id=UUID(int=5), council_id=UUID(int=8), area=CITY, tier=Tier.TIER1),
    ],
    "proposals": [
        replace(PROPOSAL, state=ProposalState.RECEIVED, due_on=date(2027, 3, 30)),
        replace(PROPOSAL, proposal_id=UUID(int=6), state=ProposalState.LAUNCHED, launched_on=date(2026, 10, 1)),
        replace(PROPOSAL, proposal_id=UUID(int=7), escalated_on=date(2026, 10, 1)),
    ],
}
MADE = {table.name: table.rows for table in tables(ROWS, TREE, CITY, YEAR, YEAR.last)}


def test_meetings_of_the_year_are_counted_with_their_councils_and_who_came() -> None:
    assert MADE["10 協議体の開催"] == (("第1層", 1, 1, 5), ("第2層", 2, 1, 10))


def test_proposals_are_counted_by_state_on_the_day_of_the_report() -> None:
    assert {name: count for name, count in MADE["11 提案"] if count} == {
        "提案（年度内、件）": 1,
        "開始した事業（年度内、件）": 1,
        "状態：提案済み": 1,
        "状態：受理": 1,
        "状態：事業開始": 1,
        "回答期限を過ぎたもの": 1,
    }
