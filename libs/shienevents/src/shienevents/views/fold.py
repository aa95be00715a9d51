"""Folding a batch of records into views. The same code runs live, in a rebuild and in memory.

A subscriber is a view (by name and version) or a reaction. An event that a subscriber cannot process is parked for that
subscriber, with all later events of its stream; other subscribers go on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

import structlog

from ..core.decider import Reaction
from ..core.envelope import Envelope, Record
from ..core.errors import ShienError
from ..core.events import Event, EventTypes
from ..core.view import Row, View
from .changes import Touched
from .columns import check_keys, row_check
from .municipalities import Municipalities
from .rows import RowStore, UncommittedRows

_log = structlog.get_logger(__name__)

_SLICE = 500  # events at a time: what they are made into stays in the processor's cache

R = TypeVar("R", bound=Row)
RecordedEvent = tuple[Event, Envelope]
EventOfSubscriber = tuple[str, str, int, int]  # subscriber, source, shard, seq


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


class Shares(NamedTuple):
    """A batch by subscriber: the events of each view, those of each reaction with their records, and what is parked."""

    views: dict[str, list[RecordedEvent]]
    reactions: dict[str, list[tuple[Event, Record]]]
    parked: list[Parking]


class Folded(NamedTuple):
    """What is left to do after the views of a batch: events to park, the events of each reaction, changes to note."""

    parked: list[Parking]
    reacting: dict[str, list[tuple[Event, Record]]]
    touched: set[Touched]


class _Route(NamedTuple):
    """Where the events of one wire type go, and how they are read."""

    subscribers: list[str]
    read: Callable[[bytes], Event]
    views: list[list[RecordedEvent]]
    reactions: list[list[tuple[Event, Record]]]


class Subscriptions:
    """Which subscribers get which wire types, and what they cannot process any more."""

    def __init__(self, types: EventTypes, views: Sequence[View[Any]], reactions: Sequence[Reaction] = ()) -> None:
        self._types = types
        self.views = list(views)
        self.reactions = list(reactions)
        self.held: dict[str, set[tuple[str, str]]] = {}  # subscriber → (source, stream) with parked events
        self.poison: dict[EventOfSubscriber, str] = {}
        self.skipped: Collection[EventOfSubscriber] = ()  # a person decided that the subscriber never takes them
        self.municipalities = Municipalities()
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

    def sort(self, batch: Sequence[Record]) -> Shares:
        """Each subscriber's share of a batch, and what is parked at once. An event is parsed once for all of them.

        Raises `SubscriberFailed` for an event that cannot be parsed.
        """
        shares = Shares({}, {}, [])
        routes: dict[str, _Route] = {}
        watch = bool(self.held or self.poison or self.skipped or self.municipalities.concern(batch))
        for record in batch:
            _, _, envelope, data, _ = record
            route = routes.get(envelope.type)
            if route is None:
                route = routes[envelope.type] = self._route(envelope.type, shares)
            subscribers, read, views, reactions = route
            if watch and subscribers:
                subscribers, views, reactions = self._allowed(record, subscribers, shares)
            if not subscribers:
                continue
            try:
                event = read(data)
            except Exception as error:  # also what an upcaster raises: it parks the event
                why = str(error) if isinstance(error, ShienError) else repr(error)
                raise SubscriberFailed(subscribers[0], why) from error
            for share in views:
                share.append((event, envelope))
            for reacting in reactions:
                reacting.append((event, record))
        return shares

    def _route(self, wire: str, shares: Shares) -> _Route:
        subscribers = self.of_type(wire)
        read = self._types.reader(wire) if subscribers else _unread
        return _Route(subscribers, read, *self._lists(subscribers, shares))

    def _lists(
        self, subscribers: Sequence[str], shares: Shares
    ) -> tuple[list[list[RecordedEvent]], list[list[tuple[Event, Record]]]]:
        reactions = {reaction.name for reaction in self.reactions}
        return (
            [shares.views.setdefault(name, []) for name in subscribers if name not in reactions],
            [shares.reactions.setdefault(name, []) for name in subscribers if name in reactions],
        )

    def _allowed(
        self, record: Record, subscribers: Sequence[str], shares: Shares
    ) -> tuple[list[str], list[list[RecordedEvent]], list[list[tuple[Event, Record]]]]:
        """The subscribers that may take this record, and their lists; for the others it is parked."""
        allowed = []
        for subscriber in subscribers:
            if self.skipped and (subscriber, record.source, record.envelope.shard, record.envelope.seq) in self.skipped:
                continue
            if reason := self._must_park(subscriber, record):
                shares.parked.append(Parking(subscriber, record, reason))
            else:
                allowed.append(subscriber)
        return allowed, *self._lists(allowed, shares)

    def _must_park(self, subscriber: str, record: Record) -> str | None:
        envelope = record.envelope
        if two_cells := self.municipalities.refused(record):
            return two_cells
        streams = self.held.setdefault(subscriber, set())
        if reason := self.poison.get((subscriber, record.source, envelope.shard, envelope.seq)):
            streams.add((record.source, envelope.stream))
            return reason
        return "an earlier event of its stream is parked" if (record.source, envelope.stream) in streams else None


def _unread(_: bytes) -> Event:
    raise AssertionError("nobody subscribes to it")


async def fold_batch(subscriptions: Subscriptions, batch: Sequence[Record], rows: RowStore) -> Folded:
    """Fold a batch into the rows of its views: each row is loaded once and written once. Raises as `fold`."""
    uncommitted = UncommittedRows(rows)
    folded = Folded([], {}, uncommitted.touched)
    for begin in range(0, len(batch), _SLICE):
        shares = subscriptions.sort(batch[begin : begin + _SLICE])
        for view in subscriptions.views:
            if share := shares.views.get(view.subscriber):
                await fold(view, share, uncommitted)
        for name, reacting in shares.reactions.items():
            folded.reacting.setdefault(name, []).extend(reacting)
        folded.parked.extend(shares.parked)
    await uncommitted.flush()
    return folded


async def fold(view: View[Any], events: Sequence[RecordedEvent], rows: RowStore) -> None:
    """Load the rows a batch touches, fold, write them back: one load and one save for the whole batch.

    Raises `SubscriberFailed` for whatever the view's own functions raise; failures of the row store pass through.
    """
    places: dict[Hashable, int] = {}  # of rows by key; Python hashes and compares UUIDs slowly: once for each event
    keys = view.keys
    try:
        steps = [
            (places.setdefault(key, len(places)), event, envelope)
            for event, envelope in events
            for key in keys(event, envelope)
        ]
        check_keys(view, places)
    except Exception as error:  # a view's bug parks the event instead of stopping the service
        raise SubscriberFailed(view.subscriber, f"keys: {error!r}") from error
    if not places:
        return
    loaded = await rows.load(view, places)
    before = [loaded.get(key) for key in places]
    try:
        after = _evolved(view, list(places), before, steps)
    except Exception as error:  # as above
        raise SubscriberFailed(view.subscriber, f"evolve: {error!r}") from error
    changed = zip(places, before, after, strict=True)
    await rows.save(view, {key: row for key, was, row in changed if row is not was})


def _evolved(
    view: View[R], keys: Sequence[Hashable], before: Sequence[R | None], steps: Iterable[tuple[int, Event, Envelope]]
) -> list[R | None]:
    """The rows after these steps. Each step names its row by its place in `keys`."""
    rows = list(before)
    evolve, blank, check = view.evolve, view.blank, row_check(view)
    for place, event, envelope in steps:
        old = rows[place] or blank(keys[place])
        new = rows[place] = evolve(old, event, envelope)
        if new is not None and new is not old:
            check(old, new)
    return rows


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
