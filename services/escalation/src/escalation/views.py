"""The SELECTs: what the routes read of the views, each within one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from shiendomain.councils_view import CouncilRow, councils_view
from shiendomain.rules import WaitingBand, overdue_sql, waiting_sql
from shiendomain.states import CouncilState, ProposalState
from shiendomain.vocabulary import Tier
from shienevents import Snapshot

from .projections import IssueRow, ProposalRow, issues, proposals


async def tier1_councils(snapshot: Snapshot, areas: Sequence[str]) -> Sequence[CouncilRow]:
    """The tier-1 councils of these areas that are not dormant: a dormant one is asked nothing."""
    sql = "where area = any($1) and tier = $2 and state = $3"
    return await snapshot.select(councils_view, sql, areas, Tier.TIER1, CouncilState.ACTIVE)


async def issues_of(snapshot: Snapshot, ids: Sequence[UUID]) -> dict[UUID, IssueRow]:
    """Those of these issues that are known, by id."""
    return {row.issue_id: row for row in await snapshot.select(issues, "where issue_id = any($1)", ids)}


async def proposals_of(snapshot: Snapshot, ids: Sequence[UUID]) -> dict[UUID, ProposalRow]:
    """Those of these proposals that are known, by id."""
    return {row.proposal_id: row for row in await snapshot.select(proposals, "where proposal_id = any($1)", ids)}


async def board(snapshot: Snapshot, areas: Sequence[str], day: date) -> Sequence[dict[str, Any]]:
    """A line for each of these areas: its proposals by state, by how long they wait, and how many are overdue."""
    states = ", ".join(f"count(*) filter (where state = '{state.value}') as {state.value}" for state in ProposalState)
    waiting = ", ".join(
        f"count(*) filter (where {waiting_sql('$2::date', 'escalated_on')} = '{band.value}') as waiting_{band.value}"
        for band in WaitingBand
    )
    rows = await snapshot.fetch(
        f"select code as area, {states}, {waiting}, count(*) filter (where {overdue_sql('$2::date')}) as overdue"
        " from unnest($1::text[]) code left join proposals on area = code group by code order by code",
        areas,
        day,
    )
    return [dict(row) for row in rows]
