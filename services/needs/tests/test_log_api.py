"""What auditors and operators read of a service's log, and what the log says of their reading."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from shienevents import Home
from shienweb import Role
from shienweb.testing import Caller

from .world import City

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def three_needs(north: Caller, city: City) -> list[str]:
    return [str((await north.wrote("/needs", city.a_need(people=people)))["id"]) for people in (1, 2, 3)]


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


async def test_what_an_auditor_looked_at_is_in_the_log_and_other_reads_are_not(north: Caller, city: City) -> None:
    need, *_ = await three_needs(north, city)
    moment = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    async with city.world.caller(city.code, role=Role.AUDITOR) as auditor:
        await auditor.saw("/needs")
        await auditor.saw(f"/needs?area={city.north}&as_of={moment}")
        assert await auditor.refused(f"/needs/{need}?as_of=2026-03-31", method="GET") == (404, "need.unknown")
        await auditor.saw(f"/streams/need-{need}")
        page = await auditor.until("/accesses", lambda found: len(found["items"]) >= 2)
        said = ("kind", "operation", "about", "area", "role")
        assert [tuple(one[name] for name in said) for one in page["items"]] == [
            ("export", "show_stream", f"/streams/need-{need}", city.north, "auditor"),
            ("past_read", "list_needs", "/needs", city.north, "auditor"),
        ]
        (past,) = (await auditor.saw("/accesses?kind=past_read"))["items"]
        assert datetime.fromisoformat(past["as_of"]) == datetime.fromisoformat(moment)
        account = past["principal"]
        assert len((await auditor.saw(f"/accesses?principal={account}"))["items"]) == 2
        assert (await auditor.saw("/accesses?principal=nobody"))["items"] == []
        assert (await auditor.saw("/accesses?until=2026-04-01"))["items"] == []
    async with city.world.caller(city.south, role=Role.AUDITOR) as elsewhere:
        assert (await elsewhere.saw("/accesses"))["items"] == []
