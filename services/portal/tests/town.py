"""A portal at work: the four other services publish over a real Kafka, and people ask it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx2

from portal.main import build
from portal.projections import VIEWS
from portal.projections.sentences import describe
from portal.settings import Settings
from shienevents import Actor, Append, Event, Home, Origin, Written, shard_of, token_of
from shienops._databases import Database
from shienweb import Role
from shienweb.testing import World, at_work, events_of, others_of, settings_for

from .world import CITY, CITY_DEFINED, NORTH, NORTH_DEFINED, SOUTH_DEFINED

E = TypeVar("E", bound=Event)


@dataclass
class Town(World):
    """A city of its own in a running portal, and the people who ask about it.

    Its codes and ids are those of `world.py` with the city's `number` in them. Tests name things as `world.py` does:
    what is written, asked and answered passes through `theirs` and `ours`.
    """

    number: int = 0
    written: list[Written] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)

    def theirs(self, text: object) -> str:
        """The text with the codes and ids of this city."""
        text = str(text).replace(CITY, f"27{self.number:04}")
        return re.sub(r"(00000000-0000-7000-0000-....)0000", rf"\g<1>{self.number:04}", text)

    def ours(self, text: str) -> str:
        """The text with the codes and ids of `world.py`: the reverse of `theirs`."""
        text = text.replace(f"27{self.number:04}", CITY)
        return re.sub(rf"(00000000-0000-7000-0000-....){self.number:04}", r"\g<1>0000", text)

    def moved(self, event: E) -> E:
        """The event in this city."""
        return type(event).model_validate_json(self.theirs(event.data().decode()))

    @property
    def position(self) -> str:
        """Everything written so far, as a token."""
        return token_of(*self.written)

    async def write(
        self,
        event: Event,
        area: str = NORTH,
        *,
        causation: UUID | None = None,
        correlation: UUID | None = None,
        days_ago: int = 0,
    ) -> UUID:
        """Append an event, which happened so many days ago, to its service's store; its id."""
        event, home = self.moved(event), Home(self.theirs(CITY), self.theirs(area))
        stream, id_ = stream_of(event), uuid4()
        at = self.versions.get(stream, 0)
        origin = Origin(
            Actor("tier2_coordinator", "北包括"),
            datetime.now(UTC) - timedelta(days=days_ago),
            correlation or uuid4(),
            causation=causation,
        )
        store = self.others[event.wire.partition(".")[0]].store
        append = Append(stream, at, shard_of(home.area, self.settings.shards), home, [event], [id_], origin)
        self.written.append(await store.append(append))
        self.versions[stream] = at + 1
        return id_

    async def with_areas(self) -> None:
        """A city of two areas."""
        for event in (CITY_DEFINED, NORTH_DEFINED, SOUTH_DEFINED):
            await self.write(event, event.area)

    async def reached(self) -> None:
        """Wait until the portal has taken all that was written."""
        await self.read_up_to(self.position)

    def token(self, *areas: str, role: Role | None = None, subject: str = "demo") -> str:
        """An access token for these areas of the city."""
        return super().token(*map(self.theirs, areas), role=role, subject=subject)

    async def get(self, path: str, role: Role | None = None, *areas: str, **query: Any) -> httpx2.Response:
        """The answer to somebody of these areas, after all that was written."""
        await self.reached()
        asked = {name: self.theirs(value) if isinstance(value, str) else value for name, value in query.items()}
        async with self.client(*areas, role=role) as client:
            answer = await client.get(self.theirs(path), params={"after": self.position, **asked})
        return httpx2.Response(
            answer.status_code,
            headers=[(name, value) for name, value in answer.headers.multi_items() if name != "content-length"],
            text=self.ours(answer.text),
        )


def stream_of(event: Event) -> str:
    """The stream an event belongs to: that of its thing, and a match's that of its resource's offer."""
    name = event.wire.split(".")[1]
    if hasattr(event, "match_id") and event.wire.startswith("matching."):
        return f"offer-{event.resource_id}"  # type: ignore[attr-defined]
    return f"{name.partition('_')[0]}-{describe(event).subject or getattr(event, 'area', '')}"


@asynccontextmanager
async def a_portal(
    make_database: Callable[[], Awaitable[Database]], kafka: str, folder: Path, prefix: str, **more: Any
) -> AsyncIterator[Town]:
    """A running portal on a migrated database, with the services that it subscribes to; the town of no city yet.

    `more`: settings that differ from those of a test.
    """
    where = {"bootstrap_servers": kafka, "topic_prefix": f"{prefix}.", "synthetic": True, **more}
    settings = settings_for(Settings, await make_database(), folder, **where)
    async with others_of(settings, events_of(*VIEWS), make_database) as others, at_work(build, settings) as app:
        yield Town(app, settings, Home(CITY, CITY), Role.TIER1_COORDINATOR, others)
