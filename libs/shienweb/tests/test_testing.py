"""What a service's tests are made of: others who say what they are told to, and callers who see what they wrote."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi import FastAPI

from shiendomain.areas_view import areas_view
from shiendomain.registry import AreaDefined, AreaReorganized
from shiendomain.vocabulary import AreaKind
from shienevents import EventTypes, Home, Service
from shienops import Database
from shienops.pytest_plugin import MakeDatabase
from shienweb import Ask, Role, Routes, ServiceProcessSettings, make_app
from shienweb.testing import THREAD, Caller, World, at_work, others_of, settings_for

from . import world as small
from .world import CITY, FOREIGN, NORTH, SOUTH

HEARD = (AreaDefined, AreaReorganized)
NORTH_DEFINED = AreaDefined(
    area=NORTH, parent=None, municipality=CITY, kind=AreaKind.SCHOOL_DISTRICT, tiers=(), name="北",
    valid_from=date(2020, 4, 1),
)  # fmt: skip
routes = Routes("needs")


class Settings(ServiceProcessSettings):
    """Of a service that has no events of its own and hears the registry."""

    service = "needs"
    hears = ("registry",)


@routes.get("/needs")
async def list_needs(ask: Ask) -> dict[str, object]:
    """The areas that the caller's territory is found to be."""
    return {"areas": list(ask.territory.codes), "stale": False}


async def build(settings: Settings) -> FastAPI:
    service = await Service.open(settings.parts(), types=EventTypes(HEARD), deciders=[], views=[areas_view])
    return make_app("needs", "聞く / It hears", service, routes, settings)


@pytest.fixture
async def hearing(make_database: MakeDatabase, kafka: str, topic_name: str, tmp_path: Path) -> AsyncIterator[World]:
    """A service beside a registry that says what it is told to."""
    where = {"bootstrap_servers": kafka, "topic_prefix": f"{topic_name}."}
    settings = settings_for(Settings, await make_database(), tmp_path, **where)
    async with others_of(settings, HEARD, make_database) as others, at_work(build, settings) as app:
        yield World(app, settings, Home(CITY, NORTH), others=others)


@pytest.fixture
async def city(database: Database, tmp_path: Path) -> AsyncIterator[Caller]:
    """Who speaks for the city to a small registry, whose Kafka is away."""
    settings = settings_for(small.Settings, database, tmp_path)
    async with at_work(small.build, settings) as app:
        world = World(app, settings, Home(CITY, CITY), Role.MUNICIPAL_ADMINISTRATOR)
        async with world.caller() as caller:
            yield caller


async def test_what_another_service_was_told_to_say_is_heard(hearing: World) -> None:
    south = NORTH_DEFINED.model_copy(update={"area": SOUTH, "name": "南"})
    said = [await hearing.told(NORTH, NORTH_DEFINED), await hearing.told(SOUTH, south, SOUTH)]
    position = await hearing.heard(",".join(said))
    async with hearing.service.snapshot(position) as seen:
        rows = await seen.fetch("select area, name from areas order by area")
    assert [tuple(row) for row in rows] == [(NORTH, "北"), (SOUTH, "南")]
    store = hearing.others["registry"].store
    envelopes = [one.envelope for shard in range(hearing.settings.shards) for one in await store.read(shard, 0, 10)]
    told = {(one.stream, one.municipality, one.area, one.correlation) for one in envelopes}
    assert told == {(f"said-{area}", CITY, area, THREAD) for area in (NORTH, SOUTH)}


async def test_people_have_tokens_for_the_home_unless_a_test_says_otherwise(hearing: World) -> None:
    position = await hearing.told_areas({CITY: None, NORTH: CITY, SOUTH: CITY})
    async with hearing.caller() as north, hearing.caller(NORTH, SOUTH, role=Role.AUDITOR) as both:
        assert (await north.saw("/needs"))["areas"] == [NORTH]
        assert (await both.saw("/needs"))["areas"] == [NORTH, SOUTH]
        async with hearing.caller(CITY) as all_of_them:
            all_of_them.position = position  # else the tree of areas may be that of a moment ago
            assert (await all_of_them.saw("/needs"))["areas"] == [CITY, NORTH, SOUTH]
    async with hearing.anyone() as nobody:
        assert (await nobody.get("/needs")).json()["code"] == "token.missing"


async def test_a_caller_sees_what_they_wrote(city: Caller) -> None:
    await city.wrote("/areas", {"area": CITY})
    await city.wrote("/areas", {"area": NORTH, "parent": CITY})
    thing = (await city.wrote("/things", {"area": NORTH, "name": "体操"}))["id"]
    assert (await city.saw(f"/things/{thing}"))["name"] == "体操"
    assert (await city.wrote(f"/things/{thing}/name", {"name": "歌"}, if_match='"1"'))["version"] == 2
    assert [one["name"] for one in (await city.saw("/things?limit=5"))["items"]] == ["歌"]


async def test_a_caller_is_told_no_and_what_must_go_well_does(city: Caller) -> None:
    await city.wrote("/areas", {"area": CITY})
    assert await city.refused("/areas", {"area": NORTH, "parent": FOREIGN}) == (404, "area.unknown")
    assert await city.refused(f"/things/{uuid4()}", method="GET") == (404, "resource.unknown")
    with pytest.raises(AssertionError, match=r"area\.unknown"):
        await city.wrote("/areas", {"area": NORTH, "parent": FOREIGN})
    with pytest.raises(AssertionError, match=r"resource\.unknown"):
        await city.saw(f"/things/{uuid4()}")


async def test_a_caller_does_not_take_what_is_stale(city: Caller) -> None:
    await city.wrote("/areas", {"area": CITY})
    place, _, seq = city.position.rpartition(".")
    city.position = f"{place}.{int(seq) + 1}"
    with pytest.raises(AssertionError, match="have not taken"):
        await city.saw("/things")
