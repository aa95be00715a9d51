"""Needs at work on real parts, and people who ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI

from needs.main import HEARD, build
from needs.settings import Settings
from shienevents import Actor, Decider, Event, EventTypes, Home, Origin, Service, ServiceSettings, migrate, token_of
from shienevents.contracts.registry import AreaDefined, CouncilEstablished
from shienevents.contracts.vocabulary import AreaKind, Tier
from shienops._databases import Database
from shienops.pytest_plugin import MakeDatabase
from shienweb import Role, demo_key, mint

ISSUER, AUDIENCE, SHARDS = "https://issuer.test", "shien", 3
CITY, NORTH, SOUTH = "272108", "272108-01", "272108-02"
COUNCIL, UPPER = UUID(int=501), UUID(int=502)


class Caller:
    """Somebody with a token. Each request waits for what the ones before it wrote."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client
        self.position = ""

    async def send(self, method: str, path: str, body: object = None, **headers: str) -> httpx2.Response:
        """One request; `if_match="…"` and the like are its headers."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if method == "GET":
            path += f"{'&' if '?' in path else '?'}after={self.position}"
        elif self.position:
            sent["Shien-After"] = self.position
        answer = await self._client.request(method, path, json=body, headers=sent)
        if method != "GET" and answer.is_success:
            positions = [self.position, answer.headers["Shien-Position"]]
            self.position = ",".join(filter(None, positions))
        return answer

    async def wrote(self, path: str, body: object = None, *, method: str = "POST", **headers: str) -> Any:
        """A write that must go well."""
        answer = await self.send(method, path, body, **headers)
        assert answer.is_success, answer.text
        return answer.json()

    async def saw(self, path: str) -> Any:
        """A reading that must go well."""
        answer = await self.send("GET", path)
        assert answer.status_code == 200, answer.text
        assert answer.json().get("stale", False) is False
        return answer.json()

    async def refused(self, path: str, body: object = None, *, method: str = "POST", **headers: str) -> tuple[int, str]:
        """The status and code of a no."""
        answer = await self.send(method, path, body, **headers)
        return answer.status_code, answer.json()["code"]


@dataclass(frozen=True)
class Say:
    """Have another service say something."""

    stream: object
    home: Home
    event: Event


def saying(service: str) -> Decider[Say, None, Event]:
    """What another service says, without its rules."""
    return Decider(
        name="said",
        commands=(Say,),
        events=tuple(event for event in HEARD if event.wire.startswith(f"{service}.")),
        stream=lambda command: command.stream,
        home=lambda command: command.home,
        initial=None,
        decide=lambda command, _: [command.event],
        evolve=lambda state, _: state,
    )


@dataclass
class World:
    """Needs, who asks it, and who tells it."""

    app: FastAPI
    folder: Path
    others: dict[str, Service]

    async def told(self, stream: object, event: Event, area: str = NORTH) -> str:
        """Another service said this; the position it stands at."""
        other = self.others[event.wire.partition(".")[0]]
        return token_of(await other.handle(Say(stream, Home(CITY, area), event), Origin(Actor("tests", "tests"))))

    @asynccontextmanager
    async def caller(self, *areas: str, role: Role = Role.TIER2_COORDINATOR) -> AsyncIterator[Caller]:
        """Somebody with a token for these areas."""
        token = mint(
            demo_key(self.folder), role=role, areas=areas or (NORTH,), body="北", issuer=ISSUER, audience=AUDIENCE
        )
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=self.app),
            base_url="http://needs",
            headers={"Authorization": f"Bearer {token}"},
        ) as client:
            yield Caller(client)


async def other_service(service: str, database: Database, kafka: str, topic: str) -> Service:
    """A service that says what it is told to say."""
    await migrate(database.owner_dsn, service=service, writer=database.name, shards=SHARDS)
    parts = ServiceSettings(dsn=database.dsn, bootstrap_servers=kafka, topic=topic)
    decider: Decider[Any, Any, Any] = saying(service)
    return await Service.open(parts, types=EventTypes(decider.events), deciders=[decider])


@asynccontextmanager
async def a_world(make_database: MakeDatabase, kafka: str, prefix: str, folder: Path) -> AsyncIterator[World]:
    """Needs at work, beside a registry and a matching that say what a test has them say."""
    database = await make_database()
    demo_key(folder)
    settings = Settings(
        dsn=database.dsn,
        bootstrap_servers=kafka,
        topic_prefix=f"{prefix}.",
        shards=SHARDS,
        issuer=ISSUER,
        audience=AUDIENCE,
        jwks=str(folder / "jwks.json"),
        lease_seconds=2,
    )
    await migrate(database.owner_dsn, service="needs", writer=database.name, shards=SHARDS)
    async with AsyncExitStack() as stack:
        others = {}
        for name in settings.hears:
            other = await other_service(name, await make_database(), kafka, settings.topic(name))
            others[name] = await stack.enter_async_context(other)
        app = await build(settings)
        await stack.enter_async_context(app.router.lifespan_context(app))
        yield World(app, folder, others)


async def with_areas(world: World) -> str:
    """A city, two areas of its second tier, and a council of each tier; the position to wait for."""
    positions = []
    for code, parent in ((CITY, None), (NORTH, CITY), (SOUTH, CITY)):
        area = AreaDefined(
            area=code,
            parent=parent,
            municipality=CITY,
            kind=AreaKind.CENTRE_AREA if parent else AreaKind.MUNICIPALITY,
            tiers=(Tier.TIER2,) if parent else (Tier.TIER1,),
            name=f"地域{code}",
            valid_from=date(2020, 4, 1),
        )
        positions.append(await world.told(code, area, code))
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
