"""A council that meetings, proposals and local issues name: what of it can be corrected. On a real Kafka."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from shiendomain.days import today
from shiendomain.meetings import CouncilMeetingHeld, MeetingWithdrawn
from shiendomain.needs import IssueCorrected, IssueRaised
from shiendomain.vocabulary import Tier
from shienevents import Event
from shienops.pytest_plugin import MakeDatabase
from shienweb.testing import Caller

from .world import City, a_city, a_wide_world, days_ago, with_areas

WHY = {"reason": "層の誤り"}


def described(council: dict[str, Any], **right: object) -> dict[str, Any]:
    """The body of a correction that leaves all as it is but this."""
    return {"name": council["name"], "history": council["history"], "purpose": None, **WHY, **right}


async def both_tiers(caller: Caller, city: City) -> dict[str, Any]:
    """A council of the second tier, recorded today, of an area that has both tiers."""
    await with_areas(caller, city)
    both = city.an_area(city.north, tiers=["tier1", "tier2"], reason="層の記録漏れ")
    await caller.wrote("/areas", both)
    made = await caller.wrote("/councils", {"area": city.north, "tier": "tier2", "name": "北協議体"})
    found: dict[str, Any] = await caller.saw(f"/councils/{made['id']}")
    return found


async def test_a_council_that_an_issue_or_a_meeting_names_keeps_its_tier_and_its_days(
    make_database: MakeDatabase, kafka: str, topic_name: str, tmp_path: Path
) -> None:
    async with a_wide_world(make_database, kafka, topic_name, tmp_path) as world:
        city = a_city(world, 1)
        async with city.world.caller() as caller:
            council = await both_tiers(caller, city)
            path, council_id = f"/councils/{council['council_id']}", UUID(council["council_id"])

            async def happened(stream: UUID, event: Event) -> None:
                await city.world.read_up_to(await city.world.publish(stream, event, city.north))

            async def corrected(**right: object) -> tuple[int, str]:
                return await caller.refused(path, described(council, **right), method="PUT")

            issue, meeting = uuid4(), uuid4()
            await happened(issue, IssueRaised(issue_id=issue, area=city.north, council_id=council_id, title="足がない"))
            assert await corrected(tier="tier1") == (409, "council.tier_in_use")
            assert await caller.refused(f"{path}/withdrawal", WHY) == (409, "record.followed")
            elsewhere = IssueCorrected(
                issue_id=issue, council_id=uuid4(), title="足がない", summary="", reason="別の協議体だった"
            )
            await happened(issue, elsewhere)
            await happened(meeting, held(meeting, council_id, city.north, today() - timedelta(days=30)))
            assert await corrected(established_on=days_ago(29)) == (409, "council.at_work_before")
            assert await corrected(established_on="2019-04-01") == (409, "area.not_begun")
            await caller.wrote(path, described(council, tier="tier1", established_on=days_ago(30)), method="PUT")
            await corrected_figures(caller, city)
            await happened(meeting, MeetingWithdrawn(meeting_id=meeting, reason="別の協議体の会議だった"))
            await caller.wrote(path, described(council, established_on=days_ago(29)), method="PUT")
            found = await caller.saw(path)
            assert (found["tier"], found["established_on"]) == ("tier1", days_ago(29))
            await caller.wrote(f"{path}/withdrawal", WHY)


async def corrected_figures(caller: Caller, city: City) -> None:
    """The council counts for the other tier, from the day on to which its establishment was corrected."""
    for day, councils in ((days_ago(31), 0), (days_ago(30), 1), (days_ago(0), 1)):
        found = (await caller.saw(f"/tiers?area={city.north}&valid_at={day}"))["items"]
        assert [one["councils"] for one in found] == [councils, 0], day


def held(meeting: UUID, council: UUID, area: str, day: date) -> CouncilMeetingHeld:
    return CouncilMeetingHeld(meeting_id=meeting, council_id=council, area=area, tier=Tier.TIER2, held_on=day)
