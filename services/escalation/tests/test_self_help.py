"""What residents do themselves: the rules, the row, and the routes on a real Postgres and a real Kafka."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import strategies as st

from escalation.decider import self_help as rules
from escalation.decider.meeting import MeetingFacts
from escalation.decider.self_help import AgreeSelfHelp, CorrectSelfHelp, Promise, ReportSelfHelp
from escalation.projections import SelfHelpRow, self_help
from shiendomain.days import today
from shiendomain.needs import IssueClosed
from shiendomain.vocabulary import BodyKind, IssueOutcome, SelfHelpOutcome
from shienevents.testing import FoldScenario, Scenario, an_envelope, check_fold_laws
from shienweb.testing import Caller

from .facts import (
    AGREED,
    COUNCIL,
    HELD,
    HOME,
    ISSUE,
    MEETING,
    NORTH,
    PUT_RIGHT,
    REPORTED,
    SELF_HELP,
    TODAY,
    UPPER_HELD,
)  # fmt: skip
from .world import City

told = Scenario(rules.decider)
promise = Promise(BodyKind.NEIGHBOURHOOD, "北自治会", "週1回の送迎を試行する", date(2026, 9, 30))
other_promise = Promise(BodyKind.SENIORS_CLUB, "北老人クラブ", "月1回の送迎を試行する", date(2026, 12, 28))
agree = AgreeSelfHelp(SELF_HELP, HOME, ISSUE, COUNCIL, False, HELD, TODAY, promise)
correct = CorrectSelfHelp(SELF_HELP, other_promise, "担い手が代わった")
report = ReportSelfHelp(
    SELF_HELP, SelfHelpOutcome.ONGOING, "毎週火曜に続いている", date(2026, 9, 30), 6, "", today=date(2026, 10, 1)
)


def test_it_is_agreed_once_at_a_meeting_of_the_issues_council_about_the_issue() -> None:
    told.given().when(agree).then(AGREED)
    told.given(AGREED).when(agree).then()
    for meeting in (None, UPPER_HELD, MeetingFacts(MEETING, COUNCIL)):
        told.given().when(replace(agree, meeting=meeting)).then_rejected("self_help.no_meeting")
    told.given().when(replace(agree, issue_closed=True)).then_rejected("self_help.issue_closed")


def test_it_is_done_on_the_day_of_the_meeting_or_later() -> None:
    early = replace(promise, until=TODAY - timedelta(days=1))
    told.given().when(replace(agree, promise=early)).then_rejected("self_help.before_it_was_agreed", agreed_on=TODAY)
    told.given(AGREED).when(replace(correct, promise=early)).then_rejected(
        "self_help.before_it_was_agreed", agreed_on=TODAY
    )
    told.given().when(replace(agree, promise=replace(promise, until=TODAY))).then(
        AGREED.model_copy(update={"until": TODAY})
    )


def test_who_does_what_until_when_is_put_right_with_a_reason() -> None:
    told.given(AGREED).when(correct).then(PUT_RIGHT)
    told.given(AGREED, PUT_RIGHT).when(correct).then()
    told.given(AGREED).when(replace(correct, promise=promise)).then()
    told.given().when(correct).then_not_found("self_help.unknown")


def test_what_came_of_it_is_reported_and_reported_anew_only_with_a_reason() -> None:
    told.given(AGREED).when(report).then(REPORTED)
    told.given(AGREED, REPORTED).when(report).then()
    ended = replace(report, outcome=SelfHelpOutcome.NOT_DONE)
    told.given(AGREED, REPORTED).when(ended).then_rejected("self_help.reported")
    told.given(AGREED, REPORTED).when(replace(ended, reason="数え直した")).then(
        REPORTED.model_copy(update={"outcome": SelfHelpOutcome.NOT_DONE, "reason": "数え直した"})
    )
    told.given().when(report).then_not_found("self_help.unknown")


def test_a_report_is_of_a_day_between_the_meeting_and_today() -> None:
    tomorrow = replace(report, reported_on=date(2026, 10, 2))
    told.given(AGREED).when(tomorrow).then_rejected("self_help.not_yet", reported_on=date(2026, 10, 2))
    before = replace(report, reported_on=TODAY - timedelta(days=1))
    told.given(AGREED).when(before).then_rejected("self_help.before_it_was_agreed", agreed_on=TODAY)


def test_the_row_shows_all_that_was_said() -> None:
    said = {name: value for name, value in dict(AGREED).items() if name != "self_help_id"}
    row = SelfHelpRow(self_help_id=SELF_HELP, version=1, correlation=an_envelope().correlation, **said)
    seen = FoldScenario(self_help).given(AGREED)
    seen.then(row)
    right = {name: value for name, value in dict(PUT_RIGHT).items() if name not in ("self_help_id", "issue_id")}
    seen.given(PUT_RIGHT).then(replace(row, version=2, **right))
    came = {name: value for name, value in dict(REPORTED).items() if name not in ("self_help_id", "issue_id")}
    seen.given(REPORTED).then(replace(row, version=2, **came))
    assert row.area == NORTH


def test_the_view_keeps_the_laws_of_a_fold() -> None:
    check_fold_laws(self_help, st.tuples(st.permutations([PUT_RIGHT, REPORTED]).map(lambda rest: [AGREED, *rest])))


def a_body(city: City, meeting: object, **more: object) -> dict[str, object]:
    given = {"issue_id": str(city.issue), "meeting_id": str(meeting), "body_kind": "neighbourhood"}
    return {**given, "body": "北自治会", "what": "送迎を試行する", "until": str(today()), **more}


@pytest.mark.asyncio(loop_scope="module")
async def test_what_was_agreed_is_late_until_it_is_reported(city: City, tier2: Caller) -> None:
    long_ago = today() - timedelta(days=30)
    held = {"held_on": str(long_ago)}
    when = {"shien_occurred_at": f"{long_ago}T03:00:00Z"}
    meeting = (await tier2.wrote("/meetings", city.a_meeting(**held), **when))["id"]
    agreed = a_body(city, meeting, until=str(long_ago + timedelta(days=7)))
    late = (await tier2.wrote("/self-help", agreed, **when))["id"]
    running = (await tier2.wrote("/self-help", a_body(city, meeting)))["id"]

    async def listed(query: str) -> list[str]:
        return [one["self_help_id"] for one in (await tier2.saw(f"/self-help{query}"))["items"]]

    assert await listed("") == [late, running]
    assert await listed("?overdue=true") == [late]
    assert await listed("?overdue=false") == [running]
    assert await listed(f"?issue_id={city.issue}") == [late, running]
    came = {"outcome": "partly", "line": "二回だけできた", "reported_on": str(today()), "people_helped": 2}
    await tier2.wrote(f"/self-help/{late}/report", came)
    assert await listed("?overdue=true") == []
    assert await listed("?outcome=partly") == [late]
    shown = await tier2.saw(f"/self-help/{late}")
    assert {name: shown[name] for name in came} == came
    assert (shown["agreed_on"], shown["what"], shown["version"]) == (str(long_ago), "送迎を試行する", 2)
    correction = {name: agreed[name] for name in ("body_kind", "body", "what")}
    again = {**correction, "until": str(today()), "reason": "延ばした"}
    await tier2.wrote(f"/self-help/{late}/correction", again, if_match='"2"')
    assert (await tier2.saw(f"/self-help/{late}"))["reason"] == "延ばした"


@pytest.mark.asyncio(loop_scope="module")
async def test_it_belongs_to_an_open_issue_and_a_meeting_of_the_territory(
    city: City, tier2: Caller, tier1: Caller
) -> None:
    meeting = (await tier2.wrote("/meetings", city.a_meeting()))["id"]
    assert await tier2.refused("/self-help", a_body(city, uuid4())) == (404, "meeting.unknown")
    unknown = a_body(city, meeting, issue_id=str(uuid4()))
    assert await tier2.refused("/self-help", unknown) == (404, "issue.unknown")
    other = (await tier2.wrote("/meetings", city.a_meeting(issues=[])))["id"]
    assert await tier2.refused("/self-help", a_body(city, other)) == (409, "self_help.no_meeting")
    agreed = (await tier2.wrote("/self-help", a_body(city, meeting)))["id"]
    tier1.position = tier2.position
    assert (await tier1.saw(f"/self-help/{agreed}"))["body"] == "北自治会"
    async with city.world.caller(city.south) as south:
        south.position = tier2.position
        assert await south.refused(f"/self-help/{agreed}", method="GET") == (404, "self_help.unknown")
        came = {"outcome": "done", "line": "できた", "reported_on": str(today())}
        assert await south.refused(f"/self-help/{agreed}/report", came) == (404, "self_help.unknown")
    closed = IssueClosed(issue_id=city.issue, outcome=IssueOutcome.NO_LONGER, reason="なくなった")
    await city.publish(city.issue, closed)
    assert await tier2.refused("/self-help", a_body(city, meeting)) == (409, "self_help.issue_closed")
