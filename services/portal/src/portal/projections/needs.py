"""Needs and issues. Whether a need is a gap is read with its issue (`rules.issue_gap_sql`), and is no column of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.amounts import Amounts
from shiendomain.areas import municipality_of
from shiendomain.days import day_of
from shiendomain.demand import Change, Waited
from shiendomain.needs import (
    GapDeclared,
    GapWithdrawn,
    IssueClosed,
    IssueCorrected,
    IssueEvent,
    IssueMoved,
    IssueRaised,
    IssueReopened,
    IssuesMerged,
    IssueSplit,
    NeedCorrected,
    NeedEvent,
    NeedGrouped,
    NeedMatched,
    NeedMet,
    NeedMoved,
    NeedPartlyMet,
    NeedRecorded,
    NeedReinstated,
    NeedReopened,
    NeedRevised,
    NeedsAddedToIssue,
    NeedsConsolidated,
    NeedSourceCorrected,
    NeedsRemovedFromIssue,
    NeedUngrouped,
    NeedWithdrawn,
)
from shiendomain.rules import state_after_help, unanswered_state
from shiendomain.states import IssueState, NeedState
from shiendomain.vocabulary import NeedBehind, NeedSource, SupportKind, Weekday
from shienevents import Envelope, Row, View, replace, types_of


class NeedRow(Row, key=("need_id",)):
    """One need, from its own stream. `helped` are the people helped by match (`shiendomain.amounts`).

    `waited` are the changes of the number of people who wait unanswered (`shiendomain.demand`).
    """

    need_id: UUID
    area: str = ""
    support_kind: SupportKind | None = None
    source: NeedSource | None = None
    people: int = 0
    weekdays: tuple[Weekday, ...] = ()
    helped: dict[str, int] = field(default_factory=dict)
    people_helped: int = 0
    people_waiting: int = 0
    waited: tuple[Change, ...] = ()
    state: NeedState = NeedState.OPEN
    by_mistake: bool = False
    issue_id: UUID | None = None
    match_id: UUID | None = None
    service_id: UUID | None = None
    recorded_on: date | None = None
    version: int = 0
    correlation: UUID | None = None


def evolve_need(row: NeedRow, event: NeedEvent, envelope: Envelope) -> NeedRow:
    """The row after an event."""
    row = _after(replace(row, version=envelope.version), event, envelope)
    waiting = Amounts(row.people, row.helped).waiting(row.state)
    waited = Waited(row.waited).after(day_of(envelope.occurred_at), row.state, waiting)
    return replace(row, people_waiting=waiting, waited=tuple(waited.changes))


def _after(row: NeedRow, event: NeedEvent, envelope: Envelope) -> NeedRow:
    match event:
        case NeedRecorded():
            return replace(
                row,
                area=event.area,
                support_kind=event.support_kind,
                source=event.found_by,
                people=event.people,
                weekdays=event.weekdays,
                recorded_on=day_of(envelope.occurred_at),
                correlation=envelope.correlation,
            )
        case NeedRevised():
            return replace(row, people=event.people, weekdays=event.weekdays)
        case NeedGrouped():
            return replace(row, state=_moved(row.state, NeedState.OPEN, NeedState.GROUPED), issue_id=event.issue_id)
        case NeedUngrouped():
            return replace(row, state=_moved(row.state, NeedState.GROUPED, NeedState.OPEN), issue_id=None)
        case NeedMatched():
            return replace(row, state=NeedState.MATCHED, match_id=event.match_id)
        case NeedPartlyMet() | NeedMet() | NeedReopened():
            amounts = Amounts(row.people, row.helped).after(event)
            row = replace(row, helped=dict(amounts.by_match), people_helped=amounts.helped)
            if isinstance(event, NeedMet):
                return replace(row, state=NeedState.MET, match_id=event.match_id, service_id=event.service_id)
            state = state_after_help(row.state, row.issue_id)
            return replace(row, state=state, match_id=None, service_id=None)
        case NeedWithdrawn():
            return replace(row, state=NeedState.WITHDRAWN, by_mistake=event.by_mistake)
        case NeedReinstated():
            return replace(row, state=unanswered_state(row.issue_id), by_mistake=False)
        case NeedCorrected():
            return replace(row, support_kind=event.support_kind)
        case NeedSourceCorrected():
            return replace(row, source=event.found_by)
        case NeedMoved():
            return replace(row, area=event.area)
        case _:
            assert_never(event)


def _moved(state: NeedState, before: NeedState, after: NeedState) -> NeedState:
    return after if state is before else state


needs: View[NeedRow] = View(
    name="needs",
    version=8,
    row=NeedRow,
    subscribes_to=types_of(NeedEvent),
    keys=lambda event, _: [event.need_id],
    evolve=evolve_need,
    indexes=(("area",), ("issue_id",)),
    counted_in=lambda row: [municipality_of(row.area)],
)


class IssueRow(Row, key=("issue_id",)):
    """One issue of an area (地域課題). Its state is GAP once its gap was declared (不足するサービス).

    `needs` of a closed issue are those at its end.
    """

    issue_id: UUID
    area: str = ""
    council_id: UUID | None = None
    title: str = ""
    support_kind: SupportKind | None = None
    raised_on: date | None = None
    gap_on: date | None = None
    state: IssueState = IssueState.RAISED
    needs: tuple[UUID, ...] = ()
    version: int = 0


def issue_keys(event: IssueEvent, _: Envelope) -> Sequence[UUID]:
    """The issue's own row."""
    return [event.issue_id]


def evolve_issue(row: IssueRow, event: IssueEvent, envelope: Envelope) -> IssueRow:
    """The row after an event."""
    row = replace(row, version=envelope.version)
    match event:
        case NeedsConsolidated():
            return replace(row, area=event.area, needs=_ids(event.needs), raised_on=day_of(envelope.occurred_at))
        case IssueRaised():
            return replace(row, council_id=event.council_id, title=event.title)
        case IssueCorrected():
            return replace(row, council_id=event.council_id, title=event.title)
        case GapDeclared():
            row = replace(row, gap_on=day_of(envelope.occurred_at))
            return replace(row, state=IssueState.GAP, support_kind=event.support_kind)
        case GapWithdrawn():
            return replace(row, state=IssueState.RAISED, support_kind=None, gap_on=None)
        case IssueClosed():
            return replace(row, state=IssueState.CLOSED)
        case IssueReopened():
            state = IssueState.GAP if row.support_kind else IssueState.RAISED
            return replace(row, state=state, needs=_ids(event.needs))
        case NeedsAddedToIssue() | IssuesMerged():
            return replace(row, needs=(*row.needs, *_ids(event.needs)))
        case NeedsRemovedFromIssue() | IssueSplit():
            return replace(row, needs=tuple(one for one in row.needs if one not in event.needs))
        case IssueMoved():
            return replace(row, area=event.area)
        case _:
            assert_never(event)


def _ids(needs: Sequence[NeedBehind]) -> tuple[UUID, ...]:
    return tuple(need.need_id for need in needs)


issues: View[IssueRow] = View(
    name="issues",
    version=5,
    row=IssueRow,
    subscribes_to=types_of(IssueEvent),
    keys=issue_keys,
    evolve=evolve_issue,
    indexes=(("area",), ("council_id",)),
    counted_in=lambda row: [municipality_of(row.area)],
)
