"""The tables of the yearly report that escalation answers: meetings of councils, proposals and what came of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from shiendomain.areas import AreaTree
from shiendomain.fiscal import FiscalYear, Table
from shiendomain.rules import answered, overdue
from shiendomain.states import ProposalState
from shiendomain.vocabulary import Tier

from .projections import MeetingRow, ProposalRow

Rows = Mapping[str, Iterable[Any]]
"""The rows of each view, by its name."""


def tables(rows: Rows, tree: AreaTree, city: str, year: FiscalYear, day: date) -> list[Table]:
    """The tables of a city; `day` is the day of the report. See `registry.report.tables`."""
    areas = set(tree.subtree(city))
    held = [row for row in rows["meetings"] if row.area in areas and not row.withdrawn]
    meetings = [row for row in held if year.holds(row.held_on)]
    proposals = [row for row in rows["proposals"] if row.area in areas]
    return [_meetings(meetings), _proposals(proposals, year, day)]


def _meetings(meetings: Iterable[MeetingRow]) -> Table:
    found = list(meetings)
    lines = [
        (
            tier.ja,
            sum(row.tier is tier for row in found),
            len({row.council_id for row in found if row.tier is tier}),
            sum(one.count for row in found if row.tier is tier for one in row.attendance),
        )
        for tier in Tier
    ]
    heads = ("層", "開催（年度内、回）", "開催した協議体", "延べ出席者（人）")
    return Table("10 協議体の開催", heads, tuple(lines), people=heads[3:])


def _proposals(proposals: Iterable[ProposalRow], year: FiscalYear, day: date) -> Table:
    """Each proposal of a council, in the state of its answer. A merged one is counted by its origins."""
    found = list(proposals)
    made = [row for row in found if not row.origins]
    states = Counter(answered(row.state, row.answer) for row in made)
    late = sum(overdue(answered(row.state, row.answer), row.due_on, row.deferred_until, day) for row in made)
    return Table(
        "11 提案",
        ("区分", "数"),
        (
            ("提案（年度内、件）", sum(year.holds(row.escalated_on) for row in made)),
            ("開始した事業（年度内、件）", sum(year.holds(row.launched_on) for row in found if not row.merged_into)),
            *((f"状態：{state.ja}", states[state]) for state in ProposalState if state.counted),
            ("回答期限を過ぎたもの", late),
        ),
    )
