"""The laws of a fold: a lawful view passes, and every way of breaking them is caught and explained."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shienevents.core.envelope import Envelope
from shienevents.core.events import Event
from shienevents.core.view import Row, View
from shienevents.testing import Streams, an_envelope, check_fold_laws
from shienevents.testing._fold_laws import _run
from shienevents.testing._scenarios import enveloped, rows_of
from shienevents.views.fold import fold
from shienevents.views.rows import MemoryRows


class NeedRecorded(Event, wire="needs.need_recorded.v1"):
    need: str
    people: int


class NeedWithdrawn(Event, wire="needs.need_withdrawn.v1"):
    need: str


class MatchConcluded(Event, wire="matching.match_concluded.v1"):
    need: str
    helped: int


class MatchUndone(Event, wire="matching.match_undone.v1"):
    need: str
    helped: int


RecordedEvent = NeedRecorded | NeedWithdrawn | MatchConcluded | MatchUndone
NEEDS = (NeedRecorded, NeedWithdrawn)
ALL = (*NEEDS, MatchConcluded, MatchUndone)


class Need(Row, key=("need",)):
    need: str
    people: int = 0
    helped: int = 0
    latest: str = ""
    gone: bool = False
    at: datetime | None = None
    notes: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    odd: Any = None


def of_need(need: str) -> st.SearchStrategy[list[Event]]:
    """One need's own stream: recorded, perhaps recorded again, perhaps withdrawn."""
    recorded = st.lists(st.builds(NeedRecorded, need=st.just(need), people=st.integers(1, 3)), min_size=1, max_size=2)
    return st.builds(lambda first, last: [*first, *last], recorded, st.sampled_from([[], [NeedWithdrawn(need=need)]]))


def of_match(need: str) -> st.SearchStrategy[list[Event]]:
    """One match's stream: concluded, perhaps undone."""
    return st.integers(1, 3).flatmap(
        lambda helped: st.sampled_from(
            [
                [MatchConcluded(need=need, helped=helped)],
                [MatchConcluded(need=need, helped=helped), MatchUndone(need=need, helped=helped)],
            ]
        )
    )


needs: st.SearchStrategy[Streams] = st.tuples(of_need("a"), of_need("b"))
both: st.SearchStrategy[Streams] = st.tuples(of_need("a"), of_need("b"), of_match("a"), of_match("a"), of_match("b"))


def keys(event: RecordedEvent, envelope: Envelope) -> Sequence[Hashable]:
    return [event.need]


def lawful(row: Need, event: RecordedEvent, envelope: Envelope) -> Need | None:
    match event:
        case NeedRecorded():
            return replace(row, people=event.people, at=envelope.recorded_at, notes=(*row.notes, "recorded"))
        case NeedWithdrawn():
            return replace(row, gone=True)
        case MatchConcluded():
            return replace(row, helped=row.helped + event.helped)
        case MatchUndone():
            return replace(row, helped=row.helped - event.helped)


Evolve = Callable[[Any, Any, Envelope], Any]


def a_view(evolve: Evolve = lawful, keys: Any = keys, row: type[Any] = Need, subscribes_to: Any = ALL) -> View[Any]:
    return View("needs", 1, row, subscribes_to, keys, evolve)


def refused(view: View[Any], streams: st.SearchStrategy[Streams] = both) -> str:
    with pytest.raises(AssertionError) as caught:
        check_fold_laws(view, streams)
    return str(caught.value)


def test_a_view_that_keeps_the_laws_passes() -> None:
    check_fold_laws(a_view(), both)


def test_the_last_event_of_several_streams_must_not_win() -> None:
    said = refused(a_view(lambda row, event, envelope: replace(row, latest=type(event).__name__)))
    assert said.startswith("order: another interleaving of the same streams gives view 'needs' other rows")
    assert "expected from\n" in said
    assert "got from\n" in said
    assert "write a column from one stream, or by an operation that\ncommutes" in said


def test_a_column_computed_from_two_streams_is_caught() -> None:
    def evolve(row: Need, event: RecordedEvent, envelope: Envelope) -> Need:
        match event:
            case NeedRecorded():
                return replace(row, people=event.people)
            case MatchConcluded():
                return replace(row, helped=min(row.people, row.helped + event.helped))
            case _:
                return row

    assert refused(a_view(evolve)).startswith("order: ")


def test_the_largest_of_several_streams_commutes() -> None:
    check_fold_laws(
        a_view(lambda row, event, envelope: replace(row, latest=max(row.latest, str(envelope.recorded_at)))), both
    )


def test_a_fold_may_depend_on_order_within_one_stream() -> None:
    check_fold_laws(
        a_view(lambda row, event, envelope: replace(row, latest=type(event).__name__), subscribes_to=NEEDS), needs
    )


