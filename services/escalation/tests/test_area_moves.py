"""An open proposal goes to a successor of its area that ended, and back."""

from __future__ import annotations

from dataclasses import replace

from escalation.decider import proposal
from escalation.decider.proposal_move import MoveProposal
from shiendomain.escalation import ProposalEvent, ProposalMoved, ServiceLaunched
from shiendomain.moves import Move
from shiendomain.states import ProposalState
from shiendomain.vocabulary import ByMapping
from shienevents.testing import Scenario

from .facts import ADOPTED, DESIGNED, NORTH, PROPOSAL, PROPOSAL_MOVED, RECEIVED, REJECTED, SOUTH, WITHDRAWN, escalated
from .test_decider import design, launch

asked = Scenario(proposal.decider)
OUT = Move(SOUTH, {NORTH, SOUTH}, PROPOSAL_MOVED.reason, PROPOSAL_MOVED.by_mapping, NORTH)
move = MoveProposal(PROPOSAL, OUT)


def test_an_open_proposal_moves_once_and_what_was_answered_stays() -> None:
    for answers in ((), (RECEIVED,), (RECEIVED, ADOPTED), (RECEIVED, ADOPTED, DESIGNED)):
        asked.given(escalated(), *answers).when(move).then(PROPOSAL_MOVED)
        asked.given(escalated(), *answers, PROPOSAL_MOVED).when(move).then()
    for end in (REJECTED, WITHDRAWN):
        state = ProposalState.REJECTED if end is REJECTED else ProposalState.WITHDRAWN
        needed = tuple(one for one in ProposalState if not one.closed)
        asked.given(escalated(), RECEIVED, end).when(move).then_rejected(
            "proposal.wrong_state", state=state, needed=needed
        )


def test_it_goes_back_from_where_the_mapping_brought_it_only() -> None:
    assert OUT.by_mapping
    by = ByMapping(mapping_id=OUT.by_mapping.mapping_id, back=True)
    back = MoveProposal(PROPOSAL, Move(NORTH, OUT.within, "線の引き直し", by, SOUTH))
    there = asked.given(escalated(), PROPOSAL_MOVED)
    there.when(back).then(
        ProposalMoved(proposal_id=PROPOSAL, from_area=SOUTH, area=NORTH, reason="線の引き直し", by_mapping=by)
    )
    asked.given(escalated()).when(back).then()


def test_a_service_is_designed_and_launched_for_the_area_where_the_proposal_is() -> None:
    there: list[ProposalEvent] = [escalated(), RECEIVED, ADOPTED, PROPOSAL_MOVED]
    there += proposal.decide(design, proposal.decider.state(there))
    (launched,) = proposal.decide(replace(launch, service_areas=(SOUTH,)), proposal.decider.state(there))
    assert isinstance(launched, ServiceLaunched)
    assert launched.area == SOUTH
