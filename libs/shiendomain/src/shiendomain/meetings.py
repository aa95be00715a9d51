"""The events of council meetings: held, corrected, taken as the ground of what follows, or recorded by mistake."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from shienevents import Event

from .vocabulary import AreaCode, BodyKind, MeetingItemKind, Part, Reason, Text, Tier

Minutes = Annotated[str, StringConstraints(max_length=50_000)]


class Attendance(Part):
    """How many of one kind of body attended. Bodies, not names."""

    kind: BodyKind
    count: Annotated[int, Field(ge=1, le=1000)]


class MeetingItem(Part):
    """An item that a council discussed on its own: what was said, and what was decided.

    `smooth_running`: how services and prevention go smoothly in the area (地域における円滑な実施のための検討).
    Source: the slides on the councils of tier 2. It is a field because published kinds stay as they are.
    """

    kind: MeetingItemKind
    text: Annotated[Text, StringConstraints(min_length=1)]
    decision: Text = ""
    smooth_running: bool = False


class CouncilMeetingHeld(Event, wire="escalation.council_meeting_held.v1"):
    """A council held a meeting that dealt with these issues and proposals.

    `not_the_same_as`: identical meetings that somebody looked at, and that are other ones.
    """

    meeting_id: UUID
    council_id: UUID
    area: AreaCode
    tier: Tier
    held_on: date
    issues: tuple[UUID, ...] = ()
    proposals: tuple[UUID, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    minutes: Minutes = ""
    items: tuple[MeetingItem, ...] = ()
    not_the_same_as: tuple[UUID, ...] = ()


class MeetingCorrected(Event, wire="escalation.meeting_corrected.v1"):
    """A meeting was recorded wrongly. This is the whole of what is right, and why it was wrong."""

    meeting_id: UUID
    held_on: date
    issues: tuple[UUID, ...] = ()
    proposals: tuple[UUID, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    minutes: Minutes = ""
    items: tuple[MeetingItem, ...] = ()
    reason: Reason


class MeetingWithdrawn(Event, wire="escalation.meeting_withdrawn.v1"):
    """A meeting was recorded by mistake: it was not held, or was recorded twice. With what it had dealt with."""

    meeting_id: UUID
    issues: tuple[UUID, ...] = ()
    proposals: tuple[UUID, ...] = ()
    reason: Reason


class MeetingFollowed(Event, wire="escalation.meeting_followed.v1"):
    """Something stands on the meeting: a proposal that went up or was deliberated, or what residents agreed to do."""

    meeting_id: UUID
    proposal_id: UUID | None = None
    self_help_id: UUID | None = None


MeetingEvent = CouncilMeetingHeld | MeetingCorrected | MeetingWithdrawn | MeetingFollowed
