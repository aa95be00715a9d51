"""The rules of reports of activity (活動報告). Those of one resource are one stream, so its periods never overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.fiscal import FiscalYear
from shiendomain.registry import (
    ActivityDetails,
    ActivityReportCorrected,
    ActivityReported,
    ActivityReportEvent,
    ActivityReportWithdrawn,
)
from shienevents import Decider, Home, NotFound, Rejected, types_of

from .days import check_happened


@dataclass(frozen=True)
class ReportActivity:
    """Report what a resource did in a period. `home` is that of the resource; in every command `today` is a fact."""

    resource_id: UUID
    report_id: UUID
    home: Home
    details: ActivityDetails
    today: date


@dataclass(frozen=True)
class CorrectActivityReport:
    """Record a report as it is right."""

    resource_id: UUID
    report_id: UUID
    details: ActivityDetails
    reason: str
    today: date


@dataclass(frozen=True)
class WithdrawActivityReport:
    """A report was recorded by mistake."""

    resource_id: UUID
    report_id: UUID
    reason: str


Command = ReportActivity | CorrectActivityReport | WithdrawActivityReport


@dataclass(frozen=True)
class Activity:
    """The reports of a resource by their ids, and the ids of those that were withdrawn."""

    reports: Mapping[UUID, ActivityDetails] = field(default_factory=dict)
    withdrawn: frozenset[UUID] = frozenset()


def decide(command: Command, activity: Activity) -> Sequence[ActivityReportEvent]:
    """The events that follow from a command."""
    known = activity.reports.get(command.report_id)
    if isinstance(command, ReportActivity):
        return report(command, activity, known)
    if known is None:
        raise NotFound("activity_report.unknown")
    match command:
        case CorrectActivityReport():
            return correct(command, activity, known)
        case WithdrawActivityReport():
            return withdraw(command, activity)
        case _:
            assert_never(command)


def report(command: ReportActivity, activity: Activity, known: ActivityDetails | None) -> Sequence[ActivityReportEvent]:
    """A report of a period that no other report of the resource has a day of."""
    if known == command.details:
        return []
    if known:
        raise Rejected("activity_report.recorded")
    check_details(command.details, command.today)
    check_free(command.report_id, command.details, activity)
    reported = ActivityReported(
        report_id=command.report_id, resource_id=command.resource_id, area=command.home.area, details=command.details
    )
    return [reported]


def correct(
    command: CorrectActivityReport, activity: Activity, known: ActivityDetails
) -> Sequence[ActivityReportEvent]:
    """A report as it is right."""
    if command.report_id in activity.withdrawn:
        raise Rejected("activity_report.withdrawn")
    if command.details == known:
        return []
    check_details(command.details, command.today)
    check_free(command.report_id, command.details, activity)
    corrected = ActivityReportCorrected(
        report_id=command.report_id, resource_id=command.resource_id, details=command.details, reason=command.reason
    )
    return [corrected]


def withdraw(command: WithdrawActivityReport, activity: Activity) -> Sequence[ActivityReportEvent]:
    """The report does not count, once."""
    if command.report_id in activity.withdrawn:
        return []
    withdrawn = ActivityReportWithdrawn(
        report_id=command.report_id, resource_id=command.resource_id, reason=command.reason
    )
    return [withdrawn]


def check_details(details: ActivityDetails, today: date) -> None:
    """The period is over or running, lies in one fiscal year, and the counts can be. Raises `Rejected`."""
    if details.period_until < details.period_from:
        raise Rejected("activity_report.period_reversed")
    check_happened(details.period_until, today)
    year = FiscalYear.of(details.period_from)
    if not year.holds(details.period_until):
        raise Rejected("activity_report.two_fiscal_years", last=year.last)
    if not details.participants <= details.attendances <= details.participants * details.times:
        raise Rejected(
            "activity_report.counts",
            times=details.times, participants=details.participants, attendances=details.attendances,
        )  # fmt: skip


def check_free(report_id: UUID, details: ActivityDetails, activity: Activity) -> None:
    """No other report that stands has a day of the period. Raises `Rejected`."""
    for other, one in activity.reports.items():
        apart = details.period_until < one.period_from or one.period_until < details.period_from
        if other != report_id and other not in activity.withdrawn and not apart:
            raise Rejected(
                "activity_report.period_reported", period_from=one.period_from, period_until=one.period_until
            )


def evolve(activity: Activity, event: ActivityReportEvent) -> Activity:
    """The reports after an event."""
    match event:
        case ActivityReported() | ActivityReportCorrected():
            return replace(activity, reports={**activity.reports, event.report_id: event.details})
        case ActivityReportWithdrawn():
            return replace(activity, withdrawn=activity.withdrawn | {event.report_id})
        case _:
            assert_never(event)


decider = Decider[Command, Activity, ActivityReportEvent](
    name="activity_report",
    commands=types_of(Command),
    events=types_of(ActivityReportEvent),
    stream=lambda command: command.resource_id,
    home=lambda command: command.home if isinstance(command, ReportActivity) else None,
    initial=Activity(),
    decide=decide,
    evolve=evolve,
    part=lambda said: said.report_id,
)
