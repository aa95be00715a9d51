"""Routes of areas: the municipality's tree."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from shiendomain.areas import AreaTree
from shiendomain.vocabulary import AreaCode, AreaKind, Line, Name, Tier
from shienevents import Home, NotFound
from shienweb import Answer, Ask, Body, Done, Page, Pages, Routes, example

from .. import views
from ..decider.area import DefineArea, ReorganizeArea

routes = Routes("registry", tags=["areas"])
routes.takes("POST", "/areas", 4 * 1024 * 1024)  # a boundary has many points


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
    """The areas that take the place of one, and from when on."""

    model_config = example(successors=["272108-14", "272108-15"], valid_from="2027-04-01")

    successors: Annotated[tuple[AreaCode, ...], Field(min_length=1, max_length=50)]
    valid_from: date


class AreaOut(Answer):
    """An area. From `closed_on` on it is no more, and `successors` are."""

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


def path_of(tree: AreaTree, area: str | None) -> tuple[str, ...]:
    """The area and its ancestors, nearest first; nothing above the topmost."""
    return (area, *tree.ancestors(area)) if area else ()


@routes.post("/areas", status_code=201)
async def define_area(body: NewArea, ask: Ask) -> Done:
    """Define an area, or say anew what it is. Said twice the same, it changes nothing."""
    municipality = (await ask.home(body.parent)).municipality if body.parent is not None else body.area
    # A code that is new to the tree lies where its parent does; one that is known must lie in the territory.
    if body.parent is None or body.area in ask.tree:
        ask.must_cover(body.area, "area.unknown")
    command = body.command(municipality, path_of(ask.tree, body.parent))
    return await ask.do(command, id=body.area, anywhere=True)


@routes.post("/areas/{area}/reorganization")
async def reorganize_area(area: AreaCode, body: Reorganization, ask: Ask) -> Done:
    """End an area and name its successors. Its history stays with it."""
    for successor in body.successors:
        await ask.home(successor)
    successors = tuple(dict.fromkeys(body.successors))
    return await ask.do(ReorganizeArea(area, successors, body.valid_from), id=area)


@routes.get("/areas")
async def list_areas(ask: Ask, paging: Pages) -> Page[AreaOut]:
    """List the areas of your territory, by code."""
    after = paging.after(str)
    async with ask.snapshot() as seen:
        found = await views.list_areas(
            seen, ask.territory.codes, after=after[0] if after else None, limit=paging.limit + 1
        )
        return ask.page(seen, [AreaOut(**row) for row in found], paging, key=lambda item: (item.area,))


@routes.get("/areas/{area}")
async def show_area(area: AreaCode, ask: Ask) -> AreaOut:
    """Show an area."""
    async with ask.snapshot() as seen:
        found = await views.area(seen, area)
    if found is None or not ask.territory.covers(area):
        raise NotFound("area.unknown")
    return AreaOut(**found)
