"""Meetings of councils."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.meetings import (
    Attendance,
    CouncilMeetingHeld,
    MeetingCorrected,
    MeetingEvent,
    MeetingFollowed,
    MeetingWithdrawn,
)
from shiendomain.vocabulary import BodyKind, MeetingItemKind, Tier
from shienevents import Envelope, Row, View, replace, types_of


@dataclass(frozen=True)
class Attended:
    """How many of one kind of body attended."""

    kind: BodyKind
    count: int


@dataclass(frozen=True)
class Discussed:
    """An item that was discussed on its own."""

    kind: MeetingItemKind
    text: str
    decision: str
    smooth_running: bool


class MeetingRow(Row, key=("meeting_id",)):
    """A meeting that was held. `reason`: why it was corrected last, or `withdrawn`.

    `followed_by`: the proposals and agreements that took it as their ground, each once; `times_followed`: how often.
    """

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
    items: tuple[Discussed, ...] = ()
    not_the_same_as: tuple[UUID, ...] = ()
    withdrawn: bool = False
    followed_by: tuple[UUID, ...] = ()
    times_followed: int = 0
    reason: str = ""
    correlation: UUID | None = None


def evolve_meeting(row: MeetingRow, event: MeetingEvent, envelope: Envelope) -> MeetingRow:
    """The meeting after an event."""
    row = replace(row, version=envelope.version)
    match event:
        case CouncilMeetingHeld():
            row = replace(row, council_id=event.council_id, area=event.area, tier=event.tier)
            row = replace(row, not_the_same_as=event.not_the_same_as, correlation=envelope.correlation)
            return _reported(row, event)
        case MeetingCorrected():
            return replace(_reported(row, event), reason=event.reason)
        case MeetingFollowed():
            by = [one for one in (event.proposal_id, event.self_help_id) if one and one not in row.followed_by]
            return replace(row, followed_by=(*row.followed_by, *by), times_followed=row.times_followed + 1)
        case MeetingWithdrawn():
            return replace(row, withdrawn=True, reason=event.reason)
        case _:
            assert_never(event)


def _reported(row: MeetingRow, event: CouncilMeetingHeld | MeetingCorrected) -> MeetingRow:
    return replace(
        row,
        held_on=event.held_on,
        issues=event.issues,
        proposals=event.proposals,
        attendance=_attended(event.attendance),
        minutes=event.minutes,
        items=tuple(Discussed(**dict(one)) for one in event.items),
    )


def _attended(attendance: Sequence[Attendance]) -> tuple[Attended, ...]:
    return tuple(Attended(one.kind, one.count) for one in attendance)


meetings: View[MeetingRow] = View(
    name="meetings",
    version=5,
    row=MeetingRow,
    subscribes_to=types_of(MeetingEvent),
    keys=lambda event, _: [event.meeting_id],
    evolve=evolve_meeting,
    indexes=(("area",), ("council_id",)),
)
