"""What the views of needs show, and that they are folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from hypothesis import strategies as st

from needs.projections import (
    IssueRow,
    NeedRow,
    ProposalRow,
    ProposedRow,
    SearchRow,
    SurveyRow,
    issues,
    needs,
    proposals,
    proposed,
    searches,
    surveys,
)
from needs.views import binding
from shiendomain.days import day_of
from shiendomain.escalation import (
    AnswerRevoked,
    ProposalEscalated,
    ProposalRejected,
    ProposalReturned,
    ProposalWithdrawn,
    ServiceLaunched,
)
from shiendomain.matching import MatchConcluded, MatchDeclined, MatchLapsed, MatchProposed, NoMatchFound
from shiendomain.mergers import AnsweredWithMerged, ProposalUnmerged
from shiendomain.services import ServiceEnded, ServiceReinstated
from shiendomain.splits import ProposalPartJoined, ProposalPartMade, ProposalSplit, SplitUndone
from shiendomain.states import IssueState, NeedState, ProposalState
from shiendomain.vocabulary import (
    FailureReason,
    LapseReason,
    Missing,
    NeedSource,
    Outcome,
    ServiceClass,
    ServiceEnd,
    SupportKind,
    Target,
    TargetKind,
)
from shienevents import Event
from shienevents.testing import FoldScenario, Streams, an_envelope, check_fold_laws

from .facts import (
    ADDED,
    AREA,
    CLOSED,
    CLOSED_ISSUE,
    CONSOLIDATED,
    CORRECTED,
    CORRECTED_ISSUE,
    CORRECTED_SURVEY,
    COUNCIL,
    DECLARED,
    GAP_WITHDRAWN,
    GROUPED,
    ISSUE,
    ISSUE_MOVED,
    MATCH,
    MATCHED,
    MERGED,
    MET,
    MOVED,
    NEED,
    OPENED,
    OTHER_COUNCIL,
    OTHER_ISSUE,
    OTHER_NEED,
    PARTLY_MET,
    RAISED,
    RECORDED,
    REINSTATED,
    REMOVED,
    REOPENED,
    REOPENED_ISSUE,
    REOPENED_SURVEY,
    RESOURCE,
    REVISED,
    REVISED_SURVEY,
    SEARCH,
    SERVICE,
    SOURCE_CORRECTED,
    SPLIT,
    SPLIT_OFF,
    SURVEY_MOVED,
    SURVEY_WITHDRAWN,
    UNGROUPED,
    WITHDRAWN,
)  # fmt: skip

IDS = (NEED, OTHER_NEED)
AT, THREAD = an_envelope().recorded_at, an_envelope().correlation
MET_BY_SERVICE = MET.model_copy(update={"service_id": SERVICE})

DAY = day_of(an_envelope().occurred_at)
said = dict(RECORDED) | {"source": RECORDED.found_by}
del said["exact_source"]
row = NeedRow(**said, people_waiting=5, recorded_on=DAY, recorded_at=AT, correlation=THREAD, version=1)


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
        helped_on={str(MATCH): str(DAY)},
        people_helped=5,
        people_waiting=0,
        met_on=DAY,
        version=4,
    )
    FoldScenario(needs).given(RECORDED, GROUPED, MATCHED, MET_BY_SERVICE).then(answered)


def test_a_partly_met_need_is_open_for_the_others() -> None:
    helped, helped_on = {str(MATCH): 3}, {str(MATCH): str(DAY)}
    some = replace(row, helped=helped, helped_on=helped_on, people_helped=3, people_waiting=2, version=3)
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
    FoldScenario(needs).given(RECORDED, WITHDRAWN, REINSTATED).then(
        replace(row, corrected_for=REINSTATED.reason, version=3)
    )
    corrected = replace(row, support_kind=CORRECTED.support_kind, corrected_for=CORRECTED.reason, version=2)
    FoldScenario(needs).given(RECORDED, CORRECTED).then(corrected)
    found = replace(
        row, source=NeedSource.CONSULTATION, survey_id=None, corrected_for=SOURCE_CORRECTED.reason, version=2
    )
    FoldScenario(needs).given(RECORDED, SOURCE_CORRECTED).then(found)
    moved = replace(row, area=MOVED.area, corrected_for=MOVED.reason, version=2)
    FoldScenario(needs).given(RECORDED, MOVED).then(moved)


def test_a_need_that_leaves_its_issue_stands_alone_and_a_matched_one_stays_matched() -> None:
    FoldScenario(needs).given(RECORDED, GROUPED, UNGROUPED).then(replace(row, version=3))
    held = replace(row, state=NeedState.MATCHED, match_id=MATCH, resource_id=RESOURCE, version=4)
    FoldScenario(needs).given(RECORDED, GROUPED, MATCHED, UNGROUPED).then(held)
    moved = GROUPED.model_copy(update={"issue_id": OTHER_ISSUE})
    in_other = replace(row, state=NeedState.GROUPED, issue_id=OTHER_ISSUE, version=3)
    FoldScenario(needs).given(RECORDED, GROUPED, moved).then(in_other)


def histories(need_id: UUID) -> st.SearchStrategy[Sequence[Event]]:
    of_matches = (MATCHED, PARTLY_MET, MET_BY_SERVICE, REOPENED)
    all_ = (
        RECORDED,
        REVISED,
        GROUPED,
        UNGROUPED,
        *of_matches,
        WITHDRAWN,
        REINSTATED,
        CORRECTED,
        SOURCE_CORRECTED,
        MOVED,
    )
    first, *later = (event.model_copy(update={"need_id": need_id}) for event in all_)
    return st.lists(st.sampled_from(later), max_size=8).map(lambda rest: [first, *rest])


def test_needs_keep_the_laws_of_a_fold() -> None:
    streams: st.SearchStrategy[Streams] = st.tuples(*map(histories, IDS))
    check_fold_laws(needs, streams, examples=50)


def of_issue(issue_id: UUID) -> list[Event]:
    events: tuple[Event, ...] = (
        CONSOLIDATED, RAISED, DECLARED, CORRECTED_ISSUE, ADDED, REMOVED, MERGED, SPLIT, GAP_WITHDRAWN, CLOSED_ISSUE,
        REOPENED_ISSUE, ISSUE_MOVED,
    )  # fmt: skip
    return [event.model_copy(update={"issue_id": issue_id}) for event in events]


open_issue = IssueRow(
    issue_id=ISSUE,
    area=AREA,
    council_id=COUNCIL,
    title="通院の足がない",
    summary="団地",
    needs=(NEED,),
    need_areas=(AREA,),
    raised_on=DAY,
    recorded_at=AT,
    correlation=THREAD,
    version=2,
)
seen = FoldScenario(issues).given(CONSOLIDATED, RAISED)


def test_an_issue_shows_its_needs_and_then_its_gap() -> None:
    FoldScenario(issues).given(CONSOLIDATED, RAISED).then(open_issue)
    with_gap = replace(
        open_issue, state=IssueState.GAP, missing=(Missing.KIND, Missing.AREA), searches=(SEARCH,), gap=True, version=3
    )
    FoldScenario(issues).given(CONSOLIDATED, RAISED, DECLARED).then(with_gap)
    why = "車いすでは乗れない"
    said = DECLARED.model_copy(update={"reason": why})
    FoldScenario(issues).given(CONSOLIDATED, RAISED, said).then(replace(with_gap, gap_reason=why))
    seen.given(said, GAP_WITHDRAWN).then(replace(open_issue, reason=GAP_WITHDRAWN.reason, version=4))

    seen.given(DECLARED, GAP_WITHDRAWN).then(replace(open_issue, reason=GAP_WITHDRAWN.reason, version=4))


def test_an_issue_shows_what_it_is_called_now() -> None:
    called = replace(open_issue, council_id=OTHER_COUNCIL, title=CORRECTED_ISSUE.title, summary="")
    seen.given(CORRECTED_ISSUE).then(replace(called, reason=CORRECTED_ISSUE.reason, version=3))


def test_an_issue_is_shown_in_the_area_to_which_it_moved_with_its_needs() -> None:
    there = replace(open_issue, area=ISSUE_MOVED.area, reason=ISSUE_MOVED.reason, version=4)
    seen.given(ADDED, ISSUE_MOVED).then(replace(there, needs=(NEED, OTHER_NEED), need_areas=(ISSUE_MOVED.area, AREA)))


def test_an_issue_shows_the_needs_that_came_and_where_they_went() -> None:
    two = replace(open_issue, needs=(NEED, OTHER_NEED), need_areas=(AREA, AREA), version=3)
    seen.given(ADDED).then(two)
    seen.given(ADDED, REMOVED).then(replace(open_issue, reason=REMOVED.reason, version=4))
    seen.given(ADDED, SPLIT).then(replace(open_issue, split_into=(OTHER_ISSUE,), reason=SPLIT.reason, version=4))
    seen.given(MERGED).then(replace(two, merged=(OTHER_ISSUE,), reason=MERGED.reason))
    FoldScenario(issues).given(SPLIT_OFF).then(
        IssueRow(
            issue_id=OTHER_ISSUE, area=AREA, needs=(OTHER_NEED,), need_areas=(AREA,), split_from=ISSUE, raised_on=DAY,
            recorded_at=AT, correlation=THREAD, version=1,
        )
    )  # fmt: skip


def test_a_closed_issue_shows_its_outcome_and_a_reopened_one_has_its_gap_again() -> None:
    ended = replace(
        open_issue, state=IssueState.CLOSED, outcome=CLOSED_ISSUE.outcome, reason=CLOSED_ISSUE.reason, version=3
    )
    seen.given(CLOSED_ISSUE).then(ended)
    again = replace(open_issue, reason=REOPENED_ISSUE.reason, version=4)
    seen.given(CLOSED_ISSUE, REOPENED_ISSUE).then(again)
    in_gap = replace(
        again, state=IssueState.GAP, missing=DECLARED.missing, searches=DECLARED.searches, gap=True, version=5
    )
    seen.given(DECLARED, CLOSED_ISSUE, REOPENED_ISSUE).then(in_gap)
    only_unmet = DECLARED.model_copy(update={"missing": ()})  # there is a service, on another day
    seen.given(only_unmet, CLOSED_ISSUE, REOPENED_ISSUE).then(replace(in_gap, missing=()))


def test_issues_keep_the_laws_of_a_fold() -> None:
    streams: st.SearchStrategy[Streams] = st.just([of_issue(one) for one in IDS])
    check_fold_laws(issues, streams, examples=20)


def of_survey(survey_id: UUID) -> list[Event]:
    of_all: list[Event] = [OPENED, REVISED_SURVEY, CLOSED, CORRECTED_SURVEY, REOPENED_SURVEY, SURVEY_MOVED]
    of_all += [SURVEY_WITHDRAWN]
    return [event.model_copy(update={"survey_id": survey_id}) for event in of_all]


def test_a_survey_shows_its_responses_once_it_is_closed() -> None:
    FoldScenario(surveys).given(OPENED, CLOSED).then(
        SurveyRow(**dict(OPENED), responses=120, recorded_at=AT, correlation=THREAD, version=2)
    )


def test_a_survey_that_was_put_right_or_reopened_says_why() -> None:
    open_survey = SurveyRow(**dict(OPENED), recorded_at=AT, correlation=THREAD, version=1)
    now = replace(
        open_survey, title="高齢者の外出", method=REVISED_SURVEY.method, period_until=REVISED_SURVEY.period_until,
        reason="延ばした", version=2,
    )  # fmt: skip
    FoldScenario(surveys).given(OPENED, REVISED_SURVEY).then(now)
    again = replace(open_survey, reason="別の調査だった", version=3)
    FoldScenario(surveys).given(OPENED, CLOSED, REOPENED_SURVEY).then(again)
    there = replace(open_survey, area=SURVEY_MOVED.area, reason=SURVEY_MOVED.reason, version=2)
    FoldScenario(surveys).given(OPENED, SURVEY_MOVED).then(there)


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
        SearchRow(search_id=SEARCH, need_id=NEED, need_area=AREA, missing=(Missing.KIND,), searched_at=AT)
    )


def of_match(match_id: UUID) -> list[Event]:
    which = {"match_id": match_id, "need_id": NEED, "need_area": AREA, "resource_id": RESOURCE}
    return [
        MatchProposed(**which, resource_version=1, people=5, reasons=()),
        MatchDeclined(**which, reason=FailureReason.NOT_SUITABLE),
        MatchLapsed(**which, reason=LapseReason.NO_ANSWER, people_freed=0),
        MatchConcluded(**which, outcome=Outcome.HELPED, people_helped=5, people_freed=0),
    ]


def test_what_was_proposed_for_a_need_is_pending_until_it_is_answered() -> None:
    first, *answers = of_match(MATCH)
    asked = ProposedRow(match_id=MATCH, need_id=NEED, proposed_at=AT)
    FoldScenario(proposed).given(first).then(asked)
    for answer in answers:
        FoldScenario(proposed).given(first, answer).then(replace(asked, pending=False))
    check_fold_laws(proposed, st.just([of_match(one) for one in IDS]), examples=10)


def proposal(proposal_id: UUID) -> list[Event]:
    escalated = ProposalEscalated(
        proposal_id=proposal_id, area=AREA, issue_id=ISSUE, council_id=COUNCIL, meeting_id=MATCH,
        target=Target(kind=TargetKind.MUNICIPALITY, area=AREA), title="足", ask="", support_kind=SupportKind.OUTING,
        needs=(), round=1,
    )  # fmt: skip
    launched = ServiceLaunched(
        proposal_id=proposal_id, service_id=SERVICE, name="便", service_class=ServiceClass.VISIT_D,
        support_kinds=(SupportKind.OUTING,), provider_name="会", area=AREA, service_areas=(AREA,),
        launched_on=date(2026, 7, 1), needs=(),
    )  # fmt: skip
    of = {"proposal_id": proposal_id, "service_id": SERVICE}
    return [
        escalated,
        ProposalReturned(proposal_id=proposal_id, asked="人数は"),
        ProposalWithdrawn(proposal_id=proposal_id, reason="解決"),
        ProposalRejected(proposal_id=proposal_id, reason="予算"),
        AnswerRevoked(
            proposal_id=proposal_id, answer=ProposalState.REJECTED, state=ProposalState.RECEIVED, reason="取り違え"
        ),
        launched,
        ServiceEnded(**of, provisions=(1,), ended_on=date(2027, 3, 31), reason=ServiceEnd.NO_FUNDS, note="補助の終了"),
        ServiceReinstated(**of, provisions=(1,), reason="誤り"),
        AnsweredWithMerged(proposal_id=proposal_id, merged_id=SEARCH, answer=ProposalState.REJECTED, text="予算"),
        ProposalUnmerged(proposal_id=proposal_id, merged_id=SEARCH, state=ProposalState.RECEIVED, reason="誤り"),
    ]


def parted(proposal_id: UUID) -> list[Event]:
    """A part of a proposal that was split, which is split itself, and ends with the split."""
    of = {"proposal_id": proposal_id, "split_from": MATCH, "reason": "別の支援"}
    made = ProposalPartMade(
        **of, area=AREA, issue_id=ISSUE, council_id=COUNCIL, target=Target(kind=TargetKind.MUNICIPALITY, area=AREA),
        title="移動販売", ask="", support_kind=SupportKind.OUTING, needs=(), state=ProposalState.RETURNED,
        waiting_since=date(2026, 7, 1),
    )  # fmt: skip
    split = ProposalSplit(proposal_id=proposal_id, parts=(), reason="別の支援")
    undone = SplitUndone(proposal_id=proposal_id, parts=(), state=ProposalState.RETURNED, reason="一つで足りる")
    return [made, split, undone, ProposalPartJoined(**of)]


def test_a_part_of_a_proposal_is_one_of_its_own() -> None:
    made, split, undone, joined = parted(SEARCH)
    part = FoldScenario(proposals).given(made)
    known = ProposalRow(proposal_id=SEARCH, issue_id=ISSUE, state=ProposalState.RETURNED)
    part.then(known)
    part.given(joined).then(replace(known, state=ProposalState.SPLIT_UNDONE))
    whole = FoldScenario(proposals).given(proposal(SEARCH)[0])
    whole.given(split).then(replace(known, state=ProposalState.SPLIT))
    whole.given(split, undone).then(known)


def test_of_the_parts_of_a_proposal_the_one_that_waits_binds_its_issue() -> None:
    order = [ProposalState.ESCALATED, ProposalState.RETURNED, ProposalState.LAUNCHED, ProposalState.REJECTED]
    assert order == sorted((order[3], order[1], order[0], order[2]), key=binding)
    assert max([ProposalState.SPLIT, ProposalState.ESCALATED], key=binding) is ProposalState.SPLIT


def test_how_far_the_proposal_of_an_issue_is_is_known() -> None:
    escalated, returned, withdrawn, rejected, revoked, launched, ended, undone, told_no, unmerged = proposal(SEARCH)
    told = FoldScenario(proposals).given(escalated)
    known = ProposalRow(proposal_id=SEARCH, issue_id=ISSUE)
    told.then(known)
    told.given(returned).then(replace(known, state=ProposalState.RETURNED))
    told.given(returned, escalated).then(known)
    told.given(withdrawn).then(replace(known, state=ProposalState.WITHDRAWN))
    told.given(rejected).then(replace(known, state=ProposalState.REJECTED))
    told.given(rejected, revoked).then(known)
    running = replace(known, state=ProposalState.LAUNCHED, launched=True)
    told.given(launched).then(running)
    told.given(launched, ended).then(replace(running, state=ProposalState.ENDED))
    told.given(launched, ended, undone).then(running)
    told.given(launched, ended, escalated).then(known)
    told.given(ended, undone).then(known)
    for state in (ProposalState.RETURNED, ProposalState.REJECTED, ProposalState.LAUNCHED, ProposalState.ENDED):
        with_merged = told_no.model_copy(update={"answer": state})
        told.given(with_merged).then(replace(known, state=state))
    told.given(told_no.model_copy(update={"answer": ProposalState.ADOPTED})).then(known)
    told.given(told_no, unmerged).then(known)
    check_fold_laws(proposals, st.just([proposal(IDS[0]), parted(IDS[1])]), examples=10)


def test_searches_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(searches, st.just([[search(one) for one in IDS]]), examples=10)
