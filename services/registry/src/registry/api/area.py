"""Routes of areas, the municipality's tree."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Annotated, Self

from fastapi import Query
from pydantic import Field

from shiendomain.areas import AreaTree
from shiendomain.areas_view import AreaRow, areas_view
from shiendomain.boundaries import lies_in
from shiendomain.days import today
from shiendomain.distances import Point
from shiendomain.vocabulary import AreaCode, AreaKind, Line, LineOfReason, Name, Tier
from shienevents import Beside, Home, NotFound, Snapshot
from shienweb import (
    CITY,
    READERS,
    Answer,
    AreaQuery,
    Body,
    Context,
    Page,
    Pages,
    RequestContext,
    Routes,
    WriteResult,
    example,
)

from .. import tier_views
from ..area_changes import judged_by_the_tree
from ..decider.area import check_own_code
from ..decider.area_commands import DefineArea, ReorganizeArea, WithdrawArea, WithdrawReorganization
from ..projections import area_shapes, searchable
from .area_days import NO_DAYS, Days, begun, begun_below, used_from
from .near import BoundaryPoint, Near, point_of

routes = Routes(tags=["areas"])
SEARCHED = "Words of the code, the name or the kana, in any width, kana or form of a character"
routes.limit_body("POST", "/areas", 4 * 1024 * 1024)  # a boundary has many points


Polygon = Annotated[tuple[tuple[BoundaryPoint, ...], ...], Field(max_length=500)]


class NewArea(Body):
    """An area. The topmost has no parent, and its code is a local government code.

    `boundary` is a tuple of polygons, each a tuple of rings of (longitude, latitude) in 1e-7 degree. `reason`: what was
    wrong with the area as it was recorded; a correction has one.
    """

    model_config = example(
        area="272108-03",
        parent="272108",
        kind="centre_area",
        tiers=["tier2"],
        name="第3圏域",
        kana="だいさんけんいき",
        valid_from="2026-04-01",
    )

    area: AreaCode
    parent: AreaCode | None = None
    kind: AreaKind
    tiers: Annotated[tuple[Tier, ...], Field(max_length=2)] = ()
    name: Name
    kana: Line = ""
    valid_from: date
    boundary: Annotated[tuple[Polygon, ...], Field(max_length=500)] = ()
    reason: Line = ""

    def command(
        self, municipality: str, path: tuple[str, ...], reached: Collection[str], days: Days = NO_DAYS
    ) -> DefineArea:
        """The command; `path` is the parent and its ancestors, `reached` all that the parent leads to."""
        return DefineArea(
            home=Home(municipality, self.area),
            parent=self.parent,
            parent_path=path,
            kind=self.kind,
            tiers=self.tiers,
            name=self.name,
            kana=self.kana,
            valid_from=self.valid_from,
            boundary=self.boundary,
            reached=reached,
            reason=self.reason,
            today=today(),
            **days._asdict(),
        )


class Reorganization(Body):
    """The areas that take the place of one, and the day from which they do."""

    model_config = example(successors=["272108-14", "272108-15"], valid_from="2027-04-01")

    successors: Annotated[tuple[AreaCode, ...], Field(min_length=1, max_length=50)]
    valid_from: date


class AreaMistake(Body):
    """Why the area was recorded by mistake."""

    model_config = example(reason="圏域の数を誤って登録した")

    reason: LineOfReason


class ReorganizationMistake(Body):
    """Why the end of the area is withdrawn."""

    model_config = example(reason="再編が一年延期された")

    reason: LineOfReason


class AreaOut(Answer):
    """An area. From `closed_on` on it has ended, and its `successors` take its place; none: it was a mistake.

    `corrected_for`: what was wrong with it, why it was a mistake, or why its end was withdrawn, the last time.
    """

    area: str
    parent: str | None
    municipality: str
    kind: AreaKind
    tiers: tuple[Tier, ...]
    name: str
    kana: str
    valid_from: date
    closed_on: date | None
    successors: tuple[str, ...]
    corrected_for: str

    @classmethod
    def of(cls, row: AreaRow) -> Self:
        """The answer of a row."""
        return cls(**vars(row))


def path_of(tree: AreaTree, area: str | None) -> tuple[str, ...]:
    """The area and its ancestors, nearest first; nothing above the topmost."""
    return tree.path(area) if area else ()


async def check_code(context: RequestContext, code: str) -> None:
    """Raise `NotFound` for the code of an area that exists outside the territory. A new code is free."""
    try:
        await context.area(code)
    except NotFound:
        if code in context.tree:
            raise


@routes.post("/areas", may=CITY, status_code=201)
async def define_area(body: NewArea, context: Context) -> WriteResult:
    """Define an area, or correct it with the reason. The same description again changes nothing.

    It does not begin after something was there, nor before the area above it or after one below it.
    """

    async def define(beside: Beside) -> WriteResult:
        if body.parent is None:
            context.must_cover(body.area, "area.unknown")
            municipality = body.area
        else:
            municipality = (await context.home(body.parent, day=date.max)).municipality
        reached = context.tree.leads_to(body.parent) if body.parent else ()
        used, tree = await used_from(context, [body.area]), context.tree
        days = Days(used.get(body.area), begun(tree, body.parent), begun_below(tree, body.area))
        command = body.command(municipality, path_of(tree, body.parent), reached, days)
        if not context.territory.covers(body.area):
            check_own_code(command)
        await check_code(context, body.area)
        return await context.execute(command, id=body.area, any_area=True, beside=beside)

    return await judged_by_the_tree(context, define)


@routes.post("/areas/{area}/reorganization", may=CITY)
async def reorganize_area(area: AreaCode, body: Reorganization, context: Context) -> WriteResult:
    """End an area and name its successors. Its history stays with it.

    A successor that lies below the area, or that names it as its own successor, is refused.
    """

    async def reorganize(beside: Beside) -> WriteResult:
        for successor in body.successors:
            await context.home(successor, day=date.max)
        tree, successors = context.tree, tuple(dict.fromkeys(body.successors))
        back = tuple(one for one in successors if one != area and area in tree.leads_to(one))
        absent = tuple(one for one in successors if not tree.open_on(one, body.valid_from))
        nodes = [node for node in tree.areas.values() if area in node.successors and node.closed_on]
        later = sorted(node.code for node in nodes if node.closed_on and node.closed_on >= body.valid_from)
        command = ReorganizeArea(area, successors, body.valid_from, back, absent, tuple(later))
        return await context.execute(command, id=area, beside=beside)

    return await judged_by_the_tree(context, reorganize)


@routes.post("/areas/{area}/withdrawal", may=CITY)
async def withdraw_area(area: AreaCode, body: AreaMistake, context: Context) -> WriteResult:
    """Take back an area that was recorded by mistake: it was there on no day.

    What is recorded there is moved to its right area first. An area that others lie below, or that succeeds others,
    stays. The reorganization-withdrawal undoes this.
    """

    async def withdraw(beside: Beside) -> WriteResult:
        await context.area(area)
        async with context.snapshot() as snapshot:
            things = await tier_views.count_recorded(snapshot, area)
        nodes = context.tree.areas.values()
        used = [one.code for one in nodes if area in one.successors or (one.parent == area and not one.mistake)]
        command = WithdrawArea(area, body.reason, context.occurred_on, tuple(sorted(used)), things)
        return await context.execute(command, id=area, beside=beside)

    return await judged_by_the_tree(context, withdraw)


@routes.post("/areas/{area}/reorganization-withdrawal", may=CITY)
async def withdraw_reorganization(area: AreaCode, body: ReorganizationMistake, context: Context) -> WriteResult:
    """Withdraw the end of an area, because it was a mistake or was called off: the area goes on.

    Not below one that was recorded by mistake. Its mappings are reversed. What people moved to its successors one by
    one stays there until they move it back.
    """

    async def go_on(beside: Beside) -> WriteResult:
        node = await context.area(area)
        above = context.tree.areas.get(node.parent or "")
        mistaken = above.code if above and above.mistake else None
        return await context.execute(WithdrawReorganization(area, body.reason, mistaken), id=area, beside=beside)

    return await judged_by_the_tree(context, go_on)


@routes.get("/areas", may=READERS)
async def list_areas(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    q: Annotated[str, Query(max_length=200, description=SEARCHED)] = "",
    kind: Annotated[AreaKind | None, Query()] = None,
    tier: Annotated[Tier | None, Query()] = None,
    on: Annotated[date | None, Query(description="Only areas that are in force on this day")] = None,
    at: Near = None,
) -> Page[AreaOut]:
    """List the areas of your territory, by code. One that was recorded by mistake is listed by `area` alone.

    `at` finds the areas in whose boundary a point lies: none, one, or several, as it lies on an edge or they overlap.
    """
    words = [word for word in map(searchable, q.split()) if word]
    nodes = (context.tree.areas[code] for code in context.areas_within(area) if code in context.tree)
    codes = [
        node.code for node in nodes
        if all(word in searchable(node.code, node.name, node.kana) for word in words)
        and (tier is None or tier.value in node.tiers)
        and (on is None or context.tree.open_on(node.code, on))
        and (not node.mistake or node.code == area)
    ]  # fmt: skip
    async with context.snapshot() as snapshot:
        point = point_of(at)
        found = await _around(snapshot, codes, point) if point else codes
        columns = {"area": found, "kind": kind}
        return await context.list_rows(snapshot, areas_view, columns, paging, order=("area",), as_=AreaOut.of)


async def _around(snapshot: Snapshot, codes: Sequence[str], point: Point) -> Sequence[str]:
    """Those of these areas in whose boundary the point lies."""
    sql = "where area = any($1::text[]) and $2::bigint between south and north and $3::bigint between west and east"
    rows = await snapshot.select(area_shapes, sql, list(codes), point.lat_e7, point.lon_e7)
    return [row.area for row in rows if lies_in(point, row.boundary)]


@routes.get("/areas/{area}", may=READERS)
async def show_area(area: AreaCode, context: Context) -> AreaOut:
    """Show an area."""
    async with context.snapshot() as snapshot:
        row = await snapshot.get(areas_view, area)
    if row is None or not context.territory.covers(area):
        raise NotFound("area.unknown")
    return AreaOut.of(row)
