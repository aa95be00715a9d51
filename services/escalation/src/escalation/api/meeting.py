"""Routes of council meetings."""

from __future__ import annotations

from uuid import UUID

from shiendomain.escalation import Attendance
from shienevents import NotFound
from shienweb import AreaQuery, Ask, Done, Page, Pages, Routes

from .. import views
from ..answers import MeetingOut, NewMeeting
from ..decider.meeting import HoldMeeting
from ..projections import MeetingRow

routes = Routes("escalation", tags=["meetings"])


@routes.post("/meetings", status_code=201)
async def hold_meeting(body: NewMeeting, ask: Ask) -> Done:
    """Note a meeting that a council held, and the issues and proposals it dealt with."""
    meeting_id = ask.new_id()
    async with ask.snapshot() as seen:
        council = await views.council(seen, body.council_id)
        if council is None:
            raise NotFound("council.unknown")
        home = await ask.home(council.area) if ask.territory.covers(council.area) else None
        issues = await views.areas_of(seen, "issue", body.issues)
        proposals = await views.areas_of(seen, "proposal", body.proposals)
    if home is None:
        raise NotFound("council.unknown")
    for word, ids, found in (("issue", body.issues, issues), ("proposal", body.proposals, proposals)):
        for one in ids:
            ask.must_cover(found.get(one, (None, None))[0], f"{word}.unknown")
    threads = [thread for found in (proposals, issues) for _, thread in found.values()]
    command = HoldMeeting(
        meeting_id=meeting_id,
        home=home,
        council_id=body.council_id,
        tier=council.tier,
        held_on=body.held_on,
        today=ask.occurred_on,
        issues=body.issues,
        proposals=body.proposals,
        attendance=tuple(Attendance(kind=one.kind, count=one.count) for one in body.attendance),
        minutes=body.minutes,
    )
    # A meeting about one thing belongs to its thread; one about several begins its own.
    return await ask.do(command, id=meeting_id, correlation=threads[0] if len(threads) == 1 else None)


@routes.get("/meetings")
async def list_meetings(
    ask: Ask, paging: Pages, area: AreaQuery = None, council_id: UUID | None = None
) -> Page[MeetingOut]:
    """Meetings of the councils in the asker's areas, or in `area` and below, in the order of their ids."""
    (after,) = paging.after(UUID) or (None,)
    async with ask.snapshot() as seen:
        found = await views.meetings(
            seen, ask.areas_within(area), council_id=council_id, after=after, limit=paging.limit + 1
        )
        return ask.page(seen, [_meeting_out(row) for row in found], paging, lambda one: (one.meeting_id,))


@routes.get("/meetings/{meeting_id}")
async def show_meeting(meeting_id: UUID, ask: Ask) -> MeetingOut:
    """One meeting."""
    async with ask.snapshot() as seen:
        meeting = await views.meeting(seen, meeting_id)
        if meeting is None:
            raise NotFound("meeting.unknown")
        ask.must_cover(meeting.area, "meeting.unknown")
        ask.etag(meeting.version)
        return _meeting_out(meeting)


def _meeting_out(row: MeetingRow) -> MeetingOut:
    attended = [{"kind": one.kind, "count": one.count} for one in row.attendance]
    return MeetingOut.model_validate({**row.__dict__, "attendance": attended})
