"""The rules of needs, issues and surveys."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from needs.decider import issue, need, survey
from needs.decider.need_commands import (
    Command,
    CorrectNeed,
    CorrectSource,
    GroupNeed,
    ListNeed,
    MoveNeed,
    NeedFacts,
    RecordNeed,
    ReinstateNeed,
    ReviseNeed,
    UngroupNeed,
    WithdrawNeed,
)
from needs.decider.need_state import facts_of
from needs.decider.support import MatchNeed, MeetNeed, ReopenNeed
from needs.decider.survey import (
    CloseSurvey,
    CorrectSurvey,
    MoveSurvey,
    OpenSurvey,
    ReopenSurvey,
    ReviseSurvey,
    WithdrawSurvey,
)
from shiendomain.mistakes import Ground, Mistake
from shiendomain.moves import Move
from shiendomain.needs import (
    NeedEvent,
    NeedGrouped,
    NeedMatched,
    NeedMet,
    NeedMoved,
    NeedPartlyMet,
    NeedReopened,
    NeedRevised,
    NeedSourceCorrected,
    SurveyRevised,
)
from shiendomain.states import NeedState
from shiendomain.vocabulary import (
    AgeBand,
    FailureReason,
    Frequency,
    LapseReason,
    NeedSource,
    SourceKind,
    SupportKind,
    SurveyMethod,
    Urgency,
    Weekday,
)
from shienevents import Home
from shienevents.testing import Scenario

from .facts import (
    AREA,
    CITY,
    CLOSED,
    CORRECTED,
    CORRECTED_SURVEY,
    GROUPED,
    HOME,
    ISSUE,
    MATCH,
    MATCHED,
    MET,
    MISTAKEN,
    MOVED,
    NEED,
    OPENED,
    OTHER_ISSUE,
    PARTLY_MET,
    RECORDED,
    REINSTATED,
    REOPENED,
    REOPENED_SURVEY,
    RESOURCE,
    REVISED,
    REVISED_SURVEY,
    SOURCE_CORRECTED,
    SURVEY,
    SURVEY_MOVED,
    SURVEY_WITHDRAWN,
    UNGROUPED,
    WITHDRAWN,
)

OTHER_MATCH, OTHER_RESOURCE = UUID(int=12), UUID(int=22)

needs = Scenario(need.decider)
issues = Scenario(issue.decider)
surveys = Scenario(survey.decider)

facts = NeedFacts(
    5, AgeBand.FROM_75, Frequency.WEEKLY, (Weekday.MON, Weekday.THU), 500, "坂が多い", "09:00", "12:00", Urgency.SOON
)
fewer = NeedFacts(2, AgeBand.ANY, Frequency.MONTHLY, (), None, "")
record = RecordNeed(NEED, HOME, SupportKind.OUTING, facts, NeedSource.SURVEY, SURVEY)
matched_too = NeedMatched(need_id=NEED, match_id=OTHER_MATCH, resource_id=OTHER_RESOURCE)

group = GroupNeed(NEED, ISSUE)
hold = MatchNeed(NEED, MATCH, RESOURCE)
helped = MeetNeed(NEED, MATCH, RESOURCE, None, 5, reason=None)
partly = MeetNeed(NEED, MATCH, RESOURCE, None, 3, reason=FailureReason.NO_CAPACITY)
lapse = ReopenNeed(NEED, MATCH, LapseReason.RESOURCE_SUSPENDED)


def test_a_need_is_recorded_once() -> None:
    needs.given().when(record).then(RECORDED)
    needs.given(RECORDED).when(record).then()
    needs.given(RECORDED).when(replace(record, facts=fewer)).then_rejected("need.recorded")


def test_a_row_of_a_list_is_a_new_need_or_changes_what_the_list_changed() -> None:
    row = ListNeed(NEED, HOME, SupportKind.OUTING, facts, NeedSource.SURVEY, "survey-7", SURVEY)
    needs.given().when(row).then(RECORDED)
    needs.given(RECORDED).when(row).then()
    needs.given(RECORDED, REVISED).when(row).then()
    changed = replace(row, facts=fewer)
    needs.given(RECORDED).when(changed).then(REVISED)
    needs.given(RECORDED, REVISED).when(changed).then()
    needs.given(RECORDED, WITHDRAWN).when(changed).then()
    needs.given(RECORDED, MATCHED, MET).when(changed).then()


def test_a_row_of_a_list_that_cannot_be_taken_is_named() -> None:
    row = ListNeed(NEED, HOME, SupportKind.MEALS, facts, NeedSource.SURVEY, "survey-7", SURVEY)
    otherwise = {"reference": "survey-7"}
    needs.given(RECORDED).when(row).then_rejected("batch.recorded_otherwise", **otherwise)
    moved = replace(row, support_kind=SupportKind.OUTING, home=Home(CITY, "272108-04"))
    needs.given(RECORDED).when(moved).then_rejected("batch.recorded_otherwise", **otherwise)
    fewer_than_helped = replace(row, support_kind=SupportKind.OUTING, facts=fewer)
    needs.given(RECORDED, MATCHED, PARTLY_MET).when(fewer_than_helped).then_rejected(
        "batch.recorded_otherwise", **otherwise
    )


def test_the_hours_of_a_need_end_after_they_begin() -> None:
    backwards = replace(facts, hours_from="12:00", hours_until="12:00")
    needs.given().when(replace(record, facts=backwards)).then_rejected("need.hours_end_before_they_begin")
    needs.given(RECORDED).when(ReviseNeed(NEED, backwards)).then_rejected("need.hours_end_before_they_begin")
    open_end = replace(facts, hours_until=None)
    needs.given().when(replace(record, facts=open_end)).then(RECORDED.model_copy(update={"hours_until": None}))


def test_a_need_is_revised_unless_nothing_differs() -> None:
    needs.given(RECORDED).when(ReviseNeed(NEED, fewer)).then(REVISED)
    needs.given(RECORDED, REVISED).when(ReviseNeed(NEED, fewer)).then()


def test_a_need_that_was_answered_or_withdrawn_is_not_revised() -> None:
    needs.given(RECORDED, MATCHED, MET).when(ReviseNeed(NEED, fewer)).then_rejected("need.met")
    needs.given(RECORDED, WITHDRAWN).when(ReviseNeed(NEED, fewer)).then_rejected("need.withdrawn")


def test_a_need_is_withdrawn_with_a_reason_unless_it_is_met() -> None:
    needs.given(RECORDED, MATCHED).when(WithdrawNeed(NEED, "転居")).then(WITHDRAWN)
    needs.given(RECORDED, WITHDRAWN).when(WithdrawNeed(NEED, "別の理由")).then()
    needs.given(RECORDED, MATCHED, MET).when(WithdrawNeed(NEED, "転居")).then_rejected("need.met")


def test_a_need_of_which_nobody_was_helped_is_withdrawn_as_a_mistake() -> None:
    mistake = WithdrawNeed(NEED, "転居", by_mistake=True)
    needs.given(RECORDED).when(mistake).then(MISTAKEN)
    needs.given(RECORDED, MISTAKEN).when(mistake).then()
    needs.given(RECORDED, MATCHED, PARTLY_MET).when(mistake).then_rejected("need.was_there")


def test_a_survey_that_was_a_mistake_is_withdrawn_unless_a_need_names_it() -> None:
    mistake = WithdrawSurvey(SURVEY, Mistake("二重の記録", {Ground.NEEDS: 0}))
    surveys.given(OPENED).when(mistake).then(SURVEY_WITHDRAWN)
    surveys.given(OPENED, SURVEY_WITHDRAWN).when(mistake).then()
    surveys.given(OPENED, SURVEY_WITHDRAWN).when(open_survey).then_rejected("record.withdrawn")
    surveys.given().when(mistake).then_not_found("survey.unknown")
    found = replace(mistake, mistake=Mistake("二重の記録", {Ground.NEEDS: 3}))
    surveys.given(OPENED).when(found).then_rejected("record.followed", ground=Ground.NEEDS, count=3)


def test_a_withdrawal_that_was_a_mistake_is_undone_with_a_reason() -> None:
    reinstate = ReinstateNeed(NEED, "別のニーズだった")
    needs.given(RECORDED, WITHDRAWN).when(reinstate).then(REINSTATED)
    needs.given(RECORDED).when(reinstate).then_rejected("need.not_withdrawn")
    needs.given().when(reinstate).then_not_found("need.unknown")
    needs.given(RECORDED, MATCHED, WITHDRAWN).when(reinstate).then_rejected("need.match_ends")
    needs.given(RECORDED, MATCHED, WITHDRAWN, REOPENED).when(reinstate).then(REINSTATED)
    needs.given(RECORDED, MATCHED, PARTLY_MET, WITHDRAWN).when(reinstate).then(REINSTATED)
    again = need.decider.state([RECORDED, MATCHED, PARTLY_MET, WITHDRAWN, REINSTATED])
    assert (again.state, again.support.amounts(RECORDED.people).left) == (NeedState.OPEN, 2)
    all_of_them = PARTLY_MET.model_copy(update={"people_helped": RECORDED.people})
    needs.given(RECORDED, MATCHED, WITHDRAWN, all_of_them).when(reinstate).then(REINSTATED, MET)
    assert need.decider.state([RECORDED, GROUPED, WITHDRAWN, REINSTATED]).state is NeedState.GROUPED
    needs.given(RECORDED, WITHDRAWN, REINSTATED).when(hold).then(MATCHED)


def test_the_kind_of_an_open_need_is_corrected_with_a_reason() -> None:
    correct = CorrectNeed(NEED, SupportKind.HOUSEWORK, "買い物の代行だった")
    needs.given(RECORDED).when(correct).then(CORRECTED)
    needs.given(RECORDED, CORRECTED).when(correct).then()
    needs.given(RECORDED, MATCHED, PARTLY_MET).when(correct).then_rejected("need.was_matched")
    needs.given(RECORDED, GROUPED).when(correct).then_rejected("need.not_open", state=NeedState.GROUPED)
    needs.given(RECORDED, MATCHED).when(correct).then_rejected("need.not_open", state=NeedState.MATCHED)
    needs.given().when(correct).then_not_found("need.unknown")


def test_the_source_of_a_need_is_corrected_whatever_became_of_it() -> None:
    correct = CorrectSource(NEED, NeedSource.CONSULTATION, None, SOURCE_CORRECTED.reason)
    for history in ([RECORDED], [RECORDED, GROUPED, MATCHED, MET], [RECORDED, WITHDRAWN]):
        needs.given(*history).when(correct).then(SOURCE_CORRECTED)
    needs.given(RECORDED, SOURCE_CORRECTED).when(correct).then()
    back = CorrectSource(NEED, NeedSource.SURVEY, SURVEY, "調査票にあった")
    needs.given(RECORDED).when(back).then()
    as_before = NeedSourceCorrected(need_id=NEED, source=SourceKind.SURVEY, survey_id=SURVEY, reason=back.reason)
    needs.given(RECORDED, SOURCE_CORRECTED).when(back).then(as_before)
    exact = {"source": SourceKind.COORDINATOR, "exact_source": NeedSource.OUTREACH}
    outreach = SOURCE_CORRECTED.model_copy(update=exact)
    needs.given(RECORDED).when(replace(correct, source=NeedSource.OUTREACH)).then(outreach)
    assert outreach.found_by is NeedSource.OUTREACH
    needs.given().when(correct).then_not_found("need.unknown")


def test_a_list_that_comes_again_leaves_a_corrected_source() -> None:
    listed = ListNeed(NEED, HOME, RECORDED.support_kind, facts_of(RECORDED), RECORDED.found_by, "R-1", SURVEY)
    needs.given(RECORDED, SOURCE_CORRECTED).when(listed).then()


def test_the_area_of_an_open_need_is_corrected_within_its_municipality() -> None:
    move = MoveNeed(NEED, Move(MOVED.area, {AREA, MOVED.area}, MOVED.reason))
    needs.given(RECORDED).when(move).then(MOVED)
    needs.given(RECORDED, MOVED).when(move).then()
    back = MoveNeed(NEED, Move(AREA, {AREA, MOVED.area}, "元の校区でよかった"))
    returned = NeedMoved(need_id=NEED, from_area=MOVED.area, area=AREA, reason="元の校区でよかった")
    needs.given(RECORDED, MOVED).when(back).then(returned)
    needs.given(RECORDED, MOVED, returned).when(back).then()
    needs.given(RECORDED).when(replace(move, to=replace(move.to, within={MOVED.area}))).then_rejected(
        "area.other_municipality"
    )
    needs.given(RECORDED, GROUPED).when(move).then_rejected("need.not_open", state=NeedState.GROUPED)
    needs.given(RECORDED, WITHDRAWN).when(move).then_rejected("need.not_open", state=NeedState.WITHDRAWN)
    needs.given(RECORDED, MATCHED, PARTLY_MET).when(move).then_rejected("need.was_matched")
    needs.given().when(move).then_not_found("need.unknown")


def test_a_need_that_was_moved_meanwhile_does_not_become_part_of_an_issue_of_its_old_area() -> None:
    seen = GroupNeed(NEED, ISSUE, area=AREA)
    needs.given(RECORDED).when(seen).then(GROUPED)
    needs.given(RECORDED, MOVED).when(seen).then_rejected("issue.needs_changed")
    needs.given(RECORDED, MOVED).when(replace(seen, area=MOVED.area)).then(GROUPED)


def test_a_list_finds_a_moved_need_in_the_area_it_says_or_where_it_is_now() -> None:
    listed = ListNeed(NEED, HOME, RECORDED.support_kind, facts_of(RECORDED), RECORDED.found_by, "R-1")
    needs.given(RECORDED, MOVED).when(listed).then()
    needs.given(RECORDED, MOVED).when(replace(listed, home=Home(CITY, MOVED.area))).then()
    third = replace(listed, home=Home(CITY, "272108-09"))
    needs.given(RECORDED, MOVED).when(third).then_rejected("batch.recorded_otherwise", reference="R-1")


def test_the_event_says_the_source_in_two_fields_and_old_readers_understand_the_first() -> None:
    command = RecordNeed(NEED, HOME, RECORDED.support_kind, facts_of(RECORDED), NeedSource.SURVEY, SURVEY)
    needs.given().when(command).then(RECORDED)
    checklist = RECORDED.model_copy(update={"exact_source": NeedSource.CHECKLIST})
    needs.given().when(replace(command, source=NeedSource.CHECKLIST)).then(checklist)
    outreach = RECORDED.model_copy(update={"source": SourceKind.COORDINATOR, "exact_source": NeedSource.OUTREACH})
    needs.given().when(replace(command, source=NeedSource.OUTREACH)).then(outreach)
    assert [one.found_by for one in (RECORDED, checklist, outreach)] == ["survey", "checklist", "outreach"]


def test_an_unknown_need_is_neither_revised_nor_withdrawn() -> None:
    needs.given().when(ReviseNeed(NEED, fewer)).then_not_found("need.unknown")
    needs.given().when(WithdrawNeed(NEED, "転居")).then_not_found("need.unknown")


@pytest.mark.parametrize("command", [hold, helped, partly, lapse])
def test_matches_change_nothing_in_a_need_that_is_unknown(command: Command) -> None:
    needs.given().when(command).then()


def test_whom_a_match_helped_counts_also_where_its_need_was_withdrawn_at_that_moment() -> None:
    gone = needs.given(RECORDED, MATCHED, WITHDRAWN)
    gone.when(hold).then()
    gone.when(lapse).then(REOPENED)
    needs.given(RECORDED, WITHDRAWN).when(lapse).then()
    some = replace(partly, people_helped=3)
    told = NeedPartlyMet(**vars(some))
    gone.when(some).then(told)
    gone.given(told).when(some).then()
    gone.given(told).when(lapse).then(REOPENED)
    gone.given(told).when(ReinstateNeed(NEED, "別のニーズだった")).then(REINSTATED)


def test_an_open_need_becomes_part_of_one_issue() -> None:
    needs.given(RECORDED).when(group).then(GROUPED)
    needs.given(RECORDED, MATCHED, REOPENED).when(group).then(GROUPED)
    needs.given(RECORDED, GROUPED).when(group).then()
    needs.given(RECORDED, GROUPED, MATCHED).when(group).then()


@pytest.mark.parametrize(
    "history",
    [
        [RECORDED, NeedGrouped(need_id=NEED, issue_id=UUID(int=99))],
        [RECORDED, MATCHED],
        [RECORDED, MATCHED, MET],
        [RECORDED, WITHDRAWN],
    ],
)
def test_a_need_that_is_not_open_becomes_part_of_no_issue(history: list[NeedEvent]) -> None:
    needs.given(*history).when(group).then_rejected("issue.need_not_open", needs=[str(NEED)])


def test_a_need_that_leaves_its_issue_is_open_again_and_may_join_another() -> None:
    leave = UngroupNeed(NEED, ISSUE)
    needs.given(RECORDED, GROUPED).when(leave).then(UNGROUPED)
    needs.given(RECORDED, GROUPED, UNGROUPED).when(leave).then()
    needs.given(RECORDED, GROUPED, MATCHED).when(leave).then(UNGROUPED)
    needs.given(RECORDED, GROUPED).when(UngroupNeed(NEED, OTHER_ISSUE)).then()
    needs.given().when(leave).then_not_found("need.unknown")
    assert need.decider.state([RECORDED, GROUPED, UNGROUPED]).state is NeedState.OPEN
    assert need.decider.state([RECORDED, GROUPED, MATCHED, UNGROUPED]).state is NeedState.MATCHED
    joined = NeedGrouped(need_id=NEED, issue_id=OTHER_ISSUE)
    needs.given(RECORDED, GROUPED, UNGROUPED).when(GroupNeed(NEED, OTHER_ISSUE)).then(joined)


def test_a_need_is_handed_over_by_the_issue_that_has_it_and_by_no_other() -> None:
    over = GroupNeed(NEED, OTHER_ISSUE, from_issue=ISSUE)
    moved = NeedGrouped(need_id=NEED, issue_id=OTHER_ISSUE)
    needs.given(RECORDED, GROUPED).when(over).then(moved)
    needs.given(RECORDED, GROUPED, MATCHED).when(over).then(moved)
    needs.given(RECORDED, GROUPED, moved).when(over).then()
    needs.given(RECORDED).when(over).then_rejected("issue.needs_changed")
    needs.given(RECORDED, GROUPED, UNGROUPED).when(over).then_rejected("issue.needs_changed")


def test_an_unknown_need_becomes_part_of_no_issue() -> None:
    needs.given().when(group).then_not_found("need.unknown")


PARTLY_MET_NO_CAPACITY = PARTLY_MET.model_copy(update={"reason": FailureReason.NO_CAPACITY})
met_too = NeedMet(need_id=NEED, match_id=OTHER_MATCH, resource_id=OTHER_RESOURCE, service_id=None, people_helped=2)


def test_a_need_is_matched_and_met() -> None:
    needs.given(RECORDED, GROUPED).when(hold).then(MATCHED)
    needs.given(RECORDED, MATCHED).when(hold).then()
    needs.given(RECORDED, MATCHED).when(helped).then(MET)
    needs.given(RECORDED, MATCHED, MET).when(helped).then()


def test_a_need_that_is_met_takes_no_further_match() -> None:
    needs.given(RECORDED, MATCHED, MET).when(MatchNeed(NEED, OTHER_MATCH, OTHER_RESOURCE)).then()


def test_a_need_is_met_when_all_its_people_are_helped_whatever_the_outcome_was_called() -> None:
    needs.given(RECORDED, MATCHED).when(replace(helped, people_helped=3)).then(PARTLY_MET)
    needs.given(RECORDED, MATCHED).when(replace(partly, people_helped=5)).then(MET)


def test_partial_help_is_kept_and_the_sum_meets_the_need() -> None:
    needs.given(RECORDED, MATCHED).when(partly).then(PARTLY_MET_NO_CAPACITY)
    assert need.decider.state([RECORDED, MATCHED, PARTLY_MET]).state is NeedState.OPEN
    needs.given(RECORDED, MATCHED, PARTLY_MET).when(partly).then()
    second = MeetNeed(NEED, OTHER_MATCH, OTHER_RESOURCE, None, 2, reason=None)
    met = NeedMet(need_id=NEED, match_id=OTHER_MATCH, resource_id=OTHER_RESOURCE, service_id=None, people_helped=2)
    needs.given(RECORDED, MATCHED, PARTLY_MET, matched_too).when(second).then(met)


def test_a_partly_met_need_that_another_match_still_holds_is_matched_again() -> None:
    needs.given(RECORDED, matched_too, MATCHED).when(partly).then(PARTLY_MET_NO_CAPACITY, matched_too)


def test_a_need_is_of_as_many_people_as_were_helped_where_it_was_revised_while_an_outcome_was_recorded() -> None:
    of_three = REVISED.model_copy(update={"people": 3})
    helped_three = MET.model_copy(update={"people_helped": 3})
    revised = needs.given(RECORDED, REVISED, MATCHED)
    revised.when(replace(partly, reason=None)).then(of_three, helped_three)
    of_two = MET.model_copy(update={"people_helped": 2})
    second = MeetNeed(NEED, OTHER_MATCH, OTHER_RESOURCE, None, 2, reason=None)
    more = met_too.model_copy(update={"people_helped": 2})
    of_four = REVISED.model_copy(update={"people": 4})
    revised.given(of_two).when(second).then(of_four, more)
    revised.given(of_two, of_four, more).when(second).then()
    part = NeedPartlyMet(**vars(second))
    revised.given(of_two.model_copy(update={"people_helped": 1}), WITHDRAWN).when(second).then(of_three, part)


def test_what_a_match_gave_is_undone_with_it_and_its_people_wait_again() -> None:
    history: list[NeedEvent] = [RECORDED, MATCHED, PARTLY_MET, matched_too, met_too]
    needs.given(*history).when(lapse).then(REOPENED)
    undone = need.decider.state([*history, REOPENED])
    assert (undone.state, undone.support.amounts(5).left) == (NeedState.OPEN, 3)


def test_a_need_is_not_revised_to_fewer_people_than_are_helped_and_is_met_at_as_many() -> None:
    needs.given(RECORDED, MATCHED, PARTLY_MET).when(ReviseNeed(NEED, fewer)).then_rejected(
        "need.helped_already", helped=3
    )
    needs.given(RECORDED, MATCHED, PARTLY_MET).when(ReviseNeed(NEED, replace(fewer, people=3))).then(
        REVISED.model_copy(update={"people": 3}), MET.model_copy(update={"people_helped": 3})
    )


def test_a_need_is_reopened_when_the_match_that_held_it_is_undone() -> None:
    needs.given(RECORDED, MATCHED).when(lapse).then(REOPENED)
    needs.given(RECORDED, MATCHED, REOPENED).when(lapse).then()


def test_a_need_is_reopened_when_the_match_that_met_it_is_undone() -> None:
    needs.given(RECORDED, MATCHED, MET).when(lapse).then(REOPENED)
    needs.given(RECORDED, MATCHED, MET, REOPENED).when(MatchNeed(NEED, OTHER_MATCH, OTHER_RESOURCE)).then(matched_too)


def test_a_match_that_neither_held_nor_met_a_need_changes_nothing_in_it() -> None:
    needs.given(RECORDED).when(lapse).then()
    needs.given(RECORDED, matched_too).when(lapse).then()
    needs.given(RECORDED, MATCHED, matched_too, MET).when(
        ReopenNeed(NEED, OTHER_MATCH, LapseReason.RESOURCE_RETIRED)
    ).then()


def test_a_reopened_need_that_another_match_still_holds_is_matched_again() -> None:
    needs.given(RECORDED, MATCHED, matched_too).when(lapse).then(REOPENED, matched_too)
    needs.given(RECORDED, MATCHED, matched_too, REOPENED, matched_too).when(
        ReopenNeed(NEED, OTHER_MATCH, FailureReason.NOT_SUITABLE)
    ).then(NeedReopened(need_id=NEED, match_id=OTHER_MATCH, reason=FailureReason.NOT_SUITABLE))


def test_a_match_concluded_late_meets_a_need_that_is_open_again() -> None:
    late = MeetNeed(NEED, OTHER_MATCH, OTHER_RESOURCE, UUID(int=31), 5, reason=None)
    needs.given(RECORDED, MATCHED, matched_too, MET, REOPENED).when(late).then(
        NeedMet(
            need_id=NEED, match_id=OTHER_MATCH, resource_id=OTHER_RESOURCE, service_id=UUID(int=31), people_helped=5
        )
    )


def test_a_corrected_number_of_people_helped_takes_the_place_of_the_first() -> None:
    three, four = partly, replace(partly, people_helped=4)
    partly_four = PARTLY_MET_NO_CAPACITY.model_copy(update={"people_helped": 4})
    undone = REOPENED.model_copy(update={"reason": FailureReason.OTHER})
    part = needs.given(RECORDED, MATCHED, PARTLY_MET_NO_CAPACITY)
    part.when(three).then()
    part.when(four).then(partly_four)
    part.when(replace(partly, people_helped=5)).then(MET)
    full = needs.given(RECORDED, MATCHED, MET)
    full.when(four).then(undone, partly_four)
    full.given(undone, partly_four).when(replace(partly, people_helped=5)).then(MET)
    assert need.decider.state([RECORDED, MATCHED, MET, undone, partly_four]).state is NeedState.OPEN


def test_a_corrected_number_above_what_was_asked_for_revises_the_need() -> None:
    six = replace(partly, people_helped=6)
    undone = REOPENED.model_copy(update={"reason": FailureReason.OTHER})
    revised = NeedRevised(need_id=NEED, **vars(replace(facts_of(RECORDED), people=6)))
    met_six = MET.model_copy(update={"people_helped": 6})
    needs.given(RECORDED, MATCHED, MET).when(six).then(revised, undone, met_six)


def test_the_number_of_a_withdrawn_need_is_corrected_and_it_stays_withdrawn() -> None:
    gone = needs.given(RECORDED, MATCHED, PARTLY_MET_NO_CAPACITY, WITHDRAWN)
    two = PARTLY_MET_NO_CAPACITY.model_copy(update={"people_helped": 2})
    gone.when(partly).then()
    gone.when(replace(partly, people_helped=2)).then(two)


@pytest.mark.parametrize(
    ("history", "state"),
    [
        ([RECORDED], NeedState.OPEN),
        ([RECORDED, GROUPED], NeedState.GROUPED),
        ([RECORDED, GROUPED, MATCHED], NeedState.MATCHED),
        ([RECORDED, GROUPED, MATCHED, REOPENED], NeedState.GROUPED),
        ([RECORDED, MATCHED, MET], NeedState.MET),
        ([RECORDED, MATCHED, MET, REOPENED], NeedState.OPEN),
        ([RECORDED, MATCHED, WITHDRAWN], NeedState.WITHDRAWN),
    ],
)
def test_the_state_of_a_need_follows_from_its_events(history: list[NeedEvent], state: NeedState) -> None:
    assert need.decider.state(history).state is state


open_survey = OpenSurvey(SURVEY, HOME, "高齢者の移動", SurveyMethod.QUESTIONNAIRE, date(2026, 6, 1), date(2026, 6, 30))


def test_a_survey_is_opened_once_for_a_period_that_does_not_end_before_it_begins() -> None:
    surveys.given().when(open_survey).then(OPENED)
    surveys.given(OPENED).when(open_survey).then()
    surveys.given(OPENED).when(replace(open_survey, title="別")).then_rejected("survey.opened")
    backwards = replace(open_survey, period_until=date(2026, 5, 31))
    surveys.given().when(backwards).then_rejected("survey.ends_before_it_begins")


def test_a_survey_is_closed_once() -> None:
    last = OPENED.period_until
    surveys.given(OPENED).when(CloseSurvey(SURVEY, 120, last)).then(CLOSED)
    surveys.given(OPENED, CLOSED).when(CloseSurvey(SURVEY, 120, last)).then()
    surveys.given(OPENED, CLOSED).when(CloseSurvey(SURVEY, 121, last)).then_rejected("survey.closed")
    surveys.given().when(CloseSurvey(SURVEY, 120, last)).then_not_found("survey.unknown")


def test_the_responses_of_a_closed_survey_are_corrected_with_a_reason() -> None:
    correct = CorrectSurvey(SURVEY, 140, "郵送分")
    surveys.given(OPENED, CLOSED).when(correct).then(CORRECTED_SURVEY)
    surveys.given(OPENED, CLOSED, CORRECTED_SURVEY).when(correct).then()
    surveys.given(OPENED).when(correct).then_rejected("survey.still_open")
    surveys.given().when(correct).then_not_found("survey.unknown")


def test_a_survey_closes_before_its_last_day_only_with_a_reason() -> None:
    early = CloseSurvey(SURVEY, 120, OPENED.period_until - timedelta(days=1))
    surveys.given(OPENED).when(early).then_rejected("survey.closes_early", until=OPENED.period_until)
    surveys.given(OPENED).when(replace(early, reason="全員が回答した")).then(
        CLOSED.model_copy(update={"reason": "全員が回答した"})
    )


def test_what_is_said_of_a_survey_is_put_right_with_a_reason() -> None:
    longer = ReviseSurvey(
        SURVEY, "高齢者の外出", SurveyMethod.INTERVIEW, date(2026, 6, 1), date(2026, 7, 31), "延ばした"
    )
    surveys.given(OPENED).when(longer).then(REVISED_SURVEY)
    surveys.given(OPENED, REVISED_SURVEY).when(longer).then()
    surveys.given(OPENED, CLOSED).when(longer).then(REVISED_SURVEY)
    backwards = replace(longer, period_until=date(2026, 5, 31))
    surveys.given(OPENED).when(backwards).then_rejected("survey.ends_before_it_begins")
    surveys.given().when(longer).then_not_found("survey.unknown")
    early = CloseSurvey(SURVEY, 120, OPENED.period_until)
    surveys.given(OPENED, REVISED_SURVEY).when(early).then_rejected("survey.closes_early", until=date(2026, 7, 31))


def test_a_survey_that_was_closed_too_early_is_reopened_and_closed_again() -> None:
    reopen = ReopenSurvey(SURVEY, "別の調査だった")
    surveys.given(OPENED, CLOSED).when(reopen).then(REOPENED_SURVEY)
    surveys.given(OPENED).when(reopen).then_rejected("survey.not_closed")
    surveys.given(OPENED, CLOSED, REOPENED_SURVEY).when(reopen).then_rejected("survey.not_closed")
    surveys.given().when(reopen).then_not_found("survey.unknown")
    again = CloseSurvey(SURVEY, 120, OPENED.period_until)
    surveys.given(OPENED, CLOSED, REOPENED_SURVEY).when(again).then(CLOSED)


def test_no_more_answers_come_back_than_sheets_were_given_out() -> None:
    with_sheets = OPENED.model_copy(update={"sheets": 120})
    surveys.given().when(replace(open_survey, sheets=120)).then(with_sheets)
    last, of_all = OPENED.period_until, CLOSED.model_copy(update={"responses": 120})
    surveys.given(with_sheets).when(CloseSurvey(SURVEY, 120, last)).then(of_all)
    too_many = {"responses": 121, "sheets": 120}
    code = "survey.more_responses_than_sheets"
    surveys.given(with_sheets).when(CloseSurvey(SURVEY, 121, last)).then_rejected(code, **too_many)
    closed = surveys.given(with_sheets, of_all)
    closed.when(CorrectSurvey(SURVEY, 121, "郵送分")).then_rejected(code, **too_many)
    fewer = ReviseSurvey(
        SURVEY, OPENED.title, OPENED.method, OPENED.period_from, OPENED.period_until, "数え直した", sheets=100
    )
    closed.when(fewer).then_rejected(code, responses=120, sheets=100)
    enough = replace(fewer, sheets=200)
    surveys.given(OPENED, CLOSED).when(enough).then(SurveyRevised(**vars(enough)))


def test_the_area_of_a_survey_is_corrected_open_or_closed() -> None:
    move = MoveSurvey(SURVEY, Move(SURVEY_MOVED.area, {AREA, SURVEY_MOVED.area}, SURVEY_MOVED.reason))
    surveys.given(OPENED).when(move).then(SURVEY_MOVED)
    surveys.given(OPENED, REVISED_SURVEY, CLOSED).when(move).then(SURVEY_MOVED)
    surveys.given(OPENED, SURVEY_MOVED).when(move).then()
    surveys.given(OPENED).when(replace(move, to=replace(move.to, within=()))).then_rejected("area.other_municipality")
    surveys.given().when(move).then_not_found("survey.unknown")