def test_an_envelope_field_that_the_last_writer_wins_is_caught() -> None:
    assert refused(a_view(lambda row, event, envelope: replace(row, at=envelope.recorded_at))).startswith("order: ")


def removing(row: Need, event: RecordedEvent, envelope: Envelope) -> Need | None:
    return None if isinstance(event, NeedWithdrawn) else lawful(row, event, envelope)


def test_removing_a_row_that_another_stream_adds_to_is_caught_and_the_remedy_reported() -> None:
    said = refused(a_view(removing))
    assert said.startswith("order: ")
    assert "Return None only for a row that equals its\nblank, or whose events all come from one stream" in said


def test_removing_a_row_of_one_stream_is_lawful() -> None:
    check_fold_laws(a_view(removing, subscribes_to=NEEDS), needs)


def test_removing_a_row_that_is_blank_again_is_lawful() -> None:
    def summed(row: Need, event: RecordedEvent, envelope: Envelope) -> Need | None:
        after = lawful(row, event, envelope)
        return None if after == Need(need=row.need) else after

    check_fold_laws(
        a_view(summed, subscribes_to=(MatchConcluded, MatchUndone)), st.tuples(of_match("a"), of_match("a"))
    )


def test_a_fold_that_raises_on_some_interleaving_is_caught() -> None:
    def evolve(row: Need, event: RecordedEvent, envelope: Envelope) -> Need | None:
        if isinstance(event, MatchConcluded) and not row.people:
            raise LookupError("matched before it was recorded")
        return lawful(row, event, envelope)

    with pytest.raises(LookupError, match="matched before it was recorded"):
        check_fold_laws(a_view(evolve), both)


def test_a_fold_that_counts_by_itself_is_not_pure() -> None:
    ticking = itertools.count()
    said = refused(a_view(lambda row, event, envelope: replace(row, people=next(ticking))))
    assert said.startswith("purity: evolve differs when run twice")


def test_keys_that_differ_from_call_to_call_are_caught() -> None:
    ticking = itertools.count()
    assert refused(a_view(keys=lambda event, envelope: [str(next(ticking))])).startswith(
        "purity: keys gives other keys"
    )


class Told(Row, key=("id",)):
    id: UUID
    at: datetime | None = None
    people: int = 0


def test_a_row_that_is_written_once_is_touched_by_one_event_and_has_its_time() -> None:
    def told(keys: Any = lambda event, envelope: [envelope.id], at: str = "recorded_at") -> View[Any]:
        evolve = lambda row, event, envelope: replace(row, at=getattr(envelope, at))  # noqa: E731
        return View("told", 1, Told, NEEDS, keys, evolve, written_once="at")

    check_fold_laws(told(), needs)
    assert refused(told(lambda event, envelope: [UUID(int=1)]), needs).startswith("written once: a second event")
    late = [[(NeedRecorded(need="a", people=1), an_envelope(recorded_at=datetime(2026, 5, 1, tzinfo=UTC)))]]
    assert refused(told(at="occurred_at"), st.just(late)).startswith("written once: at is not when")


def test_a_fold_that_changes_the_row_it_was_given_is_caught() -> None:
    def evolve(row: Need, event: RecordedEvent, envelope: Envelope) -> Need:
        row.counts["seen"] = 1
        return row

    assert refused(a_view(evolve)).startswith("purity: evolve changed the row it was given")


def test_a_key_named_twice_is_caught() -> None:
    assert refused(a_view(keys=lambda event, envelope: [event.need, event.need])).startswith(
        "keys: ['a', 'a'] names a row"
    )


class Pair(Row, key=("need", "month")):
    need: str
    month: int
    seen: int = 0


def count(row: Pair, event: RecordedEvent, envelope: Envelope) -> Pair:
    return replace(row, seen=row.seen + 1)


@pytest.mark.parametrize("key", ["a", ("a",), ("a", 1, 2)])
def test_a_key_that_does_not_fit_the_row_is_caught(key: Hashable) -> None:
    said = refused(a_view(count, keys=lambda event, envelope: [key], row=Pair))
    assert said == f"keys: {key!r} is no tuple of 2, for need, month"


def test_a_key_of_several_fields_is_lawful() -> None:
    check_fold_laws(a_view(count, keys=lambda event, envelope: [(event.need, 4)], row=Pair), both)


def test_a_key_that_is_not_hashable_is_caught() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        check_fold_laws(a_view(keys=lambda event, envelope: [[event.need]]), both)


def test_a_key_of_another_type_than_the_rows_is_caught() -> None:
    assert refused(a_view(count, keys=lambda event, envelope: [(event.need, "4")], row=Pair)).startswith("storage: ")


