"""The events of what residents do themselves (自分達にできること): agreed at a meeting, and what came of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shienevents import Event

from .vocabulary import AreaCode, BodyKind, Line, LineOfReason, Name, SelfHelpOutcome


class SelfHelpAgreed(Event, wire="escalation.self_help_agreed.v1"):
    """At a council's meeting about an issue, a body agreed to do something for it by a day."""

    self_help_id: UUID
    area: AreaCode
    issue_id: UUID
    council_id: UUID
    meeting_id: UUID
    agreed_on: date
    body_kind: BodyKind
    body: Name
    what: LineOfReason
    until: date


class SelfHelpCorrected(Event, wire="escalation.self_help_corrected.v1"):
    """Who does what until when was recorded wrongly, or agreed anew."""

    self_help_id: UUID
    issue_id: UUID
    body_kind: BodyKind
    body: Name
    what: LineOfReason
    until: date
    reason: LineOfReason


class SelfHelpReported(Event, wire="escalation.self_help_reported.v1"):
    """What came of it was reported. `reason`: why it is reported anew, when it was reported before."""

    self_help_id: UUID
    issue_id: UUID
    outcome: SelfHelpOutcome
    line: LineOfReason
    reported_on: date
    people_helped: Annotated[int, Field(ge=0, le=100_000)] | None = None
    reason: Line = ""


SelfHelpEvent = SelfHelpAgreed | SelfHelpCorrected | SelfHelpReported
