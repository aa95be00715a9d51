"""Whoever owes an answer is reminded of it (催促): when it becomes late, and again after so many days.

A tick gives the command (`reminders.py`). What it decided once is an event: a replay reminds nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shiendomain.follow_up import late_since, reminder_due
from shiendomain.reminders import AnswerReminded

from .proposal_state import Proposal


@dataclass(frozen=True)
class RemindAnswer:
    """Remind of the answer to a proposal, if that is due on the day `today`, and again after `every_days`."""

    proposal_id: UUID
    today: date
    every_days: int


def remind(command: RemindAnswer, proposal: Proposal) -> Sequence[AnswerReminded]:
    """A reminder, where one is due. An answer that was given meanwhile is no mistake of the one who asked for it."""
    state, due_on, until = proposal.answer, proposal.due_on, proposal.deferred_until
    last = proposal.reminded
    if state is None or not reminder_due(
        state, due_on, until, last.reminded_on if last else None, command.today, command.every_days
    ):
        return []
    since = late_since(state, due_on, until)
    number = last.number + 1 if last and last.due_on == since else 1
    return [AnswerReminded(proposal_id=command.proposal_id, due_on=since, reminded_on=command.today, number=number)]
