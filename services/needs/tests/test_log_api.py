"""What auditors and operators read of a service's log, and what the log says of their reading."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import pytest

from needs.main import build
from needs.settings import Settings
from shienevents import Home, token_of, topic_ends
from shienops import Database
from shienweb import Role
from shienweb.testing import Caller, World, at_work, settings_for

from .world import City

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def three_needs(north: Caller, city: City) -> list[str]:
    return [str((await north.wrote("/needs", city.a_need(people=people)))["id"]) for people in (1, 2, 3)]


async def accesses(reader: Caller, city: City, query: str = "") -> list[dict[str, Any]]:
    """What this person reads of the log of accesses, of all that was logged by now, except of the whole.

    What is of the whole is read by every auditor, and so by those of other tests.
    """
    return [one for one in await _logged(reader, city, query) if one["area"] != "whole"]


async def of_the_whole(reader: Caller, city: City) -> int:
    """How many accesses to the whole this person reads of, by now."""
    return sum(one["area"] == "whole" for one in await _logged(reader, city))


async def _logged(reader: Caller, city: City, query: str = "") -> list[dict[str, Any]]:
    reader.position = token_of(await city.world.service.acknowledged())
    page = await reader.saw(f"/accesses?limit=200&{query}")
    assert page["next_cursor"] is None
    return list(page["items"])


async def test_an_auditor_reads_the_published_bytes_page_by_page(north: Caller, city: City) -> None:
    ids = await three_needs(north, city)
    async with city.world.caller(city.code, role=Role.AUDITOR) as auditor:
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            answer = await auditor.send("GET", f"/events?type=needs.need_&limit=2{cursor}")
            page = answer.json()
            found += page["items"]
            for event in page["items"]:
                record = (await city.world.service.store.load(event["subject"])).events[event["streamversion"] - 1]
                assert record.data in answer.content
                assert orjson.loads(record.data) == event["data"]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert [event["subject"] for event in found] == [f"need-{id_}" for id_ in ids]
        assert (await auditor.saw(f"/events?stream=need-{ids[1]}"))["items"] == found[1:2]
        last = f"needs.{city.world.service.store.shard(Home(city.code, city.north))}.{int(found[1]['sequence'])}"
        assert (await auditor.saw(f"/events?type=needs.need_&through={last}"))["items"] == found[:2]
        assert (await auditor.saw(f"/events?type=needs.need_&until={found[1]['recordedtime']}"))["items"] == found[:2]
        assert (await auditor.saw(f"/events?type=needs.need_&since={found[1]['recordedtime']}"))["items"] == found[1:]
        assert await auditor.refused("/events?through=x", method="GET") == (422, "fields.malformed")
        assert await auditor.refused("/events?since=2026-04-01T00:00", method="GET") == (422, "fields.malformed")


async def test_a_stream_is_shown_whole_and_only_within_the_territory(north: Caller, city: City) -> None:
    need, *_ = await three_needs(north, city)
    await north.wrote(f"/needs/{need}/withdrawal", {"reason": "転居"})
    async with city.world.caller(city.code, role=Role.AUDITOR) as auditor:
        items = (await auditor.saw(f"/streams/need-{need}"))["items"]
        assert [(one["event"]["type"], one["cause"]) for one in items] == [
            ("needs.need_recorded.v1", None),
            ("needs.need_withdrawn.v1", None),
        ]
    async with city.world.caller(city.south, role=Role.AUDITOR) as elsewhere:
        assert await elsewhere.refused(f"/streams/need-{need}", method="GET") == (404, "stream.unknown")
        assert (await elsewhere.saw("/events?type=needs.need_"))["items"] == []


async def test_an_operator_sees_where_the_service_stands_and_no_event(city: City) -> None:
    async with city.world.caller(city.code, role=Role.OPERATOR) as operator:
        stands = await operator.saw("/standing")
        assert (stands["service"], stands["ready"], stands["parked"]) == ("needs", True, [])
        assert {lease["name"] for lease in stands["leases"] if lease["in_force"]} == {"relay", "consumer"}
        assert {view["name"] for view in stands["views"]} >= {"needs", "accesses"}
        for path in ("/events", f"/streams/need-{city.council}", "/accesses", "/needs"):
            assert await operator.refused(path, method="GET") == (403, "role.not_allowed")
    async with city.world.caller(city.north, role=Role.TIER2_COORDINATOR) as coordinator:
        for path in ("/standing", "/events", "/accesses"):
            assert await coordinator.refused(path, method="GET") == (403, "role.not_allowed")


async def test_an_operator_sees_how_far_the_service_has_read_each_topic(city: City) -> None:
    service = city.world.service
    topics = {name: service.settings.topic(name) for name in ("needs", "registry", "matching", "escalation")}
    ends = await topic_ends(service.settings.bootstrap_servers, list(topics.values()), service.store.shards)
    numbers = dict(enumerate(await service.store.heads()))
    async with city.world.caller(city.code, role=Role.OPERATOR) as operator:
        stands = await operator.until("/standing", lambda found: not any(one["lag"] for one in found["lag"]))
    assert {one["group"] for one in stands["lag"]} == {service.settings.group("needs")}
    said = {(one["reads"], one["topic"], one["partition"]): (one["current"], one["end"]) for one in stands["lag"]}
    assert said == {
        ("store" if name == "needs" else "kafka", topic, partition): (end, end)
        for name, topic in topics.items()
        for partition, end in (numbers if name == "needs" else ends[topic]).items()
    }
    assert sum(end for topic in topics.values() for end in ends[topic].values()) > 0


async def test_while_kafka_is_away_an_operator_sees_the_rest(database: Database, tmp_path: Path) -> None:
    settings = settings_for(Settings, database, tmp_path)
    async with at_work(build, settings) as app:
        world = World(app, settings, Home("000000", "000000"))
        async with world.caller("000000", role=Role.OPERATOR) as operator:
            stands = await operator.saw("/standing")
    unknown = [(one["topic"], one["partition"]) for one in stands["lag"] if one["end"] is None and one["lag"] is None]
    heard = sorted(world.service.subscribed_to)
    assert unknown == [(f"{source}.events", n) for source in heard for n in range(settings.shards)]
    assert {one["end"] for one in stands["lag"] if one["reads"] == "store"} == {0}


async def test_what_an_auditor_looked_at_is_in_the_log_and_other_reads_are_not(north: Caller, city: City) -> None:
    need, *_ = await three_needs(north, city)
    moment = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    async with city.world.caller(city.code, role=Role.AUDITOR) as auditor:
        await auditor.saw("/needs")
        await auditor.saw(f"/needs?area={city.north}&as_of={moment}")
        assert await auditor.refused(f"/needs/{need}?as_of=2026-03-31", method="GET") == (404, "need.unknown")
        await auditor.saw(f"/streams/need-{need}")
        found = await accesses(auditor, city)
        said = ("kind", "operation", "about", "area", "role")
        assert [tuple(one[name] for name in said) for one in found] == [
            ("export", "show_stream", f"/streams/need-{need}", city.north, "auditor"),
            ("past_read", "list_needs", "/needs", city.north, "auditor"),
        ]
        (past,) = (await auditor.saw("/accesses?kind=past_read"))["items"]
        assert datetime.fromisoformat(past["as_of"]) == datetime.fromisoformat(moment)
        account = past["principal"]
        assert await accesses(auditor, city, f"principal={account}") == found
        assert (await auditor.saw("/accesses?principal=nobody"))["items"] == []
        assert (await auditor.saw("/accesses?until=2026-04-01"))["items"] == []
    async with city.world.caller(city.south, role=Role.AUDITOR) as elsewhere:
        assert await accesses(elsewhere, city) == []


async def test_an_auditor_sees_what_changed_in_a_view_between_two_times(north: Caller, city: City) -> None:
    begun = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    made = set(map(str, await three_needs(north, city)))
    path = f"/diff?view=needs&earlier={begun}"
    async with city.world.caller(city.code, role=Role.AUDITOR) as auditor:
        found = await auditor.until(path, lambda page: len(page["items"]) == 3)
        assert {(one["key"], one["what"]) for one in found["items"]} == {(need, "added") for need in made}
        assert {tuple(one["fields"]["need_id"]) for one in found["items"]} == {(None, need) for need in made}
        (view,) = (one for one in city.world.service.consumer.views if one.name == "needs")
        whole = {one.name for one in fields(view.row)}
        assert [set(one["fields"]) for one in found["items"]] == [whole] * 3, "each field of a row that is new"
        first = await auditor.saw(f"{path}&limit=1")
        rest = await auditor.saw(f"{path}&cursor={first['next_cursor']}")
        assert [*first["items"], *rest["items"]] == found["items"]
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
        assert (await auditor.saw(f"/diff?view=needs&earlier={begun}&as_of={begun}"))["items"] == []
        assert (await auditor.saw(f"/diff?view=needs&earlier={now}"))["items"] == []
        assert (await auditor.saw(f"{path}&as_of={now}"))["items"] == found["items"]
        assert (await auditor.saw(f"{path}&area={city.south}"))["items"] == []
        for wrong in ("view=nothing&earlier=2026-03-31", "view=proposals&earlier=2026-03-31", "view=needs&earlier=x"):
            assert (await auditor.refused(f"/diff?{wrong}", method="GET"))[0] == 422, wrong
        backwards = await auditor.send("GET", f"/diff?view=needs&earlier={now}&as_of={begun}")
        assert (backwards.status_code, [one["field"] for one in backwards.json()["errors"]]) == (422, ["earlier"])
        looked = await auditor.until("/accesses?kind=past_read", lambda page: bool(page["items"]))
        assert {one["operation"] for one in looked["items"]} == {"list_differences"}
    async with city.world.caller(city.south, role=Role.AUDITOR) as elsewhere:
        assert (await elsewhere.saw(path))["items"] == []
    assert await north.refused(path, method="GET") == (403, "role.not_allowed")


async def test_who_looked_is_said_by_account_role_body_and_address_and_nothing_that_was_typed(city: City) -> None:
    moment = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    async with city.world.caller(city.code, role=Role.AUDITOR) as auditor:
        await auditor.saw(f"/needs?area={city.north}&support_kind=outing&as_of={moment}")
        (access,) = await accesses(auditor, city)
    assert datetime.fromisoformat(access["as_of"]) == datetime.fromisoformat(moment)
    assert {name: said for name, said in access.items() if name not in ("access_id", "at", "as_of")} == {
        "kind": "past_read", "area": city.north, "principal": "demo", "role": "auditor", "body": "sasaeria-1",
        "operation": "list_needs", "about": "/needs", "purpose": "", "origin": "127.0.0.1",
    }  # fmt: skip


async def test_a_past_is_logged_when_an_auditor_reads_it_and_only_then(north: Caller, city: City) -> None:
    need, *_ = await three_needs(north, city)
    moment = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    for path in ("/needs?as_of=", f"/needs/{need}?as_of="):
        await north.saw(path + moment)
    async with city.world.caller(city.code, role=Role.AUDITOR) as auditor:
        await auditor.saw(f"/needs/{need}")
        assert await accesses(auditor, city) == []
        await auditor.saw(f"/needs/{need}?as_of={moment}")
        (access,) = await accesses(auditor, city)
        assert (access["about"], access["area"]) == (f"/needs/{need}", city.code)


async def test_an_export_is_of_the_area_that_was_asked_for_else_of_the_account_s_else_of_the_whole(city: City) -> None:
    nobody_s = "999993"
    async with (
        city.world.caller(city.code, role=Role.AUDITOR) as auditor,
        city.world.caller(nobody_s, role=Role.AUDITOR) as of_no_area,
        city.world.caller(city.code, role=Role.MUNICIPAL_ADMINISTRATOR) as administrator,
        city.world.caller(city.north, role=Role.AUDITOR) as of_north,
    ):
        already = await of_the_whole(of_no_area, city)
        await auditor.saw(f"/events?area={city.south}")
        await auditor.saw("/events")
        assert (await of_no_area.saw("/events"))["items"] == []
        await of_north.saw("/events")
        assert await of_the_whole(of_no_area, city) == already + 1, "what is of the whole is read by every auditor"
        assert await of_the_whole(auditor, city) == already + 1
        assert await of_the_whole(administrator, city) == 0
        seen = [(one["kind"], one["operation"], one["area"]) for one in await accesses(administrator, city)]
        exported = [("export", "list_events", area) for area in (city.north, city.code, city.south)]
        assert seen == exported, "by administrators what is of their areas, and nothing of the whole"


async def test_what_cannot_be_logged_is_not_answered(north: Caller, city: City) -> None:
    need, *_ = await three_needs(north, city)
    settings = city.world.settings
    owner = await asyncpg.connect(settings.owner_dsn)
    async with city.world.caller(city.code, role=Role.AUDITOR) as auditor:
        try:
            await owner.execute(f"revoke insert on events from {settings.writer}")
            for path in (f"/streams/need-{need}", "/events", f"/needs?as_of={datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"):
                answer = await auditor.send("GET", path)
                assert (answer.status_code >= 500, need in answer.text) == (True, False), path
            assert (await auditor.send("GET", "/needs")).status_code == 200, "what is not logged is answered"
        finally:
            await owner.execute(f"grant insert on events to {settings.writer}")
            await owner.close()
        assert await accesses(auditor, city) == []
