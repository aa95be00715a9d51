"""The SELECTs: what the routes read of the views, each within one snapshot."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from shiendomain.agenda import IssueAt, MeetingAt, ProposalAt, SelfHelpAt, Waiting
from shiendomain.councils_view import CouncilRow, councils_view
from shiendomain.proposal_history import read_rounds, standing
from shiendomain.rules import WaitingBand, answered, counted_proposals_sql, overdue_sql, waiting_sql
from shiendomain.states import CouncilState, IssueState, ProposalState
from shiendomain.vocabulary import NeedBehind, Tier
from shienevents import Snapshot

from .decider.meeting import Followed, Matter
from .projections import Behind, IssueRow, ProposalRow, issues, meetings, needs, proposals, self_help


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


async def similar_proposals(snapshot: Snapshot, issue: IssueRow, areas: Sequence[str]) -> Sequence[ProposalRow]:
    """The newest proposals of these areas that ask for the same kind of support, each where it is counted."""
    sql = """where support_kind = $1 and issue_id is distinct from $2 and origins = '{}' and state <> all($4)
             and (area = any($3) or need_areas && $3) order by escalated_on desc, proposal_id limit 20"""
    parted = [ProposalState.SPLIT, ProposalState.SPLIT_UNDONE]
    return await snapshot.select(proposals, sql, issue.support_kind, issue.issue_id, list(areas), parted)


async def waiting_of(snapshot: Snapshot, behind: Iterable[Behind | NeedBehind]) -> dict[UUID, int]:
    """How many people of these needs wait now, of those needs that are known."""
    found = await snapshot.select(needs, "where need_id = any($1::uuid[])", [need.need_id for need in behind])
    return {row.need_id: row.waiting for row in found}


async def all_withdrawn(snapshot: Snapshot, behind: Iterable[Behind | NeedBehind]) -> bool:
    """Whether these are needs and all of them are withdrawn. One that is not known is not."""
    ids = {need.need_id for need in behind}
    found = await snapshot.select(needs, "where need_id = any($1::uuid[]) and withdrawn", list(ids))
    return bool(ids) and len(found) == len(ids)


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


async def waiting_for(snapshot: Snapshot, council: CouncilRow, areas: Sequence[str]) -> Waiting:
    """All that may wait for a council; `areas` are its own and those below."""
    mine = council.council_id
    raised = await snapshot.select(issues, "where council_id = $1", mine)
    people = await waiting_of(snapshot, [need for row in raised for need in row.needs])
    wait = {need.need_id for row in raised for need in row.needs if people.get(need.need_id, need.people)}
    concerned = "where council_id = $1 or target_council_id = $1 or area = any($2) order by proposal_id"
    return Waiting(
        issues=[_issue_at(row, wait) for row in raised],
        proposals=[_proposal_at(row) for row in await snapshot.select(proposals, concerned, mine, list(areas))],
        self_help=[
            SelfHelpAt(row.self_help_id, row.what, row.area, row.until, row.outcome is not None)
            for row in await snapshot.select(self_help, "where council_id = $1", mine)
        ],
        meetings=[
            MeetingAt(row.held_on, row.issues, row.proposals)
            for row in await snapshot.select(meetings, "where council_id = $1 and not withdrawn", mine)
            if row.held_on
        ],
    )


def _issue_at(row: IssueRow, wait: Collection[UUID]) -> IssueAt:
    state = IssueState.CLOSED if row.closed else IssueState.GAP if row.gap else IssueState.RAISED
    left = tuple(need.need_id for need in row.needs if need.need_id in wait)
    return IssueAt(row.issue_id, row.title, row.area, state, row.raised_on or date.min, row.gap_on, left)


def _proposal_at(row: ProposalRow) -> ProposalAt:
    answers = standing(row.rounds)
    return ProposalAt(
        id=row.proposal_id,
        title=row.title,
        area=row.area,
        state=answered(row.state, row.answer),
        merged=row.merged_into is not None,
        part=row.split_from is not None,
        issue_id=row.issue_id,
        council_id=row.council_id,
        target_kind=row.target_kind,
        target_council_id=row.target_council_id,
        escalated_on=row.escalated_on,
        due_on=row.due_on,
        deferred_until=row.deferred_until,
        launched_on=row.launched_on,
        answered_on=answers[-1].on if answers else None,
        needs=tuple(need.need_id for need in row.needs),
    )


async def days_of_meetings(snapshot: Snapshot, ids: Collection[UUID | None]) -> dict[UUID | None, date]:
    """The days on which these meetings were held, by id."""
    found = await snapshot.select(meetings, "where meeting_id = any($1)", list(ids))
    return {row.meeting_id: row.held_on for row in found if row.held_on}


async def board(snapshot: Snapshot, areas: Sequence[str], day: date) -> Sequence[dict[str, Any]]:
    """A line for each of these areas: its proposals by state, by how long they wait, and how many are overdue."""
    states = ", ".join(
        f"count(*) filter (where state = '{state.value}') as {state.value}" for state in ProposalState if state.counted
    )
    waiting = ", ".join(
        f"count(*) filter (where {waiting_sql('$2::date', 'escalated_on')} = '{band.value}') as waiting_{band.value}"
        for band in WaitingBand
    )
    rows = await snapshot.fetch(
        f"select code as area, {states}, {waiting}, count(*) filter (where {overdue_sql('$2::date')}) as overdue"
        f" from unnest($1::text[]) code left join {counted_proposals_sql()} on area = code and escalated_on <= $2"
        " group by code order by code",
        areas,
        day,
    )
    return [dict(row) for row in rows]
