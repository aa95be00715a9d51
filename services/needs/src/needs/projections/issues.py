"""Issues, with what their gap was declared by."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never
from uuid import UUID

from shiendomain.needs import GapDeclared, IssueEvent, IssueRaised, NeedsConsolidated
from shiendomain.states import IssueState
from shiendomain.vocabulary import Missing
from shienevents import Envelope, Row, View, replace, types_of

from .needs import NOT_RECORDED


class IssueRow(Row, key=("issue_id",)):
    """One issue with its needs' ids. All from its own stream."""

    issue_id: UUID
    area: str = ""
    council_id: UUID | None = None
    title: str = ""
    summary: str = ""
    needs: tuple[UUID, ...] = ()
    state: IssueState = IssueState.RAISED
    missing: tuple[Missing, ...] = ()
    searches: tuple[UUID, ...] = ()
    recorded_at: datetime = NOT_RECORDED
    correlation: UUID | None = None
    version: int = 0


def evolve_issue(row: IssueRow, event: IssueEvent, envelope: Envelope) -> IssueRow:
    """The issue after an event."""
    row = replace(row, area=event.area, version=envelope.version)
    match event:
        case NeedsConsolidated():
            needs = tuple(need.need_id for need in event.needs)
            return replace(row, needs=needs, recorded_at=envelope.recorded_at, correlation=envelope.correlation)
        case IssueRaised():
            return replace(row, council_id=event.council_id, title=event.title, summary=event.summary)
        case GapDeclared():
            return replace(row, state=IssueState.GAP, missing=event.missing, searches=event.searches)
        case _:
            assert_never(event)


issues = View[IssueRow](
    name="issues",
    version=2,
    row=IssueRow,
    subscribes_to=types_of(IssueEvent),
    keys=lambda event, _: [event.issue_id],
    evolve=evolve_issue,
    indexes=(("area", "recorded_at"),),
)
