"""The route of batches, on a real Postgres. Every test has a city of its own."""

from __future__ import annotations

import gc
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from registry import place_views
from registry.api.batch_rows import Batch, BatchRows
from shiendomain.days import today
from shienevents import parse_token
from shienweb.testing import Caller

from .world import City

pytestmark = pytest.mark.asyncio(loop_scope="module")


def a_list(city: City, **more: Any) -> dict[str, Any]:
    """A list of an area, a provider and two resources, one of them in the new area."""
    rows = [
        {
            "area": area,
            "details": {"name": name, "support_kinds": ["salon"]},
            "source": {"kind": "import", "reference": name},
            "provider_reference": "P-1",
        }
        for area, name in ((city.north, "甲"), (city.third, "乙"))
    ]
    provider = {"area": city.code, "name": "みどり会", "kind": "npo", "reference": "P-1"}
    return {"areas": [city.an_area(city.third)], "providers": [provider], "resources": rows, **more}


def counts(answer: dict[str, Any]) -> tuple[int, int, int]:
    return answer["new"], answer["revised"], answer["unchanged"]


async def test_nothing_of_a_batch_waits_for_the_garbage_collector(administrator: Caller, city: City) -> None:
    """Values in a cycle stay until Python looks for garbage: of a long import, all of them at once."""
    gc.collect()
    gc.disable()
    try:
        assert counts(await administrator.wrote("/resource-batches", a_list(city, dry_run=True))) == (4, 0, 0)
        rows = [one for one in gc.get_objects() if isinstance(one, (Batch, BatchRows)) or is_a_row(one)]
    finally:
        gc.enable()
    assert rows == []


def is_a_row(one: object) -> bool:
    """Whether this is a row of a list, as it was read from JSON."""
    return type(one) is dict and one.keys() >= {"area", "details", "source"} and type(one["details"]) is dict


async def test_a_list_is_registered_together_and_safe_to_repeat(administrator: Caller, city: City) -> None:
    assert counts(await administrator.wrote("/resource-batches", a_list(city))) == (4, 0, 0)
    assert counts(await administrator.wrote("/resource-batches", a_list(city))) == (0, 0, 4)
    changed = a_list(city)
    changed["resources"][0]["details"]["fee"] = "1回200円"
    assert counts(await administrator.wrote("/resource-batches", changed)) == (0, 1, 3)
    found = (await administrator.saw(f"/resources?area={city.third}"))["items"]
    provider = (await administrator.saw("/providers"))["items"][0]["provider_id"]
    assert [(one["details"]["name"], one["details"]["provider_id"], one["source"]) for one in found] == [
        ("乙", provider, "import")
    ]


async def test_a_list_sent_again_with_its_key_answers_as_it_did(administrator: Caller, city: City) -> None:
    first = await administrator.wrote("/resource-batches", a_list(city), idempotency_key=city.code)
    assert counts(first) == (4, 0, 0)
    changed = a_list(city)
    changed["resources"][0]["details"]["fee"] = "1回200円"
    await administrator.wrote("/resource-batches", changed)
    again = await administrator.wrote("/resource-batches", a_list(city), idempotency_key=city.code)
    assert {**again, "position": first["position"]} == first
    reached = parse_token(again["position"])
    assert all(reached[place] >= seq for place, seq in parse_token(first["position"]).items())
    assert len(parse_token(first["position"])) > 1


async def test_a_list_that_changed_nothing_answers_so_again(administrator: Caller, city: City) -> None:
    await administrator.wrote("/resource-batches", a_list(city))
    for _ in range(2):
        again = await administrator.wrote("/resource-batches", a_list(city), idempotency_key=city.code)
        assert counts(again) == (0, 0, 4)


