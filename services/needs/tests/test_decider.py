"""The rulebook of needs, issues and surveys."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from needs.decider import issue, need, survey
from needs.decider.issue import DeclareGap, NeedSeen, RaiseIssue, SearchSeen
from needs.decider.need import (
    GroupNeed,
    MatchNeed,
    MeetNeed,
    NeedFacts,
    NeedState,
    RecordNeed,
    ReopenNeed,
    ReviseNeed,
    WithdrawNeed,
)
from needs.decider.survey import CloseSurvey, OpenSurvey
from shienevents import Home
from shienevents.contracts.needs import (
    GapDeclared,
    IssueRaised,
    NeedEvent,
    NeedGrouped,
    NeedMatched,
    NeedMet,
    NeedRecorded,
    NeedReopened,
    NeedRevised,
    NeedsConsolidated,
    NeedWithdrawn,
    SurveyClosed,
    SurveyOpened,
)
from shienevents.contracts.vocabulary import (
    AgeBand,
    FailureReason,
    Frequency,
    LapseReason,
    Missing,
    NeedBehind,
    SourceKind,
    SupportKind,
    SurveyMethod,
    Weekday,
)
from shienevents.testing import Scenario

NEED, ISSUE, COUNCIL, SURVEY = (UUID(int=n) for n in (1, 2, 3, 4))
M1, M2, R1, R2 = (UUID(int=n) for n in (11, 12, 21, 22))
NORTH = Home("272108", "272108-03")

needs = Scenario(need.decider)
issues = Scenario(issue.decider)
surveys = Scenario(survey.decider)

facts = NeedFacts(5, AgeBand.FROM_75, Frequency.WEEKLY, (Weekday.MON, Weekday.THU), 500, "坂が多い")
fewer = replace(facts, people=2)
record = RecordNeed(NEED, NORTH, SupportKind.OUTING, facts, SourceKind.SURVEY, SURVEY)
recorded = NeedRecorded(
    need_id=NEED,
    area="272108-03",
    support_kind=SupportKind.OUTING,
    people=5,
    age_band=AgeBand.FROM_75,
    frequency=Frequency.WEEKLY,
    weekdays=(Weekday.MON, Weekday.THU),
    fee_ceiling_yen=500,
    source=SourceKind.SURVEY,
    survey_id=SURVEY,
    note="坂が多い",
)
revised = NeedRevised(
    need_id=NEED,
    people=2,
    age_band=AgeBand.FROM_75,
    frequency=Frequency.WEEKLY,
    weekdays=(Weekday.MON, Weekday.THU),
    fee_ceiling_yen=500,
    note="坂が多い",
)
grouped = NeedGrouped(need_id=NEED, issue_id=ISSUE)
matched = NeedMatched(need_id=NEED, match_id=M1, resource_id=R1)
matched_too = NeedMatched(need_id=NEED, match_id=M2, resource_id=R2)
met = NeedMet(need_id=NEED, match_id=M1, resource_id=R1, service_id=None, people_helped=5)
lapsed = NeedReopened(need_id=NEED, match_id=M1, reason=LapseReason.RESOURCE_SUSPENDED)
withdrawn = NeedWithdrawn(need_id=NEED, reason="転居")

group = GroupNeed(NEED, ISSUE)
hold = MatchNeed(NEED, M1, R1)
helped = MeetNeed(NEED, M1, R1, None, 5, wholly=True, reason=None)
partly = MeetNeed(NEED, M1, R1, None, 3, wholly=False, reason=FailureReason.NO_CAPACITY)
lapse = ReopenNeed(NEED, M1, LapseReason.RESOURCE_SUSPENDED)


def test_a_need_is_recorded_once() -> None:
    needs.given().when(record).then(recorded)
    needs.given(recorded).when(record).then()
    needs.given(recorded).when(replace(record, facts=fewer)).then_rejected("need.recorded")


def test_a_need_is_revised_unless_nothing_differs() -> None:
    needs.given(recorded).when(ReviseNeed(NEED, fewer)).then(revised)
    needs.given(recorded, revised).when(ReviseNeed(NEED, fewer)).then()


def test_a_need_that_was_answered_or_withdrawn_is_not_revised() -> None:
    needs.given(recorded, matched, met).when(ReviseNeed(NEED, fewer)).then_rejected("need.met")
    needs.given(recorded, withdrawn).when(ReviseNeed(NEED, fewer)).then_rejected("need.withdrawn")


def test_a_need_is_withdrawn_with_a_reason_unless_it_is_met() -> None:
    needs.given(recorded, matched).when(WithdrawNeed(NEED, "転居")).then(withdrawn)
    needs.given(recorded, withdrawn).when(WithdrawNeed(NEED, "別の理由")).then()
    needs.given(recorded, matched, met).when(WithdrawNeed(NEED, "転居")).then_rejected("need.met")


def test_an_unknown_need_is_neither_revised_nor_withdrawn() -> None:
    needs.given().when(ReviseNeed(NEED, fewer)).then_not_found("need.unknown")
    needs.given().when(WithdrawNeed(NEED, "転居")).then_not_found("need.unknown")


@pytest.mark.parametrize("command", [group, hold, helped, partly, lapse])
@pytest.mark.parametrize("history", [[], [recorded, withdrawn]])
def test_a_need_that_is_not_there_or_withdrawn_keeps_silent(command: need.Command, history: list[NeedEvent]) -> None:
    needs.given(*history).when(command).then()


def test_a_need_becomes_part_of_one_issue() -> None:
    needs.given(recorded).when(group).then(grouped)
    needs.given(recorded, matched).when(group).then(grouped)
    needs.given(recorded, grouped).when(group).then()
    needs.given(recorded, grouped).when(GroupNeed(NEED, UUID(int=99))).then()


def test_a_need_is_matched_and_met() -> None:
    needs.given(recorded, grouped).when(hold).then(matched)
    needs.given(recorded, matched).when(hold).then()
    needs.given(recorded, matched).when(helped).then(met)
    needs.given(recorded, matched, met).when(helped).then()


def test_a_need_that_is_met_takes_no_further_match() -> None:
    needs.given(recorded, matched, met).when(MatchNeed(NEED, M2, R2)).then()
    needs.given(recorded, matched, met).when(GroupNeed(NEED, ISSUE)).then()


def test_a_match_that_helped_answers_the_need_though_fewer_people_came() -> None:
    few = replace(helped, people_helped=3)
    needs.given(recorded, matched).when(few).then(met.model_copy(update={"people_helped": 3}))


def test_a_match_that_helped_partly_answers_the_need_when_it_reached_all_its_people() -> None:
    all_of_them = replace(partly, people_helped=5)
    needs.given(recorded, matched).when(all_of_them).then(met)
    needs.given(recorded, revised, matched).when(partly).then(met.model_copy(update={"people_helped": 3}))


def test_a_match_that_helped_partly_leaves_the_need_open_for_the_rest() -> None:
    reopened = NeedReopened(need_id=NEED, match_id=M1, reason=FailureReason.NO_CAPACITY)
    needs.given(recorded, matched).when(partly).then(reopened)
    without = replace(partly, reason=None)
    needs.given(recorded, matched).when(without).then(reopened.model_copy(update={"reason": FailureReason.OTHER}))


def test_a_need_is_reopened_when_what_held_it_comes_undone() -> None:
    needs.given(recorded, matched).when(lapse).then(lapsed)
    needs.given(recorded, matched, lapsed).when(lapse).then()


def test_a_need_is_reopened_when_what_met_it_comes_undone() -> None:
    needs.given(recorded, matched, met).when(lapse).then(lapsed)
    needs.given(recorded, matched, met, lapsed).when(MatchNeed(NEED, M2, R2)).then(matched_too)


def test_a_need_does_not_care_for_a_match_that_neither_held_nor_met_it() -> None:
    needs.given(recorded).when(lapse).then()
    needs.given(recorded, matched_too).when(lapse).then()
    needs.given(recorded, matched, matched_too, met).when(ReopenNeed(NEED, M2, LapseReason.RESOURCE_RETIRED)).then()


def test_what_still_holds_a_reopened_need_is_said_again() -> None:
    needs.given(recorded, matched, matched_too).when(lapse).then(lapsed, matched_too)
    needs.given(recorded, matched, matched_too, lapsed, matched_too).when(
        ReopenNeed(NEED, M2, FailureReason.NOT_SUITABLE)
    ).then(NeedReopened(need_id=NEED, match_id=M2, reason=FailureReason.NOT_SUITABLE))


def test_a_match_concluded_late_meets_a_need_that_is_open_again() -> None:
    late = MeetNeed(NEED, M2, R2, UUID(int=31), 5, wholly=True, reason=None)
    needs.given(recorded, matched, matched_too, met, lapsed).when(late).then(
        NeedMet(need_id=NEED, match_id=M2, resource_id=R2, service_id=UUID(int=31), people_helped=5)
    )


@pytest.mark.parametrize(
    ("history", "state"),
    [
        ([recorded], NeedState.OPEN),
        ([recorded, grouped], NeedState.GROUPED),
        ([recorded, grouped, matched], NeedState.MATCHED),
        ([recorded, grouped, matched, lapsed], NeedState.GROUPED),
        ([recorded, matched, met], NeedState.MET),
        ([recorded, matched, met, lapsed], NeedState.OPEN),
        ([recorded, matched, withdrawn], NeedState.WITHDRAWN),
    ],
)
def test_a_need_is_where_its_events_took_it(history: list[NeedEvent], state: NeedState) -> None:
    assert need.decider.state(history).state is state


behind = NeedBehind(need_id=NEED, area="272108-03", people=5)
seen = NeedSeen(NEED, "272108-03", 5, SupportKind.OUTING, NeedState.OPEN)
raise_issue = RaiseIssue(
    issue_id=ISSUE,
    home=NORTH,
    council_id=COUNCIL,
    title="通院の足がない",
    summary="坂の上の団地",
    needs=(seen,),
    areas=("272108-03", "272108-03-1"),
    area_path=("272108-03", "272108"),
    council_area="272108-03",
)
consolidated = NeedsConsolidated(issue_id=ISSUE, area="272108-03", needs=(behind,))
raised = IssueRaised(
    issue_id=ISSUE, area="272108-03", council_id=COUNCIL, title="通院の足がない", summary="坂の上の団地"
)
declare = DeclareGap(ISSUE, SupportKind.OUTING, (Missing.CAPACITY,), (SearchSeen(UUID(int=41), (Missing.KIND,)),))
gap = GapDeclared(
    issue_id=ISSUE,
    area="272108-03",
    council_id=COUNCIL,
    title="通院の足がない",
    support_kind=SupportKind.OUTING,
    missing=(Missing.KIND, Missing.CAPACITY),
    searches=(UUID(int=41),),
    needs=(behind,),
)


def test_needs_are_put_together_and_raised() -> None:
    issues.given().when(raise_issue).then(consolidated, raised)
    issues.given(consolidated, raised).when(raise_issue).then()


def test_an_issue_is_raised_once() -> None:
    issues.given(consolidated, raised).when(replace(raise_issue, title="別")).then_rejected("issue.raised")


def test_an_issue_wants_needs_each_once() -> None:
    issues.given().when(replace(raise_issue, needs=())).then_rejected("issue.no_needs")
    issues.given().when(replace(raise_issue, needs=(seen, seen))).then_rejected("issue.need_twice")


def test_an_issue_is_about_needs_of_one_kind() -> None:
    other = replace(seen, need_id=UUID(int=9), support_kind=SupportKind.MEALS)
    mixed = replace(raise_issue, needs=(seen, other))
    issues.given().when(mixed).then_rejected("issue.mixed_kinds", kinds=["meals", "outing"])


def test_an_issues_needs_lie_within_its_area() -> None:
    below = replace(seen, area="272108-03-1")
    issues.given().when(replace(raise_issue, needs=(below,))).then(
        consolidated.model_copy(update={"needs": (behind.model_copy(update={"area": "272108-03-1"}),)}), raised
    )
    elsewhere = replace(raise_issue, needs=(replace(seen, area="272108-04"),))
    issues.given().when(elsewhere).then_rejected("issue.need_elsewhere", needs=[str(NEED)])


@pytest.mark.parametrize("state", [state for state in NeedState if state is not NeedState.OPEN])
def test_only_open_needs_make_an_issue(state: NeedState) -> None:
    taken = replace(raise_issue, needs=(replace(seen, state=state),))
    issues.given().when(taken).then_rejected("issue.need_not_open", needs=[str(NEED)])


def test_an_issue_is_raised_with_a_council_of_its_area_or_above() -> None:
    issues.given().when(replace(raise_issue, council_area="272108")).then(consolidated, raised)
    elsewhere = replace(raise_issue, council_area="272108-04")
    issues.given().when(elsewhere).then_rejected("issue.council_elsewhere", area="272108-04")


def test_a_gap_is_declared_once_with_its_evidence() -> None:
    issues.given(consolidated, raised).when(declare).then(gap)
    issues.given(consolidated, raised, gap).when(replace(declare, missing=(Missing.AREA,))).then()


def test_a_gap_may_rest_on_searches_alone_or_on_what_a_coordinator_says() -> None:
    searched = gap.model_copy(update={"missing": (Missing.KIND,)})
    issues.given(consolidated, raised).when(replace(declare, missing=())).then(searched)
    said = gap.model_copy(update={"missing": (Missing.CAPACITY,), "searches": ()})
    issues.given(consolidated, raised).when(replace(declare, searches=())).then(said)


def test_there_is_no_gap_without_evidence() -> None:
    nothing = replace(declare, missing=(), searches=())
    issues.given(consolidated, raised).when(nothing).then_rejected("issue.no_evidence")


def test_an_unknown_issue_has_no_gap() -> None:
    issues.given().when(declare).then_not_found("issue.unknown")


open_survey = OpenSurvey(SURVEY, NORTH, "高齢者の移動", SurveyMethod.QUESTIONNAIRE, date(2026, 6, 1), date(2026, 6, 30))
opened = SurveyOpened(
    survey_id=SURVEY,
    area="272108-03",
    title="高齢者の移動",
    method=SurveyMethod.QUESTIONNAIRE,
    period_from=date(2026, 6, 1),
    period_until=date(2026, 6, 30),
)
closed = SurveyClosed(survey_id=SURVEY, responses=120)


def test_a_survey_is_opened_once_for_a_period_that_does_not_end_before_it_begins() -> None:
    surveys.given().when(open_survey).then(opened)
    surveys.given(opened).when(open_survey).then()
    surveys.given(opened).when(replace(open_survey, title="別")).then_rejected("survey.opened")
    backwards = replace(open_survey, period_until=date(2026, 5, 31))
    surveys.given().when(backwards).then_rejected("survey.ends_before_it_begins")


def test_a_survey_is_closed_once() -> None:
    surveys.given(opened).when(CloseSurvey(SURVEY, 120)).then(closed)
    surveys.given(opened, closed).when(CloseSurvey(SURVEY, 120)).then()
    surveys.given(opened, closed).when(CloseSurvey(SURVEY, 121)).then_rejected("survey.closed")
    surveys.given().when(CloseSurvey(SURVEY, 120)).then_not_found("survey.unknown")
