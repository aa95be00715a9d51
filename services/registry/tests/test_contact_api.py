"""Contacts over HTTP: who may read them, for what, and that nothing of them is kept elsewhere."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from registry.contact_contents import keep_up
from shiendomain.days import today
from shienweb import Role
from shienweb.testing import Caller, joined

from .world import City

pytestmark = pytest.mark.asyncio(loop_scope="module")
TELEPHONE, PERSON = "072-000-1234", "山田 花子"


def day(ahead: int) -> str:
    return str(today() + timedelta(days=ahead))


NUMBERS = count(1)


async def a_provider(caller: Caller, area: str) -> str:
    body = {"area": area, "name": f"みどり会{next(NUMBERS)}", "kind": "npo"}
    return str((await caller.wrote("/providers", body))["id"])


def a_contact(subject_id: str, **more: object) -> dict[str, Any]:
    given = {"about": "provider", "subject_id": subject_id, "purpose": "liaison", "telephone": TELEPHONE}
    return {**given, "person": PERSON, **more}


async def a_kept_contact(caller: Caller, area: str, **more: object) -> str:
    return str((await caller.wrote("/contacts", a_contact(await a_provider(caller, area), **more)))["id"])


async def readings(caller: Caller, contact: str, many: int) -> list[dict[str, Any]]:
    """The readings of a contact in the log of accesses, when its view has so many."""
    path = f"/accesses?kind=contact_read&about=/contacts/{contact}"
    return list((await caller.until(path, lambda page: len(page["items"]) >= many))["items"])


async def test_a_contact_is_shown_for_its_purpose_and_each_reading_is_logged(administrator: Caller, city: City) -> None:
    provider = await a_provider(administrator, city.north)
    contact = (await administrator.wrote("/contacts", a_contact(provider, keep_until=day(90))))["id"]
    path = f"/contacts/{contact}"
    shown = await administrator.saw(f"{path}?purpose=liaison")
    assert shown == {
        "contact_id": contact, "about": "provider", "subject_id": provider, "area": city.north, "purpose": "liaison",
        "keep_until": day(90), "telephone": TELEPHONE, "person": PERSON,
    }  # fmt: skip
    assert await administrator.refused(f"{path}?purpose=emergency", method="GET") == (409, "contact.other_purpose")
    assert (await administrator.send("GET", path)).status_code == 422
    (access,) = await readings(administrator, contact, 1)
    said = {name: access[name] for name in ("kind", "about", "area", "role", "body", "purpose", "operation")}
    assert said == {
        "kind": "contact_read", "about": path, "area": city.north, "role": "municipal_administrator",
        "body": "sasaeria-1", "purpose": "liaison", "operation": "show_contact",
    }  # fmt: skip


async def test_the_reference_is_listed_without_what_it_says(administrator: Caller, city: City) -> None:
    provider = await a_provider(administrator, city.north)
    contact = (await administrator.wrote("/contacts", a_contact(provider)))["id"]
    answer = await administrator.send("GET", f"/contacts?subject_id={provider}", after=administrator.position)
    (listed,) = answer.json()["items"]
    assert (listed["contact_id"], listed["state"], listed["due"]) == (contact, "kept", False)
    assert listed["keep_until"] == day(365)
    assert not {"telephone", "person"} & listed.keys()
    assert PERSON not in answer.text


@pytest.mark.parametrize("about", ["resource", "venue", "council"])
async def test_a_contact_is_of_a_resource_a_venue_or_a_council_too(
    about: str, administrator: Caller, city: City
) -> None:
    bodies: dict[str, tuple[str, dict[str, Any]]] = {
        "resource": ("/resources", city.a_resource()),
        "venue": (
            "/venues",
            {
                "area": city.north,
                "name": "北公民館",
                "secured_on": day(-9),
                "owner": "市",
                "owner_kind": "municipality",
            },
        ),
        "council": (
            "/councils",
            {"area": city.north, "tier": "tier2", "name": "協議体", "members": [{"kind": "npo", "name": "みどり会"}]},
        ),
    }
    subject = (await administrator.wrote(*bodies[about]))["id"]
    member = {"member": "みどり会"} if about == "council" else {}
    contact = (await administrator.wrote("/contacts", a_contact(subject, about=about, **member)))["id"]
    assert (await administrator.saw(f"/contacts/{contact}?purpose=liaison"))["subject_id"] == subject
    wrong = a_contact(subject, about=about, member="あおぞら会")
    assert await administrator.refused("/contacts", wrong) == (409, "contact.no_such_member")
    unknown = a_contact(str(uuid4()), about=about)
    assert await administrator.refused("/contacts", unknown) == (404, f"{about}.unknown")


async def test_a_contact_says_something_and_its_last_day_is_in_reach(administrator: Caller, city: City) -> None:
    provider = await a_provider(administrator, city.north)
    answer = await administrator.send("POST", "/contacts", a_contact(provider, telephone="", person=""))
    assert (answer.status_code, answer.json()["errors"][0]["en"]) == (422, "give telephone, person, or both")
    for until, code in ((-1, "kept_until_past"), (5 * 366 + 1, "kept_too_long")):
        refused = await administrator.refused("/contacts", a_contact(provider, keep_until=day(until)))
        assert refused == (409, f"contact.{code}")
    named = a_contact(provider, member="山田 花子")
    assert (await administrator.send("POST", "/contacts", named)).status_code == 422


async def test_an_erased_contact_is_unknown_and_its_reference_says_why(administrator: Caller, city: City) -> None:
    contact = await a_kept_contact(administrator, city.north)
    erasure = f"/contacts/{contact}/erasure"
    given = await administrator.send("POST", erasure, {"reason": "retention_ended"})
    assert given.status_code == 422
    await administrator.wrote(erasure, {"reason": "requested"})
    await administrator.wrote(erasure, {"reason": "mistake"})
    unknown = (404, "contact.unknown")
    assert await administrator.refused(f"/contacts/{contact}?purpose=liaison", method="GET") == unknown
    assert await administrator.refused(f"/contacts/{uuid4()}?purpose=liaison", method="GET") == unknown
    (listed,) = (await administrator.saw("/contacts?state=erased"))["items"]
    assert (listed["contact_id"], listed["erased_for"], listed["erased_on"]) == (contact, "requested", day(0))


async def test_who_is_not_of_the_territory_or_not_a_keeper_reads_no_contact(administrator: Caller, city: City) -> None:
    contact = await a_kept_contact(administrator, city.north)
    path = f"/contacts/{contact}"
    async with city.world.caller(city.south, role=Role.TIER2_COORDINATOR) as south:
        south.position = administrator.position
        unknown = (404, "contact.unknown")
        assert await south.refused(f"{path}?purpose=liaison", method="GET") == unknown
        assert await south.refused(f"{path}/erasure", {"reason": "mistake"}) == unknown
        assert (await south.saw("/contacts"))["items"] == []
        assert await south.refused("/accesses", method="GET") == (403, "role.not_allowed")
    for role in (Role.SUBSCRIBER, Role.AUDITOR):
        async with city.world.caller(role=role) as other:
            assert await other.refused(f"{path}?purpose=liaison", method="GET") == (403, "role.not_allowed")
    async with city.world.caller(role=Role.AUDITOR) as auditor:
        assert (await auditor.saw(f"/accesses?about=/contacts/{contact}"))["items"] == []


async def test_a_secretariat_reads_the_contacts_of_its_own_council(administrator: Caller, city: City) -> None:
    members = [{"kind": "npo", "name": "みどり会"}]
    councils = [
        (await administrator.wrote("/councils", {"area": area, "tier": "tier2", "name": "協議体", "members": members}))[
            "id"
        ]
        for area in (city.north, city.south)
    ]
    of_member = {"about": "council", "member": "みどり会"}
    own, other = [(await administrator.wrote("/contacts", a_contact(one, **of_member)))["id"] for one in councils]
    of_provider = await a_kept_contact(administrator, city.north)
    async with city.world.caller(city.north, role=Role.COUNCIL_SECRETARY) as secretary:
        secretary.position = administrator.position
        assert (await secretary.saw(f"/contacts/{own}?purpose=liaison"))["telephone"] == TELEPHONE
        for contact, why in ((other, (404, "contact.unknown")), (of_provider, (409, "contact.of_councils_only"))):
            assert await secretary.refused(f"/contacts/{contact}?purpose=liaison", method="GET") == why
        assert await secretary.refused(f"/contacts/{own}/erasure", {"reason": "mistake"}) == (403, "role.not_allowed")
    (access,) = await readings(administrator, own, 1)
    assert access["role"] == "council_secretary"
    assert await readings(administrator, of_provider, 0) == []


async def test_a_contact_is_kept_longer_than_its_first_last_day(administrator: Caller, city: City) -> None:
    contact = await a_kept_contact(administrator, city.north, keep_until=day(1))
    path, why = f"/contacts/{contact}", {"reason": "次年度も連絡調整を続ける"}
    await administrator.wrote(f"{path}/renewal", {"keep_until": day(400), **why})
    assert (await administrator.saw(f"{path}?purpose=liaison"))["keep_until"] == day(400)
    (listed,) = (await administrator.saw("/contacts"))["items"]
    assert listed["renewals"] == [{"on": day(0), "keep_until": day(400), **why}]
    late = {"keep_until": day(5 * 366 + 1), **why}
    assert await administrator.refused(f"{path}/renewal", late) == (409, "contact.kept_too_long")
    await administrator.wrote(f"{path}/erasure", {"reason": "requested"})
    again = {"keep_until": day(500), **why}
    assert await administrator.refused(f"{path}/renewal", again) == (404, "contact.unknown")


async def test_a_contact_goes_with_the_thing_that_is_moved(administrator: Caller, city: City) -> None:
    provider = await a_provider(administrator, city.north)
    contact = (await administrator.wrote("/contacts", a_contact(provider)))["id"]
    await administrator.wrote(f"/providers/{provider}/move", {"area": city.south, "reason": "隣の校区の団体だった"})
    reading = f"/contacts/{contact}?purpose=liaison"
    async with city.world.caller(city.south, role=Role.TIER2_COORDINATOR) as south:
        south.position = administrator.position
        assert (await south.saw(reading))["area"] == city.south
        assert [one["contact_id"] for one in (await south.saw("/contacts"))["items"]] == [contact]
        await south.wrote(f"/contacts/{contact}/renewal", {"keep_until": day(30), "reason": "引き継ぐまで"})
    async with city.world.caller(city.north, role=Role.TIER2_COORDINATOR) as north:
        north.position = administrator.position
        assert await north.refused(reading, method="GET") == (404, "contact.unknown")
        assert await north.refused(f"/contacts/{contact}/erasure", {"reason": "mistake"}) == (404, "contact.unknown")


@pytest.mark.parametrize("move_first", [True, False])
async def test_a_contact_that_is_recorded_while_its_thing_is_moved_is_where_the_thing_is(
    move_first: bool, administrator: Caller, city: City
) -> None:
    """Both wait for somebody who holds the thing; whoever came first is served first."""
    provider = await a_provider(administrator, city.north)
    move = (f"/providers/{provider}/move", {"area": city.south, "reason": "隣の校区の団体だった"})
    record = ("/contacts", a_contact(provider))
    requests = []
    holder = await asyncpg.connect(city.world.settings.owner_dsn)
    try:
        async with holder.transaction():
            await holder.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", provider)
            for n, (path, body) in enumerate((move, record) if move_first else (record, move), 1):
                requests.append(asyncio.create_task(administrator.send("POST", path, body)))
                await until_waiting(holder, n)
    finally:
        await holder.close()
    answers = await asyncio.gather(*requests)
    assert sorted(answer.status_code for answer in answers) == [200, 201]
    administrator.position = joined(*(answer.json()["position"] for answer in answers))
    (contact,) = (await administrator.saw("/contacts"))["items"]
    assert contact["area"] == city.south
    async with city.world.caller(city.south, role=Role.TIER2_COORDINATOR) as south:
        south.position = administrator.position
        assert (await south.saw(f"/contacts/{contact['contact_id']}?purpose=liaison"))["area"] == city.south


async def until_waiting(connection: asyncpg.Connection, many: int) -> None:
    """Until so many others wait for a lock of this database that is no table's."""
    async with asyncio.timeout(10):
        while many != await connection.fetchval(
            """select count(*) from pg_locks where locktype = 'advisory' and not granted
                  and database = (select oid from pg_database where datname = current_database())"""
        ):
            pass


