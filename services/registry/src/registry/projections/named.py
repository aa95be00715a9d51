"""How often escalation named a council or a provider: what was done with it since it was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from shiendomain.escalation import OwnProposalMade, ProposalEscalated, ProposalsMerged, ServiceLaunched
from shiendomain.services import EntryRequested, ProviderJoined
from shienevents import Envelope, Row, View, replace, types_of

Proposed = ProposalEscalated | OwnProposalMade | ProposalsMerged
Provided = ServiceLaunched | EntryRequested | ProviderJoined
Naming = Proposed | Provided


class NamedRow(Row, key=("record_id",)):
    """How many times proposals named a council, and services or requests to take part in one named a provider."""

    record_id: UUID
    proposals: int = 0
    services: int = 0


def named_keys(event: Naming, _: Envelope) -> Sequence[UUID]:
    """The councils that propose and are asked, each once; the provider."""
    match event:
        case ProposalEscalated() | OwnProposalMade():
            named: tuple[UUID | None, ...] = (event.council_id, event.target.council_id)
        case ProposalsMerged():
            named = (event.target.council_id,)
        case _:
            named = (event.provider_id,)
    return [one for one in dict.fromkeys(named) if one]


def evolve_named(row: NamedRow, event: Naming, _: Envelope) -> NamedRow:
    """One more time."""
    if isinstance(event, Proposed):
        return replace(row, proposals=row.proposals + 1)
    return replace(row, services=row.services + 1)


named = View[NamedRow](
    name="named",
    version=1,
    row=NamedRow,
    subscribes_to=types_of(Naming),
    keys=named_keys,
    evolve=evolve_named,
)
