"""Routes of searches for a need: which resources fit it, and which one is proposed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal, Self, TypedDict
from uuid import UUID

from shiendomain.matching import Nearest
from shiendomain.nearest import change_of
from shiendomain.vocabulary import FitReason, Missing, Obstacle, SupportKind, Weekday
from shiendomain.words import Word
from shienevents import NotFound, Snapshot
from shienweb import (
    COORDINATORS,
    OF_PEOPLE,
    READERS,
    Answer,
    AreaQuery,
    Context,
    Page,
    Pages,
    RequestContext,
    Routes,
    WriteResult,
)

from .. import views
from ..candidates import Candidate, Judged, facts_of, judge, left_of, unchanged_declined
from ..decider.fit import NeedFacts
from ..decider.match import ProposeMatch
from ..decider.search import RecordMatchFound, RecordNoMatchFound
from ..projections import MatchRow, OpenNeed, SearchRow, open_needs, searches

routes = Routes(tags=["searches"])


class CandidateOut(Answer):
    """A resource that fits a need, and why. `free` places are left; null: no limit is known."""

    resource_id: UUID
    name: str
    area: str
    free: Annotated[int | None, OF_PEOPLE]
    reasons: tuple[FitReason, ...]
    reasons_ja: tuple[str, ...]

    @classmethod
    def of(cls, candidate: Candidate) -> Self:
        """The answer made of a candidate."""
        return cls(**vars(candidate), reasons_ja=_ja(candidate.reasons))


class NearestOut(Answer):
    """A resource that came near: all that is in the way, and with which change it would serve the need."""

    resource_id: UUID
    obstacles: tuple[Obstacle, ...]
    obstacles_ja: tuple[str, ...]
    free: Annotated[int | None, OF_PEOPLE]
    yen_above: int
    days: tuple[Weekday, ...]
    change_ja: Annotated[str, OF_PEOPLE]
    change_en: Annotated[str, OF_PEOPLE]

    @classmethod
    def of(cls, near: Nearest) -> Self:
        """The answer made of a resource that came near."""
        ja, en = change_of(near)
        return cls(**dict(near), obstacles_ja=_ja(near.obstacles), change_ja=ja, change_en=en)


class Candidates(Answer):
    """The resources that fit, best first; how many were judged; what was missing where none fits.

    Where some of the kind serve the area and have places, `missing` is empty: `unmet` says what they do not meet.
    """

    need_id: UUID
    candidates: tuple[CandidateOut, ...]
    considered: int
    missing: tuple[Missing, ...]
    missing_ja: tuple[str, ...]
    unmet: tuple[Obstacle, ...]
    unmet_ja: tuple[str, ...]
    nearest: tuple[NearestOut, ...]
    position: str
    stale: bool


class SearchResult(WriteResult):
    """The result of a search: a match with `resource_id` was proposed, or nothing fits (`missing`, `unmet`)."""

    outcome: Literal["proposed", "nothing_fits"]
    resource_id: UUID | None = None
    missing: tuple[Missing, ...] = ()
    unmet: tuple[Obstacle, ...] = ()


class SearchFacts(TypedDict):
    """What the answer to a search says beside the result of its write."""

    outcome: Literal["proposed", "nothing_fits"]
    resource_id: UUID | None
    missing: tuple[Missing, ...]
    unmet: tuple[Obstacle, ...]


class SearchOut(Answer):
    """A search for a need that ended without a match; `round_id`: it was one of a matching round."""

    search_id: UUID
    need_id: UUID
    need_area: str
    support_kind: SupportKind
    missing: tuple[Missing, ...]
    missing_ja: tuple[str, ...]
    considered: int
    unmet: tuple[Obstacle, ...]
    unmet_ja: tuple[str, ...]
    nearest: tuple[NearestOut, ...]
    round_id: UUID | None
    people: Annotated[int | None, OF_PEOPLE]
    searched_at: datetime
    correlation: UUID

    @classmethod
    def of(cls, row: SearchRow) -> Self:
        """The answer made of a row."""
        nearest = tuple(NearestOut.of(Nearest.model_validate(one)) for one in row.nearest)
        labels = {"missing_ja": _ja(row.missing), "unmet_ja": _ja(row.unmet)}
        return cls(**vars(row) | {"nearest": nearest}, **labels)


def _ja(words: Iterable[Word]) -> tuple[str, ...]:
    return tuple(word.ja for word in words)


async def need_of(context: RequestContext, snapshot: Snapshot, need_id: UUID) -> OpenNeed:
    """A need of the territory. Raises `NotFound`."""
    need = await snapshot.get(open_needs, need_id)
    if need is None or not context.territory.covers(need.area):
        raise NotFound("need.unknown")
    return need


async def judged_of(
    context: RequestContext, snapshot: Snapshot, need: OpenNeed, existing: Sequence[MatchRow], *, asked: bool = False
) -> tuple[NeedFacts, Judged]:
    """What is known of a need, and the offers judged for it. `asked`: not for those who were proposed something."""
    tree = context.tree
    facts = facts_of(need, existing, tree.path(need.area))
    if asked:
        facts = left_of(facts, existing)
    municipality = sorted(tree.areas_of(tree.municipality(need.area) or need.area))
    offers = await views.offers_for(snapshot, need.support_kind, facts.path, municipality)
    return facts, judge(facts, offers, unchanged_declined(need, existing, offers))


@routes.get("/needs/{need_id}/candidates", may=READERS)
async def list_candidates(need_id: UUID, context: Context) -> Candidates:
    """The resources that fit a need, best first, each with the reasons; where none fits, what was missing."""
    async with context.snapshot() as snapshot:
        need = await need_of(context, snapshot, need_id)
        _, judged = await judged_of(context, snapshot, need, await views.matches_of(snapshot, need_id))
        return Candidates(
            need_id=need_id,
            candidates=tuple(map(CandidateOut.of, judged.candidates)),
            considered=judged.considered,
            missing=judged.missing,
            missing_ja=_ja(judged.missing),
            unmet=judged.unmet,
            unmet_ja=_ja(judged.unmet),
            nearest=tuple(map(NearestOut.of, judged.nearest)),
            position=snapshot.token,
            stale=snapshot.stale,
        )


@routes.post("/needs/{need_id}/search", may=COORDINATORS, status_code=201)
async def search_match(need_id: UUID, context: Context) -> SearchResult:
    """Search for a match of a need: propose the best candidate, or record that nothing fits and what was missing.

    Rejected while its people are all helped, or have a match that is proposed or accepted (`match.already_open`). Where
    some of them have not, it is searched for these.
    """
    async with context.snapshot() as snapshot:
        need = await need_of(context, snapshot, need_id)
        existing = await views.matches_of(snapshot, need_id)
        facts, judged = await judged_of(context, snapshot, need, existing, asked=True)
    known = frozenset(row.match_id for row in existing)
    pending = None if facts.people else next((row.match_id for row in existing if row.state.pending), None)
    if judged.candidates:
        return await _propose(context, need, facts, judged.candidates[0], known, pending)
    return await _record_nothing(context, need, facts, judged, known, pending)


async def _propose(
    context: RequestContext,
    need: OpenNeed,
    facts: NeedFacts,
    best: Candidate,
    known: frozenset[UUID],
    pending: UUID | None,
) -> SearchResult:
    proposal = ProposeMatch(best.resource_id, context.new_id(), facts, facts.people, best.reasons, context.territory)
    said: SearchFacts = {"outcome": "proposed", "resource_id": best.resource_id, "missing": (), "unmet": ()}
    result = await propose(context, need, proposal, known, pending, said)
    return SearchResult(**vars(result), **said)


async def propose(
    context: RequestContext,
    need: OpenNeed,
    proposal: ProposeMatch,
    known: frozenset[UUID],
    pending: UUID | None = None,
    facts: Mapping[str, object] | None = None,
) -> WriteResult:
    """Propose a match in the offer's stream and in the need's, in one commit: of two at one moment only one stands.

    `known`: the need's matches that the views knew. `pending`: one of them that a search does not add to. `facts`: what
    the answer says beside the result.
    """
    home = await context.home(need.area, even_closed=True)  # a need of an area that has ended can still be met
    found = RecordMatchFound(need.need_id, home, proposal.match_id, proposal.resource_id, known, pending)
    return await context.execute_together(
        [found],
        id=proposal.match_id,
        summary=lambda _: proposal,
        correlation=need.correlation,
        any_area=True,
        facts=lambda: facts or {},
    )


async def _record_nothing(
    context: RequestContext,
    need: OpenNeed,
    facts: NeedFacts,
    judged: Judged,
    known: frozenset[UUID],
    pending: UUID | None,
) -> SearchResult:
    command = RecordNoMatchFound(
        need_id=need.need_id,
        home=await context.home(need.area, even_closed=True),
        search_id=context.new_id(),
        support_kind=need.support_kind,
        missing=judged.missing,
        considered=judged.considered,
        unmet=judged.unmet,
        nearest=judged.nearest,
        open=facts.open,
        waiting=facts.people,
        known=known,
        pending=pending,
    )
    said: SearchFacts = {
        "outcome": "nothing_fits", "resource_id": None, "missing": judged.missing, "unmet": judged.unmet,
    }  # fmt: skip
    # The need is of the territory; the stream of its searches may have begun before it was moved there.
    result = await context.execute(
        command, id=command.search_id, correlation=need.correlation, any_area=True, facts=said
    )
    return SearchResult(**vars(result), **said)


@routes.get("/searches", may=READERS)
async def list_searches(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    need_id: UUID | None = None,
    round_id: UUID | None = None,
) -> Page[SearchOut]:
    """Searches without a match, for needs of the territory, or of `area` and below, in the order of their ids."""
    filters = {"need_area": context.areas_within(area), "need_id": need_id, "round_id": round_id}
    async with context.snapshot() as snapshot:
        return await context.list_rows(snapshot, searches, filters, paging, order=("search_id",), as_=SearchOut.of)
