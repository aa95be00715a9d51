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
from shiendomain.development import still_wanted
from shiendomain.gaps import gap_answered
from shiendomain.rules import answered, need_state, overdue, verification, waiting_band
from shiendomain.services_view import ServiceRow
from shiendomain.states import (
    CouncilState,
    IssueState,
    MatchState,
    NeedState,
    OutreachState,
    PartnershipState,
    PlaceState,
    ProposalState,
    ResourceState,
    VenueState,
)
from shiendomain.vocabulary import Outcome
from shienevents import Row, replace
from shienevents.testing import examples
from shienops._databases import Database

from .bench import TABLES, a_bench
from .world import CITY, DAY

DAYS = st.integers(-100, 100).map(lambda n: DAY + timedelta(days=n))
PEOPLE = st.integers(0, 50)
SOME_DAY = st.none() | DAYS
OWN_STATES = [state for state in NeedState if state is not NeedState.GAP]
ISSUES = [UUID(int=n) for n in range(len(IssueState) + 1)]  # the last one has no row
COUNTED = [state for state in ProposalState if state.counted]
PARTED = (ProposalState.SPLIT, ProposalState.SPLIT_UNDONE)
ROWS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "resources": st.fixed_dictionaries(
        {"state": st.sampled_from(ResourceState), "verified_on": st.none() | DAYS, "registered_on": st.none() | DAYS}
    ),
    "matches": st.fixed_dictionaries(
        {"state": st.sampled_from(MatchState), "outcome": st.sampled_from(Outcome), "people_helped": PEOPLE,
         "proposed_on": SOME_DAY}
    ),
    "proposals": st.fixed_dictionaries(
        {
            "state": st.sampled_from([*COUNTED, *PARTED]), "due_on": st.none() | DAYS, "escalated_on": DAYS,
            "deferred_until": st.none() | DAYS, "answer": st.none() | st.sampled_from(COUNTED),
            "origins": st.sampled_from([(), (), (UUID(int=1), UUID(int=2))]),
        }
    ),
    "needs": st.fixed_dictionaries(
        {"state": st.sampled_from(OWN_STATES), "issue_id": st.none() | st.sampled_from(ISSUES), "people": PEOPLE,
         "people_helped": PEOPLE, "people_waiting": PEOPLE, "recorded_on": SOME_DAY}
    ),
}  # fmt: skip


COUNT = st.integers(0, 9)
COUNCILS = st.lists(st.integers(1, 5).map(lambda n: UUID(int=n)), unique=True, max_size=5).map(tuple)
MORE_ROWS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "cohorts": st.fixed_dictionaries(
        {**dict.fromkeys(("trained", "placed", "unplaced", "gave_up"), COUNT), "held_on": SOME_DAY}
    ),
    "venues": st.fixed_dictionaries({"state": st.sampled_from(VenueState), "first_secured_on": SOME_DAY}),
    "places": st.fixed_dictionaries(
        {"state": st.sampled_from(PlaceState), "wanted": COUNT.map(lambda n: n + 10), "filled": COUNT,
         "until": st.none() | DAYS, "offered_on": SOME_DAY}
    ),
    "activity_reports": st.fixed_dictionaries({"withdrawn": st.booleans(), "period_until": DAYS}),
    "councils": st.fixed_dictionaries(
        {"state": st.sampled_from(CouncilState), "members": st.lists(st.just({"name": "会"}), max_size=4).map(tuple),
         "established_on": SOME_DAY}
    ),
    "partnerships": st.fixed_dictionaries({"state": st.sampled_from(PartnershipState), "since": SOME_DAY}),
    "outreach": st.fixed_dictionaries({"state": st.sampled_from(OutreachState), "made_on": SOME_DAY}),
    "meetings": st.fixed_dictionaries({"withdrawn": st.booleans(), "held_on": SOME_DAY}),
    "information": st.tuples(COUNCILS, st.integers(0, 5), st.booleans(), st.booleans(), st.integers(0, 5), DAYS).map(
        lambda drawn: {"to_councils": drawn[0][: drawn[4]], "to_bodies": drawn[0][drawn[4] :],
                       "acknowledged": drawn[0][: drawn[1]], "withdrawn": drawn[2], "practice": drawn[3],
                       "shared_on": drawn[5]}
    ),
}  # fmt: skip


def by_then(rows: Sequence[Any], happened_on: str, day: date) -> list[Any]:
    """Those of the rows that a board of this day counts: they had happened, or it is not known when they did."""
    return [one for one in rows if (on := getattr(one, happened_on)) is None or on <= day]


REACHED = st.lists(st.sampled_from(ISSUES), max_size=4).map(tuple)


