"""What is asked for, and needs alike, on a real Postgres and a real Kafka. Every test has a city of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shiendomain.days import today
from shiendomain.fiscal import FiscalYear
from shiendomain.matching import MatchAccepted, MatchConcluded
from shiendomain.vocabulary import Outcome
from shienweb import Role
from shienweb.testing import Caller

from .world import City, another_note

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def recorded(caller: Caller, body: dict[str, object], days_ago: int = 0) -> str:
    """The id of a need that became known so many days ago."""
    when = {"shien_occurred_at": f"{today() - timedelta(days=days_ago)}T00:00:00Z"} if days_ago else {}
    return str((await caller.wrote("/needs", {"note": another_note(), **body}, **when))["id"])


async def meet(city: City, need_id: str) -> None:
    """Matching publishes that a match helped all people of the need."""
    facts: dict[str, Any] = {
        "match_id": uuid4(), "need_id": UUID(need_id), "need_area": city.north, "resource_id": uuid4()
    }  # fmt: skip
    await city.world.publish(facts["resource_id"], MatchAccepted(people=5, **facts))
    helped = MatchConcluded(outcome=Outcome.HELPED, people_helped=5, people_freed=0, **facts)
    await city.world.publish(facts["resource_id"], helped)


async def test_the_demand_says_who_waits_for_what_on_which_days_and_for_how_long(north: Caller, city: City) -> None:
    for days_ago, weekdays, people in ((2, ["mon", "tue"], 3), (10, ["tue"], 4), (40, [], 2)):
        await recorded(north, city.a_need(weekdays=weekdays, people=people), days_ago)
    await recorded(north, city.a_need(support_kind="meals", people=1), 5)
    gone = await recorded(north, city.a_need(support_kind="salon"), 99)
    await north.wrote(f"/needs/{gone}/withdrawal", {"reason": "転居"})
    met = await recorded(north, city.a_need(), 60)
    await meet(city, met)
    await north.until(f"/needs/{met}", lambda need: need["state"] == "met")
    found = await north.saw("/demand")
    assert (found["day"], found["fiscal_year_from"]) == (str(today()), str(FiscalYear.of(today()).first))
    meals, outing = found["areas"]
    assert (meals["support_kind"], meals["people_waiting"], meals["days_oldest"]) == ("meals", 1, 5)
    by_weekday = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 0) | {"mon": 3, "tue": 7}
    assert outing == {
        "area": city.north, "name": outing["name"], "support_kind": "outing", "waiting": 3, "people_waiting": 9,
        "people_by_weekday": by_weekday, "people_any_day": 2, "days_median": 10, "days_oldest": 40, "met": 1,
        "people_met": 5,
    }  # fmt: skip
    only = await north.saw("/demand?support_kind=meals")
    assert [one["support_kind"] for one in only["areas"]] == ["meals"]
    (then,) = (await north.saw(f"/demand?valid_at={today() - timedelta(days=30)}"))["areas"]
    assert (then["waiting"], then["people_waiting"], then["days_oldest"], then["met"]) == (1, 2, 10, 0)


async def test_the_demand_of_the_city_is_that_of_its_districts(north: Caller, city: City) -> None:
    await recorded(north, city.a_need(people=3), 1)
    async with city.world.caller(city.code, role=Role.TIER1_COORDINATOR) as upper:
        upper.position = north.position
        for days_ago, people in ((3, 2), (5, 1)):
            await recorded(upper, city.a_need(city.south, people=people), days_ago)
        found = await upper.saw(f"/demand?area={city.code}")
    assert [(one["area"], one["people_waiting"], one["days_median"]) for one in found["areas"]] == [
        (city.north, 3, 1), (city.south, 3, 3),
    ]  # fmt: skip
    (total,) = found["total"]
    assert (total["waiting"], total["people_waiting"], total["days_median"], total["days_oldest"]) == (3, 6, 3, 5)
    assert [one["area"] for one in (await north.saw("/demand"))["areas"]] == [city.north]
    assert await north.refused(f"/demand?area={city.south}", method="GET") == (404, "area.unknown")


async def test_similar_needs_are_shown_with_their_reasons_the_most_alike_first(north: Caller, city: City) -> None:
    same = await recorded(north, city.a_need(weekdays=["mon"], note="買い物に行けない"))
    like = await recorded(north, city.a_need(weekdays=["tue"], note="買物に行けない"))
    await recorded(north, city.a_need(support_kind="meals", note="買い物に行けない"))
    gone = await recorded(north, city.a_need(note="買い物に行けない"))
    await north.wrote(f"/needs/{gone}/withdrawal", {"reason": "転居"})
    query = f"/needs/similar?area={city.north}&support_kind=outing&weekdays=mon&note=買い物に行けない"
    first, second = (await north.saw(query))["items"]
    assert (first["need_id"], first["score"]) == (same, 100)
    assert first["reasons"] == ["kind", "area", "weekdays", "note"]
    assert (second["need_id"], second["reasons"]) == (like, ["kind", "area", "note"])
    assert 50 < second["score"] < 80
    assert (await north.saw(query))["items"] == [first, second]


async def test_needs_beside_the_area_are_shown_to_whom_they_belong(north: Caller, city: City) -> None:
    own = await recorded(north, city.a_need())
    async with city.world.caller(city.code, role=Role.TIER1_COORDINATOR) as upper:
        upper.position = north.position
        beside = await recorded(upper, city.a_need(city.south))
        query = f"/needs/similar?area={city.north}&support_kind=outing"
        shown = {one["need_id"]: one["reasons"][1] for one in (await upper.saw(query))["items"]}
        north.position = upper.position
    assert shown == {own: "area", beside: "near"}
    assert [one["need_id"] for one in (await north.saw(query))["items"]] == [own]
    other = f"/needs/similar?area={city.south}&support_kind=outing"
    assert await north.refused(other, method="GET") == (404, "area.unknown")
