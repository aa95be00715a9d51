"""The routes of matching. Facts of other services come from the views; the rules are the decider's."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from shiendomain.vocabulary import AreaCode, Word
from shienevents import NotFound
from shienweb import AreaQuery, Ask, Asking, Done, Page, Pages, Routes, board_seen

from . import views
from .answers import (
    AreaLine,
    Board,
    CandidateOut,
    Candidates,
    Conclusion,
    Declination,
    MatchOut,
    NewMatch,
    SearchDone,
    SearchOut,
)
from .candidates import Candidate, Judged, judge
from .decider.commands import AcceptMatch, ConcludeMatch, DeclineMatch, LapseMatch, NeedFacts, ProposeMatch
from .decider.search import SearchFailed
from .decider.state import MatchState
from .projections import MatchRow, OpenNeed, SearchRow

routes = Routes("matching")
ROUTES = (routes,)


@routes.get("/needs/{need_id}/candidates")
async def list_candidates(need_id: UUID, ask: Ask) -> Candidates:
    """The resources that fit a need, best first, each with the reasons; where none fits, what was missing."""
    async with ask.snapshot() as seen:
        need = _covered(ask, await views.need(seen, need_id))
        judged = judge(_facts(ask, need), await views.offers_of_kind(seen, need.support_kind))
        return Candidates(
            need_id=need_id,
            candidates=tuple(
                CandidateOut(
                    resource_id=one.resource_id,
                    name=one.name,
                    area=one.area,
                    free=one.free,
                    reasons=one.reasons,
                    reasons_ja=_ja(one.reasons),
                )
                for one in judged.candidates
            ),
            considered=judged.considered,
            missing=judged.missing,
            missing_ja=_ja(judged.missing),
            position=seen.token,
            stale=seen.stale,
        )


@routes.post("/needs/{need_id}/search", status_code=201)
async def search_match(need_id: UUID, ask: Ask) -> SearchDone:
    """Search an answer to a need: proposes the best candidate, or records that nothing fits and what was missing.

    Refused while a match of the need is proposed or accepted (`match.already_open`).
    """
    new_id = ask.new_id()
    async with ask.snapshot() as seen:
        need = _covered(ask, await views.need(seen, need_id))
        facts = _facts(ask, need)
        judged = judge(facts, await views.offers_of_kind(seen, need.support_kind))
        pending = await views.pending(seen, need_id)
    best = next(iter(judged.candidates), None)
    done = await _search(ask, new_id, need, facts, best, judged, None if pending == new_id else pending)
    return await _found(ask, new_id, done, best, judged)


async def _search(
    ask: Asking,
    new_id: UUID,
    need: OpenNeed,
    facts: NeedFacts,
    best: Candidate | None,
    judged: Judged,
    pending: UUID | None,
) -> Done:
    command: ProposeMatch | SearchFailed
    if best is None:
        command = SearchFailed(
            need_id=need.need_id,
            search_id=new_id,
            home=await ask.home(need.area, even_closed=True),  # what is open there can still be answered
            support_kind=need.support_kind,
            missing=judged.missing,
            considered=judged.considered,
            open=facts.open,
            pending=pending,
        )
    else:
        command = ProposeMatch(
            resource_id=best.resource_id,
            match_id=new_id,
            need=facts,
            people=need.people,
            reasons=best.reasons,
            areas=ask.territory,
            pending=pending,
        )
    return await ask.do(command, id=new_id, correlation=need.correlation, anywhere=True)


async def _found(ask: Asking, new_id: UUID, done: Done, best: Candidate | None, judged: Judged) -> SearchDone:
    """What the search came to. The views know best: a repeated request is answered as it was the first time."""
    async with ask.service.snapshot(done.position) as seen:
        match = await views.match(seen, new_id)
        search = await views.search(seen, new_id)
    resource_id = best.resource_id if best else None
    missing = judged.missing
    if match:
        resource_id, missing = match.resource_id, ()
    elif search:
        resource_id, missing = None, search.missing
    outcome: Literal["proposed", "nothing_fits"] = "proposed" if resource_id else "nothing_fits"
    return SearchDone(**done.model_dump(), outcome=outcome, resource_id=resource_id, missing=missing)


@routes.post("/matches", status_code=201)
async def propose_match(body: NewMatch, ask: Ask) -> Done:
    """Propose a resource for a need. Refused when it does not give that kind, or does not serve the need's area."""
    match_id = ask.new_id()
    async with ask.snapshot() as seen:
        need = _covered(ask, await views.need(seen, body.need_id))
        facts = _facts(ask, need)
        judged = judge(facts, await views.offers_of_kind(seen, need.support_kind))
    reasons = next((one.reasons for one in judged.candidates if one.resource_id == body.resource_id), ())
    people = need.people if body.people is None else body.people
    command = ProposeMatch(body.resource_id, match_id, facts, people, reasons, ask.territory)
    return await ask.do(command, id=match_id, correlation=need.correlation, anywhere=True)


@routes.post("/resources/{resource_id}/matches/{match_id}/acceptance")
async def accept_match(resource_id: UUID, match_id: UUID, ask: Ask) -> Done:
    """Accept a match: its places are held. Refused when there are not so many left."""
    match = await _match(ask, resource_id, match_id)
    async with ask.snapshot() as seen:
        need = await views.need(seen, match.need_id) if match.need_id else None
    command = AcceptMatch(resource_id, match_id, _facts(ask, need) if need else None, ask.territory)
    return await ask.do(command, id=match_id, correlation=match.correlation, anywhere=True)


