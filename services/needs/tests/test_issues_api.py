"""The routes that change an issue, on a real Postgres and a real Kafka. Every test has a city of its own."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from shiendomain.days import today
from shiendomain.escalation import ProposalEscalated, ProposalWithdrawn, ServiceDesigned, ServiceLaunched
from shiendomain.services import ServiceEnded, ServiceExtended
from shiendomain.vocabulary import NeedBehind, ServiceClass, ServiceEnd, SupportKind, Target, TargetKind
from shienevents import Event
from shienweb import Role
from shienweb.testing import Caller

from .world import City, another_note

pytestmark = pytest.mark.asyncio(loop_scope="module")
NO_BUS = {"missing": ["kind"], "reason": "坂の上まで来る便がない"}
WHY = {"reason": "聞き直して分かった"}


async def recorded(caller: Caller, city: City, n: int = 1) -> list[str]:
    """The ids of needs that were recorded."""
    return [str((await caller.wrote("/needs", city.a_need(note=another_note())))["id"]) for _ in range(n)]


async def raised(caller: Caller, city: City, *needs: str) -> str:
    """The path of an issue of these needs."""
    return f"/issues/{(await caller.wrote('/issues', city.an_issue(*needs)))['id']}"


async def states(caller: Caller, *needs: str) -> list[str]:
    """The states of these needs."""
    return [(await caller.saw(f"/needs/{one}"))["state"] for one in needs]


async def publish_proposal(city: City, issue: str, *, withdrawn: bool = False) -> str:
    """Escalation publishes that a proposal for the issue was escalated, or then withdrawn; the position."""
    proposal = UUID(int=UUID(issue.rpartition("/")[2]).int ^ 1)
    escalated = ProposalEscalated(
        proposal_id=proposal, area=city.north, issue_id=UUID(issue.rpartition("/")[2]), council_id=city.council,
        meeting_id=uuid4(), target=Target(kind=TargetKind.MUNICIPALITY, area=city.code), title="足", ask="",
        support_kind=SupportKind.OUTING, needs=(), round=1,
    )  # fmt: skip
    event = ProposalWithdrawn(proposal_id=proposal, reason="解決") if withdrawn else escalated
    return await city.world.publish(proposal, event)


async def test_an_issue_is_corrected_and_its_needs_come_and_go(north: Caller, city: City) -> None:
    first, second, third = await recorded(north, city, 3)
    path = await raised(north, city, first, second)
    await north.wrote(f"{path}/correction", {"council_id": str(city.council), "title": "通院の足", **WHY})
    await north.wrote(f"{path}/needs", {"needs": [third]})
    await north.wrote(f"{path}/needs/removal", {"needs": [second], **WHY})
    issue = await north.saw(path)
    assert (issue["title"], issue["needs"], issue["reason"]) == ("通院の足", [first, third], WHY["reason"])
    assert await states(north, first, second, third) == ["grouped", "open", "grouped"]
    await raised(north, city, second)
    assert await north.refused(f"{path}/needs", {"needs": [second]}) == (409, "issue.need_not_open")
    before = issue["version"]
    await north.wrote(f"{path}/needs/removal", {"needs": [second], **WHY})
    assert (await north.saw(path))["version"] == before, "what was removed already is not removed again"
    assert await states(north, second) == ["grouped"]


async def test_an_issue_is_split_and_both_know_where_the_needs_went(north: Caller, city: City) -> None:
    first, second = await recorded(north, city, 2)
    path = await raised(north, city, first, second)
    await north.wrote(f"{path}/gap", NO_BUS)
    body = {"needs": [second], "title": "通院", **WHY}
    new = (await north.wrote(f"{path}/split", body, if_match='"3"'))["id"]
    old, split_off = await north.saw(path), await north.saw(f"/issues/{new}")
    assert (old["needs"], old["split_into"], old["state"]) == ([first], [new], "gap")
    assert (split_off["needs"], split_off["split_from"], split_off["state"]) == ([second], old["issue_id"], "raised")
    assert split_off["council_id"] == str(city.council)
    assert await states(north, first, second) == ["gap", "grouped"]
    assert await north.refused(f"{path}/split", {**body, "needs": [first]}) == (409, "issue.no_needs_left")
    assert await states(north, first) == ["gap"]


async def test_a_split_that_is_repeated_with_its_key_is_one_split(north: Caller, city: City) -> None:
    first, second = await recorded(north, city, 2)
    path = await raised(north, city, first, second)
    body = {"needs": [second], "title": "通院", **WHY}
    new = await north.wrote(f"{path}/split", body, idempotency_key=city.code)
    again = await north.wrote(f"{path}/split", body, idempotency_key=city.code)
    assert {**again, "position": new["position"]} == new
    assert len((await north.saw("/issues"))["items"]) == 2


async def test_issues_are_merged_and_the_one_that_ends_names_its_successor(north: Caller, city: City) -> None:
    first, second = await recorded(north, city, 2)
    path, other = await raised(north, city, first), await raised(north, city, second)
    merged, kept = other.rpartition("/")[2], path.rpartition("/")[2]
    await north.wrote(f"{path}/merger", {"merged": merged, **WHY})
    issue, gone = await north.saw(path), await north.saw(other)
    assert (issue["needs"], issue["merged"]) == ([first, second], [merged])
    assert (gone["state"], gone["outcome"], gone["successor"]) == ("closed", "merged", kept)
    assert [need["issue_id"] for need in gone["needs_now"]] == [kept]
    assert await north.refused(f"{other}/reopening", WHY) == (409, "issue.merged")
    assert await north.refused(f"{path}/merger", {"merged": kept, **WHY}) == (409, "issue.merged_with_itself")
    assert await north.refused(f"{path}/merger", {"merged": str(uuid4()), **WHY}) == (404, "issue.unknown")
    await north.wrote(f"{path}/merger", {"merged": merged, **WHY})
    assert (await north.saw(path))["version"] == issue["version"], "a repeated merger writes nothing"


async def test_the_needs_of_a_closed_issue_are_open_and_come_back_when_it_is_reopened(
    north: Caller, city: City
) -> None:
    first, second, third = await recorded(north, city, 3)
    path = await raised(north, city, first, second, third)
    await north.wrote(f"{path}/gap", NO_BUS)
    await north.wrote(f"{path}/closure", {"outcome": "solved_locally", **WHY})
    closed = await north.saw(path)
    assert (closed["state"], closed["outcome"], len(closed["needs"])) == ("closed", "solved_locally", 3)
    assert await states(north, first, second, third) == ["open"] * 3
    assert [one["issue_id"] for one in (await north.saw("/issues?state=closed"))["items"]] == [closed["issue_id"]]
    figures = (await north.saw(f"/boards/{city.north}"))["total"]
    assert (figures["issues"], figures["gaps"], figures["needs"]["open"]) == (0, 0, 3)
    await north.wrote(f"{path}/closure", {"outcome": "solved_locally", **WHY})
    assert (await north.saw(path))["version"] == closed["version"]
    assert await north.refused(f"{path}/needs", {"needs": [first]}) == (409, "issue.closed")
    await raised(north, city, second)
    await north.wrote(f"/needs/{third}/withdrawal", {"reason": "転居"})
    await north.wrote(f"{path}/reopening", WHY)
    issue = await north.saw(path)
    assert (issue["state"], issue["needs"], issue["outcome"]) == ("gap", [first], None)
    assert await states(north, first, second, third) == ["gap", "grouped", "withdrawn"]


async def test_an_outcome_that_only_a_merger_has_is_not_given_by_hand(north: Caller, city: City) -> None:
    path = await raised(north, city, *await recorded(north, city))
    answer = await north.send("POST", f"{path}/closure", {"outcome": "merged", **WHY})
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, ["outcome"])


async def test_a_gap_is_withdrawn_unless_a_proposal_is_under_way(north: Caller, city: City) -> None:
    (need,) = await recorded(north, city)
    path = await raised(north, city, need)
    await north.wrote(f"{path}/gap", NO_BUS)
    under_way = await publish_proposal(city, path)
    refused = await north.send("POST", f"{path}/gap/withdrawal", WHY, shien_after=under_way)
    assert (refused.status_code, refused.json()["code"]) == (409, "issue.proposal_under_way")
    assert await north.refused(f"{path}/closure", {"outcome": "no_longer", **WHY}) == (409, "issue.proposal_under_way")
    taken_back = await publish_proposal(city, path, withdrawn=True)
    await north.wrote(f"{path}/gap/withdrawal", WHY, after=taken_back)
    issue = await north.saw(path)
    assert (issue["state"], issue["missing"], issue["reason"]) == ("raised", [], WHY["reason"])
    assert await states(north, need) == ["grouped"]


async def test_of_five_requests_at_once_one_takes_a_need_away(north: Caller, city: City) -> None:
    wanted, *others = await recorded(north, city, 7)
    path = await raised(north, city, wanted, others.pop())
    merging = [await raised(north, city, other) for other in others[:2]]
    requests: list[Any] = [
        *(north.send("POST", f"{path}/split", {"needs": [wanted], "title": "通院", **WHY}) for _ in range(3)),
        *(north.send("POST", f"{one}/merger", {"merged": path.rpartition("/")[2], **WHY}) for one in merging),
    ]
    answers = await asyncio.gather(*requests)
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    need = await north.saw(f"/needs/{wanted}")
    holding = [
        one["issue_id"]
        for one in (await north.saw("/issues"))["items"]
        if wanted in one["needs"] and one["state"] != "closed"
    ]
    assert holding == [need["issue_id"]]


async def test_an_issue_of_the_city_is_seen_in_the_districts_whose_needs_are_in_it(north: Caller, city: City) -> None:
    (of_north,) = await recorded(north, city)
    async with (
        city.world.caller(city.code, role=Role.TIER1_COORDINATOR) as upper,
        city.world.caller(city.south) as south,
    ):
        upper.position = north.position
        of_south = (await upper.wrote("/needs", city.a_need(city.south, note=another_note())))["id"]
        body = city.an_issue(of_north, of_south, area=city.code, council_id=str(city.upper_council))
        issue_id = (await upper.wrote("/issues", body))["id"]
        only_south = city.an_issue(
            (await upper.wrote("/needs", city.a_need(city.south, note=another_note())))["id"], area=city.code,
            council_id=str(city.upper_council),
        )  # fmt: skip
        of_others = (await upper.wrote("/issues", only_south))["id"]
        north.position = south.position = upper.position
        for caller, need in ((north, of_north), (south, of_south)):
            shown = await caller.saw(f"/issues/{issue_id}")
            assert [one["need_id"] for one in shown["needs_now"]] == [need], "needs of others are not shown"
        assert [one["issue_id"] for one in (await north.saw("/issues"))["items"]] == [issue_id]
        assert [one["issue_id"] for one in (await north.saw(f"/issues?area={city.north}"))["items"]] == [issue_id]
        assert await north.refused(f"/issues/{of_others}", method="GET") == (404, "issue.unknown")
        path = f"/issues/{issue_id}"
        assert await north.refused(f"{path}/closure", {"outcome": "no_longer", **WHY}) == (404, "issue.unknown")
        assert await north.refused(f"{path}/gap", NO_BUS) == (404, "issue.unknown")


async def test_a_gap_is_answered_while_a_service_reaches_those_who_wait(north: Caller, city: City) -> None:
    first, second = await recorded(north, city, 2)
    path = await raised(north, city, first, second)
    issue = path.rpartition("/")[2]
    await north.wrote(f"{path}/gap", NO_BUS)
    service, proposal = uuid4(), uuid4()

    async def told(event: Event) -> None:
        await city.world.read_up_to(await city.world.publish(proposal, event))

    async def seen() -> tuple[list[str], list[str], bool, tuple[int, int]]:
        """The issues whose gap is answered, those whose gap is not, what this one says, and the board."""
        lists = [(await north.saw(f"/issues?answered={which}"))["items"] for which in ("true", "false")]
        total = (await north.saw(f"/boards/{city.north}"))["total"]
        answered, others = ([one["issue_id"] for one in found] for found in lists)
        shown = await north.saw(path)
        return answered, others, shown["answered"], (total["gaps"], total["gaps_answered"])

    none: list[str] = []
    still_open, closed = (none, [issue], False, (1, 0)), ([issue], none, True, (0, 1))
    assert await seen() == still_open
    which = {"proposal_id": proposal, "service_id": service}
    named: dict[str, Any] = {**which, "name": "便", "service_class": ServiceClass.VISIT_D}
    kinds: dict[str, Any] = {"support_kinds": (SupportKind.OUTING,)}
    await told(ServiceDesigned(**named, **kinds, starts_on=today()))
    behind = [NeedBehind(need_id=UUID(one), area=city.north, people=5) for one in (first, second)]
    where: dict[str, Any] = {"provider_name": "会", "area": city.north, "service_areas": (city.north,)}
    await told(ServiceLaunched(**named, **kinds, **where, launched_on=today(), needs=tuple(behind[:1])))
    assert await seen() == still_open, "the second need is not reached"
    wider = {"service_areas": (city.code,), "added": (city.code,), "extended_on": today()}
    await told(ServiceExtended.model_validate({**which, "provision": 1, **wider, "needs": (behind[1],)}))
    assert await seen() == closed
    ended = {"provisions": (1,), "ended_on": today(), "reason": ServiceEnd.NO_FUNDS, "note": "補助が終わった"}
    await told(ServiceEnded.model_validate({**which, **ended}))
    assert await seen() == still_open