async def test_readings_are_listed_the_latest_first_page_by_page(administrator: Caller, city: City) -> None:
    contact = await a_kept_contact(administrator, city.north)
    for _ in range(3):
        await administrator.saw(f"/contacts/{contact}?purpose=liaison")
    await readings(administrator, contact, 3)
    first = await administrator.saw("/accesses?limit=2")
    second = await administrator.saw(f"/accesses?limit=2&cursor={first['next_cursor']}")
    times = [one["at"] for one in (*first["items"], *second["items"])]
    assert (len(times), times, second["next_cursor"]) == (3, sorted(times, reverse=True), None)


async def test_contacts_that_are_erased_soon_stand_on_a_worklist(administrator: Caller, city: City) -> None:
    soon = await a_kept_contact(administrator, city.north, keep_until=day(30))
    later = await a_kept_contact(administrator, city.north, keep_until=day(31))
    for due, found in (("true", [soon]), ("false", [later])):
        listed = (await administrator.saw(f"/contacts?due={due}"))["items"]
        assert [one["contact_id"] for one in listed] == found


async def test_a_repeated_request_happens_once_and_its_key_knows_another_content(
    administrator: Caller, city: City
) -> None:
    provider = await a_provider(administrator, city.north)
    key = {"idempotency_key": f"contact-{city.code}"}
    sent = await asyncio.gather(
        *(administrator.send("POST", "/contacts", a_contact(provider), **key) for _ in range(8))
    )
    assert {answer.status_code for answer in sent} == {201}
    (contact,) = {answer.json()["id"] for answer in sent}
    other = a_contact(provider, telephone="072-000-9999")
    assert await administrator.refused("/contacts", other, **key) == (422, "idempotency_key.reused")
    await administrator.wrote(f"/contacts/{contact}/erasure", {"reason": "requested"})
    again = await administrator.wrote("/contacts", a_contact(provider), **key)
    assert again["id"] == contact
    gone = await administrator.refused(f"/contacts/{contact}?purpose=liaison", method="GET")
    assert gone == (404, "contact.unknown")


