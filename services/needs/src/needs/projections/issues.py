"""Issues, with what their gap was declared by, where they come from and what came of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import assert_never
from uuid import UUID

from shiendomain.days import day_of
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
    NeedsAddedToIssue,
    NeedsConsolidated,
    NeedsRemovedFromIssue,
)
from shiendomain.states import IssueState
from shiendomain.vocabulary import IssueOutcome, Missing, NeedBehind
from shienevents import Envelope, Row, View, replace, types_of

from .needs import NOT_RECORDED


class IssueRow(Row, key=("issue_id",)):
    """One issue with its needs' ids, and the area of each. All from its own stream.

    `raised_on`: the day on which its needs were brought together. `gap`: its gap is declared, also while it is closed;
    `gap_reason` says why what there is does not do. `reason` says why it was changed last. Of a
    closed one `needs` are those at its end.
    """

    issue_id: UUID
    area: str = ""
    council_id: UUID | None = None
    title: str = ""
    summary: str = ""
    needs: tuple[UUID, ...] = ()
    need_areas: tuple[str, ...] = ()
    state: IssueState = IssueState.RAISED
    missing: tuple[Missing, ...] = ()
    searches: tuple[UUID, ...] = ()
    gap: bool = False
    gap_reason: str = ""
    split_from: UUID | None = None
    split_into: tuple[UUID, ...] = ()
    merged: tuple[UUID, ...] = ()
    outcome: IssueOutcome | None = None
    successor: UUID | None = None
    reason: str = ""
    raised_on: date = NOT_RECORDED.date()
    recorded_at: datetime = NOT_RECORDED
    correlation: UUID | None = None
    version: int = 0


def evolve_issue(row: IssueRow, event: IssueEvent, envelope: Envelope) -> IssueRow:
    """The issue after an event."""
    row = replace(row, version=envelope.version)
    match event:
        case NeedsConsolidated():
            row = replace(row, area=event.area, split_from=event.split_from)
            row = replace(row, recorded_at=envelope.recorded_at, correlation=envelope.correlation)
            row = replace(row, raised_on=day_of(envelope.occurred_at))
            return with_needs(row, event.needs)
        case IssueRaised():
            return replace(row, council_id=event.council_id, title=event.title, summary=event.summary)
        case IssueCorrected(council_id=council_id, title=title, summary=summary, reason=reason):
            return replace(row, council_id=council_id, title=title, summary=summary, reason=reason)
        case GapDeclared():
            row = replace(row, missing=event.missing, searches=event.searches, gap_reason=event.reason)
            return replace(row, state=IssueState.GAP, gap=True)
        case GapWithdrawn():
            row = replace(row, state=IssueState.RAISED, gap=False, missing=(), searches=(), gap_reason="")
            return replace(row, reason=event.reason)
        case IssueClosed(outcome=outcome, successor=successor, reason=reason):
            return replace(row, state=IssueState.CLOSED, outcome=outcome, successor=successor, reason=reason)
        case IssueReopened():
            state = IssueState.GAP if row.gap else IssueState.RAISED
            row = replace(row, state=state, outcome=None, reason=event.reason, needs=(), need_areas=())
            return with_needs(row, event.needs)
        case NeedsAddedToIssue() | NeedsRemovedFromIssue() | IssueSplit() | IssuesMerged():
            return regrouped(row, event)
        case IssueMoved():
            areas = zip(row.needs, row.need_areas, strict=True)
            need_areas = tuple(event.area if one in event.needs else area for one, area in areas)
            return replace(row, area=event.area, need_areas=need_areas, reason=event.reason)
        case _:
            assert_never(event)


def regrouped(row: IssueRow, event: NeedsAddedToIssue | NeedsRemovedFromIssue | IssueSplit | IssuesMerged) -> IssueRow:
    """The issue after needs came or went."""
    match event:
        case NeedsAddedToIssue():
            return with_needs(row, event.needs)
        case NeedsRemovedFromIssue():
            return replace(without_needs(row, event.needs), reason=event.reason)
        case IssueSplit():
            row = replace(row, split_into=(*row.split_into, event.into), reason=event.reason)
            return without_needs(row, event.needs)
        case IssuesMerged():
            row = replace(row, merged=(*row.merged, event.merged), reason=event.reason)
            return with_needs(row, event.needs)
        case _:
            assert_never(event)


def with_needs(row: IssueRow, needs: Sequence[NeedBehind]) -> IssueRow:
    """The row with further needs."""
    ids, areas = (need.need_id for need in needs), (need.area for need in needs)
    return replace(row, needs=(*row.needs, *ids), need_areas=(*row.need_areas, *areas))


def without_needs(row: IssueRow, gone: Collection[UUID]) -> IssueRow:
    """The row without these needs."""
    kept = [(one, area) for one, area in zip(row.needs, row.need_areas, strict=True) if one not in gone]
    return replace(row, needs=tuple(one for one, _ in kept), need_areas=tuple(area for _, area in kept))


issues = View[IssueRow](
    name="issues",
    version=6,
    row=IssueRow,
    subscribes_to=types_of(IssueEvent),
    keys=lambda event, _: [event.issue_id],
    evolve=evolve_issue,
    indexes=(("area", "recorded_at"),),
)
