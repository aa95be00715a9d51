"""Routes of areas, the municipality's tree."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field

from shiendomain.areas import AreaTree
from shiendomain.areas_view import AreaRow, areas_view
from shiendomain.vocabulary import AreaCode, AreaKind, Line, Name, Tier
from shienevents import Home, NotFound
from shienweb import (
    CITY,
    READERS,
    Answer,
    Body,
    Context,
    Page,
    Pages,
    RequestContext,
    Routes,
    WriteResult,
    example,
)

from ..decider.area import DefineArea, ReorganizeArea, check_own_code

routes = Routes(tags=["areas"])
routes.limit_body("POST", "/areas", 4 * 1024 * 1024)  # a boundary has many points


Longitude = Annotated[int, Field(ge=-1_800_000_000, le=1_800_000_000)]
Latitude = Annotated[int, Field(ge=-900_000_000, le=900_000_000)]
Polygon = Annotated[tuple[tuple[tuple[Longitude, Latitude], ...], ...], Field(max_length=500)]


class NewArea(Body):
    """An area. The topmost has no parent, and its code is a local government code.

    `boundary` is a tuple of polygons, each a tuple of rings of (longitude, latitude) in 1e-7 degree.
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

    def command(self, municipality: str, path: tuple[str, ...]) -> DefineArea:
        """The command; `path` is the parent and its ancestors."""
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
        )


class Reorganization(Body):
    """The areas that take the place of one, and the day from which they do."""

    model_config = example(successors=["272108-14", "272108-15"], valid_from="2027-04-01")

    successors: Annotated[tuple[AreaCode, ...], Field(min_length=1, max_length=50)]
    valid_from: date


class AreaOut(Answer):
    """An area. From `closed_on` on it has ended, and its `successors` take its place."""

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
    """Define an area, or describe it again. The same description again changes nothing."""
    if body.parent is None:
        context.must_cover(body.area, "area.unknown")
        municipality = body.area
    else:
        municipality = (await context.home(body.parent)).municipality
    command = body.command(municipality, path_of(context.tree, body.parent))
    if not context.territory.covers(body.area):
        check_own_code(command)
    await check_code(context, body.area)
    return await context.execute(command, id=body.area, any_area=True)


@routes.post("/areas/{area}/reorganization", may=CITY)
async def reorganize_area(area: AreaCode, body: Reorganization, context: Context) -> WriteResult:
    """End an area and name its successors. Its history stays with it."""
    for successor in body.successors:
        await context.home(successor)
    successors = tuple(dict.fromkeys(body.successors))
    return await context.execute(ReorganizeArea(area, successors, body.valid_from), id=area)


@routes.get("/areas", may=READERS)
async def list_areas(context: Context, paging: Pages) -> Page[AreaOut]:
    """List the areas of your territory, by code."""
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot, areas_view, {"area": context.territory.codes}, paging, order=("area",), as_=AreaOut.of
        )


@routes.get("/areas/{area}", may=READERS)
async def show_area(area: AreaCode, context: Context) -> AreaOut:
    """Show an area."""
    async with context.snapshot() as snapshot:
        row = await snapshot.get(areas_view, area)
    if row is None or not context.territory.covers(area):
        raise NotFound("area.unknown")
    return AreaOut.of(row)
