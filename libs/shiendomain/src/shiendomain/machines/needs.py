"""The machines of needs, of the local issues that they are grouped into, and of surveys."""

from __future__ import annotations

from ..needs import (
    GapDeclared,
    GapWithdrawn,
    IssueClosed,
    IssueCorrected,
    IssueMoved,
    IssueRaised,
    IssueReopened,
    IssuesMerged,
    IssueSplit,
    NeedCorrected,
    NeedGrouped,
    NeedMatched,
    NeedMet,
    NeedMoved,
    NeedPartlyMet,
    NeedRecorded,
    NeedReinstated,
    NeedReopened,
    NeedRevised,
    NeedsAddedToIssue,
    NeedsConsolidated,
    NeedSourceCorrected,
    NeedsRemovedFromIssue,
    NeedUngrouped,
    NeedWithdrawn,
    SurveyClosed,
    SurveyCorrected,
    SurveyMoved,
    SurveyOpened,
    SurveyReopened,
    SurveyRevised,
    SurveyWithdrawn,
)
from ..states import IssueState, NeedState, RecordState, SurveyState
from .shape import AREA_ENDED, MAPPED, START, Machine, Note, step

OPEN, GROUPED, GAP = NeedState.OPEN, NeedState.GROUPED, NeedState.GAP
MATCHED, MET, WITHDRAWN = NeedState.MATCHED, NeedState.MET, NeedState.WITHDRAWN
WAITING = (OPEN, GROUPED, GAP)
"""The states of a need that no match holds: by its issue it is in one of them."""
BY_ISSUE = ("課題の状況により", "as its issue is")
OF_A_GAP = ("課題に不足するサービスの決定がある", "its issue has a declared gap")
GROUP = "needs.raise_issue needs.add_needs needs.reopen_issue"
HAND_OVER = "needs.split_issue needs.merge_issues"
UNGROUP = "needs.remove_needs needs.close_issue"
HELP = "matching.conclude_match matching.correct_outcome"
UNDO = f"{HELP} matching.end_match registry.retire_resource escalation.end_service"

NEED = Machine(
    name="need",
    ja="支援ニーズ",
    en="Need",
    service="needs",
    of="need_id",
    follows="issue_id",
    states=NeedState,
    steps=(
        step(NeedRecorded, START, OPEN, by="needs.record_need needs.record_batch"),
        step(NeedRevised, (*WAITING, MATCHED), by="needs.revise_need needs.record_batch"),
        step(NeedRevised, (*WAITING, MATCHED, MET, WITHDRAWN), by=HELP,
             note=("記録した人数より多くの人に支援が届いた", "more were helped than it said")),
        step(NeedCorrected, OPEN, by="needs.correct_need"),
        step(NeedSourceCorrected, NeedState, by="needs.correct_source"),
        step(NeedMoved, OPEN, by="needs.move_need"),
        step(NeedMoved, (*WAITING, MATCHED), by=MAPPED, note=AREA_ENDED),
        step(NeedGrouped, OPEN, GROUPED, by=GROUP),
        step(NeedGrouped, OPEN, GAP, by="needs.add_needs needs.reopen_issue", note=OF_A_GAP),
        step(NeedGrouped, (GROUPED, GAP), (GROUPED, GAP), by=HAND_OVER, note=BY_ISSUE),
        step(NeedGrouped, (MATCHED, MET, WITHDRAWN), by=HAND_OVER),
        step(NeedUngrouped, (GROUPED, GAP), OPEN, by=UNGROUP),
        step(NeedUngrouped, (MATCHED, MET, WITHDRAWN), by=UNGROUP),
        step(GapDeclared, GROUPED, GAP, by="needs.declare_gap", note=("その課題について", "of its issue")),
        step(GapWithdrawn, GAP, GROUPED, by="needs.withdraw_gap", note=("その課題について", "of its issue")),
        step(NeedMatched, (*WAITING, MATCHED), MATCHED, by="matching.accept_match"),
        step(NeedPartlyMet, MATCHED, (*WAITING, MATCHED), by=HELP,
             note=("残りの人が待つ。別のマッチングが続けばマッチング済み",
                   "the others wait; matched while another match holds")),
        step(NeedPartlyMet, WAITING, by=HELP),
        step(NeedPartlyMet, WITHDRAWN, by=HELP,
             note=("取下げと同時に結果が記録された", "its outcome was recorded as it was withdrawn")),
        step(NeedMet, (*WAITING, MATCHED, MET), MET,
             by=f"{HELP} needs.revise_need needs.record_batch",
             note=("全員に支援が届いた", "all its people are helped")),
        step(NeedReopened, (MATCHED, MET), WAITING, by=UNDO, note=BY_ISSUE),
        step(NeedReopened, (*WAITING, MATCHED), by=UNDO,
             note=("別のマッチングの支援が終わった", "another match was undone")),
        step(NeedReopened, WITHDRAWN, by=UNDO, note=("マッチングの終了", "its match ended")),
        step(NeedWithdrawn, (*WAITING, MATCHED), WITHDRAWN, by="needs.withdraw_need"),
        step(NeedReinstated, WITHDRAWN, WAITING, by="needs.reinstate_need",
             note=("取下げが誤りだった", "the withdrawal was a mistake")),
    ),
    ends=(MET, WITHDRAWN),
    lists={
        OPEN: "needs /needs?state=open",
        GROUPED: "needs /needs?state=grouped",
        GAP: "needs /needs?state=gap",
        MATCHED: "needs /needs?state=matched",
    },
    note=Note(
        "課題に整理されたニーズは、その課題の決定に従い「地域課題に整理」か「不足するサービス」になる。",
        "A need that is part of an issue is grouped, or a gap, as its issue is.",
    ),
)  # fmt: skip

