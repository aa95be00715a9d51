"""Batches read from the bytes say what aiokafka and `record_of` say, whoever wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import PartitionRecords
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from hypothesis import given, settings
from hypothesis import strategies as st

from shienevents.core.envelope import Record
from shienevents.kafka.cloudevents import Foreign, headers_of, record_of
from shienevents.kafka.reading import Reader, _Batches, _PartitionRecords
from shienevents.kafka.record_batch import pack

from .listening import heard
from .test_kafka_batch import STORE, row, rows

PLACE = TopicPartition("needs.events", 3)
GOOD = headers_of(heard(2))


def taken(message: Any) -> Record | None:
    try:
        return record_of(PLACE.partition, message.headers, message.value, message.offset)
    except Foreign:
        return None


class Counting(Reader):
    """Counts the messages that were not read from the bytes."""

    def __init__(self) -> None:
        super().__init__(PLACE.partition, taken)
        self.messages = 0

    def take(self, message: Any) -> Record | None:
        self.messages += 1
        return super().take(message)


def read(reader: Reader, data: bytes, offset: int = 0) -> list[Record | None]:
    return list(_PartitionRecords(reader, PLACE, _Batches(data), None, offset, None, None, True, 0))


def oracle(data: bytes, offset: int = 0) -> list[Record | None]:
    return [taken(m) for m in PartitionRecords(PLACE, MemoryRecords(data), None, offset, None, None, True, 0)]


def packed(found: Sequence[tuple[object, ...]]) -> bytes:
    batch, end = pack("needs", STORE, found, 0)
    assert end == len(found)
    return batch._build()


def built(messages: Sequence[tuple[bytes | None, list[tuple[str, bytes]]]], codec: int = 0) -> bytes:
    """A batch as any producer might send it."""
    batch = DefaultRecordBatchBuilder(2, codec, 0, -1, -1, -1, 1 << 20)
    for offset, (value, headers) in enumerate(messages):
        batch.append(offset, 1_700_000_000_000 + 99 * offset, b"k", value, headers)
    return bytes(batch.build())


@settings(deadline=None)
@given(st.lists(rows, min_size=1, max_size=6), st.lists(rows, min_size=1, max_size=6))
def test_what_a_relay_packs_is_read_as_aiokafka_reads_it(
    first: list[tuple[object, ...]], then: list[tuple[object, ...]]
) -> None:
    reader = Counting()
    for found in (first, then + first, first):
        assert read(reader, packed(found)) == oracle(packed(found))


def test_what_looks_like_a_record_before_is_read_from_the_bytes() -> None:
    reader = Counting()
    found = [row(n, b"{}" * n) for n in range(1, 500)]
    assert read(reader, packed(found) + packed(found)) == oracle(packed(found) + packed(found))
    assert reader.messages == 1
    assert read(reader, packed(found), 250) == oracle(packed(found), 250)


def variants(name: str, value: bytes) -> list[list[tuple[str, bytes]]]:
    """Another value of the same length where the header stands, one more of it, and none."""
    at = [header for header, _ in GOOD].index(name)
    return [[*GOOD[:at], (name, value), *GOOD[at + 1 :]], [*GOOD, (name, value)], [*GOOD[:at], *GOOD[at + 1 :]]]


STRANGE = [
    GOOD[::-1],
    [],
    *variants("ce_id", b"x" * 36),
    *variants("ce_id", b"\xff" * 36),
    *variants("ce_time", b"2026-04-01T09:30:00.0000000"),
    *variants("ce_time", b"2026-04-01 at half past 9 Z"),
    *variants("ce_recordedtime", b"2026-13-01T09:30:00.000000Z"),
    *variants("ce_sequence", b"+" + b"0" * 16 + b"_3"),
    *variants("ce_sequence", b"0" * 19),
    *variants("ce_sequence", b"9" * 19),
    *variants("ce_streamversion", b"0"),
    *variants("ce_streamversion", b"-"),
    *variants("ce_correlationid", b"{" + b"0" * 34 + b"}"),
    *variants("ce_partitionkey", b"\0" * len(dict(GOOD)["ce_partitionkey"])),
    *variants("ce_subject", b"\0" * len(dict(GOOD)["ce_subject"])),
    *variants("ce_subject", b"\xff" * len(dict(GOOD)["ce_subject"])),
    [*GOOD, ("ce_causationid", b"0" * 36)],
    [*GOOD, ("ce_traceparent", b"\0")],
    [*GOOD, ("ce_traceparent", b"")],
    [*GOOD, ("ce_traceparent", b"00"), ("ce_causationid", dict(GOOD)["ce_id"])],
    [*GOOD, ("more", b"yes")],
]


@pytest.mark.parametrize("codec", [0, 1, 2, 3])
def test_what_is_strange_is_read_as_aiokafka_reads_it_between_what_is_not(codec: int) -> None:
    reader = Counting()
    good = (b"{}", GOOD)
    for headers in [*STRANGE, *STRANGE]:
        data = built([good, good, (b"{}", headers), (None, GOOD), (b"", GOOD), good], codec)
        assert read(reader, data) == oracle(data)


def test_a_corrupt_batch_is_refused() -> None:
    data = bytearray(packed([row(1, b"{}")]))
    data[-1] ^= 1
    with pytest.raises(CorruptRecordException):
        read(Counting(), bytes(data))


def test_a_batch_that_was_cut_off_waits_for_the_next_fetch() -> None:
    whole = packed([row(1, b"{}")])
    for end in (len(whole) + 1, len(whole) + 30, 2 * len(whole) - 1):
        assert read(Counting(), (whole + whole)[:end]) == oracle(whole)


def test_what_is_remembered_is_bounded() -> None:
    reader = Counting()
    for n in range(1, 9000):
        one = (*row(n, b"{}")[:8], f"{n}", *row(n, b"{}")[9:])
        assert read(reader, packed([one])) == oracle(packed([one]))
        assert max(len(reader._fixed), len(reader._areas), len(reader._layouts)) <= 4096
