"""A small registry to knock at: areas and resources, with routes as a service writes them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar
from uuid import UUID

from fastapi import FastAPI
from pydantic import Field

from shiendomain.areas_view import areas_view
from shiendomain.registry import AreaDefined, AreaReorganized
from shiendomain.vocabulary import AreaCode, AreaKind
from shienevents import (
    Decider,
    Envelope,
    Event,
    EventTypes,
    Home,
    NotFound,
    Rejected,
    Row,
    Service,
    Snapshot,
    View,
)
from shienweb import Answer, Ask, Body, Done, Page, Pages, Role, Routes, ServiceProcessSettings, make_app
from shienweb.testing import Database, World, at_work, settings_for

CITY, NORTH, SOUTH, FOREIGN = "272108", "272108-01", "272108-02", "432016"


class ThingNamed(Event, wire="registry.thing_named.v1"):
    """A thing was given a name; the first time, it is new."""

    thing: UUID
    area: str
    name: str


@dataclass(frozen=True)
class DefineArea:
    home: Home
    area: str
    parent: str | None


@dataclass(frozen=True)
class ReorganizeArea:
    area: str
    successors: tuple[str, ...]
    valid_from: date


@dataclass(frozen=True)
class NameThing:
    thing: UUID
    name: str
    home: Home | None = None


def define(command: DefineArea | ReorganizeArea, known: bool) -> Sequence[Event]:
    match command:
        case DefineArea(home, area, parent):
            return [
                AreaDefined(
                    area=area, parent=parent, municipality=home.municipality, kind=AreaKind.SCHOOL_DISTRICT, tiers=(),
                    name=f"校区{area}", valid_from=date(2020, 4, 1),
                )
            ]  # fmt: skip
        case ReorganizeArea(area, successors, valid_from):
            if not known:
                raise NotFound("area.unknown")
            return [AreaReorganized(area=area, successors=successors, valid_from=valid_from)]


def name_thing(command: NameThing, area: str) -> Sequence[Event]:
    if not area and command.home is None:
        raise NotFound("resource.unknown")
    if command.name == "no":
        raise Rejected("resource.no", name=command.name)
    area = area or (command.home.area if command.home else "")
    return [ThingNamed(thing=command.thing, area=area, name=command.name)]


area_decider = Decider[Any, Any, Any](
    name="area",
    commands=(DefineArea, ReorganizeArea),
    events=(AreaDefined, AreaReorganized),
    stream=lambda command: command.area,
    home=lambda command: getattr(command, "home", None),
    initial=False,
    decide=define,
    evolve=lambda known, event: True,
)
thing_decider = Decider[Any, Any, Any](
    name="resource",
    commands=(NameThing,),
    events=(ThingNamed,),
    stream=lambda command: command.thing,
    home=lambda command: command.home,
    initial="",
    decide=name_thing,
    evolve=lambda area, event: event.area,
)


class ThingRow(Row, key=("thing",)):
    """A thing as it is called."""

    thing: UUID
    area: str = ""
    name: str = ""
    times: int = 0


def evolve(row: ThingRow, event: ThingNamed, _: Envelope) -> ThingRow:
    return replace(row, area=event.area, name=event.name, times=row.times + 1)


things: View[ThingRow] = View(
    name="things",
    version=1,
    row=ThingRow,
    hears=(ThingNamed,),
    keys=lambda event, envelope: [event.thing],
    evolve=evolve,
)

routes = Routes("registry")
routes.takes("POST", "/batches/{name}", 1_000_000)


class NewArea(Body):
    area: AreaCode
    parent: AreaCode | None = None


class Reorganization(Body):
    successors: tuple[AreaCode, ...]
    valid_from: date


class NewThing(Body):
    area: AreaCode
    name: Annotated[str, Field(min_length=1, max_length=50)]
    people: Annotated[int, Field(ge=1, le=100)] = 1
    opened: date | None = None


class Naming(Body):
    name: Annotated[str, Field(min_length=1, max_length=50)]


class Batch(Body):
    names: list[str]


class ThingOut(Answer):
    thing: UUID
    area: str
    name: str


@routes.post("/areas", status_code=201)
async def define_area(body: NewArea, ask: Ask) -> Done:
    """Say what an area is."""
    ask.must_cover(body.parent or body.area, "area.unknown")
    root = ask.tree.municipality(body.parent) if body.parent else body.area
    return await ask.do(DefineArea(Home(root or body.area, body.area), body.area, body.parent), id=body.area)


@routes.post("/areas/{area}/reorganization")
async def reorganize_area(area: AreaCode, body: Reorganization, ask: Ask) -> Done:
    """End an area."""
    return await ask.do(ReorganizeArea(area, body.successors, body.valid_from), id=area)


@routes.post("/things", status_code=201)
async def register_resource(body: NewThing, ask: Ask) -> Done:
    """Name a new thing."""
    home = await ask.home(body.area)
    thing = ask.new_id()
    return await ask.do(NameThing(thing, body.name, home), id=thing)


@routes.post("/things/{thing}/name")
async def revise_resource(thing: UUID, body: Naming, ask: Ask) -> Done:
    """Name a thing anew."""
    return await ask.do(NameThing(thing, body.name), id=thing)


@routes.post("/batches/{name}")
async def register_batch(name: str, body: Batch) -> dict[str, int]:
    """Count many."""
    return {"names": len(body.names)}


@routes.get("/things")
async def list_resources(ask: Ask, pages: Pages) -> Page[ThingOut]:
    """The things of the territory."""
    async with ask.snapshot() as seen:
        rows = await _things(seen, ask.territory.codes, pages.after(str, UUID), pages.limit + 1)
        return ask.page(seen, rows, pages, key=lambda one: (one.name, one.thing))


async def _things(seen: Snapshot, areas: Sequence[str], after: tuple[Any, ...] | None, limit: int) -> list[ThingOut]:
    name, thing = after or ("", UUID(int=0))
    rows = await seen.fetch(
        "select thing, area, name from things where area = any($1) and (name, thing) > ($2, $3) "
        "order by name, thing limit $4",
        list(areas), name, thing, limit,
    )  # fmt: skip
    return [ThingOut(**row) for row in rows]


@routes.get("/things/{thing}")
async def show_resource(thing: UUID, ask: Ask) -> ThingOut:
    """One thing."""
    async with ask.snapshot() as seen:
        rows = await seen.fetch("select thing, area, name, times from things where thing = $1", thing)
        ask.must_cover(rows[0]["area"] if rows else None, "resource.unknown")
        ask.etag(rows[0]["times"])
        return ThingOut(thing=thing, area=rows[0]["area"], name=rows[0]["name"])


@routes.get("/failure")
async def show_provider() -> dict[str, str]:
    """Fail, as a bug does."""
    raise RuntimeError("a secret of the house")


class Settings(ServiceProcessSettings):
    """The small registry's."""

    service: ClassVar[str] = "registry"


