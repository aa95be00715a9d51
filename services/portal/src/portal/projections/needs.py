"""Needs and issues. A need's row is fed by the need's own stream; that its issue is a gap is joined when read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.days import day_of
from shiendomain.needs import (
    GapDeclared,
    IssueEvent,
    IssueRaised,
    NeedEvent,
    NeedGrouped,
    NeedMatched,
    NeedMet,
    NeedRecorded,
    NeedReopened,
    NeedRevised,
    NeedsConsolidated,
    NeedWithdrawn,
)
from shiendomain.vocabulary import SupportKind
from shienevents import Envelope, Row, View

from ..words import NeedState


class NeedRow(Row, key=("need_id",)):
    """One need. `state` never says GROUPED or GAP: those follow from `issue_id`, while it is OPEN."""

    need_id: UUID
    area: str = ""
    support_kind: SupportKind | None = None
    people: int = 0
    state: NeedState = NeedState.OPEN
    issue_id: UUID | None = None
    match_id: UUID | None = None
    service_id: UUID | None = None
    helped: int = 0
    recorded_on: date | None = None
    version: int = 0
    correlation: UUID | None = None


def need_keys(event: NeedEvent, _: Envelope) -> Sequence[UUID]:
    """The need's own row."""
    return [event.need_id]


def evolve_need(row: NeedRow, event: NeedEvent, envelope: Envelope) -> NeedRow:
    """The row after an event."""
    row = replace(row, version=envelope.version)
    match event:
        case NeedRecorded():
            return replace(
                row,
                area=event.area,
                support_kind=event.support_kind,
                people=event.people,
                recorded_on=day_of(envelope.occurred_at),
                correlation=envelope.correlation,
            )
        case NeedRevised():
            return replace(row, people=event.people)
        case NeedGrouped():
            return replace(row, issue_id=event.issue_id)
        case NeedMatched():
            return replace(row, state=NeedState.MATCHED, match_id=event.match_id)
        case NeedMet():
            return replace(
                row,
                state=NeedState.MET,
                match_id=event.match_id,
                service_id=event.service_id,
                helped=event.people_helped,
            )
        case NeedReopened():
            return replace(row, state=NeedState.OPEN, match_id=None, service_id=None, helped=0)
        case NeedWithdrawn():
            return replace(row, state=NeedState.WITHDRAWN)
        case _:
            assert_never(event)


needs: View[NeedRow] = View(
    name="needs",
    version=1,
    row=NeedRow,
    subscribes_to=(NeedRecorded, NeedRevised, NeedGrouped, NeedMatched, NeedMet, NeedReopened, NeedWithdrawn),
    keys=need_keys,
    evolve=evolve_need,
    indexes=(("area",), ("issue_id",)),
)


class IssueRow(Row, key=("issue_id",)):
    """One issue of an area (地域課題), and whether nothing there is answers it (`gap`)."""

    issue_id: UUID
    area: str = ""
    council_id: UUID | None = None
    title: str = ""
    support_kind: SupportKind | None = None
    needs: tuple[UUID, ...] = ()
    people: int = 0
    gap: bool = False
    version: int = 0


def issue_keys(event: IssueEvent, _: Envelope) -> Sequence[UUID]:
    """The issue's own row."""
    return [event.issue_id]


def evolve_issue(row: IssueRow, event: IssueEvent, envelope: Envelope) -> IssueRow:
    """The row after an event."""
    row = replace(row, version=envelope.version, area=event.area)
    match event:
        case NeedsConsolidated():
            behind = tuple(need.need_id for need in event.needs)
            return replace(row, needs=behind, people=sum(need.people for need in event.needs))
        case IssueRaised():
            return replace(row, council_id=event.council_id, title=event.title)
        case GapDeclared():
            return replace(row, gap=True, support_kind=event.support_kind)
        case _:
            assert_never(event)


issues: View[IssueRow] = View(
    name="issues",
    version=1,
    row=IssueRow,
    subscribes_to=(NeedsConsolidated, IssueRaised, GapDeclared),
    keys=issue_keys,
    evolve=evolve_issue,
    indexes=(("area",),),
)
