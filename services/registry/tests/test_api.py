"""The routes, on a real Postgres while Kafka is away. Every test has a city of its own."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from uuid import uuid4

import pytest

from shiendomain.days import today
from shienweb import Role
from shienweb.testing import Caller

from .world import City

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_tree_of_areas_grows_from_the_code_in_the_token(administrator: Caller, city: City) -> None:
    areas = await administrator.saw("/areas")
    assert [(area["area"], area["parent"], area["municipality"]) for area in areas["items"]] == [
        (city.code, None, city.code),
        (city.north, city.code, city.code),
        (city.south, city.code, city.code),
    ]
    assert await administrator.refused("/areas", city.an_area(city.foreign)) == (404, "area.unknown")
    assert await administrator.refused("/areas", city.an_area(city.third, city.foreign)) == (404, "area.unknown")
    async with city.world.caller(city.foreign) as other:
        rootless = {**city.an_area(city.north), "parent": None}
        assert await other.refused("/areas", rootless) == (404, "area.unknown")
        await other.wrote("/areas", city.an_area(city.foreign))
        for ours in (city.north, f"{city.code}-free"):  # taken or not, the answer is the same
            assert await other.refused("/areas", city.an_area(ours, city.foreign)) == (409, "area.code_of_another")
    async with city.world.caller(city.south) as south:
        assert await south.refused("/areas", city.an_area(city.north, city.south)) == (404, "area.unknown")


async def test_what_one_just_made_is_known_to_the_next_request(administrator: Caller, city: City) -> None:
    await administrator.wrote("/areas", city.an_area(city.third, city.north))
    provider = await administrator.wrote("/providers", {"area": city.third, "name": "みどり会", "kind": "npo"})
    served = city.a_resource(city.third, service_areas=[city.third], provider_id=provider["id"])
    await administrator.wrote("/resources", served)
    ended = {"successors": [city.north], "valid_from": "2024-01-01"}
    await administrator.wrote(f"/areas/{city.third}/reorganization", ended)
    assert await administrator.refused("/resources", served) == (409, "area.closed")


async def test_an_area_described_again_changes_nothing_or_is_redefined(administrator: Caller, city: City) -> None:
    assert (await administrator.wrote("/areas", city.an_area(city.north)))["version"] == 1
    renamed = city.an_area(city.north, name="北部")
    assert await administrator.refused("/areas", renamed) == (409, "area.reason_missing")
    assert (await administrator.wrote("/areas", {**renamed, "reason": "名称の誤り"}))["version"] == 2
    seen = await administrator.saw(f"/areas/{city.north}")
    assert (seen["name"], seen["corrected_for"]) == ("北部", "名称の誤り")
    assert await administrator.refused("/areas", city.an_area(city.north, city.north)) == (409, "area.below_itself")


async def test_no_area_is_succeeded_by_one_that_leads_back_to_it(administrator: Caller, city: City) -> None:
    refused, leads_back = administrator.refused, (409, "area.successor_leads_back")
    await administrator.wrote("/areas", city.an_area(city.third, city.north))
    to = {code: {"successors": [code], "valid_from": "2099-04-01"} for code in (city.north, city.south, city.third)}
    assert await refused(f"/areas/{city.north}/reorganization", to[city.third]) == leads_back
    assert await refused(f"/areas/{city.code}/reorganization", to[city.south]) == leads_back
    await administrator.wrote(f"/areas/{city.north}/reorganization", to[city.south])  # announced
    assert await refused(f"/areas/{city.south}/reorganization", to[city.north]) == leads_back
    assert await refused(f"/areas/{city.south}/reorganization", to[city.third]) == leads_back
    assert await refused("/areas", city.an_area(city.south, city.third)) == (409, "area.below_itself")
    assert len((await administrator.saw("/areas"))["items"]) == 4


async def test_nothing_happens_in_an_area_before_it_begins(administrator: Caller, city: City) -> None:
    salon = city.a_resource()
    before = {"shien_occurred_at": "2019-01-01T00:00:00+09:00"}
    assert await administrator.refused("/resources", salon, **before) == (409, "area.not_begun")
    await administrator.wrote("/resources", salon, shien_occurred_at="2020-04-01T00:00:00+09:00")
    postponed = city.an_area(city.north, valid_from="2099-04-01", reason="延期")
    assert await administrator.refused("/areas", postponed) == (409, "area.has_begun")
    await administrator.wrote("/areas", city.an_area(city.third, valid_from="2099-04-01"))
    assert await administrator.refused("/resources", city.a_resource(city.third)) == (409, "area.not_begun")
    listed = {**city.a_resource(city.third), "source": {"kind": "import", "reference": "1"}}
    answer = await administrator.send("POST", "/resource-batches", {"resources": [listed]})
    assert [error["field"] for error in answer.json()["errors"]] == ["resources.0.area"]
    post = {"area": city.third, "tier": "tier2", "employer": "市", "employer_kind": "shakyo"}
    soon = {**post, "term_from": "2098-04-01", "term_until": "2099-03-31"}
    assert await administrator.refused("/coordinators", soon) == (409, "area.not_begun")
    await administrator.wrote("/coordinators", {**post, "term_from": "2099-04-01", "term_until": "2099-12-31"})
    path = f"/areas/{city.north}/reorganization"
    to_third = {"successors": [city.third], "valid_from": "2099-03-31"}
    assert await administrator.refused(path, to_third) == (409, "area.successor_absent")
    await administrator.wrote(path, {**to_third, "valid_from": "2099-04-01"})


async def test_the_beginning_of_an_area_is_not_corrected_to_a_day_after_its_first_use(
    administrator: Caller, city: City
) -> None:
    await administrator.wrote("/resources", city.a_resource(), shien_occurred_at="2021-04-01T00:00:00+09:00")
    late = city.an_area(city.north, valid_from="2021-04-02", reason="日付の誤り")
    answer = await administrator.send("POST", "/areas", late)
    assert (answer.status_code, answer.json()["code"]) == (409, "area.in_use_before")
    assert "2021年4月1日" in answer.json()["detail_ja"]
    listed = await administrator.send("POST", "/resource-batches", {"areas": [late]})
    assert [error["field"] for error in listed.json()["errors"]] == ["areas.0.valid_from"]
    await administrator.wrote("/areas", {**late, "valid_from": "2021-04-01"})
    ended = {"successors": [city.south], "valid_from": "2024-04-01"}
    await administrator.wrote(f"/areas/{city.north}/reorganization", ended)
    heir = city.an_area(city.south, valid_from="2024-04-02", reason="日付の誤り")
    assert await administrator.refused("/areas", heir) == (409, "area.in_use_before")


async def test_of_two_reorganisations_at_once_that_contradict_each_other_one_is_refused(
    administrator: Caller, city: City
) -> None:
    await administrator.wrote("/areas", city.an_area(city.third))
    ends = {"valid_from": "2099-04-01"}
    answers = await asyncio.gather(
        administrator.send("POST", f"/areas/{city.north}/reorganization", {"successors": [city.south], **ends}),
        administrator.send("POST", f"/areas/{city.south}/reorganization", {"successors": [city.third], **ends}),
    )
    codes = {answer.json().get("code") for answer in answers if answer.status_code != 200}
    assert sorted(answer.status_code for answer in answers) == [200, 409], [answer.text for answer in answers]
    assert codes <= {"area.successor_absent", "area.takes_over_later"}


async def test_an_area_and_what_is_placed_below_it_at_once_do_not_form_a_ring(
    administrator: Caller, city: City
) -> None:
    below = [
        city.an_area(one, other, reason="上下の誤り")
        for one, other in ((city.north, city.south), (city.south, city.north))
    ]
    answers = await asyncio.gather(*[administrator.send("POST", "/areas", body) for body in below])
    assert sorted(answer.status_code for answer in answers) == [201, 409], [answer.text for answer in answers]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"area.below_itself"}


async def test_an_area_recorded_by_mistake_is_withdrawn_when_nothing_is_left_there(
    administrator: Caller, city: City
) -> None:
    await administrator.wrote("/areas", city.an_area(city.third, city.north))
    resource = (await administrator.wrote("/resources", city.a_resource(city.third)))["id"]
    mistake = {"reason": "圏域の数の誤り"}
    assert await administrator.refused(f"/areas/{city.north}/withdrawal", mistake) == (409, "area.in_use")
    assert await administrator.refused(f"/areas/{city.third}/withdrawal", mistake) == (409, "area.has_records")
    await administrator.wrote(f"/resources/{resource}/move", {"area": city.north, "reason": "正しい地域"})
    await administrator.wrote(f"/areas/{city.third}/withdrawal", mistake)
    seen = await administrator.saw(f"/areas/{city.third}")
    assert (seen["closed_on"], seen["successors"]) == (seen["valid_from"], [])
    assert seen["corrected_for"] == "圏域の数の誤り"
    assert await administrator.refused("/resources", city.a_resource(city.third)) == (409, "area.withdrawn")
    assert city.third not in [one["area"] for one in (await administrator.saw(f"/areas?on={today()}"))["items"]]
    await administrator.wrote(f"/areas/{city.third}/reorganization-withdrawal", {"reason": "正しかった"})
    await administrator.wrote("/resources", city.a_resource(city.third, name="別のサロン"))


async def test_no_area_is_left_below_one_that_was_recorded_by_mistake(administrator: Caller, city: City) -> None:
    above, below, mistake = city.third, f"{city.third}-1", {"reason": "圏域の数の誤り"}
    await administrator.wrote("/areas", city.an_area(above))
    await administrator.wrote("/areas", city.an_area(below, above))
    later = {"successors": [city.south], "valid_from": str(today() + timedelta(days=30))}
    await administrator.wrote(f"/areas/{below}/reorganization", later)
    assert await administrator.refused(f"/areas/{above}/withdrawal", mistake) == (409, "area.in_use")
    await administrator.wrote(f"/areas/{below}/reorganization-withdrawal", mistake)
    for area in (below, above):
        await administrator.wrote(f"/areas/{area}/withdrawal", mistake)
    path = f"/areas/{below}/reorganization-withdrawal"
    assert await administrator.refused(path, mistake) == (409, "area.withdrawn")
    for area in (above, below):
        await administrator.wrote(f"/areas/{area}/reorganization-withdrawal", mistake)


async def test_nothing_is_written_into_an_area_that_ended(administrator: Caller, city: City) -> None:
    ended = {"successors": [city.south], "valid_from": "2024-01-01"}
    await administrator.wrote(f"/areas/{city.north}/reorganization", ended)
    assert (await administrator.saw(f"/areas/{city.north}"))["successors"] == [city.south]
    answer = await administrator.send("POST", "/resources", city.a_resource())
    assert (answer.status_code, answer.json()["code"]) == (409, "area.closed")
    assert city.south in answer.json()["detail_en"]


async def test_a_council_a_coordinator_and_a_provider_are_recorded(administrator: Caller, city: City) -> None:
    members = [{"kind": "shakyo", "name": "校区社協"}]
    council = {"area": city.north, "tier": "tier2", "name": "北協議体", "members": members}
    result = await administrator.wrote("/councils", council)
    assert (await administrator.saw(f"/councils/{result['id']}"))["members"] == [
        {"kind": "shakyo", "name": "校区社協", "parent": None, "seat": None, "body_id": None, "parent_id": None}
    ]
    of_city = {**council, "area": city.code}
    assert await administrator.refused("/councils", of_city) == (409, "council.area_of_other_tier")
    post = {
        "area": city.north,
        "tier": "tier2",
        "employer": "ささえりあ北",
        "employer_kind": "support_centre",
        "posts": 2,
        "term_from": "2026-04-01",
        "term_until": "2028-04-01",
    }
    result = await administrator.wrote("/coordinators", post)
    assert (await administrator.saw(f"/coordinators/{result['id']}"))["term_until"] == "2028-04-01"
    assert [one["posts"] for one in (await administrator.saw("/coordinators?tier=tier2"))["items"]] == [2]
    for day, posts in (("2026-03-31", 0), ("2026-04-01", 1), ("2028-03-31", 1), ("2028-04-01", 0)):
        assert len((await administrator.saw(f"/coordinators?on={day}"))["items"]) == posts, day
    result = await administrator.wrote("/providers", {"area": city.code, "name": "ＮＰＯあし", "kind": "npo"})
    assert (await administrator.saw(f"/providers/{result['id']}"))["kind"] == "npo"
    assert [one["name"] for one in (await administrator.saw("/providers?q=npo"))["items"]] == ["ＮＰＯあし"]
    assert (await administrator.saw("/councils?tier=tier1"))["items"] == []


async def test_a_corporate_number_has_its_check_digit_and_belongs_to_one_body(
    administrator: Caller, city: City
) -> None:
    body = {"area": city.code, "name": "みどり会", "kind": "npo", "corporate_number": "7000012050002"}
    wrong = await administrator.send("POST", "/providers", {**body, "corporate_number": "8000012050002"})
    assert (wrong.status_code, [error["field"] for error in wrong.json()["errors"]]) == (422, ["corporate_number"])
    first = await administrator.send("POST", "/providers", body, idempotency_key="green")
    assert await administrator.refused("/providers", {**body, "name": "別の会"}) == (409, "provider.number_taken")
    given_up = {"name": "みどり会", "kind": "npo", "reason": "別の会の番号だった"}
    await administrator.wrote(f"/providers/{first.json()['id']}", given_up, method="PUT")
    await administrator.wrote("/providers", {**body, "name": "別の会"})
    again = await administrator.send("POST", "/providers", body, idempotency_key="green")
    assert (again.status_code, again.text) == (201, first.text)


async def test_a_resource_lives_its_life(administrator: Caller, city: City) -> None:
    path = f"/resources/{(await administrator.wrote('/resources', city.a_resource(capacity=20)))['id']}"
    day = str(today() - timedelta(days=1))
    await administrator.wrote(f"{path}/verification", {"verified_on": day, "method": "phone"})
    seen = await administrator.saw(path)
    assert (seen["state"], seen["verified_on"], seen["details"]["service_areas"]) == ("verified", day, [city.north])
    revision = {"name": "新サロン", "support_kinds": ["salon"], "service_areas": [city.north, city.south]}
    await administrator.wrote(path, revision, method="PUT", if_match='"2"')
    assert await administrator.refused(path, revision, method="PUT", if_match='"2"') == (412, "precondition.failed")
    await administrator.wrote(f"{path}/suspension", {"reason": "seasonal"})
    await administrator.wrote(f"{path}/resumption")
    await administrator.wrote(f"{path}/retirement", {"reason": "other"})
    assert await administrator.refused(f"{path}/resumption") == (409, "resource.retired")
    last = await administrator.saw(path)
    assert (last["state"], last["version"], last["details"]["name"]) == ("retired", 6, "新サロン")


async def test_one_thread_runs_through_the_life_of_a_resource(administrator: Caller, city: City) -> None:
    resource_id = (await administrator.wrote("/resources", city.a_resource()))["id"]
    await administrator.wrote(f"/resources/{resource_id}/suspension", {"reason": "other"})
    records = await city.world.service.store.read_stream(f"resource-{resource_id}")
    assert len(records) == 2
    assert len({record.envelope.correlation for record in records}) == 1


async def test_a_retirement_that_was_a_mistake_is_undone_and_a_revision_is_to_be_verified(
    administrator: Caller, city: City
) -> None:
    body = city.a_resource(fee="1回200円")
    path = f"/resources/{(await administrator.wrote('/resources', body))['id']}"
    verification = {"verified_on": str(today()), "method": "visit"}
    await administrator.wrote(f"{path}/verification", verification)
    details = {**body["details"], "service_areas": [city.north], "fee": "1回300円"}
    await administrator.wrote(path, details, method="PUT")
    seen = await administrator.saw(path)
    assert (seen["state"], seen["unverified"]) == ("registered", ["fee"])
    await administrator.wrote(f"{path}/verification", {**verification, "fields": ["fee"]})
    assert (await administrator.saw(path))["state"] == "verified"
    await administrator.wrote(f"{path}/retirement", {"reason": "other"})
    await administrator.wrote(f"{path}/reinstatement", {"reason": "別の資源だった"})
    assert (await administrator.saw(path))["state"] == "registered"


async def test_nobody_claims_that_a_resource_comes_from_a_launch(administrator: Caller, city: City) -> None:
    claimed = {**city.a_resource(), "source": {"kind": "launch", "reference": str(uuid4())}}
    answer = await administrator.send("POST", "/resources", claimed)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, ["source.kind"])


async def test_a_coordinator_sees_and_changes_only_the_own_district(administrator: Caller, city: City) -> None:
    resource_id = (await administrator.wrote("/resources", city.a_resource(city.south)))["id"]
    async with city.world.caller(city.north, role=Role.TIER2_COORDINATOR) as north:
        north.position = administrator.position
        path = f"/resources/{resource_id}"
        assert await north.refused(path, method="GET") == (404, "resource.unknown")
        assert await north.refused(f"/resources/{uuid4()}", method="GET") == (404, "resource.unknown")
        assert await north.refused(f"{path}/suspension", {"reason": "other"}) == (404, "resource.unknown")
        assert await north.refused(f"/resources?area={city.south}", method="GET") == (404, "area.unknown")
        assert await north.refused(f"/boards/{city.code}", method="GET") == (404, "area.unknown")
        elsewhere = city.a_resource(city.north, service_areas=[city.foreign])
        assert await north.refused("/resources", elsewhere) == (404, "area.unknown")
        assert (await north.saw("/resources"))["items"] == []
        assert await north.refused("/areas", city.an_area(city.third)) == (403, "role.not_allowed")


async def test_a_resource_of_the_wrong_area_is_moved_and_belongs_to_the_right_one(
    administrator: Caller, city: City
) -> None:
    path = f"/resources/{(await administrator.wrote('/resources', city.a_resource(city.north)))['id']}"
    move = {"area": city.south, "reason": "南の校区だった"}
    async with (
        city.world.caller(city.north, role=Role.TIER2_COORDINATOR) as north,
        city.world.caller(city.south, role=Role.TIER2_COORDINATOR) as south,
    ):
        north.position = administrator.position
        assert await north.refused(f"{path}/move", move) == (404, "area.unknown")
        await administrator.wrote(f"{path}/move", move)
        north.position = south.position = administrator.position
        seen = await south.saw(path)
        assert (seen["area"], seen["details"]["service_areas"]) == (city.south, [city.south])
        assert await north.refused(path, method="GET") == (404, "resource.unknown")
        assert await north.refused(f"{path}/suspension", {"reason": "other"}) == (404, "resource.unknown")
        assert (await north.saw("/resources"))["items"] == []
        await south.wrote(f"{path}/suspension", {"reason": "other"}, if_match=f'"{seen["version"]}"')
        administrator.position = south.position
        areas = {one["area"]: one["resources"] for one in (await administrator.saw(f"/boards/{city.code}"))["areas"]}
        assert (areas[city.north]["suspended"], areas[city.south]["suspended"]) == (0, 1)


async def test_resources_are_found_by_name_in_any_width_and_paged_in_order(administrator: Caller, city: City) -> None:
    for name in ("ｻﾛﾝ う", "サロン あ", "体操 い", "サロン い"):
        await administrator.wrote("/resources", city.a_resource(name=name))
    path = "/resources?q=サロン&limit=2"
    first = await administrator.saw(path)
    second = await administrator.saw(f"{path}&cursor={first['next_cursor']}")
    found = [one["details"]["name"] for one in (*first["items"], *second["items"])]
    assert (found, second["next_cursor"]) == (["サロン あ", "サロン い", "ｻﾛﾝ う"], None)


async def test_resources_are_found_by_any_word_in_any_form_of_a_character(administrator: Caller, city: City) -> None:
    salon = city.a_resource(name="髙島サロン", address="﨑山 2階 集会所", activity="囲碁・将棋", schedule="第2火曜")
    await administrator.wrote("/resources", salon)
    await administrator.wrote("/resources", city.a_resource(name="たかしま体操"))
    for words, names in (
        ("高島", ["髙島サロン"]),
        ("タカシマ", ["たかしま体操"]),
        ("崎山 囲碁", ["髙島サロン"]),
        ("集会所", ["髙島サロン"]),
        ("囲碁 体操", []),
        ("第２火曜", ["髙島サロン"]),
    ):
        found = (await administrator.saw(f"/resources?q={words}"))["items"]
        assert [one["details"]["name"] for one in found] == names, words


async def test_a_written_schedule_is_read_filtered_by_and_shown_with_its_next_days(
    administrator: Caller, city: City
) -> None:
    body = city.a_resource(schedule="第2・4火曜 10時〜11時半")
    salon = (await administrator.wrote("/resources", body))["id"]
    other = (await administrator.wrote("/resources", city.a_resource(schedule="不定期")))["id"]
    seen = await administrator.saw(f"/resources/{salon}")
    assert seen["openings"] == [{"rule": "FREQ=MONTHLY;BYDAY=2TU,4TU", "begin": "10:00", "until": "11:30"}]
    assert len(seen["next_days"]) == 5
    assert {date.fromisoformat(day).weekday() for day in seen["next_days"]} == {1}
    assert (await administrator.saw(f"/resources/{other}"))["openings"] == []
    for weekday, ids in (("tue", [salon]), ("wed", [])):
        found = (await administrator.saw(f"/resources?weekday={weekday}"))["items"]
        assert [one["resource_id"] for one in found] == ids


async def test_a_coordinator_sees_what_serves_the_district_wherever_its_home_is(
    administrator: Caller, city: City
) -> None:
    meals = await administrator.wrote("/resources", city.a_resource(city.code, name="市の配食"))
    van = await administrator.wrote(
        "/resources", city.a_resource(city.south, name="隣の送迎", service_areas=[city.north])
    )
    await administrator.wrote("/resources", city.a_resource(city.south, name="隣のサロン"))
    async with city.world.caller(city.north, role=Role.TIER2_COORDINATOR) as north:
        north.position = administrator.position
        found = (await north.saw("/resources"))["items"]
        assert {one["details"]["name"] for one in found} == {"市の配食", "隣の送迎"}
        assert (await north.saw("/resources?home_only=true"))["items"] == []
        assert (await north.saw(f"/resources/{van['id']}"))["area"] == city.south
        for resource_id in (meals["id"], van["id"]):
            path = f"/resources/{resource_id}/suspension"
            assert await north.refused(path, {"reason": "other"}) == (404, "resource.unknown")


async def test_a_coordinators_own_resource_may_serve_the_neighbour_and_stays_theirs(
    administrator: Caller, city: City
) -> None:
    async with (
        city.world.caller(city.north, role=Role.TIER2_COORDINATOR) as north,
        city.world.caller(city.south, role=Role.TIER2_COORDINATOR) as south,
    ):
        van = city.a_resource(service_areas=[city.north, city.south])
        path = f"/resources/{(await north.wrote('/resources', van, after=administrator.position))['id']}"
        changed = {**van["details"], "schedule": "毎週水曜"}
        await north.wrote(path, changed, method="PUT")
        south.position = north.position
        assert (await south.saw(path))["details"]["schedule"] == "毎週水曜"
        assert await south.refused(path, changed, method="PUT") == (404, "resource.unknown")
        listed = {"areas": [], "providers": [], "resources": [{
            "area": city.north, "details": {**van["details"], "name": "別の送迎"},
            "source": {"kind": "import", "reference": "1"},
        }]}  # fmt: skip
        async with city.world.caller(city.north) as lister:
            assert (await lister.wrote("/resource-batches", listed))["new"] == 1
        administrator.position = lister.position
        ended = {"successors": [city.north], "valid_from": "2024-01-01"}
        await administrator.wrote(f"/areas/{city.south}/reorganization", ended)
        north.position = administrator.position
        await north.wrote(path, {**changed, "schedule": "毎週木曜"}, method="PUT")  # what it served it still names
        new = {**van["details"], "name": "三つ目の送迎"}
        assert await north.refused("/resources", {**van, "details": new}) == (409, "area.closed")


async def test_a_coordinator_sees_and_names_the_providers_above_and_those_that_serve(
    administrator: Caller, city: City
) -> None:
    of_city, van, other = [
        (await administrator.wrote("/providers", {"area": area, "name": f"{n}の会", "kind": "npo"}))["id"]
        for n, area in enumerate((city.code, city.south, city.south))
    ]
    serving = city.a_resource(city.south, service_areas=[city.north], provider_id=van)
    await administrator.wrote("/resources", serving)
    async with city.world.caller(city.north, role=Role.TIER2_COORDINATOR) as north:
        north.position = administrator.position
        assert {one["provider_id"] for one in (await north.saw("/providers"))["items"]} == {of_city, van}
        assert [(await north.saw(f"/providers/{one}"))["provider_id"] for one in (of_city, van)] == [of_city, van]
        assert await north.refused(f"/providers/{other}", method="GET") == (404, "provider.unknown")
        assert await north.refused("/resources", city.a_resource(provider_id=other)) == (404, "provider.unknown")
        for n, provider in enumerate((of_city, van)):
            await north.wrote("/resources", city.a_resource(name=f"サロン{n}", provider_id=provider))
    revision = {"name": "新しい会", "kind": "npo", "reason": "名称の変更"}
    async with city.world.caller(city.north) as lead:
        assert await lead.refused(f"/providers/{van}", revision, method="PUT") == (404, "provider.unknown")


async def test_a_listing_says_one_fee_and_was_not_updated_tomorrow(administrator: Caller, city: City) -> None:
    twice = city.a_resource(fee="1回200円", fee_yen=500)
    assert await administrator.refused("/resources", twice) == (409, "fee.contradicts")
    tomorrow = city.a_resource(updated_on=str(today() + timedelta(days=1)))
    assert await administrator.refused("/resources", tomorrow) == (409, "day.in_future")
    path = f"/resources/{(await administrator.wrote('/resources', city.a_resource(fee='1回200円', fee_yen=200)))['id']}"
    revision = {**twice["details"], "service_areas": [city.north]}
    assert await administrator.refused(path, revision, method="PUT") == (409, "fee.contradicts")
    rows = [{**body, "source": {"kind": "import", "reference": str(n)}} for n, body in enumerate((twice, tomorrow))]
    answer = await administrator.send("POST", "/resource-batches", {"resources": rows})
    fields = [error["field"] for error in answer.json()["errors"]]
    assert fields == ["resources.0.details.fee_yen", "resources.1.details.updated_on"]


async def test_a_distance_from_nowhere_is_refused(administrator: Caller, city: City) -> None:
    for path in ("/resources", "/resource-facets"):
        answer = await administrator.send("GET", f"{path}?within_metres=300")
        assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, ["near"])


async def test_resources_are_filtered_by_kind_and_state(administrator: Caller, city: City) -> None:
    salon, meals = [
        (await administrator.wrote("/resources", city.a_resource(support_kinds=kinds)))["id"]
        for kinds in (["salon", "watching"], ["meals"])
    ]
    await administrator.wrote(f"/resources/{meals}/suspension", {"reason": "other"})
    for query, ids in (("support_kind=watching", [salon]), ("state=suspended", [meals]), ("state=retired", [])):
        found = (await administrator.saw(f"/resources?{query}"))["items"]
        assert [one["resource_id"] for one in found] == ids


async def test_what_nobody_verified_for_180_days_is_a_worklist_and_a_figure(administrator: Caller, city: City) -> None:
    """A resource that was never verified counts from the day it was registered."""

    def day(ago: int) -> str:
        return str(today() - timedelta(days=ago))

    async def registered(ago: int, verified: int | None) -> str:
        at = {"shien_occurred_at": f"{day(ago)}T00:00:00+09:00"}
        resource_id = (await administrator.wrote("/resources", city.a_resource(), **at))["id"]
        if verified is not None:
            body = {"verified_on": day(verified), "method": "visit"}
            await administrator.wrote(f"/resources/{resource_id}/verification", body)
        return str(resource_id)

    await registered(0, None)
    await registered(400, 180)
    verified_long_ago = await registered(400, 181)
    never_verified = await registered(300, None)
    suspended = await registered(300, None)
    await administrator.wrote(f"/resources/{suspended}/suspension", {"reason": "other"})
    first = await administrator.saw("/stale-resources?limit=1")
    second = await administrator.saw(f"/stale-resources?limit=1&cursor={first['next_cursor']}")
    found = [(one["resource_id"], one["since"]) for one in (*first["items"], *second["items"])]
    assert (found, second["next_cursor"]) == ([(never_verified, day(300)), (verified_long_ago, day(181))], None)
    assert (await administrator.saw(f"/boards/{city.code}"))["total"]["stale"] == 2


async def test_tier_1_is_the_sum_of_tier_2(administrator: Caller, city: City) -> None:
    given = ((city.north, ["salon"]), (city.north, ["salon", "watching"]), (city.south, ["outing"]))
    for area, kinds in (*given, (city.code, ["meals"])):
        await administrator.wrote("/resources", city.a_resource(area, support_kinds=kinds))
    board = await administrator.saw(f"/boards/{city.code}")
    assert [(row["area"], row["resources"]["registered"]) for row in board["areas"]] == [
        (city.code, 1),
        (city.north, 2),
        (city.south, 1),
    ]
    assert board["total"]["resources"] == {"registered": 4, "verified": 0, "suspended": 0, "retired": 0}
    assert {kind: n for kind, n in board["total"]["kinds"].items() if n} == {
        "salon": 2,
        "watching": 1,
        "outing": 1,
        "meals": 1,
    }
    before = (await administrator.saw(f"/boards/{city.code}?valid_at={today() - timedelta(days=1)}"))["total"]
    assert (sum(before["resources"].values()), sum(before["kinds"].values())) == (0, 0), "none was registered by then"
    again = await administrator.saw(f"/boards/{city.code}")
    assert again["digest"] == board["digest"] != (await administrator.saw(f"/boards/{city.north}"))["digest"]
