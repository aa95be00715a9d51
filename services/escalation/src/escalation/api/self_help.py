"""Routes of what residents do themselves (自分達にできること): who does what until when, and what came of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field

from shiendomain.councils_view import councils_view
from shiendomain.vocabulary import BodyKind, Line, LineOfReason, Name, SelfHelpOutcome
from shienevents import NotFound
from shienweb import (
    CONVENERS,
    OF_PEOPLE,
    READERS,
    Answer,
    AreaQuery,
    Body,
    Condition,
    Context,
    Page,
    Pages,
    Routes,
    WriteResult,
    example,
)

from .. import views
from ..decider.meeting import FollowMeeting
from ..decider.self_help import AgreeSelfHelp, CorrectSelfHelp, Promise, ReportSelfHelp
from ..projections import SelfHelpRow, issues, meetings, self_help
from .proposal import meeting_facts

routes = Routes(tags=["self help"])


class PromiseIn(Body):
    """Which body does what, and until when."""

    body_kind: BodyKind
    body: Name
    what: LineOfReason
    until: date

    def promise(self) -> Promise:
        """The facts of the command."""
        return Promise(self.body_kind, self.body, self.what, self.until)


class NewSelfHelp(PromiseIn):
    """What a body agreed to do for an issue, at a meeting of the issue's council that dealt with it."""

    model_config = example(
        issue_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f",
        meeting_id="0190b6d1-8a21-7b44-9c10-2f6e7d8c9b0a",
        body_kind="neighbourhood",
        body="北自治会",
        what="週1回の買い物の送迎を試行する",
        until="2026-09-30",
    )

    issue_id: UUID
    meeting_id: UUID


class SelfHelpCorrection(PromiseIn):
    """Who does what until when, as a whole, and why that is put right or agreed anew."""

    model_config = example(
        body_kind="neighbourhood",
        body="北自治会",
        what="週1回の買い物の送迎を試行する",
        until="2026-12-28",
        reason="試行を年末まで延ばすことにした",
    )

    reason: LineOfReason


class SelfHelpReport(Body):
    """What came of it, and on which day that was known. `reason`: why it is reported anew."""

    model_config = example(outcome="ongoing", line="毎週火曜に続いている", reported_on="2026-09-30", people_helped=6)

    outcome: SelfHelpOutcome
    line: LineOfReason
    reported_on: date
    people_helped: Annotated[int, Field(ge=0, le=100_000)] | None = None
    reason: Line = ""


class SelfHelpOut(Answer):
    """What a body agreed to do, and what came of it by the last report. `outcome` is null until it is reported.

    `agreed_on` is the day of the meeting, as it is recorded now.
    """

    self_help_id: UUID
    area: str
    issue_id: UUID
    council_id: UUID
    meeting_id: UUID
    agreed_on: date
    body_kind: BodyKind
    body: str
    what: str
    until: date
    outcome: SelfHelpOutcome | None
    line: str
    reported_on: date | None
    people_helped: Annotated[int | None, OF_PEOPLE]
    reason: str
    correlation: UUID
    version: int

    @classmethod
    def of(cls, row: SelfHelpRow, held_on: date | None) -> Self:
        """The answer made of a row and the day of its meeting."""
        return cls(**vars(row) | {"agreed_on": held_on or row.agreed_on})


@routes.post("/self-help", may=CONVENERS, status_code=201)
async def agree_self_help(body: NewSelfHelp, context: Context) -> WriteResult:
    """Record what a body agreed to do for an issue. It belongs to the thread of the issue."""
    async with context.snapshot() as snapshot:
        issue = await snapshot.get(issues, body.issue_id)
        if issue is None or issue.council_id is None or not context.territory.covers(issue.area):
            raise NotFound("issue.unknown")
        council = await snapshot.get(councils_view, issue.council_id)
        meeting = await snapshot.get(meetings, body.meeting_id)
    if council is None or not context.territory.covers(council.area):
        raise NotFound("council.unknown")
    if meeting is None or meeting.held_on is None or not context.territory.covers(meeting.area):
        raise NotFound("meeting.unknown")
    self_help_id, facts = context.new_id(), meeting_facts(meeting)
    command = AgreeSelfHelp(
        self_help_id=self_help_id,
        home=await context.home(council.area),
        issue_id=body.issue_id,
        council_id=council.council_id,
        issue_closed=issue.closed,
        meeting=facts,
        held_on=meeting.held_on,
        promise=body.promise(),
    )
    ground = [FollowMeeting(meeting.meeting_id, facts, self_help_id=self_help_id)] if facts else []
    return await context.execute_together(
        ground, id=self_help_id, summary=lambda _: command, summary_correlation=issue.correlation
    )


@routes.post("/self-help/{self_help_id}/correction", may=CONVENERS)
async def correct_self_help(self_help_id: UUID, body: SelfHelpCorrection, context: Context) -> WriteResult:
    """Put right who does what until when, or agree on another day."""
    return await context.execute(CorrectSelfHelp(self_help_id, body.promise(), body.reason), id=self_help_id)


@routes.post("/self-help/{self_help_id}/report", may=CONVENERS)
async def report_self_help(self_help_id: UUID, body: SelfHelpReport, context: Context) -> WriteResult:
    """Report what came of it. The last report counts."""
    command = ReportSelfHelp(
        self_help_id=self_help_id,
        outcome=body.outcome,
        line=body.line,
        reported_on=body.reported_on,
        people_helped=body.people_helped,
        reason=body.reason,
        today=context.occurred_on,
    )
    return await context.execute(command, id=self_help_id)


@routes.get("/self-help", may=READERS)
async def list_self_help(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    issue_id: Annotated[UUID | None, Query()] = None,
    outcome: Annotated[SelfHelpOutcome | None, Query()] = None,
    overdue: Annotated[
        bool | None, Query(description="Only what is past its day without a report, or only the others")
    ] = None,
) -> Page[SelfHelpOut]:
    """What residents agreed to do themselves, the earliest day first."""
    filters = {"area": context.areas_within(area), "issue_id": issue_id, "outcome": outcome}
    late = None if overdue is None else Condition("(until < {}::date and outcome is null) = {}", context.day, overdue)
    async with context.snapshot() as snapshot:
        page = await context.list_rows(
            snapshot,
            self_help,
            filters,
            paging,
            order=("until", "self_help_id"),
            where=(late,),
            as_=lambda row: row,
        )
        days = await views.days_of_meetings(snapshot, {row.meeting_id for row in page.items})
    items = tuple(SelfHelpOut.of(row, days.get(row.meeting_id)) for row in page.items)
    return Page(items=items, next_cursor=page.next_cursor, position=page.position, stale=page.stale)


@routes.get("/self-help/{self_help_id}", may=READERS)
async def show_self_help(self_help_id: UUID, context: Context) -> SelfHelpOut:
    """What one body agreed to do, and what came of it."""
    async with context.snapshot() as snapshot:
        found = await snapshot.get(self_help, self_help_id)
        days = await views.days_of_meetings(snapshot, [found.meeting_id] if found else [])
    if found is None or not context.territory.covers(found.area):
        raise NotFound("self_help.unknown")
    context.etag(found.version)
    return SelfHelpOut.of(found, days.get(found.meeting_id))
