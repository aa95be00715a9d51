"""Folding a batch of records into views. The same code runs live, in a rebuild and in memory.

A subscriber is a view (by name and version) or a reaction. An event that a subscriber cannot process is parked for that
subscriber, with all later events of its stream; other subscribers go on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import structlog

from ..core.decider import Reaction
from ..core.envelope import Envelope, Record
from ..core.errors import ShienError
from ..core.events import Event, EventTypes
from ..core.view import Row, View
from .columns import check_keys, row_check

_log = structlog.get_logger(__name__)

RecordedEvent = tuple[Event, Envelope]
Rows = dict[Hashable, Row | None]
_EventOfSubscriber = tuple[str, str, int, int]  # subscriber, source, shard, seq


class SubscriberFailed(ShienError):
    """A subscriber could not process a batch. Alone in a batch, the event is the one to park."""

    code = "subscriber.failed"

    def __init__(self, subscriber: str, reason: str) -> None:
        super().__init__(f"{subscriber}: {reason}")
        self.subscriber = subscriber
        self.reason = reason


class Parking(NamedTuple):
    """One event parked for one subscriber, and why."""

    subscriber: str
    record: Record
    reason: str


class RowStore(Protocol):
    """Where rows are kept: Postgres tables, or memory."""

    async def load(self, view: View[Any], keys: Iterable[Hashable]) -> Rows:
        """The rows with these keys; absent ones are left out."""
        ...

    async def save(self, view: View[Any], changed: Mapping[Hashable, Row | None]) -> None:
        """Write changed rows; `None` deletes."""
        ...


class MemoryRows:
    """Rows in memory: for "as of", for verification, for tests."""

    def __init__(self) -> None:
        self.rows: dict[str, Rows] = {}

    async def load(self, view: View[Any], keys: Iterable[Hashable]) -> Rows:
        """The rows with these keys."""
        held = self.rows.setdefault(view.name, {})
        return {key: held[key] for key in keys if key in held}

    async def save(self, view: View[Any], changed: Mapping[Hashable, Row | None]) -> None:
        """Write changed rows."""
        held = self.rows.setdefault(view.name, {})
        held.update(changed)
        for key in [key for key, row in changed.items() if row is None]:
            del held[key]


class Subscriptions:
    """Which subscribers get which wire types, and what they cannot process any more."""

    def __init__(self, types: EventTypes, views: Sequence[View[Any]], reactions: Sequence[Reaction] = ()) -> None:
        self._types = types
        self.views = list(views)
        self.reactions = list(reactions)
        self.held: dict[str, set[tuple[str, str]]] = {}  # subscriber → (source, stream) with parked events
        self.poison: dict[_EventOfSubscriber, str] = {}
        self._by_type: dict[str, list[str]] = {}

    @property
    def names(self) -> list[str]:
        """The names of the subscribers: views as name@version, and reactions."""
        return [*(view.subscriber for view in self.views), *(reaction.name for reaction in self.reactions)]

    def of_type(self, wire: str) -> list[str]:
        """The subscribers of this wire type, or of the newer one that it is read as."""
        found = self._by_type.get(wire)
        if found is None:
            event = self._types.resolve(wire) if wire in self._types else None
            all_ = [(view.subscriber, view.subscribes_to) for view in self.views]
            all_ += [(reaction.name, reaction.subscribes_to) for reaction in self.reactions]
            found = self._by_type[wire] = [name for name, events in all_ if event in events]
        return found

    def only(self, subscriber: str) -> Subscriptions:
        """One subscriber alone, with nothing parked; none when it is not active here."""
        views = [view for view in self.views if view.subscriber == subscriber]
        reactions = [reaction for reaction in self.reactions if reaction.name == subscriber]
        return Subscriptions(self._types, views, reactions)

    def knows(self, wire: str) -> bool:
        """Whether the wire type has a class here."""
        return wire in self._types

    def sort(self, batch: Sequence[Record]) -> tuple[dict[str, list[Record]], list[Parking]]:
        """Each subscriber's share of a batch, and what is parked at once."""
        shares: dict[str, list[Record]] = {}
        parked: list[Parking] = []
        watch = bool(self.held or self.poison)
        by_type: dict[str, list[list[Record]]] = {}
        for record in batch:
            wire = record.envelope.type
            lists = by_type.get(wire)
            if lists is None:
                lists = by_type[wire] = [shares.setdefault(name, []) for name in self.of_type(wire)]
            if watch and lists:
                self._sort_one(record, shares, parked)
                continue
            for share in lists:
                share.append(record)
        return shares, parked

    def _sort_one(self, record: Record, shares: dict[str, list[Record]], parked: list[Parking]) -> None:
        for subscriber in self.of_type(record.envelope.type):
            if reason := self._must_park(subscriber, record):
                parked.append(Parking(subscriber, record, reason))
            else:
                shares[subscriber].append(record)

    def _must_park(self, subscriber: str, record: Record) -> str | None:
        envelope = record.envelope
        streams = self.held.setdefault(subscriber, set())
        if reason := self.poison.get((subscriber, record.source, envelope.shard, envelope.seq)):
            streams.add((record.source, envelope.stream))
            return reason
        return "an earlier event of its stream is parked" if (record.source, envelope.stream) in streams else None

    def parse(self, subscriber: str, share: Sequence[Record], parsed: dict[int, Event]) -> list[RecordedEvent]:
        """The events of a share. Each record is parsed once, for all subscribers. Raises `SubscriberFailed`."""
        found = []
        for record in share:
            event = parsed.get(id(record))
            if event is None:
                try:
                    event = parsed[id(record)] = self._types.parse(record.envelope.type, record.data)
                except Exception as error:  # also what an upcaster raises: it parks the event
                    why = str(error) if isinstance(error, ShienError) else repr(error)
                    raise SubscriberFailed(subscriber, why) from error
            found.append((event, record.envelope))
        return found


