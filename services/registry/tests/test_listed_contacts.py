"""The telephone numbers of imported lists: in the table of contacts, in no event, and as people left them."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from registry.contact_contents import keep_up
from shiendomain.days import today
from shienweb import Role
from shienweb.testing import Caller

from .test_batches import counts
from .world import City

pytestmark = pytest.mark.asyncio(loop_scope="module")
NUMBER, OTHER = "072-777-0001", "072-777-0002"


def a_row(city: City, telephone: str, name: str = "西町茶話会", **more: object) -> dict[str, Any]:
    """A list of one row, with a telephone number."""
    details = {"name": name, "support_kinds": ["salon"], "telephone": telephone, **more}
    source = {"kind": "import", "reference": "1", "list": "通いの場"}
    return {"resources": [{"area": city.north, "details": details, "source": source}]}


async def imported(caller: Caller, body: dict[str, Any]) -> tuple[int, int, int]:
    return counts(await caller.wrote("/resource-batches", body))


async def kept(caller: Caller) -> list[tuple[str, str]]:
    """The state and the number of each contact that there is; an erased one has none."""
    found = []
    for one in (await caller.saw("/contacts"))["items"]:
        shown = {"telephone": ""}
        if one["state"] == "kept":
            shown = await caller.saw(f"/contacts/{one['contact_id']}?purpose=published")
        found.append((one["state"], shown["telephone"]))
    return found


async def the_contact(caller: Caller) -> dict[str, Any]:
    (one,) = (await caller.saw("/contacts"))["items"]
    return dict(one)


async def test_a_number_of_a_list_is_a_contact_and_in_no_event(administrator: Caller, city: City) -> None:
    assert await imported(administrator, a_row(city, NUMBER)) == (1, 0, 0)
    (resource,) = (await administrator.saw("/resources"))["items"]
    assert resource["details"]["telephone"] == ""
    contact = await the_contact(administrator)
    said = {name: contact[name] for name in ("about", "subject_id", "purpose", "from_list", "area")}
    assert said == {
        "about": "resource", "subject_id": resource["resource_id"], "purpose": "published", "from_list": True,
        "area": city.north,
    }  # fmt: skip
    assert await kept(administrator) == [("kept", NUMBER)]
    connection = await asyncpg.connect(city.world.settings.owner_dsn)
    try:
        held = "select count(*) from events where position(convert_to($1, 'UTF8') in data) > 0"
        assert await connection.fetchval(held, NUMBER) == 0
    finally:
        await connection.close()


async def test_the_same_list_again_changes_nothing_and_another_number_is_taken(
    administrator: Caller, city: City
) -> None:
    await imported(administrator, a_row(city, NUMBER))
    assert await imported(administrator, a_row(city, NUMBER)) == (0, 0, 1)
    assert await imported(administrator, a_row(city, OTHER)) == (0, 1, 0)
    assert await kept(administrator) == [("kept", OTHER)]
    assert await imported(administrator, a_row(city, OTHER)) == (0, 0, 1)


async def test_a_number_that_a_person_erased_does_not_come_back_with_the_list(
    administrator: Caller, city: City
) -> None:
    await imported(administrator, a_row(city, NUMBER))
    contact = await the_contact(administrator)
    await administrator.wrote(f"/contacts/{contact['contact_id']}/erasure", {"reason": "requested"})
    right = {"about": "resource", "subject_id": contact["subject_id"], "purpose": "published", "telephone": OTHER}
    corrected = (await administrator.wrote("/contacts", right))["id"]
    for number in (NUMBER, "072-777-0003"):
        assert await imported(administrator, a_row(city, number)) == (0, 0, 1)
    assert sorted(await kept(administrator)) == [("erased", ""), ("kept", OTHER)]
    assert (await administrator.saw(f"/contacts/{corrected}?purpose=published"))["telephone"] == OTHER


async def test_a_number_that_left_the_list_is_erased_and_may_come_back_with_it(
    administrator: Caller, city: City
) -> None:
    await imported(administrator, a_row(city, NUMBER))
    assert await imported(administrator, a_row(city, "")) == (0, 1, 0)
    contact = await the_contact(administrator)
    assert (contact["state"], contact["erased_for"]) == ("erased", "left_the_list")
    assert await imported(administrator, a_row(city, "")) == (0, 0, 1)
    assert await imported(administrator, a_row(city, NUMBER)) == (0, 1, 0)
    await keep_up(city.world.service)
    assert await kept(administrator) == [("kept", NUMBER)]


async def test_a_row_is_of_the_same_thing_while_its_number_is_the_one_that_is_kept(
    administrator: Caller, city: City
) -> None:
    await imported(administrator, a_row(city, NUMBER, address="西町1-2"))
    other = a_row(city, OTHER, "東町体操会", address="東町3-4")
    assert await administrator.refused("/resource-batches", other) == (422, "fields.malformed")
    assert await kept(administrator) == [("kept", NUMBER)]
    renamed = a_row(city, NUMBER, "西町ふれあい会", address="西町5-6")
    assert await imported(administrator, renamed) == (0, 1, 0)


async def test_a_resource_moves_with_its_list_and_its_contacts_with_it(administrator: Caller, city: City) -> None:
    await imported(administrator, a_row(city, NUMBER))
    (resource,) = (await administrator.saw("/resources"))["items"]
    about = {"about": "resource", "subject_id": resource["resource_id"], "purpose": "liaison", "telephone": OTHER}
    by_hand = (await administrator.wrote("/contacts", about))["id"]
    elsewhere = a_row(city, NUMBER)
    elsewhere["resources"][0]["area"] = city.south
    done = await administrator.wrote("/resource-batches", elsewhere)
    assert counts(done) == (0, 1, 0)
    moved = {"row": 0, "resource_id": resource["resource_id"], "name": "西町茶話会"}
    assert done["moved"] == [{**moved, "from_area": city.north, "area": city.south}]
    (there,) = (await administrator.saw(f"/resources?area={city.south}&home_only=true"))["items"]
    assert (there["area"], there["details"]["service_areas"]) == (city.south, [city.south])
    async with city.world.caller(city.south, role=Role.TIER2_COORDINATOR) as south:
        south.position = administrator.position
        assert (await south.saw(f"/contacts/{by_hand}?purpose=liaison"))["telephone"] == OTHER
        listed = (await south.saw("/contacts?purpose=published"))["items"]
        assert [one["from_list"] for one in listed] == [True]
        assert (await south.saw(f"/contacts/{listed[0]['contact_id']}?purpose=published"))["telephone"] == NUMBER
    assert (await administrator.wrote("/resource-batches", elsewhere))["moved"] == []


async def test_a_number_of_a_resource_that_people_moved_is_kept_where_it_is(administrator: Caller, city: City) -> None:
    await imported(administrator, a_row(city, ""))
    (resource,) = (await administrator.saw("/resources"))["items"]
    to = {"area": city.south, "reason": "隣の校区だった"}
    await administrator.wrote(f"/resources/{resource['resource_id']}/move", to)
    assert await imported(administrator, a_row(city, NUMBER)) == (0, 1, 0)
    assert (await the_contact(administrator))["area"] == city.south


async def test_a_dry_run_counts_a_number_and_keeps_none(administrator: Caller, city: City) -> None:
    await imported(administrator, a_row(city, NUMBER))
    assert await imported(administrator, {**a_row(city, OTHER), "dry_run": True}) == (0, 1, 0)
    assert await kept(administrator) == [("kept", NUMBER)]


async def test_a_number_by_hand_is_refused_with_the_way_to_record_it(administrator: Caller, city: City) -> None:
    by_hand = city.a_resource(telephone=NUMBER)
    answer = await administrator.send("POST", "/resources", by_hand)
    assert (answer.status_code, answer.json()["code"]) == (409, "contact.not_here")
    assert "POST /contacts" in answer.json()["detail_ja"]
    room = {"area": city.north, "name": "北公民館", "secured_on": str(today()), "owner": "市"}
    venue = {**room, "owner_kind": "municipality", "telephone": NUMBER}
    assert await administrator.refused("/venues", venue) == (409, "contact.not_here")