async def test_the_rows_of_a_batch_share_one_thread(administrator: Caller, city: City) -> None:
    result = await administrator.wrote("/resource-batches", a_list(city))
    store = city.world.service.store
    ids = [one["resource_id"] for one in (await administrator.saw("/resources"))["items"]]
    provider = (await administrator.saw("/providers"))["items"][0]["provider_id"]
    streams = [f"batch-{result['id']}", f"provider-{provider}", *(f"resource-{one}" for one in ids)]
    records = [record for stream in streams for record in await store.read_stream(stream)]
    assert [record.envelope.correlation for record in records] == [UUID(result["id"])] * 4


async def test_a_dry_run_counts_and_writes_nothing(administrator: Caller, city: City) -> None:
    answer = await administrator.wrote("/resource-batches", a_list(city, dry_run=True))
    assert (counts(answer), answer["position"]) == ((4, 0, 0), "")
    assert (await administrator.saw("/resources"))["items"] == []


async def test_a_list_with_one_bad_row_is_refused_whole_and_names_the_row(administrator: Caller, city: City) -> None:
    bad = a_list(city)
    bad["areas"].append(city.an_area(city.foreign))
    bad["resources"][1]["details"]["service_areas"] = [city.north, city.foreign]
    bad["resources"].append({**bad["resources"][0], "provider_reference": "P-9"})
    answer = await administrator.send("POST", "/resource-batches", bad)
    assert (answer.status_code, answer.json()["code"]) == (422, "fields.malformed")
    assert [error["field"] for error in answer.json()["errors"]] == [
        "areas.1.area",
        "resources.1.details.service_areas.1",
        "resources.2.source.reference",
        "resources.2.provider_reference",
    ]
    assert (await administrator.saw("/resources"))["items"] == []
    shapeless = a_list(city)
    shapeless["resources"][1]["details"]["support_kinds"] = ["singing"]
    errors = (await administrator.send("POST", "/resource-batches", shapeless)).json()["errors"]
    assert errors[0]["field"] == "resources.1.details.support_kinds.0"


async def test_an_area_of_a_list_that_has_not_begun_is_not_used_in_the_list(administrator: Caller, city: City) -> None:
    bad = a_list(city)
    bad["areas"] = [city.an_area(city.third, valid_from="2099-04-01")]
    bad["resources"][0]["details"]["service_areas"] = [city.third]
    bad["providers"].append({**bad["providers"][0], "area": city.third, "reference": "P-2"})
    answer = await administrator.send("POST", "/resource-batches", bad)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [
        "providers.1.area", "resources.0.details.service_areas.0", "resources.1.area",
    ]  # fmt: skip
    assert all("2099年4月1日" in error["ja"] for error in answer.json()["errors"])
    assert (await administrator.saw("/areas"))["items"][-1]["area"] != city.third


async def test_a_row_that_a_rule_refuses_when_it_is_decided_is_named(administrator: Caller, city: City) -> None:
    bad = {"areas": [city.an_area(city.third), city.an_area(city.north, valid_from="2099-04-01")]}
    answer = await administrator.send("POST", "/resource-batches", bad)
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (422, "areas.1")
    assert ("2020年4月1日" in error["ja"], "2020-04-01" in error["en"]) == (True, True)
    assert city.third not in [one["area"] for one in (await administrator.saw("/areas"))["items"]]


async def test_an_area_of_a_list_does_not_begin_before_the_one_above_it(administrator: Caller, city: City) -> None:
    below = city.an_area(f"{city.third}-1", city.third)
    early = [city.an_area(city.third, valid_from="2021-04-01"), {**below, "valid_from": "2021-03-31"}]
    answer = await administrator.send("POST", "/resource-batches", {"areas": early})
    assert [error["field"] for error in answer.json()["errors"]] == ["areas.1.valid_from"]
    early[1]["valid_from"] = "2021-04-01"
    await administrator.wrote("/resource-batches", {"areas": early})
    both = [{**one, "valid_from": "2021-05-01"} for one in early]
    answer = await administrator.send("POST", "/resource-batches", {"areas": both[:1]})
    assert [error["field"] for error in answer.json()["errors"]] == ["areas.0.valid_from"]
    late = {**both[0], "reason": "日付の誤り"}
    assert await administrator.refused("/areas", late) == (409, "area.begins_after_below")


