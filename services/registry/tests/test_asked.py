"""What is asked for often comes first in the worklist, on a real Postgres and a real Kafka."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

from shiendomain.matching import MatchProposed
from shiendomain.vocabulary import FitReason
from shienops.pytest_plugin import MakeDatabase

from .world import a_city, a_wide_world, registered, with_areas


async def test_what_is_asked_for_often_comes_first(
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
