"""Proposals (提案) and what became of them."""

from __future__ import annotations

from datetime import date
from typing import assert_never
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
    ProposalMoved,
    ProposalOfCouncil,
    ProposalReceived,
    ProposalRejected,
    ProposalReturned,
    ProposalsMerged,
    ProposalWithdrawn,
    ServiceDesigned,
    ServiceLaunched,
)
from shiendomain.mergers import (
    AnsweredWithMerged,
    MergeUndone,
    OfMerged,
    OfOrigin,
    OriginRenewed,
    ProposalMergedInto,
    ProposalUnmerged,
)
from shiendomain.needs_behind import Behind, behind
from shiendomain.proposal_history import Rounds, areas_after, areas_of, days_told, meetings_of, rounds_after, standing
from shiendomain.reminders import AnswerReminded
from shiendomain.rules import answered, waiting_since
from shiendomain.services import ServiceDesignRevised, ServiceEnded, ServiceEvent, ServiceReinstated
from shiendomain.splits import OfPart, OfSplit, ProposalPartJoined, ProposalPartMade, ProposalSplit, SplitUndone
from shiendomain.states import ProposalState
from shiendomain.vocabulary import SupportKind, TargetKind
from shienevents import Envelope, Row, View, replace, types_of


class ProposalRow(Row, key=("proposal_id",)):
    """A proposal; every column is from its own stream. One of a tier-1 council's own has no issue.

    `escalated_on` is the day its waiting began (`rules.waiting_since`). `reason` is that of its last answer, or what
    was asked back. `rounds` has all that was asked and answered, `meetings` those on which that stands. Its services
    are rows of their own.

    `merged_into` is the merged proposal of which it is part, `answer` where that one stands. A merged one has its
    `origins`, and those `awaited` whose councils owe an answer. One that was split has its `parts`, a part the one that
    it was `split_from`.
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
    reminded_on: date | None = None
    merged_into: UUID | None = None
    answer: ProposalState | None = None
    origins: tuple[UUID, ...] = ()
    awaited: tuple[UUID, ...] = ()
    parts: tuple[UUID, ...] = ()
    split_from: UUID | None = None
    deliberations: int = 0
    reason: str = ""
    moved_for: str = ""
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
        case ProposalsMerged():
            return _merged(row, event, envelope)
        case ProposalReceived():
            return replace(row, state=ProposalState.RECEIVED, due_on=event.due_on)
        case DueDateChanged():
            return replace(row, due_on=event.due_on)
        case AnswerReminded():
            return replace(row, reminded_on=event.reminded_on)
        case ProposalReturned():
            return replace(row, state=ProposalState.RETURNED, due_on=None, awaited=row.origins)
        case ProposalDeliberated():
            return replace(row, state=ProposalState.DELIBERATED)
        case ProposalAdopted():
            return replace(row, state=ProposalState.ADOPTED)
        case ProposalRejected():
            return replace(row, state=ProposalState.REJECTED)
        case ProposalDeferred():
            return replace(row, state=ProposalState.DEFERRED, deferred_until=event.until)
        case AnswerRevoked():
            row = replace(row, due_on=event.due_on, deferred_until=event.deferred_until, awaited=())
            return replace(row, answer=event.state) if row.merged_into else replace(row, state=event.state)
        case ProposalWithdrawn():
            return replace(row, state=ProposalState.WITHDRAWN)
        case ProposalMoved():
            return _elsewhere(row, event)
        case ServiceDesigned():
            return replace(row, state=ProposalState.DESIGNED, service_id=event.service_id, service_name=event.name)
        case ProposalMergedInto() | AnsweredWithMerged() | ProposalUnmerged() | OriginRenewed() | MergeUndone():
            return _of_merger(row, event)
        case ProposalSplit() | SplitUndone() | ProposalPartMade() | ProposalPartJoined():
            return _of_split(row, event, envelope)
        case _:
            return _of_service(row, event)


def _of_merger(row: ProposalRow, event: OfOrigin | OfMerged) -> ProposalRow:
    """An origin, or a merged proposal, after an event of the merger."""
    match event:
        case ProposalMergedInto():
            row = replace(row, merged_into=event.merged_id, due_on=event.due_on, deferred_until=None)
            return replace(row, state=ProposalState.MERGED, answer=ProposalState.RECEIVED)
        case AnsweredWithMerged():
            return replace(row, answer=event.answer, **days_told(event))
        case ProposalUnmerged():
            row = replace(row, merged_into=None, answer=None, launched_on=None)
            return replace(row, state=event.state, due_on=event.due_on, deferred_until=event.deferred_until)
        case OriginRenewed():
            return _renewed(row, event)
        case MergeUndone():
            return replace(row, state=ProposalState.MERGE_UNDONE)
        case _:
            assert_never(event)


def _of_split(row: ProposalRow, event: OfSplit | OfPart, envelope: Envelope) -> ProposalRow:
    """A proposal that was split, or a part, after an event of the split."""
    match event:
        case ProposalSplit():
            parts = tuple(part.proposal_id for part in event.parts)
            return replace(row, state=ProposalState.SPLIT, parts=parts, due_on=None, deferred_until=None)
        case SplitUndone():
            row = replace(row, state=event.state, parts=())
            return replace(row, due_on=event.due_on, deferred_until=event.deferred_until)
        case ProposalPartMade():
            row = replace(_asked(row, event), state=event.state, split_from=event.split_from, times_escalated=1)
            row = replace(row, escalated_on=event.waiting_since, due_on=event.due_on)
            return replace(row, correlation=envelope.correlation)
        case ProposalPartJoined():
            return replace(row, state=ProposalState.SPLIT_UNDONE)


def _asked(row: ProposalRow, event: ProposalOfCouncil) -> ProposalRow:
    """What a council asks of the upper tier."""
    return replace(
        row,
        area=event.area,
        issue_id=None if isinstance(event, OwnProposalMade) else event.issue_id,
        council_id=event.council_id,
        target_kind=event.target.kind,
        target_area=event.target.area,
        target_council_id=event.target.council_id,
        title=event.title,
        ask=event.ask,
        support_kind=event.support_kind,
        needs=behind(event.needs),
        need_areas=areas_of(event.needs),
    )


def _elsewhere(row: ProposalRow, event: ProposalMoved) -> ProposalRow:
    """The proposal in its new area, with the needs behind it that were in the old one. Origins keep their own needs."""
    row = replace(row, area=event.area, moved_for=event.reason)
    if row.origins:
        return row
    needs = tuple(need.moved(event.area) if need.area == event.from_area else need for need in row.needs)
    return replace(row, needs=needs, need_areas=areas_after(row.need_areas, event))


def _renewed(row: ProposalRow, event: OriginRenewed) -> ProposalRow:
    """A merged proposal with what one of its origins asks for now. With the last of them it goes up again."""
    needs = tuple(need for origin in event.origins for need in origin.needs)
    row = replace(row, needs=behind(needs), need_areas=areas_of(needs), awaited=event.awaited)
    if event.awaited:
        return row
    state = ProposalState.ESCALATED
    row = replace(row, state=state, times_escalated=event.round)
    return replace(row, due_on=None, deferred_until=None, reminded_on=None)


def _merged(row: ProposalRow, event: ProposalsMerged, envelope: Envelope) -> ProposalRow:
    """A merged proposal as it begins: tier 1 has received each of its origins."""
    return replace(
        row,
        state=ProposalState.RECEIVED,
        area=event.area,
        target_kind=event.target.kind,
        target_area=event.target.area,
        target_council_id=event.target.council_id,
        title=event.title,
        ask=event.ask,
        support_kind=event.support_kind,
        needs=behind(event.needs),
        need_areas=areas_of(event.needs),
        origins=tuple(origin.proposal_id for origin in event.origins),
        times_escalated=1,
        escalated_on=event.waiting_since,
        due_on=event.due_on,
        correlation=envelope.correlation,
    )


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
    """Escalated again, it is as new: what it was answered before is in its earlier rounds.

    Where a merged proposal asked back, it goes up again as part of that one.
    """
    renews = row.answer is ProposalState.RETURNED
    return replace(
        _asked(row, event),
        state=ProposalState.MERGED if renews else ProposalState.ESCALATED,
        merged_into=row.merged_into if renews else None,
        answer=ProposalState.ESCALATED if renews else None,
        times_escalated=event.round,
        escalated_on=waiting_since(
            answered(row.state, row.answer) if row.times_escalated else None,
            row.escalated_on,
            day_of(envelope.occurred_at),
        ),
        due_on=None,
        deferred_until=None,
        reminded_on=None,
        service_id=None,
        service_name="",
        launched_on=None,
        correlation=row.correlation or envelope.correlation,
    )


proposals: View[ProposalRow] = View(
    name="proposals",
    version=7,
    row=ProposalRow,
    subscribes_to=types_of(ProposalEvent),
    keys=lambda event, _: [event.proposal_id],
    evolve=evolve_proposal,
    indexes=(("area", "state"), ("issue_id",), ("need_areas",), ("meetings",), ("origins",)),
)
