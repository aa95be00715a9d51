"""Routes of council meetings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from shiendomain.councils_view import CouncilRow, councils_view
from shiendomain.proposal_history import ProposalRound
from shienevents import NotFound, Snapshot
from shienweb import (
    CONVENERS,
    READERS,
    AreaQuery,
    Context,
    Page,
    Pages,
    RequestContext,
    Routes,
    WriteResult,
    check_said,
)

from .. import views
from ..decider.meeting import CorrectMeeting, HoldMeeting, Matter, There, WithdrawMeeting
from ..identical import said_of_meeting
from ..projections import IssueRow, ProposalRow, meetings
from .meeting_body import Held, MeetingCorrection, MeetingOut, MeetingWithdrawal, NewMeeting

routes = Routes(tags=["meetings"])


@routes.post("/meetings", may=CONVENERS, status_code=201)
async def hold_meeting(body: NewMeeting, context: Context) -> WriteResult:
    """Record a meeting that a council held, and the issues and proposals it dealt with.

    A meeting about one thing belongs to the thread of that thing, one about several begins a thread of its own.
    One that is recorded already is refused (`not_the_same_as`).
    """
    meeting_id = context.new_id()
    async with context.snapshot() as snapshot:
        council = await snapshot.get(councils_view, body.council_id)
        if council is None or not context.territory.covers(council.area):
            raise NotFound("council.unknown")
        issues, proposals = await dealt_with(snapshot, context, body)
    threads = [*(row.correlation for row in proposals.values()), *(row.correlation for row in issues.values())]
    command = HoldMeeting(
        meeting_id=meeting_id,
        home=await context.home(council.area),
        council_id=body.council_id,
        tier=council.tier,
        report=body.report(),
        today=context.occurred_on,
        there=tuple(there(council, issues.values(), proposals.values())),
        dormant_since=council.dormant_on(body.held_on),
        not_the_same_as=body.not_the_same_as,
    )
    await check_new(context, command)
    return await context.execute(command, id=meeting_id, correlation=threads[0] if len(threads) == 1 else None)


async def check_new(context: RequestContext, command: HoldMeeting) -> None:
    """Raise `Rejected` where the same meeting of the council is recorded, and is none of the others named."""
    await check_said(
        context,
        meetings,
        "meeting",
        command.home.area,
        lambda row: said_of_meeting(row.council_id, row),
        said_of_meeting(command.council_id, command.report),
        command.not_the_same_as,
        stands="not withdrawn",
    )


@routes.post("/meetings/{meeting_id}/correction", may=CONVENERS)
async def correct_meeting(meeting_id: UUID, body: MeetingCorrection, context: Context) -> WriteResult:
    """Put right what was recorded of a meeting, all of it. What followed from the meeting must keep its ground."""
    async with context.snapshot() as snapshot:
        meeting = await snapshot.get(meetings, meeting_id)
        if meeting is None or meeting.council_id is None or not context.territory.covers(meeting.area):
            raise NotFound("meeting.unknown")
        council = await snapshot.get(councils_view, meeting.council_id)
        issues, proposals = await dealt_with(snapshot, context, body)
        followed = await views.followed_from(snapshot, meeting_id)
    command = CorrectMeeting(
        meeting_id=meeting_id,
        report=body.report(),
        reason=body.reason,
        today=context.occurred_on,
        there=tuple(there(council, issues.values(), proposals.values())),
        dormant_since=council.dormant_on(body.held_on) if council else None,
        followed=tuple(followed),
        times_followed=meeting.times_followed,
    )
    return await context.execute(command, id=meeting_id)


@routes.post("/meetings/{meeting_id}/withdrawal", may=CONVENERS)
async def withdraw_meeting(meeting_id: UUID, body: MeetingWithdrawal, context: Context) -> WriteResult:
    """Take back the record of a meeting that was not held, or was recorded twice. Nothing may stand on it."""
    async with context.snapshot() as snapshot:
        meeting = await snapshot.get(meetings, meeting_id)
        followed = await views.followed_from(snapshot, meeting_id)
    times = meeting.times_followed if meeting else 0
    return await context.execute(WithdrawMeeting(meeting_id, body.reason, tuple(followed), times), id=meeting_id)


async def dealt_with(
    snapshot: Snapshot, context: RequestContext, body: Held
) -> tuple[dict[UUID, IssueRow], dict[UUID, ProposalRow]]:
    """The issues and proposals of the territory that a meeting dealt with. Raises `NotFound`."""
    issues = await views.issues_of(snapshot, body.issues)
    proposals = await views.proposals_of(snapshot, body.proposals)
    must_know(context, body.issues, issues, "issue.unknown")
    must_know(context, body.proposals, proposals, "proposal.unknown")
    return issues, proposals


def must_know(
    context: RequestContext, ids: Iterable[UUID], rows: Mapping[UUID, IssueRow | ProposalRow], code: str
) -> None:
    """Each of these things is known and lies in the territory. Raises `NotFound` with this code."""
    for one in ids:
        row = rows.get(one)
        context.must_cover(row.area if row else None, code)


def there(council: CouncilRow | None, issues: Iterable[IssueRow], proposals: Iterable[ProposalRow]) -> Iterable[There]:
    """Since when all of it was there."""
    if council and (since := council.there_since()):
        yield There(Matter.COUNCIL, council.council_id, since)
    for issue in issues:
        if issue.raised_on:
            yield There(Matter.ISSUE, issue.issue_id, issue.raised_on)
    for one in proposals:
        first = ProposalRound.model_validate(one.rounds[0])
        yield There(Matter.PROPOSAL, one.proposal_id, first.escalated_on)


@routes.get("/meetings", may=READERS)
async def list_meetings(
    context: Context, paging: Pages, area: AreaQuery = None, council_id: UUID | None = None
) -> Page[MeetingOut]:
    """Meetings of councils of the territory and of areas above it, or of `area` and below, in the order of their ids.

    What was recorded by mistake is left out.
    """
    areas = sorted(context.sight.with_above) if area is None else context.areas_within(area)
    filters = {"area": areas, "council_id": council_id, "withdrawn": False}
    async with context.snapshot() as snapshot:
        return await context.list_rows(snapshot, meetings, filters, paging, order=("meeting_id",), as_=MeetingOut.of)


@routes.get("/meetings/{meeting_id}", may=READERS)
async def show_meeting(meeting_id: UUID, context: Context) -> MeetingOut:
    """One meeting of a council of the territory, or of an area above it."""
    async with context.snapshot() as snapshot:
        meeting = await snapshot.get(meetings, meeting_id)
    if meeting is None or meeting.area not in context.sight.with_above:
        raise NotFound("meeting.unknown")
    context.etag(meeting.version)
    return MeetingOut.of(meeting)
