"""A service in a test: all its parts are real, and the test publishes the events of the services it subscribes to.

- `settings_for`: the settings of a small deployment, with an issuer of the test's own
- `at_work`: the service, built and running on a migrated database
- `events_of`: the events that views and reactions subscribe to
- `others_of`: the services that own those events, each with a store and a relay, and without its rules
- `World`: the running service, those others, and people with tokens
- `Caller`: a person whose reads see what they wrote

The fixture of a service that subscribes to others; `make_database` and `kafka` are fixtures of shienops:

    @pytest.fixture
    async def world(make_database: MakeDatabase, kafka: str, topic_name: str, tmp_path: Path) -> AsyncIterator[World]:
        where = {"bootstrap_servers": kafka, "topic_prefix": f"{topic_name}."}
        settings = settings_for(Settings, await make_database(), tmp_path, **where)
        events = events_of(*VIEWS, *REACTIONS)
        async with others_of(settings, events, make_database) as others, at_work(build, settings) as app:
            yield World(app, settings, Home("272108", "272108-01"), others=others)

    async def test_a_need_of_a_known_area_is_recorded(world: World) -> None:
        await world.publish_areas({"272108": None, "272108-01": "272108"})
        async with world.caller() as caller:
            result = await caller.wrote("/needs", a_need())
            assert (await caller.saw(f"/needs/{result['id']}"))["state"] == "open"

A write waits for nothing on its own. One that needs what others published says so:
`await caller.wrote("/issues", an_issue(), after=position)`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar
from uuid import UUID

import httpx2
from fastapi import FastAPI

from shiendomain.registry import AreaDefined
from shiendomain.vocabulary import AreaKind, Tier
from shienevents import (
    Actor,
    Decider,
    Event,
    Home,
    Origin,
    Reaction,
    Service,
    View,
    migrate,
    parse_token,
    token_of,
)

from ._keys import demo_key
from ._principal import Role
from ._settings import ServiceProcessSettings
from ._state import state_of
from ._token import mint

__all__ = ["THREAD", "Caller", "Database", "World", "at_work", "events_of", "others_of", "settings_for"]

THREAD = UUID("00000000-0000-7000-8000-00000000cccc")
"""The correlation of every event that a test publishes."""

_AWAY = "127.0.0.1:9"
_READ_SECONDS = 60.0  # a broker may take seconds over new topics
_REACTED_SECONDS = 60.0

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
    """A person with a token. Their reads wait for what they wrote; their writes wait only where the test says so.

    `position` is what the reads wait for: all that this caller wrote, and what a test adds to it.
    """

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client
        self.position = ""

    async def send(
        self, method: str, path: str, body: object = None, *, after: str = "", **headers: str
    ) -> httpx2.Response:
        """One request. `after`: the position it waits for. `if_match="…"` and the like are its headers."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if after and method == "GET":
            path += f"{'&' if '?' in path else '?'}after={after}"
        elif after:
            sent["Shien-After"] = after
        answer = await self._client.request(method, path, json=body, headers=sent)
        if method != "GET" and answer.is_success:
            self.position = joined(self.position, answer.headers.get("Shien-Position", ""))
        return answer

    async def wrote(
        self, path: str, body: object = None, *, method: str = "POST", after: str = "", **headers: str
    ) -> Any:
        """A write that must succeed; its answer."""
        answer = await self.send(method, path, body, after=after, **headers)
        assert answer.is_success, answer.text
        return answer.json()

    async def saw(self, path: str, *, after: str = "") -> Any:
        """A read that must succeed and not be stale; its answer. It waits for `position`, and for `after`."""
        wanted = joined(self.position, after)
        answer = await self.send("GET", path, after=wanted)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert found.get("stale", False) is False, f"{path}: the views have not taken {wanted}"
        return found

    async def until(self, path: str, fits: Callable[[Any], object] = bool) -> Any:
        """Read until the answer succeeds and fits; that answer. For what a reaction does, which has no position."""
        async with asyncio.timeout(_REACTED_SECONDS):
            while True:
                answer = await self.send("GET", path, after=self.position)
                if answer.status_code == 200 and fits(found := answer.json()):
                    return found
                await asyncio.sleep(0.02)

    async def refused(
        self, path: str, body: object = None, *, method: str = "POST", after: str = "", **headers: str
    ) -> tuple[int, str]:
        """The status and the code of a problem. A read waits for `position` too."""
        after = joined(self.position, after) if method == "GET" else after
        answer = await self.send(method, path, body, after=after, **headers)
        return answer.status_code, answer.json()["code"]


def joined(*positions: str) -> str:
    """The position that covers these positions."""
    return token_of(*map(parse_token, positions))


