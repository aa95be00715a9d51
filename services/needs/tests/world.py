"""Needs on real parts, beside a registry and a matching that publish what a test has them publish."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

from needs.main import build
from needs.projections import VIEWS
from needs.reactions import REACTIONS
from needs.settings import Settings
from shiendomain.registry import CouncilEstablished
from shiendomain.vocabulary import Tier
from shienevents import Home
from shienops.pytest_plugin import MakeDatabase
from shienweb.testing import World, at_work, events_of, others_of, settings_for

_NUMBERS = count(1)


def another_note() -> str:
    """A note that no other need has, so that no need is identical to it."""
    return f"記録 {next(_NUMBERS)}"


@asynccontextmanager
async def a_world(make_database: MakeDatabase, kafka: str, prefix: str, folder: Path) -> AsyncIterator[World]:
    """The running service and those it subscribes to; nothing is published yet."""
    where = {"bootstrap_servers": kafka, "topic_prefix": f"{prefix}."}
    settings = settings_for(Settings, await make_database(), folder, **where)
    events = events_of(*VIEWS, *REACTIONS)
    async with others_of(settings, events, make_database) as others, at_work(build, settings) as app:
        yield World(app, settings, Home("000000", "000000"), others=others)


@dataclass(frozen=True)
class City:
    """A city of tier 1 with two areas of tier 2, a council of the north and one of the city.

    In `world` events are published in the north, and people have tokens for it.
    """

    world: World
    code: str
    north: str
    south: str
    council: UUID
    upper_council: UUID

    def a_need(self, area: str = "", **more: object) -> dict[str, object]:
        """The body of a need, of the north unless it says otherwise."""
        given = {"area": area or self.north, "support_kind": "outing", "people": 5, "frequency": "weekly"}
        return {**given, "source": "consultation", **more}

    def an_issue(self, *needs: object, **more: object) -> dict[str, object]:
        """The body of an issue of the north."""
        given = {"area": self.north, "council_id": str(self.council), "title": "足がない"}
        return {**given, "needs": [str(need) for need in needs], **more}


async def a_city(world: World, number: int) -> City:
    """The nth city: the registry published its areas and councils, and needs has read them."""
    code = f"{272000 + number}"
    north, south = f"{code}-01", f"{code}-02"
    city = City(replace(world, home=Home(code, north)), code, north, south, uuid4(), uuid4())
    await city.world.publish_areas({code: None, north: code, south: code})
    for council_id, area, tier in ((city.council, north, Tier.TIER2), (city.upper_council, code, Tier.TIER1)):
        council = CouncilEstablished(council_id=council_id, area=area, tier=tier, name="協議体", members=())
        await city.world.read_up_to(await city.world.publish(council_id, council, area))
    return city