async def fold(view: View[Any], events: Sequence[RecordedEvent], rows: RowStore) -> None:
    """Load the rows a batch touches, fold, write them back: one load and one save for the whole batch.

    Raises `SubscriberFailed` for whatever the view's own functions raise; failures of the row store pass through.
    """
    try:
        keyed = [view.keys(event, envelope) for event, envelope in events]
        keys = {key for keys in keyed for key in keys}
        check_keys(view, keys)
    except Exception as error:  # a view's bug parks the event instead of stopping the service
        raise SubscriberFailed(view.subscriber, f"keys: {error!r}") from error
    if not keys:
        return
    loaded = await rows.load(view, keys)
    changed = dict(loaded)
    evolve, blank, check = view.evolve, view.blank, row_check(view)
    try:
        for (event, envelope), touched in zip(events, keyed, strict=True):
            for key in touched:
                before = changed.get(key) or blank(key)
                row = changed[key] = evolve(before, event, envelope)
                if row is not None:
                    check(before, row)
    except Exception as error:  # as above
        raise SubscriberFailed(view.subscriber, f"evolve: {error!r}") from error
    await rows.save(view, {key: row for key, row in changed.items() if row is not loaded.get(key)})


async def isolating(
    batch: Sequence[Record], attempt: Callable[[Sequence[Record]], Awaitable[None]], subscriptions: Subscriptions
) -> None:
    """Attempt a batch; when an event is at fault, find it by halving, and attempt it again as a poison event.

    `attempt` is all or nothing and parks what `subscriptions` calls poison.
    """
    try:
        await attempt(batch)
    except SubscriberFailed as error:
        if len(batch) > 1:
            middle = len(batch) // 2
            await isolating(batch[:middle], attempt, subscriptions)
            await isolating(batch[middle:], attempt, subscriptions)
            return
        [record] = batch
        key = (error.subscriber, record.source, record.envelope.shard, record.envelope.seq)
        if key in subscriptions.poison:
            raise
        subscriptions.poison[key] = error.reason
        _log.error("event parked", subscriber=error.subscriber, id=str(record.envelope.id), why=error.reason)
        await isolating(batch, attempt, subscriptions)
