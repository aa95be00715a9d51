"""The SELECTs: rows of the views as the API needs them, all within one snapshot."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter

from shiendomain.vocabulary import Tier
from shienevents import Row, Snapshot

from .decider.state import ProposalState
from .projections import CouncilRow, IssueRow, MeetingRow, ProposalRow

R = TypeVar("R", bound=Row)
_ADAPTERS: dict[type[Row], TypeAdapter[Any]] = {
    row: TypeAdapter(row) for row in (CouncilRow, IssueRow, MeetingRow, ProposalRow)
}
_JSON = ("needs", "attendance")
_STATES = [state for state in ProposalState if state is not ProposalState.NONE]
_CLOSED = [state.value for state in ProposalState if state.closed]
# An answer is late when its day is past, and so is taking up again what was put off.
_OVERDUE = "(state in ('received', 'deliberated') and due_on < {day} or state = 'deferred' and deferred_until < {day})"


def read(row: type[R], found: asyncpg.Record) -> R:
    """The row that a line of a view's table is."""
    values = {name: json.loads(value) if name in _JSON else value for name, value in found.items()}
    value: R = _ADAPTERS[row].validate_python(values)
    return value


async def council(seen: Snapshot, council_id: UUID) -> CouncilRow | None:
    """One council."""
    rows = await seen.fetch("select * from councils where council_id = $1", council_id)
    return read(CouncilRow, rows[0]) if rows else None


async def tier1_councils(seen: Snapshot, areas: Sequence[str]) -> Sequence[CouncilRow]:
    """The tier-1 councils of these areas."""
    rows = await seen.fetch("select * from councils where area = any($1) and tier = $2", areas, Tier.TIER1.value)
    return [read(CouncilRow, row) for row in rows]


async def provider_area(seen: Snapshot, provider_id: UUID) -> str | None:
    """Where a provider is registered, if it is."""
    rows = await seen.fetch("select area from providers where provider_id = $1", provider_id)
    return rows[0]["area"] if rows else None


async def issue(seen: Snapshot, issue_id: UUID) -> IssueRow | None:
    """One issue."""
    rows = await seen.fetch("select * from issues where issue_id = $1", issue_id)
    return read(IssueRow, rows[0]) if rows else None


async def areas_of(seen: Snapshot, view: str, ids: Sequence[UUID]) -> dict[UUID, tuple[str, UUID | None]]:
    """Area and thread of issues or proposals, by id; `view` is `issue` or `proposal`."""
    rows = await seen.fetch(f"select {view}_id as id, area, correlation from {view}s where {view}_id = any($1)", ids)
    return {row["id"]: (row["area"], row["correlation"]) for row in rows}


async def meeting(seen: Snapshot, meeting_id: UUID) -> MeetingRow | None:
    """One meeting."""
    rows = await seen.fetch("select * from meetings where meeting_id = $1", meeting_id)
    return read(MeetingRow, rows[0]) if rows else None


async def meetings(
    seen: Snapshot, areas: Sequence[str], *, council_id: UUID | None, after: UUID | None, limit: int
) -> Sequence[MeetingRow]:
    """Meetings of councils in these areas, in the order of their ids."""
    rows = await seen.fetch(
        "select * from meetings where area = any($1) and ($2::uuid is null or council_id = $2)"
        " and ($3::uuid is null or meeting_id > $3) order by meeting_id limit $4",
        areas,
        council_id,
        after,
        limit,
    )
    return [read(MeetingRow, row) for row in rows]


async def proposal(seen: Snapshot, proposal_id: UUID) -> ProposalRow | None:
    """One proposal."""
    rows = await seen.fetch("select * from proposals where proposal_id = $1", proposal_id)
    return read(ProposalRow, rows[0]) if rows else None


async def proposals(
    seen: Snapshot,
    areas: Sequence[str],
    *,
    state: ProposalState | None,
    overdue: bool | None,
    today: date,
    after: tuple[date, UUID] | None,
    limit: int,
) -> Sequence[ProposalRow]:
    """Proposals of these areas, the longest waiting first."""
    rows = await seen.fetch(
        "select * from proposals where area = any($1) and ($2::text is null or state = $2)"
        f" and ($3::boolean is null or coalesce({_OVERDUE.format(day='$4::date')}, false) = $3)"
        " and ($5::date is null or (escalated_on, proposal_id) > ($5, $6::uuid))"
        " order by escalated_on, proposal_id limit $7",
        areas,
        state.value if state else None,
        overdue,
        today,
        *(after or (None, None)),
        limit,
    )
    return [read(ProposalRow, row) for row in rows]


async def board(seen: Snapshot, areas: Sequence[str], today: date) -> Sequence[dict[str, Any]]:
    """A line for each of these areas: its proposals by state, and those not closed by how long they wait."""
    states = ", ".join(f"count(*) filter (where state = '{state.value}') as {state.value}" for state in _STATES)
    waiting = "state <> all($3) and $2::date - escalated_on"
    rows = await seen.fetch(
        f"select code as area, {states},"
        f" count(*) filter (where {waiting} <= 30) as waiting_to_30,"
        f" count(*) filter (where {waiting} between 31 and 90) as waiting_to_90,"
        f" count(*) filter (where {waiting} > 90) as waiting_longer,"
        f" count(*) filter (where {_OVERDUE.format(day='$2::date')}) as overdue"
        " from unnest($1::text[]) code left join proposals on area = code group by code order by code",
        areas,
        today,
        _CLOSED,
    )
    return [dict(row) for row in rows]
