"""The events of a service's log over HTTP, for auditors: the bytes that are published, as they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Query, Request, Response

from shiendomain.accesses import AccessKind
from shienevents import (
    BadToken,
    EventSearch,
    Record,
    Token,
    events_by_id,
    events_of_stream,
    parse_token,
    positions_at,
    search_events,
    token_of,
)

from ._access import note_access
from ._answers import Answer, AreaQuery
from ._asked import NOW_ONLY, Since, Until, since_of, until_of
from ._context import Context, RequestContext
from ._pages import Pages, Paging
from ._problems import FieldError, Refusal
from ._rights import LOG_READERS
from ._routes import Routes

_JSON = "application/json"


class PublishedEvent(Answer):
    """An event as it is published (CloudEvents 1.0), byte for byte; `data` is that of its type."""

    specversion: str
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    recordedtime: datetime
    sequence: str
    partitionkey: str
    municipality: str
    streamversion: int
    depth: int
    actor: str
    correlationid: UUID
    causationid: UUID | None = None
    traceparent: str | None = None
    datacontenttype: str
    data: dict[str, Any]


class EventPage(Answer):
    """One page of events. `position`: the last event of each shard that was looked through."""

    items: tuple[PublishedEvent, ...]
    next_cursor: str | None
    position: str


class Cause(Answer):
    """The event of this service that was the cause of another."""

    id: UUID
    type: str
    stream: str


class EventOfStream(Answer):
    """An event with its cause: null for what a person did, and for the event of another service (`causationid`)."""

    event: PublishedEvent
    cause: Cause | None


class StreamOut(Answer):
    """The whole history of a stream, the first event first."""

    items: tuple[EventOfStream, ...]


def add_events(routes: Routes) -> None:
    """Add `/events` and `/streams/{stream}` to these routes."""

    @routes.get("/events", may=LOG_READERS, openapi_extra=NOW_ONLY, response_model=EventPage)
    async def list_events(
        context: Context,
        request: Request,
        paging: Pages,
        area: AreaQuery = None,
        type: Annotated[str | None, Query(max_length=128, description="Only this type, or what begins so")] = None,  # noqa: A002
        stream: Annotated[str | None, Query(max_length=255, description="Only of this stream")] = None,
        since: Since = None,
        until: Until = None,
        through: Annotated[str | None, Query(max_length=1000, description="Up to this position")] = None,
    ) -> Response:
        """List the events of this service's log by the time of their recording. Each reading is logged as an export.

        They are those whose stream was born in the territory.
        """
        store = context.service.store
        begin, end = await _bounds(context, since, until, through)
        if (page := paging.after((str,))) is not None:
            begin |= _read(page[0], Refusal(422, "cursor.malformed"))
        search = EventSearch(
            end,
            begin,
            areas=context.areas_within(area) or ("",),
            types=[type] if type else (),
            streams=[stream] if stream else (),
        )
        found: list[Record] = []
        async for record in search_events([store], search):
            found.append(record)
            if len(found) > paging.limit:
                break
        note_access(request.scope, AccessKind.EXPORT, area)
        return _page(found, paging, begin, end)

    _add_stream(routes)


def _add_stream(routes: Routes) -> None:
    @routes.get("/streams/{stream}", may=LOG_READERS, openapi_extra=NOW_ONLY, response_model=StreamOut)
    async def show_stream(stream: str, context: Context, request: Request) -> Response:
        """Show the whole history of a stream, each event with its cause. The reading is logged as an export."""
        store = context.service.store
        records = await events_of_stream(store, stream)
        context.must_cover(records[0].envelope.area if records else None, "stream.unknown")
        causes = await events_by_id([store], {one.envelope.causation for one in records if one.envelope.causation})
        note_access(request.scope, AccessKind.EXPORT, records[0].envelope.area)
        items = [
            b'{"event":%b,"cause":%b}' % (one.structured(), _cause(causes, one.envelope.causation)) for one in records
        ]
        return Response(b'{"items":[%b]}' % b",".join(items), media_type=_JSON)


def _page(found: list[Record], paging: Paging, begin: Token, end: Token) -> Response:
    """The page as JSON, with the published bytes in it as they are."""
    shown, reached = found[: paging.limit], dict(begin)
    for record in shown:
        reached[record.source, record.envelope.shard] = record.envelope.seq
    cursor = f'"{paging.cursor([token_of(reached)])}"' if len(found) > len(shown) else "null"
    items = b",".join(record.structured() for record in shown)
    rest = f'"next_cursor":{cursor},"position":"{token_of(end)}"'
    return Response(b'{"items":[%b],%b}' % (items, rest.encode()), media_type=_JSON)


async def _bounds(
    context: RequestContext, since: str | None, until: str | None, through: str | None
) -> tuple[dict[tuple[str, int], int], Token]:
    """Behind and up to which events is read."""
    store, end = context.service.store, dict(await context.service.acknowledged())
    limits: list[Token] = []
    if through is not None:
        limits.append(_read(through, _no_position()))
    if until is not None:
        limits.append((await positions_at(store, until_of(until))).seqs)
    for limit in limits:
        end = {key: min(seq, limit.get(key, 0)) for key, seq in end.items()}
    return dict((await positions_at(store, since_of(since))).seqs) if since is not None else {}, end


def _read(text: str, otherwise: Refusal) -> Token:
    try:
        return parse_token(text)
    except BadToken:
        raise otherwise from None


def _no_position() -> Refusal:
    en, ja = "a position is expected, like needs.3.120", "needs.3.120 のような位置を指定してください"
    return Refusal(422, "fields.malformed", errors=[FieldError(field="through", en=en, ja=ja)])


def _cause(causes: Mapping[UUID, Record], id_: UUID | None) -> bytes:
    found = causes.get(id_) if id_ else None
    if found is None:
        return b"null"
    return orjson.dumps({"id": id_, "type": found.envelope.type, "stream": found.envelope.stream})
