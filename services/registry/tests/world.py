"""The registry at work on real parts, and people who ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI

from registry.main import build
from registry.settings import Settings
from shienevents import migrate
from shienops._databases import Database
from shienweb import Role, demo_key, mint

ISSUER, AUDIENCE, SHARDS = "https://issuer.test", "shien", 3
CITY, NORTH, SOUTH, FOREIGN = "272108", "272108-01", "272108-02", "431001"
AWAY = "127.0.0.1:9"


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


@dataclass
class World:
    """The registry, and who asks it."""

    app: FastAPI
    folder: Path

    @asynccontextmanager
    async def caller(self, *areas: str, role: Role = Role.MUNICIPAL_ADMINISTRATOR) -> AsyncIterator[Caller]:
        """Somebody with a token for these areas."""
        token = mint(
            demo_key(self.folder), role=role, areas=areas or (CITY,), body="枚方市", issuer=ISSUER, audience=AUDIENCE
        )
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=self.app),
            base_url="http://registry",
            headers={"Authorization": f"Bearer {token}"},
        ) as client:
            yield Caller(client)


@asynccontextmanager
async def a_world(database: Database, folder: Path, **settings: Any) -> AsyncIterator[World]:
    """The registry, running; its Kafka is away unless `settings` say otherwise."""
    demo_key(folder)
    said = {"bootstrap_servers": AWAY, "shards": SHARDS, "lease_seconds": 2, **settings}
    read = Settings(dsn=database.dsn, issuer=ISSUER, audience=AUDIENCE, jwks=str(folder / "jwks.json"), **said)
    await migrate(database.owner_dsn, service="registry", writer=database.name, shards=SHARDS)
    app = await build(read)
    async with app.router.lifespan_context(app):
        yield World(app, folder)


def an_area(code: str, parent: str | None = CITY, **more: object) -> dict[str, object]:
    """The body of an area."""
    kind = "centre_area" if parent else "municipality"
    tiers = ["tier2"] if parent else ["tier1"]
    said = {"area": code, "parent": parent, "kind": kind, "tiers": tiers, "name": f"地域{code}"}
    return {**said, "valid_from": "2020-04-01", **more}


def a_resource(area: str = NORTH, **more: object) -> dict[str, object]:
    """The body of a resource; `more` is of its details."""
    return {"area": area, "details": {"name": "ふれあいサロン", "support_kinds": ["salon"], **more}}


async def with_areas(caller: Caller) -> None:
    """A city and two areas of its second tier."""
    await caller.wrote("/areas", an_area(CITY, None))
    for code in (NORTH, SOUTH):
        await caller.wrote("/areas", an_area(code))
