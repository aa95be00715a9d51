"""The SELECTs: what the routes read of the views, each within one snapshot."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from shiendomain.councils_view import CouncilRow, councils_view
from shiendomain.proposal_history import read_rounds
from shiendomain.rules import WaitingBand, overdue_sql, waiting_sql
from shiendomain.states import CouncilState, ProposalState
from shiendomain.vocabulary import Tier
from shienevents import Snapshot

from .decider.meeting import Followed, Matter
from .projections import IssueRow, ProposalRow, issues, meetings, proposals, self_help


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


async def followed_from(snapshot: Snapshot, meeting_id: UUID) -> list[Followed]:
    """What stands on this meeting: rounds of proposals, deliberations, and what residents agreed to do themselves."""
    found: list[Followed] = []
    for row in await snapshot.select(proposals, "where meetings && $1::uuid[] order by proposal_id", [meeting_id]):
        for one in read_rounds(row.rounds):
            if one.meeting_id == meeting_id:
                found.append(Followed(Matter.PROPOSAL, row.proposal_id, one.escalated_on, issue_id=row.issue_id))
            found += [
                Followed(
                    Matter.DELIBERATION,
                    row.proposal_id,
                    answer.on,
                    proposal_id=row.proposal_id,
                    since=one.escalated_on,
                )
                for answer in one.answers
                if answer.meeting_id == meeting_id and answer.revoked_on is None
            ]
    for agreed in await snapshot.select(self_help, "where meeting_id = $1 order by self_help_id", meeting_id):
        on = min(agreed.until, agreed.reported_on or agreed.until)
        found.append(Followed(Matter.SELF_HELP, agreed.self_help_id, on, issue_id=agreed.issue_id))
    return found


async def days_of_meetings(snapshot: Snapshot, ids: Collection[UUID | None]) -> dict[UUID | None, date]:
    """The days on which these meetings were held, by id."""
    found = await snapshot.select(meetings, "where meeting_id = any($1)", list(ids))
    return {row.meeting_id: row.held_on for row in found if row.held_on}


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
