"""When councils met, as escalation records it: which of them have not met for long."""

from __future__ import annotations

from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.meetings import CouncilMeetingHeld, MeetingCorrected, MeetingWithdrawn
from shienevents import Envelope, Row, View, replace, types_of

MeetingDay = CouncilMeetingHeld | MeetingCorrected | MeetingWithdrawn


class CouncilMeetingRow(Row, key=("meeting_id",)):
    """The day of one meeting of a council. One that was recorded by mistake is `withdrawn`."""

    meeting_id: UUID
    council_id: UUID | None = None
    held_on: date | None = None
    withdrawn: bool = False


def evolve_meeting(row: CouncilMeetingRow, event: MeetingDay, _: Envelope) -> CouncilMeetingRow:
    """The meeting after an event."""
    match event:
        case CouncilMeetingHeld():
            return replace(row, council_id=event.council_id, held_on=event.held_on)
        case MeetingCorrected():
            return replace(row, held_on=event.held_on)
        case MeetingWithdrawn():
            return replace(row, withdrawn=True)
        case _:
            assert_never(event)


council_meetings = View[CouncilMeetingRow](
    name="council_meetings",
    version=1,
    row=CouncilMeetingRow,
    subscribes_to=types_of(MeetingDay),
    keys=lambda event, _: [event.meeting_id],
    evolve=evolve_meeting,
    indexes=(("council_id", "held_on"),),
)
