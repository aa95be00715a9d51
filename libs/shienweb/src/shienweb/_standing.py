"""Where a service stands, for operators and auditors: what waits, who works, which views are there, what is parked."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Literal

from shienevents import (
    KafkaAway,
    Lag,
    ProcessRole,
    Service,
    Standing,
    View,
    cell_of,
    lags,
    standing,
    token_of,
    topic_ends,
)

from ._answers import Answer
from ._asked import NOW_ONLY
from ._context import Context
from ._rights import WATCHERS
from ._routes import Routes

_KAFKA_SECONDS = 2.0  # nobody waits longer for the ends of topics


class ShardOut(Answer):
    """A shard of the log: its last event, the last one in Kafka, and the last one in the own views."""

    shard: int
    head: int
    sent: int
    unsent: int
    in_views: int
    oldest_unsent: datetime | None


class LagOut(Answer):
    """A line of `kafka-consumer-groups --describe`, as `shien lag` shows it. `source`: `needs`, or `needs@osaka`.

    The service reads its own log from its store: there `current` and `end` are numbers of events, else offsets.
    `end` and `lag` are null while Kafka does not answer.
    """

    group: str
    source: str
    topic: str
    partition: int
    current: int
    end: int | None
    lag: int | None
    reads: Literal["store", "kafka"]


class LeaseOut(Answer):
    """A lease, until when, and whether a process has it now."""

    name: str
    until: datetime
    in_force: bool


class ViewOut(Answer):
    """A view: the version that is served, and that of the code. They differ while it is rebuilt."""

    name: str
    version: int | None
    code: int
    built_at: datetime | None
    parked: int
    skipped: int


class ParkedOut(Answer):
    """How many events of a shard a view or a reaction could not take."""

    subscriber: str
    source: str
    shard: int
    events: int


class CellOut(Answer):
    """A cell that is heard. Its last event here was recorded at `told_at`; since `away_since` none can be read."""

    cell: str
    told_at: datetime | None
    away_since: datetime | None
    why: str


class StandingOut(Answer):
    """Where the service stands. `notices`: what needs a person; `reasons`: why it cannot answer.

    `role`: what the process that answers does; `active`: whether it is the one that works now.
    """

    service: str
    at: datetime
    role: ProcessRole
    active: bool
    ready: bool
    reasons: tuple[str, ...]
    notices: tuple[str, ...]
    moved_at: datetime | None
    position: str
    shards: tuple[ShardOut, ...]
    lag: tuple[LagOut, ...]
    leases: tuple[LeaseOut, ...]
    views: tuple[ViewOut, ...]
    parked: tuple[ParkedOut, ...]
    cells: tuple[CellOut, ...]


def add_standing(routes: Routes) -> None:
    """Add `/standing` to these routes."""

    @routes.get("/standing", may=WATCHERS, openapi_extra=NOW_ONLY)
    async def show_standing(context: Context) -> StandingOut:
        """Show where the service stands: outbox, lag, leases, views, parked events. It shows no content of an event."""
        service = context.service
        stands, health = await standing(service.store), await service.health()
        return StandingOut(
            service=stands.service,
            at=stands.now,
            role=health.role,
            active=health.active,
            ready=health.ready,
            reasons=tuple(health.reasons),
            notices=tuple(health.notices),
            moved_at=stands.moved_at,
            position=token_of(stands.positions),
            shards=tuple(_shard(stands, n) for n in range(len(stands.shards))),
            lag=tuple(_line(one) for one in await _lags(service, stands)),
            leases=tuple(LeaseOut(name=one.name, until=one.until, in_force=one.held) for one in stands.leases),
            views=tuple(_view(stands, view) for view in service.consumer.views),
            parked=tuple(
                ParkedOut(subscriber=who, source=source, shard=shard, events=events)
                for (who, source, shard), events in sorted(stands.parked.items())
            ),
            cells=tuple(
                CellOut(cell=one.cell, told_at=one.told_at, away_since=one.away_since, why=one.why)
                for one in stands.cells
            ),
        )


def _shard(stands: Standing, number: int) -> ShardOut:
    one = stands.shards[number]
    return ShardOut(
        shard=one.shard,
        head=one.head,
        sent=one.sent,
        unsent=one.unsent,
        in_views=stands.positions.point(stands.service, one.shard).seq,
        oldest_unsent=one.oldest_unsent,
    )


async def _lags(service: Service, stands: Standing) -> list[Lag]:
    settings, own = service.settings, stands.service
    ends: dict[str, Mapping[int, int]] = {}
    for cell in dict.fromkeys(map(cell_of, service.topics)):  # what one hides is known of the others
        heard = [topic for source, topic in service.topics.items() if cell_of(source) == cell]
        with suppress(KafkaAway):
            ends |= await topic_ends(
                settings.bootstrap_servers, heard, service.store.shards, timeout_seconds=_KAFKA_SECONDS
            )
    return lags(stands, settings.group(own), {own: settings.topic(own), **service.topics}, ends)


def _line(one: Lag) -> LagOut:
    return LagOut(
        group=one.group,
        source=one.source,
        topic=one.topic,
        partition=one.partition,
        current=one.current,
        end=one.end,
        lag=one.lag,
        reads="store" if one.store else "kafka",
    )


def _view(stands: Standing, view: View[Any]) -> ViewOut:
    version, built_at = stands.views.get(view.name, (None, None))
    return ViewOut(
        name=view.name,
        version=version,
        code=view.version,
        built_at=built_at,
        parked=sum(events for (who, *_), events in stands.parked.items() if who == view.subscriber),
        skipped=sum(1 for who, *_ in stands.skipped if who == view.subscriber),
    )
