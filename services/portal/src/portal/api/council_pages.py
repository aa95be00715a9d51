"""The pages of a council's work: the way of a proposal, and what a meeting has on its table, to be printed."""

from __future__ import annotations

from itertools import groupby
from typing import Literal
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse

from shiendomain.agenda import AgendaCouncil, agenda
from shiendomain.councils_view import councils_view
from shiendomain.proposal_history import concerns, grown_in, grown_of_round, read_rounds
from shiendomain.rules import answered, overdue
from shiendomain.states import IssueState
from shiendomain.vocabulary import MeetingItemKind
from shienevents import NotFound
from shienweb import STAFF, Context, Routes

from ..council_agenda import issues_before, meetings_held, proposals_concerning, waiting_for
from ..page_words import PACK, PROPOSAL, SECTIONS_EN, Language, words
from ..paper import pdf_of
from ..projections import issues, needs, proposals, services
from ..rendering import SECTIONS, Render
from .boards import Boards
from .pages import labels_in, map_of, page_of

routes = Routes(include_in_schema=False, default_response_class=HTMLResponse)
MOST = 50
"""So many lines a list of the meeting pack has. It says how many more there are."""
_MEETINGS = 6
_KINDS = {kind.value: kind for kind in MeetingItemKind}


@routes.get("/proposals/{proposal_id}", may=STAFF)
async def proposal_page(proposal_id: UUID, context: Context, renderer: Render, lang: Language = "ja") -> Response:
    """One proposal: each of its rounds with what was answered, its service, and the needs behind it."""
    async with context.snapshot() as seen:
        row = await seen.get(proposals, proposal_id)
        if row is None or not concerns(row.area, row.need_areas, context.territory, context.tree):
            raise NotFound("proposal.unknown")
        council = await seen.get(councils_view, row.council_id) if row.council_id else None
        issue = await seen.get(issues, row.issue_id) if row.issue_id else None
        merged = await seen.get(proposals, row.merged_into) if row.merged_into else None
        original = await seen.get(proposals, row.split_from) if row.split_from else None
        parts = await seen.select(proposals, "where proposal_id = any($1) order by title", list(row.parts))
        known = await seen.select(needs, "where need_id = any($1)", list(row.needs))
        designed = await seen.select(services, "where service_id = any($1) order by starts_on", list(row.services))
        position = seen.token
    return page_of(
        renderer, "proposal.html", context, row.area, lang=lang, t=words(PROPOSAL, lang), row=row, issue=issue,
        council=council.name if council else "", merged_title=merged.title if merged else "",
        original=original, parts=[(one, answered(one.state, one.answer)) for one in parts],
        rounds=read_rounds(row.rounds), grown=grown_of_round, position=position,
        taken_over={one.resource_id for one in grown_in(row.rounds)},
        mine={need.need_id for need in known if context.territory.covers(need.area)}, services=designed,
        waiting={need.need_id: need.people_waiting for need in known},
        late=overdue(answered(row.state, row.answer), row.due_on, row.deferred_until, context.day),
    )  # fmt: skip


@routes.get("/councils/{council_id}/meeting-pack", may=STAFF)
async def meeting_pack_page(
    council_id: UUID,
    context: Context,
    boards: Boards,
    renderer: Render,
    lang: Language = "ja",
    form: Literal["html", "pdf"] = "html",
) -> Response:
    """The meeting pack of a council: its agenda, the figures and the map of its area, and the lists behind it.

    `form`: as a page, or as PDF on sheets of A4.
    """
    day = context.day
    async with context.snapshot() as seen:
        council = await seen.get(councils_view, council_id)
        context.must_cover(council.area if council else None, "council.unknown")
        assert council is not None
        areas = context.tree.subtree(council.area)
        raised, held = await issues_before(seen, council_id), await meetings_held(seen, council_id)
        proposed = await proposals_concerning(seen, council_id, areas)
        waiting = await waiting_for(seen, council_id, raised, proposed, held)
        position = seen.token
    entries = agenda(AgendaCouncil(council_id, council.tier, frozenset(areas)), waiting, day)
    found = (await boards.find(context, council.area, subtree=True)).answer
    async with context.snapshot() as seen:
        drawn = await map_of(seen, context.tree, found)
    page = page_of(
        renderer, "meeting_pack.html", context, council.area, lang=lang, t=words(PACK, lang), council=council, day=day,
        agenda=[(kind, list(found)) for kind, found in groupby(entries, key=lambda one: one.kind)],
        board=found.board, map=drawn, sections=SECTIONS if lang == "ja" else SECTIONS_EN, labels=labels_in(lang),
        issues=[row for row in raised if row.state is not IssueState.CLOSED],
        proposals=[row for row in proposed if not answered(row.state, row.answer).closed],
        meetings=held[:_MEETINGS], most=MOST, grown_in=grown_in,
        items=[(row.held_on, _KINDS[str(one["kind"])], one) for row in held[:_MEETINGS] for one in row.items],
        position=position, known=context.asked.known_on,
    )  # fmt: skip
    return _printed(page, council.name) if form == "pdf" else page


def _printed(page: Response, name: str) -> Response:
    """The page as PDF, to be saved under a name of its own."""
    paper = pdf_of(bytes(page.body).decode(), name)
    headers = {"Content-Disposition": 'inline; filename="meeting-pack.pdf"'}
    return Response(paper, media_type="application/pdf", headers=headers)
