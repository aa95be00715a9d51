"""Routes of proposals (提案): a council escalates one to tier 1, or takes it back; and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import StringConstraints

from shiendomain.councils_view import CouncilRow, councils_view
from shiendomain.proposal_history import concerns
from shiendomain.rules import overdue_sql
from shiendomain.states import ProposalState
from shiendomain.vocabulary import Name, NeedBehind, Reason, Text, Tier
from shienevents import NotFound, Snapshot
from shienweb import (
    PROPOSERS,
    READERS,
    AreaQuery,
    Body,
    Condition,
    Context,
    Page,
    Pages,
    PeopleCount,
    RequestContext,
    Role,
    Routes,
    WriteResult,
    example,
)

from .. import views
from ..decider.answer import WithdrawProposal
from ..decider.going_up import CouncilFacts, EscalateProposal, GapFacts, proposal_id_of
from ..decider.meeting import MeetingFacts
from ..decider.service import Waiting, still_waiting
from ..projections import Behind, IssueRow, MeetingRow, issues, meetings, proposals, services
from .grown import activity_of
from .proposal_out import ProposalOut
from .service_out import ServiceOut
from .together import answer, ask_again, renews

routes = Routes(tags=["proposals"])
Ask = Annotated[Text, StringConstraints(min_length=1)]
"""What is asked of the upper tier, in words."""


class NewProposal(Body):
    """What is asked of the upper tier for an issue with a gap, and at which meeting the council decided to ask.

    `part`: the part of the issue's proposal that goes up again, where that one was split. `grown_from`: the activity of
    residents (a resource) that is put forward as a service; what it reported goes with the proposal.
    """

    model_config = example(
        issue_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f",
        meeting_id="0190b6d1-8a21-7b44-9c10-2f6e7d8c9b0a",
        title="買い物への移動支援",
        ask="週1回の送迎を市の事業として検討してほしい",
    )

    issue_id: UUID
    meeting_id: UUID
    title: Name
    ask: Ask
    part: UUID | None = None
    grown_from: UUID | None = None


class ProposalShown(ProposalOut):
    """A proposal with the services that were designed for it, the latest last.

    Of the needs behind it `people_waiting` wait now; `needs_gone` are met or withdrawn.
    """

    services: tuple[ServiceOut, ...]
    people_waiting: PeopleCount
    needs_gone: tuple[UUID, ...]


class Withdrawal(Body):
    """Why the council takes its proposal back."""

    model_config = example(reason="地域の見守り活動で対応できることになった")

    reason: Reason


@routes.post("/proposals", may=PROPOSERS, status_code=201)
async def escalate_proposal(body: NewProposal, context: Context) -> WriteResult:
    """Propose upward what the area cannot create: for an issue with a declared gap, after the council's meeting.

    Goes to the nearest tier-1 council above, or to the municipality where the tiers share an area; a tier-1 council's
    own goes to the municipality. An issue has one proposal: escalated again after a return it keeps its id. Where a
    merged proposal asked back, its part of that one is renewed; with the last part the merged one goes up again. Of a
    proposal that was split, a `part` goes up again, for those of its needs that the issue still has.
    """
    proposal_id = body.part or proposal_id_of(body.issue_id)
    async with context.snapshot() as snapshot:
        issue, council = await issue_of(snapshot, context, body.issue_id)
        meeting = await meeting_of(snapshot, context, body.meeting_id)
        path = context.tree.path(council.area)
        tier1 = await views.tier1_councils(snapshot, path)
        before = await snapshot.get(proposals, proposal_id)
        if body.part and (before is None or before.split_from is None or before.issue_id != body.issue_id):
            raise NotFound("proposal.unknown")
        waiting = await views.waiting_of(snapshot, issue.needs)
        activity = await activity_of(snapshot, context, body.grown_from)
    command = EscalateProposal(
        proposal_id=proposal_id,
        home=await context.home(council.area),
        issue_id=body.issue_id,
        council=council_facts(council),
        gap=gap_facts(issue, waiting),
        meeting=meeting,
        path=path,
        tier1=tuple(map(council_facts, tier1)),
        title=body.title,
        ask=body.ask,
        speaks=speaks_for(context, council),
        renews=renews(before),
        activity=activity,
    )
    needs = still_waiting(needs_of(issue.needs), waiting)
    return await ask_again(context, command, issue.support_kind, needs, issue.correlation)


async def issue_of(snapshot: Snapshot, context: RequestContext, issue_id: UUID) -> tuple[IssueRow, CouncilRow]:
    """An issue of the territory and its council. Raises `NotFound`."""
    issue = await snapshot.get(issues, issue_id)
    if issue is None or issue.council_id is None or not context.territory.covers(issue.area):
        raise NotFound("issue.unknown")
    council = await snapshot.get(councils_view, issue.council_id)
    if council is None or not context.territory.covers(council.area):
        raise NotFound("council.unknown")
    return issue, council


@routes.post("/proposals/{proposal_id}/withdrawal", may=PROPOSERS)
async def withdraw_proposal(proposal_id: UUID, body: Withdrawal, context: Context) -> WriteResult:
    """Take a proposal back, with a reason."""
    async with context.snapshot() as snapshot:
        proposal = await snapshot.get(proposals, proposal_id)
        council = await snapshot.get(councils_view, proposal.council_id) if proposal and proposal.council_id else None
    command = WithdrawProposal(proposal_id, body.reason, speaks=council is None or speaks_for(context, council))
    return await answer(context, command)


@routes.get("/proposals", may=READERS)
async def list_proposals(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    state: ProposalState | None = None,
    overdue: Annotated[bool | None, Query(description="Only those whose answer is late, or only the others")] = None,
) -> Page[ProposalOut]:
    """Proposals of the territory, or of `area` and below, the longest waiting first.

    Those of the city that concern it are among them: one of its needs is behind it, or the city's council made it for
    all of its area.
    """
    concerned = concerning(context, context.areas_within(area))
    late = None if overdue is None else Condition(f"{overdue_sql('{0}::date')} = {{1}}", context.day, overdue)
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot,
            proposals,
            {"state": state},
            paging,
            order=("escalated_on", "proposal_id"),
            where=(concerned, late),
            as_=ProposalOut.of,
        )


@routes.get("/proposals/{proposal_id}", may=READERS)
async def show_proposal(proposal_id: UUID, context: Context) -> ProposalShown:
    """One proposal, what became of it, and the services that were designed for it."""
    async with context.snapshot() as snapshot:
        proposal = await snapshot.get(proposals, proposal_id)
        found = await snapshot.select(services, "where proposal_id = $1 order by starts_on, service_id", proposal_id)
        waiting = await views.waiting_of(snapshot, proposal.needs if proposal else ())
    if proposal is None or not concerns(proposal.area, proposal.need_areas, context.territory, context.tree):
        raise NotFound("proposal.unknown")
    context.etag(proposal.version)
    return ProposalShown(
        **vars(ProposalOut.of(proposal)),
        services=tuple(map(ServiceOut.of, found)),
        people_waiting=sum(waiting.get(need.need_id, need.people) for need in proposal.needs),
        needs_gone=tuple(need.need_id for need in proposal.needs if waiting.get(need.need_id) == 0),
    )


def council_facts(row: CouncilRow) -> CouncilFacts:
    """What a proposal is judged by of a council."""
    return CouncilFacts(row.council_id, row.area, row.tier)


def speaks_for(context: RequestContext, council: CouncilRow) -> bool:
    """Whether the caller speaks for a council. Tier 1's coordinator does so for one of tier 2 only in a shared area.

    Who answers proposals would else make the ones that he answers.
    """
    node = context.tree.areas.get(council.area)
    shared = node is not None and Tier.TIER1 in node.tiers
    return context.principal.role is not Role.TIER1_COORDINATOR or council.tier is Tier.TIER1 or shared


def concerning(context: RequestContext, areas: Sequence[str]) -> Condition:
    """The proposals that concern these areas: `concerns` in SQL."""
    above = context.tree.served_with(areas)
    sql = "(area = any({}) or need_areas && {} or need_areas = '{{}}' and area = any({}))"
    return Condition(sql, list(areas), list(areas), list(above))


async def meeting_of(snapshot: Snapshot, context: RequestContext, meeting_id: UUID) -> MeetingFacts:
    """What a proposal is judged by of a meeting of the territory. Raises `NotFound`."""
    row = await snapshot.get(meetings, meeting_id)
    facts = meeting_facts(row) if row and context.territory.covers(row.area) else None
    if facts is None:
        raise NotFound("meeting.unknown")
    return facts


def meeting_facts(row: MeetingRow) -> MeetingFacts | None:
    """What a proposal is judged by of a meeting; nothing, where it was recorded by mistake."""
    if row.council_id is None or row.held_on is None or row.withdrawn:
        return None
    return MeetingFacts(row.meeting_id, row.council_id, row.issues, row.proposals, row.area, row.held_on)


def gap_facts(row: IssueRow, waiting: Waiting) -> GapFacts | None:
    """What a proposal is judged by of an issue; `None`: it has no declared gap, or it is closed."""
    if not row.gap or row.closed:
        return None
    return GapFacts(row.support_kind, still_waiting(needs_of(row.needs), waiting))


def needs_of(needs: Iterable[Behind]) -> tuple[NeedBehind, ...]:
    """The needs as events name them."""
    return tuple(NeedBehind(need_id=one.need_id, area=one.area, people=one.people) for one in needs)
