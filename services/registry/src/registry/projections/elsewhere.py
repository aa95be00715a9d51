"""What the needs service and escalation have that a mapping of an ended area may name: which there is, and where."""

from __future__ import annotations

from typing import assert_never
from uuid import UUID

from shiendomain.escalation import OwnProposalMade, ProposalEscalated, ProposalMoved, ProposalsMerged
from shiendomain.needs import IssueMoved, IssueRaised, NeedMoved, NeedRecorded, NeedsConsolidated
from shiendomain.splits import ProposalPartMade
from shienevents import Envelope, Row, View, replace, types_of

OfNeed = NeedRecorded | NeedMoved
OfIssue = NeedsConsolidated | IssueRaised | IssueMoved
OfProposal = ProposalEscalated | OwnProposalMade | ProposalsMerged | ProposalPartMade | ProposalMoved
Elsewhere = OfNeed | OfIssue | OfProposal


class ElsewhereRow(Row, key=("thing_id",)):
    """The area of a need, an issue or a proposal, whatever became of it."""

    thing_id: UUID
    area: str = ""


def thing_of(event: Elsewhere, _: Envelope) -> tuple[UUID]:
    """The id of the need, the issue or the proposal."""
    match event:
        case NeedRecorded() | NeedMoved():
            return (event.need_id,)
        case NeedsConsolidated() | IssueRaised() | IssueMoved():
            return (event.issue_id,)
        case ProposalEscalated() | OwnProposalMade() | ProposalsMerged() | ProposalPartMade() | ProposalMoved():
            return (event.proposal_id,)
        case _:
            assert_never(event)


elsewhere = View[ElsewhereRow](
    name="elsewhere",
    version=1,
    row=ElsewhereRow,
    subscribes_to=types_of(Elsewhere),
    keys=thing_of,
    evolve=lambda row, event, _: replace(row, area=event.area),
)
