"""The views: councils (of shiendomain), issues with their gaps, meetings, and proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.areas_view import areas_view
from shiendomain.councils_view import councils_view
from shiendomain.days import day_of
from shiendomain.escalation import (
    Attendance,
    CouncilMeetingHeld,
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
from shiendomain.needs import GapDeclared, IssueEvent, IssueRaised, NeedsConsolidated
from shiendomain.registry import ProviderRegistered
from shiendomain.rules import waiting_since
from shiendomain.states import ProposalState
from shiendomain.vocabulary import BodyKind, NeedBehind, SupportKind, TargetKind, Tier
from shienevents import Envelope, Row, View, replace, types_of


@dataclass(frozen=True)
class Behind:
    """A need behind an issue or a proposal."""

    need_id: UUID
    area: str
    people: int


@dataclass(frozen=True)
class Attended:
    """How many of one kind of body attended."""

    kind: BodyKind
    count: int


def behind(needs: Sequence[NeedBehind]) -> tuple[Behind, ...]:
    """The needs as rows hold them."""
    return tuple(Behind(need.need_id, need.area, need.people) for need in needs)


class ProviderRow(Row, key=("provider_id",)):
    """Where a provider is registered."""

    provider_id: UUID
    area: str = ""


def evolve_provider(row: ProviderRow, event: ProviderRegistered, _: Envelope) -> ProviderRow:
    """The provider after an event."""
    return replace(row, area=event.area)


class IssueRow(Row, key=("issue_id",)):
    """An issue with the needs behind it; every column is from the issue's own stream."""

    issue_id: UUID
    area: str = ""
    council_id: UUID | None = None
    title: str = ""
    gap: bool = False
    support_kind: SupportKind = SupportKind.OTHER
    needs: tuple[Behind, ...] = ()
    correlation: UUID | None = None


def evolve_issue(row: IssueRow, event: IssueEvent, envelope: Envelope) -> IssueRow:
    """The issue after an event."""
    row = replace(row, area=event.area, correlation=row.correlation or envelope.correlation)
    match event:
        case NeedsConsolidated():
            return replace(row, needs=behind(event.needs))
        case IssueRaised():
            return replace(row, council_id=event.council_id, title=event.title)
        case GapDeclared():
            return replace(
                row,
                council_id=event.council_id,
                gap=True,
                support_kind=event.support_kind,
                needs=behind(event.needs),
            )
        case _:
            assert_never(event)


class MeetingRow(Row, key=("meeting_id",)):
    """A meeting that was held."""

    meeting_id: UUID
    version: int = 0
    council_id: UUID | None = None
    area: str = ""
    tier: Tier = Tier.TIER2
    held_on: date | None = None
    issues: tuple[UUID, ...] = ()
    proposals: tuple[UUID, ...] = ()
    attendance: tuple[Attended, ...] = ()
    minutes: str = ""
    correlation: UUID | None = None


def evolve_meeting(row: MeetingRow, event: CouncilMeetingHeld, envelope: Envelope) -> MeetingRow:
    """The meeting: one event holds all of it."""
    return replace(
        row,
        version=envelope.version,
        council_id=event.council_id,
        area=event.area,
        tier=event.tier,
        held_on=event.held_on,
        issues=event.issues,
        proposals=event.proposals,
        attendance=_attended(event.attendance),
        minutes=event.minutes,
        correlation=envelope.correlation,
    )


def _attended(attendance: Sequence[Attendance]) -> tuple[Attended, ...]:
    return tuple(Attended(one.kind, one.count) for one in attendance)


class ProposalRow(Row, key=("proposal_id",)):
    """A proposal; every column is from its own stream.

    `escalated_on` is the day its waiting began (`rules.waiting_since`). `reason` is that of its last answer, or what
    was asked back.
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
    row = replace(row, version=envelope.version)
    match event:
        case ProposalEscalated():
            return _escalated(row, event, envelope)
        case ProposalReceived():
            return replace(row, state=ProposalState.RECEIVED, due_on=event.due_on)
        case ProposalReturned():
            return replace(row, state=ProposalState.RETURNED, due_on=None, reason=event.asked)
        case ProposalDeliberated():
            return replace(row, state=ProposalState.DELIBERATED, deliberations=row.deliberations + 1)
        case ProposalAdopted():
            return replace(row, state=ProposalState.ADOPTED, reason=event.reason)
        case ProposalRejected():
            return replace(row, state=ProposalState.REJECTED, reason=event.reason)
        case ProposalDeferred():
            return replace(row, state=ProposalState.DEFERRED, deferred_until=event.until, reason=event.reason)
        case ProposalWithdrawn():
            return replace(row, state=ProposalState.WITHDRAWN, reason=event.reason)
        case ServiceDesigned():
            return replace(row, state=ProposalState.DESIGNED, service_id=event.service_id, service_name=event.name)
        case ServiceLaunched():
            return replace(row, state=ProposalState.LAUNCHED, launched_on=event.launched_on)
        case _:
            assert_never(event)


def _escalated(row: ProposalRow, event: ProposalEscalated, envelope: Envelope) -> ProposalRow:
    """Escalated again, it is as new: what it was answered before is history."""
    return replace(
        row,
        state=ProposalState.ESCALATED,
        area=event.area,
        issue_id=event.issue_id,
        council_id=event.council_id,
        target_kind=event.target.kind,
        target_area=event.target.area,
        target_council_id=event.target.council_id,
        title=event.title,
        ask=event.ask,
        support_kind=event.support_kind,
        needs=behind(event.needs),
        times_escalated=event.round,
        escalated_on=waiting_since(
            row.state if row.times_escalated else None, row.escalated_on, day_of(envelope.occurred_at)
        ),
        due_on=None,
        deferred_until=None,
        deliberations=0,
        reason="",
        correlation=row.correlation or envelope.correlation,
    )


providers: View[ProviderRow] = View(
    name="providers",
    version=1,
    row=ProviderRow,
    subscribes_to=(ProviderRegistered,),
    keys=lambda event, _: [event.provider_id],
    evolve=evolve_provider,
)
issues: View[IssueRow] = View(
    name="issues",
    version=1,
    row=IssueRow,
    subscribes_to=types_of(IssueEvent),
    keys=lambda event, _: [event.issue_id],
    evolve=evolve_issue,
)
meetings: View[MeetingRow] = View(
    name="meetings",
    version=1,
    row=MeetingRow,
    subscribes_to=types_of(CouncilMeetingHeld),
    keys=lambda event, _: [event.meeting_id],
    evolve=evolve_meeting,
    indexes=(("area",), ("council_id",)),
)
proposals: View[ProposalRow] = View(
    name="proposals",
    version=2,
    row=ProposalRow,
    subscribes_to=types_of(ProposalEvent),
    keys=lambda event, _: [event.proposal_id],
    evolve=evolve_proposal,
    indexes=(("area", "state"), ("issue_id",)),
)
VIEWS = (areas_view, councils_view, providers, issues, meetings, proposals)
