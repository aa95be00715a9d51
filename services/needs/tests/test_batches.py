"""The route of batches of needs, on a real Postgres. Every test has a city of its own."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from shienops.imports.needs import NeedBatch, NeedOptions, read_needs
from shienops.imports.tables import table_of
from shienweb.testing import Caller

from .world import City

pytestmark = pytest.mark.asyncio(loop_scope="module")


def a_list(city: City, *references: str, **more: Any) -> dict[str, Any]:
    """A list of needs of the north with these references."""
    rows = [{**city.a_need(**more), "reference": reference} for reference in references or ("1", "2")]
    return {"needs": rows}


def counts(answer: dict[str, Any]) -> tuple[int, int, int]:
    return answer["new"], answer["revised"], answer["unchanged"]


async def test_a_list_is_recorded_together_and_safe_to_repeat(north: Caller, city: City) -> None:
    assert counts(await north.wrote("/need-batches", a_list(city))) == (2, 0, 0)
    assert counts(await north.wrote("/need-batches", a_list(city))) == (0, 0, 2)
    changed = a_list(city)
    changed["needs"][1]["people"] = 9
    assert counts(await north.wrote("/need-batches", changed)) == (0, 1, 1)
    assert sorted(one["people"] for one in (await north.saw("/needs"))["items"]) == [5, 9]


async def test_what_people_revised_stays_when_the_list_says_what_it_said(north: Caller, city: City) -> None:
    await north.wrote("/need-batches", a_list(city, "1"))
    need_id = (await north.saw("/needs"))["items"][0]["need_id"]
    await north.wrote(f"/needs/{need_id}", {"people": 2, "frequency": "daily"}, method="PUT")
    assert counts(await north.wrote("/need-batches", a_list(city, "1"))) == (0, 0, 1)
    assert (await north.saw(f"/needs/{need_id}"))["people"] == 2


async def test_a_list_sent_again_with_its_key_answers_as_it_did(north: Caller, city: City) -> None:
    first = await north.wrote("/need-batches", a_list(city), idempotency_key=city.code)
    again = await north.wrote("/need-batches", a_list(city), idempotency_key=city.code)
    assert {**again, "position": first["position"]} == first
    assert counts(first) == (2, 0, 0)


async def test_a_dry_run_counts_and_writes_nothing(north: Caller, city: City) -> None:
    answer = await north.wrote("/need-batches", {**a_list(city), "dry_run": True})
    assert (counts(answer), answer["position"], answer["dry_run"]) == ((2, 0, 0), "", True)
    assert (await north.saw("/needs"))["items"] == []


async def test_each_fault_names_its_row_and_nothing_is_recorded(north: Caller, city: City) -> None:
    body = a_list(city, "1", "2", "2", "3")
    body["needs"][0]["area"] = city.south
    body["needs"][3] |= {"hours_from": "12:00", "hours_until": "09:00", "survey_id": str(UUID(int=7))}
    answer = await north.send("POST", "/need-batches", body)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (
        422,
        ["needs.0.area", "needs.2.reference", "needs.3.hours_until", "needs.3.survey_id"],
    )
    assert (await north.saw("/needs"))["items"] == []


async def test_a_row_that_was_recorded_otherwise_is_named(north: Caller, city: City) -> None:
    await north.wrote("/need-batches", a_list(city, "survey-7"))
    answer = await north.send("POST", "/need-batches", a_list(city, "new", "survey-7", support_kind="meals"))
    assert (answer.status_code, answer.json()["code"]) == (422, "fields.malformed")
    assert [(error["field"], "survey-7" in error["ja"]) for error in answer.json()["errors"]] == [("needs.1", True)]
    assert len((await north.saw("/needs"))["items"]) == 1


async def test_a_list_of_a_survey_is_safe_to_repeat_after_its_end(north: Caller, city: City) -> None:
    survey = {"area": city.north, "title": "移動", "method": "interview", "period_from": "2026-06-01"}
    survey_id = (await north.wrote("/surveys", {**survey, "period_until": "2026-06-30"}))["id"]
    await north.wrote("/need-batches", a_list(city, "1", survey_id=survey_id))
    await north.wrote(f"/surveys/{survey_id}/closure", {"responses": 12})
    assert counts(await north.wrote("/need-batches", a_list(city, "1", survey_id=survey_id))) == (0, 0, 1)
    answer = await north.send("POST", "/need-batches", a_list(city, "1", "2", survey_id=survey_id))
    assert [error["field"] for error in answer.json()["errors"]] == ["needs.1.survey_id"]


async def test_each_listed_need_has_a_thread_of_its_own(north: Caller, city: City) -> None:
    await north.wrote("/need-batches", a_list(city))
    found = (await north.saw("/needs"))["items"]
    assert len({one["correlation"] for one in found}) == 2


async def test_what_the_import_makes_of_a_file_is_recorded(north: Caller, city: City) -> None:
    headers = ("番号", "地域", "支援の種類", "人数", "頻度", "曜日", "開始時刻", "緊急度")
    table = table_of(headers, [(2, ("1", city.north, "外出支援", "4名", "週1回", "火", "9時", "高"))])
    read = read_needs(table, NeedOptions(city.code, "一覧"))
    answer = await north.wrote("/need-batches", json.loads(NeedBatch(read.needs).body(dry_run=False)))
    assert counts(answer) == (1, 0, 0)
    (need,) = (await north.saw("/needs"))["items"]
    assert (need["people"], need["weekdays"], need["hours_from"], need["urgency"]) == (4, ["tue"], "09:00", "urgent")


async def test_ten_thousand_needs_are_recorded_together(north: Caller, city: City) -> None:
    references = [str(n) for n in range(10_000)]
    assert counts(await north.wrote("/need-batches", a_list(city, *references))) == (10_000, 0, 0)
    assert counts(await north.wrote("/need-batches", a_list(city, *references))) == (0, 0, 10_000)
