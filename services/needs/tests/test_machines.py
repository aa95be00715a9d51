"""The rules of needs, issues and surveys are the published state machines, no more and no less."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from needs.decider import issue, need, survey
from needs.decider.issue_commands import (
    AddNeeds,
    CloseIssue,
    MergeIssues,
    MoveIssue,
    RemoveNeeds,
    ReopenIssue,
    SplitIssue,
)
from needs.decider.need_commands import (
    CorrectNeed,
    CorrectSource,
    GroupNeed,
    ListNeed,
    MoveNeed,
    ReinstateNeed,
    ReviseNeed,
    UngroupNeed,
    WithdrawNeed,
)
from needs.decider.support import MatchNeed, MeetNeed, ReopenNeed
from needs.decider.survey import CloseSurvey, CorrectSurvey, MoveSurvey, ReopenSurvey, ReviseSurvey, WithdrawSurvey
from shiendomain import machines
from shiendomain.machines.exploring import Move, differences, edges_of, explore, stuck
from shiendomain.mistakes import Mistake
from shiendomain.moves import Move as OtherArea
from shiendomain.rules import need_state
from shiendomain.states import IssueState, NeedState, RecordState, SurveyState
from shiendomain.vocabulary import (
    ByMapping,
    FailureReason,
    IssueOutcome,
    LapseReason,
    NeedSource,
    SupportKind,
    SurveyMethod,
)
from shiendomain.words import Word

from .facts import AREA, ISSUE, MAPPING, MATCH, NEED, OTHER_ISSUE, OTHER_NEED, RESOURCE, SURVEY
from .test_decider import facts, open_survey, record
from .test_decider_issues import correct as correct_issue
from .test_decider_issues import declare, other, raise_issue, seen, withdraw_gap

SECOND_MATCH, SECOND_RESOURCE = UUID(int=12), UUID(int=22)
"""A need of five people has two matches."""
ENDED = OtherArea("272108-04", (AREA, "272108-04"), "校区の再編", ByMapping(mapping_id=MAPPING), AREA)
THERE = OtherArea("272108-04", (AREA, "272108-04"), "隣の校区だった")

of_need: tuple[Move, ...] = (
    (record,),
    (ListNeed(NEED, record.home, SupportKind.OUTING, replace(facts, people=6), NeedSource.SURVEY, "7", SURVEY),),
    (ReviseNeed(NEED, replace(facts, people=2)),),
    (ReviseNeed(NEED, facts),),
    (WithdrawNeed(NEED, "転居"),),
    (ReinstateNeed(NEED, "別のニーズだった"),),
    (CorrectNeed(NEED, SupportKind.MEALS, "配食だった"),),
    (CorrectSource(NEED, NeedSource.OUTREACH, None, "訪問で聞いた"),),
    (MoveNeed(NEED, THERE),),
    (MoveNeed(NEED, ENDED),),
    (MatchNeed(NEED, MATCH, RESOURCE),),
    (MatchNeed(NEED, SECOND_MATCH, SECOND_RESOURCE),),
    (MeetNeed(NEED, MATCH, RESOURCE, None, 2, FailureReason.NO_CAPACITY),),
    (MeetNeed(NEED, SECOND_MATCH, SECOND_RESOURCE, None, 5, None),),
    (ReopenNeed(NEED, MATCH, LapseReason.RESOURCE_RETIRED),),
    (ReopenNeed(NEED, SECOND_MATCH, LapseReason.RESOURCE_RETIRED),),
)
grouped = GroupNeed(NEED, ISSUE)
handed_over = GroupNeed(NEED, OTHER_ISSUE, from_issue=ISSUE)
come_back = GroupNeed(NEED, ISSUE, from_issue=OTHER_ISSUE)
ungrouped = UngroupNeed(NEED, ISSUE)
both = replace(raise_issue, needs=(seen, other))
without_it = replace(raise_issue, needs=(other,))
of_survey: tuple[Move, ...] = (
    (open_survey,),
    (CloseSurvey(SURVEY, 120, open_survey.period_until),),
    (CorrectSurvey(SURVEY, 140, "郵送分"),),
    (ReviseSurvey(SURVEY, "外出", SurveyMethod.INTERVIEW, date(2026, 6, 1), date(2026, 6, 30), "別の名称"),),
    (ReopenSurvey(SURVEY, "別の調査だった"),),
    (MoveSurvey(SURVEY, THERE),),
    (WithdrawSurvey(SURVEY, Mistake("二重の記録")),),
)
of_issue: tuple[Move, ...] = (
    (grouped, both),
    (without_it,),
    (declare,),
    (withdraw_gap,),
    (correct_issue,),
    (grouped, AddNeeds(ISSUE, (seen,), (other,), (AREA,))),
    (ungrouped, RemoveNeeds(ISSUE, (NEED,), "別の課題", None)),
    (handed_over, SplitIssue(ISSUE, OTHER_ISSUE, (NEED,), "担い手が違う", None)),
    (come_back, MergeIssues(ISSUE, OTHER_ISSUE, (seen,), (other,), (AREA,), "同じ課題だった")),
    (ungrouped, CloseIssue(ISSUE, IssueOutcome.SOLVED_LOCALLY, "送迎が始まった", (NEED, OTHER_NEED), None)),
    (ungrouped, CloseIssue(ISSUE, IssueOutcome.SOLVED_LOCALLY, "送迎が始まった", (NEED,), None)),
    (CloseIssue(ISSUE, IssueOutcome.SOLVED_LOCALLY, "送迎が始まった", (OTHER_NEED,), None),),
    (MoveNeed(NEED, ENDED, ISSUE), MoveIssue(ISSUE, ENDED, (NEED, OTHER_NEED), (NEED,))),
    (MoveNeed(NEED, ENDED, ISSUE), MoveIssue(ISSUE, ENDED, (NEED,), (NEED,))),
    (MoveIssue(ISSUE, ENDED, (OTHER_NEED,), ()),),
    (grouped, ReopenIssue(ISSUE, (seen,), "続かなかった")),
)


def needs_in(states: Any, other_is_a_gap: bool) -> Mapping[object, NeedState]:
    """The state of the need, with what its issue adds to it (`rules.need_state`)."""
    one, its = states
    gap = (one.issue_id == ISSUE and its.gap is not None) or (one.issue_id == OTHER_ISSUE and other_is_a_gap)
    return {NEED: need_state(one.state, gap)} if one.recorded else {}


def issues_in(states: Any) -> Mapping[object, IssueState]:
    its = states[-1]
    if not its.needs:
        return {}
    return {ISSUE: IssueState.CLOSED if its.closed else IssueState.GAP if its.gap else IssueState.RAISED}


def surveys_in(states: Any) -> Mapping[object, Word]:
    (one,) = states
    if one.withdrawn:
        return {SURVEY: RecordState.WITHDRAWN}
    return {SURVEY: SurveyState.CLOSED if one.closed else SurveyState.OPEN} if one.opened else {}


def alike(states: Any) -> object:
    """What the steps of a need and of its issue depend on: from states that agree in it, one walk is enough."""
    one, its = states
    support = len(one.support.held), len(one.support.helped_by), one.support.met
    people = one.facts and one.facts.people
    return one.issue_id, support, people, one.withdrawn, its.need_ids, its.gap is None, its.closed is None


def test_a_need_goes_the_published_ways_with_its_issue_and_always_on_to_an_end() -> None:
    walk = explore((need.decider, issue.decider), (*of_need, *of_issue), alike)
    apart, both_gaps = partial(needs_in, other_is_a_gap=False), partial(needs_in, other_is_a_gap=True)
    met = edges_of(machines.NEED, walk.taken, apart) | edges_of(machines.NEED, walk.taken, both_gaps)
    assert not differences(machines.NEED, met)
    assert not differences(machines.ISSUE, edges_of(machines.ISSUE, walk.taken, issues_in))
    assert not stuck(machines.NEED, walk, apart)
    assert not stuck(machines.ISSUE, walk, issues_in)


def test_a_survey_goes_the_published_ways() -> None:
    walk = explore((survey.decider,), of_survey)
    assert not differences(machines.SURVEY, edges_of(machines.SURVEY, walk.taken, surveys_in))
    assert not stuck(machines.SURVEY, walk, surveys_in)
