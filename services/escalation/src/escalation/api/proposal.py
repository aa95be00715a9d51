"""Routes of proposals: up to the first tier, back with an answer, and on to a service."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shiendomain.days import today
from shiendomain.vocabulary import NeedBehind
from shienevents import NotFound
from shienweb import AreaQuery, Ask, Asking, Done, Page, Pages, Routes

from .. import views
from ..answers import Decision, Deferral, Deliberation, Design, Launch, NewProposal, ProposalOut, Receipt, ReturnIn
from ..decider.commands import (
    AdoptProposal,
    CouncilFacts,
    DeferProposal,
    DeliberateProposal,
    DesignService,
    EscalateProposal,
    GapFacts,
    LaunchService,
    MeetingFacts,
    ProposalCommand,
    ReceiveProposal,
    RejectProposal,
    ReturnProposal,
    WithdrawProposal,
    proposal_id_of,
)
from ..decider.state import ProposalState
from ..projections import CouncilRow, IssueRow, MeetingRow, ProposalRow

routes = Routes("escalation", tags=["proposals"])


@routes.post("/proposals", status_code=201)
async def escalate_proposal(body: NewProposal, ask: Ask) -> Done:
    """Propose upward what the district cannot create: for an issue with a declared gap, after the council's meeting.

    Goes to the nearest tier-1 council above, or to the municipality where the tiers share an area. An issue has one
    proposal: escalated again after a return it keeps its id.
    """
    async with ask.snapshot() as seen:
        issue = await views.issue(seen, body.issue_id)
        if issue is None or issue.council_id is None:
            raise NotFound("issue.unknown")
        ask.must_cover(issue.area, "issue.unknown")
        council = await views.council(seen, issue.council_id)
        if council is None:
            raise NotFound("council.unknown")
        ask.must_cover(council.area, "council.unknown")
        meeting = await views.meeting(seen, body.meeting_id)
        path = (council.area, *ask.tree.ancestors(council.area))
        tier1 = await views.tier1_councils(seen, path)
    command = EscalateProposal(
        proposal_id=proposal_id_of(body.issue_id),
        home=await ask.home(council.area),
        issue_id=body.issue_id,
        council=_council(council),
        gap=_gap(issue),
        meeting=_meeting(meeting),
        path=path,
        tier1=tuple(map(_council, tier1)),
        title=body.title,
        ask=body.ask,
    )
    return await ask.do(command, id=command.proposal_id, correlation=issue.correlation)


@routes.post("/proposals/{proposal_id}/receipt")
async def receive_proposal(proposal_id: UUID, body: Receipt, ask: Ask) -> Done:
    """Receive a proposal, and say by when it is answered."""
    return await _do(ask, ReceiveProposal(proposal_id, body.due_on, ask.occurred_on))


@routes.post("/proposals/{proposal_id}/return")
async def return_proposal(proposal_id: UUID, body: ReturnIn, ask: Ask) -> Done:
    """Send a proposal back with a question. It may be escalated again."""
    return await _do(ask, ReturnProposal(proposal_id, body.asked))


@routes.post("/proposals/{proposal_id}/deliberations")
async def deliberate_proposal(proposal_id: UUID, body: Deliberation, ask: Ask) -> Done:
    """Note what the upper council thought of a proposal, at a meeting that was held. As often as it takes."""
    async with ask.snapshot() as seen:
        meeting = await views.meeting(seen, body.meeting_id)
    command = DeliberateProposal(
        proposal_id, _meeting(meeting), body.supply, body.fee, body.supporters, body.salon_support
    )
    return await _do(ask, command)


@routes.post("/proposals/{proposal_id}/adoption")
async def adopt_proposal(proposal_id: UUID, body: Decision, ask: Ask) -> Done:
    """Adopt a proposal: a service will be made."""
    return await _do(ask, AdoptProposal(proposal_id, body.reason))


@routes.post("/proposals/{proposal_id}/rejection")
async def reject_proposal(proposal_id: UUID, body: Decision, ask: Ask) -> Done:
    """Reject a proposal, with a reason."""
    return await _do(ask, RejectProposal(proposal_id, body.reason))


@routes.post("/proposals/{proposal_id}/deferral")
async def defer_proposal(proposal_id: UUID, body: Deferral, ask: Ask) -> Done:
    """Put a proposal off until a day, with a reason."""
    return await _do(ask, DeferProposal(proposal_id, body.until, ask.occurred_on, body.reason))


@routes.post("/proposals/{proposal_id}/withdrawal")
async def withdraw_proposal(proposal_id: UUID, body: Decision, ask: Ask) -> Done:
    """Take a proposal back, with a reason."""
    return await _do(ask, WithdrawProposal(proposal_id, body.reason))


@routes.post("/proposals/{proposal_id}/design")
async def design_service(proposal_id: UUID, body: Design, ask: Ask) -> Done:
    """Design the service that answers an adopted proposal. Its id is in the proposal, as `service_id`."""
    return await _do(ask, DesignService(proposal_id, ask.new_id(), **body.__dict__))


@routes.post("/proposals/{proposal_id}/launch")
async def launch_service(proposal_id: UUID, body: Launch, ask: Ask) -> Done:
    """Launch the designed service: the registry lists it as a resource, and it is proposed to the needs behind it."""
    row = await _proposal(ask, proposal_id)
    if body.provider_id:
        async with ask.snapshot() as seen:
            ask.must_cover(await views.provider_area(seen, body.provider_id), "provider.unknown")
    paths = {need.area: (need.area, *ask.tree.ancestors(need.area)) for need in row.needs}
    command = LaunchService(proposal_id, **body.__dict__, today=ask.occurred_on, paths=paths, areas=ask.territory)
    return await ask.do(command, id=proposal_id, correlation=row.correlation)


@routes.get("/proposals")
async def list_proposals(
    ask: Ask,
    paging: Pages,
    area: AreaQuery = None,
    state: ProposalState | None = None,
    overdue: bool | None = None,
) -> Page[ProposalOut]:
    """Proposals of the asker's areas, or of `area` and below, the longest waiting first.

    `overdue=true`: those whose answer is late, or that were put off until a day that is past.
    """
    after = paging.after(date, UUID)
    async with ask.snapshot() as seen:
        found = await views.proposals(
            seen,
            ask.areas_within(area),
            state=state,
            overdue=overdue,
            today=today(),
            after=(after[0], after[1]) if after else None,
            limit=paging.limit + 1,
        )
        return ask.page(
            seen, [_proposal_out(row) for row in found], paging, lambda one: (one.escalated_on, one.proposal_id)
        )


@routes.get("/proposals/{proposal_id}")
async def show_proposal(proposal_id: UUID, ask: Ask) -> ProposalOut:
    """One proposal, and what became of it."""
    async with ask.snapshot() as seen:
        row = await views.proposal(seen, proposal_id)
        if row is None:
            raise NotFound("proposal.unknown")
        ask.must_cover(row.area, "proposal.unknown")
        ask.etag(row.version)
        return _proposal_out(row)


async def _do(ask: Asking, command: ProposalCommand) -> Done:
    row = await _proposal(ask, command.proposal_id)
    return await ask.do(command, id=command.proposal_id, correlation=row.correlation)


async def _proposal(ask: Asking, proposal_id: UUID) -> ProposalRow:
    """The proposal a command is about, for its thread. What was just written may not be in the views yet: then wait."""
    async with ask.snapshot() as seen:
        row = await views.proposal(seen, proposal_id)
    if row is None:
        async with ask.service.snapshot(await ask.everything()) as seen:
            row = await views.proposal(seen, proposal_id)
    if row is None:
        raise NotFound("proposal.unknown")
    ask.must_cover(row.area, "proposal.unknown")
    return row


def _council(row: CouncilRow) -> CouncilFacts:
    return CouncilFacts(row.council_id, row.area, row.tier)


def _meeting(row: MeetingRow | None) -> MeetingFacts | None:
    return MeetingFacts(row.meeting_id, row.council_id, row.issues) if row and row.council_id else None


def _gap(row: IssueRow) -> GapFacts | None:
    needs = tuple(NeedBehind(need_id=one.need_id, area=one.area, people=one.people) for one in row.needs)
    return GapFacts(row.support_kind, needs) if row.gap else None


def _proposal_out(row: ProposalRow) -> ProposalOut:
    needs = [one.__dict__ for one in row.needs]
    values = {**row.__dict__, "needs": needs, "state_ja": row.state.ja, "round": row.times_escalated}
    return ProposalOut.model_validate(values)
