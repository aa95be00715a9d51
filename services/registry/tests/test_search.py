"""Finding resources: at an hour, near a place, and how many there are of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from shienweb import Role
from shienweb._state import state_of
from shienweb.testing import Caller

from .world import City, registered

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def names(caller: Caller, query: str) -> Sequence[str]:
    return [one["details"]["name"] for one in (await caller.saw(f"/resources?{query}"))["items"]]


async def filled(caller: Caller, city: City, *bodies: dict[str, Any]) -> None:
    for body in bodies:
        await caller.wrote("/resources", city.a_resource(body.pop("area", city.north), **body))


async def test_resources_are_found_by_the_hour_at_which_they_are_open(administrator: Caller, city: City) -> None:
    await filled(
        administrator, city,
        {"name": "朝", "schedule": "第2・4火曜 10時〜11時半"},
        {"name": "夜", "schedule": "毎週火曜 18:00〜20:00、毎週木曜 10:00〜12:00"},
        {"name": "不明", "schedule": "毎週火曜"},
    )  # fmt: skip
    for query, found in (
        ("weekday=tue&hour=10:15", ["朝"]),
        ("weekday=tue&hour=11:30", []),
        ("hour=11:00", ["夜", "朝"]),
        ("weekday=thu&hour=18:30", []),
        ("weekday=tue", ["不明", "夜", "朝"]),
    ):
        assert sorted(await names(administrator, query)) == sorted(found), query
    assert await administrator.refused("/resources?hour=25:00", method="GET") == (422, "fields.malformed")


async def test_resources_near_a_place_come_by_their_distance(administrator: Caller, city: City) -> None:
    here = {"lat_e7": 348_143_000, "lon_e7": 1_356_503_000}
    await filled(
        administrator, city,
        {"name": "隣", "location": {**here, "lat_e7": 348_152_000}},
        {"name": "ここ", "location": here},
        {"name": "遠く", "location": {**here, "lat_e7": 348_323_000}},
        {"name": "どこか"},
    )  # fmt: skip
    near = "near=34.8143,135.6503"
    first = await administrator.saw(f"/resources?{near}&limit=2")
    second = await administrator.saw(f"/resources?{near}&limit=2&cursor={first['next_cursor']}")
    shown = [(one["details"]["name"], one["metres"]) for page in (first, second) for one in page["items"]]
    assert (shown, second["next_cursor"]) == ([("ここ", 0), ("隣", 100), ("遠く", 2002)], None)
    assert await names(administrator, f"{near}&within_metres=100") == ["ここ", "隣"]
    assert await names(administrator, f"{near}&within_metres=99") == ["ここ"]
    assert await names(administrator, f"{near}&within_metres=500&q=隣") == ["隣"]
    assert (await administrator.saw("/resources"))["items"][0]["metres"] is None


async def test_resources_are_found_by_what_makes_them_accessible(administrator: Caller, city: City) -> None:
    for name, having in (("甲", ["parking", "ramp"]), ("乙", ["ramp"]), ("丙", [])):
        await administrator.wrote("/resources", city.a_resource(name=name, accessibility=having))

    async def found(query: str) -> list[tuple[str, list[str]]]:
        items = (await administrator.saw(f"/resources?{query}"))["items"]
        return [(one["details"]["name"], one["details"]["accessibility"]) for one in items]

    assert await found("accessibility=ramp&accessibility=parking") == [("甲", ["ramp", "parking"])]
    assert {name for name, _ in await found("accessibility=ramp")} == {"甲", "乙"}
    assert (await administrator.saw("/resource-facets?accessibility=ramp"))["resources"] == 2


async def test_a_word_of_one_character_and_the_name_of_a_provider_are_found(administrator: Caller, city: City) -> None:
    provider = (await administrator.wrote("/providers", {"area": city.code, "name": "みどり会", "kind": "npo"}))["id"]
    await filled(administrator, city, {"name": "鯉の池サロン"}, {"name": "体操", "provider_id": provider})
    for words, found in (("鯉", ["鯉の池サロン"]), ("池サ", ["鯉の池サロン"]), ("みどり", ["体操"]), ("池体", [])):
        assert await names(administrator, f"q={words}") == found, words


async def test_who_has_every_area_finds_common_words_and_rare_ones_page_by_page(
    administrator: Caller, city: City
) -> None:
    common = [f"{n:02d} 体操" if n % 4 else f"{n:02d} 茶話会" for n in range(60)]
    rows = [
        {**city.a_resource(name=name), "source": {"kind": "import", "reference": name}} for name in (*common, "99 将棋")
    ]
    await administrator.wrote("/resource-batches", {"resources": rows})
    tree = state_of(city.world.app).trees.tree
    roots = [code for code, area in tree.areas.items() if area.parent is None]
    async with city.world.caller(*roots) as everywhere:
        everywhere.position = administrator.position
        for word, found in (("茶話会", common[::4]), ("将棋", ["99 将棋"])):
            page = await everywhere.saw(f"/resources?limit=1&q={word}")
            shown = page["items"]
            while page["next_cursor"]:
                page = await everywhere.saw(f"/resources?limit=1&q={word}&cursor={page['next_cursor']}")
                shown += page["items"]
            assert [one["details"]["name"] for one in shown if one["area"] == city.north] == found


async def test_facets_count_what_the_list_finds(administrator: Caller, city: City) -> None:
    tuesday = {"schedule": "毎週火曜 10時〜12時", "service_class": "mutual_help"}
    await filled(
        administrator, city,
        {"name": "一", "support_kinds": ["salon", "watching"], **tuesday},
        {"name": "二", "support_kinds": ["salon"], "schedule": "毎週火・木曜"},
        {"name": "三", "support_kinds": ["meals"], "area": city.code},
        {"name": "四", "support_kinds": ["salon"], "area": city.south, "service_areas": [city.north]},
    )  # fmt: skip
    await registered(administrator, city, city.south, 300, 10, name="五")
    stale = await registered(administrator, city, city.south, 300, None, name="六")
    ended = await registered(administrator, city, city.south, 300, None, name="七")
    await administrator.wrote(f"/resources/{ended}/suspension", {"reason": "other"})
    facets = await administrator.saw("/resource-facets")
    assert facets["resources"] == 7
    assert {kind: n for kind, n in facets["kinds"].items() if n} == {"salon": 6, "watching": 1, "meals": 1}
    assert {one: n for one, n in facets["classes"].items() if n} == {"mutual_help": 1}
    assert facets["states"] == {"registered": 5, "verified": 1, "suspended": 1, "retired": 0}
    assert facets["verifications"] == {"unverified": 4, "fresh": 1, "stale": 1}
    assert {day: n for day, n in facets["weekdays"].items() if n} == {"tue": 2, "thu": 1}
    assert [(one["area"], one["resources"]) for one in facets["areas"]] == [
        (city.code, 1), (city.north, 2), (city.south, 4),
    ]  # fmt: skip
    assert facets["elsewhere"] == 0
    north = await administrator.saw(f"/resource-facets?area={city.north}")
    assert (north["resources"], north["elsewhere"], north["areas"][0]["resources"]) == (4, 2, 2)
    assert (await administrator.saw(f"/resource-facets?area={city.north}&home_only=true"))["resources"] == 2
    for verification, found in (("stale", ["六"]), ("fresh", ["五"])):
        assert await names(administrator, f"verification={verification}") == found
    assert stale in str((await administrator.saw("/resources?verification=stale"))["items"])


async def test_facets_count_as_many_as_the_list_has_whatever_is_asked(administrator: Caller, city: City) -> None:
    location = {"lat_e7": 348_143_000, "lon_e7": 1_356_503_000}
    for n in range(12):
        body: dict[str, Any] = {
            "name": f"{'東西'[n % 2]}町サロン{n}", "support_kinds": [("salon", "meals", "outing")[n % 3]],
            "schedule": ("毎週月曜 9時〜10時", "毎週火曜 13時〜15時", "不定期")[n % 3], "fee_yen": n * 100,
        }  # fmt: skip
        body |= {"location": location} if n % 4 else {}
        await filled(administrator, city, {**body, "area": (city.north, city.south, city.code)[n % 3]})
    async with city.world.caller(city.north, role=Role.TIER2_COORDINATOR) as north:
        north.position = administrator.position
        for caller in (administrator, north):
            for query in (
                "", "support_kind=salon", "weekday=tue&hour=13:30", "fee_at_most=500", "q=東町", "home_only=true",
                "near=34.8143,135.6503&within_metres=1000", "verification=unverified&q=サロン", "state=verified",
            ):  # fmt: skip
                facets = await caller.saw(f"/resource-facets?{query}")
                assert facets["resources"] == len(await names(caller, f"limit=200&{query}")), query
                assert facets["resources"] == sum(facets["states"].values())
                assert facets["resources"] - facets["elsewhere"] == sum(one["resources"] for one in facets["areas"])