RAISED, ISSUE_GAP, CLOSED = IssueState.RAISED, IssueState.GAP, IssueState.CLOSED
STANDING = (RAISED, ISSUE_GAP)

ISSUE = Machine(
    name="issue",
    ja="地域課題",
    en="Local issue",
    service="needs",
    of="issue_id",
    states=IssueState,
    steps=(
        step(NeedsConsolidated, START, RAISED, by="needs.raise_issue needs.split_issue"),
        step(IssueRaised, RAISED, by="needs.raise_issue needs.split_issue"),
        step(IssueCorrected, STANDING, by="needs.correct_issue"),
        step(IssueMoved, STANDING, by=MAPPED, note=AREA_ENDED),
        step(NeedsAddedToIssue, STANDING, by="needs.add_needs"),
        step(NeedsRemovedFromIssue, STANDING, by="needs.remove_needs"),
        step(IssueSplit, STANDING, by="needs.split_issue"),
        step(IssuesMerged, STANDING, by="needs.merge_issues"),
        step(GapDeclared, RAISED, ISSUE_GAP, by="needs.declare_gap"),
        step(GapWithdrawn, ISSUE_GAP, RAISED, by="needs.withdraw_gap"),
        step(IssueClosed, STANDING, CLOSED, by="needs.close_issue needs.merge_issues"),
        step(IssueReopened, CLOSED, STANDING, by="needs.reopen_issue",
             note=("終了する前の状況に戻る", "as it was before it was closed")),
    ),
    ends=(CLOSED,),
    lists={RAISED: "needs /issues?state=raised", ISSUE_GAP: "needs /issues?state=gap"},
)  # fmt: skip

SURVEY = Machine(
    name="survey",
    ja="調査",
    en="Survey",
    service="needs",
    of="survey_id",
    states=(*SurveyState, RecordState.WITHDRAWN),
    steps=(
        step(SurveyOpened, START, SurveyState.OPEN, by="needs.open_survey"),
        step(SurveyRevised, SurveyState, by="needs.revise_survey"),
        step(SurveyMoved, SurveyState, by=f"needs.move_survey {MAPPED}"),
        step(SurveyClosed, SurveyState.OPEN, SurveyState.CLOSED, by="needs.close_survey"),
        step(SurveyCorrected, SurveyState.CLOSED, by="needs.correct_survey"),
        step(SurveyReopened, SurveyState.CLOSED, SurveyState.OPEN, by="needs.reopen_survey"),
        step(SurveyWithdrawn, SurveyState, RecordState.WITHDRAWN, by="needs.withdraw_survey"),
    ),
    ends=(SurveyState.CLOSED, RecordState.WITHDRAWN),
    lists={SurveyState.OPEN: "needs /surveys?closed=false"},
)
