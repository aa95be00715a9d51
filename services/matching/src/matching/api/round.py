"""Routes of matching rounds (一括マッチング)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, NamedTuple, Self
from uuid import UUID

from fastapi import Response

from shiendomain.areas import AreaTree
from shiendomain.areas_view import areas_view, node_of
from shiendomain.days import today
from shiendomain.rounds import RoundPolicy, Shortage
from shiendomain.vocabulary import AreaCode, SupportKind
from shienevents import Home, NotFound, Rejected, StreamConflict
from shienweb import (
    OF_PEOPLE,
    READERS,
    ROUND_OPENERS,
    STAFF,
    Answer,
    AreaQuery,
    Body,
    Context,
    Page,
    Pages,
    PeopleCount,
    Refusal,
    RequestContext,
    Routes,
    WriteResult,
    example,
)

from .. import views
from ..certificates import keeping, kept
from ..decider.round import RecordRound, check_size
from ..projections import RoundRow, centres, rounds
from ..rounds.apart import solved_apart
from ..rounds.certificate import canonical
from ..rounds.outcome import opened_of, proven
from ..rounds.problem import Seen, problem_of
from ..rounds.proposals import proposals

routes = Routes(tags=["rounds"])
_TRIES = 3  # of a round, each with what changed while the one before was solved


class NewRound(Body):
    """The area whose needs are matched, with all below it: the municipality or a ward. `policy`: what counts what.

    `live`: until the next round, a need or resource of the area that is new or changed is proposed at once, by the same
    policy.
    """

    model_config = example(area="272108")

    area: AreaCode
    policy: RoundPolicy = RoundPolicy()
    live: bool = True


class ShortageOut(Answer):
    """Where people are left: what one more place at home in the area would add to the round, at most, in points."""

    area: str
    support_kind: SupportKind
    support_kind_ja: str
    people: PeopleCount
    points: int


class PlacePriceOut(Answer):
    """What one more place at a resource would add to the round, at most, in points."""

    resource_id: UUID
    points: int


class RoundOut(Answer):
    """A round: over what it was opened, and what came of it. `certificate` is the SHA-256 of its certificate.

    Lists of matches and searches have its proposals, and the needs that were proposed nothing, by `round_id`. Shortages
    are those of the reader's areas, the largest gain first.
    """

    round_id: UUID
    area: str
    day: date
    opened_at: datetime
    positions: str
    policy: RoundPolicy
    live: bool
    need_count: int
    people: PeopleCount
    resource_count: int
    places: PeopleCount
    objective: Annotated[int, OF_PEOPLE]
    certificate: str
    pairs: int
    people_proposed: PeopleCount
    people_unserved: PeopleCount
    shortages: tuple[ShortageOut, ...]
    place_prices: tuple[PlacePriceOut, ...]

    @classmethod
    def of(cls, row: RoundRow, context: RequestContext) -> Self:
        """The answer made of a row, for who asks."""
        shortages = map(Shortage.model_validate, row.shortages)
        covered = [one for one in shortages if context.territory.covers(one.area)]
        shown = sorted(covered, key=lambda one: (-one.points, -one.people, one.area, one.support_kind))
        dear = sorted(row.place_prices, key=lambda one: (-one["points"], one["resource_id"]))
        lists = {
            "shortages": tuple(ShortageOut(**dict(one), support_kind_ja=one.support_kind.ja) for one in shown),
            "place_prices": tuple(PlacePriceOut(**one) for one in dear),
        }
        return cls(**vars(row) | lists)


class _Made(NamedTuple):
    """A round that is solved and not yet recorded: its commands, each with its thread, and its certificate."""

    commands: Sequence[object]
    threads: Sequence[UUID | None]
    record: RecordRound
    certificate: bytes


@routes.post("/rounds", may=ROUND_OPENERS, status_code=201)
async def open_round(body: NewRound, context: Context) -> WriteResult:
    """Match the open needs of an area with the free places that serve it, as well as can be, and propose the result.

    The round and its proposals are one commit. Accepted matches and open proposals stay as they are. A pair that was
    declined is not proposed again while need and listing are unchanged.
    """
    home = await context.home(body.area)
    round_id = context.new_id()
    for attempt in range(_TRIES):
        made = await _made(body, context, home, round_id)
        try:
            return await context.execute_together(
                made.commands,
                id=round_id,
                summary=lambda _, made=made: made.record,  # type: ignore[misc]
                any_area=True,
                beside=keeping(round_id, made.certificate),
                threads=made.threads,
            )
        except (Rejected, StreamConflict) as error:
            if error.code == "round.nobody_waits":
                raise
            if attempt == _TRIES - 1:
                raise Rejected("round.overtaken") from error
    raise AssertionError("unreachable")


async def _made(body: NewRound, context: RequestContext, home: Home, round_id: UUID) -> _Made:
    seen, positions = await _seen(body, context, home)
    problem = await asyncio.to_thread(problem_of, seen)
    solved = await solved_apart(problem.inputs)
    opened = opened_of(round_id, seen, positions, problem.inputs, live=body.live)
    outcome, certificate = await asyncio.to_thread(proven, opened, problem, solved)
    record = RecordRound(round_id, home, opened, outcome)
    proposed = await asyncio.to_thread(
        proposals, problem, certificate["assignment"], round_id, home.municipality, context.territory
    )
    threads, commands = [need.correlation for need, _ in proposed], [command for _, command in proposed]
    return _Made(commands, threads, record, canonical(certificate))


async def _seen(body: NewRound, context: RequestContext, home: Home) -> tuple[Seen, str]:
    """What the round looks at, in one snapshot, and where that stands: the tree of areas too, as it was there."""
    day = today()
    async with context.snapshot() as snapshot:
        if snapshot.behind:  # a view that is being rebuilt: the log would not give the same rows
            raise Refusal(503, "views.behind", headers={"Retry-After": "1"})
        areas = await snapshot.select(areas_view, "where municipality = $1", home.municipality)
        tree = AreaTree(map(node_of, areas), day)
        codes = tree.subtree(body.area)
        needs = await views.needs_waiting(snapshot, codes)
        check_size(len(needs))
        offers = await views.offers_serving(snapshot, tree.served_with(codes), codes)
        matches = await views.matches_around(
            snapshot, [one.need_id for one in needs], [one.resource_id for one in offers]
        )
        middles = await snapshot.select(centres, "where area = any($1::text[])", codes)
        seen = Seen(body.area, home.municipality, day, body.policy, areas, needs, offers, matches, middles)
        return seen, snapshot.token


async def _round(context: RequestContext, round_id: UUID) -> RoundRow:
    """A round of the territory, or of an area that the territory lies in. Raises `NotFound`."""
    async with context.snapshot() as snapshot:
        row = await snapshot.get(rounds, round_id)
    if row is None or row.area not in context.sight.with_above:
        raise NotFound("round.unknown")
    return row


@routes.get("/rounds", may=READERS)
async def list_rounds(context: Context, paging: Pages, area: AreaQuery = None) -> Page[RoundOut]:
    """The rounds of the territory, or of `area` and below, and those of the areas above, in the order of their ids."""
    areas = context.tree.served_with(context.areas_within(area))
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot, rounds, {"area": areas}, paging, order=("round_id",), as_=lambda row: RoundOut.of(row, context)
        )


@routes.get("/rounds/{round_id}", may=READERS)
async def show_round(round_id: UUID, context: Context) -> RoundOut:
    """One round, with what came of it and where one more place would help most."""
    return RoundOut.of(await _round(context, round_id), context)


@routes.get(
    "/rounds/{round_id}/certificate",
    may=STAFF,
    response_class=Response,
    responses={200: {"content": {"application/json": {}}}},
)
async def show_certificate(round_id: UUID, context: Context) -> Response:
    """The certificate of a round of the territory: inputs, policy, assignment and prices. Anyone can check it."""
    row = await _round(context, round_id)
    context.must_cover(row.area, "round.unknown")
    async with context.service.tables.transaction() as connection:
        body = await kept(connection, round_id)
    if body is None:
        raise NotFound("round.certificate_missing", round=round_id)
    return Response(body, media_type="application/json")
