"""The facts the tests speak of: one event of every type, of one need, its issue and its survey. Goldens keep them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shiendomain.needs import (
    GapDeclared,
    GapWithdrawn,
    IssueClosed,
    IssueCorrected,
    IssueMoved,
    IssueRaised,
    IssueReopened,
    IssuesMerged,
    IssueSplit,
    NeedBatchRecorded,
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
from shiendomain.vocabulary import (
    AgeBand,
    ByMapping,
    Frequency,
    IssueOutcome,
    LapseReason,
    Missing,
    NeedBehind,
    SourceKind,
    SupportKind,
    SurveyMethod,
    Urgency,
    Weekday,
)
from shienevents import Home

NEED, ISSUE, COUNCIL, SURVEY, MATCH, RESOURCE, SERVICE, OTHER_NEED = (UUID(int=n) for n in range(1, 9))
OTHER_ISSUE, OTHER_COUNCIL = UUID(int=41), UUID(int=42)
MAPPING = UUID(int=43)
SEARCH = MATCH  # the golden file of a gap has it so
CITY, AREA = "272108", "272108-03"
HOME = Home(CITY, AREA)
BEHIND = NeedBehind(need_id=NEED, area=AREA, people=5)
OTHER_BEHIND = NeedBehind(need_id=OTHER_NEED, area=AREA, people=2)

RECORDED = NeedRecorded(
    need_id=NEED,
    area=AREA,
    support_kind=SupportKind.OUTING,
    people=5,
    age_band=AgeBand.FROM_75,
    frequency=Frequency.WEEKLY,
    weekdays=(Weekday.MON, Weekday.THU),
    fee_ceiling_yen=500,
    source=SourceKind.SURVEY,
    survey_id=SURVEY,
    note="坂が多い",
    hours_from="09:00",
    hours_until="12:00",
    urgency=Urgency.SOON,
)
REVISED = NeedRevised(
    need_id=NEED,
    people=2,
    age_band=AgeBand.ANY,
    frequency=Frequency.MONTHLY,
    weekdays=(),
    fee_ceiling_yen=None,
    note="",
)
GROUPED = NeedGrouped(need_id=NEED, issue_id=ISSUE)
UNGROUPED = NeedUngrouped(need_id=NEED, issue_id=ISSUE)
MATCHED = NeedMatched(need_id=NEED, match_id=MATCH, resource_id=RESOURCE)
REINSTATED = NeedReinstated(need_id=NEED, reason="別のニーズだった")
CORRECTED = NeedCorrected(need_id=NEED, support_kind=SupportKind.HOUSEWORK, reason="買い物の代行だった")
SOURCE_CORRECTED = NeedSourceCorrected(need_id=NEED, source=SourceKind.CONSULTATION, reason="窓口での相談だった")
MOVED = NeedMoved(need_id=NEED, from_area=AREA, area="272108-04", reason="隣の校区だった")
PARTLY_MET = NeedPartlyMet(need_id=NEED, match_id=MATCH, resource_id=RESOURCE, service_id=None, people_helped=3)
MET = NeedMet(need_id=NEED, match_id=MATCH, resource_id=RESOURCE, service_id=None, people_helped=5)
REOPENED = NeedReopened(need_id=NEED, match_id=MATCH, reason=LapseReason.RESOURCE_SUSPENDED)
WITHDRAWN = NeedWithdrawn(need_id=NEED, reason="転居")
MISTAKEN = NeedWithdrawn(need_id=NEED, reason="転居", by_mistake=True)

BATCH = NeedBatchRecorded(batch_id=UUID(int=51), area=AREA, new=3, revised=1, unchanged=2)
CONSOLIDATED = NeedsConsolidated(issue_id=ISSUE, area=AREA, needs=(BEHIND,))
RAISED = IssueRaised(issue_id=ISSUE, area=AREA, council_id=COUNCIL, title="通院の足がない", summary="団地")
DECLARED = GapDeclared(
    issue_id=ISSUE,
    area=AREA,
    council_id=COUNCIL,
    title="通院の足がない",
    support_kind=SupportKind.OUTING,
    missing=(Missing.KIND, Missing.AREA),
    searches=(SEARCH,),
    needs=(BEHIND,),
)
SPLIT_OFF = NeedsConsolidated(issue_id=OTHER_ISSUE, area=AREA, needs=(OTHER_BEHIND,), split_from=ISSUE)
CORRECTED_ISSUE = IssueCorrected(
    issue_id=ISSUE, council_id=OTHER_COUNCIL, title="通院と買い物の足がない", summary="", reason="買い物もだった"
)
ADDED = NeedsAddedToIssue(issue_id=ISSUE, needs=(OTHER_BEHIND,))
ISSUE_MOVED = IssueMoved(
    issue_id=ISSUE,
    from_area=AREA,
    area="272108-04",
    needs=(NEED,),
    reason="校区の再編",
    by_mapping=ByMapping(mapping_id=MAPPING),
)
REMOVED = NeedsRemovedFromIssue(issue_id=ISSUE, needs=(OTHER_NEED,), reason="買い物だった")
SPLIT = IssueSplit(issue_id=ISSUE, into=OTHER_ISSUE, needs=(OTHER_NEED,), reason="担い手が違う")
MERGED = IssuesMerged(issue_id=ISSUE, merged=OTHER_ISSUE, needs=(OTHER_BEHIND,), reason="同じ課題だった")
GAP_WITHDRAWN = GapWithdrawn(issue_id=ISSUE, reason="隣の校区の便があった")
CLOSED_ISSUE = IssueClosed(issue_id=ISSUE, outcome=IssueOutcome.SOLVED_LOCALLY, reason="送迎が始まった")
REOPENED_ISSUE = IssueReopened(issue_id=ISSUE, needs=(BEHIND,), reason="続かなかった")

OPENED = SurveyOpened(
    survey_id=SURVEY,
    area=AREA,
    title="高齢者の移動",
    method=SurveyMethod.QUESTIONNAIRE,
    period_from=date(2026, 6, 1),
    period_until=date(2026, 6, 30),
)
CORRECTED_SURVEY = SurveyCorrected(survey_id=SURVEY, responses=140, reason="郵送分")
CLOSED = SurveyClosed(survey_id=SURVEY, responses=120)
REVISED_SURVEY = SurveyRevised(
    survey_id=SURVEY,
    title="高齢者の外出",
    method=SurveyMethod.INTERVIEW,
    period_from=date(2026, 6, 1),
    period_until=date(2026, 7, 31),
    reason="延ばした",
)
REOPENED_SURVEY = SurveyReopened(survey_id=SURVEY, reason="別の調査だった")
SURVEY_WITHDRAWN = SurveyWithdrawn(survey_id=SURVEY, area=AREA, reason="二重の記録")
SURVEY_MOVED = SurveyMoved(survey_id=SURVEY, from_area=AREA, area="272108-04", reason="隣の校区の調査だった")
