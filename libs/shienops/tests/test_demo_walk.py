"""The sample city and the walk in a running system: what is said is what the services answer."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from tests.ocel_replay import check_structure, replay

from shiendomain.days import JAPAN, today
from shiendomain.fiscal import FiscalYear
from shienops.demo.city import CODE, sample_city
from shienops.demo.loading import Loader
from shienops.demo.loop import Loop, WalkPlace
from shienops.demo.people import Known, Person
from shienops.demo.verify import events_per_type
from shienops.errors import StackError
from shienops.reporting import report_of, write
from shienops.seeing.opened import opened
from shienops.system import System, SystemSettings
from shienweb import Role

from .commands import shien

LAUNCHED = "escalation.service_launched.v1"
pytestmark = [pytest.mark.xdist_group("own stacks"), pytest.mark.embedded, pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    settings = SystemSettings(
        data=tmp_path / "system", kafka_heap="256m", postgres_shared_buffers="128MB", synthetic=True
    )
    async with System(settings) as system:
        yield system


async def test_the_city_is_as_planned_and_the_walk_says_what_the_services_answer(system: System) -> None:
    day, known = today(), Known()
    city = sample_city(seed=7, today=day, areas=4, resources=60, needs=90)
    loader = Loader(system, city, day, known, lambda *_: None)
    places = await loader.load()
    place = places[city.areas[0].code]
    assert await loader.free_place() == place
    told: list[str] = []
    async with Person(system, Role.AUDITOR, [CODE], known) as auditor:
        await as_planned(auditor, city)
        async with Loop(system, place, lambda ja, en: told.append(ja), known) as loop:
            walked = await loop.walk()
        said = "\n".join(told)
        (search,) = (await auditor.get("matching", "/searches", need_id=walked.need))["items"]
        issue = await auditor.get("needs", f"/issues/{walked.issue}")
        proposal = await auditor.get("escalation", f"/proposals/{walked.proposal}")
        matches = (await auditor.get("matching", "/matches", need_id=walked.need))["items"]
        labels = "・".join(search["missing_ja"])
        assert labels
        assert f"同じ種類の資源{search['considered']}件に、合うものなし（{labels}）" in said
        assert (tuple(issue["missing"]), issue["searches"]) == (tuple(search["missing"]), [search["search_id"]])
        assert f"根拠: {labels}、探索1件" in said
        assert f"回答期限 {proposal['due_on']}" in said
        assert (proposal["state"], proposal["service_id"]) == ("launched", walked.service)
        assert [(match["match_id"], match["state"]) for match in matches] == [(walked.match, "concluded")]
        assert f"マッチング {len(matches)} 件、未処理 0 件" in said
        assert walked.left == 0
        await nothing_dangles_where_something_fits(system, place, known, auditor)
    assert await Loader(system, city, day, known, lambda *_: None).load() == places
    assert (await events_per_type(system))["needs.need_recorded.v1"] == len(city.needs) + 2, "loaded once"
    assert await loader.free_place() != place, "the walk has begun a service there"
    await reported_as_the_boards_say(system, place, known)
    await asyncio.to_thread(exported_and_replayed, system, walked)


def exported_and_replayed(system: System, walked: Any) -> None:
    """The exported log fits the published machines with nothing left over, and a broken one does not."""
    path = system.folder.path.parent / "log.json"
    done = shien(system, "export", "ocel", "--city", CODE, "--out", path)
    assert done.returncode == 0, done.stderr
    log = json.loads(path.read_text())
    check_structure(log)
    whole = replay(log)
    assert (whole.misfits, whole.conformance) == ([], 1.0)
    assert whole.steps > len(log["objects"])
    assert (whole.states[walked.proposal], whole.states[walked.match]) == ({"launched"}, {"concluded"})
    assert whole.states[walked.need] == {"met"}
    first = {event["type"]: event for event in reversed(log["events"])}
    last = {event["attributes"][4]["value"]: event["id"] for event in log["events"]}
    left_out = [event for event in first.values() if event["id"] not in last.values()]
    assert len(left_out) > 15
    for one in left_out:
        assert replay({**log, "events": [event for event in log["events"] if event is not one]}).misfits, one["type"]
    received = first["escalation.proposal_received.v1"]
    swapped = [{**event, "type": LAUNCHED} if event is received else event for event in log["events"]]
    assert replay({**log, "events": swapped}).conformance < 1
    shorter = system.folder.path.parent / "nothing.json"
    early = shien(system, "export", "ocel", "--city", CODE, "--out", shorter, "--until", "2020-04-01")
    assert (early.returncode, shorter.exists()) == (2, False)
    assert "--until" in early.stderr


async def reported_as_the_boards_say(system: System, place: WalkPlace, known: Known) -> None:
    """The report of a moment is the same whatever is recorded later, and its figures are those of the boards."""
    year = FiscalYear.of(today())
    async with Person(system, Role.AUDITOR, [CODE], known) as auditor:
        board = (await auditor.get("portal", f"/boards/{CODE}", subtree="true"))["board"]
    async with opened(system.stack) as stores:
        moment = datetime.now(JAPAN)
        made = await report_of(stores, CODE, year, moment)
        async with Person(system, Role.TIER2_COORDINATOR, [place.area], known) as tier2:
            body = {"area": place.area, "support_kind": "salon", "people": 3, "frequency": "weekly"}
            await tier2.post("needs", "/needs", body | {"source": "coordinator"})
        assert await report_of(stores, CODE, year, moment) == made
        later = await report_of(stores, CODE, year, datetime.now(JAPAN))
        with pytest.raises(StackError, match="was not known"):
            await report_of(stores, CODE, year, moment - timedelta(days=1))
    tables: dict[str, dict[Any, Any]] = {table.name: {row[0]: row for row in table.rows} for table in made.tables}
    waiting = tables["7 支援ニーズ（種類別）"]["合計"][-1]
    assert waiting == sum(board["people"][state] for state in ("open", "grouped", "gap", "matched"))
    assert {table.name: table.rows for table in later.tables}["7 支援ニーズ（種類別）"][-1][-1] == waiting + 3
    assert (
        sum(row[3] for row in tables["1 コーディネーターと協議体"].values() if row[0] != "第1層と第2層が同じ区域")
        == (board["councils"]["councils"])
    )
    assert tables["11 提案"]["状態：事業開始"][1] == board["proposals"]["launched"]
    paths = write(made, system.folder.path.parent / "報告")
    assert [path.suffix for path in paths] == [".xlsx", *[".csv"] * len(made.tables)]
    book = CalamineWorkbook.from_path(str(paths[0]))
    assert book.sheet_names == [table.name for table in made.tables]
    cells = book.get_sheet_by_name("11 提案").to_python()
    assert [tuple(row[:2]) for row in cells[3:]] == list(made.tables[-1].rows)


async def as_planned(auditor: Person, city: Any) -> None:
    """The board of the city shows what the plan of its two years says."""
    board = (await auditor.get("portal", f"/boards/{CODE}", subtree="true"))["board"]
    ends = {"received_late": "received", "deliberated_late": "deliberated", "deferred_late": "deferred",
            "again": "escalated"}  # fmt: skip
    planned = Counter(ends.get(case.outcome, case.outcome) for case in city.cases)
    for state in ("escalated", "received", "returned", "deferred", "rejected", "launched"):
        assert board["proposals"][state] == planned[state], state
    assert board["proposal_ages"]["overdue"] >= 1, "an answer that is late"
    gaps, answered = sum(case.gap_on is not None for case in city.cases), planned["launched"]
    figures = {"raised": len(city.cases) - gaps, "gap": gaps - answered, "answered": answered, "closed": 0}
    assert board["issues"] == figures
    assert board["councils"]["meetings"] == sum(map(len, city.meetings.values()))
    assert sum(board["needs"].values()) == len(city.needs)
    assert board["needs"]["withdrawn"] == sum(need.withdrawn is not None for need in city.needs)
    developed = (await auditor.get("registry", f"/boards/{CODE}"))["total"]["development"]
    assert developed["venues"] == {"secured": 2 * len(city.areas), "released": 0}
    assert developed["supporters"]["trained"] == developed["supporters"]["unplaced"] + sum(
        developed["supporters"][what] for what in ("placed", "gave_up")
    )
    assert all(developed["supporters"].values()), "some are placed, some gave up, some can be asked"
    assert developed["places"]["still_wanted"] > developed["places"]["seeking"] > 0
    late = (await auditor.get("escalation", "/proposals", overdue="true", limit="200"))["items"]
    assert {one["state"] for one in late} == {"received", "deferred"}


async def nothing_dangles_where_something_fits(system: System, place: Any, known: Known, auditor: Person) -> None:
    """Where a resource is proposed, the walk says so, and declines it."""
    told: list[str] = []
    async with Loop(system, place, lambda ja, en: told.append(ja), known) as loop:
        need = await loop.record_need()
        await loop.find_nothing()
    (match,) = (await auditor.get("matching", "/matches", need_id=need))["items"]
    resource = await auditor.get("registry", f"/resources/{match['resource_id']}")
    assert match["state"] == "declined"
    assert told[1:] == [
        f"マッチング: 「{resource['details']['name']}」を提案",
        f"第2層: 「{resource['details']['name']}」は空きがなく辞退",
    ]
