"""Reading of the views of needs: rows, and the counts of boards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from shiendomain.amounts import people_in_state_sql
from shiendomain.rules import issue_gap_sql, need_state_sql
from shiendomain.states import IssueState, ProposalState
from shienevents import Snapshot

from .projections import IssueRow, NeedRow, SearchRow, issues, needs, proposals, searches

NEED_STATE = need_state_sql(gap=issue_gap_sql())
"""The state of a need as it is shown, in a SELECT over the view `needs`."""


class NeedCount(NamedTuple):
    """Needs of an area in one state and of one kind, and their people (`people_in_state_sql`)."""

    area: str
    state: str
    support_kind: str
    needs: int
    people: int


class IssueCount(NamedTuple):
    """Issues of an area that are not closed, and how many of them have a declared gap."""

    area: str
    issues: int
    gaps: int


async def needs_of(snapshot: Snapshot, ids: Sequence[UUID]) -> Sequence[NeedRow]:
    """The recorded needs among these, in the order of `ids`."""
    return await snapshot.select(
        needs,
        "where need_id = any($1::uuid[]) order by array_position($1::uuid[], need_id)",
        list(ids),
    )


async def issues_in_gap(snapshot: Snapshot, rows: Iterable[NeedRow]) -> frozenset[UUID]:
    """Those issues of these needs that have a declared gap."""
    ids = list({row.issue_id for row in rows if row.issue_id})
    found = await snapshot.select(issues, "where issue_id = any($1::uuid[])", ids) if ids else []
    return frozenset(issue.issue_id for issue in found if issue.state is IssueState.GAP)


async def proposal_for(snapshot: Snapshot, issue: IssueRow) -> ProposalState | None:
    """The state of the issue's proposal; one that is not closed before another. `None`: it has none."""
    found = await snapshot.select(proposals, "where issue_id = $1 order by proposal_id", issue.issue_id)
    states = sorted((proposal.state for proposal in found), key=lambda state: state.closed)
    return states[0] if states else None


async def searches_for(snapshot: Snapshot, ids: Sequence[UUID]) -> Sequence[SearchRow]:
    """The searches without a match for these needs, the oldest first."""
    return await snapshot.select(searches, "where need_id = any($1::uuid[]) order by searched_at, search_id", list(ids))


async def count_needs(snapshot: Snapshot, areas: Sequence[str]) -> Sequence[NeedCount]:
    """Needs and their people by area, state and kind."""
    found = await snapshot.fetch(
        f"""select area, {NEED_STATE} as need_state, support_kind, count(*), sum({people_in_state_sql()})::bigint
              from needs where area = any($1::text[]) group by 1, 2, 3""",
        list(areas),
    )
    return [NeedCount(*record) for record in found]


async def count_issues(snapshot: Snapshot, areas: Sequence[str]) -> Sequence[IssueCount]:
    """Issues and declared gaps by area."""
    found = await snapshot.fetch(
        """select area, count(*), count(*) filter (where state = $2)
             from issues where area = any($1::text[]) and state <> $3 group by 1""",
        list(areas),
        IssueState.GAP,
        IssueState.CLOSED,
    )
    return [IssueCount(*record) for record in found]
