"""Folding in memory: batches, deletion, and poison that parks its own stream for its own unit and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shienevents import Envelope, Event, EventTypes, Positions, Record, Replayed, Row, View, digest_of, replay
from shienevents.testing import examples
from shienevents.views import fold

from .poison import BROKEN, POISON, Unreadable
from .world import (
    AREAS,
    TYPES,
    VIEWS,
    AreaRow,
    BoxFilled,
    BoxLost,
    BoxRow,
    BoxTaken,
    areas_filled,
    boxes,
    foreign_record,
    parked,
)


@dataclass
class Listed:
    """A source that hands out these batches, and then waits for ever."""

    batches: Sequence[Sequence[Record]]
    left: list[list[Record]] = field(default_factory=list)

    async def start(self, positions: Positions) -> None:
        self.left = [list(batch) for batch in self.batches if batch]

    async def next(self) -> list[Record]:
        if not self.left:
            await asyncio.Event().wait()
        return self.left.pop(0)

    async def rescan(self, source: str, shard: int) -> None: ...

    async def stop(self) -> None: ...


def happened(*events: tuple[str, Event], area: str = AREAS[0]) -> list[Record]:
    """Records of one shard: (stream, event)."""
    versions: dict[str, int] = {}
    records = []
    for seq, (stream, event) in enumerate(events, start=1):
        versions[stream] = versions.get(stream, 0) + 1
        records.append(foreign_record(seq, event, stream=stream, version=versions[stream], area=area))
    return records


async def folded(
    records: Sequence[Record],
    views: Sequence[View[Any]] = VIEWS,
    *,
    cuts: Sequence[int] = (),
    types: EventTypes = TYPES,
) -> Replayed:
    """The records folded in memory, cut into batches."""
    batches = [records[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(records)], strict=True)]
    until = Positions()
    until.take(records)
    async with asyncio.timeout(60):
        return await replay(types, views, [Listed(batches)], until)


def filled(box: str, amount: int) -> tuple[str, Event]:
    return f"box-{box}", BoxFilled(box=box, amount=amount)


async def test_events_are_folded_into_the_rows_their_keys_name() -> None:
    records = happened(
        filled("a", 5), filled("b", 7), ("box-a", BoxTaken(box="a", amount=2)), ("box-b", BoxLost(box="b"))
    )
    result = await folded(records)
    assert result.rows == {
        "boxes": {"a": BoxRow(box="a", held=3, touched=2)},
        "areas_filled": {AREAS[0]: AreaRow(area=AREAS[0], filled=12)},
    }
    assert result.digests == {name: digest_of(held) for name, held in result.rows.items()}  # type: ignore[type-var]
    assert (result.parked, result.events) == ([], 4)


async def test_a_row_that_goes_and_comes_back_within_a_batch_is_written_as_it_is_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fold, "_SLICE", 1)
    gone = ("box-a", BoxLost(box="a"))
    for events, rows in (
        ((filled("a", 5), gone), {}),
        ((filled("a", 5), gone, filled("a", 3)), {"a": BoxRow(box="a", held=3, touched=1)}),
        ((filled("a", 5), gone, filled("a", 3), gone), {}),
    ):
        for cuts in ([], [1], [2]):
            result = await folded(happened(*events), cuts=[cut for cut in cuts if cut < len(events)])
            assert result.rows["boxes"] == rows


async def test_a_view_without_rows_has_a_digest_too() -> None:
    result = await folded([])
    assert result.rows == {"boxes": {}, "areas_filled": {}}
    assert set(result.digests.values()) == {digest_of({})}


async def test_a_row_that_was_removed_begins_again() -> None:
    records = happened(filled("a", 5), ("box-a", BoxLost(box="a")), filled("a", 1))
    for cuts in ([], [1], [2], [1, 2]):
        assert (await folded(records, cuts=cuts)).rows["boxes"] == {"a": BoxRow(box="a", held=1, touched=1)}


async def test_an_event_that_touches_no_row_or_is_not_subscribed_to_changes_nothing() -> None:
    silent = replace(boxes, keys=lambda event, envelope: [])
    records = happened(filled("a", 5), ("box-a", BoxTaken(box="a", amount=5)))
    result = await folded(records, [silent, areas_filled])
    assert result.rows == {"boxes": {}, "areas_filled": {AREAS[0]: AreaRow(area=AREAS[0], filled=5)}}


async def test_an_event_may_touch_several_rows() -> None:
    both = replace(boxes, keys=lambda event, envelope: [event.box, "all"])
    result = await folded(happened(filled("a", 5), filled("b", 7)), [both])
    assert result.rows["boxes"] == {
        "a": BoxRow(box="a", held=5, touched=1),
        "b": BoxRow(box="b", held=7, touched=1),
        "all": BoxRow(box="all", held=12, touched=2),
    }


async def test_a_type_this_code_does_not_know_is_passed_over_and_parks_nothing() -> None:
    records = happened(filled("a", 5), filled("a", 6), filled("a", 7))
    records[1] = records[1]._replace(envelope=records[1].envelope._replace(type="needs.box_painted.v1"), data=b"\xff")
    result = await folded(records)
    assert result.rows["boxes"] == {"a": BoxRow(box="a", held=12, touched=2)}
    assert result.parked == []


class OldFilled(Event, wire="needs.box_put.v1"):
    name: str


async def test_an_older_type_is_read_through_its_upcaster_and_a_failing_upcaster_parks_the_event() -> None:
    def upcast(old: dict[str, Any]) -> dict[str, Any]:
        return {"box": old["name"], "amount": 10 // len(old["name"])}

    types = EventTypes([BoxFilled, BoxTaken, BoxLost], {("needs.box_put.v1", "needs.box_filled.v1"): upcast})
    records = happened(
        ("box-a", OldFilled(name="a")), ("box-b", OldFilled(name="")), filled("a", 1), filled("b", 1), filled("c", 1)
    )
    result = await folded(records, types=types)
    assert result.rows["boxes"] == {
        "a": BoxRow(box="a", held=11, touched=2),
        "c": BoxRow(box="c", held=1, touched=1),
    }
    assert parked(result.parked) == [
        ("areas_filled@1", "box-b", 1),
        ("areas_filled@1", "box-b", 2),
        ("boxes@1", "box-b", 1),
        ("boxes@1", "box-b", 2),
    ]


HISTORY = [
    filled("a", 1), filled("b", 1), filled("a", POISON), filled("c", 1), filled("a", 2), filled("b", 2),
    ("box-a", BoxLost(box="a")), filled("c", 2),
]  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("cuts", [[], [3], [1, 2, 3, 4, 5, 6, 7]], ids=["one batch", "two batches", "one by one"])
async def test_poison_parks_itself_and_what_follows_in_its_stream_for_its_subscriber_only(
    broken: View[Any], cuts: list[int]
) -> None:
    result = await folded(happened(*HISTORY), [broken, areas_filled], cuts=cuts)
    assert parked(result.parked) == [("boxes@1", "box-a", 2), ("boxes@1", "box-a", 3), ("boxes@1", "box-a", 4)]
    assert result.rows["boxes"] == {
        "a": BoxRow(box="a", held=1, touched=1),
        "b": BoxRow(box="b", held=3, touched=2),
        "c": BoxRow(box="c", held=3, touched=2),
    }
    assert result.rows["areas_filled"] == {AREAS[0]: AreaRow(area=AREAS[0], filled=22)}
    reasons = [p.reason for p in result.parked]
    assert reasons[1:] == ["an earlier event of its stream is parked"] * 2
    assert reasons[0]


@pytest.mark.parametrize(
    "data", [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"box":"a"}', b'{"amount":1.5,"box":"a"}',
        b'{"amount":"x","box":"a"}',
        b'{"amount":1,"box":"a\\u0000"}', b'{"amount":1,"box":"\\ud800"}', b'{"amount":1e999,"box":"a"}',
        b'{"amount":NaN,"box":"a"}', b"[" * 100_000, b'{"amount":1,"box":7}', b'{"amount":null,"box":"a"}',
    ],
)  # fmt: skip
async def test_bytes_that_do_not_parse_park_their_stream_for_all_who_subscribe_to_the_type(data: bytes) -> None:
    records = happened(*HISTORY)
    records[2] = records[2]._replace(data=data)
    result = await folded(records)
    assert parked(result.parked) == sorted(
        [("areas_filled@1", "box-a", 2), ("areas_filled@1", "box-a", 3)]
        + [("boxes@1", "box-a", version) for version in (2, 3, 4)]
    )
    assert result.rows["boxes"]["a"] == BoxRow(box="a", held=1, touched=1)
    assert result.rows["areas_filled"] == {AREAS[0]: AreaRow(area=AREAS[0], filled=7)}


async def test_two_poisons_in_two_streams_for_two_subscribers_each_park_their_own() -> None:

    def evolve(row: AreaRow, event: BoxFilled, envelope: Envelope) -> AreaRow:
        if event.amount == 2:
            raise ZeroDivisionError
        return row

    broken_areas = replace(areas_filled, evolve=evolve)
    history = happened(*HISTORY)
    for cuts in ([], [2], [4], [1, 5]):
        result = await folded(history, [BROKEN["evolve raises"], broken_areas], cuts=cuts)
        assert parked(result.parked) == [
            ("areas_filled@1", "box-a", 3),
            ("areas_filled@1", "box-b", 2),
            ("areas_filled@1", "box-c", 2),
            ("boxes@1", "box-a", 2),
            ("boxes@1", "box-a", 3),
            ("boxes@1", "box-a", 4),
        ]


async def test_a_stream_of_the_same_name_in_another_service_is_another_stream() -> None:
    records = happened(filled("a", POISON), filled("a", 1))
    theirs = [foreign_record(1, BoxFilled(box="a", amount=5), source="matching", stream="box-a")]
    result = await folded([*records, *theirs], [BROKEN["evolve raises"]])
    assert [(p.record.source, p.record.envelope.seq) for p in result.parked] == [("needs", 1), ("needs", 2)]
    assert result.rows["boxes"] == {"a": BoxRow(box="a", held=5, touched=1)}


class Total(Row, key=("of",)):
    of: str
    sum: int = 0


@settings(max_examples=examples(60))
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 14)), max_size=40),
    st.lists(st.tuples(st.sets(st.integers(1, 39)), st.integers(1, 40)), min_size=2, max_size=2),
)
def test_rows_and_parked_events_are_the_same_for_any_batches_and_slices_of_them(
    events: list[tuple[str, int]], both: list[tuple[set[int], int]]
) -> None:
    records = happened(*[filled(box, amount) for box, amount in events])
    results = []
    for cuts, at_once in both:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(fold, "_SLICE", at_once)
            within = sorted(cut for cut in cuts if cut < len(records))
            results.append(asyncio.run(folded(records, [BROKEN["evolve raises"], areas_filled], cuts=within)))
    assert results[0].rows == results[1].rows
    assert [(p.subscriber, p.record.envelope.seq, p.reason) for p in sorted(results[0].parked, key=repr)] == [
        (p.subscriber, p.record.envelope.seq, p.reason) for p in sorted(results[1].parked, key=repr)
    ]
    clean: dict[str, int] = {}
    bad: set[str] = set()
    for box, amount in events:
        bad |= {box} if amount == POISON else set()
        if box not in bad:
            clean[box] = clean.get(box, 0) + amount
    assert {key: row.held for key, row in results[0].rows["boxes"].items()} == clean  # type: ignore[union-attr]


def test_what_a_careless_writer_made_of_a_known_type_does_not_parse() -> None:
    """The tests of parking rely on it."""
    with pytest.raises(Exception, match="amount"):
        TYPES.parse(Unreadable.wire, Unreadable(box="a").data())
