"""The figures helped, stale, waiting and overdue of a board are what `shiendomain.rules` says of each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.projections.matches import MatchRow
from portal.projections.needs import IssueRow, NeedRow
from portal.projections.proposals import ProposalRow
from portal.projections.resources import ResourceRow
from shiendomain.areas_view import areas_view
from shiendomain.rules import need_state, overdue, verification, waiting_band
from shiendomain.states import IssueState, MatchState, NeedState, ProposalState, ResourceState
from shiendomain.vocabulary import Outcome
from shienevents import Row
from shienops._databases import Database

from .bench import a_bench
from .world import CITY, DAY

DAYS = st.integers(-100, 100).map(lambda n: DAY + timedelta(days=n))
PEOPLE = st.integers(0, 50)
OWN_STATES = [state for state in NeedState if state is not NeedState.GAP]
ISSUES = [UUID(int=n) for n in range(len(IssueState) + 1)]  # the last one has no row
ROWS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "resources": st.fixed_dictionaries(
        {"state": st.sampled_from(ResourceState), "verified_on": st.none() | DAYS, "registered_on": st.none() | DAYS}
    ),
    "matches": st.fixed_dictionaries(
        {"state": st.sampled_from(MatchState), "outcome": st.sampled_from(Outcome), "people_helped": PEOPLE}
    ),
    "proposals": st.fixed_dictionaries(
        {
            "state": st.sampled_from(ProposalState), "due_on": st.none() | DAYS, "deferred_until": st.none() | DAYS,
            "escalated_on": DAYS,
        }
    ),
    "needs": st.fixed_dictionaries(
        {"state": st.sampled_from(OWN_STATES), "issue_id": st.none() | st.sampled_from(ISSUES), "people": PEOPLE,
         "people_helped": PEOPLE, "people_waiting": PEOPLE}
    ),
}  # fmt: skip


def test_a_board_counts_by_the_rules_that_all_services_share(database: Database) -> None:
    @settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.fixed_dictionaries({name: st.lists(one, max_size=15) for name, one in ROWS.items()}), DAYS)
    def holds(drawn: dict[str, list[dict[str, Any]]], day: date) -> None:
        resources = [ResourceRow(resource_id=UUID(int=n), area=CITY, **one) for n, one in enumerate(drawn["resources"])]
        matches = [MatchRow(match_id=UUID(int=n), need_area=CITY, **one) for n, one in enumerate(drawn["matches"])]
        proposals = [ProposalRow(proposal_id=UUID(int=n), area=CITY, **one) for n, one in enumerate(drawn["proposals"])]
        needs = [NeedRow(need_id=UUID(int=n), area=CITY, **one) for n, one in enumerate(drawn["needs"])]
        issues = [IssueRow(issue_id=one, area=CITY, state=state) for one, state in zip(ISSUES, IssueState)]  # noqa: B905
        in_gap = ISSUES[list(IssueState).index(IssueState.GAP)]
        rows: dict[str, Sequence[Row]] = {
            "areas": [areas_view.blank(CITY)], "resources": resources, "matches": matches, "proposals": proposals,
            "needs": needs, "issues": issues,
        }  # fmt: skip
        board = bench.counted_rows(rows, CITY, day, 30).board.model_dump()
        listed = Counter(
            verification(one.state, one.verified_on, one.registered_on, day, 30) or one.state for one in resources
        )
        assert +Counter(board["resources"]) == listed
        concluded = [one.outcome if one.state is MatchState.CONCLUDED else one.state for one in matches]
        assert +Counter(board["matches"]) == Counter(concluded)
        waits = Counter(waiting_band(one.state, one.escalated_on, day) for one in proposals)
        waits["overdue"] = sum(overdue(one.state, one.due_on, one.deferred_until, day) for one in proposals)  # type: ignore[index]
        del waits[None]
        assert +Counter(board["proposal_ages"]) == +waits
        people: Counter[str] = Counter(helped=sum(one.people_helped for one in needs))
        for one in needs:
            counted = {NeedState.MET: one.people_helped, NeedState.WITHDRAWN: one.people}
            people[need_state(one.state, one.issue_id == in_gap)] += counted.get(one.state, one.people_waiting)
        assert +Counter(board["people"]) == +people

    with a_bench(database) as bench:
        holds()
