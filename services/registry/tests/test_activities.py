"""The rules of reports of activity: no day is reported twice, and the counts can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from registry.decider import activity
from registry.decider.activity import CorrectActivityReport, ReportActivity, WithdrawActivityReport
from shienevents import Home
from shienevents.testing import Scenario

from .facts import AN_ID, ANOTHER, AREA
from .facts_development import A_THIRD, APRIL, REPORT_CORRECTED, REPORT_WITHDRAWN, REPORTED, TODAY

reports = Scenario(activity.decider)
report = ReportActivity(A_THIRD, AN_ID, Home("272108", AREA), APRIL, TODAY)
correct = CorrectActivityReport(A_THIRD, AN_ID, REPORT_CORRECTED.details, REPORT_CORRECTED.reason, TODAY)
withdraw = WithdrawActivityReport(A_THIRD, AN_ID, REPORT_WITHDRAWN.reason)
MAY = APRIL.model_copy(update={"period_from": date(2026, 5, 1), "period_until": date(2026, 5, 31)})
MAY_REPORTED = REPORTED.model_copy(update={"report_id": ANOTHER, "details": MAY})


def reporting(**changed: object) -> ReportActivity:
    return replace(report, details=APRIL.model_copy(update=changed))


def test_activity_is_reported_once() -> None:
    reports.given().when(report).then(REPORTED)
    reports.given(REPORTED).when(report).then()
    reports.given(REPORTED).when(reporting(times=3)).then_rejected("activity_report.recorded")


@pytest.mark.parametrize(
    ("since", "until"),
    [((4, 30), (5, 31)), ((4, 1), (4, 1)), ((4, 10), (4, 20)), ((4, 1), (6, 30))],
    ids=["last day", "first day", "within", "around"],
)
def test_no_day_is_reported_twice(since: tuple[int, int], until: tuple[int, int]) -> None:
    period: dict[str, Any] = {"period_from": date(2026, *since), "period_until": date(2026, *until)}
    taken: Mapping[str, Any] = {"period_from": APRIL.period_from, "period_until": APRIL.period_until}
    second = replace(reporting(**period), report_id=ANOTHER)
    reports.given(REPORTED).when(second).then_rejected("activity_report.period_reported", **taken)
    reports.given(REPORTED, REPORT_WITHDRAWN).when(second).then(
        REPORTED.model_copy(update={"report_id": ANOTHER, "details": second.details})
    )


def test_the_next_month_is_reported_and_not_moved_into_the_one_before() -> None:
    reports.given(REPORTED).when(replace(report, report_id=ANOTHER, details=MAY)).then(MAY_REPORTED)
    moved = replace(correct, report_id=ANOTHER, details=APRIL)
    reports.given(REPORTED, MAY_REPORTED).when(moved).then_rejected(
        "activity_report.period_reported", period_from=APRIL.period_from, period_until=APRIL.period_until
    )


def test_a_period_is_past_in_order_and_of_one_fiscal_year() -> None:
    coming = reporting(period_from=TODAY, period_until=date(2026, 7, 2))
    reports.given().when(coming).then_rejected("day.in_future", day=date(2026, 7, 2))
    reversed_ = reporting(period_from=date(2026, 5, 1))
    reports.given().when(reversed_).then_rejected("activity_report.period_reversed")
    both = reporting(period_from=date(2026, 3, 31))
    reports.given().when(both).then_rejected("activity_report.two_fiscal_years", last=date(2026, 3, 31))


@pytest.mark.parametrize(
    ("times", "participants", "attendances"), [(2, 14, 13), (2, 14, 29), (0, 14, 14), (0, 0, 1), (2, 0, 1)]
)
def test_counts_that_cannot_be_are_not_reported(times: int, participants: int, attendances: int) -> None:
    counts = {"times": times, "participants": participants, "attendances": attendances}
    reports.given().when(reporting(**counts)).then_rejected("activity_report.counts", **counts)


@pytest.mark.parametrize(("times", "participants", "attendances"), [(0, 0, 0), (2, 14, 14), (2, 14, 28), (1, 0, 0)])
def test_counts_that_can_be_are_reported(times: int, participants: int, attendances: int) -> None:
    said = reporting(times=times, participants=participants, attendances=attendances)
    reports.given().when(said).then(REPORTED.model_copy(update={"details": said.details}))


def test_a_report_is_corrected_with_a_reason() -> None:
    reports.given(REPORTED).when(correct).then(REPORT_CORRECTED)
    reports.given(REPORTED, REPORT_CORRECTED).when(correct).then()
    wrong = replace(correct, details=APRIL.model_copy(update={"attendances": 1}))
    reports.given(REPORTED).when(wrong).then_rejected("activity_report.counts", times=2, participants=14, attendances=1)


def test_a_withdrawn_report_stays_withdrawn() -> None:
    reports.given(REPORTED).when(withdraw).then(REPORT_WITHDRAWN)
    reports.given(REPORTED, REPORT_WITHDRAWN).when(withdraw).then()
    reports.given(REPORTED, REPORT_WITHDRAWN).when(correct).then_rejected("activity_report.withdrawn")


@pytest.mark.parametrize("command", [correct, withdraw])
def test_nothing_happens_to_an_unknown_report(command: activity.Command) -> None:
    reports.given(MAY_REPORTED).when(command).then_not_found("activity_report.unknown")
