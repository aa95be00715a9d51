"""Meetings of councils."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shiendomain.escalation import Attendance, CouncilMeetingHeld
from shiendomain.vocabulary import BodyKind, Tier
from shienevents import Envelope, Row, View, replace, types_of


@dataclass(frozen=True)
class Attended:
    """How many of one kind of body attended."""

    kind: BodyKind
    count: int


class MeetingRow(Row, key=("meeting_id",)):
    """A meeting that was held."""

    meeting_id: UUID
    version: int = 0
    council_id: UUID | None = None
    area: str = ""
    tier: Tier = Tier.TIER2
    held_on: date | None = None
    issues: tuple[UUID, ...] = ()
    proposals: tuple[UUID, ...] = ()
    attendance: tuple[Attended, ...] = ()
    minutes: str = ""
    correlation: UUID | None = None


def evolve_meeting(row: MeetingRow, event: CouncilMeetingHeld, envelope: Envelope) -> MeetingRow:
    """The meeting: one event holds all of it."""
    return replace(
        row,
        version=envelope.version,
        council_id=event.council_id,
        area=event.area,
        tier=event.tier,
        held_on=event.held_on,
        issues=event.issues,
        proposals=event.proposals,
        attendance=_attended(event.attendance),
        minutes=event.minutes,
        correlation=envelope.correlation,
    )


def _attended(attendance: Sequence[Attendance]) -> tuple[Attended, ...]:
    return tuple(Attended(one.kind, one.count) for one in attendance)


meetings: View[MeetingRow] = View(
    name="meetings",
    version=1,
    row=MeetingRow,
    subscribes_to=types_of(CouncilMeetingHeld),
    keys=lambda event, _: [event.meeting_id],
    evolve=evolve_meeting,
    indexes=(("area",), ("council_id",)),
)
