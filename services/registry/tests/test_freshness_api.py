"""The promise how fresh lists are, shown on each of them, and the worklist by risk."""

from __future__ import annotations

from typing import Any

import pytest

from shienweb import Role
from shienweb.testing import Caller

from .world import City, days_ago, registered

pytestmark = pytest.mark.asyncio(loop_scope="module")
BEGUN = "2026-04-01"


def promise(area: str, percent: int = 75, within_days: int = 90, since: str = BEGUN) -> dict[str, Any]:
    return {"area": area, "percent": percent, "within_days": within_days, "since": since}


async def test_a_promise_is_kept_or_broken_and_says_how_many_are_missing(administrator: Caller, city: City) -> None:
    for area, verified in ((city.north, 10), (city.north, 90), (city.north, 91), (city.south, None)):
        await registered(administrator, city, area, 100, verified)
    before = (await administrator.saw("/freshness"))["items"]
    assert [(one["area"], one["promise"], one["state"], one["verified"], one["within_days"]) for one in before] == [
        (city.code, None, None, 3, 180), (city.north, None, None, 3, 180), (city.south, None, None, 0, 180),
    ]  # fmt: skip
    await administrator.wrote("/freshness-promises", promise(city.code))
    await administrator.wrote("/freshness-promises", promise(city.north, percent=60))
    found = (await administrator.saw("/freshness"))["items"]
    shown = [
        (one["area"], one["promise"]["area"], one["verified"], one["resources"], one["percent"], one["missing"])
        for one in found
    ]
    assert shown == [
        (city.code, city.code, 2, 4, 50, 1),
        (city.north, city.north, 2, 3, 66, 0),
        (city.south, city.code, 0, 1, 0, 1),
    ]
    assert [one["state"] for one in found] == ["broken", "kept", "broken"]


async def test_a_mistaken_verification_is_withdrawn_and_counts_for_no_promise(
    administrator: Caller, city: City
) -> None:
    path = f"/resources/{(await administrator.wrote('/resources', city.a_resource()))['id']}"
    await administrator.wrote(f"{path}/verification", {"verified_on": days_ago(0), "method": "visit"})
    assert (await administrator.saw(f"/freshness?area={city.north}"))["items"][0]["verified"] == 1
    mistake = {"reason": "別の資源を確認したものだった"}
    await administrator.wrote(f"{path}/verification-withdrawal", mistake)
    seen = await administrator.saw(path)
    assert (seen["state"], seen["verified_on"], seen["corrected_for"]) == ("registered", None, mistake["reason"])
    assert (await administrator.saw(f"/freshness?area={city.north}"))["items"][0]["verified"] == 0
    assert await administrator.refused(f"{path}/verification-withdrawal", mistake) == (409, "resource.no_verification")


async def test_a_promise_counts_from_its_day_on_and_is_corrected_and_withdrawn(
    administrator: Caller, city: City
) -> None:
    path = f"/freshness-promises/{city.north}"
    assert await administrator.refused(f"{path}/correction", {**promise("x"), "reason": "誤り"}) == (
        422, "fields.malformed",
    )  # fmt: skip
    correction = {"percent": 50, "within_days": 30, "since": BEGUN, "reason": "日数の誤り"}
    assert await administrator.refused(f"{path}/correction", correction) == (404, "freshness.unknown")
    await administrator.wrote("/freshness-promises", promise(city.code))
    await administrator.wrote("/freshness-promises", promise(city.north, percent=60))
    await administrator.wrote(f"{path}/correction", correction)
    tomorrow = days_ago(-1)
    await administrator.wrote("/freshness-promises", promise(city.north, percent=99, since=tomorrow))
    (north,) = (await administrator.saw(f"/freshness?area={city.north}"))["items"]
    assert north["promise"] == {"area": city.north, "percent": 50, "within_days": 30, "since": BEGUN}
    earlier = {"since": BEGUN, "reason": "市に合わせる"}
    assert await administrator.refused(f"{path}/withdrawal", earlier) == (409, "freshness.begins_first")
    await administrator.wrote(f"{path}/correction", {**correction, "since": BEGUN, "reason": "今日から"})
    await administrator.wrote(f"{path}/withdrawal", earlier)
    (north,) = (await administrator.saw(f"/freshness?area={city.north}"))["items"]
    assert north["promise"]["area"] == city.code
    told = (await administrator.saw(path))["promises"]
    assert [(one["percent"], one["reason"]) for one in told] == [
        (50, "日数の誤り"), (50, "今日から"), (None, "市に合わせる"),
    ]  # fmt: skip


async def test_every_list_of_resources_says_how_fresh_it_is(administrator: Caller, city: City) -> None:
    await registered(administrator, city, city.north, 200, None)
    await administrator.wrote("/freshness-promises", promise(city.code))
    expected = (await administrator.saw(f"/freshness?area={city.north}"))["items"]
    for path in ("/resources", "/stale-resources"):
        assert (await administrator.saw(f"{path}?area={city.north}"))["freshness"] == expected, path
        (of_the_city,) = (await administrator.saw(path))["freshness"]
        assert (of_the_city["area"], of_the_city["missing"]) == (city.code, 1)
    board = await administrator.saw(f"/boards/{city.code}")
    assert board["freshness"] == of_the_city
    async with city.world.caller(city.north, role=Role.TIER2_COORDINATOR) as north:
        north.position = administrator.position
        (seen,) = (await north.saw("/freshness"))["items"]
        assert seen["promise"]["area"] == city.code, "the promise of the area above is told"
        assert await north.refused("/freshness-promises", promise(city.north)) == (403, "role.not_allowed")


async def test_a_listing_that_has_ended_by_its_own_words_is_to_be_looked_at(administrator: Caller, city: City) -> None:
    ended = await registered(administrator, city, city.north, 20, None, schedule="毎週火曜", note=f"{days_ago(5)}まで")
    await registered(administrator, city, city.north, 20, 1, note=f"{days_ago(5)}まで")
    await registered(administrator, city, city.north, 20, None, note=f"{days_ago(-10)}まで")
    old = await registered(administrator, city, city.north, 400, None, note=f"{days_ago(-10)}まで")
    found = (await administrator.saw("/stale-resources"))["items"]
    assert [(one["resource_id"], one["risk"], [reason["reason"] for reason in one["reasons"]]) for one in found] == [
        (old, 322, ["unverified_long", "ends_soon"]),
        (ended, 211, ["unverified_long", "has_ended"]),
    ]
    assert found[1]["reasons"][1] == {
        "reason": "has_ended", "number": 5, "points": 200, "ja": "登録内容にある終了の日から5日",
        "en": "5 days since the end that its listing names",
    }  # fmt: skip
