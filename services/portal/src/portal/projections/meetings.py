"""Council meetings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.areas import municipality_of
from shiendomain.meetings import CouncilMeetingHeld, MeetingCorrected, MeetingEvent, MeetingFollowed, MeetingWithdrawn
from shiendomain.vocabulary import Tier
from shienevents import Envelope, Row, View, replace, types_of


class MeetingRow(Row, key=("meeting_id",)):
    """One meeting of a council."""

    meeting_id: UUID
    area: str = ""
    tier: Tier | None = None
    council_id: UUID | None = None
    held_on: date | None = None
    issues: tuple[UUID, ...] = ()
    proposals: tuple[UUID, ...] = ()
    attendance: int = 0
    items: tuple[dict[str, str | bool], ...] = ()
    withdrawn: bool = False


def meeting_keys(event: MeetingEvent, _: Envelope) -> Sequence[UUID]:
    """The meeting's own row."""
    return [event.meeting_id]


def evolve_meeting(row: MeetingRow, event: MeetingEvent, _: Envelope) -> MeetingRow:
    """The row after an event."""
    match event:
        case CouncilMeetingHeld():
            row = replace(row, area=event.area, tier=event.tier, council_id=event.council_id)
            return _reported(row, event)
        case MeetingCorrected():
            return _reported(row, event)
        case MeetingFollowed():
            return row
        case MeetingWithdrawn():
            return replace(row, withdrawn=True)
        case _:
            assert_never(event)


def _reported(row: MeetingRow, event: CouncilMeetingHeld | MeetingCorrected) -> MeetingRow:
    return replace(
        row,
        held_on=event.held_on,
        issues=event.issues,
        proposals=event.proposals,
        attendance=sum(part.count for part in event.attendance),
        items=tuple(item.model_dump(mode="json") for item in event.items),
    )


meetings: View[MeetingRow] = View(
    name="meetings",
    version=3,
    row=MeetingRow,
    subscribes_to=types_of(MeetingEvent),
    keys=meeting_keys,
    evolve=evolve_meeting,
    indexes=(("area",), ("council_id",)),
    counted_in=lambda row: [municipality_of(row.area)],
)
