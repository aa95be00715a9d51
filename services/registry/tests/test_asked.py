"""Worklists that hear other services: what is asked for often, and councils without a meeting. On a real Kafka."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from shiendomain.days import today
from shiendomain.matching import MatchProposed
from shiendomain.meetings import CouncilMeetingHeld, MeetingCorrected, MeetingWithdrawn
from shiendomain.vocabulary import FitReason, Tier
from shienevents import Event
from shienops.pytest_plugin import MakeDatabase
from shienweb import Role
from shienweb.testing import Caller

from .world import a_city, a_wide_world, days_ago, registered, with_areas


async def test_what_is_asked_for_often_and_councils_that_have_not_met_are_listed(
    make_database: MakeDatabase, kafka: str, topic_name: str, tmp_path: Path
) -> None:
    async with a_wide_world(make_database, kafka, topic_name, tmp_path) as world:
        city = a_city(world, 1)
        async with city.world.caller() as caller:
            await with_areas(caller, city)
            older = await registered(caller, city, city.north, 300, None)
            asked = await registered(caller, city, city.north, 200, None)
            position = ""
            for _ in range(6):
                proposed = MatchProposed(
                    match_id=uuid4(), need_id=uuid4(), need_area=city.north, resource_id=UUID(asked),
                    resource_version=1, people=1, reasons=(FitReason.KIND,),
                )  # fmt: skip
                position = await city.world.publish(asked, proposed, city.north)
            await city.world.read_up_to(position)
            first = await caller.saw("/stale-resources?limit=1", after=position)
            second = await caller.saw(f"/stale-resources?limit=1&cursor={first['next_cursor']}")
            shown = [(one["resource_id"], one["risk"]) for page in (first, second) for one in page["items"]]
            assert (shown, second["next_cursor"]) == ([(asked, 231), (older, 166)], None)
            assert first["items"][0]["reasons"][1]["ja"] == "最近12か月の打診6件"

            bodies = [{"area": city.north, "tier": "tier2", "name": f"協議体{n}"} for n in range(3)]
            at = {"shien_occurred_at": f"{days_ago(400)}T00:00:00+09:00"}
            quiet, mistaken, met = [UUID((await caller.wrote("/councils", body, **at))["id"]) for body in bodies]

            async def meet(council: UUID, ago: int, *later: Event) -> UUID:
                meeting = held(council, city.north, today() - timedelta(days=ago))
                for event in (meeting, *(one.model_copy(update={"meeting_id": meeting.meeting_id}) for one in later)):
                    position = await city.world.publish(meeting.meeting_id, event, city.north)
                await city.world.read_up_to(position)
                return meeting.meeting_id

            last = await meet(quiet, 200)
            await meet(mistaken, 10, MeetingWithdrawn(meeting_id=uuid4(), reason="別の協議体の会議だった"))
            await meet(met, 300, MeetingCorrected(meeting_id=uuid4(), held_on=today(), reason="日付の誤り"))
            found = (await caller.saw("/councils?quiet_for=180"))["items"]
            assert {one["council_id"]: one["last_met_on"] for one in found} == {
                str(quiet): days_ago(200), str(mistaken): None,
            }  # fmt: skip
            assert (await caller.saw(f"/councils/{met}"))["last_met_on"] == days_ago(0)
            async with city.world.caller(city.north, role=Role.TIER2_COORDINATOR) as tier2:
                tier2.position = caller.position
                await agreed_at_a_meeting_of_its_own(tier2, quiet, met, last)


async def agreed_at_a_meeting_of_its_own(caller: Caller, council: UUID, other: UUID, meeting: UUID) -> None:
    """The purpose of a council names the meeting that agreed on it, by its day."""
    agreed = {"text": "居場所", "agreed_on": days_ago(200), "review_on": days_ago(0), "meeting_id": str(meeting)}
    assert await caller.refused(f"/councils/{other}/purpose", agreed) == (404, "meeting.unknown")
    another_day = {**agreed, "agreed_on": days_ago(199)}
    assert await caller.refused(f"/councils/{council}/purpose", another_day) == (409, "council.agreed_another_day")
    await caller.wrote(f"/councils/{council}/purpose", agreed)
    assert (await caller.saw(f"/councils/{council}"))["purpose"] == agreed


def held(council: UUID, area: str, day: date) -> CouncilMeetingHeld:
    return CouncilMeetingHeld(meeting_id=uuid4(), council_id=council, area=area, tier=Tier.TIER2, held_on=day)
