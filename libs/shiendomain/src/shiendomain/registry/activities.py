"""Events of activity reports (活動報告): how often a resource was active in a period, and how many people came."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shienevents import Event

from ..vocabulary import AreaCode, Headcount, Line, Part, Text

Times = Annotated[int, Field(ge=0, le=3_660)]
"""How often something was held in a period of at most a fiscal year."""
Attendances = Annotated[int, Field(ge=0, le=10_000_000)]
"""People as often as they came (延べ人数)."""


class ActivityDetails(Part):
    """What a resource did from `period_from` to `period_until`, both included, in one fiscal year.

    `times`: how often it was held (開催回数). `participants`: different people who took part (実人数). `attendances`:
    people as often as they came (延べ人数). `supporters`: different people who helped to hold it.
    """

    period_from: date
    period_until: date
    times: Times
    participants: Headcount
    attendances: Attendances
    supporters: Headcount
    note: Text = ""


class ActivityReported(Event, wire="registry.activity_reported.v1"):
    """A resource reported its activity in a period. Two reports of one resource never overlap."""

    report_id: UUID
    resource_id: UUID
    area: AreaCode
    details: ActivityDetails


class ActivityReportCorrected(Event, wire="registry.activity_report_corrected.v1"):
    """A report of activity was wrong: `details` is the whole of it as it is right."""

    report_id: UUID
    resource_id: UUID
    details: ActivityDetails
    reason: Line


class ActivityReportWithdrawn(Event, wire="registry.activity_report_withdrawn.v1"):
    """A report of activity was recorded by mistake. Its period can be reported again."""

    report_id: UUID
    resource_id: UUID
    reason: Line
