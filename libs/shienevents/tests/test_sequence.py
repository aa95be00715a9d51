"""The gate: every number once and in order, whatever comes, and one shard's trouble is not another's."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from shienevents import Positions, Record, Stopped
from shienevents.consume.sequence import SequenceGap, deduplicate
from shienevents.testing import examples

from .world import ABROAD, AREAS, foreign_record

NAMES = UUID(int=9)


def record(seq: int, shard: int = 0, *, source: str = "needs", store: UUID = ABROAD, history: str = "") -> Record:
    """A record whose id follows from its place; in another history, another event stands there."""
    id_ = uuid5(NAMES, f"{source} {shard} {seq} {history}")
    return foreign_record(seq, source=source, store=store, area=AREAS[shard], id_=id_)


def seqs(records: Sequence[Record]) -> list[tuple[str, int, int]]:
    return [(r.source, r.envelope.shard, r.envelope.seq) for r in records]


def told(trouble: Sequence[SequenceGap | Stopped]) -> list[tuple[str, str, int]]:
    return [(type(t).__name__, t.source, t.shard) for t in trouble]


class Shards:
    """Positions that move as a consumer's do."""

    def __init__(self) -> None:
        self.positions = Positions()
        self.taken: list[tuple[str, int, int]] = []

    def give(self, *arrivals: Record) -> list[SequenceGap | Stopped]:
        passed, trouble = deduplicate(list(arrivals), self.positions)
        self.positions.take(passed)
        self.taken += seqs(passed)
        return trouble


def test_an_ascending_run_passes_and_a_second_delivery_of_it_does_not() -> None:
    shards = Shards()
    run = [record(n) for n in range(1, 6)]
    assert shards.give(*run) == []
    assert shards.give(*run) == []
    assert shards.give(*run[2:], record(6)) == []
    assert shards.taken == [("needs", 0, n) for n in range(1, 7)]


def test_nothing_that_was_admitted_moves_the_positions_by_itself() -> None:
    """The positions move in the commit; a batch that was rolled back is given again."""
    positions = Positions()
    for _ in range(2):
        passed, trouble = deduplicate([record(1), record(2)], positions)
        assert (seqs(passed), trouble, positions.seqs) == ([("needs", 0, 1), ("needs", 0, 2)], [], {})


def test_a_hole_lets_nothing_behind_it_pass() -> None:
    shards = Shards()
    [gap] = shards.give(record(1), record(3), record(4))
    assert isinstance(gap, SequenceGap)
    assert (gap.source, gap.shard, gap.expected, gap.found) == ("needs", 0, 2, 3)
    assert shards.taken == [("needs", 0, 1)]
    assert str(gap) == "needs shard 0: 2 is next, 3 came"


def test_the_first_record_of_a_shard_must_be_number_one() -> None:
    shards = Shards()
    assert told(shards.give(record(2))) == [("SequenceGap", "needs", 0)]
    assert shards.taken == []


def test_what_was_missing_passes_when_it_comes_and_so_does_what_follows_it() -> None:
    shards = Shards()
    assert told(shards.give(record(1), record(3))) == [("SequenceGap", "needs", 0)]
    assert shards.give(record(2), record(3), record(4)) == []
    assert shards.taken == [("needs", 0, n) for n in range(1, 5)]


def test_what_was_missing_passes_also_when_it_comes_behind_its_successor_in_one_batch() -> None:
    shards = Shards()
    shards.give(record(1), record(3), record(2), record(3), record(4))
    shards.give(record(4))
    assert shards.taken == [("needs", 0, n) for n in range(1, 5)]


def test_trouble_of_one_shard_does_not_stop_another() -> None:
    shards = Shards()
    trouble = shards.give(
        record(2, 0), record(1, 1), record(1, 2), record(1, 0, source="matching"), record(3, 0), record(2, 1)
    )
    assert told(trouble) == [("SequenceGap", "needs", 0)]
    assert shards.taken == [("needs", 1, 1), ("needs", 2, 1), ("matching", 0, 1), ("needs", 1, 2)]


