"""A person at work: a role, a territory, and requests to the services that each wait for what the person knows of."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date, datetime, time
from typing import Any, Protocol
from uuid import uuid4

import httpx2

from shiendomain.days import JAPAN
from shienevents import parse_token, token_of
from shienweb import Role

_PATIENCE_SECONDS = 90


class Refused(Exception):
    """A request was answered with a no; `problem` is its problem details."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        errors = "; ".join(f"{one['field']}: {one['ja']} ({one['en']})" for one in problem.get("errors", ()))
        said = f"{problem.get('detail_ja', '')} ({problem.get('detail_en', '')})"
        super().__init__(f"{status} {problem.get('code', '')}: {said} {errors}".strip())
        self.status = status
        self.code = str(problem.get("code", ""))
        self.problem = problem


class Deployment(Protocol):
    """Where people work: a `System` on this machine, containers, or whatever else can say these two."""

    def url(self, service: str) -> str:
        """Where the service answers, without a slash at the end."""

    def token(self, role: Role, areas: Sequence[str], *, body: str = "demo", subject: str = "demo") -> str:
        """A bearer token that the services take."""


def moment_on(day: date, now: datetime) -> datetime:
    """Ten in the morning of that day; `now`, when it is not ten yet."""
    return min(datetime.combine(day, time(10), JAPAN), now)


class Known:
    """The latest position somebody knows of, and a group of people tells one another."""

    def __init__(self) -> None:
        self._token = ""

    def learn(self, token: str) -> None:
        """Know what this token names, too."""
        self._token = token_of(parse_token(self._token), parse_token(token))

    def token(self) -> str:
        """All of it as one token."""
        return self._token


class Person:
    """Somebody with a token. Every request carries the position that is known, so nobody is shown less than that."""

    def __init__(
        self, system: Deployment, role: Role, areas: Sequence[str], known: Known, *, body: str = "demo"
    ) -> None:
        self.role = role
        self.known = known
        self._system = system
        self._token = system.token(role, list(areas), body=body, subject=f"{role.value}-{'-'.join(areas)}"[:200])
        self._client = httpx2.AsyncClient(timeout=30, headers={"Authorization": f"Bearer {self._token}"})

    async def __aenter__(self) -> Person:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    def apart(self, known: Known | None = None) -> Person:
        """The same person in a matter of its own, that need not wait for what comes of others meanwhile.

        `known`: what that matter knows of; a copy of all this person knows, when it is not given.
        """
        other = copy(self)
        if known is None:
            known = Known()
            known.learn(self.known.token())
        other.known = known
        return other

    async def post(
        self,
        service: str,
        path: str,
        body: object = None,
        *,
        on: date | None = None,
        key: str | None = None,
        seen: int | None = None,
    ) -> dict[str, Any]:
        """Do something; the answer. `on`: the day it happened. `seen`: see `put`. Raises `Refused`."""
        return await self._write("POST", service, path, body, on, key, seen)

    async def put(self, service: str, path: str, body: object, *, seen: int | None = None) -> dict[str, Any]:
        """Say something anew. `seen`: only if this is still its version (If-Match). Raises `Refused`."""
        return await self._write("PUT", service, path, body, None, None, seen)

    async def get(self, service: str, path: str, **query: str) -> Any:
        """Look. What was seen is known: nobody is shown less of it later, wherever they look. Raises `Refused`."""
        query = {"after": self.known.token(), **query}
        answer = await self._patiently("GET", service, path, params=query)
        said = self._said(answer)
        self.known.learn(answer.headers.get("Shien-Position", ""))
        return said

    async def text(self, service: str, path: str) -> str:
        """Look at what is no JSON: a page, a picture."""
        answer = await self._client.get(self._system.url(service) + path)
        answer.raise_for_status()
        return answer.text

    async def _write(
        self,
        method: str,
        service: str,
        path: str,
        body: object,
        on: date | None,
        key: str | None,
        seen: int | None,
    ) -> dict[str, Any]:
        headers = {"Idempotency-Key": key or str(uuid4())}
        if seen is not None:
            headers["If-Match"] = f'"{seen}"'
        if token := self.known.token():
            headers["Shien-After"] = token
        if on:
            headers["Shien-Occurred-At"] = moment_on(on, datetime.now(JAPAN)).isoformat()
        said: dict[str, Any] = self._said(await self._patiently(method, service, path, json=body, headers=headers))
        self.known.learn(said.get("position", ""))
        return said

    async def _patiently(self, method: str, service: str, path: str, **request: Any) -> httpx2.Response:
        """Ask, and ask again (a write with the same Idempotency-Key) while the service is away or not so far yet."""
        deadline = asyncio.get_running_loop().time() + _PATIENCE_SECONDS
        while True:
            try:
                answer = await self._client.request(method, self._system.url(service) + path, **request)
                if answer.status_code != 503 and not _not_so_far(answer):
                    return answer
            except httpx2.TransportError:
                if asyncio.get_running_loop().time() > deadline:
                    raise
            else:
                if asyncio.get_running_loop().time() > deadline:
                    return answer
            await asyncio.sleep(0.2)

    def _said(self, answer: httpx2.Response) -> Any:
        if answer.status_code >= 400:
            problem = answer.json() if "json" in answer.headers.get("content-type", "") else {"detail_en": answer.text}
            raise Refused(answer.status_code, problem)
        return answer.json()


def _not_so_far(answer: httpx2.Response) -> bool:
    return answer.status_code == 409 and answer.json().get("code") == "position.not_reached"
