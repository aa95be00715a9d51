"""Demand beside supply over HTTP: by weekday, of what serves the area, and as it was in the months before."""

from __future__ import annotations

from typing import Any

import pytest

from portal.demand import month_ends
from shiendomain.days import today
from shiendomain.needs import NeedMatched, NeedMet
from shiendomain.registry import ResourceRetired
from shiendomain.vocabulary import ResourceEnd, SupportKind, Weekday
from shienweb import Role

from .test_pages import browser, looks_well
from .town import Town
from .world import CITY, DETAILS, MATCH, NEED, NORTH, RESOURCE, SERVICE, SOUTH, an_id, need, resource

pytestmark = pytest.mark.asyncio(loop_scope="module")
YEAR_AGO = (today() - month_ends(today(), 12)[0]).days


async def a_year(town: Town) -> None:
    """Three people waited a year ago and are helped since; two of the north wait for a Tuesday, four of the south."""
    await town.write(need(), days_ago=YEAR_AGO + 1)
    await town.write(NeedMatched(need_id=NEED, match_id=MATCH, resource_id=RESOURCE), days_ago=20)
    met = NeedMet(need_id=NEED, match_id=MATCH, resource_id=RESOURCE, service_id=SERVICE, people_helped=3)
    await town.write(met, days_ago=10)
    tuesday = need(an_id("need", 2), people=2).model_copy(update={"weekdays": (Weekday.TUE, Weekday.SUN)})
    await town.write(tuesday, days_ago=1)
    await town.write(need(an_id("need", 3), SOUTH, people=4), SOUTH)
    of_city = DETAILS.model_copy(update={"schedule": "毎週火曜", "capacity": 6})
    await town.write(resource(where=CITY).model_copy(update={"details": of_city}), CITY)
    northern = DETAILS.model_copy(update={"service_areas": (NORTH,), "capacity": None})
    await town.write(resource(an_id("resource", 2)).model_copy(update={"details": northern}))
    southern = DETAILS.model_copy(update={"service_areas": (SOUTH,), "support_kinds": (SupportKind.SALON,)})
    await town.write(resource(an_id("resource", 3), SOUTH).model_copy(update={"details": southern}), SOUTH)
    gone = an_id("resource", 4)
    await town.write(resource(gone).model_copy(update={"details": northern}))
    await town.write(ResourceRetired(resource_id=gone, reason=ResourceEnd.OTHER))


async def kinds(town: Town, area: str) -> dict[str, dict[str, Any]]:
    found = (await town.get(f"/demand/{area}")).json()
    assert (found["area"], found["stale"], found["days"][-1]) == (area, False, str(today()))
    return {one["support_kind"]: one for one in found["kinds"]}


async def test_demand_is_beside_what_serves_the_area_by_kind_and_weekday(town: Town) -> None:
    await a_year(town)
    (outing,) = (await kinds(town, NORTH)).values()
    assert (outing["people_waiting"], outing["people_any_day"]) == (2, 0)
    asked = {day for day, people in outing["people_by_weekday"].items() if people}
    assert (asked, outing["people_by_weekday"]["tue"]) == ({"tue", "sun"}, 2)
    assert (outing["resources"], outing["capacity"], outing["resources_no_day"]) == (2, 6, 1)
    assert [day for day, open_ in outing["resources_by_weekday"].items() if open_] == ["tue"]
    of_city = await kinds(town, CITY)
    assert (of_city["outing"]["people_waiting"], of_city["outing"]["people_any_day"]) == (6, 4)
    assert (of_city["salon"]["people_waiting"], of_city["salon"]["resources"]) == (0, 1)


async def test_who_waited_in_the_months_before_is_shown(town: Town) -> None:
    await a_year(town)
    waited = (await kinds(town, NORTH))["outing"]["people_waited"]
    assert (len(waited), waited[0], waited[5], waited[-1]) == (13, 3, 3, 2)


async def test_the_page_marks_a_day_on_which_nobody_helps(town: Town) -> None:
    await a_year(town)
    await town.reached()
    path = town.theirs(f"/areas/{NORTH}/demand")
    async with browser(town, Role.TIER2_COORDINATOR, NORTH) as client:
        answer = await client.get(path, params={"after": town.position})
        page = looks_well(answer)
        assert (await client.get(town.theirs(f"/areas/{SOUTH}/demand"))).status_code == 404
        board = looks_well(await client.get(town.theirs(f"/areas/{NORTH}")))
    assert path in {link["href"] for link in board.all("a")}
    assert len(page.all("rect")) == 13
    assert answer.text.count("2／0<strong>＊</strong>") == 1
    assert "2／1</td>" in answer.text


async def test_an_area_outside_the_territory_is_unknown(town: Town) -> None:
    answer = await town.get(f"/demand/{SOUTH}", Role.TIER2_COORDINATOR, NORTH)
    assert (answer.status_code, answer.json()["code"]) == (404, "area.unknown")
