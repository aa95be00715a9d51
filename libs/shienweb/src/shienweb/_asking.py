"""One request, as a route sees it: who asks, where they may look, and how a command or a reading is done."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Annotated, TypeVar
from uuid import UUID, uuid5

from fastapi import Depends, Request, Response

from shiendomain.areas import AreaTree, Territory
from shiendomain.days import day_of, today
from shienevents import (
    Append,
    Home,
    Idempotency,
    NotFound,
    Origin,
    Rejected,
    Service,
    Snapshot,
    StreamConflict,
    Written,
    token_of,
)

from ._answers import Done, Page, Paging, expected_version
from ._ids import new_id
from ._principal import Principal
from ._problems import Refusal
from ._token import TokenChecker
from ._trees import Trees

T = TypeVar("T")
_IDS = UUID("5d0a6c1e-7f0b-5b8e-9a55-1d6f0c2e9b41")  # a namespace of our own, for ever


@dataclass(frozen=True, slots=True)
class Door:
    """What every request of a service passes: kept at `app.state.door`."""

    name: str
    service: Service
    checker: TokenChecker
    trees: Trees


class Asking:
    """The request. Made for each by the dependency `Ask`."""

    def __init__(self, door: Door, principal: Principal, request: Request, response: Response) -> None:
        self.principal = principal
        self.service = door.service
        self._trees = door.trees
        self._request = request
        self._response = response
        self._ids = 0
        self._reached = True
        self._if_match = request.headers.get("if-match")
        self._expected = expected_version(self._if_match)
        self._key = idempotency_key(request, principal)
        self._occurred_at = occurred_at_of(request)

    @property
    def tree(self) -> AreaTree:
        """The tree of all areas."""
        return self._trees.tree

    @property
    def territory(self) -> Territory:
        """The areas the principal was given, and all below them."""
        return self._trees.territory(self.principal.areas)

    @property
    def occurred_on(self) -> date:
        """The day in Japan on which it happened: a command is judged by that day (`Shien-Occurred-At`)."""
        return day_of(self._occurred_at) if self._occurred_at else today()

    def new_id(self) -> UUID:
        """A new thing's id. With an Idempotency-Key, the same one for the same request."""
        self._ids += 1
        if self._key is None:
            return new_id()
        place = f"{self._request.method} {self._request.url.path}"
        return uuid5(_IDS, "\n".join((self.principal.subject, place, str(self._ids), self._key)))

    async def home(self, area: str, *, even_closed: bool = False) -> Home:
        """Where a new thing of this area is born. Raises `NotFound` outside the territory, `Rejected` when closed.

        `even_closed`: what the new thing is about was there before the area ended.
        """
        node = self.tree.areas.get(area)
        if node is None and self.territory.covers(area):
            node = (await self._trees.again()).areas.get(area)
        if node is None or not self.territory.covers(area):
            raise NotFound("area.unknown")
        closed = node.closed_on is not None and node.closed_on <= today() and not even_closed
        if closed and not await self._answered():
            raise Rejected("area.closed", area=area, closed_on=node.closed_on, successors=node.successors)
        return Home(node.municipality, area)

    async def do(
        self,
        command: object,
        *,
        id: object,  # noqa: A002 - the word of the answer
        correlation: UUID | None = None,
        occurred_at: datetime | None = None,
        anywhere: bool = False,
    ) -> Done:
        """Decide and append, and say what came of it.

        A stream outside the territory is as unknown as one that is not there, unless `anywhere`: then the decider
        judges by what the command carries. `correlation` is that of the thread the command belongs to.
        """
        origin = await self._origin(correlation, occurred_at)
        allowed = None if anywhere else self._covers_home
        try:
            written = await self.service.handle(command, origin, expected=self._expected, allowed=allowed)
        except StreamConflict:
            if self._expected is None:
                raise
            raise Refusal(412, "precondition.failed") from None
        return self._done([written], id)

    async def do_together(
        self,
        commands: Sequence[object],
        *,
        id: object,  # noqa: A002
        summary: Callable[[Sequence[Append]], object] | None = None,
        correlation: UUID | None = None,
        anywhere: bool = False,
    ) -> Done:
        """Decide several commands and append all or none, with a `summary` of them last; its version is answered.

        With an Idempotency-Key there must be a `summary`. A repeated request answers the position of all that is there:
        only where the summary stands was kept.
        """
        origin = await self._origin(correlation, None)
        allowed = None if anywhere else self._covers_home
        written = await self.service.handle_together(commands, origin, summary=summary, allowed=allowed)
        replayed = bool(written) and written[-1].replayed
        return self._done(written, id, await self.everything() if replayed else None)

    async def everything(self) -> str:
        """The position of all that this service has written."""
        store = self.service.store
        return token_of({(store.service, shard): seq for shard, seq in enumerate(await store.heads())})

    async def _origin(self, correlation: UUID | None, occurred_at: datetime | None) -> Origin:
        return Origin(
            self.principal.actor,
            occurred_at=occurred_at or self._occurred_at or datetime.now(UTC),
            correlation=correlation or new_id(),
            traceparent=self._request.scope.get("shien.traceparent"),
            idempotency=await self._idempotency(),
        )

    def _covers_home(self, home: Home) -> bool:
        return self.territory.covers(home.area)

    def _done(self, written: Sequence[Written], id_: object, position: str | None = None) -> Done:
        token = position or token_of(*written)
        version = written[-1].version if written else 0
        self._response.headers["Shien-Position"] = token
        self.etag(version)
        if written and written[-1].replayed:
            self._response.headers["Idempotency-Replayed"] = "true"
        return Done(id=str(id_), version=version, position=token)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        """One look at the views, after what the request waits for (`after`); the answer's headers tell where."""
        async with self.service.snapshot() as snapshot:
            snapshot.stale = snapshot.stale or not self._reached
            self._response.headers["Shien-Position"] = snapshot.token
            yield snapshot

    def must_cover(self, area: str | None, code: str) -> None:
        """Raise `NotFound(code)` unless the area lies in the territory."""
        if area is None or not self.territory.covers(area):
            raise NotFound(code)

    def areas_within(self, area: str | None) -> tuple[str, ...]:
        """The areas a list is about: one and all below it, or the whole territory. Raises `NotFound` outside."""
        if area is None:
            return self.territory.codes
        self.must_cover(area, "area.unknown")
        return self.tree.subtree(area) or (area,)

    def etag(self, version: int) -> None:
        """Say the version of the stream the answer is about, for If-Match."""
        self._response.headers["ETag"] = f'"{version}"'

    def page(
        self, seen: Snapshot, items: Sequence[T], paging: Paging, key: Callable[[T], Sequence[Hashable]]
    ) -> Page[T]:
        """A page of up to `paging.limit` of `items`; fetch one more than that, and it says there is a next page."""
        shown = items[: paging.limit]
        more = paging.cursor(key(shown[-1])) if len(items) > paging.limit else None
        return Page(items=tuple(shown), next_cursor=more, position=seen.token, stale=seen.stale)

    async def _idempotency(self) -> Idempotency | None:
        if self._key is None:
            return None
        body = await self._request.json() if await self._request.body() else None
        told = json.dumps(body, sort_keys=True, separators=(",", ":"))
        url = self._request.url
        line = f"{self._request.method}\n{url.path}\n{url.query}\n{self._if_match or ''}\n{told}"
        return Idempotency(self.principal.subject, self._key, sha256(line.encode()).digest())

    async def _answered(self) -> Written | None:
        key = await self._idempotency()
        return await self.service.store.answered(key) if key else None

    async def wait(self) -> None:
        """Wait for the position the request names: `after` of a read, `Shien-After` of a write."""
        reading = self._request.method == "GET"
        token = self._request.query_params.get("after") if reading else self._request.headers.get("shien-after")
        if not token:
            await self._trees.current()
            return
        async with self.service.snapshot(token) as snapshot:
            self._reached = snapshot.positions.covers(self.service.heard(token))
            await self._trees.seen(snapshot)
        if not self._reached and not reading:
            raise Refusal(409, "position.not_reached", headers={"Retry-After": "1"})


