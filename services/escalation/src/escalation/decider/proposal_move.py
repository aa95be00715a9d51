"""An open proposal goes with its issue to a successor of its area, which ended (decision 84)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shiendomain.escalation import ProposalMoved
from shiendomain.moves import Move, moved
from shiendomain.states import ProposalState as State
from shienevents import Rejected

from .proposal_state import Proposal


@dataclass(frozen=True)
class MoveProposal:
    """The area of the proposal ended, and a mapping of it names a successor."""

    proposal_id: UUID
    to: Move


OPEN = tuple(state for state in State if not state.closed)


def move(command: MoveProposal, proposal: Proposal) -> Sequence[ProposalMoved]:
    """The proposal in its new area. What was answered, or is answered by its parts, stays where it was."""
    asked, state = proposal.escalated, proposal.state
    assert asked, "it was escalated"
    found = moved(command.to, asked.area, ProposalMoved, proposal_id=command.proposal_id)
    if found and state not in OPEN:
        raise Rejected("proposal.wrong_state", state=state, needed=OPEN)
    return found