async def test_the_fingerprint_of_a_request_is_the_same_whatever_the_contact_says(
    administrator: Caller, city: City
) -> None:
    """A telephone number can be found from its hash: all there are can be tried."""
    provider = await a_provider(administrator, city.north)
    for n, said in enumerate(({}, {"telephone": "072-000-9999", "person": ""})):
        await administrator.wrote("/contacts", a_contact(provider, **said), idempotency_key=f"f{n}-{city.code}")
    connection = await asyncpg.connect(city.world.settings.owner_dsn)
    try:
        kept = await connection.fetch(
            "select distinct fingerprint from idempotency where key = any($1)", [f"f0-{city.code}", f"f1-{city.code}"]
        )
    finally:
        await connection.close()
    assert len(kept) == 1


async def rows(city: City, contact: str) -> int:
    connection = await asyncpg.connect(city.world.settings.owner_dsn)
    try:
        return int(await connection.fetchval("select count(*) from contact_contents where contact_id = $1", contact))
    finally:
        await connection.close()


async def change(city: City, sql: str, *arguments: object) -> None:
    connection = await asyncpg.connect(city.world.settings.owner_dsn)
    try:
        await connection.execute(sql, *arguments)
    finally:
        await connection.close()


async def test_what_is_past_its_last_day_is_erased_by_the_service_itself(administrator: Caller, city: City) -> None:
    contact = await a_kept_contact(administrator, city.north, keep_until=day(0))
    await keep_up(city.world.service)
    assert await rows(city, contact) == 1
    await change(
        city, "update contact_contents set keep_until = $1 where contact_id = $2", today() - timedelta(days=1), contact
    )
    unknown = (404, "contact.unknown")
    assert await administrator.refused(f"/contacts/{contact}?purpose=liaison", method="GET") == unknown
    await keep_up(city.world.service)
    assert await rows(city, contact) == 0
    listed = await administrator.until("/contacts?state=erased", lambda found: found["items"])
    assert [(one["contact_id"], one["erased_for"]) for one in listed["items"]] == [(contact, "retention_ended")]