def occurred_at_of(request: Request) -> datetime | None:
    """When it happened, where the request says so (`Shien-Occurred-At`): what is noted later than it happened.

    Raises 422 for a time without its zone, of the future, or of more than a hundred years ago.
    """
    said = request.headers.get("shien-occurred-at")
    if said is None or request.method == "GET":
        return None
    now = datetime.now(UTC)
    try:
        found = datetime.fromisoformat(said) if len(said) <= 40 else None
        if found is not None and found.tzinfo is not None and now - timedelta(days=36_525) < found <= now:
            return found
    except (ValueError, OverflowError):
        pass
    raise Refusal(
        422,
        "header.malformed",
        header="Shien-Occurred-At",
        expected="a past time with its zone is expected, like 2026-04-01T09:30:00+09:00",
        expected_ja="2026-04-01T09:30:00+09:00 のように、時差の付いた過去の時刻を指定してください",
    )


def idempotency_key(request: Request, principal: Principal) -> str | None:
    """The request's Idempotency-Key. Raises 422 for one that is no key."""
    key = request.headers.get("idempotency-key")
    if key is None or request.method == "GET":
        return None
    if not 1 <= len(key) <= 255 or not key.isprintable():
        raise Refusal(
            422,
            "header.malformed",
            header="Idempotency-Key",
            expected="1 to 255 printable characters are expected",
            expected_ja="1〜255 文字の表示可能な文字を指定してください",
        )
    return key


async def _asking(request: Request, response: Response) -> Asking:
    asking = Asking(request.app.state.door, request.scope["shien.principal"], request, response)
    await asking.wait()
    return asking


Ask = Annotated[Asking, Depends(_asking)]
"""What every route takes first: the `Asking` of this request."""
