"""A service that begins in one of two districts, reaches the other, ends, and is proposed again.

Then it grows from an activity of residents, which it takes over. Another one answers the merged proposals of three
districts, in each of which two proposals are made; a last proposal is split.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from shienops.demo.loop import WalkPlace, eventually
from shienops.demo.people import Person, Refused
from shienops.system import System
from shienweb import Role

from .town import DUE, TODAY, Town, adds_up, all_views_agree, minutes_of_its_own

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.embedded, pytest.mark.timeout(400)]
DAY = str(TODAY)
NO_BUS = {"missing": ["kind"], "reason": "坂の上まで来る便がない"}


async def accept(who: Person, need: str) -> Any:
    """The match that was proposed for this need, accepted and concluded: the support goes on."""

    async def proposed() -> Any:
        found = await who.get("matching", "/matches", need_id=need, state="proposed")
        return found["items"]

    [match] = await eventually(proposed)
    path = f"/resources/{match['resource_id']}/matches/{match['match_id']}"
    await who.post("matching", f"{path}/acceptance")
    outcome = {"outcome": "helped", "people_helped": match["people"], "ongoing": True}
    await who.post("matching", f"{path}/conclusion", outcome)
    return match


async def until_state(who: Person, need: str, state: str) -> Any:
    """The need, once it is in this state."""

    async def shown() -> Any:
        found = await who.get("needs", f"/needs/{need}")
        return found if found["state"] == state else None

    return await eventually(shown)


async def gaps_of(town: Town) -> tuple[int, int]:
    """The gaps that are open and those that services answer, as both boards say it."""
    code = town.code
    of_needs = (await town.auditor.get("needs", f"/boards/{code}"))["total"]
    found = (await town.board())["board"]["issues"]
    assert (found["gap"], found["answered"]) == (of_needs["gaps"], of_needs["gaps_answered"])
    return found["gap"], found["answered"]


async def test_a_service_reaches_both_districts_and_its_end_leaves_nobody_behind(system: System) -> None:
    async with Town(system, "99112") as town:
        (centre,) = await town.build(districts=1)
        north, south = f"{centre.area}-n", f"{centre.area}-s"
        for area in (north, south):
            await town.area(area, "school_district", "tier2", parent=centre.area)
        tier2 = town.person(Role.TIER2_COORDINATOR, centre.area)
        tier1 = town.person(Role.TIER1_COORDINATOR)
        needs = [await town.need(tier2, area, people=people) for area, people in ((north, 3), (south, 2))]
        raised = {"area": centre.area, "council_id": centre.council, "title": "買い物の足", "needs": needs}
        issue = (await tier2.post("needs", "/issues", raised))["id"]
        await tier2.post("needs", f"/issues/{issue}/gap", NO_BUS)
        proposal = await proposed(tier2, tier1, issue, centre.council)
        path = f"/proposals/{proposal}"
        start = {"provider_name": "NPO北", "service_areas": [north], "launched_on": DAY}
        await tier1.post("escalation", f"{path}/launch", start)
        await accept(tier2, needs[0])
        await until_state(tier2, needs[0], "met")
        service = (await tier1.get("escalation", path))["service_id"]
        left = (await tier1.get("escalation", f"/services/{service}"))["needs_left"]
        assert [need["need_id"] for need in left] == [needs[1]]
        assert (await until_state(tier2, needs[1], "gap"))["people_helped"] == 0
        assert await gaps_of(town) == (1, 0), "in the south there is no service yet"

        await tier1.post("escalation", f"{path}/provisions/1/extension", {"added": [south], "extended_on": DAY})
        match = await accept(tier2, needs[1])
        await until_state(tier2, needs[1], "met")
        assert await gaps_of(town) == (0, 1)
        by_hand = {"reason": "provider_withdrew"}
        with pytest.raises(Refused, match=r"resource\.of_a_service"):
            await tier1.post("registry", f"/resources/{match['resource_id']}/retirement", by_hand)

        end = {"ended_on": DAY, "reason": "no_funds", "note": "補助が終わった"}
        ask = {"provider_name": "NPO南", "asked": "週二回なら担える", "requested_on": DAY}
        await tier1.post("escalation", f"{path}/entries", ask)
        await tier1.post("escalation", f"{path}/end", end)
        (entry,) = (await tier1.get("escalation", "/entries", service_id=service))["items"]
        assert (entry["state"], entry["reason"]) == ("declined", end["note"])
        for need, people in zip(needs, (3, 2), strict=True):
            waits = await until_state(tier2, need, "gap")
            assert (waits["people"], waits["people_helped"]) == (people, 0)
        assert await gaps_of(town) == (1, 0), "the gap is there again"
        activity = await active(town, north)
        again = await proposed(tier2, tier1, issue, centre.council, grown_from=activity)
        assert again == proposal, "an issue has one proposal, and keeps its origin"
        begin = start | {"service_areas": [north, south]}
        with pytest.raises(Refused, match=r"service\.activity_unsaid"):
            await tier1.post("escalation", f"{path}/launch", begin)
        await tier1.post("escalation", f"{path}/launch", begin | {"takes_over": activity})
        for need in needs:
            assert (await accept(tier2, need))["resource_id"] == activity
            await until_state(tier2, need, "met")
        became = await tier1.get("registry", f"/resources/{activity}")
        assert (became["details"]["name"], became["taken_over_on"]) == (DESIGN["name"], DAY)
        assert became["name_before"] == f"送迎{north}", "and no second resource is registered"
        board = await town.board()
        adds_up(board)
        assert (board["board"]["people"]["helped"], board["board"]["proposals"]["launched"]) == (5, 1)
        trace = await town.auditor.get("portal", f"/trace/{needs[0]}")
        told = [event["type"].split(".")[1] for event in trace["events"]]
        assert (told.count("service_launched"), told.count("service_ended")) == (2, 1)
    await all_views_agree(system)


DESIGN = {"name": "おでかけ便", "service_class": "visit_d", "support_kinds": ["outing"], "starts_on": DAY}
RECEIPT = {"due_on": str(DUE)}


async def active(town: Town, area: str) -> str:
    """An activity of residents that has reported."""
    resource = await town.resource(area, capacity=30)
    said = {"period_from": "2025-04-01", "period_until": "2026-03-31", "times": 50, "participants": 40}
    said |= {"attendances": 900, "supporters": 12}
    await town.person(Role.TIER1_COORDINATOR).post("registry", f"/resources/{resource}/activity-reports", said)
    return resource


async def escalated(tier2: Person, issue: str, council: str, ask: str = "週2回の送迎", **more: str) -> str:
    """A proposal for the issue, after a meeting of its council."""
    meeting = {"council_id": council, "held_on": DAY, "issues": [issue], "minutes": minutes_of_its_own()}
    held = (await tier2.post("escalation", "/meetings", meeting))["id"]
    body = {"issue_id": issue, "meeting_id": held, "title": "送迎", "ask": ask, **more}
    return str((await tier2.post("escalation", "/proposals", body))["id"])


async def steps(who: Person, proposal: str, **taken: Mapping[str, object]) -> None:
    """Steps that are taken with a proposal, in this order."""
    for step, body in taken.items():
        await who.post("escalation", f"/proposals/{proposal}/{step.replace('_', '-')}", body)


async def proposed(tier2: Person, tier1: Person, issue: str, council: str, **more: str) -> str:
    """A proposal for the issue, escalated, adopted, and answered by a design."""
    proposal = await escalated(tier2, issue, council, **more)
    await steps(tier1, proposal, receipt=RECEIPT, adoption={"reason": "必要"}, design=DESIGN)
    return proposal


@dataclass
class District:
    """A district with its coordinator, a need, an issue with a declared gap, and the proposal for it."""

    place: WalkPlace
    tier2: Person
    need: str = ""
    issue: str = ""
    proposal: str = ""

    async def propose(self, town: Town, tier1: Person, people: int) -> None:
        """A new need becomes an issue, a gap and a proposal, which tier 1 receives."""
        self.need = await town.need(self.tier2, self.place.area, people=people)
        raised = {"area": self.place.area, "council_id": self.place.council, "title": "足", "needs": [self.need]}
        self.issue = (await self.tier2.post("needs", "/issues", raised))["id"]
        await self.tier2.post("needs", f"/issues/{self.issue}/gap", NO_BUS)
        self.proposal = await escalated(self.tier2, self.issue, self.place.council)
        await steps(tier1, self.proposal, receipt=RECEIPT)

    async def answer(self, who: Person) -> tuple[str, str, str]:
        """The state of the proposal, its answer, and the reason."""
        found = await who.get("escalation", f"/proposals/{self.proposal}")
        return found["state"], found["answer"], found["reason"]


async def merged(tier1: Person, districts: Sequence[District]) -> str:
    """One proposal, of which those of these districts are part."""
    ids = [one.proposal for one in districts]
    body = {"proposals": ids, "title": "校区を回る送迎", "ask": "週2回", "reason": "同じ内容"}
    return str((await tier1.post("escalation", "/mergers", body))["id"])


async def split_and_answered(town: Town, tier1: Person, where: District) -> None:
    """A proposal for two needs is split: one part becomes a service, and the other is rejected."""
    await where.propose(town, tier1, 5)
    other = await town.need(where.tier2, where.place.area, people=6)
    await where.tier2.post("needs", f"/issues/{where.issue}/needs", {"needs": [other]})
    parts = [
        {"title": "便", "ask": "週2回", "needs": [where.need]},
        {"title": "宅配", "ask": "月2回", "needs": [other]},
    ]
    await steps(tier1, where.proposal, **{"return": {"asked": "何人か"}})
    await escalated(where.tier2, where.issue, where.place.council)
    await steps(tier1, where.proposal, receipt=RECEIPT)
    split = await tier1.post("escalation", f"/proposals/{where.proposal}/split", {"parts": parts, "reason": "異なる"})
    bus, parcels = split["parts"]
    start = {"provider_name": "NPO", "launched_on": DAY}
    await steps(tier1, parcels, rejection={"reason": "財源がない"})
    await steps(tier1, bus, adoption={"reason": "必要"}, design=DESIGN, launch=start)
    await accept(where.tier2, where.need)
    await until_state(where.tier2, where.need, "met")
    assert (await until_state(where.tier2, other, "gap"))["people_helped"] == 0
    service = (await tier1.get("escalation", f"/proposals/{bus}"))["service_id"]
    back = {event["subject"] for event in (await town.auditor.get("portal", f"/trace/{service}"))["events"]}
    assert where.need in back
    for need, answer in ((where.need, "service_launched"), (other, "proposal_rejected")):
        told = [event["type"].split(".")[1] for event in (await town.auditor.get("portal", f"/trace/{need}"))["events"]]
        assert {"proposal_split", answer} <= {*told}


async def test_proposals_of_three_districts_are_merged_and_the_needs_of_all_are_met(system: System) -> None:
    async with Town(system, "99113") as town:
        tier1 = town.person(Role.TIER1_COORDINATOR)
        districts = [
            District(place, town.person(Role.TIER2_COORDINATOR, place.area)) for place in await town.build(districts=3)
        ]
        for people, one in enumerate(districts, start=2):
            await one.propose(town, tier1, people)
        whole = await merged(tier1, districts)
        await steps(tier1, whole, **{"return": {"asked": "何人か"}})
        for one in districts:
            assert await one.answer(tier1) == ("merged", "returned", "何人か")
            again = await escalated(one.tier2, one.issue, one.place.council, "週2回、対象者を確認した")
            assert again == one.proposal
        await steps(tier1, whole, receipt=RECEIPT, adoption={"reason": "必要"}, design=DESIGN)
        areas = [one.place.area for one in districts]
        start = {"provider_name": "NPO", "service_areas": areas[:2], "launched_on": DAY}
        join = {"provider_name": "社協", "service_areas": areas[2:], "joined_on": DAY}
        await steps(tier1, whole, launch=start, provisions=join)
        for one in districts:
            await accept(one.tier2, one.need)
            await until_state(one.tier2, one.need, "met")
            assert (await one.answer(tier1))[:2] == ("merged", "launched")
            trace = await town.auditor.get("portal", f"/trace/{one.need}")
            told = [event["type"].split(".")[1] for event in trace["events"]]
            assert [told.count(name) for name in ("proposals_merged", "service_launched", "provider_joined")] == [1] * 3
        service = (await tier1.get("escalation", f"/proposals/{whole}"))["service_id"]
        assert (await tier1.get("escalation", f"/services/{service}"))["needs_left"] == []
        back = await town.auditor.get("portal", f"/trace/{service}")
        assert {one.need for one in districts} <= {event["subject"] for event in back["events"]}

        for people, one in enumerate(districts, start=2):
            await one.propose(town, tier1, people)
        await steps(tier1, await merged(tier1, districts), rejection={"reason": "財源がない"})
        assert [await one.answer(tier1) for one in districts] == [("merged", "rejected", "財源がない")] * 3
        await split_and_answered(town, tier1, districts[0])
        board = await town.board()
        adds_up(board)
        assert [board["board"]["proposals"][name] for name in ("launched", "rejected", "received")] == [4, 4, 0]
        assert board["board"]["people"]["helped"] == 14
    await all_views_agree(system)