async def build(settings: Settings) -> FastAPI:
    """The small registry, opened and not started."""
    service = await Service.open(
        settings.parts(),
        types=EventTypes([AreaDefined, AreaReorganized, ThingNamed]),
        deciders=[area_decider, thing_decider],
        views=[areas_view, things],
    )
    return make_app("registry", "試験の台帳 / A test's registry", service, routes, settings)


class Town(World):
    """A running registry, and people who ask it."""

    async def with_areas(self) -> str:
        """Define a city of two areas and a foreign one; the position reached."""
        position = ""
        async with (
            self.client(CITY, role=Role.MUNICIPAL_ADMINISTRATOR) as ours,
            self.client(FOREIGN, role=Role.MUNICIPAL_ADMINISTRATOR) as theirs,
        ):
            wanted = ((ours, CITY, None), (ours, NORTH, CITY), (ours, SOUTH, CITY), (theirs, FOREIGN, None))
            for client, area, parent in wanted:
                answer = await client.post(
                    "/areas", json={"area": area, "parent": parent}, headers={"Shien-After": position}
                )
                assert answer.status_code == 201, answer.text
                position = ",".join(filter(None, [position, answer.json()["position"]]))
        return position


@asynccontextmanager
async def a_town(database: Database, folder: Path, **more: Any) -> AsyncIterator[Town]:
    """A registry on a migrated database, running; its Kafka is away unless told."""
    settings = settings_for(Settings, database, folder, **more)
    async with at_work(build, settings) as app:
        yield Town(app, settings, Home(CITY, NORTH))
