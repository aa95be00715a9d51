"""Routes of proposals (提案): a council escalates one to tier 1, or takes it back; and what became of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query

from shiendomain.councils_view import CouncilRow, councils_view
from shiendomain.days import today
from shiendomain.rules import overdue_sql
from shiendomain.states import ProposalState
from shiendomain.vocabulary import Name, NeedBehind, Reason, SupportKind, TargetKind, Text
from shienevents import NotFound
from shienweb import (
    PROPOSERS,
    READERS,
    Answer,
    AreaQuery,
    Body,
    Condition,
    Context,
    Page,
    Pages,
    PeopleCount,
    Routes,
    WriteResult,
    example,
)

from .. import views
from ..decider.answer import WithdrawProposal
from ..decider.meeting import MeetingFacts
from ..decider.proposal import CouncilFacts, EscalateProposal, GapFacts, proposal_id_of
from ..projections import IssueRow, MeetingRow, ProposalRow, issues, meetings, proposals

routes = Routes(tags=["proposals"])


class NewProposal(Body):
    """What is asked of the upper tier for an issue with a gap, and at which meeting the council decided to ask."""

    model_config = example(
        issue_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f",
        meeting_id="0190b6d1-8a21-7b44-9c10-2f6e7d8c9b0a",
        title="買い物への移動支援",
        ask="週1回の送迎を市の事業として検討してほしい",
    )

    issue_id: UUID
    meeting_id: UUID
    title: Name
    ask: Text = ""


class Withdrawal(Body):
    """Why the council takes its proposal back."""

    model_config = example(reason="地域の見守り活動で対応できることになった")

    reason: Reason


class NeedOut(Answer):
    """A need behind a proposal."""

    need_id: UUID
    area: str
    people: PeopleCount


class ProposalOut(Answer):
    """A proposal and what became of it.

    `escalated_on` is the day its waiting began. `reason` is that of its last answer, or what was asked back.
    """

    proposal_id: UUID
    state: ProposalState
    state_ja: str
    area: str
    issue_id: UUID
    council_id: UUID
    target_kind: TargetKind
    target_area: str
    target_council_id: UUID | None
    title: str
    ask: str
    support_kind: SupportKind
    needs: tuple[NeedOut, ...]
    round: int
    escalated_on: date
    due_on: date | None
    deferred_until: date | None
    deliberations: int
    reason: str
    service_id: UUID | None
    service_name: str
    launched_on: date | None
    correlation: UUID

    @classmethod
    def of(cls, row: ProposalRow) -> Self:
        """The answer made of a row."""
        needs = tuple(NeedOut(**vars(need)) for need in row.needs)
        return cls(**vars(row) | {"needs": needs, "state_ja": row.state.ja, "round": row.times_escalated})


@routes.post("/proposals", may=PROPOSERS, status_code=201)
async def escalate_proposal(body: NewProposal, context: Context) -> WriteResult:
    """Propose upward what the district cannot create: for an issue with a declared gap, after the council's meeting.

    Goes to the nearest tier-1 council above, or to the municipality where the tiers share an area. An issue has one
    proposal: escalated again after a return it keeps its id.
    """
    async with context.snapshot() as snapshot:
        issue = await snapshot.get(issues, body.issue_id)
        if issue is None or issue.council_id is None or not context.territory.covers(issue.area):
            raise NotFound("issue.unknown")
        council = await snapshot.get(councils_view, issue.council_id)
        if council is None or not context.territory.covers(council.area):
            raise NotFound("council.unknown")
        meeting = await snapshot.get(meetings, body.meeting_id)
        path = context.tree.path(council.area)
        tier1 = await views.tier1_councils(snapshot, path)
    command = EscalateProposal(
        proposal_id=proposal_id_of(body.issue_id),
        home=await context.home(council.area),
        issue_id=body.issue_id,
        council=council_facts(council),
        gap=gap_facts(issue),
        meeting=meeting_facts(meeting),
        path=path,
        tier1=tuple(map(council_facts, tier1)),
        title=body.title,
        ask=body.ask,
    )
    return await context.execute(command, id=command.proposal_id, correlation=issue.correlation)


@routes.post("/proposals/{proposal_id}/withdrawal", may=PROPOSERS)
async def withdraw_proposal(proposal_id: UUID, body: Withdrawal, context: Context) -> WriteResult:
    """Take a proposal back, with a reason."""
    return await context.execute(WithdrawProposal(proposal_id, body.reason), id=proposal_id)


@routes.get("/proposals", may=READERS)
async def list_proposals(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    state: ProposalState | None = None,
    overdue: Annotated[bool | None, Query(description="Only those whose answer is late, or only the others")] = None,
) -> Page[ProposalOut]:
    """Proposals of the territory, or of `area` and below, the longest waiting first."""
    filters = {"area": context.areas_within(area), "state": state}
    late = None if overdue is None else Condition(f"{overdue_sql('{0}::date')} = {{1}}", today(), overdue)
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot,
            proposals,
            filters,
            paging,
            order=("escalated_on", "proposal_id"),
            where=(late,),
            as_=ProposalOut.of,
        )


@routes.get("/proposals/{proposal_id}", may=READERS)
async def show_proposal(proposal_id: UUID, context: Context) -> ProposalOut:
    """One proposal, and what became of it."""
    async with context.snapshot() as snapshot:
        proposal = await snapshot.get(proposals, proposal_id)
    if proposal is None or not context.territory.covers(proposal.area):
        raise NotFound("proposal.unknown")
    context.etag(proposal.version)
    return ProposalOut.of(proposal)


def council_facts(row: CouncilRow) -> CouncilFacts:
    """What a proposal is judged by of a council."""
    return CouncilFacts(row.council_id, row.area, row.tier)


def meeting_facts(row: MeetingRow | None) -> MeetingFacts | None:
    """What a proposal is judged by of a meeting."""
    return MeetingFacts(row.meeting_id, row.council_id, row.issues) if row and row.council_id else None


def gap_facts(row: IssueRow) -> GapFacts | None:
    """What a proposal is judged by of an issue; `None`: it has no declared gap, or it is closed."""
    needs = tuple(NeedBehind(need_id=one.need_id, area=one.area, people=one.people) for one in row.needs)
    return GapFacts(row.support_kind, needs) if row.gap and not row.closed else None
