"""What needs does when an area ended: its needs go to a successor with their issue and their matches, and back."""

from __future__ import annotations

from dataclasses import replace

from needs.decider import issue, need, survey
from needs.decider.issue_commands import MoveIssue, RemoveNeeds
from needs.decider.need_commands import MoveNeed
from needs.decider.survey import MoveSurvey
from shiendomain.moves import Move
from shiendomain.needs import NeedMoved, SurveyMoved
from shiendomain.vocabulary import ByMapping
from shienevents.testing import Scenario

from .facts import (
    ADDED,
    AREA,
    CLOSED_ISSUE,
    CONSOLIDATED,
    GROUPED,
    ISSUE,
    ISSUE_MOVED,
    MAPPING,
    MATCHED,
    MET,
    NEED,
    OPENED,
    OTHER_NEED,
    PARTLY_MET,
    RAISED,
    RECORDED,
    SURVEY,
    WITHDRAWN,
)

THERE = ISSUE_MOVED.area
OUT = Move(THERE, {AREA, THERE}, "校区の再編", ByMapping(mapping_id=MAPPING), AREA)
BACK = Move(AREA, {AREA, THERE}, "線の引き直し", ByMapping(mapping_id=MAPPING, back=True), THERE)
needs, issues = Scenario(need.decider), Scenario(issue.decider)
moved = NeedMoved(need_id=NEED, from_area=AREA, area=THERE, reason=OUT.reason, by_mapping=OUT.by_mapping)
returned = NeedMoved(need_id=NEED, from_area=THERE, area=AREA, reason=BACK.reason, by_mapping=BACK.by_mapping)
move, back = MoveNeed(NEED, OUT), MoveNeed(NEED, BACK)


def test_a_need_moves_until_it_is_met_or_withdrawn_whatever_its_matches_gave() -> None:
    for later in ((), (MATCHED,), (MATCHED, PARTLY_MET)):
        needs.given(RECORDED, *later).when(move).then(moved)
        needs.given(RECORDED, *later, moved).when(back).then(returned)
    needs.given(RECORDED, MATCHED, MET).when(move).then_rejected("need.met")
    needs.given(RECORDED, WITHDRAWN).when(move).then_rejected("need.withdrawn")


def test_the_same_mapping_twice_moves_a_need_once_and_leaves_what_people_moved_on() -> None:
    needs.given(RECORDED, moved).when(move).then()
    needs.given(RECORDED, moved, returned).when(back).then()
    on = NeedMoved(need_id=NEED, from_area=THERE, area="272108-05", reason="隣の校区だった")
    needs.given(RECORDED, moved, on).when(move).then()
    needs.given(RECORDED, moved, on).when(back).then()


def test_a_need_in_an_issue_goes_with_that_issue_only() -> None:
    needs.given(RECORDED, GROUPED).when(move).then_rejected("issue.needs_changed")
    needs.given(RECORDED, GROUPED).when(replace(move, issue_id=ISSUE)).then(moved)
    needs.given(RECORDED).when(replace(move, issue_id=ISSUE)).then_rejected("issue.needs_changed")


def test_an_issue_moves_with_the_needs_that_it_has() -> None:
    command = MoveIssue(ISSUE, OUT, (NEED,), (NEED,))
    issues.given(CONSOLIDATED, RAISED).when(command).then(ISSUE_MOVED)
    issues.given(CONSOLIDATED, RAISED, ISSUE_MOVED).when(command).then()
    issues.given(CONSOLIDATED, RAISED, ADDED).when(command).then_rejected("issue.needs_changed")
    issues.given(CONSOLIDATED, RAISED, CLOSED_ISSUE).when(command).then_rejected(
        "issue.closed", outcome=CLOSED_ISSUE.outcome
    )
    there = issue.decider.state([CONSOLIDATED, RAISED, ADDED, ISSUE_MOVED])
    assert {one.need_id: one.area for one in there.needs} == {NEED: THERE, OTHER_NEED: AREA}
    assert there.now
    assert there.now.area == THERE


def test_an_issue_that_was_moved_is_changed_as_before() -> None:
    both = issues.given(CONSOLIDATED, RAISED, ADDED, ISSUE_MOVED)
    both.when(RemoveNeeds(ISSUE, (OTHER_NEED, NEED), "別の課題", None)).then_rejected("issue.no_needs_left")


def test_a_survey_moves_while_its_area_ends() -> None:
    surveys = Scenario(survey.decider)
    (event,) = survey.decide(MoveSurvey(SURVEY, OUT), survey.decider.state([OPENED]))
    assert isinstance(event, SurveyMoved)
    assert event.by_mapping == OUT.by_mapping
    surveys.given(OPENED, event).when(MoveSurvey(SURVEY, OUT)).then()
