"""Escalation on real parts, beside a registry and a needs service that publish what a test has them publish."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

from escalation.decider.going_up import CouncilFacts
from escalation.main import build
from escalation.projections import VIEWS
from escalation.reactions import REACTIONS
from escalation.settings import Settings
from shiendomain.days import today
from shiendomain.vocabulary import NeedBehind, Tier
from shienevents import Event, Home
from shienops.pytest_plugin import MakeDatabase
from shienweb.testing import Caller, World, at_work, events_of, others_of, settings_for

from .facts import CONSOLIDATED, DECLARED, RAISED, established, registered

_NUMBERS = count(1)
BEGUN = datetime.now(UTC) - timedelta(days=365)
"""When the councils and the issue of a city began."""


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
    """A city with one ward and two districts in it, a tier-2 council of the north, and a tier-1 council of the ward.

    The issue is raised with the northern council, for needs of both districts. In `world` events are published in the
    north, and people have tokens for it.
    """

    world: World
    code: str
    ward: str
    north: str
    south: str
    council: UUID
    upper_council: UUID
    issue: UUID
    needs: tuple[NeedBehind, ...]

    async def publish(self, stream: UUID, event: Event, area: str = "", at: datetime | None = None) -> str:
        """Have the owner of an event publish it, now or as of `at`; the position, which escalation has read."""
        return await self.world.read_up_to(await self.world.publish(stream, event, area, at))

    async def publish_provider(self, provider_id: UUID, area: str) -> str:
        """A provider of an area; the position, which escalation has read."""
        return await self.publish(provider_id, registered(provider_id, area), area)

    async def declare_gap(self) -> None:
        """The gap of the issue is declared."""
        changes = {"issue_id": self.issue, "area": self.north, "council_id": self.council, "needs": self.needs}
        await self.publish(self.issue, DECLARED.model_copy(update=changes))

    def a_meeting(self, **more: object) -> dict[str, object]:
        """The body of a meeting of the northern council about the issue, held today. No two have the same minutes."""
        held = {"council_id": str(self.council), "held_on": str(today()), "issues": [str(self.issue)]}
        return {**held, "minutes": f"会議 {next(_NUMBERS)}", **more}

    def a_proposal(self, meeting: object, **more: object) -> dict[str, object]:
        """The body of a proposal for the issue."""
        proposal = {"issue_id": str(self.issue), "meeting_id": str(meeting), "title": "買い物の足"}
        return {**proposal, "ask": "週一回の送迎", **more}

    async def escalate(self, tier2: Caller, **headers: str) -> str:
        """Declare the gap, hold a meeting and escalate a proposal; its path."""
        await self.declare_gap()
        day = {"held_on": headers["shien_occurred_at"][:10]} if "shien_occurred_at" in headers else {}
        meeting = await tier2.wrote("/meetings", self.a_meeting(**day), **headers)
        proposal = await tier2.wrote("/proposals", self.a_proposal(meeting["id"]), **headers)
        return f"/proposals/{proposal['id']}"


async def a_city(world: World, number: int) -> City:
    """The nth city: its areas, councils and issue are published, and escalation has read them."""
    code = f"{272000 + number}"
    ward, north, south = f"{code}-w", f"{code}-01", f"{code}-02"
    needs = tuple(
        NeedBehind(need_id=uuid4(), area=area, people=people) for area, people in ((north, 3), (north, 2), (south, 1))
    )
    city = City(replace(world, home=Home(code, north)), code, ward, north, south, uuid4(), uuid4(), uuid4(), needs)
    await city.world.publish_areas({code: None, ward: code, north: ward, south: ward})
    for council_id, area, tier in ((city.council, north, Tier.TIER2), (city.upper_council, ward, Tier.TIER1)):
        await city.publish(council_id, established(CouncilFacts(council_id, area, tier)), area, BEGUN)
    of_issue = {"issue_id": city.issue, "area": north}
    await city.publish(city.issue, CONSOLIDATED.model_copy(update={**of_issue, "needs": needs}), at=BEGUN)
    await city.publish(city.issue, RAISED.model_copy(update={**of_issue, "council_id": city.council}))
    return city
