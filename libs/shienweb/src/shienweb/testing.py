"""A service at work in a test: all its parts are real, and the services it hears say what the test has them say.

- `settings_for`: the settings of a small deployment, whose tokens are the test's own
- `at_work`: the service, built and running on a migrated database
- `others_of`: the services it hears, each with a store and a relay, and without its rules
- `World`: the running service, those others, and people with tokens
- `Caller`: somebody whose every request waits for what they wrote before

The fixture of a service that hears others reads like this, `make_database` and `kafka` being shienops' fixtures:

    @pytest.fixture
    async def world(make_database: MakeDatabase, kafka: str, topic_name: str, tmp_path: Path) -> AsyncIterator[World]:
        where = {"bootstrap_servers": kafka, "topic_prefix": f"{topic_name}."}
        settings = settings_for(Settings, await make_database(), tmp_path, **where)
        async with others_of(settings, HEARD, make_database) as others, at_work(build, settings) as app:
            yield World(app, settings, Home("272108", "272108-01"), others=others)

    async def test_a_need_of_an_area_that_is_known_is_recorded(world: World) -> None:
        await world.told_areas({"272108": None, "272108-01": "272108"})
        async with world.caller() as caller:
            done = await caller.wrote("/needs", a_need())
            assert (await caller.saw(f"/needs/{done['id']}"))["state"] == "open"
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol, TypeVar
from uuid import UUID

import httpx2
from fastapi import FastAPI

from shiendomain.registry import AreaDefined
from shiendomain.vocabulary import AreaKind, Tier
from shienevents import Actor, Decider, Event, EventTypes, Home, Origin, Service, ServiceSettings, migrate, token_of

from ._keys import demo_key
from ._principal import Role
from ._settings import ServiceProcessSettings
from ._token import mint

__all__ = ["THREAD", "Caller", "Database", "World", "at_work", "others_of", "settings_for"]

THREAD = UUID("00000000-0000-7000-8000-00000000cccc")
"""The correlation of everything that the others say."""

_AWAY = "127.0.0.1:9"
_HEARD_SECONDS = 60.0  # a broker may take seconds over new topics
_REACTED_SECONDS = 30.0

SettingsT = TypeVar("SettingsT", bound=ServiceProcessSettings)


class Database(Protocol):
    """A fresh database with its two roles, as the fixtures `database` and `make_database` of shienops give it."""

    @property
    def name(self) -> str:
        """The database, and the role that writes events and views in it."""

    @property
    def dsn(self) -> str:
        """For the service."""

    @property
    def owner_dsn(self) -> str:
        """For migrations."""


class Caller:
    """Somebody with a token. Each request waits for what the ones before it wrote.

    `position` is what the next request waits for; set it to have this caller know what others wrote.
    """

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
        """A write that must go well; its answer."""
        answer = await self.send(method, path, body, **headers)
        assert answer.is_success, answer.text
        return answer.json()

    async def saw(self, path: str) -> Any:
        """A reading that must go well and not be stale; its answer."""
        answer = await self.send("GET", path)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert found.get("stale", False) is False, f"{path}: the views have not taken {self.position}"
        return found

    async def until(self, path: str, fits: Callable[[Any], object] = bool) -> Any:
        """Ask until the answer goes well and fits; that answer. What a reaction does has no position to wait for."""
        async with asyncio.timeout(_REACTED_SECONDS):
            while True:
                answer = await self.send("GET", path)
                if answer.status_code == 200 and fits(found := answer.json()):
                    return found
                await asyncio.sleep(0.02)

    async def refused(self, path: str, body: object = None, *, method: str = "POST", **headers: str) -> tuple[int, str]:
        """The status and code of a no."""
        answer = await self.send(method, path, body, **headers)
        return answer.status_code, answer.json()["code"]


@dataclass
class World:
    """A service at work, who asks it, and who tells it."""

    app: FastAPI
    settings: ServiceProcessSettings
    """as `settings_for` made them: the issuer's key lies beside `jwks`"""
    home: Home
    """where things happen, and whose tokens people have, unless a test says otherwise"""
    role: Role = Role.TIER2_COORDINATOR
    """of people, unless a test says otherwise"""
    others: Mapping[str, Service] = field(default_factory=dict)
    """the services it hears, by name"""

    @property
    def service(self) -> Service:
        """The service behind the door."""
        found: Service = self.app.state.door.service
        return found

    async def told(self, stream: object, event: Event, area: str = "") -> str:
        """The service that an event belongs to said it, in this stream and area; the position it stands at."""
        said = _Say(stream, Home(self.home.municipality, area or self.home.area), event)
        other = self.others[event.wire.partition(".")[0]]
        return token_of(await other.handle(said, Origin(Actor("tests", "tests"), correlation=THREAD)))

    async def told_areas(self, parents: Mapping[str, str | None]) -> str:
        """The registry said that there are these areas, each in its parent, and the service heard it; the position.

        What has no parent is a municipality of tier 1, the others are school districts of tier 2.
        """
        said = [await self.told(code, self._area(code, parent), code) for code, parent in parents.items()]
        return await self.heard(",".join(said))

    def _area(self, code: str, parent: str | None) -> AreaDefined:
        return AreaDefined(
            area=code, parent=parent, municipality=self.home.municipality, name=f"地域{code}",
            kind=AreaKind.SCHOOL_DISTRICT if parent else AreaKind.MUNICIPALITY,
            tiers=(Tier.TIER2,) if parent else (Tier.TIER1,), valid_from=date(2020, 4, 1),
        )  # fmt: skip

    async def heard(self, position: str) -> str:
        """Wait until the service's views have taken what this position names; the same position."""
        async with self.service.snapshot(position, seconds=_HEARD_SECONDS) as seen:
            assert not seen.stale, f"the views have not taken {position} in {_HEARD_SECONDS:.0f} s"
        return position

    def token(self, *areas: str, role: Role | None = None, subject: str = "demo") -> str:
        """Somebody's token for these areas."""
        return mint(
            demo_key(Path(self.settings.jwks).parent), role=role or self.role, areas=areas or (self.home.area,),
            body="sasaeria-1", subject=subject, issuer=self.settings.issuer, audience=self.settings.audience,
        )  # fmt: skip

    def client(self, *areas: str, role: Role | None = None, subject: str = "demo") -> httpx2.AsyncClient:
        """Somebody with a token for these areas."""
        return self.anyone(Authorization=f"Bearer {self.token(*areas, role=role, subject=subject)}")

    def anyone(self, **headers: str) -> httpx2.AsyncClient:
        """Somebody with these headers only."""
        transport = httpx2.ASGITransport(app=self.app)
        return httpx2.AsyncClient(transport=transport, base_url=f"http://{self.settings.service}", headers=headers)

    @asynccontextmanager
    async def caller(self, *areas: str, role: Role | None = None) -> AsyncIterator[Caller]:
        """Somebody with a token for these areas, whose requests wait for what they wrote before."""
        async with self.client(*areas, role=role) as client:
            yield Caller(client)


