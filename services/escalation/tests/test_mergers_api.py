"""The routes of mergers, on a real Postgres and a real Kafka."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from escalation.decider.going_up import CouncilFacts
from shiendomain.days import today
from shiendomain.vocabulary import NeedBehind, Tier
from shienweb.testing import Caller

from .facts import CONSOLIDATED, DECLARED, RAISED, established
from .world import BEGUN, City

DUE = today() + timedelta(days=60)
pytestmark = pytest.mark.asyncio(loop_scope="module")
MERGER = {"title": "区を回る送迎", "ask": "週二回の送迎", "reason": "同じ内容"}


async def southern(city: City) -> City:
    """The same city, seen from a council of the south that has an issue of its own."""
    council, issue, area = uuid4(), uuid4(), city.south
    needs = (NeedBehind(need_id=uuid4(), area=area, people=4),)
    south = replace(city, north=area, south=city.north, council=council, issue=issue, needs=needs)
    await city.publish(council, established(CouncilFacts(council, area, Tier.TIER2)), area, BEGUN)
    of_issue = {"issue_id": issue, "area": area}
    await city.publish(issue, CONSOLIDATED.model_copy(update={**of_issue, "needs": needs}), area, BEGUN)
    await city.publish(issue, RAISED.model_copy(update={**of_issue, "council_id": council}), area)
    return south


async def declared(city: City) -> None:
    """The gap of the issue is declared, in the area of its council."""
    of_issue = {"issue_id": city.issue, "area": city.north, "council_id": city.council, "needs": city.needs}
    await city.publish(city.issue, DECLARED.model_copy(update=of_issue), city.north)


async def up(city: City, tier2: Caller) -> str:
    """The issue is proposed after a meeting of its council; the proposal's id."""
    meeting = await tier2.wrote("/meetings", city.a_meeting())
    return str((await tier2.wrote("/proposals", city.a_proposal(meeting["id"])))["id"])


async def two_received(city: City, stack: AsyncExitStack, tier1: Caller) -> tuple[list[City], list[Caller], list[str]]:
    """The cities as both districts see them, their coordinators, and their proposals, which tier 1 has received."""
    cities = [city, await southern(city)]
    callers = [await stack.enter_async_context(city.world.caller(one.north)) for one in cities]
    ids = []
    for one, tier2 in zip(cities, callers, strict=True):
        await declared(one)
        ids.append(await up(one, tier2))
        await tier1.wrote(f"/proposals/{ids[-1]}/receipt", {"due_on": str(DUE + timedelta(days=len(ids)))})
    return cities, callers, ids


async def board(city: City, tier1: Caller) -> dict[str, int]:
    """The figures of the board that are not zero."""
    found = (await tier1.saw(f"/boards/{city.code}"))["total"]
    return {name: n for name, n in found.items() if n}


async def test_proposals_are_answered_together_and_each_origin_has_the_answer(city: City, tier1: Caller) -> None:
    async with AsyncExitStack() as stack:
        cities, callers, ids = await two_received(city, stack, tier1)
        before = await board(city, tier1)
        merged = (await tier1.wrote("/mergers", {"proposals": ids, **MERGER}))["id"]
        path = f"/proposals/{merged}"
        now = await tier1.saw(path)
        assert (now["state"], now["origins"], now["area"]) == ("received", ids, city.ward)
        assert (now["due_on"], now["escalated_on"]) == (str(DUE + timedelta(days=1)), str(today()))
        assert sum(need["people"] for need in now["needs"]) == 10
        assert await board(city, tier1) == before, "a merger changes no figure of a board"
        answer = {"reason": "財源がない"}
        assert await tier1.refused(f"/proposals/{ids[0]}/rejection", answer) == (409, "proposal.merged")
        assert await tier1.refused("/mergers", {"proposals": ids, **MERGER}) == (409, "proposal.not_mergeable")

        await tier1.wrote(f"{path}/return", {"asked": "何人か"})
        agenda = await callers[1].saw(f"/councils/{cities[1].council}/agenda", after=tier1.position)
        assert [(one["kind"], one["id"]) for one in agenda["entries"]] == [("proposal_returned", ids[1])]
        assert await up(cities[0], callers[0]) == ids[0]
        now = await tier1.saw(path, after=callers[0].position)
        assert (now["state"], now["awaited"]) == ("returned", [ids[1]])
        assert await up(cities[1], callers[1]) == ids[1]
        now = await tier1.saw(path, after=callers[1].position)
        assert (now["state"], now["awaited"], now["round"]) == ("escalated", [], 2)

        await tier1.wrote(f"{path}/receipt", {"due_on": str(DUE)})
        await tier1.wrote(f"{path}/rejection", answer)
        assert (await board(city, tier1))["rejected"] == 2
        for one in ids:
            origin = await tier1.saw(f"/proposals/{one}")
            assert (origin["state"], origin["answer"], origin["reason"]) == ("merged", "rejected", "財源がない")
            assert (origin["merged_into"], origin["round"], origin["due_on"]) == (merged, 2, str(DUE))
        await tier1.wrote(f"{path}/answer-revocation", {"answer": "rejected", "reason": "別の提案への回答"})
        await tier1.wrote(f"{path}/adoption", {"reason": "必要"})
        design = {"name": "便", "service_class": "visit_d", "support_kinds": ["outing"], "starts_on": str(today())}
        await tier1.wrote(f"{path}/design", design)
        start = {"provider_name": "NPO", "launched_on": str(today()), "service_areas": [city.north]}
        await tier1.wrote(f"{path}/launch", start)
        service = (await tier1.saw(path))["service_id"]
        left = (await tier1.saw(f"/services/{service}"))["needs_left"]
        south = [str(need.need_id) for need in (*city.needs, *cities[1].needs) if need.area == city.south]
        assert sorted(need["need_id"] for need in left) == sorted(south)
        origin = await tier1.saw(f"/proposals/{ids[0]}")
        assert (origin["answer"], origin["launched_on"]) == ("launched", str(today()))
        assert await callers[0].refused("/proposals", city.a_proposal(uuid4())) == (404, "meeting.unknown")


async def test_a_merger_is_undone_or_decided_and_never_both(city: City, tier1: Caller) -> None:
    async with AsyncExitStack() as stack:
        _, _, ids = await two_received(city, stack, tier1)
        merged = (await tier1.wrote("/mergers", {"proposals": ids, **MERGER}))["id"]
        path = f"/proposals/{merged}"
        assert await tier1.refused(f"/proposals/{ids[0]}/merger-undoing", {"reason": "誤り"}) == (
            409,
            "proposal.not_merged",
        )
        undone, adopted = await asyncio.gather(
            tier1.send("POST", f"{path}/merger-undoing", {"reason": "校区ごとに異なる"}),
            tier1.send("POST", f"{path}/adoption", {"reason": "必要"}),
        )
        assert sorted([undone.is_success, adopted.is_success]) == [False, True]
        found = [await tier1.saw(f"/proposals/{one}") for one in (merged, *ids)]
        if adopted.is_success:
            assert [(one["state"], one["answer"]) for one in found] == [
                ("adopted", None),
                ("merged", "adopted"),
                ("merged", "adopted"),
            ]
            return
        assert [one["state"] for one in found] == ["merge_undone", "received", "received"]
        assert [one["due_on"] for one in found[1:]] == [str(DUE + timedelta(days=n)) for n in (1, 2)]
