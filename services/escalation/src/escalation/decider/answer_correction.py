"""How an answer is put right: another due date, or an answer that was a mistake and is revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from shiendomain.escalation import AnswerRevoked, DueDateChanged
from shiendomain.states import ProposalState as State
from shienevents import Rejected

Revocable = Literal[State.RECEIVED, State.RETURNED, State.DELIBERATED, State.ADOPTED, State.REJECTED, State.DEFERRED]
"""The states that an answer of the upper tier brings a proposal into."""
Restored = Literal[State.ESCALATED, State.RECEIVED, State.DELIBERATED, State.DEFERRED]
"""The states in which an answer may be given, and that it is revoked to."""


@dataclass(frozen=True)
class ChangeDueDate:
    """Answer a proposal by another day. `today` is the day on which that was decided."""

    proposal_id: UUID
    due_on: date
    reason: str
    today: date


@dataclass(frozen=True)
class RevokeAnswer:
    """The last answer was a mistake. `answer` says which one is meant. Fact: whether the issue's gap stands."""

    proposal_id: UUID
    answer: Revocable
    reason: str
    gap: bool


CorrectionCommand = ChangeDueDate | RevokeAnswer


@dataclass(frozen=True)
class Before:
    """What a proposal was before an answer."""

    state: Restored
    due_on: date | None
    deferred_until: date | None


def change_due_date(command: ChangeDueDate, due_on: date | None) -> list[DueDateChanged]:
    """Another day, not in the past. The same day changes nothing."""
    if command.due_on == due_on:
        return []
    if command.due_on < command.today:
        raise Rejected("proposal.due_in_past", due_on=command.due_on)
    return [DueDateChanged(proposal_id=command.proposal_id, due_on=command.due_on, reason=command.reason)]


def revoke(command: RevokeAnswer, state: State, before: Before | None) -> AnswerRevoked:
    """The answer meant is the last thing that happened: nothing was done by it since, and no round followed."""
    if before is None or state is not command.answer:
        raise Rejected("proposal.answer_not_last", answer=command.answer, state=state)
    if command.answer is State.REJECTED and not command.gap:  # its council may have closed the issue since
        raise Rejected("proposal.no_gap")
    return AnswerRevoked(
        proposal_id=command.proposal_id,
        answer=command.answer,
        state=before.state,
        due_on=before.due_on,
        deferred_until=before.deferred_until,
        reason=command.reason,
    )
