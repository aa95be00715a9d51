"""What needs reads of other services beside areas and councils: searches, what they found, how far proposals are."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never
from uuid import UUID

from shiendomain.escalation import (
    AnswerRevoked,
    ProposalEscalated,
    ProposalRejected,
    ProposalReturned,
    ProposalWithdrawn,
    ServiceLaunched,
)
from shiendomain.matching import MatchConcluded, MatchDeclined, MatchLapsed, MatchProposed, NoMatchFound
from shiendomain.mergers import AnsweredWithMerged, ProposalUnmerged
from shiendomain.services import ServiceEnded, ServiceReinstated
from shiendomain.splits import ProposalPartJoined, ProposalPartMade, ProposalSplit, SplitUndone
from shiendomain.states import ProposalState
from shiendomain.vocabulary import Missing
from shienevents import Envelope, Row, View, replace, types_of


class SearchRow(Row, key=("search_id",)):
    """A search of matching without a match: evidence for a gap. `need_area`: where the need was then."""

    search_id: UUID
    need_id: UUID | None = None
    need_area: str = ""
    missing: tuple[Missing, ...] = ()
    searched_at: datetime | None = None


class ProposedRow(Row, key=("match_id",)):
    """A resource that matching proposed for a need. `pending`: it is not declined, has not lapsed, has no outcome."""

    match_id: UUID
    need_id: UUID | None = None
    pending: bool = True
    proposed_at: datetime | None = None


ProposedStep = MatchProposed | MatchDeclined | MatchLapsed | MatchConcluded


def evolve_proposed(row: ProposedRow, event: ProposedStep, envelope: Envelope) -> ProposedRow:
    """The match after it was proposed, or was answered so that nothing of it is awaited."""
    if isinstance(event, MatchProposed):
        return replace(row, need_id=event.need_id, proposed_at=envelope.recorded_at)
    return replace(row, pending=False)


def evolve_search(row: SearchRow, event: NoMatchFound, envelope: Envelope) -> SearchRow:
    """What the search found missing."""
    return replace(
        row,
        need_id=event.need_id,
        need_area=event.need_area,
        missing=event.missing,
        searched_at=envelope.recorded_at,
    )


class ProposalRow(Row, key=("proposal_id",)):
    """A proposal for an issue. Of the states those are told apart that matter here; any other one is ESCALATED.

    One that is part of a merged proposal stands where that one stands. A part of one that was split is one of its own.
    """

    proposal_id: UUID
    issue_id: UUID | None = None
    state: ProposalState = ProposalState.ESCALATED
    launched: bool = False


ProposalStep = (
    ProposalEscalated
    | ProposalReturned
    | ProposalRejected
    | ProposalWithdrawn
    | AnswerRevoked
    | ServiceLaunched
    | ServiceEnded
    | ServiceReinstated
    | AnsweredWithMerged
    | ProposalUnmerged
    | ProposalSplit
    | SplitUndone
    | ProposalPartMade
    | ProposalPartJoined
)
_TOLD = (ProposalState.RETURNED, ProposalState.REJECTED, ProposalState.LAUNCHED, ProposalState.ENDED)


def evolve_proposal(row: ProposalRow, event: ProposalStep, _: Envelope) -> ProposalRow:
    """The proposal after a step that ends it, gives it back to its council, or takes that back."""
    match event:
        case ProposalEscalated():
            return replace(row, issue_id=event.issue_id, state=ProposalState.ESCALATED, launched=False)
        case AnsweredWithMerged():
            return _or_escalated(row, event.answer)
        case ProposalPartMade():
            row = replace(row, issue_id=event.issue_id)
            return _or_escalated(row, event.state)
        case SplitUndone():
            return _or_escalated(row, event.state)
        case ProposalSplit():
            return replace(row, state=ProposalState.SPLIT)
        case ProposalPartJoined():
            return replace(row, state=ProposalState.SPLIT_UNDONE)
        case AnswerRevoked() | ProposalUnmerged():
            return replace(row, state=ProposalState.ESCALATED)
        case ProposalReturned():
            return replace(row, state=ProposalState.RETURNED)
        case ProposalRejected():
            return replace(row, state=ProposalState.REJECTED)
        case ProposalWithdrawn():
            return replace(row, state=ProposalState.WITHDRAWN)
        case ServiceLaunched():
            return replace(row, state=ProposalState.LAUNCHED, launched=True)
        case ServiceEnded():
            return replace(row, state=ProposalState.ENDED)
        case ServiceReinstated():
            return replace(row, state=ProposalState.LAUNCHED if row.launched else ProposalState.ESCALATED)
        case _:
            assert_never(event)


def _or_escalated(row: ProposalRow, state: ProposalState) -> ProposalRow:
    """The proposal in one of the states that are told apart."""
    return replace(row, state=state if state in _TOLD else ProposalState.ESCALATED)


searches = View[SearchRow](
    name="searches",
    version=2,
    row=SearchRow,
    subscribes_to=(NoMatchFound,),
    keys=lambda event, _: [event.search_id],
    evolve=evolve_search,
    indexes=(("need_id",),),
)
proposed = View[ProposedRow](
    name="proposed",
    version=1,
    row=ProposedRow,
    subscribes_to=types_of(ProposedStep),
    keys=lambda event, _: [event.match_id],
    evolve=evolve_proposed,
    indexes=(("need_id",),),
)
proposals = View[ProposalRow](
    name="proposals",
    version=4,
    row=ProposalRow,
    subscribes_to=types_of(ProposalStep),
    keys=lambda event, _: [event.proposal_id],
    evolve=evolve_proposal,
    indexes=(("issue_id",),),
)
