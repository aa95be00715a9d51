"""The issues of the needs service, with their gaps and the needs behind them."""

from __future__ import annotations

from datetime import date
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
from shiendomain.needs_behind import Behind, behind
from shiendomain.vocabulary import Missing, SupportKind
from shienevents import Envelope, Row, View, replace, types_of


class IssueRow(Row, key=("issue_id",)):
    """An issue with the needs behind it; every column is from the issue's own stream.

    `raised_on` is the day on which it began, `gap_on` the one on which its gap was declared, for what was `missing` in
    these `searches`.
    """

    issue_id: UUID
    area: str = ""
    council_id: UUID | None = None
    title: str = ""
    raised_on: date | None = None
    gap: bool = False
    gap_on: date | None = None
    missing: tuple[Missing, ...] = ()
    searches: tuple[UUID, ...] = ()
    closed: bool = False
    support_kind: SupportKind = SupportKind.OTHER
    needs: tuple[Behind, ...] = ()
    correlation: UUID | None = None


def evolve_issue(row: IssueRow, event: IssueEvent, envelope: Envelope) -> IssueRow:
    """The issue after an event."""
    row = replace(row, correlation=row.correlation or envelope.correlation)
    match event:
        case NeedsConsolidated():
            row = replace(row, raised_on=day_of(envelope.occurred_at))
            return replace(row, area=event.area, needs=behind(event.needs))
        case IssueRaised():
            return replace(row, area=event.area, council_id=event.council_id, title=event.title)
        case IssueCorrected():
            return replace(row, council_id=event.council_id, title=event.title)
        case GapDeclared():
            return replace(
                row,
                area=event.area,
                council_id=event.council_id,
                gap=True,
                gap_on=day_of(envelope.occurred_at),
                missing=event.missing,
                searches=event.searches,
                support_kind=event.support_kind,
                needs=behind(event.needs),
            )
        case GapWithdrawn():
            return replace(row, gap=False, gap_on=None, missing=(), searches=())
        case IssueClosed():
            return replace(row, closed=True)
        case IssueReopened():
            return replace(row, closed=False, needs=behind(event.needs))
        case NeedsAddedToIssue() | IssuesMerged():
            return replace(row, needs=(*row.needs, *behind(event.needs)))
        case NeedsRemovedFromIssue() | IssueSplit():
            return replace(row, needs=tuple(need for need in row.needs if need.need_id not in event.needs))
        case IssueMoved():
            needs = tuple(need.moved(event.area) if need.need_id in event.needs else need for need in row.needs)
            return replace(row, area=event.area, needs=needs)
        case _:
            assert_never(event)


issues: View[IssueRow] = View(
    name="issues",
    version=5,
    row=IssueRow,
    subscribes_to=types_of(IssueEvent),
    keys=lambda event, _: [event.issue_id],
    evolve=evolve_issue,
    indexes=(("council_id",),),
)