async def test_the_areas_of_a_list_come_in_any_order(administrator: Caller, city: City) -> None:
    below = [city.an_area(f"{city.third}-2", f"{city.third}-1"), city.an_area(f"{city.third}-1", city.third)]
    await administrator.wrote("/resource-batches", {"areas": [*below, city.an_area(city.third)]})
    (lowest,) = (await administrator.saw(f"/areas?area={city.third}-2"))["items"]
    assert lowest["parent"] == f"{city.third}-1"


async def test_the_areas_of_a_list_do_not_end_below_themselves(administrator: Caller, city: City) -> None:
    await administrator.wrote("/areas", city.an_area(city.third))
    ring = [
        city.an_area(*pair) for pair in ((city.north, city.south), (city.south, city.third), (city.third, city.north))
    ]
    answer = await administrator.send("POST", "/resource-batches", {"areas": ring})
    assert [error["field"] for error in answer.json()["errors"]] == ["areas.2.area"]


async def test_a_list_does_not_claim_to_come_from_a_launch(administrator: Caller, city: City) -> None:
    claimed = a_list(city)
    claimed["resources"][1]["source"]["kind"] = "launch"
    answer = await administrator.send("POST", "/resource-batches", claimed)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (
        422,
        ["resources.1.source.kind"],
    )


@pytest.mark.parametrize(("valid_from", "status"), [(today() + timedelta(days=30), 201), (today(), 422)])
async def test_a_list_is_refused_in_an_area_that_ended_and_not_before(
    administrator: Caller, city: City, valid_from: date, status: int
) -> None:
    ended = {"successors": [city.south], "valid_from": str(valid_from)}
    await administrator.wrote(f"/areas/{city.north}/reorganization", ended)
    answer = await administrator.send("POST", "/resource-batches", a_list(city))
    assert answer.status_code == status
    errors = answer.json().get("errors", [])
    assert [(error["field"], city.south in error["ja"]) for error in errors] == [("resources.0.area", True)] * (
        status == 422
    )


async def test_a_list_sent_again_does_not_undo_what_people_corrected(administrator: Caller, city: City) -> None:
    await administrator.wrote("/resource-batches", a_list(city))
    (one,) = (await administrator.saw(f"/resources?area={city.north}"))["items"]
    path = f"/resources/{one['resource_id']}"
    await administrator.wrote(path, {**one["details"], "schedule": "第4火曜"}, method="PUT")
    await administrator.wrote(f"{path}/verification", {"verified_on": str(today()), "method": "phone"})
    assert counts(await administrator.wrote("/resource-batches", a_list(city))) == (0, 0, 4)
    changed = a_list(city)
    changed["resources"][0]["details"]["fee"] = "1回200円"
    assert counts(await administrator.wrote("/resource-batches", changed)) == (0, 1, 3)
    shown = await administrator.saw(path)
    assert (shown["details"]["schedule"], shown["details"]["fee"]) == ("第4火曜", "1回200円")
    assert (shown["state"], shown["unverified"]) == ("registered", ["fee"])


