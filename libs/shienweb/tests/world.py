"""A small registry for these tests: areas and things, with routes as a service writes them."""

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

from shiendomain.accesses import access_decider
from shiendomain.areas_view import areas_view
from shiendomain.registry import AreaDefined, AreaReorganized
from shiendomain.vocabulary import AreaCode, AreaKind
from shienevents import (
    Decider,
    Envelope,
    Event,
    Home,
    NotFound,
    Rejected,
    Row,
    Service,
    View,
)
from shienweb import (
    CITY as CITY_ROLES,
)
from shienweb import (
    KEEPERS,
    READERS,
    Answer,
    AreaQuery,
    Body,
    Condition,
    Context,
    Message,
    Page,
    Pages,
    Role,
    Routes,
    ServiceProcessSettings,
    WriteResult,
    contains,
    make_app,
)
from shienweb.testing import Database, World, at_work, joined, settings_for

CITY, NORTH, SOUTH, FOREIGN = "272108", "272108-01", "272108-02", "432016"


class ThingNamed(Event, wire="registry.thing_named.v1"):
    """A thing was given a name. The first time, it is new."""

    thing: UUID
    area: str
    name: str
    labels: tuple[str, ...] = ()


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
    labels: tuple[str, ...] = ()


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
    return [ThingNamed(thing=command.thing, area=area, name=command.name, labels=command.labels)]


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
    labels: tuple[str, ...] = ()
    renamed: bool = False
    touched: date | None = None
    times: int = 0


def evolve(row: ThingRow, event: ThingNamed, _: Envelope) -> ThingRow:
    return replace(
        row, area=event.area, name=event.name, labels=event.labels, renamed=row.times > 0, times=row.times + 1
    )


things: View[ThingRow] = View(
    name="things",
    version=1,
    row=ThingRow,
    subscribes_to=(ThingNamed,),
    keys=lambda event, envelope: [event.thing],
    evolve=evolve,
)
DECIDERS = [area_decider, thing_decider, access_decider("registry")]
VIEWS: list[View[Any]] = [areas_view, things]
MESSAGES = {"resource.no": Message("The name {name} is not accepted.", "「{name}」という名称は使えません。")}

routes = Routes()
routes.limit_body("POST", "/batches/{name}", 1_000_000)


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
    kind: AreaKind | None = None
    labels: tuple[str, ...] = ()


class Naming(Body):
    name: Annotated[str, Field(min_length=1, max_length=50)]


class Batch(Body):
    names: list[str]


class NamedThings(Body):
    area: AreaCode
    names: tuple[str, ...]


class ThingOut(Answer):
    thing: UUID
    area: str
    name: str

    @classmethod
    def of(cls, row: ThingRow) -> ThingOut:
        return cls(thing=row.thing, area=row.area, name=row.name)


@routes.post("/areas", may=CITY_ROLES, status_code=201)
async def define_area(body: NewArea, context: Context) -> WriteResult:
    """Define an area."""
    municipality = (await context.area(body.parent)).municipality if body.parent else body.area
    if body.parent is None:
        context.must_cover(body.area, "area.unknown")
    command = DefineArea(Home(municipality, body.area), body.area, body.parent)
    return await context.execute(command, id=body.area, any_area=True)


@routes.post("/areas/{area}/reorganization", may=CITY_ROLES)
async def reorganize_area(area: AreaCode, body: Reorganization, context: Context) -> WriteResult:
    """End an area."""
    return await context.execute(ReorganizeArea(area, body.successors, body.valid_from), id=area)


@routes.post("/things", may=KEEPERS, status_code=201)
async def register_thing(body: NewThing, context: Context) -> WriteResult:
    """Name a new thing."""
    home = await context.home(body.area)
    thing = context.new_id()
    return await context.execute(NameThing(thing, body.name, home, body.labels), id=thing)


