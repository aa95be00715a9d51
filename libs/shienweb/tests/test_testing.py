"""The parts that services' tests are made of: other services that publish, and callers who see what they wrote."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from shiendomain.areas_view import areas_view
from shiendomain.registry import AreaDefined, AreaReorganizationWithdrawn, AreaReorganized
from shienevents import Home
from shienops import Database
from shienweb import Role
from shienweb.testing import THREAD, Caller, World, at_work, events_of, joined, settings_for

from . import subscriber
from . import world as small
from .world import CITY, FOREIGN, NORTH, SOUTH


@pytest.fixture
async def city(database: Database, tmp_path: Path) -> AsyncIterator[Caller]:
    """The administrator of a city, at a small registry whose Kafka is away."""
    settings = settings_for(small.Settings, database, tmp_path)
    async with at_work(small.build, settings) as app:
        world = World(app, settings, Home(CITY, CITY), Role.MUNICIPAL_ADMINISTRATOR)
        async with world.caller() as caller:
            yield caller


def test_the_events_of_views_and_reactions_are_named_once_each() -> None:
    assert events_of(areas_view, areas_view) == (AreaDefined, AreaReorganized, AreaReorganizationWithdrawn)


async def test_what_another_service_publishes_is_read(subscribed: World) -> None:
    south = subscriber.NORTH_DEFINED.model_copy(update={"area": SOUTH, "name": "南"})
    published = [
        await subscribed.publish(NORTH, subscriber.NORTH_DEFINED),
        await subscribed.publish(SOUTH, south, SOUTH),
    ]
    position = await subscribed.read_up_to(joined(*published))
    async with subscribed.service.snapshot(position) as snapshot:
        rows = await snapshot.select(areas_view, "order by area")
    assert [(row.area, row.name) for row in rows] == [(NORTH, "北"), (SOUTH, "南")]
    store = subscribed.others["registry"].store
    envelopes = [one.envelope for shard in range(subscribed.settings.shards) for one in await store.read(shard, 0, 10)]
    found = {(one.stream, one.municipality, one.area, one.correlation) for one in envelopes}
    assert found == {(f"published-{area}", CITY, area, THREAD) for area in (NORTH, SOUTH)}


async def test_people_have_tokens_for_the_home_unless_a_test_says_otherwise(subscribed: World) -> None:
    await subscribed.publish_areas({CITY: None, NORTH: CITY, SOUTH: CITY})
    async with subscribed.caller() as north, subscribed.caller(NORTH, SOUTH, role=Role.AUDITOR) as both:
        assert (await north.saw("/needs"))["areas"] == [NORTH]
        assert (await both.saw("/needs"))["areas"] == [NORTH, SOUTH]
        async with subscribed.caller(CITY) as all_of_them:
            assert (await all_of_them.saw("/needs"))["areas"] == [CITY, NORTH, SOUTH]
    async with subscribed.anyone() as nobody:
        assert (await nobody.get("/needs")).json()["code"] == "token.missing"


async def test_a_caller_sees_what_they_wrote(city: Caller) -> None:
    await city.wrote("/areas", {"area": CITY})
    await city.wrote("/areas", {"area": NORTH, "parent": CITY})
    thing = (await city.wrote("/things", {"area": NORTH, "name": "体操"}))["id"]
    assert (await city.saw(f"/things/{thing}"))["name"] == "体操"
    assert (await city.wrote(f"/things/{thing}/name", {"name": "歌"}, method="PUT", if_match='"1"'))["version"] == 2
    assert [one["name"] for one in (await city.saw("/things?limit=5"))["items"]] == ["歌"]


async def test_a_caller_sees_refusals_and_what_must_succeed_is_checked(city: Caller) -> None:
    await city.wrote("/areas", {"area": CITY})
    assert await city.refused("/areas", {"area": NORTH, "parent": FOREIGN}) == (404, "area.unknown")
    assert await city.refused(f"/things/{uuid4()}", method="GET") == (404, "resource.unknown")
    with pytest.raises(AssertionError, match=r"area\.unknown"):
        await city.wrote("/areas", {"area": NORTH, "parent": FOREIGN})
    with pytest.raises(AssertionError, match=r"resource\.unknown"):
        await city.saw(f"/things/{uuid4()}")


async def test_a_caller_does_not_accept_what_is_stale(city: Caller) -> None:
    await city.wrote("/areas", {"area": CITY})
    place, _, seq = city.position.rpartition(".")
    future = f"{place}.{int(seq) + 1}"
    with pytest.raises(AssertionError, match="have not taken"):
        await city.saw("/things", after=future)
    assert await city.refused("/areas", {"area": NORTH, "parent": CITY}, after=future) == (409, "position.not_reached")
    await city.wrote("/areas", {"area": NORTH, "parent": CITY})
