"""Folding a batch of records into views. The same code runs live, in a rebuild and in memory.

A unit is a view (by name and version) or a reaction. An event that a unit cannot take is parked for that unit,
with all later events of its stream; other units go on.
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

Heard = tuple[Event, Envelope]
Rows = dict[Hashable, Row | None]
Place = tuple[str, str, int, int]  # unit, source, shard, seq


class UnitFailed(ShienError):
    """A unit could not take a batch. Alone in a batch, the event is the one to park."""

    code = "unit.failed"

    def __init__(self, unit: str, reason: str) -> None:
        super().__init__(f"{unit}: {reason}")
        self.unit = unit
        self.reason = reason


class Parking(NamedTuple):
    """One event parked for one unit, and why."""

    unit: str
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


class Hearing:
    """Which units hear which wire types, and what they cannot take any more."""

    def __init__(self, types: EventTypes, views: Sequence[View[Any]], reactions: Sequence[Reaction] = ()) -> None:
        self._types = types
        self.views = list(views)
        self.reactions = list(reactions)
        self.held: dict[str, set[tuple[str, str]]] = {}  # unit → (source, stream) with parked events
        self.poison: dict[Place, str] = {}
        self._by_type: dict[str, list[str]] = {}

    def units_of(self, wire: str) -> list[str]:
        """The units that hear this wire type, or an older one read as what they hear."""
        units = self._by_type.get(wire)
        if units is None:
            event = self._types.resolve(wire) if wire in self._types else None
            hears = [(view.unit, view.hears) for view in self.views]
            hears += [(reaction.name, reaction.hears) for reaction in self.reactions]
            units = self._by_type[wire] = [unit for unit, events in hears if event in events]
        return units

    def alone(self, unit: str) -> Hearing:
        """One unit only, with nothing parked; none when it is not at work here."""
        views = [view for view in self.views if view.unit == unit]
        return Hearing(self._types, views, [reaction for reaction in self.reactions if reaction.name == unit])

    def knows(self, wire: str) -> bool:
        """Whether the wire type has a class here."""
        return wire in self._types

    def sort(self, batch: Sequence[Record]) -> tuple[dict[str, list[Record]], list[Parking]]:
        """Each unit's share of a batch, and what is parked at once."""
        shares: dict[str, list[Record]] = {}
        parked: list[Parking] = []
        watch = bool(self.held or self.poison)
        by_type: dict[str, list[list[Record]]] = {}
        for record in batch:
            wire = record.envelope.type
            lists = by_type.get(wire)
            if lists is None:
                lists = by_type[wire] = [shares.setdefault(unit, []) for unit in self.units_of(wire)]
            if watch and lists:
                self._watch(record, shares, parked)
                continue
            for share in lists:
                share.append(record)
        return shares, parked

    def _watch(self, record: Record, shares: dict[str, list[Record]], parked: list[Parking]) -> None:
        for unit in self.units_of(record.envelope.type):
            if reason := self._refused(unit, record):
                parked.append(Parking(unit, record, reason))
            else:
                shares[unit].append(record)

    def _refused(self, unit: str, record: Record) -> str | None:
        envelope = record.envelope
        streams = self.held.setdefault(unit, set())
        if reason := self.poison.get((unit, record.source, envelope.shard, envelope.seq)):
            streams.add((record.source, envelope.stream))
            return reason
        return "an earlier event of its stream is parked" if (record.source, envelope.stream) in streams else None

    def parse(self, unit: str, share: Sequence[Record], parsed: dict[int, Event]) -> list[Heard]:
        """The events of a share. Each record is parsed once, for all units. Raises `UnitFailed`."""
        heard = []
        for record in share:
            event = parsed.get(id(record))
            if event is None:
                try:
                    event = parsed[id(record)] = self._types.parse(record.envelope.type, record.data)
                except Exception as error:  # also what an upcaster raises: it parks the event
                    raise UnitFailed(unit, str(error) if isinstance(error, ShienError) else repr(error)) from error
            heard.append((event, record.envelope))
        return heard


async def fold(view: View[Any], heard: Sequence[Heard], rows: RowStore) -> None:
    """Load the rows a batch touches, fold, write them back: one load and one save for the whole batch.

    Raises `UnitFailed` for whatever the view's own functions raise; failures of the row store pass through.
    """
    try:
        keyed = [view.keys(event, envelope) for event, envelope in heard]
        keys = {key for keys in keyed for key in keys}
        check_keys(view, keys)
    except Exception as error:  # a view's bug parks the event instead of stopping the service
        raise UnitFailed(view.unit, f"keys: {error!r}") from error
    if not keys:
        return
    loaded = await rows.load(view, keys)
    changed = dict(loaded)
    evolve, blank, check = view.evolve, view.blank, row_check(view)
    try:
        for (event, envelope), touched in zip(heard, keyed, strict=True):
            for key in touched:
                before = changed.get(key) or blank(key)
                row = changed[key] = evolve(before, event, envelope)
                if row is not None:
                    check(before, row)
    except Exception as error:  # as above
        raise UnitFailed(view.unit, f"evolve: {error!r}") from error
    await rows.save(view, {key: row for key, row in changed.items() if row is not loaded.get(key)})


async def isolating(
    batch: Sequence[Record], attempt: Callable[[Sequence[Record]], Awaitable[None]], hearing: Hearing
) -> None:
    """Attempt a batch; when an event is at fault, find it by halving, and attempt it again as poison.

    `attempt` is all or nothing and parks what `hearing` calls poison.
    """
    try:
        await attempt(batch)
    except UnitFailed as error:
        if len(batch) > 1:
            middle = len(batch) // 2
            await isolating(batch[:middle], attempt, hearing)
            await isolating(batch[middle:], attempt, hearing)
            return
        [record] = batch
        place = (error.unit, record.source, record.envelope.shard, record.envelope.seq)
        if place in hearing.poison:
            raise
        hearing.poison[place] = error.reason
        _log.error("event parked", unit=error.unit, id=str(record.envelope.id), why=error.reason)
        await isolating(batch, attempt, hearing)
