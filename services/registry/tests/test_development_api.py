"""Resource development over HTTP: supporters, venues, and places where older people take part."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shiendomain.days import today
from shienweb import Role
from shienweb.testing import Caller

from .world import City

pytestmark = pytest.mark.asyncio(loop_scope="module")


def day(ago: int) -> str:
    return str(today() - timedelta(days=ago))


def a_cohort(area: str, **more: object) -> dict[str, Any]:
    given = {"area": area, "title": "担い手養成講座", "held_on": day(60), "headcount": 5, "support_kinds": ["salon"]}
    return {**given, "held_by": "北校区社協", "held_by_kind": "shakyo", **more}


def a_venue(area: str, **more: object) -> dict[str, Any]:
    given = {"area": area, "name": "北公民館", "secured_on": day(60), "owner": "北自治会"}
    return {**given, "owner_kind": "neighbourhood", **more}


def a_place(area: str, **more: object) -> dict[str, Any]:
    given = {"area": area, "offered_by": "北サロン", "offered_by_kind": "volunteers", "offered_on": day(60)}
    return {**given, "participation": "cooking", "wanted": 3, **more}


def placing(resource_id: str, headcount: int = 3) -> dict[str, Any]:
    return {"resource_id": resource_id, "headcount": headcount, "placed_on": day(30)}


async def ids(caller: Caller, path: str, name: str) -> list[str]:
    return [one[name] for one in (await caller.saw(path))["items"]]


async def test_supporters_are_trained_placed_and_counted(administrator: Caller, city: City) -> None:
    resource = (await administrator.wrote("/resources", city.a_resource()))["id"]
    cohort = (await administrator.wrote("/cohorts", a_cohort(city.north, support_kinds=["salon", "outing"])))["id"]
    path = f"/cohorts/{cohort}"
    placement = (await administrator.wrote(f"{path}/placements", placing(resource)))["id"]
    assert await administrator.refused(f"{path}/placements", placing(resource)) == (409, "cohort.too_few")
    supply = {"resource_id": resource, "supporters": 3, "placements": 1}
    assert await administrator.saw(f"/resources/{resource}/supporters") == supply
    ending = {"headcount": 1, "ended_on": day(10), "reason": "moved_away"}
    await administrator.wrote(f"{path}/placements/{placement}/end", ending)
    await administrator.wrote(f"{path}/departure", {"gave_up": 1, "counted_on": day(9), "reason": "転居"})
    seen = await administrator.saw(path)
    assert {name: seen[name] for name in ("trained", "placed", "gave_up", "unplaced", "counted_on", "gave_up_for")} == {
        "trained": 5, "placed": 2, "gave_up": 1, "unplaced": 2, "counted_on": day(9), "gave_up_for": "転居",
    }  # fmt: skip
    (shown,) = (await administrator.saw(f"/placements?cohort_id={cohort}"))["items"]
    assert (shown["headcount"], shown["began"], shown["resource_id"], shown["area"]) == (2, 3, resource, city.north)
    assert shown["endings"] == [{"ended_on": day(10), "headcount": 1, "reason": "moved_away"}]
    assert await ids(administrator, f"/placements?resource_id={resource}&ended=false", "placement_id") == [placement]
    assert await ids(administrator, f"/placements?resource_id={resource}&ended=true", "placement_id") == []
    for query, found in (("unplaced=true", [cohort]), ("support_kind=outing", [cohort]), ("support_kind=meals", [])):
        assert await ids(administrator, f"/cohorts?{query}", "cohort_id") == found, query


async def test_what_is_developed_is_seen_and_changed_where_it_was_moved(administrator: Caller, city: City) -> None:
    resource = (await administrator.wrote("/resources", city.a_resource()))["id"]
    made = {
        path: (await administrator.wrote(f"/{path}", body))["id"]
        for path, body in (
            ("cohorts", a_cohort(city.north)), ("venues", a_venue(city.north)), ("places", a_place(city.north)),
        )
    }  # fmt: skip
    placement = (await administrator.wrote(f"/cohorts/{made['cohorts']}/placements", placing(resource, 2)))["id"]
    move = {"area": city.south, "reason": "隣の校区だった"}
    async with (
        city.world.caller(city.north, role=Role.TIER2_COORDINATOR) as north,
        city.world.caller(city.south, role=Role.TIER2_COORDINATOR) as south,
    ):
        for path, id_ in made.items():
            assert await north.refused(f"/{path}/{id_}/move", move) == (404, "area.unknown")
            await administrator.wrote(f"/{path}/{id_}/move", move)
        north.position = south.position = administrator.position
        for path, id_ in made.items():
            seen = await south.saw(f"/{path}/{id_}")
            assert (seen["area"], seen["moved_for"]) == (city.south, move["reason"])
            assert await north.refused(f"/{path}/{id_}", method="GET") == (404, f"{path[:-1]}.unknown")
        assert await ids(south, "/placements", "placement_id") == [placement]
        assert await ids(north, "/placements", "placement_id") == []
        ending = {"headcount": 2, "ended_on": day(1), "reason": "health"}
        end = f"/cohorts/{made['cohorts']}/placements/{placement}/end"
        assert await north.refused(end, ending) == (404, "cohort.unknown")
        await south.wrote(end, ending)
        trained = {
            one["area"]: one["development"]["supporters"]["trained"]
            for one in (await administrator.saw(f"/boards/{city.code}"))["areas"]
        }
        assert (trained[city.north], trained[city.south]) == (0, 5)


async def test_who_is_placed_at_once_by_two_is_placed_once(administrator: Caller, city: City) -> None:
    resource = (await administrator.wrote("/resources", city.a_resource()))["id"]
    cohort = (await administrator.wrote("/cohorts", a_cohort(city.north)))["id"]
    path = f"/cohorts/{cohort}/placements"
    sent = await asyncio.gather(*(administrator.send("POST", path, placing(resource, 2)) for _ in range(6)))
    assert sorted(answer.status_code for answer in sent) == [201, 201, 409, 409, 409, 409]
    assert (await administrator.saw(f"/cohorts/{cohort}"))["unplaced"] == 1


async def test_a_placement_that_is_sent_again_is_the_same_placement(administrator: Caller, city: City) -> None:
    resource = (await administrator.wrote("/resources", city.a_resource()))["id"]
    cohort = (await administrator.wrote("/cohorts", a_cohort(city.north)))["id"]
    path, key = f"/cohorts/{cohort}/placements", {"idempotency_key": "1"}
    first, again = [await administrator.wrote(path, placing(resource, 2), **key) for _ in range(2)]
    assert (first["id"], first["version"]) == (again["id"], again["version"])
    assert (await administrator.saw(f"/cohorts/{cohort}"))["placed"] == 2


async def test_what_was_recorded_about_supporters_is_corrected(administrator: Caller, city: City) -> None:
    resource = (await administrator.wrote("/resources", city.a_resource()))["id"]
    cohort = (await administrator.wrote("/cohorts", a_cohort(city.north)))["id"]
    placement = (await administrator.wrote(f"/cohorts/{cohort}/placements", placing(resource)))["id"]
    right = a_cohort(city.north, headcount=4, title="養成講座（第2期）", reason="欠席者")
    del right["area"]
    await administrator.wrote(f"/cohorts/{cohort}/correction", right)
    fewer = {**right, "headcount": 2}
    assert await administrator.refused(f"/cohorts/{cohort}/correction", fewer) == (409, "cohort.too_few")
    wrong = {"headcount": 1, "reason": "別のサロン"}
    await administrator.wrote(f"/cohorts/{cohort}/placements/{placement}/correction", wrong)
    seen = await administrator.saw(f"/cohorts/{cohort}")
    assert (seen["title"], seen["trained"], seen["placed"], seen["corrected_for"]) == (
        "養成講座（第2期）", 4, 1, "欠席者",
    )  # fmt: skip
    (shown,) = (await administrator.saw("/placements"))["items"]
    assert (shown["headcount"], shown["placed_on"], shown["corrected_for"]) == (1, day(30), "別のサロン")
    unknown = f"/cohorts/{cohort}/placements/{uuid4()}/correction"
    assert await administrator.refused(unknown, wrong) == (404, "placement.unknown")


async def test_supporters_go_only_to_resources_that_are_seen_and_in_use(administrator: Caller, city: City) -> None:
    suspended = (await administrator.wrote("/resources", city.a_resource()))["id"]
    await administrator.wrote(f"/resources/{suspended}/suspension", {"reason": "seasonal"})
    southern = (await administrator.wrote("/resources", city.a_resource(city.south)))["id"]
    serving = (await administrator.wrote("/resources", city.a_resource(city.south, service_areas=[city.north])))["id"]
    async with city.world.caller(city.north, role=Role.TIER2_COORDINATOR) as north:
        north.position = administrator.position
        cohort = (await north.wrote("/cohorts", a_cohort(city.north)))["id"]
        path = f"/cohorts/{cohort}/placements"
        for unknown in (southern, str(uuid4())):
            assert await north.refused(path, placing(unknown)) == (404, "resource.unknown")
            supply = f"/resources/{unknown}/supporters"
            assert await north.refused(supply, method="GET") == (404, "resource.unknown")
            place = a_place(city.north, resource_id=unknown)
            assert await north.refused("/places", place) == (404, "resource.unknown")
        assert await north.refused(path, placing(suspended)) == (409, "resource.suspended")
        await north.wrote(path, placing(serving))
        assert (await north.saw(f"/resources/{serving}/supporters"))["supporters"] == 3


async def test_what_another_district_develops_is_unknown(administrator: Caller, city: City) -> None:
    resource = (await administrator.wrote("/resources", city.a_resource(city.code)))["id"]
    cohort = (await administrator.wrote("/cohorts", a_cohort(city.south)))["id"]
    await administrator.wrote(f"/cohorts/{cohort}/placements", placing(resource))
    venue = (await administrator.wrote("/venues", a_venue(city.south)))["id"]
    place = (await administrator.wrote("/places", a_place(city.south)))["id"]
    async with city.world.caller(city.north, role=Role.TIER2_COORDINATOR) as north:
        north.position = administrator.position
        for thing, path in (("cohort", cohort), ("venue", venue), ("place", place)):
            assert await north.refused(f"/{thing}s/{path}", method="GET") == (404, f"{thing}.unknown")
            assert (await north.saw(f"/{thing}s"))["items"] == []
        assert (await north.saw(f"/placements?resource_id={resource}"))["items"] == []
        release = {"reason": "other", "released_on": day(0)}
        assert await north.refused(f"/venues/{venue}/release", release) == (404, "venue.unknown")
        closure = {"reason": "other", "closed_on": day(0)}
        assert await north.refused(f"/places/{place}/closure", closure) == (404, "place.unknown")
        assert await north.refused(f"/cohorts/{cohort}/placements", placing(resource)) == (404, "cohort.unknown")
        assert await north.refused("/venues", a_venue(city.south)) == (404, "area.unknown")


async def test_a_venue_lives_its_life(administrator: Caller, city: City) -> None:
    body = a_venue(city.north, schedule="第2・4火曜 10時〜12時", fee="1回300円", fee_yen=300, capacity=30)
    path = f"/venues/{(await administrator.wrote('/venues', body))['id']}"
    seen = await administrator.saw(path)
    assert seen["openings"] == [{"rule": "FREQ=MONTHLY;BYDAY=2TU,4TU", "begin": "10:00", "until": "12:00"}]
    assert (len(seen["next_days"]), seen["details"]["fee"], seen["state"]) == (5, "1回300円", "secured")
    revision = {name: value for name, value in body.items() if name != "area"} | {"accessibility": ["lift", "ramp"]}
    await administrator.wrote(path, revision, method="PUT", if_match='"1"')
    assert (await administrator.saw(path))["details"]["accessibility"] == ["ramp", "lift"]
    await administrator.wrote(f"{path}/release", {"reason": "building_closed", "released_on": day(5)})
    assert await administrator.refused(path, revision, method="PUT") == (409, "venue.released")
    gone = await administrator.saw(path)
    assert (gone["state"], gone["released_on"], gone["released_for"], gone["next_days"]) == (
        "released", day(5), "building_closed", [],
    )  # fmt: skip
    await administrator.wrote(f"{path}/renewal", {"secured_on": day(1), "reason": "改修後"})
    back = await administrator.saw(path)
    assert (back["state"], back["details"]["secured_on"], back["secured_again_for"]) == ("secured", day(1), "改修後")


async def test_venues_are_found_by_day_size_and_what_makes_them_accessible(administrator: Caller, city: City) -> None:
    hall = a_venue(city.north, name="北会館", schedule="毎週火曜", capacity=50, accessibility=["ramp", "lift"])
    hut = a_venue(city.south, name="南集会所", schedule="毎週水曜", accessibility=["ramp"])
    large, small = [(await administrator.wrote("/venues", body))["id"] for body in (hall, hut)]
    gone = (await administrator.wrote("/venues", a_venue(city.north)))["id"]
    await administrator.wrote(f"/venues/{gone}/release", {"reason": "mistake", "released_on": day(0)})
    for query, found in (
        ("", [large, small]), ("state=released", [gone]), ("weekday=tue", [large]), (f"area={city.south}", [small]),
        ("capacity=50", [large]), ("capacity=51", []), ("accessibility=ramp", [large, small]),
        ("accessibility=ramp&accessibility=lift", [large]),
    ):  # fmt: skip
        assert await ids(administrator, f"/venues?{query}", "venue_id") == found, query
    answer = await administrator.send("GET", "/venues?accessibility=sauna")
    assert answer.status_code == 422


async def test_a_place_to_take_part_lives_its_life(administrator: Caller, city: City) -> None:
    resource = (await administrator.wrote("/resources", city.a_resource()))["id"]
    body = a_place(city.north, resource_id=resource, activity="会食会の調理", schedule="第2木曜")
    place = (await administrator.wrote("/places", body))["id"]
    path = f"/places/{place}"
    assert await ids(administrator, f"/places?resource_id={resource}", "place_id") == [place]
    await administrator.wrote(f"{path}/filling", {"headcount": 2, "filled_on": day(20)})
    two = {"headcount": 2, "filled_on": day(10)}
    assert await administrator.refused(f"{path}/filling", two) == (409, "place.fewer_wanted")
    seen = await administrator.saw(path)
    assert (seen["filled"], seen["still_wanted"], seen["state"]) == (2, 1, "open")
    assert (seen["details"]["resource_id"], seen["details"]["activity"]) == (resource, "会食会の調理")
    assert seen["fillings"] == [{"filled_on": day(20), "headcount": 2}]
    right = {name: value for name, value in body.items() if name != "area"}
    await administrator.wrote(f"{path}/correction", {**right, "wanted": 2, "filled": 2, "reason": "募集は2人だった"})
    assert (await administrator.saw(path))["state"] == "filled"
    await administrator.wrote(f"{path}/correction", {**right, "filled": 1, "reason": "1人が辞めた"})
    await administrator.wrote(f"{path}/closure", {"reason": "nobody_came", "closed_on": day(1)})
    assert await administrator.refused(f"{path}/filling", two) == (409, "place.closed")
    closed = await administrator.saw(path)
    assert (closed["still_wanted"], closed["closed_for"], closed["closed_on"]) == (0, "nobody_came", day(1))
    await administrator.wrote(f"{path}/reopening", {"reason": "別の募集だった"})
    last = await administrator.saw(path)
    assert (last["still_wanted"], last["corrected_for"], last["reopened_for"]) == (2, "1人が辞めた", "別の募集だった")


async def test_places_that_seek_people_are_listed_unless_others_are_asked_for(
    administrator: Caller, city: City
) -> None:
    async def offered(**more: object) -> str:
        return str((await administrator.wrote("/places", a_place(city.north, **more)))["id"])

    seeking = await offered(until=day(0))
    over = await offered(until=day(1), offered_on=day(50))
    full = await offered(wanted=1, participation="driving")
    await administrator.wrote(f"/places/{full}/filling", {"headcount": 1, "filled_on": day(0)})
    for query, found in (
        ("", [seeking]), ("state=filled", [full]), ("state=open", [over, seeking]), ("participation=driving", []),
        ("state=filled&participation=driving", [full]), (f"resource_id={uuid4()}", []),
    ):  # fmt: skip
        assert await ids(administrator, f"/places?{query}", "place_id") == found, query


async def test_what_was_developed_is_on_the_board_and_tier_1_is_the_sum_of_tier_2(
    administrator: Caller, city: City
) -> None:
    resource = (await administrator.wrote("/resources", city.a_resource()))["id"]
    for area, kinds in ((city.north, ["salon", "outing"]), (city.south, ["salon"])):
        cohort = (await administrator.wrote("/cohorts", a_cohort(area, support_kinds=kinds)))["id"]
        await administrator.wrote(f"/cohorts/{cohort}/placements", placing(resource, 2))
        await administrator.wrote("/venues", a_venue(area))
    await administrator.wrote(f"/cohorts/{cohort}/departure", {"gave_up": 1, "counted_on": day(0), "reason": "辞退"})
    await administrator.wrote("/places", a_place(city.south))
    place = (await administrator.wrote("/places", a_place(city.south, until=day(1), schedule="第1月曜")))["id"]
    await administrator.wrote(f"/places/{place}/filling", {"headcount": 1, "filled_on": day(2)})
    board = await administrator.saw(f"/boards/{city.code}")
    north = next(row for row in board["areas"] if row["area"] == city.north)["development"]
    five = {"trained": 5, "placed": 2, "gave_up": 0, "unplaced": 3}
    assert (north["supporters"], north["supporter_kinds"]["outing"]) == (five, five)
    total = board["total"]["development"]
    both = {"trained": 10, "placed": 4, "gave_up": 1, "unplaced": 5}
    assert (total["supporters"], total["supporter_kinds"]["salon"]) == (both, both)
    assert total["supporter_kinds"]["outing"] == five
    assert total["venues"] == {"secured": 2, "released": 0}
    assert total["places"] == {"seeking": 1, "still_wanted": 3, "filled": 1}
    assert total["activities"] == {"reports": 0, "times": 0, "attendances": 0}
    before = await administrator.saw(f"/boards/{city.code}?valid_at={day(400)}")
    assert before["total"]["development"] == nothing(board["total"]["development"]), "all of it came later"


def nothing(figures: Any) -> Any:
    """The same figures, none of which counts anything."""
    return {name: nothing(one) for name, one in figures.items()} if isinstance(figures, dict) else 0


async def test_days_are_judged_by_the_day_on_which_it_happened(administrator: Caller, city: City) -> None:
    at = {"shien_occurred_at": f"{day(61)}T12:00:00+09:00"}
    assert await administrator.refused("/cohorts", a_cohort(city.north), **at) == (409, "day.in_future")
    late = a_cohort(city.north, held_on=str(today() + timedelta(days=1)))
    assert await administrator.refused("/cohorts", late) == (409, "day.in_future")
    wrong: list[dict[str, object]] = [{"headcount": 0}, {"support_kinds": []}, {"held_by": "佐藤 実"}]
    for fields in wrong:
        answer = await administrator.send("POST", "/cohorts", a_cohort(city.north, **fields))
        assert answer.status_code == 422, fields