def test_evolving_into_another_row_is_caught() -> None:
    assert refused(a_view(lambda row, event, envelope: replace(row, need="z"))).startswith(
        "keys: evolve gave another row"
    )
    assert refused(a_view(lambda row, event, envelope: Pair(need=row.need, month=1))).startswith("keys: ")


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("odd", {1, 2}, "storage: "),
        ("odd", (1, 2), "storage: the row is not the same after its JSON was read back"),
        ("notes", ["a"], "storage: the row is not the same"),
        ("people", 2**53, "storage: "),
        ("latest", "a\0", "storage: "),
        ("at", datetime(2026, 4, 1), "storage: datetime.datetime(2026, 4, 1, 0, 0) has no zone"),  # noqa: DTZ001
        ("odd", {"x": [datetime(2026, 4, 1)]}, "storage: datetime.datetime(2026, 4, 1, 0, 0) has no zone"),  # noqa: DTZ001
    ],
)
def test_a_value_that_does_not_survive_storage_is_caught(column: str, value: object, why: str) -> None:
    said = refused(a_view(lambda row, event, envelope: replace(row, **{column: value})))
    assert said.startswith((why, "text must not contain NUL", "the value has no canonical JSON form"))


def test_a_time_in_another_zone_is_lawful() -> None:
    japan = datetime(2026, 4, 1, 9, tzinfo=timezone(timedelta(hours=9)))
    check_fold_laws(a_view(lambda row, event, envelope: replace(row, at=japan)), both)


def test_a_view_that_subscribes_to_what_no_history_has_proves_nothing() -> None:
    assert (
        refused(a_view(), needs)
        == "coverage: no history had MatchConcluded, MatchUndone, which view 'needs' subscribes to"
    )


def test_an_event_that_few_histories_have_is_looked_for_and_checked() -> None:
    check_fold_laws(a_view(), both, examples=1)  # one history cannot have them all

    def ungrateful(row: Need, event: RecordedEvent, envelope: Envelope) -> Need | None:
        return row if isinstance(event, MatchUndone) and row.people else lawful(row, event, envelope)

    rarely = st.integers(0, 30).flatmap(lambda n: both if n == 30 else needs)
    with pytest.raises(AssertionError, match=r"^(order|batches)"):
        check_fold_laws(a_view(ungrateful), rarely, examples=1)


def test_events_that_a_view_does_not_subscribe_to_are_left_out() -> None:
    check_fold_laws(a_view(subscribes_to=NEEDS), both)


def test_envelopes_can_be_given_with_the_events() -> None:
    stream: list[Event | tuple[Event, Envelope]] = [
        (NeedRecorded(need="a", people=1), an_envelope(area="131016:05")),
        NeedWithdrawn(need="a"),
    ]
    areas = set()

    def seen(row: Need, event: RecordedEvent, envelope: Envelope) -> Need | None:
        areas.add(envelope.area)
        return lawful(row, event, envelope)

    check_fold_laws(a_view(seen, subscribes_to=NEEDS), st.just([stream]))
    assert areas == {"131016:05", "131016:03"}


class Forgetful(Row, key=("need",)):
    """A column whose JSON is equal but whose meaning hangs on an object: a cache that a batch keeps warm."""

    need: str
    seen: int = 0


def test_a_fold_that_depends_on_batch_boundaries_is_caught() -> None:
    def evolve(row: Forgetful, event: RecordedEvent, envelope: Envelope) -> Forgetful:
        after = replace(row, seen=row.seen + 1 + getattr(row, "warm", 0))
        object.__setattr__(after, "warm", 1)
        return after

    assert refused(a_view(evolve, row=Forgetful, subscribes_to=NEEDS), needs).startswith(("batches: ", "purity: "))


events = st.one_of(
    st.builds(NeedRecorded, need=st.sampled_from("abc"), people=st.integers(1, 9)),
    st.builds(NeedWithdrawn, need=st.sampled_from("abc")),
    st.builds(MatchConcluded, need=st.sampled_from("abc"), helped=st.integers(1, 9)),
)


@given(st.lists(st.lists(events, max_size=6), max_size=5))
def test_the_library_folds_batches_as_the_definition_folds_single_events(batches: list[list[Event]]) -> None:
    history = enveloped([event for batch in batches for event in batch])
    rows, view, rest = MemoryRows(), a_view(removing), iter(history)
    for batch in batches:
        _run(fold(view, [next(rest) for _ in batch], rows))
    assert rows.rows.get("needs", {}) == rows_of(view, history)


def test_times_of_made_up_envelopes_are_in_utc() -> None:
    assert an_envelope().recorded_at.tzinfo is UTC
