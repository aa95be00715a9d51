"""Needs and issues. That the issue of a need has a declared gap is a column of its own, written by the issue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.amounts import Amounts
from shiendomain.days import day_of
from shiendomain.needs import (
    GapDeclared,
    IssueEvent,
    IssueRaised,
    NeedCorrected,
    NeedEvent,
    NeedGrouped,
    NeedMatched,
    NeedMet,
    NeedPartlyMet,
    NeedRecorded,
    NeedReinstated,
    NeedReopened,
    NeedRevised,
    NeedsConsolidated,
    NeedWithdrawn,
)
from shiendomain.rules import need_state, unanswered_state
from shiendomain.states import IssueState, NeedState
from shiendomain.vocabulary import SupportKind
from shienevents import Envelope, Row, View, replace, types_of

NeedRowEvent = NeedEvent | GapDeclared


class NeedRow(Row, key=("need_id",)):
    """One need. `gap` is written from the issue's stream, all other columns from the need's own.

    `helped` are the people helped by match (`shiendomain.amounts`).
    """

    need_id: UUID
    area: str = ""
    support_kind: SupportKind | None = None
    people: int = 0
    helped: dict[str, int] = field(default_factory=dict)
    people_helped: int = 0
    people_waiting: int = 0
    state: NeedState = NeedState.OPEN
    gap: bool = False
    issue_id: UUID | None = None
    match_id: UUID | None = None
    service_id: UUID | None = None
    recorded_on: date | None = None
    version: int = 0
    correlation: UUID | None = None

    @property
    def shown_state(self) -> NeedState:
        """The state as it is shown (`rules.need_state`)."""
        return need_state(self.state, self.gap)


def need_keys(event: NeedRowEvent, _: Envelope) -> Sequence[UUID]:
    """The need's own row; of a gap, the rows of all needs of its issue."""
    if isinstance(event, GapDeclared):
        return list(dict.fromkeys(need.need_id for need in event.needs))
    return [event.need_id]


def evolve_need(row: NeedRow, event: NeedRowEvent, envelope: Envelope) -> NeedRow:
    """The row after an event."""
    if isinstance(event, GapDeclared):
        return replace(row, gap=True)
    row = _after(replace(row, version=envelope.version), event, envelope)
    return replace(row, people_waiting=Amounts(row.people, row.helped).waiting(row.state))


def _after(row: NeedRow, event: NeedEvent, envelope: Envelope) -> NeedRow:
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
            return replace(
                row, state=NeedState.GROUPED if row.state is NeedState.OPEN else row.state, issue_id=event.issue_id
            )
        case NeedMatched():
            return replace(row, state=NeedState.MATCHED, match_id=event.match_id)
        case NeedPartlyMet() | NeedMet() | NeedReopened():
            amounts = Amounts(row.people, row.helped).after(event)
            row = replace(row, helped=dict(amounts.by_match), people_helped=amounts.helped)
            if isinstance(event, NeedMet):
                return replace(row, state=NeedState.MET, match_id=event.match_id, service_id=event.service_id)
            state = unanswered_state(row.issue_id)
            return replace(row, state=state, match_id=None, service_id=None)
        case NeedWithdrawn():
            return replace(row, state=NeedState.WITHDRAWN)
        case NeedReinstated():
            return replace(row, state=unanswered_state(row.issue_id))
        case NeedCorrected():
            return replace(row, support_kind=event.support_kind)
        case _:
            assert_never(event)


needs: View[NeedRow] = View(
    name="needs",
    version=3,
    row=NeedRow,
    subscribes_to=types_of(NeedRowEvent),
    keys=need_keys,
    evolve=evolve_need,
    indexes=(("area",), ("issue_id",)),
)


class IssueRow(Row, key=("issue_id",)):
    """One issue of an area (地域課題). Its state is GAP once its gap was declared (不足するサービス)."""

    issue_id: UUID
    area: str = ""
    council_id: UUID | None = None
    title: str = ""
    support_kind: SupportKind | None = None
    state: IssueState = IssueState.RAISED
    needs: tuple[UUID, ...] = ()
    people: int = 0
    version: int = 0


def issue_keys(event: IssueEvent, _: Envelope) -> Sequence[UUID]:
    """The issue's own row."""
    return [event.issue_id]


def evolve_issue(row: IssueRow, event: IssueEvent, envelope: Envelope) -> IssueRow:
    """The row after an event."""
    row = replace(row, version=envelope.version, area=event.area)
    match event:
        case NeedsConsolidated():
            needs = tuple(need.need_id for need in event.needs)
            return replace(row, needs=needs, people=sum(need.people for need in event.needs))
        case IssueRaised():
            return replace(row, council_id=event.council_id, title=event.title)
        case GapDeclared():
            return replace(row, state=IssueState.GAP, support_kind=event.support_kind)
        case _:
            assert_never(event)


issues: View[IssueRow] = View(
    name="issues",
    version=2,
    row=IssueRow,
    subscribes_to=types_of(IssueEvent),
    keys=issue_keys,
    evolve=evolve_issue,
    indexes=(("area",),),
)
