"""The routes, on a real Postgres and a real Kafka. Every test has a city of its own."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from escalation.decider.going_up import proposal_id_of
from shiendomain.days import day_of, today
from shiendomain.needs import NeedRecorded, NeedReinstated, NeedRevised, NeedWithdrawn
from shiendomain.registry import CouncilDormant, CouncilResumed
from shiendomain.rounds import Shortage
from shiendomain.vocabulary import AgeBand, Frequency, SourceKind, SupportKind
from shienweb import Role
from shienweb.testing import THREAD, Caller

from .facts import ACTIVITY_LISTED, ACTIVITY_SAID, DECLARED, FOREIGN, ROUND_OPENED, ROUND_SOLVED
from .world import BEGUN, City

DUE = today() + timedelta(days=60)  # not today, which may end while the tests run
pytestmark = pytest.mark.asyncio(loop_scope="module")


def a_design() -> dict[str, object]:
    """The body of a design."""
    return {
        "name": "北おでかけ便",
        "service_class": "visit_d",
        "support_kinds": ["outing"],
        "fee_yen": 200,
        "criteria": "65歳以上",
        "starts_on": str(today()),
    }


async def test_a_proposal_goes_up_is_answered_and_becomes_a_service(city: City, tier2: Caller, tier1: Caller) -> None:
    path = await city.escalate(tier2)
    assert path == f"/proposals/{proposal_id_of(city.issue)}"
    await tier1.wrote(f"{path}/receipt", {"due_on": str(DUE)})
    upper = {"council_id": str(city.upper_council), "held_on": str(today()), "proposals": [path.split("/")[-1]]}
    meeting = await tier1.wrote("/meetings", upper)
    await tier1.wrote(f"{path}/deliberations", {"meeting_id": meeting["id"], "supply": "二台"})
    later = DUE + timedelta(days=1)
    await tier1.wrote(f"{path}/due-date", {"due_on": str(later), "reason": "次回を待つ"})
    await tier1.wrote(f"{path}/rejection", {"reason": "別の提案への回答"})
    await tier1.wrote(f"{path}/answer-revocation", {"answer": "rejected", "reason": "取り違え"})
    assert await tier1.refused(f"{path}/answer-revocation", {"answer": "rejected", "reason": "二度目"}) == (
        409,
        "proposal.answer_not_last",
    )
    now = await tier1.saw(path)
    assert (now["state"], now["due_on"], now["deliberations"]) == ("deliberated", str(later), 1)
    await tier1.wrote(f"{path}/adoption", {"reason": "必要"})
    await tier1.wrote(f"{path}/design", a_design())
    start: dict[str, object] = {"provider_name": "NPO 北", "capacity": 10, "launched_on": str(today())}
    ours, foreign = uuid4(), uuid4()
    await city.publish_provider(ours, city.north)
    await city.publish_provider(foreign, FOREIGN)
    for provider in (foreign, uuid4()):
        named = {**start, "provider_id": str(provider)}
        assert await tier1.refused(f"{path}/launch", named) == (404, "provider.unknown")
    await tier1.wrote(f"{path}/launch", {**start, "provider_id": str(ours)})
    shown = await tier2.send("GET", path, after=tier1.position)
    assert shown.headers["etag"] == '"9"'
    found = shown.json()
    assert (found["state"], found["target_kind"]) == ("launched", "council")
    assert found["target_council_id"] == str(city.upper_council)
    assert (len(found["needs"]), found["service_name"], found["correlation"]) == (3, "北おでかけ便", str(THREAD))
    (only,) = found["rounds"]
    assert [(one["supply"], one["meeting_id"]) for one in only["deliberations"]] == [("二台", meeting["id"])]
    assert [(one["state"], one["text"], one["revoked_for"]) for one in only["answers"]] == [
        ("received", "", ""),
        ("rejected", "別の提案への回答", "取り違え"),
        ("adopted", "必要", ""),
    ]
    assert [(one["due_on"], one["reason"]) for one in only["due_dates"]] == [(str(later), "次回を待つ")]
    [service] = found["services"]
    assert (service["criteria"], service["starts_on"]) == ("65歳以上", str(today()))
    [given] = service["provisions"]
    assert (given["provider_id"], len(given["needs"])) == (str(ours), 3)
    tier2.position = tier1.position
    assert (await tier2.saw(f"/meetings/{meeting['id']}"))["council_id"] == str(city.upper_council)
    assert len((await tier2.saw(f"/meetings?council_id={city.upper_council}"))["items"]) == 1
    withdrawal = {"reason": "二重の記録"}
    assert await tier2.refused(f"/meetings/{meeting['id']}/withdrawal", withdrawal) == (404, "meeting.unknown")
    board = await tier1.saw(f"/boards/{city.ward}")
    launched = {line["area"]: line["launched"] for line in board["areas"]}
    assert launched == {city.ward: 0, city.north: 1, city.south: 0}
    assert (board["total"]["launched"], board["total"]["waiting_to_30"]) == (1, 0)


async def test_a_service_grows_and_ends_and_what_it_left_is_proposed_again(
    city: City, tier2: Caller, tier1: Caller
) -> None:
    path, day = await city.escalate(tier2), str(today())
    await tier1.wrote(f"{path}/receipt", {"due_on": str(DUE)})
    await tier1.wrote(f"{path}/adoption", {"reason": "必要"})
    await tier1.wrote(f"{path}/design", a_design())
    await tier1.send("PUT", f"{path}/design", {**a_design(), "fee_yen": 100, "reason": "補助が決まった"})
    entry = {"provider_name": "NPO 南", "asked": "週二回なら担える", "requested_on": day}
    asked = (await tier1.wrote(f"{path}/entries", entry))["id"]
    await tier1.wrote(f"/entries/{asked}/terms", {"terms": "燃料費を補助", "adjusted_on": day})
    assert [one["state"] for one in (await tier1.saw("/entries"))["items"]] == ["adjusted"]
    ours = uuid4()
    await city.publish_provider(ours, city.north)
    start = {"provider_id": str(ours), "provider_name": "略称", "service_areas": [city.north], "launched_on": day}
    await tier1.wrote(f"{path}/launch", start)
    [service] = (await tier2.saw("/services?state=running", after=tier1.position))["items"]
    shown = await tier1.saw(f"/services/{service['service_id']}")
    assert (shown["fee_yen"], shown["provisions"][0]["provider_name"]) == (100, "NPO 北"), "as it is registered"
    assert [need["area"] for need in shown["needs_left"]] == [city.south]
    joined = {"provider_name": "NPO 南", "service_areas": [city.south], "joined_on": day, "entry_id": asked}
    await tier1.wrote(f"{path}/provisions", joined)
    shown = await tier1.saw(f"/services/{service['service_id']}")
    assert (shown["needs_left"], len(shown["provisions"])) == ([], 2)
    assert [one["state"] for one in (await tier1.saw("/entries"))["items"]] == ["joined"]
    async with city.world.caller(city.south) as south:
        reached = (await south.saw("/services", after=tier1.position))["items"]
        assert [one["service_id"] for one in reached] == [service["service_id"]], "it serves the district"
    wider = {"added": [city.south], "extended_on": day}
    await tier1.wrote(f"{path}/provisions/1/extension", wider)
    dearer = {"fee_yen": 300, "schedule": "毎週火曜", "capacity": 5, "changed_on": day, "reason": "値上がり"}
    assert (await tier1.send("PUT", f"{path}/provisions/1", dearer)).status_code == 200
    leaving = {"left_on": day, "reason": "provider_withdrew"}
    await tier1.wrote(f"{path}/provisions/2/leaving", leaving)
    assert await tier1.refused(f"{path}/provisions/1/leaving", leaving) == (409, "service.last_provider")
    end = {"ended_on": day, "reason": "no_funds", "note": "補助が終わった"}
    await tier1.wrote(f"{path}/end", end)
    await tier1.wrote(f"{path}/reinstatement", {"reason": "年度を誤った"})
    await tier1.wrote(f"{path}/end", end)
    assert (await tier1.saw(f"/boards/{city.ward}"))["total"]["ended"] == 1
    meeting = await tier2.wrote("/meetings", city.a_meeting(), after=tier1.position)
    await tier2.wrote("/proposals", city.a_proposal(meeting["id"]))
    again = await tier2.saw(path)
    assert (again["state"], again["round"], again["service_id"]) == ("escalated", 2, None)
    ended = await tier2.saw(f"/services/{service['service_id']}")
    assert (ended["state"], ended["ended_because"], ended["needs_left"]) == ("ended", "no_funds", [])


async def test_a_dormant_council_holds_no_meeting_and_is_proposed_nothing(
    city: City, tier2: Caller, tier1: Caller
) -> None:
    since = today() - timedelta(days=7)
    path = await city.escalate(tier2)
    for council_id, area in ((city.council, city.north), (city.upper_council, city.ward)):
        await city.publish(council_id, CouncilDormant(council_id=council_id, on=since, reason="改選"), area)
    answer = await tier2.send("POST", "/meetings", city.a_meeting())
    assert (answer.status_code, answer.json()["code"]) == (409, "council.dormant")
    assert str(since) in answer.json()["detail_en"]
    held = await tier2.wrote("/meetings", city.a_meeting(held_on=str(since - timedelta(days=1))))
    await tier2.wrote(f"{path}/withdrawal", {"reason": "出し直す"})
    await tier2.wrote("/proposals", city.a_proposal(held["id"]))
    assert (await tier2.saw(path))["target_kind"] == "municipality"
    await city.publish(city.council, CouncilResumed(council_id=city.council, on=today()), city.north)
    await tier2.wrote("/meetings", city.a_meeting())


async def test_one_thread_runs_from_an_issue_through_its_meetings_and_its_proposal(
    city: City, tier2: Caller, tier1: Caller
) -> None:
    path = await city.escalate(tier2)
    proposal = path.split("/")[-1]
    await tier1.wrote(f"{path}/receipt", {"due_on": str(DUE)})
    upper = {"council_id": str(city.upper_council), "held_on": str(today()), "proposals": [proposal]}
    meeting = await tier1.wrote("/meetings", upper)
    await tier1.wrote(f"{path}/deliberations", {"meeting_id": meeting["id"], "fee": "200円"})
    store = city.world.service.store
    records = [*await store.read_stream(f"proposal-{proposal}"), *await store.read_stream(f"meeting-{meeting['id']}")]
    assert [record.envelope.type.split(".")[1] for record in records] == [
        "proposal_escalated",
        "proposal_received",
        "proposal_deliberated",
        "council_meeting_held",
        "meeting_followed",
    ]
    assert {record.envelope.correlation for record in records} == {THREAD}


async def test_a_draft_has_the_evidence_of_the_gap_and_names_proposals_for_the_same(city: City, tier2: Caller) -> None:
    path = f"/issues/{city.issue}/proposal-draft"
    assert await tier2.refused(path, method="GET") == (409, "proposal.no_gap")
    await city.declare_gap()
    draft = await tier2.saw(path)
    assert (draft["title"], draft["people"], draft["similar"]) == (DECLARED.title, 6, [])
    assert [need["people"] for need in draft["needs"]] == [3, 2, 1]
    assert (draft["missing"], draft["searches"]) == ([*DECLARED.missing], [str(one) for one in DECLARED.searches])
    for said in ("3件（6人）", DECLARED.support_kind.ja, *(word.ja for word in DECLARED.missing)):
        assert said in draft["ask"]
    assert draft["prices"] == []
    for number, shortages in enumerate([(5, 900), (2, 700)]):
        round_id, area = uuid4(), (city.code, city.north)[number]
        opened = ROUND_OPENED.model_copy(update={"round_id": round_id, "area": area})
        left = Shortage(area=city.north, support_kind=DECLARED.support_kind, people=shortages[0], points=shortages[1])
        meals = left.model_copy(update={"support_kind": SupportKind.MEALS})
        solved = ROUND_SOLVED.model_copy(update={"round_id": round_id, "area": area, "shortages": (left, meals)})
        await city.publish(round_id, opened, area)
        await city.publish(round_id, solved, area)
        draft = await tier2.saw(path)
        priced = {"area": city.north, "round_id": str(round_id), "day": str(ROUND_OPENED.day)}
        assert draft["prices"] == [{**priced, "people": shortages[0], "points": shortages[1]}]
        assert f"{shortages[0]}人に提案できる資源がなく" in draft["ask"]
    async with city.world.caller(city.south) as south:
        assert await south.refused(path, method="GET") == (404, "issue.unknown")


async def test_an_activity_that_has_grown_goes_up_with_its_history_and_becomes_the_service(
    city: City, tier2: Caller, tier1: Caller
) -> None:
    rides, details = uuid4(), ACTIVITY_LISTED.details.model_copy(update={"service_areas": (city.north,)})
    listed = ACTIVITY_LISTED.model_copy(update={"resource_id": rides, "area": city.north, "details": details})
    await city.publish(rides, listed)
    meeting = (await tier2.wrote("/meetings", city.a_meeting()))["id"]
    await city.declare_gap()
    draft, body = f"/issues/{city.issue}/proposal-draft", city.a_proposal(meeting, grown_from=str(rides))
    assert (await tier2.saw(draft))["activities"] == []
    assert await tier2.refused("/proposals", body) == (409, "proposal.activity_unreported")
    assert await tier2.refused("/proposals", {**body, "grown_from": str(uuid4())}) == (404, "resource.unknown")
    report = ACTIVITY_SAID.model_copy(update={"resource_id": rides, "report_id": uuid4(), "area": city.north})
    await city.publish(report.report_id, report)
    [grown] = (await tier2.saw(draft))["activities"]
    said = [(year["year"], year["participants"], year["supporters"]) for year in grown["years"]]
    assert (grown["resource_id"], grown["name"], said) == (str(rides), details.name, [(2025, 40, 12)])
    path = f"/proposals/{(await tier2.wrote('/proposals', body))['id']}"
    await tier1.wrote(f"{path}/receipt", {"due_on": str(DUE)})
    await tier1.wrote(f"{path}/adoption", {"reason": "必要"})
    await tier1.wrote(f"{path}/design", a_design())
    start = {"provider_name": "北の足の会", "launched_on": str(today())}
    assert await tier1.refused(f"{path}/launch", start) == (409, "service.activity_unsaid")
    await tier1.wrote(f"{path}/launch", {**start, "takes_over": str(rides)})
    shown = await tier1.saw(path)
    assert shown["rounds"][0]["grown_from"] == grown
    assert [one["resource_id"] for one in shown["services"][0]["provisions"]] == [str(rides)]


async def test_of_a_correction_and_an_escalation_at_once_one_is_refused(city: City, tier2: Caller) -> None:
    await city.declare_gap()
    meeting = (await tier2.wrote("/meetings", city.a_meeting()))["id"]
    without = {"held_on": str(today()), "issues": [], "reason": "この課題は扱っていない"}
    corrected, escalated = await asyncio.gather(
        tier2.send("POST", f"/meetings/{meeting}/correction", without),
        tier2.send("POST", "/proposals", city.a_proposal(meeting)),
    )
    assert sorted([corrected.is_success, escalated.is_success]) == [False, True]
    lost = escalated if corrected.is_success else corrected
    assert lost.json()["code"] in ("meeting.changed", "meeting.followed", "proposal.no_meeting")
    shown = await tier2.saw(f"/meetings/{meeting}")
    assert bool(shown["followed_by"]) == escalated.is_success == bool(shown["issues"])


async def test_nothing_goes_up_without_a_gap_or_from_elsewhere_or_by_the_wrong_role(city: City, tier2: Caller) -> None:
    meeting = await tier2.wrote("/meetings", city.a_meeting())
    body = city.a_proposal(meeting["id"])
    async with city.world.caller(city.south) as south, city.world.caller(city.code, role=Role.AUDITOR) as auditor:
        assert [await caller.refused("/proposals", body) for caller in (tier2, south, auditor)] == [
            (409, "proposal.no_gap"),
            (404, "issue.unknown"),
            (403, "role.not_allowed"),
        ]
        assert await south.refused("/meetings", city.a_meeting()) == (404, "council.unknown")
    unknown = city.a_meeting(issues=[str(city.issue), str(uuid4())])
    assert await tier2.refused("/meetings", unknown) == (404, "issue.unknown")


async def test_a_command_is_judged_by_the_day_on_which_it_occurred(city: City, tier2: Caller, tier1: Caller) -> None:
    """Notes of past months are taken in: what was still to come then may be past by now."""
    then = datetime.now(UTC) - timedelta(days=90)
    day, at = day_of(then), then.isoformat()
    path = await city.escalate(tier2, shien_occurred_at=(then - timedelta(days=7)).isoformat())
    yesterday, tomorrow = day - timedelta(days=1), day + timedelta(days=1)
    receipt = f"{path}/receipt"
    early = await tier1.refused(receipt, {"due_on": str(yesterday)}, shien_occurred_at=at)
    assert early == (409, "proposal.due_in_past")
    await tier1.wrote(receipt, {"due_on": str(day)}, shien_occurred_at=at)
    deferral = f"{path}/deferral"
    early = await tier1.refused(deferral, {"until": str(day), "reason": "予算"}, shien_occurred_at=at)
    assert early == (409, "proposal.until_in_past")
    await tier1.wrote(deferral, {"until": str(tomorrow), "reason": "予算"}, shien_occurred_at=at)
    late = (await tier1.saw("/proposals?overdue=true"))["items"]
    assert [one["proposal_id"] for one in late] == [path.split("/")[-1]]
    assert (await tier1.saw("/proposals?overdue=false"))["items"] == []
    assert (await tier1.saw(f"/boards/{city.code}"))["total"]["overdue"] == 1
    to_come = city.a_meeting(held_on=str(tomorrow))
    assert await tier2.refused("/meetings", to_come, shien_occurred_at=at) == (409, "meeting.not_held_yet")
    await tier2.wrote("/meetings", city.a_meeting(held_on=str(day)), shien_occurred_at=at)


async def test_a_proposal_escalated_again_after_a_return_waits_since_the_first_time(
    city: City, tier2: Caller, tier1: Caller
) -> None:
    first = datetime.now(UTC) - timedelta(days=100)
    path = await city.escalate(tier2, shien_occurred_at=first.isoformat())
    await tier1.wrote(f"{path}/receipt", {"due_on": str(DUE)})
    await tier1.wrote(f"{path}/return", {"asked": "何人が使うか"})
    meeting = await tier2.wrote("/meetings", city.a_meeting())
    await tier2.wrote("/proposals", city.a_proposal(meeting["id"]))
    found = await tier2.saw(path)
    assert (found["state"], found["round"], found["escalated_on"]) == ("escalated", 2, str(day_of(first)))
    total = (await tier2.saw(f"/boards/{city.north}"))["total"]
    waiting = [total[f"waiting_{band}"] for band in ("to_30", "to_90", "longer")]
    assert (waiting, total["overdue"]) == ([0, 0, 1], 0)


async def test_a_proposal_goes_up_again_with_the_people_who_wait_now_and_so_does_its_service(
    city: City, tier2: Caller, tier1: Caller
) -> None:
    more, gone, last = city.needs
    for need in city.needs:
        recorded = NeedRecorded(
            need_id=need.need_id, area=need.area, support_kind=SupportKind.OUTING, people=need.people,
            frequency=Frequency.WEEKLY, source=SourceKind.SURVEY,
        )  # fmt: skip
        await city.publish(need.need_id, recorded, need.area)
    path = await city.escalate(tier2)
    await tier1.wrote(f"{path}/receipt", {"due_on": str(DUE)})
    await tier1.wrote(f"{path}/return", {"asked": "何人が使うか"})
    revised = NeedRevised(
        need_id=more.need_id, people=9, age_band=AgeBand.ANY, frequency=Frequency.WEEKLY, weekdays=(),
        fee_ceiling_yen=None, note="",
    )  # fmt: skip
    await city.publish(more.need_id, revised)
    meeting = await tier2.wrote("/meetings", city.a_meeting())
    await tier2.wrote("/proposals", city.a_proposal(meeting["id"]))
    asked = [[need["people"] for need in one["needs"]] for one in (await tier2.saw(path))["rounds"]]
    assert asked == [[3, 2, 1], [9, 2, 1]]
    await tier1.wrote(f"{path}/receipt", {"due_on": str(DUE)})
    await city.publish(gone.need_id, NeedWithdrawn(need_id=gone.need_id, reason="転居"))
    now = await tier1.saw(path)
    assert (now["people_waiting"], now["needs_gone"]) == (10, [str(gone.need_id)])
    await tier1.wrote(f"{path}/adoption", {"reason": "必要"})
    await tier1.wrote(f"{path}/design", a_design())
    start = {"provider_name": "NPO 北", "service_areas": [city.north], "launched_on": str(today())}
    await tier1.wrote(f"{path}/launch", start)
    service = (await tier1.saw(path))["service_id"]
    shown = await tier1.saw(f"/services/{service}")
    reached = [(need["need_id"], need["people"]) for need in shown["provisions"][0]["needs"]]
    assert (reached, [need["need_id"] for need in shown["needs_left"]]) == (
        [(str(more.need_id), 9)],
        [str(last.need_id)],
    )


async def test_no_service_comes_of_a_proposal_whose_needs_were_all_withdrawn(
    city: City, tier2: Caller, tier1: Caller
) -> None:
    path = await city.escalate(tier2)
    await tier1.wrote(f"{path}/receipt", {"due_on": str(DUE)})
    start = {"provider_name": "NPO 北", "service_areas": [city.north], "launched_on": str(today())}
    steps = (("POST", "adoption", {"reason": "必要"}), ("POST", "design", a_design()), ("POST", "launch", start))
    for method, step, body in steps:
        for need in city.needs:
            await city.publish(need.need_id, NeedWithdrawn(need_id=need.need_id, reason="転居"), need.area)
        refused = await tier1.send(method, f"{path}/{step}", body)
        assert (refused.status_code, refused.json()["code"]) == (409, "proposal.needs_withdrawn"), step
        if step == "launch":
            revised = {**a_design(), "reason": "料金"}
            answer = await tier1.send("PUT", f"{path}/design", revised)
            assert answer.json()["code"] == "proposal.needs_withdrawn"
        one = city.needs[0]
        await city.publish(one.need_id, NeedReinstated(need_id=one.need_id, reason="誤り"), one.area)
        await tier1.wrote(f"{path}/{step}", body)


async def test_what_waits_is_listed_and_others_do_not_see_it(city: City, tier2: Caller, tier1: Caller) -> None:
    path = await city.escalate(tier2)
    proposal = path.split("/")[-1]
    late = {"due_on": str(today() - timedelta(days=1))}
    assert await tier1.refused(f"{path}/receipt", late) == (409, "proposal.due_in_past")
    await tier1.wrote(f"{path}/receipt", {"due_on": str(DUE)})
    async with city.world.caller(FOREIGN) as foreign, city.world.caller(city.south) as south:
        foreign.position = south.position = tier1.position
        listed = {
            name: [one["proposal_id"] for one in (await caller.saw(f"/proposals{query}"))["items"]]
            for name, caller, query in (
                ("all", tier1, ""),
                ("received", tier1, "?state=received"),
                ("overdue", tier1, "?overdue=true"),
                ("with a need behind it", south, ""),
                ("foreign", foreign, ""),
            )
        }
        assert listed == {
            "all": [proposal],
            "received": [proposal],
            "overdue": [],
            "with a need behind it": [proposal],
            "foreign": [],
        }
        for one in (proposal, uuid4()):
            assert await foreign.refused(f"/proposals/{one}", method="GET") == (404, "proposal.unknown")
    total = (await tier1.saw(f"/boards/{city.code}"))["total"]
    assert (total["received"], total["waiting_to_30"], total["overdue"]) == (1, 1, 0)


async def test_a_proposal_of_another_territory_is_as_unknown_as_none_whatever_version_is_named(
    city: City, tier2: Caller
) -> None:
    path = await city.escalate(tier2)
    writes: dict[str, dict[str, object]] = {
        "receipt": {"due_on": str(DUE)},
        "return": {"asked": "何人が使うか"},
        "deliberations": {"meeting_id": str(uuid4()), "fee": "200円"},
        "due-date": {"due_on": str(DUE), "reason": "次回を待つ"},
        "answer-revocation": {"answer": "received", "reason": "取り違え"},
        "adoption": {"reason": "必要"},
        "rejection": {"reason": "財源がない"},
        "deferral": {"until": str(today() + timedelta(days=1)), "reason": "予算"},
        "design": a_design(),
        "launch": {"provider_name": "NPO 北", "launched_on": str(today())},
        "end": {"ended_on": str(today()), "reason": "other", "note": "財源"},
        "entries": {"provider_name": "NPO 北", "asked": "担える", "requested_on": str(today())},
        "provisions": {"provider_name": "NPO 北", "joined_on": str(today())},
        "provisions/1/extension": {"added": [city.south], "extended_on": str(today())},
    }
    async with city.world.caller(city.south, role=Role.TIER1_COORDINATOR) as south:
        for one in (UUID(path.split("/")[-1]), uuid4()):
            for name, body in writes.items():
                for headers in ({}, {"if_match": '"1"'}, {"if_match": '"7"'}):
                    answer = await south.refused(f"/proposals/{one}/{name}", body, **headers)
                    assert answer == (404, "proposal.unknown"), (name, headers)


async def test_a_deliberation_is_of_a_meeting_of_the_territory_that_dealt_with_it(
    city: City, tier2: Caller, tier1: Caller
) -> None:
    path = await city.escalate(tier2)
    await tier1.wrote(f"{path}/receipt", {"due_on": str(DUE)})
    upper = {"council_id": str(city.upper_council), "held_on": str(today())}
    other = (await tier1.wrote("/meetings", upper))["id"]
    meeting = (await tier1.wrote("/meetings", {**upper, "proposals": [path.split("/")[-1]]}))["id"]
    said = {"supply": "二台"}
    async with city.world.caller(city.north, role=Role.TIER1_COORDINATOR) as north:
        for one in (meeting, uuid4()):
            refused = await north.refused(f"{path}/deliberations", {"meeting_id": str(one), **said})
            assert refused == (404, "meeting.unknown"), one
    deliberations = f"{path}/deliberations"
    assert await tier1.refused(deliberations, {"meeting_id": other, **said}) == (409, "proposal.not_dealt_with")
    empty = await tier1.send("POST", deliberations, {"meeting_id": meeting})
    assert (empty.status_code, "supply" in empty.text) == (422, True)
    await tier1.wrote(deliberations, {"meeting_id": meeting, **said})


async def test_a_meeting_is_of_a_day_when_all_of_it_was_there_and_of_as_many_people_as_can_be(
    city: City, tier2: Caller
) -> None:
    begun = day_of(BEGUN)
    before = {"held_on": str(begun - timedelta(days=1))}
    answer = await tier2.send("POST", "/meetings", city.a_meeting(**before, issues=[]))
    assert (answer.status_code, answer.json()["code"]) == (409, "meeting.not_there_yet")
    assert (str(begun) in answer.json()["detail_en"], "協議体" in answer.json()["detail"]) == (True, True)
    path = await city.escalate(tier2)
    dealt = {"proposals": [path.split("/")[-1]], "held_on": str(today() - timedelta(days=1))}
    assert await tier2.refused("/meetings", city.a_meeting(**dealt)) == (409, "meeting.not_there_yet")
    for attendance in (
        [{"kind": "npo", "count": 301}],
        [{"kind": "npo", "count": 200}, {"kind": "shakyo", "count": 101}],
        [{"kind": "npo", "count": 2}, {"kind": "npo", "count": 3}],
    ):
        answer = await tier2.send("POST", "/meetings", city.a_meeting(attendance=attendance))
        assert (answer.status_code, "attendance" in answer.text) == (422, True), attendance
    of_1900 = await tier2.send("POST", "/meetings", city.a_meeting(held_on="1900-01-01"))
    assert (of_1900.status_code, "2000-04-01" in of_1900.text) == (422, True)


async def test_a_meeting_is_corrected_unless_something_would_lose_its_ground(city: City, tier2: Caller) -> None:
    path = await city.escalate(tier2)
    (meeting,) = (await tier2.saw("/meetings"))["items"]
    correction = f"/meetings/{meeting['meeting_id']}/correction"
    item = {"kind": "salon_content", "text": "体操と茶話会", "decision": "月2回とする", "smooth_running": True}
    right = {
        "held_on": str(today() - timedelta(days=1)), "issues": [str(city.issue)], "minutes": "訂正後", "items": [item],
        "reason": "開催日の誤り",
    }  # fmt: skip
    answer = await tier2.send("POST", correction, {**right, "issues": []})
    assert (answer.status_code, answer.json()["code"]) == (409, "meeting.followed")
    assert path.split("/")[-1] in answer.json()["detail"]
    await tier2.wrote(correction, right)
    shown = await tier2.saw(f"/meetings/{meeting['meeting_id']}")
    assert {name: shown[name] for name in right} == right
    async with city.world.caller(city.south) as south:
        assert await south.refused(correction, right) == (404, "meeting.unknown")
    unknown = {**right, "proposals": [str(uuid4())]}
    assert await tier2.refused(correction, unknown) == (404, "proposal.unknown")
    twice = (await tier2.wrote("/meetings", city.a_meeting()))["id"]
    assert await tier2.refused(correction.replace("correction", "withdrawal"), {"reason": "二重"}) == (
        409,
        "meeting.followed",
    )
    await tier2.wrote(f"/meetings/{twice}/withdrawal", {"reason": "二重の記録"})
    assert [one["meeting_id"] for one in (await tier2.saw("/meetings"))["items"]] == [meeting["meeting_id"]]
    assert (await tier2.saw(f"/meetings/{twice}"))["withdrawn"] is True
    await tier2.wrote(f"{path}/withdrawal", {"reason": "出し直す"})
    assert await tier2.refused("/proposals", city.a_proposal(twice)) == (404, "meeting.unknown")


async def test_a_tier_1_council_makes_its_own_proposals_which_the_districts_below_see(
    city: City, tier2: Caller, tier1: Caller
) -> None:
    upper = str(city.upper_council)
    held = (await tier1.wrote("/meetings", {"council_id": upper, "held_on": str(today())}))["id"]
    own = {
        "council_id": upper,
        "meeting_id": held,
        "title": "サロンの自立",
        "ask": "世話役の養成",
        "support_kind": "salon",
    }
    assert await tier2.refused("/own-proposals", own) == (404, "council.unknown")
    path = f"/proposals/{(await tier1.wrote('/own-proposals', own))['id']}"
    await tier1.wrote(f"{path}/receipt", {"due_on": str(DUE)})
    await tier1.wrote(f"{path}/return", {"asked": "何か所か"})
    renewal = {name: own[name] for name in ("meeting_id", "title", "support_kind")} | {"ask": "18か所"}
    await tier1.wrote(f"/own-{path[1:]}/renewal", renewal)
    tier2.position = tier1.position
    shown = await tier2.saw(path)
    assert (shown["issue_id"], shown["target_kind"], shown["needs"], shown["round"]) == (None, "municipality", [], 2)
    assert [one["ask"] for one in shown["rounds"]] == ["世話役の養成", "18か所"]
    assert [one["proposal_id"] for one in (await tier2.saw("/proposals"))["items"]] == [path.split("/")[-1]]
    assert await tier2.refused(f"{path}/withdrawal", {"reason": "他人の提案"}) == (404, "proposal.unknown")
    dealt = {"council_id": upper, "held_on": str(today()), "proposals": [path.split("/")[-1]]}
    meeting = (await tier1.wrote("/meetings", dealt))["id"]
    await tier1.wrote(f"{path}/receipt", {"due_on": str(DUE)})
    await tier1.wrote(f"{path}/deliberations", {"meeting_id": meeting, "salon_support": "三年で自立"})
    await tier1.wrote(f"{path}/adoption", {"reason": "必要"})
    await tier1.wrote(f"{path}/design", {**a_design(), "support_kinds": ["salon"]})
    await tier1.wrote(f"{path}/launch", {"provider_name": "NPO 北", "launched_on": str(today())})
    assert (await tier1.saw(path))["services"][0]["provisions"][0]["service_areas"] == [city.ward]


async def test_a_tier_1_council_escalates_its_own_issue_and_the_districts_behind_it_see_that(
    city: City, tier2: Caller, tier1: Caller
) -> None:
    gap = {"issue_id": city.issue, "area": city.ward, "council_id": city.upper_council, "needs": city.needs}
    await city.publish(city.issue, DECLARED.model_copy(update=gap), city.ward)
    held = {"council_id": str(city.upper_council), "held_on": str(today()), "issues": [str(city.issue)]}
    meeting = (await tier1.wrote("/meetings", held))["id"]
    path = f"/proposals/{(await tier1.wrote('/proposals', city.a_proposal(meeting)))['id']}"
    async with city.world.caller(city.south) as south, city.world.caller("999999") as other:
        south.position = tier1.position
        shown = await south.saw(path)
        assert (shown["area"], shown["target_kind"], shown["state"]) == (city.ward, "municipality", "escalated")
        assert await other.refused(path, method="GET") == (404, "proposal.unknown")
        assert await south.refused(f"{path}/withdrawal", {"reason": "他人の提案"}) == (404, "proposal.unknown")
    await tier1.wrote(f"{path}/withdrawal", {"reason": "出し直す"})


async def test_who_answers_proposals_does_not_make_them_for_a_district(
    city: City, tier2: Caller, tier1: Caller
) -> None:
    path = await city.escalate(tier2)
    (meeting,) = (await tier2.saw("/meetings"))["items"]
    taking = await tier1.refused(f"{path}/withdrawal", {"reason": "不要"})
    await tier2.wrote(f"{path}/withdrawal", {"reason": "出し直す"})
    making = await tier1.refused("/proposals", city.a_proposal(meeting["meeting_id"]))
    assert [taking, making] == [(409, "proposal.not_your_council")] * 2


async def test_the_agenda_of_a_council_is_what_waits_for_it(city: City, tier2: Caller, tier1: Caller) -> None:
    async def waits(caller: Caller, council: UUID) -> list[tuple[str, str]]:
        answer = await caller.saw(f"/councils/{council}/agenda")
        return [(one["kind"], one["link"].split("/")[1]) for one in answer["entries"]]

    tier1.position = tier2.position
    assert await waits(tier2, city.council) == [("issue_without_meeting", "issues")]
    assert await waits(tier1, city.upper_council) == []
    await city.declare_gap()
    assert await waits(tier2, city.council) == [("gap_without_proposal", "issues")]
    path = await city.escalate(tier2)
    tier1.position = tier2.position
    assert await waits(tier2, city.council) == []
    assert await waits(tier1, city.upper_council) == [("proposal_to_answer", "proposals")]
    await tier1.wrote(f"{path}/receipt", {"due_on": str(DUE)})
    await tier1.wrote(f"{path}/return", {"asked": "何人が使うか"})
    tier2.position = tier1.position
    (entry,) = (await tier2.saw(f"/councils/{city.council}/agenda"))["entries"]
    assert (entry["kind"], entry["link"], entry["since"]) == ("proposal_returned", path, str(today()))
    assert (await tier1.saw(f"/councils/{city.upper_council}/agenda"))["entries"] == []
    async with city.world.caller(city.south) as south:
        assert await south.refused(f"/councils/{city.council}/agenda", method="GET") == (404, "council.unknown")


async def test_the_same_request_twice_is_answered_the_same_and_a_second_proposal_is_refused(
    city: City, tier2: Caller
) -> None:
    path = await city.escalate(tier2)
    (meeting,) = (await tier2.saw("/meetings"))["items"]
    again = city.a_proposal(meeting["meeting_id"], title="もう一度")
    assert await tier2.refused("/proposals", again) == (409, "proposal.already_open")
    body = {"reason": "地域で解決"}
    first = await tier2.wrote(f"{path}/withdrawal", body, idempotency_key="once")
    assert await tier2.wrote(f"{path}/withdrawal", body, idempotency_key="once") == first
