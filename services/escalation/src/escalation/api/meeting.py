"""Routes of council meetings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from shiendomain.councils_view import councils_view
from shiendomain.escalation import Attendance, Minutes
from shiendomain.vocabulary import BodyKind, Tier
from shienevents import NotFound
from shienweb import (
    CONVENERS,
    READERS,
    Answer,
    AreaQuery,
    Body,
    Context,
    Page,
    Pages,
    PeopleCount,
    RequestContext,
    Routes,
    WriteResult,
    example,
)

from .. import views
from ..decider.meeting import HoldMeeting
from ..projections import IssueRow, MeetingRow, ProposalRow, meetings

routes = Routes(tags=["meetings"])
Ids = Annotated[tuple[UUID, ...], Field(max_length=200)]


class AttendanceIn(Body):
    """How many of one kind of body attended. Bodies, not names."""

    kind: BodyKind
    count: Annotated[int, Field(ge=1, le=1000)]


class NewMeeting(Body):
    """A meeting that was held: the council's, its day, the issues and proposals it dealt with."""

    model_config = example(
        council_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f",
        held_on="2026-07-15",
        issues=["0190b6d1-8a21-7b44-9c10-2f6e7d8c9b0a"],
        attendance=[{"kind": "neighbourhood", "count": 4}],
        minutes="移動手段について協議した",
    )

    council_id: UUID
    held_on: date
    issues: Ids = ()
    proposals: Ids = ()
    attendance: Annotated[tuple[AttendanceIn, ...], Field(max_length=50)] = ()
    minutes: Minutes = ""


class AttendedOut(Answer):
    """How many of one kind of body attended."""

    kind: BodyKind
    count: PeopleCount


class MeetingOut(Answer):
    """A meeting that was held."""

    meeting_id: UUID
    council_id: UUID
    area: str
    tier: Tier
    held_on: date
    issues: tuple[UUID, ...]
    proposals: tuple[UUID, ...]
    attendance: tuple[AttendedOut, ...]
    minutes: str
    correlation: UUID

    @classmethod
    def of(cls, row: MeetingRow) -> Self:
        """The answer made of a row."""
        attendance = tuple(AttendedOut(**vars(one)) for one in row.attendance)
        return cls(**vars(row) | {"attendance": attendance})


@routes.post("/meetings", may=CONVENERS, status_code=201)
async def hold_meeting(body: NewMeeting, context: Context) -> WriteResult:
    """Record a meeting that a council held, and the issues and proposals it dealt with.

    A meeting about one thing belongs to the thread of that thing, one about several begins a thread of its own.
    """
    meeting_id = context.new_id()
    async with context.snapshot() as snapshot:
        council = await snapshot.get(councils_view, body.council_id)
        issues = await views.issues_of(snapshot, body.issues)
        proposals = await views.proposals_of(snapshot, body.proposals)
    if council is None or not context.territory.covers(council.area):
        raise NotFound("council.unknown")
    must_know(context, body.issues, issues, "issue.unknown")
    must_know(context, body.proposals, proposals, "proposal.unknown")
    threads = [*(row.correlation for row in proposals.values()), *(row.correlation for row in issues.values())]
    command = HoldMeeting(
        meeting_id=meeting_id,
        home=await context.home(council.area),
        council_id=body.council_id,
        tier=council.tier,
        held_on=body.held_on,
        today=context.occurred_on,
        issues=body.issues,
        proposals=body.proposals,
        attendance=tuple(Attendance(kind=one.kind, count=one.count) for one in body.attendance),
        minutes=body.minutes,
        dormant_since=council.dormant_on(body.held_on),
    )
    return await context.execute(command, id=meeting_id, correlation=threads[0] if len(threads) == 1 else None)


def must_know(
    context: RequestContext, ids: Iterable[UUID], rows: Mapping[UUID, IssueRow | ProposalRow], code: str
) -> None:
    """Each of these things is known and lies in the territory. Raises `NotFound` with this code."""
    for one in ids:
        row = rows.get(one)
        context.must_cover(row.area if row else None, code)


@routes.get("/meetings", may=READERS)
async def list_meetings(
    context: Context, paging: Pages, area: AreaQuery = None, council_id: UUID | None = None
) -> Page[MeetingOut]:
    """Meetings of the councils of the territory, or of `area` and below, in the order of their ids."""
    filters = {"area": context.areas_within(area), "council_id": council_id}
    async with context.snapshot() as snapshot:
        return await context.list_rows(snapshot, meetings, filters, paging, order=("meeting_id",), as_=MeetingOut.of)


@routes.get("/meetings/{meeting_id}", may=READERS)
async def show_meeting(meeting_id: UUID, context: Context) -> MeetingOut:
    """One meeting."""
    async with context.snapshot() as snapshot:
        meeting = await snapshot.get(meetings, meeting_id)
    if meeting is None or not context.territory.covers(meeting.area):
        raise NotFound("meeting.unknown")
    context.etag(meeting.version)
    return MeetingOut.of(meeting)
