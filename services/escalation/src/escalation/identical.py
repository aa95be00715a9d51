"""When two meetings are the same: the council, the day, what they dealt with and the minutes are. Pure.

Source: a rule of this product (decision 38). The minutes count in the form in which names are compared. Of the items
their kinds count, and who attended does not: that is counted again, and put right.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shiendomain.comparing import comparable
from shiendomain.vocabulary import MeetingItemKind

from .decider.meeting import MeetingReport
from .projections import MeetingRow

Said = tuple[UUID | None, date | None, frozenset[UUID], frozenset[MeetingItemKind], str]
"""What is said of a meeting, for a comparison: its council, its day, what it dealt with, and its minutes."""


def said_of_meeting(council_id: UUID | None, one: MeetingReport | MeetingRow) -> Said:
    """What is said of a meeting of this council."""
    dealt_with = frozenset((*one.issues, *one.proposals))
    return council_id, one.held_on, dealt_with, frozenset(item.kind for item in one.items), comparable(one.minutes)
