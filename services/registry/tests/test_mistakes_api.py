"""The routes that take back what was recorded by mistake, on a real Postgres. Every test has a city of its own."""

from __future__ import annotations

from typing import Any

import pytest

from shienweb.testing import Caller

from .world import City

pytestmark = pytest.mark.asyncio(loop_scope="module")

TWICE = {"reason": "二重の記録"}


async def of_tier(caller: Caller, city: City) -> Any:
    """How the second tier of the city is manned."""
    _, second = (await caller.saw(f"/tiers?area={city.north}"))["items"]
    return second


async def test_a_post_and_a_council_recorded_twice_are_in_no_figure(administrator: Caller, city: City) -> None:
    post = {
        "area": city.north, "tier": "tier2", "employer": "北包括", "employer_kind": "support_centre",
        "term_from": "2026-04-01", "term_until": "2035-04-01",
    }  # fmt: skip
    council = {"area": city.north, "tier": "tier2", "name": "北協議体"}
    posts, pair = list[str](), list[str]()
    for _ in range(2):
        posts.append((await administrator.wrote("/coordinators", {**post, "not_the_same_as": posts}))["id"])
        pair.append((await administrator.wrote("/councils", {**council, "not_the_same_as": pair}))["id"])
    before = await of_tier(administrator, city)
    await administrator.wrote(f"/coordinators/{posts[1]}/withdrawal", TWICE)
    await administrator.wrote(f"/councils/{pair[1]}/withdrawal", TWICE)
    after = await of_tier(administrator, city)
    assert [before[name] - after[name] for name in ("coordinators", "posts", "councils")] == [1, 1, 1]
    shown = await administrator.saw(f"/withdrawn-records?area={city.north}")
    assert {(one["record_id"], one["kind"], one["reason"]) for one in shown["items"]} == {
        (posts[1], "coordinator", "二重の記録"),
        (pair[1], "council", "二重の記録"),
    }
    assert await administrator.refused(f"/councils/{pair[1]}/dormancy", {"on": "2026-04-01", "reason": "休止"}) == (
        409,
        "record.withdrawn",
    )
    assert pair[1] not in [one["council_id"] for one in (await administrator.saw("/councils"))["items"]]
    renewal = {"term_until": "2036-04-01"}
    assert await administrator.refused(f"/coordinators/{posts[1]}/renewal", renewal) == (409, "record.withdrawn")


async def test_the_resources_of_a_provider_registered_twice_follow_the_other_one(
    administrator: Caller, city: City
) -> None:
    npo = {"area": city.code, "name": "みどり会", "kind": "npo"}
    first = (await administrator.wrote("/providers", npo))["id"]
    second = (await administrator.wrote("/providers", {**npo, "not_the_same_as": [first]}))["id"]
    details = {
        "name": "みどりサロン", "support_kinds": ["salon"], "service_areas": [city.north], "provider_id": second
    }  # fmt: skip
    resource = (await administrator.wrote("/resources", {"area": city.north, "details": details}))["id"]
    gone = f"/providers/{second}/withdrawal"
    assert await administrator.refused(gone, TWICE) == (409, "record.followed")
    await administrator.wrote(gone, {**TWICE, "same_as": first})
    assert (await administrator.saw(f"/resources/{resource}"))["details"]["provider_id"] == first
    assert [one["provider_id"] for one in (await administrator.saw("/providers"))["items"]] == [first]
    (shown,) = (await administrator.saw("/withdrawn-records"))["items"]
    assert (shown["kind"], shown["same_as"]) == ("provider", first)


async def test_a_list_that_names_a_provider_registered_twice_gets_the_other_one(
    administrator: Caller, city: City
) -> None:
    async def send(name: str, n: int) -> str:
        row = {"area": city.north, "name": "みどり会", "kind": "npo", "reference": "p"}
        details = {"name": name, "support_kinds": ["salon"], "service_areas": [city.north]}
        source = {"kind": "import", "reference": f"r{n}"}
        resource = {"area": city.north, "details": details, "source": source, "provider_reference": "p"}
        await administrator.wrote("/resource-batches", {"providers": [row], "resources": [resource]})
        found = await administrator.saw(f"/resources?q={name}")
        return str(found["items"][0]["details"]["provider_id"])

    listed = await send("朝のサロン", 1)
    other = (await administrator.wrote("/providers", {"area": city.code, "name": "みどりの会", "kind": "npo"}))["id"]
    await administrator.wrote(f"/providers/{listed}/withdrawal", {**TWICE, "same_as": other})
    assert await send("昼のサロン", 2) == other