async def test_an_erasure_that_a_restored_backup_undid_is_repeated(administrator: Caller, city: City) -> None:
    contact = await a_kept_contact(administrator, city.north)
    await administrator.wrote(f"/contacts/{contact}/erasure", {"reason": "requested"})
    await change(
        city,
        "insert into contact_contents (contact_id, area, purpose, keep_until) values ($1, $2, 'liaison', $3)",
        contact, city.north, date(2099, 1, 1),
    )  # fmt: skip
    await keep_up(city.world.service)
    assert await rows(city, contact) == 0


async def pending(city: City) -> int:
    """How many erased contacts may still have their bytes in the files of the table, after the upkeep."""
    await keep_up(city.world.service)
    connection = await asyncpg.connect(city.world.settings.owner_dsn)
    try:
        return int(await connection.fetchval("select count(*) from contact_erasures"))
    finally:
        await connection.close()


async def until_written_out(city: City) -> None:
    """Wait until no snapshot sees an erased contact any more: those of the service itself are short."""
    async with asyncio.timeout(60):
        while await pending(city):
            pass


async def test_an_erasure_is_not_done_while_an_open_snapshot_sees_the_contact(
    administrator: Caller, city: City
) -> None:
    """A backup that runs for hours sees it: the table is written anew again until no snapshot is that old."""
    contact = await a_kept_contact(administrator, city.north)
    backup = await asyncpg.connect(city.world.settings.owner_dsn)
    try:
        async with backup.transaction(isolation="repeatable_read", readonly=True):
            await backup.fetchval("select count(*) from events")
            await administrator.wrote(f"/contacts/{contact}/erasure", {"reason": "requested"})
            assert await pending(city) >= 1
            assert await pending(city) >= 1
            assert await rows(city, contact) == 0
    finally:
        await backup.close()
    await until_written_out(city)