def test_a_board_counts_gaps_that_are_open_apart_from_those_that_services_answer(database: Database) -> None:
    @settings(max_examples=examples(60), database=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.tuples(st.sampled_from(IssueState), REACHED, SOME_DAY), max_size=4),
        st.lists(st.sampled_from(OWN_STATES), min_size=len(ISSUES), max_size=len(ISSUES)),
        st.lists(REACHED, max_size=3),
    )
    def holds(
        drawn: list[tuple[IssueState, tuple[UUID, ...], date | None]], states: list[NeedState], services: list[Any]
    ) -> None:
        issues = [
            IssueRow(issue_id=UUID(int=n), area=CITY, state=state, needs=needs, raised_on=on)
            for n, (state, needs, on) in enumerate(drawn)
        ]
        needs = {one: NeedRow(need_id=one, state=state) for one, state in zip(ISSUES, states, strict=True)}
        rows: dict[str, Sequence[Row]] = {
            "areas": [areas_view.blank(CITY)], "issues": issues, "needs": list(needs.values()),
            "services": [ServiceRow(service_id=UUID(int=n), reached=one) for n, one in enumerate(services)],
        }  # fmt: skip
        reached = {need for one in services for need in one}
        told = Counter(
            "answered"
            if one.state is IssueState.GAP and gap_answered({need: needs[need].state for need in one.needs}, reached)
            else one.state
            for one in by_then(issues, "raised_on", DAY)
        )
        assert +Counter(bench.counted_rows(rows, CITY, DAY, 30).board.model_dump()["issues"]) == told

    with a_bench(database) as bench:
        holds()


def test_a_board_counts_what_is_developed_and_the_network(database: Database) -> None:
    @settings(max_examples=examples(60), database=None, suppress_health_check=list(HealthCheck))
    @given(st.fixed_dictionaries({name: st.lists(one, max_size=8) for name, one in MORE_ROWS.items()}), DAYS)
    def holds(drawn: dict[str, list[dict[str, Any]]], day: date) -> None:
        rows: dict[str, Sequence[Any]] = {
            name: [replace(TABLES[name].view.blank(UUID(int=n)), area=CITY, **one) for n, one in enumerate(found)]
            for name, found in drawn.items()
        }
        board = bench.counted_rows({"areas": [areas_view.blank(CITY)], **rows}, CITY, day, 30).board.model_dump()
        for name, on in (("cohorts", "held_on"), ("councils", "established_on"), ("outreach", "made_on"),
                         ("meetings", "held_on"), ("partnerships", "since"), ("information", "shared_on"),
                         ("places", "offered_on"), ("venues", "first_secured_on"),
                         ("activity_reports", "period_until")):  # fmt: skip
            rows[name] = by_then(rows[name], on, day)
        wanted = [still_wanted(one.state, one.wanted, one.filled, one.until, day) for one in rows["places"]]
        named = ("trained", "placed", "unplaced", "gave_up")
        supporters = {name: sum(getattr(one, name) for one in rows["cohorts"]) for name in named}
        assert board["supporters"] == supporters | {"wanted": sum(wanted)}
        assert board["development"] == {
            "cohorts": sum(one.trained > 0 for one in rows["cohorts"]),
            "venues": sum(one.state is VenueState.SECURED for one in rows["venues"]),
            "seeking": sum(n > 0 for n in wanted),
            "reports": sum(not one.withdrawn for one in rows["activity_reports"]),
        }
        held = sum(not one.withdrawn for one in rows["meetings"])
        assert board["councils"] == {"councils": len(rows["councils"]), "meetings": held}
        answers = Counter(one.state for one in rows["outreach"])
        shared = [one for one in rows["information"] if not one.withdrawn]
        assert board["network"] == {
            "members": sum(len(one.members) for one in rows["councils"] if one.state is CouncilState.ACTIVE),
            "partnerships": sum(one.state is PartnershipState.ACTIVE for one in rows["partnerships"]),
            **{state.value: answers[state] for state in OutreachState if state is not OutreachState.WITHDRAWN},
            "shared": len(shared),
            "acknowledged": sum(len(one.acknowledged) for one in shared),
            "awaited": sum(one.awaited for one in shared),
            "practices": sum(one.practice for one in shared),
        }

    with a_bench(database) as bench:
        holds()


def test_a_board_counts_by_the_rules_that_all_services_share(database: Database) -> None:
    @settings(max_examples=examples(100), database=None, suppress_health_check=list(HealthCheck))
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
        resources, needs = by_then(resources, "registered_on", day), by_then(needs, "recorded_on", day)
        matches, proposals = by_then(matches, "proposed_on", day), by_then(proposals, "escalated_on", day)
        listed = Counter(
            verification(one.state, one.verified_on, one.registered_on, day, 30) or one.state for one in resources
        )
        assert +Counter(board["resources"]) == listed
        concluded = [one.outcome if one.state is MatchState.CONCLUDED else one.state for one in matches]
        assert +Counter(board["matches"]) == Counter(concluded)
        made = [
            (answered(one.state, one.answer), one) for one in proposals if not one.origins and one.state not in PARTED
        ]
        waits = Counter(waiting_band(state, one.escalated_on, day) for state, one in made)
        waits["overdue"] = sum(overdue(state, one.due_on, one.deferred_until, day) for state, one in made)  # type: ignore[index]
        assert +Counter(board["proposals"]) == Counter(state for state, _ in made)
        del waits[None]
        assert +Counter(board["proposal_ages"]) == +waits
        people: Counter[str] = Counter(helped=sum(one.people_helped for one in needs))
        for one in needs:
            counted = {NeedState.MET: one.people_helped, NeedState.WITHDRAWN: one.people}
            people[need_state(one.state, one.issue_id == in_gap)] += counted.get(one.state, one.people_waiting)
        assert +Counter(board["people"]) == +people

    with a_bench(database) as bench:
        holds()