async def test_rows_of_another_thing_and_places_listed_twice_are_named(administrator: Caller, city: City) -> None:
    first = a_list(city)
    first["resources"][0]["details"]["address"] = "西町1-2"
    first["resources"][0]["source"]["list"] = "R7"
    await administrator.wrote("/resource-batches", first)
    (one,) = (await administrator.saw("/resources?list=R7"))["items"]
    other = a_list(city, resources=[first["resources"][1]])
    other["resources"][0] = {
        "area": city.north,
        "details": {"name": "丙", "support_kinds": ["salon"], "address": "東町3"},
        "source": first["resources"][0]["source"],
    }
    answer = await administrator.send("POST", "/resource-batches", other)
    assert [error["field"] for error in answer.json()["errors"]] == ["resources.0.source.reference"]
    assert "甲" in answer.json()["errors"][0]["ja"]
    twice = {**first["resources"][0], "source": {"kind": "import", "reference": "X-9", "list": "R8"}}
    twice["details"] = {**twice["details"], "address": "西町１丁目２番"}
    result = await administrator.wrote("/resource-batches", {"resources": [twice], "dry_run": True})
    assert result["alike"] == [
        {"row": 0, "resource_id": one["resource_id"], "name": "甲", "list": "R7", "same_number": False}
    ]


async def test_places_listed_twice_are_found_by_index(administrator: Caller, city: City) -> None:
    """With sequential scans made dear: each part of a long list is compared with all that is registered."""
    await administrator.wrote("/resource-batches", a_list(city))
    async with city.world.service.snapshot() as snapshot:
        await snapshot.fetch("select set_config('enable_seqscan', 'off', true)")
        asked = f"explain select * from resources {place_views.OF_PLACES}"
        keys = [f"甲{n}" for n in range(5000)]
        plan = "\n".join(row[0] for row in await snapshot.fetch(asked, keys, ["registered"], [city.code]))
    assert "Index Cond: (place_key = " in plan
    assert "Index Cond: (name_key = " in plan


async def test_a_row_that_another_list_registered_changes_nothing(administrator: Caller, city: City) -> None:
    def row(list_: str, reference: str, **details: Any) -> dict[str, Any]:
        shown = {"name": "茶話会", "support_kinds": ["salon"], **details}
        return {
            "area": city.north,
            "details": shown,
            "source": {"kind": "import", "reference": reference, "list": list_},
        }

    await administrator.wrote("/resource-batches", {"resources": [row("X", "1", fee="無料", telephone="0720000001")]})
    path = f"/resources/{(await administrator.saw('/resources?list=X'))['items'][0]['resource_id']}"
    before = await administrator.saw(path)
    other = await administrator.wrote("/resource-batches", {"resources": [row("Y", "1", fee="300円", telephone="")]})
    assert counts(other) == (0, 0, 1)
    assert [(one["list"], one["same_number"]) for one in other["alike"]] == [("X", True)]
    assert await administrator.saw(path) == before
    named = await administrator.wrote("/resource-batches", {"resources": [row("Y", "2")], "dry_run": True})
    assert [(one["list"], one["same_number"]) for one in named["alike"]] == [("X", False)]
    own = await administrator.wrote("/resource-batches", {"resources": [row("X", "3")], "dry_run": True})
    assert own["alike"] == [], "one list may have several of one name"
    unnamed = await administrator.wrote("/resource-batches", {"resources": [row("", "1", fee="300円")]})
    assert counts(unnamed) == (0, 1, 0)


async def test_a_fee_is_read_and_searched_by_what_it_costs_at_most(administrator: Caller, city: City) -> None:
    fees = {"甲": "1回200円", "乙": "100〜500円", "丙": "月額300円", "丁": "要相談", "戊": "無料"}
    rows = [
        {
            "area": city.north,
            "details": {"name": name, "support_kinds": ["salon"], "fee": fee},
            "source": {"kind": "import", "reference": name},
        }
        for name, fee in fees.items()
    ]
    await administrator.wrote("/resource-batches", {"resources": rows})
    found = (await administrator.saw("/resources?fee_at_most=200"))["items"]
    assert {one["details"]["name"] for one in found} == {"甲", "戊"}
    read = {one["details"]["name"]: one["fee_range"] for one in (await administrator.saw("/resources"))["items"]}
    assert read["乙"] == {"least": 100, "most": 500, "per": "once", "minutes": None}
    assert (read["丙"]["per"], read["丁"]) == ("month", None)
