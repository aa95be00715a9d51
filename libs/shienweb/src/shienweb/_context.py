"""The request as a route sees it: who asks, where they may look, and how a command is executed or views are read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from shiendomain.areas import AreaNode, AreaTree, Territory
from shiendomain.days import day_of, today
from shiendomain.sight import Sight
from shienevents import (
    Append,
    Beside,
    Home,
    NotFound,
    Origin,
    Positions,
    Rejected,
    Snapshot,
    Unavailable,
    Written,
    token_of,
)

from ._answers import WriteResult
from ._asked import asked_of
from ._headers import WriteHeaders, reads
from ._ids import id_of, new_id
from ._lists import page_of
from ._messages import Message
from ._principal import Principal
from ._problems import Refusal
from ._repeats import WRITTEN, Repeated, Repeats, kept_answer
from ._sources import OWNERS, remember, row_message
from ._state import AppState, state_of
from ._trees import check_open, unknown_area

_WAIT_SECONDS, FOLD_SECONDS = 2.0, 20.0  # for a position; for a state of the past, which is folded on


class RequestContext:
    """One request. Each is made by the dependency `Context`.

    `principal`: who asks. `service`, `settings`: of this service. `asked`: which state a read asks for. A request that
    was done before with its Idempotency-Key ends where it is executed or refused, with its first answer (`_repeats`).
    """

    def __init__(self, state: AppState, principal: Principal, request: Request, response: Response) -> None:
        self.principal = principal
        self.service = state.service
        self.settings = state.settings
        self._trees = state.trees
        self._request = request
        self._response = response
        self._ids, self._reached, self._tree_renewed = 0, True, False
        self.asked = asked_of(request, response)
        self._past: AreaTree | None = None  # the tree of then, where a read asks for it
        self._headers = WriteHeaders.of(request)
        self._repeats = Repeats(self.service, request, self._headers, principal.subject)

    @property
    def tree(self) -> AreaTree:
        """The tree of all areas, as it is on `day`."""
        return self._trees.tree if self._past is None else self._past

    @property
    def territory(self) -> Territory:
        """The areas that the principal was given, and all below them."""
        return (self._trees if self._past is None else self._past).territory(self.principal.areas)

    @property
    def sight(self) -> Sight:
        """What the principal sees and may name beyond the territory."""
        return Sight(self.tree, self.territory)

    @property
    def day(self) -> date:
        """The day in Japan by which a read judges: today, or the one that it asks for."""
        return self.asked.day

    @property
    def occurred_on(self) -> date:
        """The day in Japan on which it happened: a command is judged by that day (`Shien-Occurred-At`)."""
        return day_of(self._headers.occurred_at) if self._headers.occurred_at else today()

    def new_id(self) -> UUID:
        """The id of a new thing. With an Idempotency-Key, the same one for the same request."""
        self._ids += 1
        place = f"{self._request.method} {self._request.scope['path']}"
        key = self._headers.key
        return new_id() if key is None else id_of(self.principal.subject, place, str(self._ids), key)

    def keep_out(self, *fields: str, same: Callable[[], Awaitable[None]]) -> None:
        """Leave these fields of the body out of the fingerprint that is stored with the request's Idempotency-Key.

        `same` compares them when the request was done before, and raises where it had other ones.
        """
        self._repeats.keep_out(fields, same)

    async def area(self, code: str, *, of_city: bool = False) -> AreaNode:
        """An area of the territory (`of_city`: or of its municipality), ended or not.

        A write of the service that owns areas waits for all that it acknowledged. Raises `NotFound` (`unknown_area`).
        """
        await self._renew_tree(code)
        within = self.territory.covers(code) or (of_city and code in self.sight.city)
        node = self.tree.areas.get(code) if within else None
        if node is None:
            raise unknown_area(code, self.settings.other_cells if self.territory.covers(code) else ())
        return node

    async def home(
        self, area: str, *, even_closed: bool = False, of_city: bool = False, day: date | None = None
    ) -> Home:
        """The home of a new stream of this area. Raises `NotFound` outside the territory, `Rejected` when it ended.

        Also `Rejected` where the area begins after `day` (without it: after the day on which it happened).
        `even_closed`: the new stream is about something that was there before the area ended. `of_city`: the area is
        no home, but is to be served or sent something, and may be of the municipality.
        """
        node = await self.area(area, of_city=of_city)
        if not even_closed:
            check_open(node)
        if node.valid_from is not None and (day or self.occurred_on) < node.valid_from:
            raise Rejected("area.not_begun", area=area, valid_from=node.valid_from)
        return Home(node.municipality, area)

    async def execute(
        self,
        command: object,
        *,
        id: object,  # noqa: A002 - the name of the answer's field
        correlation: UUID | None = None,
        occurred_at: datetime | None = None,
        any_area: bool = False,
        beside: Beside | None = None,
        facts: Mapping[str, object] | None = None,
    ) -> WriteResult:
        """Decide a command, append its events, and answer the result.

        `id` is what the answer calls the thing, `facts` what it says beside the result. `correlation`: without it,
        that of the stream's first event. `occurred_at`: without it, the request's Shien-Occurred-At, or now.
        `any_area`: the decider judges the territory by what the command carries; else a stream outside is unknown.
        Raises `Rejected`, `NotFound`, `StreamConflict` (412 for If-Match), `Unavailable`. `beside`: in the same commit.
        """
        origin = await self._origin(correlation, occurred_at, kept_answer(id, facts or {}))
        allowed = None if any_area else self._covers_home
        written = await self.service.handle(
            command, origin, expected=self._headers.expected, allowed=allowed, beside=beside
        )
        return self._result([written], id)

    async def execute_together(
        self,
        commands: Sequence[object],
        *,
        id: object,  # noqa: A002
        summary: Callable[[Sequence[Append]], object] | None = None,
        correlation: UUID | None = None,
        summary_correlation: UUID | None = None,
        any_area: bool = False,
        beside: Beside | None = None,
        facts: Callable[[], Mapping[str, object]] = dict,
        threads: Sequence[UUID | None] | None = None,
    ) -> WriteResult:
        """Decide several commands and append all or none of their events; see `execute`, and `handle_together`.

        `summary` makes one more command, the last, from what the others append; version and If-Match are of its
        stream. `summary_correlation`: without it, the summary has `correlation` too. A request with an Idempotency-Key
        needs one; repeated, it answers the position of all. `beside`: in the same commit. `facts`: after `summary`.
        """
        origin = await self._origin(correlation, None)
        allowed = None if any_area else self._covers_home
        written = await self.service.handle_together(
            commands, origin, summary=summary, summary_correlation=summary_correlation,
            expected=self._headers.expected, allowed=allowed, beside=beside, threads=threads,
            answer=lambda: kept_answer(id, facts(), of_all=True),
        )  # fmt: skip
        return self._result(written, id)

    async def _origin(self, correlation: UUID | None, occurred_at: datetime | None, answer: str = "") -> Origin:
        return Origin(
            self.principal.actor,
            occurred_at=occurred_at or self._headers.occurred_at or datetime.now(UTC),
            correlation=correlation,
            traceparent=self._request.scope.get("shien.traceparent"),
            idempotency=await self._repeats.key(answer),
        )

    def _covers_home(self, home: Home) -> bool:
        return self.territory.covers(home.area)

    def _result(self, written: Sequence[Written], id_: object) -> WriteResult:
        """The answer of a write. From here on the request no longer claims that nothing was written."""
        self._request.scope[WRITTEN] = True
        if written and written[-1].replayed and written[-1].answer:
            raise Repeated(written[-1])
        token, version = token_of(*written), written[-1].version if written else 0
        self._response.headers["Shien-Position"] = token
        self.etag(version)
        if written and written[-1].replayed:
            self._response.headers["Idempotency-Replayed"] = "true"
        return WriteResult(id=str(id_), version=version, position=token)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        """One consistent read of the views; the answer's headers say at which position.

        A read with `as_of` gets the views of then. Another has taken the position it named (`after`), or its snapshot
        is stale. A write has taken all that this service acknowledged. Raises `Folding`, `Refusal` (503 views.behind).
        """
        if self.asked.as_of:
            async with self.service.pasts.snapshot(self.asked.as_of, seconds=FOLD_SECONDS) as snapshot:
                self._response.headers["Shien-Position"] = snapshot.token
                yield snapshot
            return
        after = {} if reads(self._request) else await self.service.acknowledged()
        async with self.service.snapshot(after, seconds=_WAIT_SECONDS) as snapshot:
            if not snapshot.positions.covers(self.service.reachable(after)):
                if self._request.scope.get(WRITTEN):
                    raise Unavailable(outcome_unknown=True)
                raise Refusal(503, "views.behind", headers={"Retry-After": "1"})
            snapshot.stale = snapshot.stale or not self._reached
            self._response.headers["Shien-Position"] = snapshot.token
            remember(self._request.scope, snapshot.positions)
            yield snapshot

    def must_cover(self, area: str | None, code: str) -> None:
        """Raise `NotFound` with this code unless the area lies in the territory. `None` lies nowhere."""
        if area is None or not self.territory.covers(area):
            raise NotFound(code)

    def areas_within(self, area: str | None) -> tuple[str, ...]:
        """The areas of a list: one with all below it, or the whole territory. Raises `NotFound` outside."""
        if area is None:
            return self.territory.codes
        self.must_cover(area, "area.unknown")
        return self.tree.subtree(area) or (area,)

    list_rows = staticmethod(page_of)
    """A page of a view's rows, each made into an answer: see `page_of`."""

    def etag(self, version: int) -> None:
        """Say the version of the stream that the answer is about, for If-Match."""
        self._response.headers["ETag"] = f'"{version}"'

    def message(self, code: str, **facts: object) -> Message:
        """The text of a problem code with its facts: for the errors of single rows."""
        return row_message(self._request.scope, code, facts)

    async def _renew_tree(self, area: str) -> None:
        """Load the tree again, at most once in a request: for a write that judges by it, or for an area it lacks."""
        if self._tree_renewed or self._past is not None:
            return
        if OWNERS["area"] == self.service.store.service and not reads(self._request):
            await self.renewed_tree()
        elif area not in self.tree and self.territory.covers(area):
            self._tree_renewed = True
            await self._trees.reload()

    async def renewed_tree(self) -> Positions:
        """Load the tree again, by the views as a write sees them; where they stood then."""
        self._tree_renewed = True
        async with self.snapshot() as snapshot:
            await self._trees.load(snapshot)
        return self._trees.positions

    async def wait(self) -> None:
        """Wait for the position that the request names: `after` of a read, `Shien-After` of a write.

        Raises `Refusal` (409 `position.not_reached`) where a write's is not reached in time.
        """
        reading = reads(self._request)
        token = self._request.query_params.get("after") if reading else self._request.headers.get("shien-after")
        if token and not self.asked.as_of:
            async with self.service.snapshot(token, seconds=_WAIT_SECONDS) as snapshot:
                self._reached = snapshot.positions.covers(self.service.reachable(token))
                await self._trees.load(snapshot)
            if not self._reached and not reading:
                raise Refusal(409, "position.not_reached", headers={"Retry-After": "1"})
        elif not self.asked.as_of:
            await self._trees.current()
        if any(self.asked):
            self._past = await self._trees.then(self.asked, self.snapshot)


async def _context(request: Request, response: Response) -> RequestContext:
    context = RequestContext(state_of(request.app), request.scope["shien.principal"], request, response)
    await context.wait()
    return context


Context = Annotated[RequestContext, Depends(_context)]
"""The first parameter of every route: the `RequestContext` of this request."""
