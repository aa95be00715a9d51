"""Needs at work on real parts, beside a registry and a matching that say what a test has them say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from needs.main import HEARD, build
from needs.settings import Settings
from shiendomain.registry import CouncilEstablished
from shiendomain.vocabulary import Tier
from shienevents import Home
from shienops.pytest_plugin import MakeDatabase
from shienweb.testing import World, at_work, others_of, settings_for

CITY, NORTH, SOUTH = "272108", "272108-01", "272108-02"
COUNCIL, UPPER = UUID(int=501), UUID(int=502)


@asynccontextmanager
async def a_world(make_database: MakeDatabase, kafka: str, prefix: str, folder: Path) -> AsyncIterator[World]:
    """All at work; nobody has said anything yet."""
    where = {"bootstrap_servers": kafka, "topic_prefix": f"{prefix}."}
    settings = settings_for(Settings, await make_database(), folder, **where)
    async with others_of(settings, HEARD, make_database) as others, at_work(build, settings) as app:
        yield World(app, settings, Home(CITY, NORTH), others=others)


async def with_areas(world: World) -> str:
    """A city, two areas of its second tier, and a council of each tier; the position to wait for."""
    positions = [await world.told_areas({CITY: None, NORTH: CITY, SOUTH: CITY})]
    for council_id, code in ((COUNCIL, NORTH), (UPPER, CITY)):
        tier = Tier.TIER2 if code == NORTH else Tier.TIER1
        council = CouncilEstablished(council_id=council_id, area=code, tier=tier, name="協議体", members=())
        positions.append(await world.told(council_id, council, code))
    return ",".join(positions)


def a_need(area: str = NORTH, **more: object) -> dict[str, object]:
    """The body of a need."""
    return {
        "area": area,
        "support_kind": "outing",
        "people": 5,
        "frequency": "weekly",
        "source": "consultation",
        **more,
    }
