"""A year in a tier-2 area, and a day of corrections: what a coordinator's weeks really hold, to the yearly report."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from shiendomain.days import JAPAN
from shiendomain.fiscal import FiscalYear
from shienops.demo.loop import eventually
from shienops.demo.people import Person, Refused
from shienops.main import app
from shienops.reporting import report_of
from shienops.seeing.opened import opened
from shienops.system import System
from shienweb import Role

from .town import DUE, TODAY, Town, adds_up

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.embedded, pytest.mark.timeout(400)]

NEIGHBOURS = {"kind": "neighbourhood", "name": "北自治会"}
TODAY_ = str(TODAY)
NOTE = "会場の鍵は北自治会が管理"
NEED = {"support_kind": "meals", "people": 9, "frequency": "weekly", "source": "coordinator"}


async def test_a_year_in_a_tier_2_area_is_in_the_report(system: System) -> None:
    async with Town(system, "99121") as town:
        place, _ = await town.build(districts=2)
        tier2 = town.person(Role.TIER2_COORDINATOR, place.area)
        await survey(tier2, place.area)
        first, second, third = await needs_of(town)
        issue = await agreed_by_neighbours(tier2, place.area, place.council, [first, second])
        await developed(tier2, place.area, place.council)
        await helped(town, tier2, place.area, third)
        post, printed = await handed_over(town, place.area)
        adds_up(await town.board())  # the portal has read all of it
        assert NOTE in await town.auditor.text("portal", f"/areas/{place.area}/hand-over")
        assert (await town.auditor.get("needs", f"/issues/{issue}"))["outcome"] == "solved_locally"
        registered = await town.auditor.get("registry", f"/coordinators/{post}")
        assert registered["handed_over_on"] == TODAY_
        async with opened(system.stack) as stores:
            made = await report_of(stores, town.code, FiscalYear.of(TODAY), datetime.now(JAPAN))
            await tier2.post("needs", "/needs", {**NEED, "area": place.area})
            path = f"/hand-overs/{registered['hand_over_id']}"
            assert (await town.auditor.get("portal", path))["digest"] == printed, "a later need is not in it"
        for digest, code in ((printed, 0), ("0" * 64, 1)):
            arguments = ["handover", registered["hand_over_id"], "--digest", digest, "--data", str(system.folder.path)]
            done = await asyncio.to_thread(CliRunner().invoke, app, arguments)
            assert (done.exit_code, printed in done.stderr) == (code, True), done.stderr
        looked = await eventually(lambda: looked_at(town, registered["hand_over_id"], times=2))
        assert [one["operation"] for one in looked] == ["handover", "handover"]
        tables = {table.name: {row[0]: row[1:] for row in table.rows} for table in made.tables}
        assert tables["7 支援ニーズ（種類別）"]["合計"][:3] == (3, 6, 1)
        assert tables["9 地域課題とニーズ調査"]["調査票の回答数"] == (12,)
        assert tables["9 地域課題とニーズ調査"]["終了した地域課題（累計、件）"] == (1,)
        assert tables["5 担い手と活動の場"]["活動中の担い手（人）"] == (2,)
        reported = [row for row in made.tables[1].rows if row[0] == "活動報告"]
        assert [row[-1] for row in reported] == [1, 4, 4, 1], reported
        assert tables["6 ネットワーク構築"]["働きかけ（年度内）：協力"] == (1,)
        assert tables["1 コーディネーターと協議体"]["第2層"][:3] == (1, 1, 2)  # the day of the hand-over is its last


async def survey(tier2: Person, area: str) -> None:
    """A survey is opened, its needs are recorded as a list, and it is closed with its responses."""
    body = {"area": area, "title": "暮らしの困りごと", "method": "questionnaire"}
    opened = await tier2.post("needs", "/surveys", body | {"period_from": TODAY_, "period_until": TODAY_})
    row = {"area": area, "frequency": "weekly", "source": "survey", "survey_id": opened["id"]}
    rows = [
        {**row, "support_kind": kind, "people": people, "reference": f"{n}", "note": note}
        for n, (kind, people, note) in enumerate(
            [("outing", 2, "通院の足がない"), ("outing", 1, "通院の足が足りない"), ("salon", 3, "集まる所がない")],
            start=1,
        )
    ]
    done = await tier2.post("needs", "/need-batches", {"needs": rows})
    assert (done["new"], done["revised"], done["unchanged"]) == (3, 0, 0)
    alike = await tier2.get("needs", "/needs/similar", area=area, support_kind="outing", note="通院の足がない")
    assert "note" in alike["items"][0]["reasons"], alike
    await tier2.post("needs", f"/surveys/{opened['id']}/closure", {"responses": 12})


async def needs_of(town: Town) -> list[str]:
    """The ids of the needs, in the order of the list."""
    found = (await town.auditor.get("needs", "/needs", area=town.code))["items"]
    return [one["need_id"] for one in sorted(found, key=lambda one: (one["support_kind"], -one["people"]))]


async def agreed_by_neighbours(tier2: Person, area: str, council: str, needs: list[str]) -> str:
    """Two needs become an issue, the neighbours agree to do it themselves, and say what came of it."""
    issue = {"area": area, "council_id": council, "title": "通院の足", "summary": "", "needs": needs}
    issue_id = (await tier2.post("needs", "/issues", issue))["id"]

    held = {"council_id": council, "held_on": TODAY_, "issues": [issue_id]}
    meeting = (await tier2.post("escalation", "/meetings", held))["id"]
    promise = {"issue_id": issue_id, "meeting_id": meeting, "body_kind": "neighbourhood", "body": "北自治会"}
    promise |= {"what": "週1回の送迎", "until": str(DUE)}
    self_help = (await tier2.post("escalation", "/self-help", promise))["id"]
    report = {"outcome": "ongoing", "line": "毎週火曜に続いている", "reported_on": TODAY_, "people_helped": 3}
    await tier2.post("escalation", f"/self-help/{self_help}/report", report)
    await tier2.post(
        "needs", f"/issues/{issue_id}/closure", {"outcome": "solved_locally", "reason": "自治会が送迎を始めた"}
    )
    return str(issue_id)


async def developed(tier2: Person, area: str, council: str) -> None:
    """Supporters are trained and placed, a salon reports, neighbours are asked and agree, the council is informed."""
    salon = {"area": area, "details": {"name": "北サロン", "support_kinds": ["salon"], "capacity": 4}}
    resource = (await tier2.post("registry", "/resources", salon))["id"]
    training = {"title": "養成講座", "held_on": TODAY_, "headcount": 5, "support_kinds": ["salon"]}
    training |= {"held_by": "校区社協", "held_by_kind": "shakyo"}
    cohort = (await tier2.post("registry", "/cohorts", {"area": area, **training}))["id"]
    placed = {"resource_id": resource, "headcount": 2, "placed_on": TODAY_}
    await tier2.post("registry", f"/cohorts/{cohort}/placements", placed)
    report = {"period_from": TODAY_, "period_until": TODAY_, "times": 1, "participants": 4, "attendances": 4}
    await tier2.post("registry", f"/resources/{resource}/activity-reports", {**report, "supporters": 2})
    asked = {"area": area, "body": NEIGHBOURS, "made_on": TODAY_, "request": "lend_venue"}
    outreach = (await tier2.post("registry", "/outreach", asked))["id"]
    await tier2.post("registry", f"/outreach/{outreach}/answer", {"answer": "agreed", "answered_on": TODAY_})
    shared = {
        "area": area,
        "from_body": NEIGHBOURS,
        "to_councils": [council],
        "subject": "会場",
        "text": "集会所を貸せる",
    }
    information = (await tier2.post("registry", "/information", {**shared, "shared_on": TODAY_}))["id"]
    said = {"council_id": council, "on": TODAY_}
    await tier2.post("registry", f"/information/{information}/acknowledgement", said)


async def helped(town: Town, tier2: Person, area: str, need: str) -> None:
    """The third need is matched with the salon. Later the support ends, and a place is free for somebody else."""

    async def proposed() -> Any:
        done = await tier2.post("matching", f"/needs/{need}/search")
        return done if done["outcome"] == "proposed" else None

    done = await eventually(proposed)
    path = f"/resources/{done['resource_id']}/matches/{done['id']}"
    await tier2.post("matching", f"{path}/acceptance")
    await tier2.post("matching", f"{path}/conclusion", {"outcome": "helped", "people_helped": 3})

    async def met() -> Any:
        return (await tier2.get("needs", f"/needs/{need}"))["state"] == "met"

    await eventually(met)
    await tier2.post("matching", f"{path}/end", {"reason": "no_longer_needed", "ended_on": TODAY_})
    assert (await town.auditor.get("matching", f"/matches/{done['id']}"))["state"] == "ended"
    assert (await tier2.get("needs", f"/needs/{need}"))["people_helped"] == 3


async def handed_over(town: Town, area: str) -> tuple[str, str]:
    """The post of the coordinator is filled, and handed over with the document as it was printed; its digest."""
    body = {"area": area, "tier": "tier2", "employer": "ささえりあ北", "employer_kind": "support_centre"}
    body |= {"term_from": str(TODAY - timedelta(days=365)), "term_until": str(DUE)}
    post = (await town.administrator.post("registry", "/coordinators", body))["id"]
    await town.auditor.get("portal", f"/boards/{area}")  # the portal has read all of it
    page = await town.auditor.text("portal", f"/areas/{area}/hand-over")
    position, digest = re.findall(r"<dd><code>(.*?)</code></dd>", page)
    note = {"on": TODAY_, "note": NOTE, "document": {"position": position, "day": TODAY_}}
    await town.administrator.post("registry", f"/coordinators/{post}/hand-over", note)
    return str(post), digest


async def test_on_a_day_of_corrections_each_is_seen_and_nothing_counts_twice(system: System) -> None:
    async with Town(system, "99122") as town:
        place, other = await town.build(districts=2)
        tier2 = town.person(Role.TIER2_COORDINATOR, place.area)
        wrong = await town.need(tier2, place.area, people=4, kind="meals")
        mistaken = await town.need(tier2, place.area, people=2)
        resource = await town.resource(place.area, capacity=3)
        why = {"reason": "聞き間違い"}
        await tier2.post("needs", f"/needs/{wrong}/correction", {"support_kind": "outing", **why})
        await tier2.post("needs", f"/needs/{mistaken}/withdrawal", why)
        await tier2.post("needs", f"/needs/{mistaken}/reinstatement", why)
        await tier2.post("registry", f"/resources/{resource}/retirement", {"reason": "other", "note": "別の資源だった"})
        await tier2.post("registry", f"/resources/{resource}/reinstatement", why)
        registered = {"seat": "npo", "body_id": None, "parent_id": None}
        members = [{"kind": "npo", "name": "北の会", "parent": None, **registered}]
        right = {"name": "北協議体", "history": [{"on": None, "members": members}], "purpose": None, **why}
        await town.administrator.put("registry", f"/councils/{place.council}", right)
        provider = await town.administrator.post(
            "registry", "/providers", {"area": place.area, "name": "北の会", "kind": "company"}
        )
        revised = {"name": "北の会", "kind": "npo", **why}
        await town.administrator.put("registry", f"/providers/{provider['id']}", revised)

        await nobody_of_the_old_area_has_what_was_moved(town, place.area, other.area)

        need = await town.auditor.get("needs", f"/needs/{wrong}")
        assert (need["support_kind"], need["state"], need["people"]) == ("outing", "open", 4)
        council = await town.auditor.get("registry", f"/councils/{place.council}")
        assert (council["name"], council["members"], council["corrected_for"]) == ("北協議体", members, "聞き間違い")
        assert (await town.auditor.get("registry", f"/providers/{provider['id']}"))["kind"] == "npo"
        board = await town.board()
        adds_up(board)
        by_area = {row["area"]: row["board"] for row in board["areas"]}
        assert (by_area[place.area]["needs"]["open"], by_area[place.area]["people"]["open"]) == (2, 6)
        assert (by_area[other.area]["needs"]["open"], by_area[other.area]["resources"]["unverified"]) == (1, 1)
        assert by_area[place.area]["resources"]["unverified"] == 1
        for thing, words in ((wrong, "ニーズの種類を訂正"), (mistaken, "取下げを取消し"), (resource, "廃止を取消し")):
            trace = await town.auditor.get("portal", f"/trace/{thing}")
            assert any(words in event["ja"] for event in trace["events"]), [one["ja"] for one in trace["events"]]


async def nobody_of_the_old_area_has_what_was_moved(town: Town, area: str, right: str) -> None:
    """A need and a resource were recorded in the wrong district: tier 1 moves them, and the right one goes on."""
    here, there = (town.person(Role.TIER2_COORDINATOR, one) for one in (area, right))
    tier1, why = town.person(Role.TIER1_COORDINATOR), {"reason": "隣の校区だった"}
    need, resource = await town.need(here, area, kind="salon"), await town.resource(area, capacity=5, kind="salon")
    await offered_to(here, need)
    proposed = await here.post("matching", f"/needs/{need}/search")
    assert proposed["resource_id"] == resource
    with pytest.raises(Refused, match=r"area\.unknown"):
        await here.post("needs", f"/needs/{need}/move", {"area": right, **why})
    await tier1.post("needs", f"/needs/{need}/move", {"area": right, **why})
    await tier1.post("registry", f"/resources/{resource}/move", {"area": right, **why})
    for who, service, path in ((here, "needs", f"/needs/{need}"), (here, "registry", f"/resources/{resource}")):
        with pytest.raises(Refused, match=r"unknown"):
            await who.get(service, path)
    with pytest.raises(Refused, match=r"need\.unknown"):
        await here.post("needs", f"/needs/{need}/withdrawal", why)
    with pytest.raises(Refused, match=r"resource\.unknown"):
        await here.post("registry", f"/resources/{resource}/suspension", {"reason": "other"})
    await eventually(lambda: declined(town, proposed["id"]))
    assert (await offered_to(there, need))[0]["area"] == right
    assert (await there.post("matching", f"/needs/{need}/search"))["resource_id"] == resource
    for thing, words in ((need, "ニーズの地域を訂正"), (resource, "資源の地域を訂正")):
        trace = await there.get("portal", f"/trace/{thing}")
        assert any(words in event["ja"] for event in trace["events"]), [one["ja"] for one in trace["events"]]


async def offered_to(who: Person, need: str) -> Any:
    """What is offered to a need, once there is something: an offer follows its resource by a reaction."""

    async def candidates() -> Any:
        return (await who.get("matching", f"/needs/{need}/candidates"))["candidates"]

    return await eventually(candidates)


async def declined(town: Town, match: str) -> bool:
    """Whether a match was declined."""
    return bool((await town.auditor.get("matching", f"/matches/{match}"))["state"] == "declined")


async def looked_at(town: Town, about: str, *, times: int) -> list[dict[str, str]]:
    """The accesses to the past of this, once there are so many: the portal hears of them a moment later."""
    found = await town.auditor.get("portal", "/accesses", kind="past_read", about=about)
    items: list[dict[str, str]] = found["items"]
    return items if len(items) >= times else []
