"""Batches of events hold the events' canonical bytes, read by aiokafka's own reader as the oracle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from aiokafka.record.memory_records import MemoryRecords
from hypothesis import given
from hypothesis import strategies as st

from shienevents.core.envelope import Envelope, Record
from shienevents.kafka.cloudevents import CLOUDEVENT_HEADERS, key_of
from shienevents.kafka.packing import BATCH_BYTES, Batch, pack

SNAPPY = 2  # a codec, in a batch's attributes
STORE = UUID("018f2f3c-7a1b-7c3d-8e4f-5a6b7c8d9e0f")
codes = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=100)
moments = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - hypothesis wants it so
    timezones=st.just(UTC),
)
envelopes = st.builds(
    Envelope,
    id=st.uuids(),
    type=st.from_regex(r"[a-z][a-z0-9]{0,9}\.[a-z][a-z0-9_]{0,20}\.v[1-9][0-9]?", fullmatch=True),
    stream=texts,
    version=st.integers(1, 2**31 - 1),
    shard=st.integers(0, 11),
    seq=st.integers(1, 2**63 - 1),
    occurred_at=moments,
    recorded_at=moments,
    actor=texts,
    municipality=codes,
    area=codes,
    correlation=st.uuids(),
    causation=st.none() | st.uuids(),
    depth=st.integers(0, 2**15 - 1),
    traceparent=st.none() | st.just("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
)
rows = st.tuples(envelopes, st.binary(max_size=6000)).map(lambda pair: (*pair[0], pair[1]))


def assert_says(batch: Batch, expected: Sequence[tuple[object, ...]]) -> None:
    assert batch.count == len(expected)
    records = MemoryRecords(batch.build(7, 1, 3))
    read = records.next_batch()
    assert read.validate_crc()
    assert (read.base_offset, read.first_timestamp, read.max_timestamp) == (
        0, milliseconds(expected[0]), max(milliseconds(row) for row in expected),
    )  # fmt: skip
    assert (read.producer_id, read.producer_epoch, read.base_sequence) == (7, 1, 3)
    assert read.attributes & 7 == SNAPPY
    found = [(m.offset, m.timestamp, m.key, m.value, list(m.headers)) for m in read]
    wanted = [Record("needs", STORE, Envelope(*row[:15]), row[15]) for row in expected]  # type: ignore[arg-type]
    assert found == [
        (n, milliseconds(row), key_of(record), record.structured(), list(CLOUDEVENT_HEADERS))
        for n, (row, record) in enumerate(zip(expected, wanted, strict=True))
    ]
    assert records.next_batch() is None


def milliseconds(row: Sequence[object]) -> int:
    assert isinstance(row[7], datetime)
    return int(row[7].timestamp() * 1000)


@given(st.lists(rows, min_size=1, max_size=6))
def test_any_events_are_packed_as_their_canonical_bytes(found: list[tuple[object, ...]]) -> None:
    batch, end = pack("needs", STORE, found, 0)
    assert end == len(found)
    assert_says(batch, found)


def row(seq: int, data: bytes) -> tuple[object, ...]:
    at = datetime(2026, 4, 1, 9, 30, tzinfo=UTC) + timedelta(milliseconds=seq)
    return (STORE, "needs.need_recorded.v1", "s", 1, 0, seq, at, at, "a/b", "131016", "x", STORE, None, 0, None, data)


def test_batches_take_up_where_the_one_before_ended_and_keep_to_their_size() -> None:
    found = [row(n, bytes([n % 256]) * (1 + 997 * n % 3000)) for n in range(1, 2000)]
    begin, batches = 0, 0
    while begin < len(found):
        batch, end = pack("needs", STORE, found, begin)
        assert_says(batch, found[begin:end])
        assert len(b"".join(bytes(r[15]) for r in found[begin:end])) < BATCH_BYTES  # type: ignore[call-overload]
        begin, batches = end, batches + 1
    assert batches > 4


def test_a_record_larger_than_a_batch_goes_alone() -> None:
    found = [row(1, b"small"), row(2, b"x" * (BATCH_BYTES + 1)), row(3, b"small")]
    for n in range(3):
        batch, end = pack("needs", STORE, found, n)
        assert end == n + 1
        assert_says(batch, found[n:end])
