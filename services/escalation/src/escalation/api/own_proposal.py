"""Routes of a tier-1 council's own proposals (提案・要望): service projects, primary prevention, support for salons."""

from __future__ import annotations

from uuid import UUID

from shiendomain.councils_view import councils_view
from shiendomain.vocabulary import Name, SupportKind
from shienevents import NotFound
from shienweb import PROPOSERS, Body, Context, Routes, WriteResult, example

from ..decider.own_proposal import MakeOwnProposal, RenewOwnProposal
from ..projections import proposals
from .grown import activity_of
from .proposal import Ask, meeting_of
from .together import ask_again, ground, renews

routes = Routes(tags=["proposals"])


class OwnProposal(Body):
    """What a tier-1 council asks of the municipality, and at which of its meetings it decided to ask.

    `grown_from`: the activity of residents (a resource) that is put forward as a service, with what it reported.
    """

    meeting_id: UUID
    title: Name
    ask: Ask
    support_kind: SupportKind
    grown_from: UUID | None = None


class NewOwnProposal(OwnProposal):
    """A proposal of a tier-1 council's own."""

    model_config = example(
        council_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f",
        meeting_id="0190b6d1-8a21-7b44-9c10-2f6e7d8c9b0a",
        title="サロンの自立した運営への支援",
        ask="立上げから3年目以降のサロンに、世話役の養成と会場費の補助を検討してほしい",
        support_kind="salon",
    )

    council_id: UUID


class Renewal(OwnProposal):
    """What it asks for now, and at which meeting that was decided."""

    model_config = example(
        meeting_id="0190b6d1-8a21-7b44-9c10-2f6e7d8c9b0a",
        title="サロンの自立した運営への支援",
        ask="対象のサロンは18か所。世話役の養成を先に行ってほしい",
        support_kind="salon",
    )


@routes.post("/own-proposals", may=PROPOSERS, status_code=201)
async def make_own_proposal(body: NewOwnProposal, context: Context) -> WriteResult:
    """Propose to the municipality what no issue from below asks for. Its answer and its service are as of any other."""
    async with context.snapshot() as snapshot:
        council = await snapshot.get(councils_view, body.council_id)
        if council is None or not context.territory.covers(council.area):
            raise NotFound("council.unknown")
        meeting = await meeting_of(snapshot, context, body.meeting_id)
        activity = await activity_of(snapshot, context, body.grown_from)
    proposal_id = context.new_id()
    command = MakeOwnProposal(
        proposal_id=proposal_id,
        home=await context.home(council.area),
        council_id=council.council_id,
        tier=council.tier,
        meeting=meeting,
        title=body.title,
        ask=body.ask,
        support_kind=body.support_kind,
        activity=activity,
    )
    return await context.execute_together([ground(command)], id=proposal_id, summary=lambda _: command)


@routes.post("/own-proposals/{proposal_id}/renewal", may=PROPOSERS)
async def renew_own_proposal(proposal_id: UUID, body: Renewal, context: Context) -> WriteResult:
    """Propose it again after it was returned, rejected or withdrawn: a further round with what is asked now."""
    async with context.snapshot() as snapshot:
        proposal = await snapshot.get(proposals, proposal_id)
        context.must_cover(proposal.area if proposal else None, "proposal.unknown")
        meeting = await meeting_of(snapshot, context, body.meeting_id)
        activity = await activity_of(snapshot, context, body.grown_from)
    assert proposal is not None
    asked = body.title, body.ask, body.support_kind
    command = RenewOwnProposal(proposal_id, meeting, *asked, renews=renews(proposal), activity=activity)
    return await ask_again(context, command, body.support_kind)
