"""Resources cite surveys of the needs service, which the registry has heard of; on Postgres and Kafka."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest_asyncio

from shiendomain.needs import (
    NeedRecorded,
    NeedReinstated,
    NeedWithdrawn,
    SurveyClosed,
    SurveyOpened,
    SurveyReopened,
)
from shiendomain.vocabulary import Frequency, SourceKind, SupportKind, SurveyMethod
from shienops.pytest_plugin import MakeDatabase
from shienweb.testing import Caller

from .world import City, a_city, a_wide_world, with_areas

REOPENED = "まだ続いている"


def opened(survey_id: UUID, area: str) -> SurveyOpened:
    return SurveyOpened(
        survey_id=survey_id,
        area=area,
        title="資源調査",
        method=SurveyMethod.WORKSHOP,
        period_from=date(2026, 6, 1),
        period_until=date(2026, 6, 30),
    )


async def heard(city: City, survey_id: UUID, *events: Any, area: str = "") -> None:
    """The needs service published these events of a survey, and the registry has read them."""
    for event in events:
        await city.world.read_up_to(await city.world.publish(survey_id, event, area or city.north))


def cited(city: City, survey_id: UUID, name: str = "調査で見つかった会") -> dict[str, Any]:
    return {**city.a_resource(name=name), "source": {"kind": "survey", "survey_id": str(survey_id)}}


def listed(city: City, survey_id: UUID, *numbers: str) -> dict[str, Any]:
    """A list whose rows cite the survey."""
    source = {"kind": "import", "survey_id": str(survey_id), "list": "通いの場"}
    names = {number: {**city.a_resource(name=f"サロン{number}"), "source": source} for number in numbers}
    return {"resources": [{**row, "source": {**source, "reference": number}} for number, row in names.items()]}


@pytest_asyncio.fixture
async def city(make_database: MakeDatabase, kafka: str, topic_name: str, tmp_path: Path) -> AsyncIterator[City]:
    async with a_wide_world(make_database, kafka, topic_name, tmp_path) as world:
        yield a_city(world, 1)


@pytest_asyncio.fixture
async def administrator(city: City) -> AsyncIterator[Caller]:
    async with city.world.caller() as caller:
        await with_areas(caller, city)
        yield caller


async def test_a_resource_cites_an_open_survey_of_the_territory(administrator: Caller, city: City) -> None:
    survey, elsewhere = uuid4(), uuid4()
    unknown = await administrator.send("POST", "/resources", cited(city, survey))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "survey.unknown")
    assert "needs の記録をまだ読み込んでいません" in unknown.json()["detail_ja"]
    await heard(city, elsewhere, opened(elsewhere, city.foreign), area=city.foreign)
    foreign = await administrator.send("POST", "/resources", cited(city, elsewhere))
    assert (foreign.status_code, foreign.json()["code"], foreign.headers["Retry-After"]) == (404, "survey.unknown", "1")
    assert (await administrator.saw("/resources"))["items"] == []

    await heard(city, survey, opened(survey, city.north))
    await administrator.wrote("/resources", cited(city, survey))
    await heard(city, survey, SurveyClosed(survey_id=survey, responses=12))
    assert await administrator.refused("/resources", cited(city, survey, "後の会")) == (409, "survey.not_open")
    await heard(city, survey, SurveyReopened(survey_id=survey, reason=REOPENED))
    await administrator.wrote("/resources", cited(city, survey, "後の会"))
    await administrator.wrote("/resources", city.a_resource(name="ほかの会"))
    found = (await administrator.saw(f"/resources?survey_id={survey}"))["items"]
    assert sorted(one["details"]["name"] for one in found) == ["後の会", "調査で見つかった会"]
    assert {one["survey_id"] for one in found} == {str(survey)}
    assert (await administrator.saw(f"/resources?survey_id={uuid4()}"))["items"] == []


async def test_the_source_of_a_resource_is_corrected_with_its_survey(administrator: Caller, city: City) -> None:
    survey, other = uuid4(), uuid4()
    await heard(city, survey, opened(survey, city.north), SurveyClosed(survey_id=survey, responses=12))
    await heard(city, other, opened(other, city.north))
    path = f"/resources/{(await administrator.wrote('/resources', cited(city, other)))['id']}"
    why = {"reason": "別の調査で見つかった"}
    await heard(city, other, SurveyClosed(survey_id=other, responses=3))
    own = {"source": "council", "survey_id": str(other), **why}
    await administrator.wrote(f"{path}/source-correction", own)  # its own survey, though it is closed by now
    closed = {"source": "survey", "survey_id": str(survey), **why}
    assert await administrator.refused(f"{path}/source-correction", closed) == (409, "survey.not_open")
    unknown = {**closed, "survey_id": str(uuid4())}
    assert await administrator.refused(f"{path}/source-correction", unknown) == (404, "survey.unknown")
    await administrator.wrote(f"{path}/retirement", {"reason": "venue_lost"})
    await administrator.wrote(f"{path}/source-correction", {"source": "consultation", **why})
    shown = await administrator.saw(path)
    assert (shown["source"], shown["survey_id"], shown["corrected_for"]) == ("consultation", None, why["reason"])
    assert (await administrator.saw(f"/resources?survey_id={other}"))["items"] == []


async def test_an_area_with_needs_was_no_mistake_and_one_whose_needs_were_mistakes_may_be(
    administrator: Caller, city: City
) -> None:
    need, mistake = uuid4(), {"reason": "圏域の数の誤り"}
    recorded = NeedRecorded(
        need_id=need, area=city.south, support_kind=SupportKind.MEALS, people=3, frequency=Frequency.WEEKLY,
        source=SourceKind.COUNCIL,
    )  # fmt: skip
    await heard(city, need, recorded, area=city.south)
    withdrawal = f"/areas/{city.south}/withdrawal"
    assert await administrator.refused(withdrawal, mistake) == (409, "area.has_records")
    for event in (
        NeedWithdrawn(need_id=need, reason="転居"),
        NeedWithdrawn(need_id=need, reason="二重", by_mistake=True),
        NeedReinstated(need_id=need, reason="二重ではなかった"),
    ):
        await heard(city, need, event, area=city.south)
        if not getattr(event, "by_mistake", False):
            assert await administrator.refused(withdrawal, mistake) == (409, "area.has_records")
    await heard(city, need, NeedWithdrawn(need_id=need, reason="二重", by_mistake=True), area=city.south)
    await administrator.wrote(withdrawal, mistake)


async def test_a_mapping_names_what_the_needs_service_has(administrator: Caller, city: City) -> None:
    need = uuid4()
    recorded = NeedRecorded(
        need_id=need, area=city.north, support_kind=SupportKind.MEALS, people=3, frequency=Frequency.WEEKLY,
        source=SourceKind.COUNCIL,
    )  # fmt: skip
    ends = {"successors": [city.south], "valid_from": "2024-04-01"}
    await administrator.wrote(f"/areas/{city.north}/reorganization", ends)
    things = {"things": [{"thing_id": str(need), "successor": city.south}], "reason": "統合"}
    refused = await administrator.send("POST", f"/areas/{city.north}/mappings", things)
    assert [error["field"] for error in refused.json()["errors"]] == ["things.0.thing_id"]
    at = datetime(2023, 5, 1, tzinfo=UTC)
    await city.world.read_up_to(await city.world.publish(need, recorded, city.north, at))
    await administrator.wrote(f"/areas/{city.north}/mappings", things)
    late = city.an_area(city.south, valid_from="2024-04-02", reason="日付の誤り")
    assert await administrator.refused("/areas", late) == (409, "area.in_use_before")


async def test_a_list_names_the_rows_whose_survey_cannot_be_cited(administrator: Caller, city: City) -> None:
    survey = uuid4()
    refused = await administrator.send("POST", "/resource-batches", listed(city, survey, "1", "2"))
    errors = refused.json()["errors"]
    assert [error["field"] for error in errors] == [f"resources.{n}.source.survey_id" for n in (0, 1)]
    assert "needs の記録をまだ読み込んでいません" in errors[0]["ja"]
    assert (await administrator.saw("/resources"))["items"] == []

    await heard(city, survey, opened(survey, city.north))
    counts = await administrator.wrote("/resource-batches", listed(city, survey, "1", "2"))
    assert counts["new"] == 2
    await heard(city, survey, SurveyClosed(survey_id=survey, responses=12))
    again = await administrator.wrote("/resource-batches", listed(city, survey, "1", "2"))
    assert (again["new"], again["unchanged"]) == (0, 2)
    late = await administrator.send("POST", "/resource-batches", listed(city, survey, "1", "2", "3"))
    assert [error["field"] for error in late.json()["errors"]] == ["resources.2.source.survey_id"]
