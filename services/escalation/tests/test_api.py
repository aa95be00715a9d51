"""The routes, on a real Postgres and a real Kafka. Every test has a city of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from escalation.decider.proposal import proposal_id_of
from shiendomain.days import day_of, today
from shiendomain.registry import CouncilDormant, CouncilResumed
from shienweb import Role
from shienweb.testing import THREAD, Caller

from .facts import FOREIGN
from .world import City

DUE = today() + timedelta(days=60)  # not today, which may end while the tests run
pytestmark = pytest.mark.asyncio(loop_scope="module")


def a_design() -> dict[str, object]:
    """The body of a design."""
    return {
        "name": "北おでかけ便",
        "service_class": "visit_d",
        "support_kinds": ["outing"],
        "fee_yen": 200,
        "starts_on": str(today()),
    }


async def test_a_proposal_goes_up_is_answered_and_becomes_a_service(city: City, tier2: Caller, tier1: Caller) -> None:
    path = await city.escalate(tier2)
    assert path == f"/proposals/{proposal_id_of(city.issue)}"
    await tier1.wrote(f"{path}/receipt", {"due_on": str(DUE)})
    upper = {"council_id": str(city.upper_council), "held_on": str(today()), "proposals": [path.split("/")[-1]]}
    meeting = await tier1.wrote("/meetings", upper)
    await tier1.wrote(f"{path}/deliberations", {"meeting_id": meeting["id"], "supply": "二台"})
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
    assert shown.headers["etag"] == '"6"'
    found = shown.json()
    assert (found["state"], found["target_kind"]) == ("launched", "council")
    assert found["target_council_id"] == str(city.upper_council)
    assert (len(found["needs"]), found["service_name"], found["correlation"]) == (3, "北おでかけ便", str(THREAD))
    outside = await tier2.refused(f"/meetings/{meeting['id']}", method="GET")
    assert outside == (404, "meeting.unknown"), "the upper council's meeting lies outside the district"
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
    await tier1.wrote(f"{path}/deliberations", {"meeting_id": meeting["id"]})
    store = city.world.service.store
    records = [*await store.read_stream(f"proposal-{proposal}"), *await store.read_stream(f"meeting-{meeting['id']}")]
    assert [record.envelope.type.split(".")[1] for record in records] == [
        "proposal_escalated",
        "proposal_received",
        "proposal_deliberated",
        "council_meeting_held",
    ]
    assert {record.envelope.correlation for record in records} == {THREAD}


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


async def test_what_waits_is_listed_and_others_do_not_see_it(city: City, tier2: Caller, tier1: Caller) -> None:
    path = await city.escalate(tier2)
    proposal = path.split("/")[-1]
    late = {"due_on": str(today() - timedelta(days=1))}
    assert await tier1.refused(f"{path}/receipt", late) == (409, "proposal.due_in_past")
    await tier1.wrote(f"{path}/receipt", {"due_on": str(DUE)})
    async with city.world.caller(city.south) as south:
        south.position = tier1.position
        listed = {
            name: [one["proposal_id"] for one in (await caller.saw(f"/proposals{query}"))["items"]]
            for name, caller, query in (
                ("all", tier1, ""),
                ("received", tier1, "?state=received"),
                ("overdue", tier1, "?overdue=true"),
                ("south", south, ""),
            )
        }
        assert listed == {"all": [proposal], "received": [proposal], "overdue": [], "south": []}
        for one in (proposal, uuid4()):
            assert await south.refused(f"/proposals/{one}", method="GET") == (404, "proposal.unknown")
    total = (await tier1.saw(f"/boards/{city.code}"))["total"]
    assert (total["received"], total["waiting_to_30"], total["overdue"]) == (1, 1, 0)


async def test_a_proposal_of_another_territory_is_as_unknown_as_none_whatever_version_is_named(
    city: City, tier2: Caller
) -> None:
    path = await city.escalate(tier2)
    writes: dict[str, dict[str, object]] = {
        "receipt": {"due_on": str(DUE)},
        "return": {"asked": "何人が使うか"},
        "deliberations": {"meeting_id": str(uuid4())},
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


async def test_a_meeting_of_another_territory_is_as_unknown_as_none(city: City, tier2: Caller, tier1: Caller) -> None:
    path = await city.escalate(tier2)
    await tier1.wrote(f"{path}/receipt", {"due_on": str(DUE)})
    upper = {"council_id": str(city.upper_council), "held_on": str(today()), "proposals": [path.split("/")[-1]]}
    meeting = (await tier1.wrote("/meetings", upper))["id"]
    async with city.world.caller(city.north, role=Role.TIER1_COORDINATOR) as north:
        for one in (meeting, uuid4()):
            refused = await north.refused(f"{path}/deliberations", {"meeting_id": str(one)})
            assert refused == (409, "proposal.no_target_meeting"), one
    await tier1.wrote(f"{path}/deliberations", {"meeting_id": meeting})


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
