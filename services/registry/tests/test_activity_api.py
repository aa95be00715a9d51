"""Reports of activity over HTTP: by whom, what they say of a year, and who has not reported."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shiendomain.days import today
from shiendomain.fiscal import FiscalYear
from shienweb import Role
from shienweb.testing import Caller

from .world import City

pytestmark = pytest.mark.asyncio(loop_scope="module")
YEAR = FiscalYear.of(today())


def a_report(since: date, until: date | None = None, times: int = 1, **more: object) -> dict[str, Any]:
    counts = {"times": times, "participants": 12, "attendances": 12 * times, "supporters": 3}
    return {"period_from": str(since), "period_until": str(until or since), **counts, **more}


async def reported(caller: Caller, query: str) -> list[str]:
    return [one["report_id"] for one in (await caller.saw(f"/activity-reports?{query}"))["items"]]


async def test_activity_is_reported_corrected_withdrawn_and_counted_once(administrator: Caller, city: City) -> None:
    resource = (await administrator.wrote("/resources", city.a_resource()))["id"]
    path = f"/resources/{resource}/activity-reports"
    old = (await administrator.wrote(path, a_report(date(YEAR.year, 3, 1), date(YEAR.year, 3, 31), 4)))["id"]
    new = (await administrator.wrote(path, a_report(YEAR.first)))["id"]
    assert await administrator.refused(path, a_report(YEAR.first)) == (409, "activity_report.period_reported")
    right = a_report(YEAR.first, participants=15, attendances=15, reason="数え忘れ")
    await administrator.wrote(f"{path}/{new}/correction", right)
    query = f"resource_id={resource}"
    assert await reported(administrator, query) == [new, old]
    assert await reported(administrator, f"{query}&fiscal_year={YEAR.year}") == [new]
    history = await administrator.saw(f"/resources/{resource}/activity")
    assert [(one["year"], one["times"], one["participants"], one["people_at_a_time"]) for one in history["years"]] == [
        (YEAR.year, 1, 15, 15),
        (YEAR.year - 1, 4, 12, 12),
    ]
    assert history["supporters_placed"] == 0
    board = await administrator.saw(f"/boards/{city.code}")
    assert board["total"]["development"]["activities"] == {"reports": 1, "times": 1, "attendances": 15}
    await administrator.wrote(f"{path}/{new}/withdrawal", {"reason": "別のサロン"})
    assert await reported(administrator, query) == [old]
    (gone,) = (await administrator.saw(f"/activity-reports?{query}&withdrawn=true"))["items"]
    assert (gone["report_id"], gone["withdrawn_for"], gone["corrected_for"]) == (new, "別のサロン", "数え忘れ")
    assert await administrator.refused(f"{path}/{new}/correction", right) == (409, "activity_report.withdrawn")
    await administrator.wrote(path, a_report(YEAR.first))


async def test_one_period_that_two_people_report_at_once_is_reported_once(administrator: Caller, city: City) -> None:
    resource = (await administrator.wrote("/resources", city.a_resource()))["id"]
    path = f"/resources/{resource}/activity-reports"
    sent = await asyncio.gather(*(administrator.send("POST", path, a_report(YEAR.first)) for _ in range(6)))
    assert sorted(answer.status_code for answer in sent) == [201, 409, 409, 409, 409, 409]


async def test_a_report_that_is_sent_again_is_the_same_report(administrator: Caller, city: City) -> None:
    resource = (await administrator.wrote("/resources", city.a_resource()))["id"]
    path, key = f"/resources/{resource}/activity-reports", {"idempotency_key": "1"}
    first, again = [await administrator.wrote(path, a_report(YEAR.first), **key) for _ in range(2)]
    assert (first["id"], first["version"]) == (again["id"], again["version"])


async def test_a_resource_that_ended_is_reported_and_one_of_another_district_is_not(
    administrator: Caller, city: City
) -> None:
    ended = (await administrator.wrote("/resources", city.a_resource()))["id"]
    await administrator.wrote(f"/resources/{ended}/retirement", {"reason": "other"})
    whole_city = (await administrator.wrote("/resources", city.a_resource(city.code)))["id"]
    report = await administrator.wrote(f"/resources/{whole_city}/activity-reports", a_report(YEAR.first))
    southern = (await administrator.wrote("/resources", city.a_resource(city.south)))["id"]
    async with city.world.caller(city.north, role=Role.TIER2_COORDINATOR) as north:
        north.position = administrator.position
        await north.wrote(f"/resources/{ended}/activity-reports", a_report(YEAR.first))
        for unknown in (southern, str(uuid4())):
            path = f"/resources/{unknown}/activity-reports"
            assert await north.refused(path, a_report(YEAR.first)) == (404, "resource.unknown")
            assert await north.refused(f"/resources/{unknown}/activity", method="GET") == (404, "resource.unknown")
        # a service of the whole city is seen and used, and reported by the city
        path = f"/resources/{whole_city}/activity-reports"
        later = a_report(YEAR.first + timedelta(1))
        assert (await north.refused(path, later))[0] == 404
        withdrawal = f"{path}/{report['id']}/withdrawal"
        assert await north.refused(withdrawal, {"reason": "誤り"}) == (404, "activity_report.unknown")
        assert (await north.saw(f"/resources/{whole_city}/activity"))["years"][0]["times"] == 1


async def test_who_has_not_reported_lately_is_listed(administrator: Caller, city: City) -> None:
    async def registered(on: date, **more: Any) -> str:
        at = {"shien_occurred_at": f"{on}T00:00:00+09:00"}
        return str((await administrator.wrote("/resources", city.a_resource(**more), **at))["id"])

    async def unreported(query: str = "") -> set[str]:
        return {one["resource_id"] for one in (await administrator.saw(f"/unreported-resources?{query}"))["items"]}

    long_ago = today() - timedelta(300)
    silent, lively, retired, meals = [
        await registered(long_ago, support_kinds=kinds) for kinds in (["salon"], ["salon"], ["salon"], ["meals"])
    ]
    await registered(today())
    await administrator.wrote(f"/resources/{retired}/retirement", {"reason": "other"})
    recent = max(YEAR.first, today() - timedelta(92))
    await administrator.wrote(f"/resources/{lively}/activity-reports", a_report(recent))
    assert await unreported() == {silent}
    assert await unreported("support_kind=meals") == {meals}
    assert await unreported("days=0") == ({silent} if recent == today() else {silent, lively})


async def test_a_count_of_people_that_cannot_be_names_the_fields(administrator: Caller, city: City) -> None:
    resource = (await administrator.wrote("/resources", city.a_resource()))["id"]
    path = f"/resources/{resource}/activity-reports"
    answer = await administrator.send("POST", path, a_report(YEAR.first, attendances=3))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "activity_report.counts")
    assert "実人数 12 人" in str(problem)
    for wrong in ({"times": -1}, {"participants": "12"}, {"note": "090-0000-0000"}):
        assert (await administrator.send("POST", path, a_report(YEAR.first, **wrong))).status_code == 422
