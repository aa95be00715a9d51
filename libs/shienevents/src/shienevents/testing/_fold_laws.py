"""The laws of a fold, checked on histories that hypothesis makes up. Exported by `shienevents.testing`."""

from __future__ import annotations

from collections.abc import Coroutine, Hashable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from pydantic import TypeAdapter

from ..core.canonical_json import canonical
from ..core.envelope import Envelope
from ..core.errors import ShienError
from ..core.events import Event
from ..core.view import Row, View
from ..views.fold import fold
from ..views.rows import MemoryRows
from ._depth import DEPTH
from ._scenarios import RecordedEvent, an_envelope, in_key_order, rows_of
from ._sides import lines_of, listed, sides

R = TypeVar("R", bound=Row)
Streams = Sequence[Sequence[Event | RecordedEvent]]

# Without the explaining phase, which would run the fold hundreds of times more for a message of its own.
_SETTINGS = settings(
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
_REMEDY = (
    "A fold may depend on order only within one stream: write a column from one stream, or by an operation that\n"
    "commutes (a sum, a maximum), and combine columns when reading. Return None only for a row that equals its\n"
    "blank, or whose events all come from one stream; else mark it gone in a column."
)


def check_fold_laws(view: View[Any], streams: st.SearchStrategy[Streams], *, examples: int = 50) -> None:
    """Check a view on made-up histories. A whole test:

        def test_district_needs_keep_the_laws_of_a_fold() -> None:
            check_fold_laws(district_needs, st.tuples(needs(), st.lists(matches(), max_size=3)))

    `streams` makes several streams, each a list of events in its order, bare or as `(event, envelope)`. Let
    them share few keys, so that they meet in the same rows. Raises `AssertionError` when

    1. **order**: another interleaving of the streams gives other rows;
    2. **batches**: cutting the history into batches, with rows stored in between, gives other rows;
    3. **purity**: `keys` or `evolve` differ when run twice, or `evolve` changes the row it was given;
    4. **keys**: a key is named twice, does not fit the row, or `evolve` gives a row with another key;
    5. **storage**: a row does not come back equal from its JSON, or holds a time without a zone;
    6. **coverage**: the histories never had an event that the view subscribes to;
    7. **written once**: a row of such a view is touched by a second event, or has another time than its event.

    **Removing rows.** A removed row forgets all, and the next event begins from a blank one. If A removes what
    B adds to, the order of A and B decides whether B's part survives, so law 1 fails. Two ways of removing
    commute: a row whose events all come from one stream, and a row that has come back to its blank values (a
    sum that is zero again), where remembering and forgetting are the same.
    """
    met = _check_all(view, streams, examples)
    unmet = [event.__name__ for event in view.subscribes_to if event not in met and not _meets(view, streams, event)]
    if unmet:
        raise AssertionError(f"coverage: no history had {', '.join(unmet)}, which view {view.name!r} subscribes to")


def _meets(view: View[Any], streams: st.SearchStrategy[Streams], event: type[Event]) -> bool:
    """Check the laws on ten histories with this event, which those at random did not meet. Whether there are any."""
    having = streams.filter(lambda drawn: any(type(_bare(one)) is event for stream in drawn for one in stream))
    checked = 0

    # So many examples let hypothesis look at ten times as many histories before it gives up.
    @settings(_SETTINGS, max_examples=100 * DEPTH, phases=(Phase.generate,), report_multiple_bugs=False)
    @given(having, st.data())
    def laws(drawn: Streams, data: st.DataObject) -> None:
        nonlocal checked
        _check(view, drawn, data)
        checked += 1
        if checked >= 10 * DEPTH:
            raise _Enough

    try:
        laws()
    except _Enough:
        return True
    except Unsatisfiable:
        return False
    return True


class _Enough(Exception):
    """Ends a search that found what it looked for."""


def _bare(recorded: Event | RecordedEvent) -> Event:
    return recorded if isinstance(recorded, Event) else recorded[0]


def _check_all(view: View[Any], streams: st.SearchStrategy[Streams], examples: int) -> set[type[Event]]:
    """All laws but coverage, on so many examples. Returns the events met."""
    met: set[type[Event]] = set()

    @settings(_SETTINGS, max_examples=examples * DEPTH)
    @given(streams, st.data())
    def laws(drawn: Streams, data: st.DataObject) -> None:
        met.update(_check(view, drawn, data))

    laws()
    return met


def _check(view: View[R], streams: Streams, data: st.DataObject) -> set[type[Event]]:
    """All laws but coverage, on one example. Returns the events met."""
    order = st.permutations([n for n, stream in enumerate(streams) for _ in stream])
    first = data.draw(order, label="as it happened, by stream")
    enveloped = _enveloped(streams, first)
    happened = _merged(enveloped, first)
    rows = _check_steps(view, happened)
    _check_order(view, rows, happened, _merged(enveloped, data.draw(order, label="as it was read, by stream")))
    cuts = data.draw(st.sets(st.integers(1, max(1, len(happened) - 1))), label="batches begin at")
    _check_batches(view, rows, happened, sorted(cuts))
    return {type(event) for event, _ in happened}


def _enveloped(streams: Streams, order: Sequence[int]) -> list[list[RecordedEvent]]:
    """The streams with envelopes as if their events had happened in this order, a second apart."""
    enveloped: list[list[RecordedEvent]] = [[] for _ in streams]
    for second, n in enumerate(order):
        event = streams[n][len(enveloped[n])]
        if isinstance(event, Event):
            later = timedelta(seconds=second)
            envelope = an_envelope(
                id=UUID(int=second + 1),
                type=event.wire,
                stream=f"{event.wire.split('.')[0]}-{n}",
                version=len(enveloped[n]) + 1,
                shard=n,
                seq=len(enveloped[n]) + 1,
                occurred_at=an_envelope().occurred_at + later,
                recorded_at=an_envelope().recorded_at + later,
            )
            event = event, envelope
        enveloped[n].append(event)
    return enveloped


def _merged(streams: Sequence[Sequence[RecordedEvent]], order: Sequence[int]) -> list[RecordedEvent]:
    following = [iter(stream) for stream in streams]
    return [next(following[n]) for n in order]


def _check_steps(view: View[R], history: Sequence[RecordedEvent]) -> dict[Hashable, R]:
    """Laws 3, 4, 5 and 7, at every step of folding one event at a time. Returns the rows."""
    rows: dict[Hashable, R] = {}
    written: dict[Hashable, UUID] = {}
    for event, envelope in history:
        if type(event) not in view.subscribes_to:
            continue
        try:
            for key in _keys(view, event, envelope):
                row = rows.pop(key, None) or view.blank(key)
                after = _evolved(view, row, event, envelope)
                if after is None:
                    continue
                if type(after) is not view.row or view.key_of(after) != key:
                    raise AssertionError(
                        sides("keys: evolve gave another row", list(lines_of(row)), list(lines_of(after)))
                    )
                _check_storage(after)
                if view.written_once:
                    _check_written_once(view, after, envelope, written)
                rows[key] = after
        except Exception as error:
            error.add_note(f"view {view.name!r} at {event!r}, {envelope!r}")
            raise
    return rows


def _check_written_once(view: View[R], row: R, envelope: Envelope, written: dict[Hashable, UUID]) -> None:
    if written.setdefault(view.key_of(row), envelope.id) != envelope.id:
        raise AssertionError("\n".join(["written once: a second event touches the row", *lines_of(row)]))
    if getattr(row, view.written_once) != envelope.recorded_at:
        raise AssertionError(f"written once: {view.written_once} is not when the event was recorded")


def _keys(view: View[R], event: Event, envelope: Envelope) -> list[Hashable]:
    keys = list(view.keys(event, envelope))
    if keys != list(view.keys(event, envelope)):
        raise AssertionError("purity: keys gives other keys when run twice")
    if len(set(keys)) < len(keys):
        raise AssertionError(f"keys: {keys!r} names a row twice, so the event would be folded into it twice")
    for key in keys:
        if len(view.row.key) > 1 and not (isinstance(key, tuple) and len(key) == len(view.row.key)):
            raise AssertionError(f"keys: {key!r} is no tuple of {len(view.row.key)}, for {', '.join(view.row.key)}")
    return keys


def _evolved(view: View[R], row: R, event: Event, envelope: Envelope) -> R | None:
    before = canonical(row.__dict__)
    after = view.evolve(row, event, envelope)
    if canonical(row.__dict__) != before:
        raise AssertionError("purity: evolve changed the row it was given instead of making another")
    again = view.evolve(row, event, envelope)
    if after != again:
        raise AssertionError(
            sides("purity: evolve differs when run twice", list(lines_of(after)), list(lines_of(again)))
        )
    return after


_ADAPTERS: dict[type[Row], TypeAdapter[Any]] = {}


def _adapter(row: type[Row]) -> TypeAdapter[Any]:
    """Kept: making one takes a millisecond, and the laws would make thousands."""
    if row not in _ADAPTERS:
        _ADAPTERS[row] = TypeAdapter(row)
    return _ADAPTERS[row]


def _check_storage(row: Row) -> None:
    for moment in _moments(row.__dict__):
        if moment.tzinfo is None:
            raise AssertionError(f"storage: {moment!r} has no zone, and the database would guess one")
    try:
        stored = _adapter(type(row)).validate_json(canonical(row))
    except (ShienError, ValueError) as error:
        raise AssertionError("\n".join([f"storage: {error}", *lines_of(row)])) from error
    if stored != row:
        title = "storage: the row is not the same after its JSON was read back"
        raise AssertionError(sides(title, list(lines_of(row)), list(lines_of(stored))))


def _moments(value: object) -> Iterator[datetime]:
    if isinstance(value, datetime):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _moments(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _moments(item)


def _check_order(
    view: View[R], rows: dict[Hashable, R], happened: list[RecordedEvent], read: list[RecordedEvent]
) -> None:
    other = rows_of(view, read)
    if other != rows:
        title = f"order: another interleaving of the same streams gives view {view.name!r} other rows"
        shown = sides(title, listed(in_key_order(rows)), listed(in_key_order(other)))
        raise AssertionError(
            "\n".join([shown, *_history("expected from", happened), *_history("got from", read), _REMEDY])
        )


def _history(title: str, history: Sequence[RecordedEvent]) -> list[str]:
    return [title, *(f"    {envelope.stream} {envelope.version}: {event!r}" for event, envelope in history)]


class _Stored(MemoryRows):
    """Rows in memory that pass through JSON on their way, as they would through tables."""

    async def save(self, view: View[Any], changed: Mapping[Hashable, Row | None]) -> None:
        """Write changed rows."""
        stored = {key: row and _adapter(view.row).validate_json(canonical(row)) for key, row in changed.items()}
        await super().save(view, stored)


def _check_batches(view: View[R], rows: dict[Hashable, R], history: list[RecordedEvent], cuts: Sequence[int]) -> None:
    stored = _Stored()
    events = [item if type(item[0]) in view.subscribes_to else None for item in history]
    for start, end in zip([0, *cuts], [*cuts, len(history)], strict=True):
        _run(fold(view, [item for item in events[start:end] if item], stored))
    got = stored.rows.get(view.name, {})
    if got != rows:
        title = f"batches: view {view.name!r} has other rows when the history is cut at {list(cuts)}"
        raise AssertionError(
            sides(title, listed(in_key_order(rows)), listed(got[key] for key in sorted(got, key=repr)))
        )


def _run(step: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that never waits: rows in memory are there at once, and a test needs no event loop."""
    try:
        step.send(None)
    except StopIteration:
        return
    raise AssertionError("the fold waited for something")
