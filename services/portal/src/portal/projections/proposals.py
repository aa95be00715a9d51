"""Proposals, and the services that came of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.areas import municipality_of
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
from shiendomain.proposal_history import Rounds, areas_after, areas_of, days_told, rounds_after
from shiendomain.reminders import AnswerReminded
from shiendomain.rules import answered, waiting_since
from shiendomain.services import ServiceDesignRevised, ServiceEnded, ServiceEvent, ServiceReinstated
from shiendomain.splits import OfPart, OfSplit, ProposalPartJoined, ProposalPartMade, ProposalSplit, SplitUndone
from shiendomain.states import ProposalState
from shiendomain.vocabulary import SupportKind, TargetKind
from shienevents import Envelope, Row, View, replace, types_of


class ProposalRow(Row, key=("proposal_id",)):
    """One proposal; every column is from its own stream.

    `escalated_on` is the day it waits from (`rules.waiting_since`). `rounds` has all that was asked and answered;
    `services` are all that were designed for it. `merged_into` is the merged proposal of which it is part, `answer`
    where that one stands; a merged one has its `origins`. One that was split has its `parts`, a part the one that it
    was `split_from`.
    """

    proposal_id: UUID
    area: str = ""
    target_kind: TargetKind = TargetKind.MUNICIPALITY
    target_area: str = ""
    target_council_id: UUID | None = None
    council_id: UUID | None = None
    issue_id: UUID | None = None
    title: str = ""
    support_kind: SupportKind | None = None
    state: ProposalState = ProposalState.ESCALATED
    needs: tuple[UUID, ...] = ()
    need_areas: tuple[str, ...] = ()
    rounds: Rounds = ()
    escalated_on: date | None = None
    due_on: date | None = None
    deferred_until: date | None = None
    reminded_on: date | None = None
    service_id: UUID | None = None
    service_name: str = ""
    launched_on: date | None = None
    services: tuple[UUID, ...] = ()
    round: int = 0
    merged_into: UUID | None = None
    answer: ProposalState | None = None
    origins: tuple[UUID, ...] = ()
    parts: tuple[UUID, ...] = ()
    split_from: UUID | None = None
    version: int = 0


_STATES = {
    ProposalDeliberated: ProposalState.DELIBERATED,
    ProposalAdopted: ProposalState.ADOPTED,
    ProposalRejected: ProposalState.REJECTED,
    ProposalWithdrawn: ProposalState.WITHDRAWN,
}


def proposal_keys(event: ProposalEvent, _: Envelope) -> Sequence[UUID]:
    """The proposal's own row."""
    return [event.proposal_id]


def evolve_proposal(row: ProposalRow, event: ProposalEvent, envelope: Envelope) -> ProposalRow:
    """The row after an event."""
    row = replace(row, version=envelope.version, rounds=rounds_after(row.rounds, event, envelope))
    match event:
        case ProposalEscalated() | OwnProposalMade():
            return _escalated(row, event, day_of(envelope.occurred_at))
        case ProposalsMerged():
            return _merged(row, event)
        case ProposalReceived():
            return replace(row, state=ProposalState.RECEIVED, due_on=event.due_on)
        case DueDateChanged():
            return replace(row, due_on=event.due_on)
        case AnswerRevoked():
            row = replace(row, due_on=event.due_on, deferred_until=event.deferred_until)
            return replace(row, answer=event.state) if row.merged_into else replace(row, state=event.state)
        case AnswerReminded():
            return replace(row, reminded_on=event.reminded_on)
        case ProposalReturned():
            return replace(row, state=ProposalState.RETURNED, due_on=None)
        case ProposalDeferred():
            return replace(row, state=ProposalState.DEFERRED, deferred_until=event.until)
        case ProposalDeliberated() | ProposalAdopted() | ProposalRejected() | ProposalWithdrawn():
            return replace(row, state=_STATES[type(event)])
        case ProposalMoved():
            areas = areas_after(row.need_areas, event) if not row.origins else row.need_areas
            return replace(row, area=event.area, need_areas=areas)
        case ServiceDesigned():
            row = replace(row, services=(*row.services, event.service_id))
            return _with_service(row, event, ProposalState.DESIGNED)
        case ServiceLaunched():
            return replace(_with_service(row, event, ProposalState.LAUNCHED), launched_on=event.launched_on)
        case ProposalMergedInto() | AnsweredWithMerged() | ProposalUnmerged() | OriginRenewed() | MergeUndone():
            return _of_merger(row, event)
        case ProposalSplit() | SplitUndone() | ProposalPartMade() | ProposalPartJoined():
            return _of_split(row, event)
        case _:
            return _of_service(row, event)


