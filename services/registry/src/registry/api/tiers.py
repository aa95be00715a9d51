"""How the two tiers are manned (体制), and what an ended area still has: what somebody must see to."""

from __future__ import annotations

from datetime import date

from shiendomain.areas import AreaTree
from shiendomain.ended_areas import ended
from shiendomain.tiers import TierOnDay, tiers_on
from shiendomain.vocabulary import Tier
from shienweb import READERS, Answer, AreaQuery, Context, Page, Routes

from .. import tier_views

routes = Routes(tags=["areas"])


class TierOut(Answer):
    """One tier on a day. `coordinators` are posts whose term runs, `posts` the people who share them.

    `overdue` are posts whose term has ended without a renewal or a hand-over. `vacant` are the areas of the tier
    without a post, `without_council` those without a council: neither in them, nor above or below.
    """

    tier: Tier
    areas: int
    coordinators: int
    posts: int
    overdue: int
    councils: int
    dormant: int
    vacant: tuple[AreaNamed, ...]
    without_council: tuple[AreaNamed, ...]

    @classmethod
    def of(cls, found: TierOnDay, tree: AreaTree) -> TierOut:
        """The answer of a tier."""
        said = found._asdict()
        names = {
            field: tuple(AreaNamed(area=code, name=tree.name(code)) for code in said[field])
            for field in ("vacant", "without_council")
        }
        return cls(**said | names, councils=found.active)


class AreaNamed(Answer):
    """An area and its name."""

    area: str
    name: str


class EndedArea(Answer):
    """An area that has ended, its successors, and how much is still recorded as its own.

    Counted are councils, posts that were not handed over, providers, resources that are not retired, cohorts of
    supporters, venues that may be used, and places where older people take part that are not closed. Each can be moved.
    """

    area: str
    name: str
    closed_on: date
    successors: tuple[AreaNamed, ...]
    councils: int
    coordinators: int
    providers: int
    resources: int
    cohorts: int
    venues: int
    places: int


@routes.get("/tiers", may=READERS)
async def show_tiers(context: Context, area: AreaQuery = None) -> Page[TierOut]:
    """Show how each tier is manned today, or on the day `valid_at`: posts, councils, vacant areas, overdue terms."""
    day = context.day
    areas = {code for code in context.areas_within(area) if code in context.tree}
    tree = context.tree.on(day)
    async with context.snapshot() as snapshot:
        posts = await tier_views.posts_of(snapshot, sorted(areas))
        councils = await tier_views.councils_in(snapshot, sorted(areas))
    items = tuple(TierOut.of(found, tree) for found in tiers_on(day, tree, areas, posts, councils))
    return Page(items=items, position=snapshot.token, stale=snapshot.stale)


@routes.get("/ended-areas", may=READERS)
async def list_ended_areas(context: Context, area: AreaQuery = None) -> Page[EndedArea]:
    """List the areas that have ended and still have something of their own, with what can be moved to successors."""
    nodes = context.tree.areas
    gone = ended(context.tree, context.areas_within(area), context.day)
    async with context.snapshot() as snapshot:
        left = await tier_views.count_left(snapshot, gone)

    def named(code: str) -> AreaNamed:
        return AreaNamed(area=code, name=context.tree.name(code))

    items = tuple(
        EndedArea(
            **dict(named(code)),
            closed_on=nodes[code].closed_on,
            successors=tuple(map(named, nodes[code].successors)),
            **left[code],
        )
        for code in gone
        if any(left[code].values())
    )
    return Page(items=items, position=snapshot.token, stale=snapshot.stale)
