"""The events of the needs service: surveys, needs (支援ニーズ), local issues (地域課題) and gaps (不足するサービス).

A need belongs to an area and a number of people, never to a person: no event identifies anybody.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shienevents import Event

from .vocabulary import (
    AgeBand,
    AreaCode,
    FailureReason,
    Frequency,
    LapseReason,
    Line,
    Missing,
    Name,
    NeedBehind,
    People,
    SourceKind,
    SupportKind,
    SurveyMethod,
    Text,
    Weekday,
    Yen,
)


class SurveyOpened(Event, wire="needs.survey_opened.v1"):
    """A survey (ニーズ・資源調査) of an area was opened."""

    survey_id: UUID
    area: AreaCode
    title: Name
    method: SurveyMethod
    period_from: date
    period_until: date


class SurveyClosed(Event, wire="needs.survey_closed.v1"):
    """A survey was closed, with its number of responses. `reason`: why before the last day of its period."""

    survey_id: UUID
    responses: Annotated[int, Field(ge=0, le=10_000_000)]
    reason: Line = ""


class SurveyCorrected(Event, wire="needs.survey_corrected.v1"):
    """A survey was closed with the wrong number of responses."""

    survey_id: UUID
    responses: Annotated[int, Field(ge=0, le=10_000_000)]
    reason: Line


class NeedRecorded(Event, wire="needs.need_recorded.v1"):
    """A need of an area was recorded: `people` people there need this kind of support. No weekdays: any day."""

    need_id: UUID
    area: AreaCode
    support_kind: SupportKind
    people: People
    age_band: AgeBand = AgeBand.ANY
    frequency: Frequency
    weekdays: tuple[Weekday, ...] = ()
    fee_ceiling_yen: Yen | None = None
    source: SourceKind
    survey_id: UUID | None = None
    note: Line = ""


class NeedRevised(Event, wire="needs.need_revised.v1"):
    """The facts of a need were revised. Its area and its kind of support stay."""

    need_id: UUID
    people: People
    age_band: AgeBand
    frequency: Frequency
    weekdays: tuple[Weekday, ...]
    fee_ceiling_yen: Yen | None
    note: Line


class NeedGrouped(Event, wire="needs.need_grouped.v1"):
    """The need was grouped into an issue."""

    need_id: UUID
    issue_id: UUID


class NeedMatched(Event, wire="needs.need_matched.v1"):
    """A match of the need was accepted: the resource holds places for it."""

    need_id: UUID
    match_id: UUID
    resource_id: UUID


class NeedPartlyMet(Event, wire="needs.need_partly_met.v1"):
    """A match helped some people of the need; the others wait on. `reason`: why it did not help all of them."""

    need_id: UUID
    match_id: UUID
    resource_id: UUID
    service_id: UUID | None
    people_helped: Annotated[int, Field(ge=1, le=100_000)]
    reason: FailureReason | None = None


class NeedMet(Event, wire="needs.need_met.v1"):
    """The need was met by a match: with its `people_helped`, all people of the need are helped.

    `service_id` names the launched service, when the resource came from one.
    """

    need_id: UUID
    match_id: UUID
    resource_id: UUID
    service_id: UUID | None
    people_helped: Annotated[int, Field(ge=0, le=100_000)]


class NeedReopened(Event, wire="needs.need_reopened.v1"):
    """The match that held or helped the need was undone; its people wait again."""

    need_id: UUID
    match_id: UUID
    reason: FailureReason | LapseReason


class NeedWithdrawn(Event, wire="needs.need_withdrawn.v1"):
    """The need no longer exists, or should not have been recorded."""

    need_id: UUID
    reason: Line


class NeedReinstated(Event, wire="needs.need_reinstated.v1"):
    """The withdrawal of the need was a mistake: it exists, and waits for support again."""

    need_id: UUID
    reason: Line


class NeedCorrected(Event, wire="needs.need_corrected.v1"):
    """The need was recorded with the wrong kind of support."""

    need_id: UUID
    support_kind: SupportKind
    reason: Line


class NeedsConsolidated(Event, wire="needs.needs_consolidated.v1"):
    """Needs that are one issue were consolidated (課題整理)."""

    issue_id: UUID
    area: AreaCode
    needs: tuple[NeedBehind, ...]


class IssueRaised(Event, wire="needs.issue_raised.v1"):
    """An issue of the area (地域課題) was raised with its council (問題提起)."""

    issue_id: UUID
    area: AreaCode
    council_id: UUID
    title: Name
    summary: Text = ""


class GapDeclared(Event, wire="needs.gap_declared.v1"):
    """The area has no service that answers the issue. Evidence: the `searches` without a match and what was `missing`.

    It carries the needs of the issue for its subscribers: a proposal keeps them as its origin.
    """

    issue_id: UUID
    area: AreaCode
    council_id: UUID
    title: Name
    support_kind: SupportKind
    missing: tuple[Missing, ...]
    searches: tuple[UUID, ...] = ()
    needs: tuple[NeedBehind, ...]


NeedEvent = (
    NeedRecorded
    | NeedRevised
    | NeedCorrected
    | NeedGrouped
    | NeedMatched
    | NeedPartlyMet
    | NeedMet
    | NeedReopened
    | NeedWithdrawn
    | NeedReinstated
)
IssueEvent = NeedsConsolidated | IssueRaised | GapDeclared
SurveyEvent = SurveyOpened | SurveyClosed | SurveyCorrected
NeedsEvent = SurveyEvent | NeedEvent | IssueEvent