def _of_merger(row: ProposalRow, event: OfOrigin | OfMerged) -> ProposalRow:
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
            needs = tuple(need for origin in event.origins for need in origin.needs)
            row = replace(row, needs=tuple(need.need_id for need in needs), need_areas=areas_of(needs))
            if event.awaited:
                return row
            row = replace(row, due_on=None, deferred_until=None, reminded_on=None)
            return replace(row, state=ProposalState.ESCALATED, round=event.round)
        case MergeUndone():
            return replace(row, state=ProposalState.MERGE_UNDONE)
        case _:
            assert_never(event)


def _of_split(row: ProposalRow, event: OfSplit | OfPart) -> ProposalRow:
    match event:
        case ProposalSplit():
            parts = tuple(part.proposal_id for part in event.parts)
            return replace(row, state=ProposalState.SPLIT, parts=parts, due_on=None, deferred_until=None)
        case SplitUndone():
            row = replace(row, state=event.state, parts=())
            return replace(row, due_on=event.due_on, deferred_until=event.deferred_until)
        case ProposalPartMade():
            row = replace(_asked(row, event), state=event.state, split_from=event.split_from, round=1)
            return replace(row, escalated_on=event.waiting_since, due_on=event.due_on)
        case ProposalPartJoined():
            return replace(row, state=ProposalState.SPLIT_UNDONE)


def _merged(row: ProposalRow, event: ProposalsMerged) -> ProposalRow:
    return replace(
        row,
        area=event.area,
        target_kind=event.target.kind,
        target_area=event.target.area,
        target_council_id=event.target.council_id,
        title=event.title,
        support_kind=event.support_kind,
        state=ProposalState.RECEIVED,
        needs=tuple(need.need_id for need in event.needs),
        need_areas=areas_of(event.needs),
        origins=tuple(origin.proposal_id for origin in event.origins),
        escalated_on=event.waiting_since,
        due_on=event.due_on,
        round=1,
    )


def _of_service(row: ProposalRow, event: ServiceEvent) -> ProposalRow:
    match event:
        case ServiceDesignRevised():
            return replace(row, service_name=event.name)
        case ServiceEnded():
            return replace(row, state=ProposalState.ENDED)
        case ServiceReinstated():
            return replace(row, state=ProposalState.LAUNCHED if row.launched_on else ProposalState.DESIGNED)
        case _:
            return row


def _escalated(row: ProposalRow, event: ProposalMade, day: date) -> ProposalRow:
    renews = row.answer is ProposalState.RETURNED  # as part of the merged proposal, which asked back
    return replace(
        _asked(row, event),
        state=ProposalState.MERGED if renews else ProposalState.ESCALATED,
        merged_into=row.merged_into if renews else None,
        answer=ProposalState.ESCALATED if renews else None,
        escalated_on=waiting_since(answered(row.state, row.answer), row.escalated_on, day),
        due_on=None,
        deferred_until=None,
        reminded_on=None,
        launched_on=None,
        round=event.round,
    )


def _asked(row: ProposalRow, event: ProposalOfCouncil) -> ProposalRow:
    return replace(
        row,
        area=event.area,
        target_kind=event.target.kind,
        target_area=event.target.area,
        target_council_id=event.target.council_id,
        council_id=event.council_id,
        issue_id=None if isinstance(event, OwnProposalMade) else event.issue_id,
        title=event.title,
        support_kind=event.support_kind,
        needs=tuple(need.need_id for need in event.needs),
        need_areas=areas_of(event.needs),
    )


def _with_service(row: ProposalRow, event: ServiceDesigned | ServiceLaunched, state: ProposalState) -> ProposalRow:
    return replace(row, state=state, service_id=event.service_id, service_name=event.name)


proposals: View[ProposalRow] = View(
    name="proposals",
    version=7,
    row=ProposalRow,
    subscribes_to=types_of(ProposalEvent),
    keys=proposal_keys,
    evolve=evolve_proposal,
    indexes=(("area",), ("issue_id",), ("services",), ("council_id",), ("target_council_id",), ("origins",)),
    counted_in=lambda row: [municipality_of(row.area)],
)
