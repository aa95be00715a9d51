"""What the needs service and escalation have in an area: a mapping may name it, and the area was no mistake."""

from __future__ import annotations

from typing import assert_never
from uuid import UUID

from shiendomain.escalation import OwnProposalMade, ProposalEscalated, ProposalMoved, ProposalsMerged
from shiendomain.needs import (
    IssueMoved,
    IssueRaised,
    NeedMoved,
    NeedRecorded,
    NeedReinstated,
    NeedsConsolidated,
    NeedWithdrawn,
)
from shiendomain.splits import ProposalPartMade
from shienevents import Envelope, Row, View, replace, types_of

OfNeed = NeedRecorded | NeedMoved | NeedWithdrawn | NeedReinstated
OfIssue = NeedsConsolidated | IssueRaised | IssueMoved
OfProposal = ProposalEscalated | OwnProposalMade | ProposalsMerged | ProposalPartMade | ProposalMoved
Elsewhere = OfNeed | OfIssue | OfProposal


class ElsewhereRow(Row, key=("thing_id",)):
    """The area of a need, an issue or a proposal, whatever became of it. `mistaken`: it was recorded by mistake."""

    thing_id: UUID
    area: str = ""
    mistaken: bool = False


def thing_of(event: Elsewhere, _: Envelope) -> tuple[UUID]:
    """The id of the need, the issue or the proposal."""
    match event:
        case NeedRecorded() | NeedMoved() | NeedWithdrawn() | NeedReinstated():
            return (event.need_id,)
        case NeedsConsolidated() | IssueRaised() | IssueMoved():
            return (event.issue_id,)
        case ProposalEscalated() | OwnProposalMade() | ProposalsMerged() | ProposalPartMade() | ProposalMoved():
            return (event.proposal_id,)
        case _:
            assert_never(event)


def evolve(row: ElsewhereRow, event: Elsewhere, _: Envelope) -> ElsewhereRow:
    """Where the thing is after an event."""
    match event:
        case NeedWithdrawn():
            return replace(row, mistaken=event.by_mistake)
        case NeedReinstated():
            return replace(row, mistaken=False)
        case _:
            return replace(row, area=event.area)


elsewhere = View[ElsewhereRow](
    name="elsewhere",
    version=2,
    row=ElsewhereRow,
    subscribes_to=types_of(Elsewhere),
    keys=thing_of,
    evolve=evolve,
)