@routes.put("/things/{thing}/name", may=KEEPERS)
async def rename_thing(thing: UUID, body: Naming, context: Context) -> WriteResult:
    """Give a thing another name."""
    return await context.execute(NameThing(thing, body.name), id=thing)


@routes.post("/things/{thing}/copy", may=KEEPERS, status_code=201)
async def copy_thing(thing: UUID, context: Context) -> WriteResult:
    """Name a new thing like this one, which is read from the views."""
    async with context.snapshot() as snapshot:
        row = await snapshot.get(things, thing)
    context.must_cover(row.area if row else None, "resource.unknown")
    assert row is not None
    copy = context.new_id()
    return await context.execute(NameThing(copy, row.name, await context.home(row.area)), id=copy)


@routes.post("/thing-lists", may=KEEPERS, status_code=201)
async def register_things(body: NamedThings, context: Context) -> WriteResult:
    """Name several things together; the last of them sums them up."""
    home = await context.home(body.area)
    commands = [NameThing(context.new_id(), name, home) for name in body.names]
    last = context.new_id()
    return await context.execute_together(
        commands, id=last, summary=lambda appends: NameThing(last, f"{len(appends)} things", home)
    )


@routes.post("/batches/{name}", may=CITY_ROLES)
async def register_batch(name: str, body: Batch) -> dict[str, int]:
    """Count many."""
    return {"names": len(body.names)}


@routes.get("/things", may=READERS)
async def list_things(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    label: str | None = None,
    renamed: bool | None = None,
    q: str | None = None,
    newest: bool = False,
) -> Page[ThingOut]:
    """The things of the territory, by name, or those named most often first."""
    filters = {"area": context.areas_within(area), "labels": contains(label), "renamed": renamed}
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot,
            things,
            filters,
            paging,
            order=("times", "thing") if newest else ("name", "thing"),
            newest_first=newest,
            where=[Condition("strpos(name, {}) > 0", q) if q else None],
            as_=ThingOut.of,
        )


@routes.get("/things/{thing}", may=READERS)
async def show_thing(thing: UUID, context: Context) -> ThingOut:
    """One thing."""
    async with context.snapshot() as snapshot:
        row = await snapshot.get(things, thing)
    context.must_cover(row.area if row else None, "resource.unknown")
    assert row is not None
    context.etag(row.times)
    return ThingOut.of(row)


@routes.get("/failure", may=READERS)
async def fail() -> dict[str, str]:
    """Fail, as a bug does."""
    raise RuntimeError("a secret of the code")


class Settings(ServiceProcessSettings):
    """The small registry's."""

    service: ClassVar[str] = "registry"


async def build(settings: Settings) -> FastAPI:
    """The small registry, opened and not started."""
    service = await Service.open(settings.parts(), deciders=DECIDERS, views=VIEWS)
    return make_app(service, "試験の台帳 — a test's registry", [routes], MESSAGES, settings)


class Town(World):
    """A running registry, and the people who use it."""

    async def with_areas(self) -> str:
        """Define a city of two areas and a foreign one, one after another; the position reached."""
        positions = []
        async with (
            self.client(CITY, role=Role.MUNICIPAL_ADMINISTRATOR) as ours,
            self.client(FOREIGN, role=Role.MUNICIPAL_ADMINISTRATOR) as theirs,
        ):
            wanted = ((ours, CITY, None), (ours, NORTH, CITY), (ours, SOUTH, CITY), (theirs, FOREIGN, None))
            for client, area, parent in wanted:
                answer = await client.post("/areas", json={"area": area, "parent": parent})
                assert answer.status_code == 201, answer.text
                positions.append(answer.json()["position"])
        return await self.read_up_to(joined(*positions))


@asynccontextmanager
async def a_town(database: Database, folder: Path, **more: Any) -> AsyncIterator[Town]:
    """A registry on a migrated database, running. Its Kafka is away unless `more` says otherwise."""
    settings = settings_for(Settings, database, folder, **more)
    async with at_work(build, settings) as app:
        yield Town(app, settings, Home(CITY, NORTH))
