"""The events of the needs service: surveys, needs (支援ニーズ), local issues (地域課題) and gaps (不足するサービス).

A need belongs to an area and a number of people, never to a person: no event identifies anybody.
"""

from __future__ import annotations

from .issues import (
    GapDeclared,
    GapWithdrawn,
    IssueClosed,
    IssueCorrected,
    IssueEvent,
    IssueMoved,
    IssueRaised,
    IssueReopened,
    IssuesMerged,
    IssueSplit,
    NeedsAddedToIssue,
    NeedsConsolidated,
    NeedsRemovedFromIssue,
)
from .needs import (
    NeedBatchRecorded,
    NeedCorrected,
    NeedEvent,
    NeedGrouped,
    NeedMatched,
    NeedMet,
    NeedMoved,
    NeedPartlyMet,
    NeedRecorded,
    NeedReinstated,
    NeedReopened,
    NeedRevised,
    NeedSourceCorrected,
    NeedUngrouped,
    NeedWithdrawn,
)
from .surveys import (
    SurveyClosed,
    SurveyCorrected,
    SurveyEvent,
    SurveyMoved,
    SurveyOpened,
    SurveyReopened,
    SurveyRevised,
    SurveyWithdrawn,
)

NeedsEvent = SurveyEvent | NeedEvent | NeedBatchRecorded | IssueEvent

__all__ = [
    "GapDeclared",
    "GapWithdrawn",
    "IssueClosed",
    "IssueCorrected",
    "IssueEvent",
    "IssueMoved",
    "IssueRaised",
    "IssueReopened",
    "IssueSplit",
    "IssuesMerged",
    "NeedBatchRecorded",
    "NeedCorrected",
    "NeedEvent",
    "NeedGrouped",
    "NeedMatched",
    "NeedMet",
    "NeedMoved",
    "NeedPartlyMet",
    "NeedRecorded",
    "NeedReinstated",
    "NeedReopened",
    "NeedRevised",
    "NeedSourceCorrected",
    "NeedUngrouped",
    "NeedWithdrawn",
    "NeedsAddedToIssue",
    "NeedsConsolidated",
    "NeedsEvent",
    "NeedsRemovedFromIssue",
    "SurveyClosed",
    "SurveyCorrected",
    "SurveyEvent",
    "SurveyMoved",
    "SurveyOpened",
    "SurveyReopened",
    "SurveyRevised",
    "SurveyWithdrawn",
]
