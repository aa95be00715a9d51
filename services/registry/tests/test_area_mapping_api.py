"""The mapping of an ended area on a real Postgres: what it moves, what stays and why, and its way back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from shiendomain.days import today
from shienevents import Wake
from shienweb import Role
from shienweb.testing import Caller

from .test_network_api import a_council, a_post
from .world import City

pytestmark = pytest.mark.asyncio(loop_scope="module")
TODAY = str(today())


async def look(city: City, at: datetime | None = None) -> int:
    """How many events the tick writes, if the running service has not written them before."""
    ticker = city.world.app.state.shien.service.ticker
    return len(await ticker.turn("move_mapped", Wake(at or datetime.now(UTC))))


async def work(caller: Caller, city: City) -> dict[str, dict[str, Any]]:
    """What the north has, and what was moved from it, by its id."""
    return {one["id"]: one for one in (await caller.saw(f"/areas/{city.north}/work"))["items"]}


async def until_left(caller: Caller, city: City, *ids: str) -> dict[str, dict[str, Any]]:
    """The work, when these things and no others are left in the north."""

    def only_these(found: Any) -> bool:
        return {one["id"] for one in found["items"] if one["now"] == city.north} == set(ids)

    found = await caller.until(f"/areas/{city.north}/work", only_these)
    return {one["id"]: one for one in found["items"]}


async def split(caller: Caller, city: City, on: str = TODAY) -> None:
    """The north is divided into the south and a third district."""
    await caller.wrote("/areas", city.an_area(city.third))
    ends = {"successors": [city.south, city.third], "valid_from": on}
    await caller.wrote(f"/areas/{city.north}/reorganization", ends)


def to_south(city: City, *kinds: str, **things: str) -> dict[str, Any]:
    """A mapping of these kinds to the south, and of single things to the third district."""
    return {
        "kinds": [{"kind": kind, "successor": city.south} for kind in kinds],
        "things": [{"thing_id": one, "successor": city.third} for one in things.values()],
        "reason": "校区の分割",
    }


async def test_a_mapping_moves_things_with_their_contacts_once_and_back(administrator: Caller, city: City) -> None:
    council = await a_council(administrator, city.north)
    post = str((await administrator.wrote("/coordinators", a_post(city.north)))["id"])
    provider = str((await administrator.wrote("/providers", {"area": city.north, "name": "会", "kind": "npo"}))["id"])
    theirs = city.a_resource(provider_id=provider, service_areas=[city.north])
    resource = str((await administrator.wrote("/resources", theirs))["id"])
    contact = {"about": "council", "subject_id": council, "purpose": "liaison", "telephone": "072-000-1234"}
    contact_id = (await administrator.wrote("/contacts", contact))["id"]
    await split(administrator, city)
    assert {one["successor"] for one in (await work(administrator, city)).values()} == {None}

    body = to_south(city, "councils", "coordinators", "resources", provider=provider)
    mapping = (await administrator.wrote(f"/areas/{city.north}/mappings", body))["id"]
    found = await until_left(administrator, city)
    assert {one: seen["now"] for one, seen in found.items()} == {
        council: city.south, post: city.south, provider: city.third, resource: city.third,
    }  # fmt: skip
    assert {seen["mapping_id"] for seen in found.values()} == {mapping}
    assert (await administrator.saw(f"/contacts/{contact_id}?purpose=liaison"))["area"] == city.south
    assert (await administrator.saw(f"/resources/{resource}"))["details"]["service_areas"] == [city.third]
    assert await look(city) == 0, "the same mapping again changes nothing"
    async with city.world.caller(city.south, role=Role.TIER2_COORDINATOR) as south:
        south.position = administrator.position
        assert (await south.saw(f"/councils/{council}"))["moved_for"] == "校区の分割"

    await administrator.wrote(f"/coordinators/{post}/move", {"area": city.third, "reason": "東の担当だった"})
    path = f"/areas/{city.north}/mappings/{mapping}/reversal"
    await administrator.wrote(path, {"reason": "線の引き直し"})
    await until_left(administrator, city, council, provider, resource)
    assert (await administrator.saw(f"/coordinators/{post}"))["area"] == city.third
    assert (await administrator.saw(f"/contacts/{contact_id}?purpose=liaison"))["area"] == city.north
    assert (await administrator.saw(f"/resources/{resource}"))["details"]["service_areas"] == [city.north]
    assert await look(city) == 0
    (made,) = (await administrator.saw(f"/areas/{city.north}/mappings"))["items"]
    assert (made["in_force"], made["reversed_for"]) == (False, "線の引き直し")


async def test_what_is_left_out_and_what_a_rule_keeps_back_stays_with_the_reason(
    administrator: Caller, city: City
) -> None:
    council = await a_council(administrator, city.north)
    venue = {
        "area": city.north,
        "name": "公民館",
        "secured_on": TODAY,
        "owner": "自治会",
        "owner_kind": "neighbourhood",
    }
    room = str((await administrator.wrote("/venues", venue))["id"])
    post = str((await administrator.wrote("/coordinators", a_post(city.north)))["id"])
    third = city.an_area(city.third, tiers=[])
    await administrator.wrote("/areas", third)
    ends = {"successors": [city.third], "valid_from": TODAY}
    await administrator.wrote(f"/areas/{city.north}/reorganization", ends)
    kinds = [{"kind": kind, "successor": city.third} for kind in ("councils", "coordinators")]
    body = {"kinds": kinds, "reason": "校区の統合"}
    await administrator.wrote(f"/areas/{city.north}/mappings", body)
    assert await look(city) == 0
    found = await work(administrator, city)
    assert {one: seen["stays"] for one, seen in found.items()} == {
        council: "mapping.council_tier", post: "mapping.post_tier", room: "mapping.left_out",
    }  # fmt: skip
    assert "同じ層" in found[council]["stays_ja"]
    (made,) = (await administrator.saw(f"/areas/{city.north}/mappings"))["items"]
    assert "venues" in made["left_out"]

    await administrator.wrote("/areas", {**third, "tiers": ["tier2"], "reason": "層の記録漏れ"})
    await look(city, datetime.now(UTC) + timedelta(minutes=2))
    found = await until_left(administrator, city, room)
    assert (found[council]["now"], found[post]["now"]) == (city.third, city.third)


async def test_a_mapping_waits_for_the_day_on_which_the_area_ends(administrator: Caller, city: City) -> None:
    council = await a_council(administrator, city.north)
    await split(administrator, city, str(today() + timedelta(days=30)))
    await administrator.wrote(f"/areas/{city.north}/mappings", to_south(city, "councils"))
    assert await look(city) == 0
    assert (await work(administrator, city))[council]["successor"] == city.south
    assert await look(city, datetime.now(UTC) + timedelta(days=31)) == 1
    assert (await until_left(administrator, city))[council]["now"] == city.south
    await administrator.wrote(f"/areas/{city.north}/reorganization-withdrawal", {"reason": "延期"})
    await until_left(administrator, city, council)


async def test_a_mapping_that_breaks_off_between_two_moves_goes_on_and_moves_each_thing_once(
    administrator: Caller, city: City
) -> None:
    council = await a_council(administrator, city.north)
    post = str((await administrator.wrote("/coordinators", a_post(city.north)))["id"])
    await split(administrator, city)
    owner = await asyncpg.connect(city.world.settings.owner_dsn)
    try:
        await owner.execute(f"""
            create function refuse() returns trigger language plpgsql as $$ begin raise exception 'away'; end $$;
            create trigger refuse before insert on events for each row
            when (new.stream = 'coordinator-{post}') execute function refuse()""")
        await administrator.wrote(f"/areas/{city.north}/mappings", to_south(city, "councils", "coordinators"))
        assert (await until_left(administrator, city, post))[council]["now"] == city.south
        with pytest.raises(asyncpg.RaiseError):
            await look(city, datetime.now(UTC) + timedelta(minutes=2))
        await owner.execute("drop trigger refuse on events; drop function refuse()")
        found = await until_left(administrator, city)
        assert {one: seen["now"] for one, seen in found.items()} == {council: city.south, post: city.south}
        moves = "select type, count(*) from events where area = $1 and type like '%\\_moved.v1' group by 1"
        assert {row[0]: row[1] for row in await owner.fetch(moves, city.north)} == {
            "registry.council_moved.v1": 1, "registry.coordinator_moved.v1": 1,
        }  # fmt: skip
    finally:
        await owner.close()


async def test_a_mapping_that_names_things_that_are_nowhere_is_refused_with_their_fields(
    administrator: Caller, city: City
) -> None:
    council = await a_council(administrator, city.north)
    await split(administrator, city)
    named = to_south(city, "needs", council=council, nothing=str(uuid4()))
    answer = await administrator.send("POST", f"/areas/{city.north}/mappings", named)
    assert (answer.status_code, answer.json()["code"]) == (422, "fields.malformed")
    assert [error["field"] for error in answer.json()["errors"]] == ["things.1.thing_id"]
    async with city.world.caller(city.foreign) as other:
        await other.wrote("/areas", city.an_area(city.foreign))
        theirs = str((await other.wrote("/providers", {"area": city.foreign, "name": "会", "kind": "npo"}))["id"])
    answer = await administrator.send("POST", f"/areas/{city.north}/mappings", to_south(city, "needs", theirs=theirs))
    assert [error["field"] for error in answer.json()["errors"]] == ["things.0.thing_id"]
    assert (await administrator.saw(f"/areas/{city.north}/mappings"))["items"] == []


async def test_a_mapping_that_names_a_thing_of_another_area_is_refused_with_where_it_is(
    administrator: Caller, city: City
) -> None:
    council = await a_council(administrator, city.south)
    provider = str((await administrator.wrote("/providers", {"area": city.code, "name": "会", "kind": "npo"}))["id"])
    await split(administrator, city)
    path, theirs = f"/areas/{city.north}/mappings", city.a_resource(provider_id=provider)
    named = to_south(city, "needs", council=council, provider=provider)
    answer = await administrator.send("POST", path, named)
    told = [(error["field"], city.south in error["ja"], city.south in error["en"]) for error in answer.json()["errors"]]
    assert told[:1] == [("things.0.thing_id", True, True)]
    assert [field for field, *_ in told] == ["things.0.thing_id", "things.1.thing_id"]
    there = {"thing_id": council, "successor": city.south}
    await administrator.wrote(path, {**named, "things": [there], "dry_run": True})
    await administrator.wrote(f"/areas/{city.north}/reorganization-withdrawal", {"reason": "延期"})
    await administrator.wrote("/resources", theirs)
    ends = {"successors": [city.south, city.third], "valid_from": TODAY}
    await administrator.wrote(f"/areas/{city.north}/reorganization", ends)
    await administrator.wrote(path, {**to_south(city, provider=provider), "dry_run": True})


async def test_a_dry_run_of_a_mapping_is_refused_as_the_mapping_would_be_and_writes_nothing(
    administrator: Caller, city: City
) -> None:
    await split(administrator, city)
    path = f"/areas/{city.north}/mappings"
    dry = {**to_south(city, "needs"), "dry_run": True}
    assert (await administrator.wrote(path, dry))["id"] == ""
    assert (await administrator.saw(path))["items"] == []
    first = (await administrator.wrote(path, {**dry, "dry_run": False}))["id"]
    apart = {**dry, "kinds": [{"kind": "needs", "successor": city.third}]}
    refused = await administrator.send("POST", path, apart)
    assert (refused.status_code, refused.json()["code"]) == (409, "mapping.contradicts")
    assert ("ニーズ" in refused.json()["detail_ja"], first in refused.json()["detail_ja"]) == (True, True)
    reversal = f"{path}/{first}/reversal"
    await administrator.wrote(reversal, {"reason": "誤り", "dry_run": True})
    await administrator.wrote(path, to_south(city, "resources"))
    assert [one["in_force"] for one in (await administrator.saw(path))["items"]] == [True, True]
    assert await administrator.refused(path, {**apart, "dry_run": False}) == (409, "mapping.contradicts")
    await administrator.wrote(reversal, {"reason": "誤り"})
    await administrator.wrote(path, {**apart, "dry_run": False})


async def test_a_mapping_is_refused_with_the_field_and_the_remedy(administrator: Caller, city: City) -> None:
    path = f"/areas/{city.north}/mappings"
    assert await administrator.refused(path, to_south(city, "needs")) == (409, "area.not_ended")
    await split(administrator, city)
    assert await administrator.refused(path, to_south(city)) == (409, "mapping.empty")
    elsewhere = {"kinds": [{"kind": "needs", "successor": city.code}], "reason": "誤り"}
    assert await administrator.refused(path, elsewhere) == (409, "mapping.no_successor")
    foreign = {"kinds": [{"kind": "needs", "successor": city.foreign}], "reason": "誤り"}
    assert await administrator.refused(path, foreign) == (404, "area.unknown")
    unknown = f"{path}/00000000-0000-4000-8000-000000000000/reversal"
    assert await administrator.refused(unknown, {"reason": "誤り"}) == (404, "mapping.unknown")
    async with city.world.caller(city.north, role=Role.TIER2_COORDINATOR) as coordinator:
        assert await coordinator.refused(path, to_south(city, "needs")) == (403, "role.not_allowed")
