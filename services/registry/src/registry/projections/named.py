"""How often escalation and needs named a council or a provider: what was done with it since it was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from shiendomain.days import day_of
from shiendomain.escalation import OwnProposalMade, ProposalEscalated, ProposalsMerged, ServiceLaunched
from shiendomain.needs import IssueCorrected, IssueRaised
from shiendomain.services import EntryRequested, ProviderJoined
from shienevents import Envelope, Row, View, replace, types_of

Proposed = ProposalEscalated | OwnProposalMade | ProposalsMerged
Provided = ServiceLaunched | EntryRequested | ProviderJoined
Naming = Proposed | Provided
Before = IssueRaised | IssueCorrected


class NamedRow(Row, key=("record_id",)):
    """How many times proposals named a council, and services or requests to take part in one named a provider.

    `first_on` is the day of the first time.
    """

    record_id: UUID
    proposals: int = 0
    services: int = 0
    first_on: date | None = None


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


def evolve_named(row: NamedRow, event: Naming, envelope: Envelope) -> NamedRow:
    """One more time."""
    day = day_of(envelope.occurred_at)
    row = replace(row, first_on=min(day, row.first_on or day))
    if isinstance(event, Proposed):
        return replace(row, proposals=row.proposals + 1)
    return replace(row, services=row.services + 1)


named = View[NamedRow](
    name="named",
    version=2,
    row=NamedRow,
    subscribes_to=types_of(Naming),
    keys=named_keys,
    evolve=evolve_named,
)


class IssueCouncilRow(Row, key=("issue_id",)):
    """The council that a local issue was raised with, and the day. It names it also when it is closed."""

    issue_id: UUID
    council_id: UUID | None = None
    raised_on: date | None = None


def evolve_issue_council(row: IssueCouncilRow, event: Before, envelope: Envelope) -> IssueCouncilRow:
    """The council after an event."""
    if isinstance(event, IssueRaised):
        row = replace(row, raised_on=day_of(envelope.occurred_at))
    return replace(row, council_id=event.council_id)


issue_councils = View[IssueCouncilRow](
    name="issue_councils",
    version=1,
    row=IssueCouncilRow,
    subscribes_to=types_of(Before),
    keys=lambda event, _: [event.issue_id],
    evolve=evolve_issue_council,
    indexes=(("council_id",),),
)
