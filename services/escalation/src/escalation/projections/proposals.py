"""Proposals (提案) and what became of them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shiendomain.days import day_of
from shiendomain.escalation import (
    AnswerRevoked,
    DueDateChanged,
    OwnProposalMade,
    ProposalAdopted,
    ProposalDeferred,
    ProposalDeliberated,
    ProposalEscalated,
    ProposalEvent,
    ProposalMade,
    ProposalReceived,
    ProposalRejected,
    ProposalReturned,
    ProposalWithdrawn,
    ServiceDesigned,
    ServiceLaunched,
)
from shiendomain.needs_behind import Behind, behind
from shiendomain.proposal_history import Rounds, meetings_of, rounds_after, standing
from shiendomain.rules import waiting_since
from shiendomain.services import ServiceDesignRevised, ServiceEnded, ServiceEvent, ServiceReinstated
from shiendomain.states import ProposalState
from shiendomain.vocabulary import SupportKind, TargetKind
from shienevents import Envelope, Row, View, replace, types_of


class ProposalRow(Row, key=("proposal_id",)):
    """A proposal; every column is from its own stream. One of a tier-1 council's own has no issue.

    `escalated_on` is the day its waiting began (`rules.waiting_since`). `reason` is that of its last answer, or what
    was asked back. `rounds` has all that was asked and answered, `meetings` those on which that stands. Its services
    are rows of their own.
    """

    proposal_id: UUID
    version: int = 0
    state: ProposalState = ProposalState.ESCALATED
    area: str = ""
    issue_id: UUID | None = None
    council_id: UUID | None = None
    target_kind: TargetKind = TargetKind.MUNICIPALITY
    target_area: str = ""
    target_council_id: UUID | None = None
    title: str = ""
    ask: str = ""
    support_kind: SupportKind = SupportKind.OTHER
    needs: tuple[Behind, ...] = ()
    need_areas: tuple[str, ...] = ()
    rounds: Rounds = ()
    meetings: tuple[UUID, ...] = ()
    times_escalated: int = 0
    escalated_on: date = date.min
    due_on: date | None = None
    deferred_until: date | None = None
    deliberations: int = 0
    reason: str = ""
    service_id: UUID | None = None
    service_name: str = ""
    launched_on: date | None = None
    correlation: UUID | None = None


def evolve_proposal(row: ProposalRow, event: ProposalEvent, envelope: Envelope) -> ProposalRow:
    """The proposal after an event."""
    row = _with_rounds(replace(row, version=envelope.version), event, envelope)
    match event:
        case ProposalEscalated() | OwnProposalMade():
            return _escalated(row, event, envelope)
        case ProposalReceived():
            return replace(row, state=ProposalState.RECEIVED, due_on=event.due_on)
        case DueDateChanged():
            return replace(row, due_on=event.due_on)
        case ProposalReturned():
            return replace(row, state=ProposalState.RETURNED, due_on=None)
        case ProposalDeliberated():
            return replace(row, state=ProposalState.DELIBERATED)
        case ProposalAdopted():
            return replace(row, state=ProposalState.ADOPTED)
        case ProposalRejected():
            return replace(row, state=ProposalState.REJECTED)
        case ProposalDeferred():
            return replace(row, state=ProposalState.DEFERRED, deferred_until=event.until)
        case AnswerRevoked():
            return replace(row, state=event.state, due_on=event.due_on, deferred_until=event.deferred_until)
        case ProposalWithdrawn():
            return replace(row, state=ProposalState.WITHDRAWN)
        case ServiceDesigned():
            return replace(row, state=ProposalState.DESIGNED, service_id=event.service_id, service_name=event.name)
        case _:
            return _of_service(row, event)


def _of_service(row: ProposalRow, event: ServiceLaunched | ServiceEvent) -> ProposalRow:
    """The proposal after an event of its service. The rest of the service is in the view `services`."""
    match event:
        case ServiceDesignRevised():
            return replace(row, service_name=event.name)
        case ServiceLaunched():
            return replace(row, state=ProposalState.LAUNCHED, launched_on=event.launched_on)
        case ServiceEnded():
            return replace(row, state=ProposalState.ENDED)
        case ServiceReinstated():
            return replace(row, state=ProposalState.LAUNCHED if row.launched_on else ProposalState.DESIGNED)
        case _:
            return row


def _with_rounds(row: ProposalRow, event: ProposalEvent, envelope: Envelope) -> ProposalRow:
    """The rounds after the event, and what follows from the answers that stand."""
    rounds = rounds_after(row.rounds, event, envelope)
    answers = standing(rounds)
    texts = [one.text for one in answers if one.text]
    return replace(
        row,
        rounds=rounds,
        meetings=meetings_of(rounds),
        deliberations=sum(one.state is ProposalState.DELIBERATED for one in answers),
        reason=texts[-1] if texts else "",
    )


def _escalated(row: ProposalRow, event: ProposalMade, envelope: Envelope) -> ProposalRow:
    """Escalated again, it is as new: what it was answered before is in its earlier rounds."""
    return replace(
        row,
        state=ProposalState.ESCALATED,
        area=event.area,
        issue_id=event.issue_id if isinstance(event, ProposalEscalated) else None,
        council_id=event.council_id,
        target_kind=event.target.kind,
        target_area=event.target.area,
        target_council_id=event.target.council_id,
        title=event.title,
        ask=event.ask,
        support_kind=event.support_kind,
        needs=behind(event.needs),
        need_areas=tuple(sorted({need.area for need in event.needs})),
        times_escalated=event.round,
        escalated_on=waiting_since(
            row.state if row.times_escalated else None, row.escalated_on, day_of(envelope.occurred_at)
        ),
        due_on=None,
        deferred_until=None,
        service_id=None,
        service_name="",
        launched_on=None,
        correlation=row.correlation or envelope.correlation,
    )


proposals: View[ProposalRow] = View(
    name="proposals",
    version=3,
    row=ProposalRow,
    subscribes_to=types_of(ProposalEvent),
    keys=lambda event, _: [event.proposal_id],
    evolve=evolve_proposal,
    indexes=(("area", "state"), ("issue_id",), ("need_areas",), ("meetings",)),
)