def test_the_same_number_with_another_event_is_two_histories() -> None:
    shards = Shards()
    shards.give(record(1), record(2))
    [stopped] = shards.give(record(2, history="other"), record(3))
    assert isinstance(stopped, Stopped)
    assert (stopped.source, stopped.shard, stopped.code) == ("needs", 0, "shard.stopped")
    ours, theirs = record(2).envelope.id, record(2, history="other").envelope.id
    assert stopped.en == (
        f"needs shard 0 stopped: number 2 came twice with different events ({ours}, {theirs}): two histories. "
        "Remedy: shien store refill needs"
    )
    assert stopped.remedy in stopped.ja
    assert shards.taken == [("needs", 0, 1), ("needs", 0, 2)]


def test_two_histories_within_one_batch_are_met_too() -> None:
    shards = Shards()
    assert told(shards.give(record(1), record(2), record(2, history="other"), record(3))) == [("Stopped", "needs", 0)]
    assert shards.taken == [("needs", 0, 1), ("needs", 0, 2)]


def test_a_record_of_another_store_stops_its_shard_whatever_its_number() -> None:
    for seq in (1, 2, 3, 9):
        shards = Shards()
        shards.give(record(1), record(2))
        [stopped] = shards.give(record(seq, store=UUID(int=8)), record(3))
        assert isinstance(stopped, Stopped)
        assert str(UUID(int=8)) in stopped.en
        assert str(ABROAD) in stopped.en
        assert shards.taken == [("needs", 0, 1), ("needs", 0, 2)]


def test_two_stores_under_one_name_are_met_across_shards_too() -> None:
    shards = Shards()
    trouble = shards.give(record(1, 0), record(1, 1, store=UUID(int=8)), record(2, 0))
    assert told(trouble) == [("Stopped", "needs", 1)]
    assert shards.taken == [("needs", 0, 1), ("needs", 0, 2)]


def test_a_shard_met_in_two_troubles_keeps_the_one_that_needs_a_person() -> None:
    shards = Shards()
    shards.give(record(1))
    trouble = shards.give(record(3), record(1, history="other"), record(2))
    assert told(trouble) == [("Stopped", "needs", 0)]


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[int], list[Record]]:
    """What a topic may hold: unbroken runs, each beginning at or before the first number not yet there."""
    ends = [0, 0, 0]
    delivered: list[Record] = []
    for _ in range(draw(st.integers(0, 12))):
        shard = draw(st.integers(0, 2))
        begin = draw(st.integers(1, ends[shard] + 1))
        end = draw(st.integers(begin, begin + 8))
        ends[shard] = max(ends[shard], end)
        delivered += [record(n, shard) for n in range(begin, end + 1)]
    return ends, delivered


@settings(max_examples=examples(200))
@given(deliveries(), st.data())
def test_any_deliveries_of_ascending_runs_give_each_number_once_and_in_order(
    topic: tuple[list[int], list[Record]], data: st.DataObject
) -> None:
    ends, delivered = topic
    cuts = sorted(data.draw(st.sets(st.integers(0, len(delivered)))))
    shards = Shards()
    for begin, end in zip([0, *cuts], [*cuts, len(delivered)], strict=True):
        assert shards.give(*delivered[begin:end]) == []
    for shard, end in enumerate(ends):
        assert [t[2] for t in shards.taken if t[1] == shard] == list(range(1, end + 1))


@settings(max_examples=examples(200))
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 2)), max_size=60), st.integers(1, 7))
def test_anything_at_all_gives_an_unbroken_beginning_and_says_where_it_is_broken(
    arrivals: list[tuple[int, int]], size: int
) -> None:
    shards = Shards()
    for begin in range(0, len(arrivals), size):
        before = dict(shards.positions.seqs)
        trouble = shards.give(*[record(*arrival) for arrival in arrivals[begin : begin + size]])
        broken = {t.shard for t in trouble}
        for shard in range(3):
            stands = shards.positions.seqs.get(("needs", shard), 0)
            came = [seq for seq, of in arrivals[begin : begin + size] if of == shard]
            if came and came[-1] > stands:
                assert shard in broken, (before, came)
    for shard in range(3):
        taken = [t[2] for t in shards.taken if t[1] == shard]
        assert taken == list(range(1, len(taken) + 1))