@routes.post("/resources/{resource_id}/matches/{match_id}/declination")
async def decline_match(resource_id: UUID, match_id: UUID, body: Declination, ask: Ask) -> Done:
    """Decline what was proposed, with a reason."""
    match = await _match(ask, resource_id, match_id)
    command = DeclineMatch(resource_id, match_id, body.reason, body.note, ask.territory)
    return await ask.do(command, id=match_id, correlation=match.correlation, anywhere=True)


@routes.post("/resources/{resource_id}/matches/{match_id}/lapse")
async def lapse_match(resource_id: UUID, match_id: UUID, ask: Ask) -> Done:
    """Let a proposed match lapse that nobody answered."""
    match = await _match(ask, resource_id, match_id)
    command = LapseMatch(resource_id, match_id, ask.territory)
    return await ask.do(command, id=match_id, correlation=match.correlation, anywhere=True)


@routes.post("/resources/{resource_id}/matches/{match_id}/conclusion")
async def conclude_match(resource_id: UUID, match_id: UUID, body: Conclusion, ask: Ask) -> Done:
    """Say what came of an accepted match. The places of people helped stay taken, the others are free again."""
    match = await _match(ask, resource_id, match_id)
    command = ConcludeMatch(
        resource_id, match_id, body.outcome, body.people_helped, body.reason, body.note, ask.territory
    )
    return await ask.do(command, id=match_id, correlation=match.correlation, anywhere=True)


@routes.get("/matches")
async def list_matches(
    ask: Ask,
    paging: Pages,
    area: AreaQuery = None,
    need_id: UUID | None = None,
    resource_id: UUID | None = None,
    state: MatchState | None = None,
) -> Page[MatchOut]:
    """Matches of needs in the asker's areas, or in `area` and below, in the order of their ids."""
    (after,) = paging.after(UUID) or (None,)
    async with ask.snapshot() as seen:
        found = await views.matches(
            seen,
            ask.areas_within(area),
            need_id=need_id,
            resource_id=resource_id,
            state=state,
            after=after,
            limit=paging.limit + 1,
        )
        return ask.page(seen, [_match_out(row) for row in found], paging, lambda one: (one.match_id,))


@routes.get("/matches/{match_id}")
async def show_match(match_id: UUID, ask: Ask) -> MatchOut:
    """One match. Its ETag is the version of the resource's offer, the stream it is part of."""
    async with ask.snapshot() as seen:
        match = await views.match(seen, match_id)
        if match is None or match.resource_id is None:
            raise NotFound("match.unknown")
        ask.must_cover(match.need_area, "match.unknown")
        offer = await views.offer(seen, match.resource_id)
        ask.etag(offer.version if offer else match.version)
        return _match_out(match)


@routes.get("/searches")
async def list_searches(
    ask: Ask, paging: Pages, area: AreaQuery = None, need_id: UUID | None = None
) -> Page[SearchOut]:
    """Searches that found nothing, for needs in the asker's areas, or in `area` and below."""
    (after,) = paging.after(UUID) or (None,)
    async with ask.snapshot() as seen:
        found = await views.searches(seen, ask.areas_within(area), need_id=need_id, after=after, limit=paging.limit + 1)
        return ask.page(seen, [_search_out(row) for row in found], paging, lambda one: (one.search_id,))


@routes.get("/boards/{area}")
async def show_board(area: AreaCode, ask: Ask) -> Board:
    """Matches by state and searches in vain: of the area with all below it, and of each of those, in one look."""
    codes = ask.areas_within(area)
    async with ask.snapshot() as seen:
        lines = tuple(AreaLine(name=ask.tree.name(row["area"]), **row) for row in await views.board(seen, codes))
        return Board(**board_seen(ask, seen, area, lines))


async def _match(ask: Asking, resource_id: UUID, match_id: UUID) -> MatchRow:
    """The match a command is about, for its thread. What was just written may not be in the views yet: then wait."""
    async with ask.snapshot() as seen:
        match = await views.match(seen, match_id)
    if match is None:
        async with ask.service.snapshot(await ask.everything()) as seen:
            match = await views.match(seen, match_id)
    if match is None or match.resource_id != resource_id:
        raise NotFound("match.unknown")
    return match


def _covered(ask: Asking, need: OpenNeed | None) -> OpenNeed:
    ask.must_cover(need.area if need else None, "need.unknown")
    assert need is not None
    return need


def _facts(ask: Asking, need: OpenNeed) -> NeedFacts:
    return NeedFacts(
        need_id=need.need_id,
        area=need.area,
        path=(need.area, *ask.tree.ancestors(need.area)),
        support_kind=need.support_kind,
        people=need.people,
        open=need.state.open,
    )


def _ja(words: tuple[Word, ...]) -> tuple[str, ...]:
    return tuple(word.ja for word in words)


def _match_out(row: MatchRow) -> MatchOut:
    return MatchOut(**row.__dict__, state_ja=row.state.ja)


def _search_out(row: SearchRow) -> SearchOut:
    return SearchOut(**row.__dict__, missing_ja=_ja(row.missing))
