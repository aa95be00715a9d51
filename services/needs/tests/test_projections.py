"""What the views of needs show, and that they are folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from hypothesis import strategies as st

from needs.projections import (
    IssueRow,
    NeedRow,
    SearchRow,
    SurveyRow,
    issues,
    needs,
    searches,
    surveys,
)
from shiendomain.matching import NoMatchFound
from shiendomain.states import IssueState, NeedState
from shiendomain.vocabulary import Missing, NeedBehind, SupportKind
from shienevents import Event
from shienevents.testing import FoldScenario, Streams, an_envelope, check_fold_laws

from .facts import (
    AREA,
    CLOSED,
    CONSOLIDATED,
    CORRECTED,
    CORRECTED_SURVEY,
    COUNCIL,
    DECLARED,
    GROUPED,
    ISSUE,
    MATCH,
    MATCHED,
    MET,
    NEED,
    OPENED,
    OTHER_NEED,
    PARTLY_MET,
    RAISED,
    RECORDED,
    REINSTATED,
    REOPENED,
    RESOURCE,
    REVISED,
    SEARCH,
    SERVICE,
    WITHDRAWN,
)

IDS = (NEED, OTHER_NEED)
AT, THREAD = an_envelope().recorded_at, an_envelope().correlation
MET_BY_SERVICE = MET.model_copy(update={"service_id": SERVICE})

row = NeedRow(**dict(RECORDED), people_waiting=5, recorded_at=AT, correlation=THREAD, version=1)


def test_a_need_is_shown_as_it_was_recorded_and_revised() -> None:
    FoldScenario(needs).given(RECORDED).then(row)
    FoldScenario(needs).given(RECORDED, REVISED).then(replace(row, **dict(REVISED), people_waiting=2, version=2))


def test_a_need_shows_the_match_that_holds_it_and_the_one_that_met_it() -> None:
    held = replace(row, state=NeedState.MATCHED, issue_id=ISSUE, match_id=MATCH, resource_id=RESOURCE, version=3)
    FoldScenario(needs).given(RECORDED, GROUPED, MATCHED).then(held)
    answered = replace(
        held,
        state=NeedState.MET,
        service_id=SERVICE,
        helped={str(MATCH): 5},
        people_helped=5,
        people_waiting=0,
        version=4,
    )
    FoldScenario(needs).given(RECORDED, GROUPED, MATCHED, MET_BY_SERVICE).then(answered)


def test_a_partly_met_need_is_open_for_the_others() -> None:
    some = replace(row, helped={str(MATCH): 3}, people_helped=3, people_waiting=2, version=3)
    FoldScenario(needs).given(RECORDED, MATCHED, PARTLY_MET).then(some)
    again = replace(row, undone=MATCH, undone_for="resource_suspended", version=4)
    FoldScenario(needs).given(RECORDED, MATCHED, PARTLY_MET, REOPENED).then(again)


def test_a_reopened_need_is_in_its_issue_again_and_says_why() -> None:
    undone = replace(
        row, state=NeedState.GROUPED, issue_id=ISSUE, undone=MATCH, undone_for="resource_suspended", version=5
    )
    FoldScenario(needs).given(RECORDED, GROUPED, MATCHED, MET_BY_SERVICE, REOPENED).then(undone)
    alone = replace(row, undone=MATCH, undone_for="resource_suspended", version=3)
    FoldScenario(needs).given(RECORDED, MATCHED, REOPENED).then(alone)


def test_a_matched_need_that_is_grouped_stays_matched() -> None:
    held = replace(row, state=NeedState.MATCHED, issue_id=ISSUE, match_id=MATCH, resource_id=RESOURCE, version=3)
    FoldScenario(needs).given(RECORDED, MATCHED, GROUPED).then(held)


def test_a_withdrawn_need_says_why() -> None:
    gone = replace(row, state=NeedState.WITHDRAWN, withdrawn_for="転居", people_waiting=0, version=2)
    FoldScenario(needs).given(RECORDED, WITHDRAWN).then(gone)


def test_a_correction_shows_in_the_row_and_a_reinstated_need_waits_again() -> None:
    FoldScenario(needs).given(RECORDED, WITHDRAWN, REINSTATED).then(replace(row, version=3))
    corrected = replace(row, support_kind=CORRECTED.support_kind, version=2)
    FoldScenario(needs).given(RECORDED, CORRECTED).then(corrected)


def test_a_need_shows_the_gap_of_its_issue_beside_its_own_state() -> None:
    of_issue = an_envelope(stream=f"issue-{ISSUE}", version=3)
    with_gap = replace(row, state=NeedState.GROUPED, issue_id=ISSUE, gap=True, version=2)
    FoldScenario(needs).given(RECORDED, GROUPED, (DECLARED, of_issue)).then(with_gap)


def histories(need_id: UUID) -> st.SearchStrategy[Sequence[Event]]:
    of_matches = (MATCHED, PARTLY_MET, MET_BY_SERVICE, REOPENED)
    all_ = (RECORDED, REVISED, GROUPED, *of_matches, WITHDRAWN, REINSTATED, CORRECTED)
    first, *later = (event.model_copy(update={"need_id": need_id}) for event in all_)
    return st.lists(st.sampled_from(later), max_size=8).map(lambda rest: [first, *rest])


def test_needs_keep_the_laws_of_a_fold() -> None:
    both = DECLARED.model_copy(update={"needs": tuple(NeedBehind(need_id=one, area=AREA, people=5) for one in IDS)})
    streams: st.SearchStrategy[Streams] = st.tuples(*map(histories, IDS), st.just([both]))
    check_fold_laws(needs, streams, examples=50)


def of_issue(issue_id: UUID) -> list[Event]:
    return [event.model_copy(update={"issue_id": issue_id}) for event in (CONSOLIDATED, RAISED, DECLARED)]


def test_an_issue_shows_its_needs_and_then_its_gap() -> None:
    open_issue = IssueRow(
        issue_id=ISSUE,
        area=AREA,
        council_id=COUNCIL,
        title="通院の足がない",
        summary="団地",
        needs=(NEED,),
        recorded_at=AT,
        correlation=THREAD,
        version=2,
    )
    FoldScenario(issues).given(CONSOLIDATED, RAISED).then(open_issue)
    with_gap = replace(
        open_issue, state=IssueState.GAP, missing=(Missing.KIND, Missing.AREA), searches=(SEARCH,), version=3
    )
    FoldScenario(issues).given(CONSOLIDATED, RAISED, DECLARED).then(with_gap)


def test_issues_keep_the_laws_of_a_fold() -> None:
    streams: st.SearchStrategy[Streams] = st.just([of_issue(one) for one in IDS])
    check_fold_laws(issues, streams, examples=20)


def of_survey(survey_id: UUID) -> list[Event]:
    return [event.model_copy(update={"survey_id": survey_id}) for event in (OPENED, CLOSED, CORRECTED_SURVEY)]


def test_a_survey_shows_its_responses_once_it_is_closed() -> None:
    FoldScenario(surveys).given(OPENED, CLOSED).then(
        SurveyRow(**dict(OPENED), responses=120, recorded_at=AT, correlation=THREAD, version=2)
    )


def test_surveys_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(surveys, st.just([of_survey(one) for one in IDS]), examples=20)


def search(search_id: UUID) -> NoMatchFound:
    return NoMatchFound(
        search_id=search_id,
        need_id=NEED,
        need_area=AREA,
        support_kind=SupportKind.OUTING,
        missing=(Missing.KIND,),
        considered=0,
    )


def test_searches_of_others_are_known() -> None:
    FoldScenario(searches).given(search(SEARCH)).then(
        SearchRow(search_id=SEARCH, need_id=NEED, missing=(Missing.KIND,), searched_at=AT)
    )


def test_searches_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(searches, st.just([[search(one) for one in IDS]]), examples=10)
