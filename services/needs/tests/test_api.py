"""The routes, on a real Postgres and a real Kafka. Every test has a city of its own."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shiendomain.days import today
from shiendomain.matching import (
    MatchAccepted,
    MatchConcluded,
    MatchDeclined,
    MatchLapsed,
    MatchProposed,
    NoMatchFound,
)
from shiendomain.registry import CouncilDormant, CouncilResumed
from shiendomain.vocabulary import FailureReason, LapseReason, Missing, Outcome, SupportKind
from shienevents import Record
from shienweb import Role
from shienweb.testing import Caller

from .world import City, another_note

pytestmark = pytest.mark.asyncio(loop_scope="module")
NO_BUS = {"missing": ["kind"], "reason": "坂の上まで来る便がない"}


async def recorded(caller: Caller, body: dict[str, object]) -> str:
    """The id of a need that was recorded."""
    return str((await caller.wrote("/needs", {"note": another_note(), **body}))["id"])


async def until_state(caller: Caller, need_id: str, state: str) -> dict[str, Any]:
    """The need, once it is in this state."""
    found: dict[str, Any] = await caller.until(f"/needs/{need_id}", lambda need: need["state"] == state)
    return found


async def stream(city: City, name: str) -> list[Record]:
    """The events of a stream of needs."""
    return await city.world.service.store.read_stream(name)


def search_of(city: City, need_id: str) -> NoMatchFound:
    """A search of matching for a need of the north that found nothing."""
    return NoMatchFound(
        search_id=uuid4(),
        need_id=UUID(need_id),
        need_area=city.north,
        support_kind=SupportKind.OUTING,
        missing=(Missing.AREA,),
        considered=3,
    )


def types(records: list[Record]) -> list[str]:
    return [record.envelope.type.split(".")[1] for record in records]


async def test_a_need_is_recorded_revised_and_withdrawn(north: Caller, city: City) -> None:
    body = city.a_need(weekdays=["thu", "mon", "thu"], hours_from="09:30", urgency="urgent", source="outreach")
    path = f"/needs/{await recorded(north, body)}"
    need = await north.saw(path)
    assert (need["state"], need["weekdays"], need["version"]) == ("open", ["mon", "thu"], 1)
    assert (need["hours_from"], need["hours_until"], need["urgency"]) == ("09:30", None, "urgent")
    assert [one["need_id"] for one in (await north.saw("/needs?urgency=urgent"))["items"]] == [need["need_id"]]
    assert [one["source"] for one in (await north.saw("/needs?source=outreach"))["items"]] == ["outreach"]
    await north.wrote(path, {"people": 2, "frequency": "daily"}, method="PUT", if_match='"1"')
    await north.wrote(f"{path}/withdrawal", {"reason": "転居"})
    gone = await north.saw(path)
    assert (gone["state"], gone["people"], gone["withdrawn_for"]) == ("withdrawn", 2, "転居")
    assert await north.refused(path, {"people": 3, "frequency": "daily"}, method="PUT") == (409, "need.withdrawn")


async def test_a_day_of_corrections(north: Caller, city: City) -> None:
    path = f"/needs/{await recorded(north, city.a_need())}"
    await north.wrote(f"{path}/correction", {"support_kind": "housework", "reason": "買い物の代行だった"})
    await north.wrote(f"{path}/withdrawal", {"reason": "転居"})
    await north.wrote(f"{path}/reinstatement", {"reason": "別のニーズだった"})
    need = await north.saw(path)
    assert (need["state"], need["support_kind"], need["withdrawn_for"]) == ("open", "housework", "")
    assert await north.refused(f"{path}/reinstatement", {"reason": "念のため"}) == (409, "need.not_withdrawn")
    body = {"area": city.north, "title": "移動", "method": "interview", "period_from": "2026-06-01"}
    survey = f"/surveys/{(await north.wrote('/surveys', {**body, 'period_until': '2026-06-30'}))['id']}"
    correction = {"responses": 14, "reason": "郵送分"}
    assert await north.refused(f"{survey}/correction", correction) == (409, "survey.still_open")
    await north.wrote(f"{survey}/closure", {"responses": 12})
    await north.wrote(f"{survey}/correction", correction)
    assert (await north.saw(survey))["responses"] == 14
    revision = {"title": "外出", "method": "workshop", "period_from": "2026-06-01", "period_until": "2026-07-31"}
    await north.wrote(f"{survey}/revision", {**revision, "reason": "延ばした"})
    await north.wrote(f"{survey}/reopening", {"reason": "まだ続いている"})
    shown = await north.saw(survey)
    assert {name: shown[name] for name in revision} == revision
    assert (shown["responses"], shown["reason"]) == (None, "まだ続いている")
    need = await recorded(north, city.a_need(survey_id=shown["survey_id"]))
    move = {"area": city.south, "reason": "南の校区の調査だった"}
    assert await north.refused(f"{survey}/move", move) == (404, "area.unknown")
    async with city.world.caller(city.code) as both:
        both.position = north.position
        await both.wrote(f"{survey}/move", move)
        assert ((await both.saw(survey))["area"], (await both.saw(f"/needs/{need}"))["area"]) == (
            city.south,
            city.north,
        )
        north.position = both.position
    assert await north.refused(survey, method="GET") == (404, "survey.unknown")
    assert await north.refused("/needs", city.a_need(survey_id=shown["survey_id"])) == (404, "survey.unknown")


async def test_the_source_of_a_need_is_corrected_with_its_survey(north: Caller, city: City) -> None:
    body = {"area": city.north, "title": "移動", "method": "interview", "period_from": "2026-06-01"}
    opened = [(await north.wrote("/surveys", {**body, "period_until": f"2026-06-{day}"}))["id"] for day in (29, 30)]
    path = f"/needs/{await recorded(north, city.a_need(source='survey', survey_id=opened[0]))}"
    why = {"reason": "窓口での相談だった"}
    for survey in opened:
        await north.wrote(f"/surveys/{survey}/closure", {"responses": 12})
    checklist = {"source": "checklist", "survey_id": opened[0], **why}
    await north.wrote(f"{path}/source-correction", checklist)  # its own survey, though it is closed by now
    other = {"source": "survey", "survey_id": opened[1], **why}
    assert await north.refused(f"{path}/source-correction", other) == (409, "survey.not_open")
    other["survey_id"] = str(uuid4())
    assert await north.refused(f"{path}/source-correction", other) == (404, "survey.unknown")
    await north.wrote(f"{path}/withdrawal", {"reason": "転居"})
    await north.wrote(f"{path}/source-correction", {"source": "consultation", **why})
    need = await north.saw(path)
    assert (need["source"], need["survey_id"], need["corrected_for"]) == ("consultation", None, why["reason"])
    assert (await north.saw(f"/needs?survey_id={opened[0]}"))["items"] == []
    assert await north.refused(f"/needs/{uuid4()}/source-correction", {"source": "council", **why}) == (
        404,
        "need.unknown",
    )


async def test_a_need_of_the_wrong_area_is_moved_and_belongs_to_the_right_one(north: Caller, city: City) -> None:
    path = f"/needs/{await recorded(north, city.a_need())}"
    move = {"area": city.south, "reason": "南の校区だった"}
    assert await north.refused(f"{path}/move", move) == (404, "area.unknown")
    async with city.world.caller(city.code) as both, city.world.caller(city.south) as south:
        both.position = north.position
        await both.wrote(f"{path}/move", move)
        south.position = north.position = both.position
        assert (await south.saw(path))["area"] == city.south
        assert await north.refused(path, method="GET") == (404, "need.unknown")
        assert await north.refused(f"{path}/withdrawal", {"reason": "転居"}) == (404, "need.unknown")
        assert (await north.saw("/needs"))["items"] == []
        boards = {one["area"]: one["needs"]["open"] for one in (await both.saw(f"/boards/{city.code}"))["areas"]}
        assert (boards[city.north], boards[city.south]) == (0, 1)
        need_id = path.removeprefix("/needs/")
        assert await both.refused("/issues", city.an_issue(need_id)) == (409, "issue.need_elsewhere")
        await south.wrote(path, {"people": 2, "frequency": "daily"}, method="PUT", if_match='"2"')
        records = await stream(city, f"need-{need_id}")
        assert types(records) == ["need_recorded", "need_moved", "need_revised"]
        assert {record.envelope.area for record in records} == {city.north}  # and its shard: the stream stays
        await city.world.read_up_to(await city.world.publish(need_id, search_of(city, need_id)))
        issue = city.an_issue(need_id, area=city.code, council_id=str(city.upper_council))
        raised = await both.wrote("/issues", issue)
        told = await both.refused(f"/issues/{raised['id']}/gap", {})
        assert told == (409, "issue.no_evidence"), "what was missing elsewhere"


async def test_one_thread_runs_through_the_life_of_a_need(north: Caller, city: City) -> None:
    need_id = await recorded(north, city.a_need())
    await north.wrote(f"/needs/{need_id}", {"people": 2, "frequency": "daily"}, method="PUT")
    await north.wrote(f"/needs/{need_id}/withdrawal", {"reason": "転居"})
    records = await stream(city, f"need-{need_id}")
    assert types(records) == ["need_recorded", "need_revised", "need_withdrawn"]
    assert len({record.envelope.correlation for record in records}) == 1


async def test_nobody_claims_that_a_need_comes_from_a_launch(north: Caller, city: City) -> None:
    answer = await north.send("POST", "/needs", city.a_need(source="launch"))
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, ["source"])


async def test_the_same_request_twice_is_one_need(north: Caller, city: City) -> None:
    first = await north.wrote("/needs", city.a_need(), idempotency_key=city.code)
    assert await north.wrote("/needs", city.a_need(), idempotency_key=city.code) == first
    assert len((await north.saw("/needs"))["items"]) == 1


async def test_a_need_of_another_district_is_unknown(north: Caller, city: City) -> None:
    async with city.world.caller(city.south) as south:
        need_id = await recorded(south, city.a_need(city.south))
        survey = {"area": city.south, "title": "移動", "method": "interview", "period_from": "2026-06-01"}
        survey_id = (await south.wrote("/surveys", {**survey, "period_until": "2026-06-30"}))["id"]
        north.position = south.position
    path = f"/needs/{need_id}"
    assert await north.refused(path, method="GET") == (404, "need.unknown")
    assert await north.refused(f"{path}/withdrawal", {"reason": "転居"}) == (404, "need.unknown")
    assert await north.refused("/needs", city.a_need(city.south)) == (404, "area.unknown")
    assert await north.refused("/needs", city.a_need(survey_id=survey_id)) == (404, "survey.unknown")
    assert await north.refused(f"/needs?area={city.south}", method="GET") == (404, "area.unknown")
    assert await north.refused("/issues", city.an_issue(need_id)) == (404, "need.unknown")
    assert (await north.saw("/needs"))["items"] == []


async def test_a_survey_is_opened_and_closed(north: Caller, city: City) -> None:
    body = {"area": city.north, "title": "移動", "method": "interview", "period_from": "2026-06-01"}
    assert await north.refused("/surveys", {**body, "period_until": "2026-05-01"}) == (
        409,
        "survey.ends_before_it_begins",
    )
    survey_id = (await north.wrote("/surveys", {**body, "period_until": "2026-06-30", "sheets": 20}))["id"]
    need_id = await recorded(north, city.a_need(survey_id=survey_id))
    too_many = await north.refused(f"/surveys/{survey_id}/closure", {"responses": 21})
    assert too_many == (409, "survey.more_responses_than_sheets")
    await north.wrote(f"/surveys/{survey_id}/closure", {"responses": 12})
    survey = await north.saw(f"/surveys/{survey_id}")
    assert (survey["sheets"], survey["responses"]) == (20, 12)
    assert await north.refused("/needs", city.a_need(survey_id=survey_id)) == (409, "survey.not_open")
    assert [one["need_id"] for one in (await north.saw(f"/needs?survey_id={survey_id}"))["items"]] == [need_id]
    assert [one["survey_id"] for one in (await north.saw("/surveys?closed=true"))["items"]] == [survey_id]
    assert (await north.saw("/surveys?closed=false"))["items"] == []


async def test_a_survey_closes_early_only_with_a_reason_which_is_shown(north: Caller, city: City) -> None:
    body = {"area": city.north, "title": "移動", "method": "interview", "period_from": "2026-06-01"}
    survey_id = (await north.wrote("/surveys", {**body, "period_until": "2099-06-30"}))["id"]
    path = f"/surveys/{survey_id}"
    assert await north.refused(f"{path}/closure", {"responses": 12}) == (409, "survey.closes_early")
    await north.wrote(f"{path}/closure", {"responses": 12, "reason": "全員が回答した"})
    assert (await north.saw(path))["closed_for"] == "全員が回答した"


async def test_nothing_happens_to_a_need_before_it_was_recorded(north: Caller, city: City) -> None:
    path = f"/needs/{await recorded(north, city.a_need())}"
    revision = {"people": 2, "frequency": "daily"}
    answer = await north.send("PUT", path, revision, shien_occurred_at="2026-01-01T00:00:00Z")
    assert (answer.status_code, answer.json()["code"]) == (409, "occurred_at.before_its_beginning")
    assert re.search(r"この記録の始まりは \d{4}年\d+月\d+日\d+時\d+分 です", answer.json()["detail_ja"])
    assert (await north.saw(path))["version"] == 1


async def test_needs_become_an_issue_and_the_issue_a_gap(north: Caller, city: City) -> None:
    first, second = [await recorded(north, city.a_need()) for _ in range(2)]
    issue_id = (await north.wrote("/issues", city.an_issue(second, first)))["id"]
    assert (await north.saw(f"/needs/{first}"))["state"] == "grouped"
    assert [one["issue_id"] for one in (await north.saw("/issues?state=raised"))["items"]] == [issue_id]
    assert await north.refused(f"/issues/{issue_id}/gap", {}) == (409, "issue.no_evidence")
    search = search_of(city, first)
    await city.world.read_up_to(await city.world.publish(search.need_id, search))
    said = {"missing": ["kind"]}
    assert await north.refused(f"/issues/{issue_id}/gap", said) == (409, "issue.no_evidence"), "of the second need"
    match, resource = uuid4(), uuid4()
    offered = {"match_id": match, "need_id": UUID(second), "need_area": city.north, "resource_id": resource}
    proposed = MatchProposed(**offered, resource_version=1, people=5, reasons=())
    await city.world.read_up_to(await city.world.publish(resource, proposed))
    assert await north.refused(f"/issues/{issue_id}/gap", said) == (409, "issue.candidates_at_hand")
    declined = MatchDeclined(**offered, reason=FailureReason.NOT_SUITABLE)
    await city.world.read_up_to(await city.world.publish(resource, declined))
    assert await north.refused(f"/issues/{issue_id}/gap", said) == (409, "issue.candidates_at_hand"), "none since"
    why = "車いすのまま乗れない"
    await north.wrote(f"/issues/{issue_id}/gap", {**said, "reason": why})
    issue = await north.saw(f"/issues/{issue_id}")
    assert issue["gap_reason"] == why
    assert (issue["state"], issue["missing"], issue["searches"]) == ("gap", ["kind", "area"], [str(search.search_id)])
    assert [(need["need_id"], need["state"]) for need in issue["needs_now"]] == [(second, "gap"), (first, "gap")]
    assert len((await north.saw("/needs?state=gap"))["items"]) == 2
    assert (await north.saw("/needs?state=grouped"))["items"] == []
    assert [one["issue_id"] for one in (await north.saw("/issues?state=gap"))["items"]] == [issue_id]
    assert (await north.saw("/issues?state=raised"))["items"] == []


async def test_a_dormant_council_takes_no_issue(north: Caller, city: City) -> None:
    need = (await north.wrote("/needs", city.a_need()))["id"]
    dormant = CouncilDormant(council_id=city.council, on=today(), reason="改選")
    await city.world.read_up_to(await city.world.publish(city.council, dormant, city.north))
    answer = await north.send("POST", "/issues", city.an_issue(need))
    assert (answer.status_code, answer.json()["code"]) == (409, "council.dormant")
    assert str(today()) in answer.json()["detail_en"]
    resumed = CouncilResumed(council_id=city.council, on=today())
    await city.world.read_up_to(await city.world.publish(city.council, resumed, city.north))
    await north.wrote("/issues", city.an_issue(need))


async def test_an_issue_belongs_to_the_thread_of_its_oldest_need(north: Caller, city: City) -> None:
    first, second = [await recorded(north, city.a_need()) for _ in range(2)]
    issue_id = (await north.wrote("/issues", city.an_issue(second, first)))["id"]
    await north.wrote(f"/issues/{issue_id}/gap", NO_BUS)
    of_issue = await stream(city, f"issue-{issue_id}")
    assert types(of_issue) == ["needs_consolidated", "issue_raised", "gap_declared"]
    of_need = await stream(city, f"need-{first}")
    assert types(of_need) == ["need_recorded", "need_grouped"]
    assert {record.envelope.correlation for record in (*of_issue, *of_need)} == {of_need[0].envelope.correlation}
    of_other = await stream(city, f"need-{second}")
    assert types(of_other) == ["need_recorded", "need_grouped"]
    assert len({record.envelope.correlation for record in of_other}) == 1, "a need stays in its own thread"


async def test_of_five_requests_at_once_for_a_need_one_raises_an_issue(north: Caller, city: City) -> None:
    wanted = await recorded(north, city.a_need())
    others = [await recorded(north, city.a_need()) for _ in range(5)]
    answers = await asyncio.gather(*(north.send("POST", "/issues", city.an_issue(wanted, other)) for other in others))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert {problem["code"] for problem in refused} == {"issue.need_not_open"}
    assert all(wanted in problem["detail_en"] for problem in refused)
    assert len((await north.saw("/issues"))["items"]) == 1
    assert types(await stream(city, f"need-{wanted}")) == ["need_recorded", "need_grouped"]
    assert len((await north.saw("/needs?state=open"))["items"]) == 4


async def test_an_issue_that_is_rejected_groups_none_of_its_needs(north: Caller, city: City) -> None:
    free, gone = [await recorded(north, city.a_need()) for _ in range(2)]
    await north.wrote(f"/needs/{gone}/withdrawal", {"reason": "転居"})
    assert await north.refused("/issues", city.an_issue(free, gone)) == (409, "issue.need_not_open")
    assert (await north.saw(f"/needs/{free}"))["state"] == "open"
    assert (await north.saw("/issues"))["items"] == []


async def test_the_same_request_twice_is_one_issue(north: Caller, city: City) -> None:
    body = city.an_issue(await recorded(north, city.a_need()))
    first = await north.wrote("/issues", body, idempotency_key=city.code)
    again = await north.wrote("/issues", body, idempotency_key=city.code)
    assert {**again, "position": first["position"]} == first
    assert len((await north.saw("/issues"))["items"]) == 1


async def test_an_issue_wants_open_needs_of_one_kind_and_a_council_of_its_area(north: Caller, city: City) -> None:
    outing = await recorded(north, city.a_need())
    meals = await recorded(north, city.a_need(support_kind="meals"))
    issue = city.an_issue(outing, meals)
    assert await north.refused("/issues", issue) == (409, "issue.mixed_kinds")
    assert await north.refused("/issues", {**issue, "council_id": str(city.upper_council)}) == (404, "council.unknown")
    async with city.world.caller(city.code, role=Role.TIER1_COORDINATOR) as upper:
        below = city.an_issue(outing, area=city.code)
        assert await upper.refused("/issues", below) == (409, "issue.council_elsewhere")
        await upper.wrote("/issues", {**below, "council_id": str(city.upper_council)})
    assert await north.refused("/issues", city.an_issue(outing)) == (409, "issue.need_not_open")


async def test_a_need_follows_its_matches(north: Caller, city: City) -> None:
    need_id = await recorded(north, city.a_need())
    publish, resource = city.world.publish, uuid4()
    facts: dict[str, Any] = {"need_id": UUID(need_id), "need_area": city.north, "resource_id": resource}
    first, second = uuid4(), uuid4()
    await publish(resource, MatchAccepted(match_id=first, people=5, **facts))
    assert (await until_state(north, need_id, "matched"))["match_id"] == str(first)
    lapsed = MatchLapsed(match_id=first, reason=LapseReason.RESOURCE_SUSPENDED, people_freed=5, **facts)
    await publish(resource, lapsed)
    assert (await until_state(north, need_id, "open"))["undone_for"] == "resource_suspended"
    await publish(resource, MatchAccepted(match_id=second, people=5, **facts))
    concluded = MatchConcluded(
        match_id=second, outcome=Outcome.HELPED, people_helped=3, people_freed=2, service_id=uuid4(), **facts
    )
    await publish(resource, concluded)
    some = await north.until(f"/needs/{need_id}", lambda need: need["people_helped"] == 3)
    assert (some["people"], some["people_helped"], some["people_waiting"]) == (5, 3, 2)
    board = await north.saw(f"/boards/{city.north}")
    assert board["total"]["people"]["open"] == 2
    third = uuid4()
    await publish(resource, MatchAccepted(match_id=third, people=2, **facts))
    await publish(
        resource, concluded.model_copy(update={"match_id": third, "people_helped": 2, "outcome": Outcome.PARTLY})
    )
    met = await until_state(north, need_id, "met")
    assert (met["match_id"], met["people_helped"], met["service_id"]) == (str(third), 5, str(concluded.service_id))
    assert types(await stream(city, f"need-{need_id}")) == [
        "need_recorded",
        "need_matched",
        "need_reopened",
        "need_matched",
        "need_partly_met",
        "need_matched",
        "need_met",
    ]


async def test_tier_1_is_the_sum_of_tier_2(north: Caller, city: City) -> None:
    first, _ = [await recorded(north, city.a_need(people=people)) for people in (5, 7)]
    issue_id = (await north.wrote("/issues", city.an_issue(first)))["id"]
    await north.wrote(f"/issues/{issue_id}/gap", NO_BUS)
    async with city.world.caller(city.code, role=Role.TIER1_COORDINATOR) as upper:
        upper.position = north.position
        await upper.wrote("/needs", city.a_need(city.south, support_kind="meals", people=3))
        board = await upper.saw(f"/boards/{city.code}")
        assert [(row["area"], row["needs"]["open"], row["needs"]["gap"]) for row in board["areas"]] == [
            (city.code, 0, 0),
            (city.north, 1, 1),
            (city.south, 1, 0),
        ]
        total = board["total"]
        assert total["people"] == {"open": 10, "grouped": 0, "gap": 5, "matched": 0, "met": 0, "withdrawn": 0}
        assert (total["issues"], total["gaps"]) == (1, 1)
        assert total["kinds"]["outing"] == {"waiting": 2, "people_waiting": 12}
        assert total["kinds"]["meals"] == {"waiting": 1, "people_waiting": 3}
        assert (await upper.saw(f"/boards/{city.code}"))["digest"] == board["digest"]
        before = await upper.saw(f"/boards/{city.code}?valid_at={today() - timedelta(days=1)}")
        assert sum(before["total"]["needs"].values()) == 0, "none was known by then"
        assert (before["total"]["issues"], before["total"]["gaps"]) == (0, 0), "none was raised by then"


async def test_a_subscriber_is_told_no_count_of_people(north: Caller, city: City) -> None:
    need_id = await recorded(north, city.a_need(people=3))
    async with city.world.caller(city.north, role=Role.SUBSCRIBER) as subscriber:
        subscriber.position = north.position
        need = await subscriber.saw(f"/needs/{need_id}")
        counts = ["people", "people_helped", "people_waiting"]
        assert ([need[name] for name in counts], need["state"]) == ([None, None, None], "open")
        assert need["withheld"]["fields"] == counts
        assert [one["people"] for one in (await subscriber.saw("/needs"))["items"]] == [None]
        board = await subscriber.saw(f"/boards/{city.north}")
        assert (board["total"]["needs"]["open"], board["total"]["people"], board["digest"]) == (1, None, None)
        assert board["areas"][0]["kinds"]["outing"] == {"waiting": 1, "people_waiting": None}
        assert (await subscriber.saw("/demand"))["total"][0]["people_waiting"] is None
    assert (await north.saw(f"/needs/{need_id}"))["people"] == 3


async def test_needs_are_paged_the_newest_first(north: Caller, city: City) -> None:
    ids = [await recorded(north, city.a_need()) for _ in range(5)]
    found, cursor = [], ""
    while True:
        page = await north.saw(f"/needs?limit=2{cursor}")
        found += [one["need_id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert found == ids[::-1]
