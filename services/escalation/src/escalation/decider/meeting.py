"""A council met: one event, and what came before it is not known here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shiendomain.escalation import Attendance, CouncilMeetingHeld
from shiendomain.vocabulary import Tier
from shienevents import Decider, Home, Rejected


@dataclass(frozen=True)
class HoldMeeting:
    """Note a council's meeting, its issues and proposals, and who attended by kind of body."""

    meeting_id: UUID
    home: Home
    council_id: UUID
    tier: Tier
    held_on: date
    today: date
    issues: tuple[UUID, ...]
    proposals: tuple[UUID, ...]
    attendance: tuple[Attendance, ...]
    minutes: str


def decide(command: HoldMeeting, known: bool) -> Sequence[CouncilMeetingHeld]:
    """The event that follows; the same meeting again changes nothing."""
    if known:
        return []
    if command.held_on > command.today:
        raise Rejected("meeting.not_held_yet", held_on=command.held_on)
    return [
        CouncilMeetingHeld(
            meeting_id=command.meeting_id,
            council_id=command.council_id,
            area=command.home.area,
            tier=command.tier,
            held_on=command.held_on,
            issues=command.issues,
            proposals=command.proposals,
            attendance=command.attendance,
            minutes=command.minutes,
        )
    ]


meeting: Decider[HoldMeeting, bool, CouncilMeetingHeld] = Decider(
    name="meeting",
    commands=(HoldMeeting,),
    events=(CouncilMeetingHeld,),
    stream=lambda command: command.meeting_id,
    home=lambda command: command.home,
    initial=False,
    decide=decide,
    evolve=lambda known, event: True,
)