@dataclass
class World:
    """A running service, the people who use it, and the services it subscribes to."""

    app: FastAPI
    settings: ServiceProcessSettings
    """as `settings_for` made them: the issuer's key lies beside `jwks`"""
    home: Home
    """where events happen, and the area of people's tokens, unless a test says otherwise"""
    role: Role = Role.TIER2_COORDINATOR
    """of people, unless a test says otherwise"""
    others: Mapping[str, Service] = field(default_factory=dict)
    """the services it subscribes to, by name"""

    @property
    def service(self) -> Service:
        """The service behind the HTTP layer."""
        return state_of(self.app).service

    async def publish(self, stream: object, event: Event, area: str = "", at: datetime | None = None) -> str:
        """Have the service that owns an event publish it, in this stream and area; its position. `at`: else now."""
        command = _Publish(stream, Home(self.home.municipality, area or self.home.area), event)
        owner = self.others[event.wire.partition(".")[0]]
        origin = Origin(Actor("tests", "tests"), occurred_at=at or datetime.now(UTC), correlation=THREAD)
        return token_of(await owner.handle(command, origin))

    async def publish_areas(self, parents: Mapping[str, str | None]) -> str:
        """Have the registry publish these areas, each with its parent, and wait for the service; the position.

        An area without a parent is a municipality of tier 1, the others are school districts of tier 2.
        """
        published = [await self.publish(code, self._area(code, parent), code) for code, parent in parents.items()]
        return await self.read_up_to(joined(*published))

    def _area(self, code: str, parent: str | None) -> AreaDefined:
        return AreaDefined(
            area=code, parent=parent, municipality=self.home.municipality, name=f"地域{code}",
            kind=AreaKind.SCHOOL_DISTRICT if parent else AreaKind.MUNICIPALITY,
            tiers=(Tier.TIER2,) if parent else (Tier.TIER1,), valid_from=date(2020, 4, 1),
        )  # fmt: skip

    async def read_up_to(self, position: str) -> str:
        """Wait until the service's views, and its tree of areas, have taken this position; the same position."""
        async with self.service.snapshot(position, seconds=_READ_SECONDS) as snapshot:
            assert not snapshot.stale, f"the views have not taken {position} in {_READ_SECONDS:.0f} s"
            await state_of(self.app).trees.load(snapshot)
        return position

    def token(self, *areas: str, role: Role | None = None, subject: str = "demo") -> str:
        """An access token for these areas."""
        return mint(
            demo_key(Path(self.settings.jwks).parent), role=role or self.role, areas=areas or (self.home.area,),
            body="sasaeria-1", subject=subject, issuer=self.settings.issuer, audience=self.settings.audience,
        )  # fmt: skip

    def client(self, *areas: str, role: Role | None = None, subject: str = "demo") -> httpx2.AsyncClient:
        """A client with a token for these areas."""
        return self.anyone(Authorization=f"Bearer {self.token(*areas, role=role, subject=subject)}")

    def anyone(self, **headers: str) -> httpx2.AsyncClient:
        """A client with these headers only."""
        transport = httpx2.ASGITransport(app=self.app)
        return httpx2.AsyncClient(transport=transport, base_url=f"http://{self.settings.service}", headers=headers)

    @asynccontextmanager
    async def caller(self, *areas: str, role: Role | None = None) -> AsyncIterator[Caller]:
        """A person with a token for these areas, whose reads wait for what they wrote before."""
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


def events_of(*subscribers: View[Any] | Reaction) -> tuple[type[Event], ...]:
    """The events that these views and reactions subscribe to, each once."""
    return tuple(dict.fromkeys(event for one in subscribers for event in one.subscribes_to))


@asynccontextmanager
async def others_of(
    settings: ServiceProcessSettings, events: Sequence[type[Event]], make_database: Callable[[], Awaitable[Database]]
) -> AsyncIterator[dict[str, Service]]:
    """The other services that own these events, running, by name. They have no rules: see `World.publish`."""
    owned: dict[str, list[type[Event]]] = {}
    for event in events:
        owned.setdefault(event.wire.partition(".")[0], []).append(event)
    owned.pop(settings.service, None)
    async with AsyncExitStack() as stack:
        others = {}
        for name, own in sorted(owned.items()):
            other = await _other(settings, name, own, await make_database())
            others[name] = await stack.enter_async_context(other)
        yield others


@dataclass(frozen=True)
class _Publish:
    stream: object
    home: Home
    event: Event


async def _other(
    settings: ServiceProcessSettings, name: str, events: Sequence[type[Event]], database: Database
) -> Service:
    await migrate(database.owner_dsn, service=name, writer=database.name, shards=settings.shards)
    publisher: Decider[Any, Any, Any] = Decider(
        name="published",
        commands=(_Publish,),
        events=tuple(events),
        stream=lambda command: command.stream,
        home=lambda command: command.home,
        initial=None,
        decide=lambda command, _: [command.event],
        evolve=lambda state, _: state,
    )
    return await Service.open(replace(settings.parts(), dsn=database.dsn), deciders=[publisher])
