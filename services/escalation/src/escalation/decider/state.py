"""The state of a proposal, folded from its stream."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from shiendomain.escalation import (
    ProposalAdopted,
    ProposalDeferred,
    ProposalDeliberated,
    ProposalEscalated,
    ProposalEvent,
    ProposalReceived,
    ProposalRejected,
    ProposalReturned,
    ProposalWithdrawn,
    ServiceDesigned,
    ServiceLaunched,
)
from shiendomain.vocabulary import Word


class ProposalState(Word):
    """How far a proposal has come."""

    NONE = "none", "未提案"
    ESCALATED = "escalated", "提案済み"
    RECEIVED = "received", "受理"
    RETURNED = "returned", "差戻し"
    DELIBERATED = "deliberated", "協議"
    ADOPTED = "adopted", "採択"
    REJECTED = "rejected", "不採択"
    DEFERRED = "deferred", "保留"
    WITHDRAWN = "withdrawn", "取下げ"
    DESIGNED = "designed", "制度設計"
    LAUNCHED = "launched", "事業開始"

    @property
    def closed(self) -> bool:
        """Whether nothing more is awaited of it."""
        return self in (ProposalState.REJECTED, ProposalState.WITHDRAWN, ProposalState.LAUNCHED)


@dataclass(frozen=True)
class Proposal:
    """A proposal: what it asked for last, how far it has come, and the service designed for it."""

    state: ProposalState = ProposalState.NONE
    escalated: ProposalEscalated | None = None
    designed: ServiceDesigned | None = None


def evolve(state: Proposal, event: ProposalEvent) -> Proposal:
    """The state after an event."""
    match event:
        case ProposalEscalated():
            return Proposal(ProposalState.ESCALATED, event)
        case ProposalReceived():
            return replace(state, state=ProposalState.RECEIVED)
        case ProposalReturned():
            return replace(state, state=ProposalState.RETURNED)
        case ProposalDeliberated():
            return replace(state, state=ProposalState.DELIBERATED)
        case ProposalAdopted():
            return replace(state, state=ProposalState.ADOPTED)
        case ProposalRejected():
            return replace(state, state=ProposalState.REJECTED)
        case ProposalDeferred():
            return replace(state, state=ProposalState.DEFERRED)
        case ProposalWithdrawn():
            return replace(state, state=ProposalState.WITHDRAWN)
        case ServiceDesigned():
            return replace(state, state=ProposalState.DESIGNED, designed=event)
        case ServiceLaunched():
            return replace(state, state=ProposalState.LAUNCHED)
        case _:
            assert_never(event)