def settings_for(kind: type[SettingsT], database: Database, folder: Path, **more: Any) -> SettingsT:
    """Settings of this kind for a service on this database, with an issuer whose key and JWKS lie in `folder`.

    There are three shards, leases are short, and Kafka is away, unless `more` says otherwise.
    """
    demo_key(folder)
    small = {"shards": 3, "lease_seconds": 2, "bootstrap_servers": _AWAY}
    issuer = {"issuer": "https://issuer.test", "audience": "shien", "jwks": str(folder / "jwks.json")}
    return kind(**{"dsn": database.dsn, "owner_dsn": database.owner_dsn, **small, **issuer, **more})


@asynccontextmanager
async def at_work(build: Callable[[SettingsT], Awaitable[FastAPI]], settings: SettingsT) -> AsyncIterator[FastAPI]:
    """What a service's `build` makes of these settings, running on a database brought to its schema."""
    await migrate(settings.owner_dsn, service=settings.service, writer=settings.writer, shards=settings.shards)
    app = await build(settings)
    async with app.router.lifespan_context(app):
        yield app


@asynccontextmanager
async def others_of(
    settings: ServiceProcessSettings, heard: Sequence[type[Event]], make_database: Callable[[], Awaitable[Database]]
) -> AsyncIterator[dict[str, Service]]:
    """The services that a service with these settings hears, running, by name.

    Each can say those of the events `heard` that are its own, and has no rules: see `World.told`.
    """
    async with AsyncExitStack() as stack:
        others = {}
        for name in settings.hears:
            events = [event for event in heard if event.wire.startswith(f"{name}.")]
            other = await _other(settings, name, events, await make_database())
            others[name] = await stack.enter_async_context(other)
        yield others


@dataclass(frozen=True)
class _Say:
    stream: object
    home: Home
    event: Event


async def _other(
    settings: ServiceProcessSettings, name: str, events: Sequence[type[Event]], database: Database
) -> Service:
    await migrate(database.owner_dsn, service=name, writer=database.name, shards=settings.shards)
    topic = settings.topic(name)
    parts = ServiceSettings(dsn=database.dsn, bootstrap_servers=settings.bootstrap_servers, topic=topic)
    says: Decider[Any, Any, Any] = Decider(
        name="said",
        commands=(_Say,),
        events=tuple(events),
        stream=lambda command: command.stream,
        home=lambda command: command.home,
        initial=None,
        decide=lambda command, _: [command.event],
        evolve=lambda state, _: state,
    )
    return await Service.open(parts, types=EventTypes(events), deciders=[says])
