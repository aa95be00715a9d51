"""What is on the agenda of a council."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from shiendomain.agenda import (
    LOOK_AGAIN_DAYS,
    AgendaCouncil,
    AgendaKind,
    IssueAt,
    MeetingAt,
    ProposalAt,
    SelfHelpAt,
    Waiting,
    agenda,
)
from shiendomain.states import IssueState
from shiendomain.states import ProposalState as State
from shiendomain.vocabulary import TargetKind, Tier

DAY = date(2026, 11, 1)
BEGUN, DUE = date(2026, 9, 1), date(2026, 10, 1)
NORTH, CITY = "272108-01", "272108"
ISSUE, PROPOSAL = UUID(int=1), UUID(int=2)
LOWER = AgendaCouncil(UUID(int=11), Tier.TIER2, frozenset({NORTH}))
UPPER = AgendaCouncil(UUID(int=12), Tier.TIER1, frozenset({NORTH, CITY}))
OTHER = AgendaCouncil(UUID(int=13), Tier.TIER1, frozenset({"431001"}))
issue = IssueAt(ISSUE, "足", NORTH, IssueState.RAISED, BEGUN, None)
sent = ProposalAt(
    PROPOSAL, "送迎", NORTH, State.ESCALATED, ISSUE, LOWER.council_id, TargetKind.COUNCIL, UPPER.council_id, BEGUN,
    None, None, None, None,
)  # fmt: skip
NOTHING = Waiting((), (), (), ())


def kinds(council: AgendaCouncil, **waiting: Any) -> list[tuple[AgendaKind, date]]:
    return [(one.kind, one.since) for one in agenda(council, replace(NOTHING, **waiting), DAY)]


def test_an_issue_waits_until_a_meeting_dealt_with_it_and_its_gap_until_it_is_proposed() -> None:
    assert kinds(LOWER, issues=[issue]) == [(AgendaKind.ISSUE_WITHOUT_MEETING, BEGUN)]
    assert kinds(LOWER, issues=[issue], meetings=[MeetingAt(DAY, (ISSUE,), ())]) == []
    gap = replace(issue, state=IssueState.GAP, gap_on=DUE)
    assert kinds(LOWER, issues=[gap]) == [(AgendaKind.GAP_WITHOUT_PROPOSAL, DUE)]
    assert kinds(LOWER, issues=[gap], proposals=[sent]) == []
    for given_up in (State.REJECTED, State.WITHDRAWN):
        over = replace(sent, state=given_up)
        assert kinds(LOWER, issues=[gap], proposals=[over]) == [(AgendaKind.GAP_WITHOUT_PROPOSAL, DUE)]
    assert kinds(LOWER, issues=[replace(issue, state=IssueState.CLOSED)]) == []


@pytest.mark.parametrize(
    ("now", "upper", "lower"),
    [
        ({"state": State.ESCALATED}, (AgendaKind.PROPOSAL_TO_ANSWER, BEGUN), None),
        ({"state": State.RECEIVED, "due_on": DAY}, (AgendaKind.PROPOSAL_TO_ANSWER, BEGUN), None),
        (
            {"state": State.DELIBERATED, "due_on": DUE},
            (AgendaKind.ANSWER_OVERDUE, DUE),
            (AgendaKind.ANSWER_OVERDUE, DUE),
        ),
        ({"state": State.RETURNED, "answered_on": DUE}, None, (AgendaKind.PROPOSAL_RETURNED, DUE)),
        (
            {"state": State.DEFERRED, "deferred_until": DAY},
            (AgendaKind.DEFERRED_DUE, DAY),
            (AgendaKind.DEFERRED_DUE, DAY),
        ),
        ({"state": State.DEFERRED, "deferred_until": DAY + timedelta(days=1)}, None, None),
        ({"state": State.ADOPTED}, None, None),
        (
            {"state": State.LAUNCHED, "launched_on": DUE},
            (AgendaKind.SERVICE_TO_LOOK_AT, DUE),
            (AgendaKind.SERVICE_TO_LOOK_AT, DUE),
        ),
    ],
)
def test_a_proposal_waits_for_who_can_move_it(now: Any, upper: Any, lower: Any) -> None:
    one = replace(sent, **now)
    found = {name: kinds(council, proposals=[one]) for name, council in {"upper": UPPER, "lower": LOWER}.items()}
    assert found == {"upper": [upper] if upper else [], "lower": [lower] if lower else []}
    assert kinds(OTHER, proposals=[one]) == []


def test_a_gap_waits_again_when_one_part_of_its_proposal_was_rejected() -> None:
    gap = replace(issue, state=IssueState.GAP, gap_on=DUE)
    whole, first = replace(sent, state=State.SPLIT), replace(sent, id=UUID(int=91), part=True, state=State.ADOPTED)
    assert kinds(LOWER, issues=[gap], proposals=[whole, first]) == []
    second = replace(sent, id=UUID(int=92), part=True, state=State.REJECTED)
    found = kinds(LOWER, issues=[gap], proposals=[whole, first, second])
    assert found == [(AgendaKind.GAP_WITHOUT_PROPOSAL, DUE)]


def test_a_need_that_came_after_a_split_is_on_the_agenda_until_a_part_or_another_issue_has_it() -> None:
    first, second, late = UUID(int=31), UUID(int=32), UUID(int=33)
    gap = replace(issue, state=IssueState.GAP, gap_on=DUE, needs=(first, second))
    whole = replace(sent, state=State.SPLIT, needs=(first, second))
    parts = [
        replace(sent, id=UUID(int=91), part=True, state=State.ADOPTED, needs=(first,)),
        replace(sent, id=UUID(int=92), part=True, state=State.RECEIVED, needs=(second,)),
    ]
    assert kinds(LOWER, issues=[gap], proposals=[whole, *parts]) == []
    more = replace(gap, needs=(first, second, late))
    assert kinds(LOWER, issues=[more], proposals=[whole, *parts]) == [(AgendaKind.NEED_IN_NO_PART, DUE)]
    joined = [replace(one, state=State.SPLIT_UNDONE) for one in parts]
    assert kinds(LOWER, issues=[more], proposals=[replace(whole, state=State.RECEIVED), *joined]) == []
    other_issue = [replace(one, issue_id=UUID(int=5)) for one in parts]
    assert kinds(LOWER, issues=[more], proposals=[whole, *other_issue]) == []


def test_of_a_merged_proposal_only_its_own_council_sees_the_part() -> None:
    part = replace(sent, merged=True, due_on=DUE, answered_on=DUE)
    for state, kind in ((State.RETURNED, AgendaKind.PROPOSAL_RETURNED), (State.RECEIVED, AgendaKind.ANSWER_OVERDUE)):
        now = replace(part, state=state)
        assert kinds(LOWER, proposals=[now]) == [(kind, DUE)]
        assert kinds(UPPER, proposals=[now]) == []


def test_what_went_to_the_municipality_is_on_the_agenda_of_the_tier_1_council_of_its_area() -> None:
    to_city = replace(sent, target_kind=TargetKind.MUNICIPALITY, target_council_id=None)
    assert kinds(UPPER, proposals=[to_city]) == [(AgendaKind.PROPOSAL_TO_ANSWER, BEGUN)]
    assert kinds(OTHER, proposals=[to_city]) == kinds(LOWER, proposals=[to_city]) == []


def test_a_service_is_looked_at_again_after_a_while() -> None:
    launched = replace(sent, state=State.LAUNCHED, launched_on=date(2026, 1, 1))
    looked = DAY - timedelta(days=LOOK_AGAIN_DAYS)
    for days, expected in ((0, []), (1, [(AgendaKind.SERVICE_TO_LOOK_AT, looked - timedelta(days=1))])):
        met = MeetingAt(looked - timedelta(days=days), (), (PROPOSAL,))
        assert kinds(LOWER, proposals=[launched], meetings=[met]) == expected


def test_self_help_waits_from_the_day_after_its_own() -> None:
    agreed = SelfHelpAt(UUID(int=5), "送迎を試行", NORTH, DUE, reported=False)
    assert kinds(LOWER, self_help=[agreed]) == [(AgendaKind.SELF_HELP_OVERDUE, DUE)]
    assert kinds(LOWER, self_help=[replace(agreed, until=DAY)]) == []
    assert kinds(LOWER, self_help=[replace(agreed, reported=True)]) == []


def test_what_is_overdue_comes_first_and_of_one_kind_what_waits_longest() -> None:
    late = replace(sent, id=UUID(int=7), state=State.RECEIVED, due_on=DUE)
    newer, older = replace(issue, raised_on=DUE), replace(issue, id=UUID(int=8))
    found = agenda(UPPER, replace(NOTHING, issues=[newer, older], proposals=[late]), DAY)
    assert [one.id for one in found] == [late.id, older.id, newer.id]
