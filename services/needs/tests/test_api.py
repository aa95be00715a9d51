"""The routes, on a real Postgres and a real Kafka."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from shiendomain.matching import MatchAccepted, MatchConcluded, MatchLapsed, NoMatchFound
from shiendomain.vocabulary import LapseReason, Missing, Outcome, SupportKind
from shienops.pytest_plugin import MakeDatabase
from shienweb import Role
from shienweb.testing import Caller, World

from .world import CITY, COUNCIL, NORTH, SOUTH, UPPER, a_need, a_world, with_areas


@pytest.fixture
async def world(make_database: MakeDatabase, kafka: str, topic_name: str, tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(make_database, kafka, topic_name, tmp_path) as found:
        yield found


@pytest.fixture
async def north(world: World) -> AsyncIterator[Caller]:
    """The coordinator of the north, once needs knows the areas and councils."""
    position = await world.heard(await with_areas(world))
    async with world.caller() as caller:
        caller.position = position
        yield caller


async def until_state(caller: Caller, need_id: object, state: str) -> dict[str, Any]:
    """The need, once it is in this state."""
    seen: dict[str, Any] = await caller.until(f"/needs/{need_id}", lambda seen: seen["state"] == state)
    return seen


async def test_a_need_is_recorded_revised_and_withdrawn(north: Caller) -> None:
    path = f"/needs/{(await north.wrote('/needs', a_need(weekdays=['thu', 'mon', 'thu'])))['id']}"
    seen = await north.saw(path)
    assert (seen["state"], seen["weekdays"], seen["version"]) == ("open", ["mon", "thu"], 1)
    await north.wrote(path, {"people": 2, "frequency": "daily"}, method="PUT", if_match='"1"')
    await north.wrote(f"{path}/withdrawal", {"reason": "転居"})
    gone = await north.saw(path)
    assert (gone["state"], gone["people"], gone["withdrawn_for"]) == ("withdrawn", 2, "転居")
    assert await north.refused(path, {"people": 3, "frequency": "daily"}, method="PUT") == (409, "need.withdrawn")


async def test_the_same_request_twice_is_one_need(north: Caller) -> None:
    first = await north.wrote("/needs", a_need(), idempotency_key="k")
    assert await north.wrote("/needs", a_need(), idempotency_key="k") == first
    assert len((await north.saw("/needs"))["items"]) == 1


async def test_a_need_of_another_district_is_unknown(north: Caller, world: World) -> None:
    async with world.caller(SOUTH) as south:
        south.position = north.position
        need_id = (await south.wrote("/needs", a_need(SOUTH)))["id"]
        survey = {"area": SOUTH, "title": "移動", "method": "interview", "period_from": "2026-06-01"}
        survey_id = (await south.wrote("/surveys", {**survey, "period_until": "2026-06-30"}))["id"]
        north.position = south.position
    path = f"/needs/{need_id}"
    assert await north.refused(path, method="GET") == (404, "need.unknown")
    assert await north.refused(f"{path}/withdrawal", {"reason": "転居"}) == (404, "need.unknown")
    assert await north.refused("/needs", a_need(SOUTH)) == (404, "area.unknown")
    assert await north.refused("/needs", a_need(survey_id=survey_id)) == (404, "survey.unknown")
    assert await north.refused(f"/needs?area={SOUTH}", method="GET") == (404, "area.unknown")
    issue = {"area": NORTH, "council_id": str(COUNCIL), "title": "足", "needs": [need_id]}
    assert await north.refused("/issues", issue) == (404, "need.unknown")
    assert (await north.saw("/needs"))["items"] == []


async def test_a_survey_is_opened_and_closed(north: Caller) -> None:
    body = {"area": NORTH, "title": "移動", "method": "interview", "period_from": "2026-06-01"}
    assert await north.refused("/surveys", {**body, "period_until": "2026-05-01"}) == (
        409,
        "survey.ends_before_it_begins",
    )
    survey_id = (await north.wrote("/surveys", {**body, "period_until": "2026-06-30"}))["id"]
    need_id = (await north.wrote("/needs", a_need(survey_id=survey_id)))["id"]
    await north.wrote(f"/surveys/{survey_id}/closure", {"responses": 12})
    assert (await north.saw(f"/surveys/{survey_id}"))["responses"] == 12
    assert [one["need_id"] for one in (await north.saw(f"/needs?survey_id={survey_id}"))["items"]] == [need_id]
    assert (await north.saw("/surveys?closed=false"))["items"] == []


async def raised(caller: Caller, *needs: str) -> str:
    issue = {"area": NORTH, "council_id": str(COUNCIL), "title": "足がない", "needs": needs}
    return str((await caller.wrote("/issues", issue))["id"])


async def test_needs_become_an_issue_and_the_issue_a_gap(north: Caller, world: World) -> None:
    first, second = [(await north.wrote("/needs", a_need()))["id"] for _ in range(2)]
    issue_id = await raised(north, second, first)
    await until_state(north, first, "grouped")
    assert await north.refused(f"/issues/{issue_id}/gap", {}) == (409, "issue.no_evidence")
    search = NoMatchFound(
        search_id=uuid4(),
        need_id=UUID(first),
        need_area=NORTH,
        support_kind=SupportKind.OUTING,
        missing=(Missing.AREA,),
        considered=3,
    )
    north.position += f",{await world.told(search.need_id, search)}"
    await north.wrote(f"/issues/{issue_id}/gap", {"missing": ["kind"]})
    issue = await north.saw(f"/issues/{issue_id}")
    assert (issue["gap"], issue["missing"], issue["searches"]) == (True, ["kind", "area"], [str(search.search_id)])
    assert [(need["need_id"], need["state"]) for need in issue["needs_now"]] == [(second, "gap"), (first, "gap")]
    assert len((await north.saw("/needs?state=gap"))["items"]) == 2
    assert (await north.saw("/needs?state=grouped"))["items"] == []
    assert [one["issue_id"] for one in (await north.saw("/issues?gap=true"))["items"]] == [issue_id]
    assert issue["correlation"] == (await north.saw(f"/needs/{first}"))["correlation"]


async def test_an_issue_wants_open_needs_of_one_kind_and_a_council_of_its_area(north: Caller, world: World) -> None:
    outing = (await north.wrote("/needs", a_need()))["id"]
    meals = (await north.wrote("/needs", a_need(support_kind="meals")))["id"]
    issue = {"area": NORTH, "council_id": str(COUNCIL), "title": "足", "needs": [outing, meals]}
    assert await north.refused("/issues", issue) == (409, "issue.mixed_kinds")
    assert await north.refused("/issues", {**issue, "council_id": str(UPPER)}) == (404, "council.unknown")
    async with world.caller(CITY, role=Role.TIER1_COORDINATOR) as city:
        city.position = north.position
        below = {**issue, "area": CITY, "needs": [outing]}
        assert await city.refused("/issues", below) == (409, "issue.council_elsewhere")
        await city.wrote("/issues", {**below, "council_id": str(UPPER)})
    await until_state(north, outing, "grouped")
    assert await north.refused("/issues", {**issue, "needs": [outing]}) == (409, "issue.need_not_open")


async def test_a_need_follows_its_matches(north: Caller, world: World) -> None:
    need_id = (await north.wrote("/needs", a_need()))["id"]
    resource = uuid4()
    facts: dict[str, Any] = {"need_id": UUID(need_id), "need_area": NORTH, "resource_id": resource}
    first, second = uuid4(), uuid4()
    await world.told(resource, MatchAccepted(match_id=first, people=5, **facts))
    assert (await until_state(north, need_id, "matched"))["match_id"] == str(first)
    lapsed = MatchLapsed(match_id=first, reason=LapseReason.RESOURCE_SUSPENDED, people_freed=5, **facts)
    await world.told(resource, lapsed)
    assert (await until_state(north, need_id, "open"))["undone_for"] == "resource_suspended"
    await world.told(resource, MatchAccepted(match_id=second, people=5, **facts))
    concluded = MatchConcluded(
        match_id=second, outcome=Outcome.HELPED, people_helped=4, people_freed=1, service_id=uuid4(), **facts
    )
    await world.told(resource, concluded)
    met = await until_state(north, need_id, "met")
    assert (met["match_id"], met["people_helped"], met["service_id"]) == (str(second), 4, str(concluded.service_id))
    store = world.service.store
    records = [record for shard in range(world.settings.shards) for record in await store.read(shard, 0, 100)]
    of_need = [one.envelope for one in records if one.envelope.stream == f"need-{need_id}"]
    assert [one.type.split(".")[1] for one in of_need] == [
        "need_recorded",
        "need_matched",
        "need_reopened",
        "need_matched",
        "need_met",
    ]


async def test_tier_1_is_the_sum_of_tier_2(north: Caller, world: World) -> None:
    ids = [(await north.wrote("/needs", a_need(people=people)))["id"] for people in (5, 7)]
    issue_id = await raised(north, ids[0])
    await until_state(north, ids[0], "grouped")
    await north.wrote(f"/issues/{issue_id}/gap", {"missing": ["kind"]})
    async with world.caller(CITY, role=Role.TIER1_COORDINATOR) as city:
        city.position = north.position
        await city.wrote("/needs", a_need(SOUTH, support_kind="meals", people=3))
        board = await city.saw(f"/boards/{CITY}")
        assert [(row["area"], row["needs"]["open"], row["needs"]["gap"]) for row in board["areas"]] == [
            (CITY, 0, 0),
            (NORTH, 1, 1),
            (SOUTH, 1, 0),
        ]
        total = board["total"]
        assert total["people"] == {"open": 10, "grouped": 0, "gap": 5, "matched": 0, "met": 0, "withdrawn": 0}
        assert (total["issues"], total["gaps"]) == (1, 1)
        assert total["kinds"]["outing"] == {"waiting": 2, "people_waiting": 12}
        assert total["kinds"]["meals"] == {"waiting": 1, "people_waiting": 3}
        assert (await city.saw(f"/boards/{CITY}"))["digest"] == board["digest"]


async def test_needs_are_paged_the_newest_first(north: Caller) -> None:
    ids = [(await north.wrote("/needs", a_need()))["id"] for _ in range(5)]
    found, cursor = [], ""
    while True:
        page = await north.saw(f"/needs?limit=2{cursor}")
        found += [one["need_id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert sorted(found) == sorted(ids)
    assert found[0] == ids[-1]
