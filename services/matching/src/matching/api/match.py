"""Routes of matches. Their ETag is the version of the resource's offer, the stream that a match is part of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field

from shiendomain.days import today
from shiendomain.rounds import PairPoints
from shiendomain.states import MatchState
from shiendomain.vocabulary import (
    EndReason,
    FailureReason,
    FitReason,
    LapseReason,
    Line,
    Obstacle,
    Outcome,
    People,
)
from shienevents import NotFound, Rejected
from shienweb import (
    COORDINATORS,
    READERS,
    Answer,
    AreaQuery,
    Body,
    Condition,
    Context,
    Page,
    Pages,
    PeopleCount,
    RequestContext,
    Routes,
    WriteResult,
    example,
)

from .. import views
from ..candidates import facts_of, reasons, unchanged_declined, unmet_of_listing
from ..decider.answers import AcceptMatch, ConcludeMatch, DeclineMatch, EndMatch, LapseMatch
from ..decider.fit import NeedFacts
from ..decider.match import ProposeMatch
from ..decider.search import NoteAcceptance
from ..projections import MatchRow, OpenNeed, matches, offers, open_needs
from .search import need_of, propose

routes = Routes(tags=["matches"])
_TRIES = 3  # of an acceptance, each judged by what was accepted meanwhile


CutOff = Annotated[
    bool, Query(description="Only what ended with a need withdrawn or a resource retired by mistake, to be put right")
]


class NewMatch(Body):
    """Which resource is proposed for which need; `people` when not for all who wait.

    `nevertheless`: why, when the resource does not meet what the need asks for, has too few free places, or declined.
    """

    model_config = example(
        need_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f", resource_id="0190b6d1-8a21-7b44-9c10-2f6e7d8c9b0a", people=3
    )

    need_id: UUID
    resource_id: UUID
    people: People | None = None
    nevertheless: Line = ""


class Declination(Body):
    """Why the match is declined."""

    model_config = example(reason="not_suitable", note="曜日が合わない")

    reason: FailureReason
    note: Line = ""


class Conclusion(Body):
    """The outcome of the match. When it did not help, a reason is needed, and nobody was helped.

    Support that is `ongoing` keeps the places of the people helped until it ends; help that was given once does not.
    """

    model_config = example(outcome="helped", people_helped=3)

    outcome: Outcome
    people_helped: Annotated[int, Field(ge=0, le=100_000)]
    reason: FailureReason | None = None
    note: Line = ""
    ongoing: bool = True


class End(Body):
    """Why and when support that went on ended."""

    model_config = example(reason="no_longer_needed", ended_on="2026-10-31")

    reason: EndReason
    ended_on: date
    note: Line = ""


class MatchOut(Answer):
    """One match. `points`: what it is worth by the policy of its round for each person of it, in parts.

    `points_for_each` is their sum; both are null where a person, or the launch of a service, proposed it.
    """

    match_id: UUID
    need_id: UUID
    need_area: str
    resource_id: UUID
    service_id: UUID | None
    state: MatchState
    state_ja: str
    people: PeopleCount
    people_helped: PeopleCount
    reasons: tuple[FitReason, ...]
    outcome: Outcome | None
    failure: FailureReason | None
    lapse: LapseReason | None
    ongoing: bool
    ended_for: EndReason | None
    ended_on: date | None
    ended_note: str
    ended_with_need: bool
    note: str
    corrected: str
    proposed_at: datetime
    round_id: UUID | None
    unmet: tuple[Obstacle, ...]
    unmet_ja: tuple[str, ...]
    nevertheless: str
    points: PairPoints | None
    points_for_each: int | None
    correlation: UUID

    @classmethod
    def of(cls, row: MatchRow) -> Self:
        """The answer made of a row."""
        said = {"state_ja": row.state.ja, "unmet_ja": tuple(one.ja for one in row.unmet)}
        points = {"points": row.points or None, "points_for_each": sum(row.points.values()) if row.points else None}
        return cls(**vars(row) | said | points)


@routes.post("/matches", may=COORDINATORS, status_code=201)
async def propose_match(body: NewMatch, context: Context) -> WriteResult:
    """Propose a resource for a need. It is judged as a candidate is; never another kind, area, or a closed resource.

    Days, hours, fee, places, or that it declined are in the way until somebody says why it is proposed `nevertheless`.
    """
    async with context.snapshot() as snapshot:
        need = await need_of(context, snapshot, body.need_id)
        existing = await views.matches_of(snapshot, body.need_id)
        facts = facts_of(need, existing, context.tree.path(need.area))
        offer = await snapshot.get(offers, body.resource_id)
    command = ProposeMatch(
        resource_id=body.resource_id,
        match_id=context.new_id(),
        need=facts,
        people=facts.people if body.people is None else body.people,
        reasons=reasons(facts, offer) if offer else (),
        areas=context.territory,
        unmet=unmet_of_listing(facts, offer, unchanged_declined(need, existing, [offer])) if offer else (),
        nevertheless=body.nevertheless,
    )
    return await propose(context, need, command, frozenset(row.match_id for row in existing))


async def known_of(
    context: RequestContext, match_id: UUID
) -> tuple[MatchRow | None, OpenNeed | None, Sequence[MatchRow]]:
    """A match, its need, and all matches of that need, at one moment; None for what is not known."""
    async with context.snapshot() as snapshot:
        match = await snapshot.get(matches, match_id)
        need = await snapshot.get(open_needs, match.need_id) if match else None
        return match, need, await views.matches_of(snapshot, need.need_id) if need else []


async def facts_at(context: RequestContext, match_id: UUID) -> NeedFacts | None:
    """What is known of the need of an accepted match, whose places others may have been promised too."""
    _, need, rows = await known_of(context, match_id)
    if need is None:
        return None
    others = [row for row in rows if row.match_id != match_id and row.state is not MatchState.ACCEPTED]
    return facts_of(need, others, context.tree.path(need.area))


@routes.post("/resources/{resource_id}/matches/{match_id}/acceptance", may=COORDINATORS)
async def accept_match(resource_id: UUID, match_id: UUID, context: Context) -> WriteResult:
    """Accept a match: its places are held. Rejected when there are not so many left, or not so many people wait."""
    for _ in range(_TRIES - 1):
        try:
            return await _accept(context, resource_id, match_id)
        except Rejected as refused:
            if refused.code != "match.accepted_meanwhile":
                raise
    return await _accept(context, resource_id, match_id)


async def _accept(context: RequestContext, resource_id: UUID, match_id: UUID) -> WriteResult:
    """Accept a match in the offer's stream and note it in the need's, in one commit, by the people who wait now."""
    match, need, rows = await known_of(context, match_id)
    if match is None or need is None or not context.territory.covers(need.area):
        return await context.execute(
            AcceptMatch(resource_id, match_id, None, context.territory), id=match_id, any_area=True
        )
    facts = facts_of(need, [row for row in rows if row.match_id != match_id], context.tree.path(need.area))
    counted = frozenset(row.match_id for row in rows if row.state is not MatchState.PROPOSED)
    home = await context.home(need.area, even_closed=True)
    noted = NoteAcceptance(need.need_id, home, match_id, resource_id, counted)
    command = AcceptMatch(resource_id, match_id, facts, context.territory)
    return await context.execute_together(
        [noted],
        id=match_id,
        summary=lambda _: command,
        correlation=need.correlation,
        summary_correlation=match.correlation,
        any_area=True,
    )


@routes.post("/resources/{resource_id}/matches/{match_id}/declination", may=COORDINATORS)
async def decline_match(resource_id: UUID, match_id: UUID, body: Declination, context: Context) -> WriteResult:
    """Decline a proposed match, with a reason."""
    command = DeclineMatch(resource_id, match_id, body.reason, body.note, context.territory)
    return await context.execute(command, id=match_id, any_area=True)


@routes.post("/resources/{resource_id}/matches/{match_id}/lapse", may=COORDINATORS)
async def lapse_match(resource_id: UUID, match_id: UUID, context: Context) -> WriteResult:
    """Let a proposed match lapse that nobody answered."""
    command = LapseMatch(resource_id, match_id, context.territory)
    return await context.execute(command, id=match_id, any_area=True)


@routes.post("/resources/{resource_id}/matches/{match_id}/conclusion", may=COORDINATORS)
async def conclude_match(resource_id: UUID, match_id: UUID, body: Conclusion, context: Context) -> WriteResult:
    """Record the outcome of an accepted match. People helped keep their places while the support goes on."""
    facts = await facts_at(context, match_id)
    command = ConcludeMatch(
        resource_id=resource_id,
        match_id=match_id,
        outcome=body.outcome,
        people_helped=body.people_helped,
        reason=body.reason,
        note=body.note,
        areas=context.territory,
        need=facts,
        ongoing=body.ongoing,
    )
    return await context.execute(command, id=match_id, any_area=True)


@routes.post("/resources/{resource_id}/matches/{match_id}/end", may=COORDINATORS)
async def end_match(resource_id: UUID, match_id: UUID, body: End, context: Context) -> WriteResult:
    """Record that support which went on has ended. Its places are free; its people wait again if they still need it."""
    command = EndMatch(resource_id, match_id, body.reason, body.ended_on, body.note, today(), context.territory)
    return await context.execute(command, id=match_id, any_area=True)


@routes.get("/matches", may=READERS)
async def list_matches(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    need_id: UUID | None = None,
    resource_id: UUID | None = None,
    state: MatchState | None = None,
    round_id: UUID | None = None,
    cut_off: CutOff = False,
) -> Page[MatchOut]:
    """Matches of needs of the territory, or of `area` and below, in the order of their ids."""
    areas = context.areas_within(area)
    filters = {"need_area": areas, "need_id": need_id, "resource_id": resource_id, "state": state, "round_id": round_id}
    async with context.snapshot() as snapshot:
        where, order = [Condition(views.CUT_OFF) if cut_off else None], ("match_id",)
        return await context.list_rows(snapshot, matches, filters, paging, order=order, where=where, as_=MatchOut.of)


@routes.get("/matches/{match_id}", may=READERS)
async def show_match(match_id: UUID, context: Context) -> MatchOut:
    """One match. Its ETag is the version of the resource's offer."""
    async with context.snapshot() as snapshot:
        match = await snapshot.get(matches, match_id)
        if match is None or not context.territory.covers(match.need_area):
            raise NotFound("match.unknown")
        offer = await snapshot.get(offers, match.resource_id)
        context.etag(offer.version if offer else match.version)
        return MatchOut.of(match)
