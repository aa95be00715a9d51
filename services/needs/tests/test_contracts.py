"""The events of needs keep their bytes and their published schemas."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

from needs.main import OWN
from shienevents import Event, EventTypes
from shienevents.contracts.needs import (
    GapDeclared,
    IssueEvent,
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
    SurveyEvent,
    SurveyOpened,
)
from shienevents.contracts.vocabulary import (
    AgeBand,
    Frequency,
    LapseReason,
    Missing,
    NeedBehind,
    SourceKind,
    SupportKind,
    SurveyMethod,
    Weekday,
)
from shienevents.testing import check_goldens, check_schemas

HERE = Path(__file__).parent
NEED, ISSUE, COUNCIL, SURVEY, MATCH, RESOURCE = (UUID(int=n) for n in range(1, 7))
BEHIND = (NeedBehind(need_id=NEED, area="272108-03", people=5),)
EXAMPLES: list[Event] = [
    SurveyOpened(
        survey_id=SURVEY,
        area="272108-03",
        title="高齢者の移動",
        method=SurveyMethod.QUESTIONNAIRE,
        period_from=date(2026, 6, 1),
        period_until=date(2026, 6, 30),
    ),
    SurveyClosed(survey_id=SURVEY, responses=120),
    NeedRecorded(
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
    ),
    NeedRevised(
        need_id=NEED,
        people=2,
        age_band=AgeBand.ANY,
        frequency=Frequency.MONTHLY,
        weekdays=(),
        fee_ceiling_yen=None,
        note="",
    ),
    NeedGrouped(need_id=NEED, issue_id=ISSUE),
    NeedMatched(need_id=NEED, match_id=MATCH, resource_id=RESOURCE),
    NeedMet(need_id=NEED, match_id=MATCH, resource_id=RESOURCE, service_id=None, people_helped=5),
    NeedReopened(need_id=NEED, match_id=MATCH, reason=LapseReason.RESOURCE_SUSPENDED),
    NeedWithdrawn(need_id=NEED, reason="転居"),
    NeedsConsolidated(issue_id=ISSUE, area="272108-03", needs=BEHIND),
    IssueRaised(issue_id=ISSUE, area="272108-03", council_id=COUNCIL, title="通院の足がない", summary="団地"),
    GapDeclared(
        issue_id=ISSUE,
        area="272108-03",
        council_id=COUNCIL,
        title="通院の足がない",
        support_kind=SupportKind.OUTING,
        missing=(Missing.KIND, Missing.AREA),
        searches=(MATCH,),
        needs=BEHIND,
    ),
]


def test_every_event_of_the_contract_is_written_by_some_decider() -> None:
    contract = {*NeedEvent.__args__, *IssueEvent.__args__, *SurveyEvent.__args__}
    assert set(OWN) == contract


def test_events_keep_their_bytes() -> None:
    check_goldens(EventTypes(OWN), HERE / "goldens", EXAMPLES)


def test_published_schemas_stay_compatible() -> None:
    check_schemas(EventTypes(OWN), HERE.parent / "schemas")
