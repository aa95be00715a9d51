"""What may happen to a council meeting: it is recorded once, after it was held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shiendomain.escalation import Attendance, CouncilMeetingHeld
from shiendomain.vocabulary import Tier
from shienevents import Decider, Home, Rejected, types_of


@dataclass(frozen=True)
class MeetingFacts:
    """What is known of a meeting that was held."""

    meeting_id: UUID
    council_id: UUID
    issues: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class HoldMeeting:
    """Record a council's meeting, the issues and proposals it dealt with, and who attended by kind of body.

    Fact: `dormant_since` is set where the council was dormant on that day.
    """

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
    dormant_since: date | None = None


def decide(command: HoldMeeting, recorded: bool) -> Sequence[CouncilMeetingHeld]:
    """What follows from the command; the same meeting again changes nothing."""
    if recorded:
        return []
    if command.held_on > command.today:
        raise Rejected("meeting.not_held_yet", held_on=command.held_on)
    if command.dormant_since is not None:
        raise Rejected("council.dormant", since=command.dormant_since)
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


decider = Decider[HoldMeeting, bool, CouncilMeetingHeld](
    name="meeting",
    commands=types_of(HoldMeeting),
    events=types_of(CouncilMeetingHeld),
    stream=lambda command: command.meeting_id,
    home=lambda command: command.home,
    initial=False,
    decide=decide,
    evolve=lambda recorded, event: True,
)