async def test_a_table_that_somebody_holds_is_written_anew_later(administrator: Caller, city: City) -> None:
    contact = await a_kept_contact(administrator, city.north)
    await administrator.wrote(f"/contacts/{contact}/erasure", {"reason": "requested"})
    holder = await asyncpg.connect(city.world.settings.owner_dsn)
    try:
        async with holder.transaction():
            await holder.execute("lock table contact_contents in access share mode")
            assert await pending(city) >= 1
    finally:
        await holder.close()
    await until_written_out(city)


_BREAK = """
    create function broken() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;
    create trigger broken before {what} for each row execute function broken();
"""


@pytest.mark.parametrize("what", ["insert on contact_contents", "insert on events"])
async def test_a_fault_at_any_step_of_recording_leaves_neither_row_nor_event(
    what: str, administrator: Caller, city: City
) -> None:
    provider = await a_provider(administrator, city.north)
    await change(city, _BREAK.format(what=what))
    try:
        failed = await administrator.send("POST", "/contacts", a_contact(provider))
    finally:
        await change(city, "drop function broken cascade")
    assert failed.status_code == 500
    assert PERSON not in failed.text
    assert await counts(city, provider) == (0, 0)
    await administrator.wrote("/contacts", a_contact(provider))
    assert await counts(city, provider) == (1, 1)


@pytest.mark.parametrize("what", ["delete on contact_contents", "insert on contact_erasures", "insert on events"])
async def test_a_fault_at_any_step_of_an_erasure_leaves_the_contact_as_it_was(
    what: str, administrator: Caller, city: City
) -> None:
    contact = await a_kept_contact(administrator, city.north)
    path = f"/contacts/{contact}"
    await change(city, _BREAK.format(what=what))
    try:
        failed = await administrator.send("POST", f"{path}/erasure", {"reason": "requested"})
    finally:
        await change(city, "drop function broken cascade")
    assert failed.status_code == 500
    assert (await administrator.saw(f"{path}?purpose=liaison"))["person"] == PERSON
    await administrator.wrote(f"{path}/erasure", {"reason": "requested"})
    assert await rows(city, contact) == 0


async def counts(city: City, subject: str) -> tuple[int, int]:
    """How many rows and events there are of contacts of this thing."""
    connection = await asyncpg.connect(city.world.settings.owner_dsn)
    try:
        found = await connection.fetchrow(
            """select (select count(*) from contact_contents where subject_id = $1::uuid),
                      (select count(*) from events where type = 'registry.contact_recorded.v1'
                          and position(convert_to($1::uuid::text, 'UTF8') in data) > 0)""",
            subject,
        )
    finally:
        await connection.close()
    assert found is not None
    return found[0], found[1]


async def test_nobody_reads_a_contact_when_the_reading_cannot_be_logged(administrator: Caller, city: City) -> None:
    contact = await a_kept_contact(administrator, city.north)
    await change(city, _BREAK.format(what="insert on events"))
    try:
        failed = await administrator.send("GET", f"/contacts/{contact}?purpose=liaison")
    finally:
        await change(city, "drop function broken cascade")
    assert (failed.status_code, PERSON in failed.text) == (500, False)


async def test_the_role_of_the_service_changes_no_contact_and_no_line_of_the_log(city: City) -> None:
    connection = await asyncpg.connect(city.world.settings.dsn)
    try:
        for sql in (
            "update contact_contents set telephone = ''",
            "truncate contact_contents",
            "update contact_accesses set body = ''",
            "delete from contact_accesses",
            "alter table contact_contents alter column person set statistics 100",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(sql)
    finally:
        await connection.close()
