"""The events of escalation: proposals (提案) and the answers to them, services designed and launched.

The stream of a proposal runs from its escalation to the service that answers it. So from a launched service one can
go back to each need that it came from.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shienevents import Event

from .grown import GrownFrom
from .meetings import MeetingEvent
from .mergers import OfMerged, OfOrigin, Origin
from .reminders import AnswerReminded
from .self_help import SelfHelpEvent
from .services import ServiceEvent
from .splits import OfPart, OfSplit, ProposalPartMade
from .states import ProposalState
from .vocabulary import (
    AreaCode,
    ByMapping,
    Line,
    LineOfReason,
    Name,
    NeedBehind,
    People,
    Reason,
    ServiceClass,
    SupportKind,
    Target,
    Text,
    Yen,
)


class ProposalEscalated(Event, wire="escalation.proposal_escalated.v1"):
    """A tier-2 council proposed to the upper tier what it cannot create. `round` counts the escalations, from 1.

    `grown_from` is the activity of residents that is put forward as a service, with its history, if there is one.
    """

    proposal_id: UUID
    area: AreaCode
    issue_id: UUID
    council_id: UUID
    meeting_id: UUID
    target: Target
    title: Name
    ask: Text
    support_kind: SupportKind
    needs: tuple[NeedBehind, ...]
    round: Annotated[int, Field(ge=1, le=100)]
    grown_from: GrownFrom | None = None


class OwnProposalMade(Event, wire="escalation.own_proposal_made.v1"):
    """A tier-1 council made a proposal of its own (提案・要望) to the municipality, without an issue from below.

    `grown_from` as in `ProposalEscalated`.
    """

    proposal_id: UUID
    area: AreaCode
    council_id: UUID
    meeting_id: UUID
    target: Target
    title: Name
    ask: Text
    support_kind: SupportKind
    needs: tuple[NeedBehind, ...] = ()
    round: Annotated[int, Field(ge=1, le=100)]
    grown_from: GrownFrom | None = None


class ProposalsMerged(Event, wire="escalation.proposals_merged.v1"):
    """Tier 1 merged proposals of one municipality: from now on they are answered together, as this one, by `due_on`.

    `waiting_since` is the day since which the first of them waits.
    """

    proposal_id: UUID
    area: AreaCode
    target: Target
    title: Name
    ask: Text
    support_kind: SupportKind
    origins: tuple[Origin, ...]
    waiting_since: date
    due_on: date
    reason: Reason

    @property
    def needs(self) -> tuple[NeedBehind, ...]:
        """The needs behind all of its origins."""
        return tuple(need for origin in self.origins for need in origin.needs)


class ProposalReceived(Event, wire="escalation.proposal_received.v1"):
    """The upper tier received the proposal and will answer by `due_on`."""

    proposal_id: UUID
    due_on: date


class DueDateChanged(Event, wire="escalation.due_date_changed.v1"):
    """The upper tier will answer by another day, for this reason."""

    proposal_id: UUID
    due_on: date
    reason: Reason


class ProposalReturned(Event, wire="escalation.proposal_returned.v1"):
    """The proposal was sent back with a question. It may be escalated again."""

    proposal_id: UUID
    asked: Reason


class ProposalDeliberated(Event, wire="escalation.proposal_deliberated.v1"):
    """The upper council deliberated on it: its views on supply, fee, supporters and support for salons."""

    proposal_id: UUID
    meeting_id: UUID
    supply: Text = ""
    fee: Text = ""
    supporters: Text = ""
    salon_support: Text = ""


class ProposalAdopted(Event, wire="escalation.proposal_adopted.v1"):
    """The proposal was adopted: a service will be designed for it."""

    proposal_id: UUID
    reason: Reason


class ProposalRejected(Event, wire="escalation.proposal_rejected.v1"):
    """The proposal was rejected, for this reason."""

    proposal_id: UUID
    reason: Reason


class ProposalDeferred(Event, wire="escalation.proposal_deferred.v1"):
    """The proposal was deferred until a day, for this reason. It is taken up again then."""

    proposal_id: UUID
    until: date
    reason: Reason


class AnswerRevoked(Event, wire="escalation.answer_revoked.v1"):
    """The last answer was a mistake. The proposal is as it was before it: `state`, and the days that go with it."""

    proposal_id: UUID
    answer: Literal[
        ProposalState.RECEIVED,
        ProposalState.RETURNED,
        ProposalState.DELIBERATED,
        ProposalState.ADOPTED,
        ProposalState.REJECTED,
        ProposalState.DEFERRED,
    ]
    state: Literal[ProposalState.ESCALATED, ProposalState.RECEIVED, ProposalState.DELIBERATED, ProposalState.DEFERRED]
    due_on: date | None = None
    deferred_until: date | None = None
    reason: Reason


class ProposalWithdrawn(Event, wire="escalation.proposal_withdrawn.v1"):
    """The council that made the proposal withdrew it."""

    proposal_id: UUID
    reason: Reason


class ServiceDesigned(Event, wire="escalation.service_designed.v1"):
    """A service project was designed to answer the proposal."""

    proposal_id: UUID
    service_id: UUID
    name: Name
    service_class: ServiceClass
    support_kinds: tuple[SupportKind, ...]
    fee_yen: Yen | None = None
    criteria: Text = ""
    starts_on: date


class ServiceLaunched(Event, wire="escalation.service_launched.v1"):
    """The service was launched. The registry registers it as a resource; matching proposes it for these needs.

    `entry_id`: the request of the provider to take part, if there was one. `taken_over`: the activity that became the
    service; the registry lists the service as this resource, and registers none.
    """

    proposal_id: UUID
    service_id: UUID
    name: Name
    service_class: ServiceClass
    support_kinds: tuple[SupportKind, ...]
    provider_id: UUID | None = None
    provider_name: Name
    area: AreaCode
    service_areas: tuple[AreaCode, ...]
    capacity: People | None = None
    fee_yen: Yen | None = None
    schedule: Line = ""
    launched_on: date
    needs: tuple[NeedBehind, ...]
    entry_id: UUID | None = None
    taken_over: UUID | None = None


class ProposalMoved(Event, wire="escalation.proposal_moved.v1"):
    """The proposal is one of `area`: the area that made it ended. The needs behind it are there too."""

    proposal_id: UUID
    from_area: AreaCode
    area: AreaCode
    reason: LineOfReason
    by_mapping: ByMapping | None = None


ProposalMade = ProposalEscalated | OwnProposalMade
"""A proposal goes to the upper tier, for the first time or again."""
ProposalOfCouncil = ProposalMade | ProposalPartMade
"""What a council asks of the upper tier."""
ProposalAsked = ProposalOfCouncil | ProposalsMerged
"""What is asked of the upper tier, by a council or by several together."""
AnswerEvent = (
    ProposalReceived | ProposalReturned | ProposalDeliberated | ProposalAdopted | ProposalRejected | ProposalDeferred
)
AnswerChanged = DueDateChanged | AnswerRevoked | AnswerReminded
ProposalEvent = (
    ProposalAsked
    | ProposalReceived
    | ProposalReturned
    | ProposalDeliberated
    | ProposalAdopted
    | ProposalRejected
    | ProposalDeferred
    | AnswerChanged
    | ProposalWithdrawn
    | ProposalMoved
    | ServiceDesigned
    | ServiceLaunched
    | ServiceEvent
    | OfOrigin
    | OfMerged
    | OfSplit
    | OfPart
)
EscalationEvent = MeetingEvent | SelfHelpEvent | ProposalEvent
