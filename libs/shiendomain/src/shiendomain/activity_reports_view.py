"""The view of reports of activity (活動報告), which the registry and the portal have. Each row is one report."""

from __future__ import annotations

from datetime import date
from typing import assert_never
from uuid import UUID

from shienevents import Envelope, Row, View, replace, types_of

from .areas import municipality_of
from .registry import (
    ActivityDetails,
    ActivityReportCorrected,
    ActivityReported,
    ActivityReportEvent,
    ActivityReportWithdrawn,
)


class ActivityReportRow(Row, key=("report_id",)):
    """One report, all from the stream of the reports of its resource. One that is withdrawn counts nowhere.

    `area` is that of the resource when it was first reported.
    """

    report_id: UUID
    resource_id: UUID | None = None
    area: str = ""
    period_from: date = date(1970, 1, 1)
    period_until: date = date(1970, 1, 1)
    times: int = 0
    participants: int = 0
    attendances: int = 0
    supporters: int = 0
    note: str = ""
    corrected_for: str = ""
    withdrawn: bool = False
    withdrawn_for: str = ""
    correlation: UUID | None = None
    version: int = 0

    @property
    def details(self) -> ActivityDetails:
        """What was reported."""
        return ActivityDetails(**{name: getattr(self, name) for name in ActivityDetails.model_fields})


def evolve_report(row: ActivityReportRow, event: ActivityReportEvent, envelope: Envelope) -> ActivityReportRow:
    """The report after an event."""
    row = replace(row, version=envelope.version)
    match event:
        case ActivityReported():
            return replace(
                row,
                **dict(event.details),
                resource_id=event.resource_id,
                area=event.area,
                correlation=envelope.correlation,
            )
        case ActivityReportCorrected():
            return replace(row, **dict(event.details), corrected_for=event.reason)
        case ActivityReportWithdrawn():
            return replace(row, withdrawn=True, withdrawn_for=event.reason)
        case _:
            assert_never(event)


activity_reports_view = View[ActivityReportRow](
    name="activity_reports",
    version=1,
    row=ActivityReportRow,
    subscribes_to=types_of(ActivityReportEvent),
    keys=lambda event, _: [event.report_id],
    evolve=evolve_report,
    indexes=(("area", "period_until"), ("resource_id", "period_until")),
    counted_in=lambda row: [municipality_of(row.area)],
)
