"""What the portal knows of all that may wait for a council. What of it does is said by `shiendomain.agenda`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from shiendomain.agenda import IssueAt, MeetingAt, ProposalAt, SelfHelpAt, Waiting
from shiendomain.proposal_history import standing
from shiendomain.rules import answered
from shienevents import Snapshot

from .projections import issues, meetings, needs, proposals, self_help
from .projections.meetings import MeetingRow
from .projections.needs import IssueRow
from .projections.proposals import ProposalRow

CONCERNING = "where council_id = $1 or target_council_id = $1 or area = any($2) order by escalated_on, proposal_id"
"""The proposals that a council made, that went to it, or that are of its areas."""


async def issues_before(seen: Snapshot, council_id: UUID) -> Sequence[IssueRow]:
    """The issues of a council."""
    return await seen.select(issues, "where council_id = $1 order by raised_on, issue_id", council_id)


async def meetings_held(seen: Snapshot, council_id: UUID) -> Sequence[MeetingRow]:
    """The meetings of a council, the last one first."""
    held = "where council_id = $1 and not withdrawn order by held_on desc, meeting_id"
    return await seen.select(meetings, held, council_id)


async def waiting_for(
    seen: Snapshot,
    council_id: UUID,
    raised: Sequence[IssueRow],
    proposed: Sequence[ProposalRow],
    held: Sequence[MeetingRow],
) -> Waiting:
    """All that may wait for a council."""
    behind = [need for row in raised for need in row.needs]
    wait = {row.need_id for row in await seen.select(needs, "where need_id = any($1) and people_waiting > 0", behind)}
    agreed = await seen.select(self_help, "where council_id = $1", council_id)
    return Waiting(
        issues=[
            IssueAt(
                id=row.issue_id,
                title=row.title,
                area=row.area,
                state=row.state,
                raised_on=row.raised_on or date.min,
                gap_on=row.gap_on,
                needs=tuple(need for need in row.needs if need in wait),
            )
            for row in raised
        ],
        proposals=[_proposal_at(row) for row in proposed],
        self_help=[
            SelfHelpAt(row.self_help_id, row.what, row.area, row.until, row.outcome is not None) for row in agreed
        ],
        meetings=[MeetingAt(row.held_on, row.issues, row.proposals) for row in held if row.held_on],
    )


async def proposals_concerning(seen: Snapshot, council_id: UUID, areas: Sequence[str]) -> Sequence[ProposalRow]:
    """The proposals that a council may have to move."""
    return await seen.select(proposals, CONCERNING, council_id, list(areas))


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
        escalated_on=row.escalated_on or date.min,
        due_on=row.due_on,
        deferred_until=row.deferred_until,
        launched_on=row.launched_on,
        answered_on=answers[-1].on if answers else None,
        needs=row.needs,
    )
