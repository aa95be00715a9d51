"""A need that is recorded already is not recorded twice, unless a person says that it is another one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from needs.decider.need_commands import NeedFacts
from needs.identical import said_of
from shiendomain.days import today
from shiendomain.vocabulary import AgeBand, Frequency, NeedSource, SupportKind, Urgency, Weekday
from shienevents import replace
from shienweb import Role
from shienweb.testing import Caller

from .world import City

FACTS = NeedFacts(3, AgeBand.FROM_75, Frequency.WEEKLY, (Weekday.TUE,), 300, "髙齢者の買い物", "09:30", "12:00")
SAID = said_of("272108-01", SupportKind.OUTING, FACTS, NeedSource.SURVEY, None)


@pytest.mark.parametrize(
    "other",
    [
        {"people": 4}, {"age_band": AgeBand.ANY}, {"frequency": Frequency.DAILY}, {"weekdays": ()}, {"note": "買い物"},
        {"fee_ceiling_yen": None}, {"hours_from": "09:00"}, {"hours_until": None}, {"urgency": Urgency.SOON},
    ],
)  # fmt: skip
def test_a_need_that_differs_in_one_fact_is_another_one(other: dict[str, Any]) -> None:
    assert said_of("272108-01", SupportKind.OUTING, replace(FACTS, **other), NeedSource.SURVEY, None) != SAID


def test_a_need_whose_note_is_written_in_other_characters_is_the_same() -> None:
    same = replace(FACTS, note="高齢者の 買い物")
    assert said_of("272108-01", SupportKind.OUTING, same, NeedSource.SURVEY, None) == SAID


pytestmark_of_routes = pytest.mark.asyncio(loop_scope="module")


@pytestmark_of_routes
async def test_an_identical_need_is_refused_until_somebody_says_that_it_is_another(north: Caller, city: City) -> None:
    first = (await north.wrote("/needs", city.a_need(note="買物の足")))["id"]
    await north.saw("/needs")  # the views have it
    same = city.a_need(note="買物の 足")
    answer = await north.send("POST", "/needs", same)
    assert (answer.status_code, answer.json()["code"]) == (409, "need.identical")
    assert first in answer.json()["detail_en"]
    assert first in answer.json()["detail_ja"]
    assert await north.refused("/needs", {**same, "not_the_same_as": [str(uuid4())]}) == (404, "need.unknown")
    another = (await north.wrote("/needs", {**same, "not_the_same_as": [first, first]}))["id"]
    assert (await north.saw(f"/needs/{another}"))["not_the_same_as"] == [first]
    third = await north.send("POST", "/needs", {**same, "not_the_same_as": [first]})
    assert (third.status_code, another in third.json()["detail_en"]) == (409, True)
    assert len((await north.saw("/needs"))["items"]) == 2


@pytestmark_of_routes
async def test_a_need_of_another_day_or_after_the_first_one_ended_is_recorded(north: Caller, city: City) -> None:
    first = (await north.wrote("/needs", city.a_need()))["id"]
    yesterday = f"{today() - timedelta(days=1)}T09:00:00+09:00"
    await north.wrote("/needs", city.a_need(), shien_occurred_at=yesterday)
    await north.saw("/needs")
    assert (await north.refused("/needs", city.a_need(), shien_occurred_at=yesterday))[1] == "need.identical"
    await north.wrote(f"/needs/{first}/withdrawal", {"reason": "二重の記録", "by_mistake": True})
    await north.saw("/needs")
    second = (await north.wrote("/needs", city.a_need()))["id"]
    facts = {"people": 9, "frequency": "weekly"}
    await north.wrote(f"/needs/{second}", facts, method="PUT")
    await north.saw("/needs")
    await north.wrote("/needs", city.a_need())
    assert (await north.refused("/needs", city.a_need(people=9)))[1] == "need.identical", (
        "it was revised to these facts"
    )


@pytestmark_of_routes
async def test_a_repeated_request_is_answered_as_before_whatever_was_recorded_since(north: Caller, city: City) -> None:
    key = {"idempotency_key": str(uuid4())}
    first = await north.wrote("/needs", city.a_need(), **key)
    await north.wrote("/needs", {**city.a_need(), "not_the_same_as": [first["id"]]})
    await north.saw("/needs")
    assert (await north.wrote("/needs", city.a_need(), **key))["id"] == first["id"]


@pytestmark_of_routes
async def test_who_does_not_see_a_need_cannot_name_it(north: Caller, city: City) -> None:
    async with city.world.caller(city.south, role=Role.TIER2_COORDINATOR) as south:
        hidden = (await south.wrote("/needs", city.a_need(city.south)))["id"]
        north.position = south.position
    assert await north.refused("/needs", {**city.a_need(), "not_the_same_as": [hidden]}) == (404, "need.unknown")


@pytestmark_of_routes
async def test_a_list_names_rows_that_are_recorded_before_it_records_them_twice(north: Caller, city: City) -> None:
    known = (await north.wrote("/needs", city.a_need(note="通院の足")))["id"]
    await north.saw("/needs")
    rows = [{**city.a_need(note=note), "reference": note} for note in ("集まる所", "通院の足")]
    for dry_run in (True, False):
        done = await north.wrote("/need-batches", {"needs": rows, "dry_run": dry_run})
        assert (done["new"], done["identical"]) == (2, [{"row": 1, "need_ids": [known]}])
    await north.saw("/needs")
    again = await north.wrote("/need-batches", {"needs": rows})
    assert (again["unchanged"], again["identical"]) == (2, []), "they are recorded by this list"


@pytestmark_of_routes
async def test_an_identical_survey_is_refused_until_somebody_says_that_it_is_another(north: Caller, city: City) -> None:
    period = {"period_from": "2026-06-01", "period_until": "2026-06-30"}
    survey = {"area": city.north, "title": "ひとり暮らしの調査", "method": "interview", **period, "sheets": 20}
    first = (await north.wrote("/surveys", survey))["id"]
    await north.saw("/surveys")  # the views have it
    same = {**survey, "title": "ひとり暮らしの 調査", "sheets": 30}
    answer = await north.send("POST", "/surveys", same)
    assert (answer.status_code, answer.json()["code"]) == (409, "survey.identical")
    assert first in answer.json()["detail_en"]
    assert first in answer.json()["detail_ja"]
    for other in ({"title": "ふたり暮らしの調査"}, {"method": "questionnaire"}, {"period_until": "2026-07-31"}):
        await north.wrote("/surveys", survey | other)
    assert await north.refused("/surveys", {**same, "not_the_same_as": [str(uuid4())]}) == (404, "survey.unknown")
    second = (await north.wrote("/surveys", {**same, "not_the_same_as": [first, first]}))["id"]
    assert (await north.saw(f"/surveys/{second}"))["not_the_same_as"] == [first]
    assert (await north.refused("/surveys", {**same, "not_the_same_as": [first]}))[1] == "survey.identical"
    for one in (first, second):
        await north.wrote(f"/surveys/{one}/withdrawal", {"reason": "二重の記録"})
    await north.saw("/surveys")
    await north.wrote("/surveys", survey)
