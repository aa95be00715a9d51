"""The routes, on a real Postgres; Kafka is there where it matters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from registry.reactions import resource_of
from shiendomain.days import today
from shiendomain.escalation import ServiceLaunched
from shiendomain.vocabulary import ServiceClass, SupportKind
from shienevents import parse_token
from shienops import Database
from shienops.pytest_plugin import MakeDatabase
from shienweb import Role
from shienweb.testing import Caller, World

from .world import CITY, FOREIGN, NORTH, SOUTH, a_resource, a_wide_world, a_world, an_area, with_areas


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(database, tmp_path) as found:
        yield found


@pytest.fixture
async def city(world: World) -> AsyncIterator[Caller]:
    async with world.caller() as caller:
        await with_areas(caller)
        yield caller


async def test_a_tree_of_areas_grows_from_the_code_in_the_token(city: Caller, world: World) -> None:
    areas = await city.saw("/areas")
    assert [(area["area"], area["parent"], area["municipality"]) for area in areas["items"]] == [
        (CITY, None, CITY),
        (NORTH, CITY, CITY),
        (SOUTH, CITY, CITY),
    ]
    assert await city.refused("/areas", an_area(FOREIGN, None)) == (404, "area.unknown")
    assert await city.refused("/areas", an_area("272108-09", FOREIGN)) == (404, "area.unknown")
    async with world.caller(FOREIGN) as other:
        assert await other.refused("/areas", an_area(NORTH, None)) == (404, "area.unknown")
        await other.wrote("/areas", an_area(FOREIGN, None))
        assert await other.refused("/areas", an_area(NORTH, FOREIGN)) == (404, "area.unknown")
    async with world.caller(SOUTH) as south:
        south.position = city.position
        assert await south.refused("/areas", an_area(NORTH, SOUTH)) == (404, "area.unknown")


async def test_an_area_said_again_changes_nothing_and_said_otherwise_is_redefined(city: Caller) -> None:
    assert (await city.wrote("/areas", an_area(NORTH)))["version"] == 1
    assert (await city.wrote("/areas", an_area(NORTH, name="北部")))["version"] == 2
    assert (await city.saw(f"/areas/{NORTH}"))["name"] == "北部"
    assert await city.refused("/areas", an_area(NORTH, NORTH)) == (409, "area.below_itself")


async def test_nothing_is_written_into_an_area_that_ended(city: Caller) -> None:
    await city.wrote(f"/areas/{NORTH}/reorganization", {"successors": [SOUTH], "valid_from": "2024-01-01"})
    assert (await city.saw(f"/areas/{NORTH}"))["successors"] == [SOUTH]
    answer = await city.send("POST", "/resources", a_resource(NORTH))
    assert (answer.status_code, answer.json()["code"]) == (409, "area.closed")
    assert SOUTH in answer.json()["detail_en"]


async def test_a_council_a_coordinator_and_a_provider_are_noted(city: Caller) -> None:
    council = {"area": NORTH, "tier": "tier2", "name": "北協議体", "members": [{"kind": "shakyo", "name": "校区社協"}]}
    done = await city.wrote("/councils", council)
    assert (await city.saw(f"/councils/{done['id']}"))["members"] == [
        {"kind": "shakyo", "name": "校区社協", "parent": None}
    ]
    assert await city.refused("/councils", {**council, "area": CITY}) == (409, "council.area_of_other_tier")
    post = {
        "area": NORTH,
        "tier": "tier2",
        "employer": "ささえりあ北",
        "employer_kind": "support_centre",
        "posts": 2,
        "term_from": "2026-04-01",
        "term_until": "2028-04-01",
    }
    await city.wrote("/coordinators", post)
    assert [one["posts"] for one in (await city.saw("/coordinators?tier=tier2"))["items"]] == [2]
    await city.wrote("/providers", {"area": CITY, "name": "ＮＰＯあし", "kind": "npo"})
    assert [one["name"] for one in (await city.saw("/providers?name=npo"))["items"]] == ["ＮＰＯあし"]
    assert (await city.saw("/councils?tier=tier1"))["items"] == []


async def test_a_resource_lives_its_life(city: Caller) -> None:
    path = f"/resources/{(await city.wrote('/resources', a_resource(capacity=20)))['id']}"
    day = str(today() - timedelta(days=1))
    await city.wrote(f"{path}/verification", {"verified_on": day, "method": "phone"})
    seen = await city.saw(path)
    assert (seen["state"], seen["verified_on"], seen["details"]["service_areas"]) == ("verified", day, [NORTH])
    revision = {"name": "新サロン", "support_kinds": ["salon"], "service_areas": [NORTH, SOUTH]}
    await city.wrote(path, revision, method="PUT", if_match='"2"')
    assert await city.refused(path, revision, method="PUT", if_match='"2"') == (412, "precondition.failed")
    await city.wrote(f"{path}/suspension", {"reason": "seasonal"})
    await city.wrote(f"{path}/resumption")
    await city.wrote(f"{path}/retirement", {"reason": "other"})
    assert await city.refused(f"{path}/resumption") == (409, "resource.retired")
    last = await city.saw(path)
    assert (last["state"], last["version"], last["details"]["name"]) == ("retired", 6, "新サロン")


async def test_one_thread_runs_through_a_resources_life(city: Caller, world: World) -> None:
    done = await city.wrote("/resources", a_resource())
    await city.wrote(f"/resources/{done['id']}/suspension", {"reason": "other"})
    store = world.service.store
    records = [record for shard in range(world.settings.shards) for record in await store.read(shard, 0, 100)]
    threads = {one.envelope.correlation for one in records if one.envelope.stream == f"resource-{done['id']}"}
    assert len(threads) == 1


async def test_a_coordinator_sees_and_touches_only_the_own_district(city: Caller, world: World) -> None:
    done = await city.wrote("/resources", a_resource(SOUTH))
    async with world.caller(NORTH, role=Role.TIER2_COORDINATOR) as north:
        north.position = city.position
        path = f"/resources/{done['id']}"
        assert await north.refused(path, method="GET") == (404, "resource.unknown")
        assert await north.refused(f"/resources/{uuid4()}", method="GET") == (404, "resource.unknown")
        assert await north.refused(f"{path}/suspension", {"reason": "other"}) == (404, "resource.unknown")
        assert await north.refused(f"/resources?area={SOUTH}", method="GET") == (404, "area.unknown")
        assert await north.refused(f"/boards/{CITY}", method="GET") == (404, "area.unknown")
        assert await north.refused("/resources", a_resource(NORTH, service_areas=[SOUTH])) == (404, "area.unknown")
        assert (await north.saw("/resources"))["items"] == []
        assert await north.refused("/areas", an_area("272108-09")) == (403, "role.not_allowed")


async def test_resources_are_found_by_name_in_any_width_and_paged_in_order(city: Caller) -> None:
    for name in ("ｻﾛﾝ う", "サロン あ", "体操 い", "サロン い"):
        await city.wrote("/resources", a_resource(name=name))
    path = "/resources?name=サロン&limit=2"
    first = await city.saw(path)
    second = await city.saw(f"{path}&cursor={first['next_cursor']}")
    found = [one["details"]["name"] for one in (*first["items"], *second["items"])]
    assert (found, second["next_cursor"]) == (["サロン あ", "サロン い", "ｻﾛﾝ う"], None)


async def test_what_nobody_verified_for_long_is_a_worklist(city: Caller) -> None:
    fresh, old = [(await city.wrote("/resources", a_resource(name=name)))["id"] for name in ("新", "古")]
    long_ago = str(today() - timedelta(days=200))
    await city.wrote(f"/resources/{old}/verification", {"verified_on": long_ago, "method": "visit"})
    found = (await city.saw("/stale-resources"))["items"]
    assert [(one["resource_id"], one["since"]) for one in found] == [(old, long_ago)]
    assert fresh not in {one["resource_id"] for one in found}


async def test_tier_1_is_the_sum_of_tier_2(city: Caller) -> None:
    for area, kinds in ((NORTH, ["salon"]), (NORTH, ["salon", "watching"]), (SOUTH, ["outing"]), (CITY, ["meals"])):
        await city.wrote("/resources", a_resource(area, support_kinds=kinds))
    board = await city.saw(f"/boards/{CITY}")
    assert [(row["area"], row["resources"]["registered"]) for row in board["areas"]] == [
        (CITY, 1),
        (NORTH, 2),
        (SOUTH, 1),
    ]
    assert board["total"]["resources"] == {"registered": 4, "verified": 0, "suspended": 0, "retired": 0}
    assert {kind: n for kind, n in board["total"]["kinds"].items() if n} == {
        "salon": 2,
        "watching": 1,
        "outing": 1,
        "meals": 1,
    }
    again = await city.saw(f"/boards/{CITY}")
    assert again["digest"] == board["digest"] != (await city.saw(f"/boards/{NORTH}"))["digest"]


def a_list(**more: Any) -> dict[str, Any]:
    """A list of an area, a provider and two resources, one of them in the new area."""
    rows = [
        {
            "area": area,
            "details": {"name": name, "support_kinds": ["salon"]},
            "source": {"kind": "import", "reference": name},
            "provider_reference": "P-1",
        }
        for area, name in ((NORTH, "甲"), ("272108-03", "乙"))
    ]
    provider = {"area": CITY, "name": "みどり会", "kind": "npo", "reference": "P-1"}
    return {"areas": [an_area("272108-03")], "providers": [provider], "resources": rows, **more}


def counts(answer: dict[str, Any]) -> tuple[int, int, int]:
    return answer["new"], answer["revised"], answer["unchanged"]


async def test_a_list_is_registered_together_and_safe_to_repeat(city: Caller) -> None:
    assert counts(await city.wrote("/resource-batches", a_list())) == (4, 0, 0)
    assert counts(await city.wrote("/resource-batches", a_list())) == (0, 0, 4)
    changed = a_list()
    changed["resources"][0]["details"]["fee"] = "1回200円"
    assert counts(await city.wrote("/resource-batches", changed)) == (0, 1, 3)
    found = (await city.saw("/resources?area=272108-03"))["items"]
    provider = (await city.saw("/providers"))["items"][0]["provider_id"]
    assert [(one["details"]["name"], one["details"]["provider_id"], one["source"]) for one in found] == [
        ("乙", provider, "import")
    ]


async def test_a_list_sent_again_with_its_key_answers_as_it_did(city: Caller) -> None:
    first = await city.wrote("/resource-batches", a_list(), idempotency_key="monday")
    assert counts(first) == (4, 0, 0)
    again = await city.wrote("/resource-batches", a_list(), idempotency_key="monday")
    assert {**again, "position": first["position"]} == first
    reached = parse_token(again["position"])
    assert all(reached[place] >= seq for place, seq in parse_token(first["position"]).items())
    assert len(parse_token(first["position"])) > 1


async def test_a_dry_run_counts_and_writes_nothing(city: Caller) -> None:
    answer = await city.wrote("/resource-batches", a_list(dry_run=True))
    assert (counts(answer), answer["position"]) == ((4, 0, 0), "")
    assert (await city.saw("/resources"))["items"] == []


async def test_a_list_with_one_bad_row_is_refused_whole_and_names_the_row(city: Caller) -> None:
    bad = a_list()
    bad["areas"].append(an_area("999999", None))
    bad["resources"][1]["details"]["service_areas"] = [NORTH, FOREIGN]
    bad["resources"].append({**bad["resources"][0], "provider_reference": "P-9"})
    answer = await city.send("POST", "/resource-batches", bad)
    assert (answer.status_code, answer.json()["code"]) == (422, "fields.malformed")
    assert [error["field"] for error in answer.json()["errors"]] == [
        "areas.1.area",
        "resources.1.details.service_areas.1",
        "resources.2.source.reference",
        "resources.2.provider_reference",
    ]
    assert (await city.saw("/resources"))["items"] == []
    shapeless = a_list()
    shapeless["resources"][1]["details"]["support_kinds"] = ["singing"]
    errors = (await city.send("POST", "/resource-batches", shapeless)).json()["errors"]
    assert errors[0]["field"] == "resources.1.details.support_kinds.0"


async def test_a_launched_service_becomes_a_resource(
    make_database: MakeDatabase, kafka: str, topic_name: str, tmp_path: Path
) -> None:
    service_id = uuid4()
    launched = ServiceLaunched(
        proposal_id=uuid4(),
        service_id=service_id,
        name="おでかけ便",
        service_class=ServiceClass.VISIT_D,
        support_kinds=(SupportKind.OUTING,),
        provider_name="NPOあし",
        area=CITY,
        service_areas=(NORTH,),
        launched_on=date(2026, 10, 1),
        needs=(),
    )
    async with a_wide_world(make_database, kafka, topic_name, tmp_path) as world, world.caller() as city:
        await with_areas(city)
        await world.told(launched.proposal_id, launched)
        seen = await city.until(f"/resources/{resource_of(service_id)}")
        assert (seen["source"], UUID(seen["service_id"]), seen["area"]) == ("launch", service_id, CITY)
