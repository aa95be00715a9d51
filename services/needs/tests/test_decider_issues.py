"""The rules of issues and gaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from needs.decider import issue
from needs.decider.issue_commands import (
    AddNeeds,
    CloseIssue,
    Command,
    CorrectIssue,
    DeclareGap,
    MergeIssues,
    NeedSearched,
    NeedSeen,
    RaiseIssue,
    RemoveNeeds,
    ReopenIssue,
    SearchSeen,
    SplitIssue,
    WithdrawGap,
)
from shiendomain.needs import IssueEvent
from shiendomain.states import ProposalState
from shiendomain.vocabulary import IssueOutcome, Missing, SupportKind
from shienevents.testing import Scenario

from .facts import (
    ADDED,
    AREA,
    BEHIND,
    CITY,
    CLOSED_ISSUE,
    CONSOLIDATED,
    CORRECTED_ISSUE,
    COUNCIL,
    DECLARED,
    GAP_WITHDRAWN,
    HOME,
    ISSUE,
    MERGED,
    NEED,
    OTHER_COUNCIL,
    OTHER_ISSUE,
    OTHER_NEED,
    RAISED,
    REMOVED,
    REOPENED_ISSUE,
    SEARCH,
    SPLIT,
    SPLIT_OFF,
)  # fmt: skip

issues = Scenario(issue.decider)
raised = issues.given(CONSOLIDATED, RAISED)
both = issues.given(CONSOLIDATED, RAISED, ADDED)
UNDER_WAY = [state for state in ProposalState if not state.closed]

seen = NeedSeen(NEED, AREA, 5, SupportKind.OUTING)
raise_issue = RaiseIssue(
    issue_id=ISSUE,
    home=HOME,
    council_id=COUNCIL,
    title="通院の足がない",
    summary="団地",
    needs=(seen,),
    areas=(AREA, "272108-03-1"),
    area_path=(AREA, CITY),
    council_area=AREA,
)
AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
in_vain = NeedSearched(NEED, in_vain_at=AT)
declare = DeclareGap(ISSUE, SupportKind.OUTING, (Missing.AREA,), (SearchSeen(SEARCH, (Missing.KIND,)),), (in_vain,))


def test_needs_are_grouped_and_raised() -> None:
    issues.given().when(raise_issue).then(CONSOLIDATED, RAISED)
    issues.given(CONSOLIDATED, RAISED).when(raise_issue).then()


def test_an_issue_is_raised_once() -> None:
    issues.given(CONSOLIDATED, RAISED).when(replace(raise_issue, title="別")).then_rejected("issue.raised")


def test_an_issue_wants_needs_each_once() -> None:
    issues.given().when(replace(raise_issue, needs=())).then_rejected("issue.no_needs")
    issues.given().when(replace(raise_issue, needs=(seen, seen))).then_rejected("issue.need_twice")


def test_an_issue_is_about_needs_of_one_kind() -> None:
    other = replace(seen, need_id=UUID(int=9), support_kind=SupportKind.MEALS)
    mixed = replace(raise_issue, needs=(seen, other))
    issues.given().when(mixed).then_rejected("issue.mixed_kinds", kinds=[SupportKind.MEALS, SupportKind.OUTING])


def test_an_issues_needs_lie_within_its_area() -> None:
    below = replace(seen, area="272108-03-1")
    issues.given().when(replace(raise_issue, needs=(below,))).then(
        CONSOLIDATED.model_copy(update={"needs": (BEHIND.model_copy(update={"area": "272108-03-1"}),)}), RAISED
    )
    elsewhere = replace(raise_issue, needs=(replace(seen, area="272108-04"),))
    issues.given().when(elsewhere).then_rejected("issue.need_elsewhere", needs=[str(NEED)])


def test_an_issue_is_raised_with_a_council_of_its_area_or_above() -> None:
    issues.given().when(replace(raise_issue, council_area=CITY)).then(CONSOLIDATED, RAISED)
    elsewhere = replace(raise_issue, council_area="272108-04")
    issues.given().when(elsewhere).then_rejected("issue.council_elsewhere", area="272108-04")


def test_a_gap_is_declared_once_with_its_evidence() -> None:
    issues.given(CONSOLIDATED, RAISED).when(declare).then(DECLARED)
    issues.given(CONSOLIDATED, RAISED, DECLARED).when(replace(declare, missing=(Missing.CAPACITY,))).then()


def test_a_gap_may_rest_on_searches_alone_or_on_what_a_coordinator_says() -> None:
    searched = DECLARED.model_copy(update={"missing": (Missing.KIND,)})
    issues.given(CONSOLIDATED, RAISED).when(replace(declare, missing=())).then(searched)
    unmet = replace(declare, missing=(), searches=(SearchSeen(SEARCH, ()),))  # there was one, on another day
    issues.given(CONSOLIDATED, RAISED).when(unmet).then(DECLARED.model_copy(update={"missing": ()}))
    said = DECLARED.model_copy(update={"missing": (Missing.AREA,), "searches": (), "reason": "坂を上る便がない"})
    unsearched = replace(declare, searches=(), wait=(NeedSearched(NEED),), reason="坂を上る便がない")
    issues.given(CONSOLIDATED, RAISED).when(unsearched).then(said)


def test_there_is_no_gap_before_each_need_that_waits_was_searched_for_in_vain() -> None:
    nothing = replace(declare, missing=(), searches=(), wait=(NeedSearched(NEED),))
    raised.when(nothing).then_rejected("issue.no_evidence", needs=[str(NEED)])
    raised.when(replace(nothing, missing=(Missing.KIND,))).then_rejected("issue.no_evidence", needs=[str(NEED)])
    of_one = replace(declare, wait=(in_vain, NeedSearched(OTHER_NEED)))
    both.when(of_one).then_rejected("issue.no_evidence", needs=[str(OTHER_NEED)])
    raised.when(replace(nothing, wait=())).then_rejected("issue.no_evidence", needs=[])


@pytest.mark.parametrize(
    ("found", "at_hand"),
    [
        (NeedSearched(NEED, in_vain_at=AT), False),
        (NeedSearched(NEED, in_vain_at=LATER, proposed_at=AT), False),
        (NeedSearched(NEED, in_vain_at=AT, proposed_at=LATER), True),
        (NeedSearched(NEED, in_vain_at=AT, proposed_at=AT), True),
        (NeedSearched(NEED, proposed_at=AT), True),
        (NeedSearched(NEED, in_vain_at=LATER, proposed_at=AT, pending=True), True),
    ],
)
def test_while_something_may_serve_a_need_a_gap_says_why_it_does_not_do(found: NeedSearched, at_hand: bool) -> None:
    told = raised.when(replace(declare, wait=(found,)))
    if at_hand:
        told.then_rejected("issue.candidates_at_hand", needs=[str(NEED)])
    else:
        told.then(DECLARED)
    why = "車いすでは乗れない"
    raised.when(replace(declare, wait=(found,), reason=why)).then(DECLARED.model_copy(update={"reason": why}))


def test_an_unknown_issue_has_no_gap() -> None:
    issues.given().when(declare).then_not_found("issue.unknown")


other = NeedSeen(OTHER_NEED, AREA, 2, SupportKind.OUTING)
correct = CorrectIssue(
    ISSUE, OTHER_COUNCIL, "通院と買い物の足がない", "", "買い物もだった", CITY, (AREA, CITY), proposal=None
)  # fmt: skip
add = AddNeeds(ISSUE, (other,), (seen,), (AREA,))
remove = RemoveNeeds(ISSUE, (OTHER_NEED,), "買い物だった", None)
split = SplitIssue(ISSUE, OTHER_ISSUE, (OTHER_NEED,), "担い手が違う", None)
merge = MergeIssues(ISSUE, OTHER_ISSUE, (other,), (seen,), (AREA,), "同じ課題だった")
close = CloseIssue(ISSUE, IssueOutcome.SOLVED_LOCALLY, "送迎が始まった", (NEED,), None)
reopen = ReopenIssue(ISSUE, (seen,), "続かなかった")
withdraw_gap = WithdrawGap(ISSUE, "隣の校区の便があった", None)
CHANGES = (correct, add, remove, split, merge, declare, withdraw_gap)


@pytest.mark.parametrize("command", [*CHANGES, close, reopen])
def test_nothing_changes_an_unknown_issue(command: Command) -> None:
    issues.given().when(command).then_not_found("issue.unknown")


@pytest.mark.parametrize("command", CHANGES)
def test_nothing_changes_a_closed_issue(command: Command) -> None:
    closed = issues.given(CONSOLIDATED, RAISED, ADDED, CLOSED_ISSUE)
    closed.when(command).then_rejected("issue.closed", outcome=IssueOutcome.SOLVED_LOCALLY)


def test_what_an_issue_is_called_and_its_council_are_corrected_with_a_reason() -> None:
    raised.when(correct).then(CORRECTED_ISSUE)
    issues.given(CONSOLIDATED, RAISED, CORRECTED_ISSUE).when(correct).then()
    raised.when(replace(correct, council_area="272108-04")).then_rejected("issue.council_elsewhere", area="272108-04")
    of_now = DECLARED.model_copy(update={"council_id": OTHER_COUNCIL, "title": CORRECTED_ISSUE.title})
    issues.given(CONSOLIDATED, RAISED, CORRECTED_ISSUE).when(declare).then(of_now)


@pytest.mark.parametrize("state", UNDER_WAY)
def test_an_issue_stays_with_the_council_that_has_proposed(state: ProposalState) -> None:
    raised.when(replace(correct, proposal=state)).then_rejected("issue.proposal_under_way")
    same_council = replace(correct, council_id=COUNCIL, proposal=state)
    raised.when(same_council).then(CORRECTED_ISSUE.model_copy(update={"council_id": COUNCIL}))


def test_open_needs_of_its_kind_and_area_are_added_to_an_issue() -> None:
    raised.when(add).then(ADDED)
    both.when(add).then()
    raised.when(replace(add, needs=(seen, other))).then(ADDED)
    raised.when(replace(add, needs=(other, other))).then_rejected("issue.need_twice")
    meals = replace(other, support_kind=SupportKind.MEALS)
    raised.when(replace(add, needs=(meals,))).then_rejected(
        "issue.mixed_kinds", kinds=[SupportKind.MEALS, SupportKind.OUTING]
    )
    far = replace(other, area="272108-04")
    raised.when(replace(add, needs=(far,))).then_rejected("issue.need_elsewhere", needs=[str(OTHER_NEED)])
    of_both = DECLARED.model_copy(update={"needs": (BEHIND, *ADDED.needs)})
    both.when(declare).then(of_both)


def test_needs_leave_an_issue_with_a_reason_but_not_all_of_them() -> None:
    both.when(remove).then(REMOVED)
    issues.given(CONSOLIDATED, RAISED, ADDED, REMOVED).when(remove).then()
    issues.given(CONSOLIDATED, RAISED, ADDED, REMOVED).when(add).then(ADDED)
    issues.given(CONSOLIDATED, RAISED, ADDED, REMOVED, ADDED).when(remove).then(REMOVED)
    raised.when(remove).then_rejected("issue.need_not_in", needs=[str(OTHER_NEED)])
    both.when(replace(remove, needs=(NEED, OTHER_NEED))).then_rejected("issue.no_needs_left")


def test_an_issue_is_split_and_the_new_one_says_where_it_comes_from() -> None:
    both.when(split).then(SPLIT)
    issues.given(CONSOLIDATED, RAISED, ADDED, SPLIT).when(split).then()
    raised.when(split).then_rejected("issue.need_not_in", needs=[str(OTHER_NEED)])
    both.when(replace(split, needs=(NEED, OTHER_NEED))).then_rejected("issue.no_needs_left")
    new = replace(raise_issue, issue_id=OTHER_ISSUE, needs=(other,), split_from=ISSUE)
    issues.given().when(new).then(SPLIT_OFF, RAISED.model_copy(update={"issue_id": OTHER_ISSUE}))


@pytest.mark.parametrize("state", UNDER_WAY)
@pytest.mark.parametrize("command", [remove, split])
def test_needs_that_a_council_has_proposed_for_stay_until_it_is_asked_back(
    command: RemoveNeeds | SplitIssue, state: ProposalState
) -> None:
    told = both.when(replace(command, proposal=state))
    if state is ProposalState.RETURNED:
        told.then(REMOVED if isinstance(command, RemoveNeeds) else SPLIT)
    else:
        told.then_rejected("issue.proposal_under_way")


def test_an_issue_takes_over_the_needs_of_another_once() -> None:
    raised.when(merge).then(MERGED)
    issues.given(CONSOLIDATED, RAISED, MERGED).when(merge).then()
    raised.when(replace(merge, merged=ISSUE)).then_rejected("issue.merged_with_itself")
    meals = replace(other, support_kind=SupportKind.MEALS)
    raised.when(replace(merge, needs=(meals,))).then_rejected(
        "issue.mixed_kinds", kinds=[SupportKind.MEALS, SupportKind.OUTING]
    )


def test_an_issue_is_closed_once_with_what_came_of_it() -> None:
    raised.when(close).then(CLOSED_ISSUE)
    closed = issues.given(CONSOLIDATED, RAISED, CLOSED_ISSUE)
    closed.when(replace(close, reason="別の理由")).then()
    closed.when(replace(close, outcome=IssueOutcome.NO_LONGER)).then_rejected(
        "issue.closed", outcome=IssueOutcome.SOLVED_LOCALLY
    )


def test_an_issue_is_not_closed_with_other_needs_than_it_has() -> None:
    both.when(close).then_rejected("issue.needs_changed")


@pytest.mark.parametrize("state", ProposalState)
def test_an_issue_is_closed_and_its_gap_withdrawn_only_when_no_proposal_is_under_way(state: ProposalState) -> None:
    gap = issues.given(CONSOLIDATED, RAISED, DECLARED)
    closing, withdrawing = gap.when(replace(close, proposal=state)), gap.when(replace(withdraw_gap, proposal=state))
    if not state.closed:
        closing.then_rejected("issue.proposal_under_way")
        withdrawing.then_rejected("issue.proposal_under_way")
        return
    closing.then(CLOSED_ISSUE)
    if state is ProposalState.LAUNCHED:
        withdrawing.then_rejected("issue.service_launched")
    else:
        withdrawing.then(GAP_WITHDRAWN)


def test_a_gap_that_was_a_mistake_is_withdrawn_and_may_be_declared_again() -> None:
    raised.when(withdraw_gap).then_rejected("issue.no_gap")
    withdrawn: list[IssueEvent] = [CONSOLIDATED, RAISED, DECLARED, GAP_WITHDRAWN]
    issues.given(*withdrawn).when(withdraw_gap).then_rejected("issue.no_gap")
    issues.given(*withdrawn).when(declare).then(DECLARED)


def test_a_closed_issue_is_reopened_with_those_of_its_needs_that_are_open() -> None:
    issues.given(CONSOLIDATED, RAISED, ADDED, CLOSED_ISSUE).when(reopen).then(REOPENED_ISSUE)
    raised.when(reopen).then_rejected("issue.not_closed")
    issues.given(CONSOLIDATED, RAISED, CLOSED_ISSUE).when(replace(reopen, needs=(other,))).then_rejected(
        "issue.needs_changed"
    )
    again = issues.given(CONSOLIDATED, RAISED, CLOSED_ISSUE, REOPENED_ISSUE)
    again.when(close).then(CLOSED_ISSUE)
    nothing_left = REOPENED_ISSUE.model_copy(update={"needs": ()})
    issues.given(CONSOLIDATED, RAISED, CLOSED_ISSUE, nothing_left).when(declare).then_rejected("issue.no_needs")


def test_a_merged_issue_is_not_reopened_because_its_successor_has_its_needs() -> None:
    merged_away = CLOSED_ISSUE.model_copy(update={"outcome": IssueOutcome.MERGED, "successor": OTHER_ISSUE})
    issues.given(CONSOLIDATED, RAISED, merged_away).when(reopen).then_rejected("issue.merged", successor=OTHER_ISSUE)
