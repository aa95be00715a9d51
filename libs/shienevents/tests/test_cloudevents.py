"""Records as Kafka messages, against the official CloudEvents SDK as the oracle, in both directions."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from asyncpg.pgproto.pgproto import UUID as FastUUID
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event, to_binary_event
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given, settings
from hypothesis import strategies as st

from shienevents.core.envelope import Envelope, Record
from shienevents.core.errors import Contract
from shienevents.kafka.cloudevents import Foreign, Headers, headers_of, key_of, record_of

STORE = UUID("018f2f3c-7a1b-7c3d-8e4f-5a6b7c8d9e0f")
RECORD = Record(
    source="needs",
    store=STORE,
    envelope=Envelope(
        id=UUID("019a0000-0000-7000-8000-000000000001"),
        type="needs.need_recorded.v1",
        stream="need-019a0000-0000-7000-8000-0000000000aa",
        version=3,
        shard=7,
        seq=1234,
        occurred_at=datetime(2026, 4, 1, 9, 30, tzinfo=UTC),
        recorded_at=datetime(2026, 4, 1, 9, 30, 1, 50, tzinfo=UTC),
        actor="coordinator/高齢福祉課",
        municipality="131016",
        area="131016:03",
        correlation=UUID("019a0000-0000-7000-8000-0000000000bb"),
        causation=UUID("019a0000-0000-7000-8000-0000000000cc"),
        depth=1,
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ),
    data='{"note":"買い物"}'.encode(),
)
HEADERS = [
    ("content-type", b"application/json"),
    ("ce_specversion", b"1.0"),
    ("ce_id", b"019a0000-0000-7000-8000-000000000001"),
    ("ce_source", b"/needs/018f2f3c-7a1b-7c3d-8e4f-5a6b7c8d9e0f"),
    ("ce_type", b"needs.need_recorded.v1"),
    ("ce_time", b"2026-04-01T09:30:00.000000Z"),
    ("ce_subject", b"need-019a0000-0000-7000-8000-0000000000aa"),
    ("ce_sequence", b"0000000000000001234"),
    ("ce_partitionkey", b"131016:03"),
    ("ce_recordedtime", b"2026-04-01T09:30:01.000050Z"),
    ("ce_correlationid", b"019a0000-0000-7000-8000-0000000000bb"),
    ("ce_streamversion", b"3"),
    ("ce_actor", "coordinator/高齢福祉課".encode()),
    ("ce_municipality", b"131016"),
    ("ce_depth", b"1"),
    ("ce_causationid", b"019a0000-0000-7000-8000-0000000000cc"),
    ("ce_traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
]

codes = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)
moments = st.datetimes(timezones=st.just(UTC))
numbers = st.integers(1, 2**63 - 1)
envelopes = st.builds(
    Envelope,
    id=st.uuids(),
    type=st.from_regex(r"[a-z][a-z0-9]{0,9}\.[a-z][a-z0-9_]{0,20}\.v[1-9][0-9]?", fullmatch=True),
    stream=texts,
    version=st.integers(1, 2**31 - 1),
    shard=st.integers(0, 11),
    seq=numbers,
    occurred_at=moments,
    recorded_at=moments,
    actor=texts,
    municipality=codes,
    area=codes,
    correlation=st.uuids(),
    causation=st.none() | st.uuids(),
    depth=st.integers(0, 100),
    traceparent=st.none() | texts,
)
documents = st.dictionaries(texts, texts | st.integers(), max_size=4).map(
    lambda value: json.dumps(value, ensure_ascii=False).encode()
)
records = st.builds(
    Record,
    source=st.from_regex(r"[a-z][a-z0-9._~-]{0,63}", fullmatch=True),
    store=st.uuids(),
    envelope=envelopes,
    data=documents,
    offset=st.just(-1),
)


def attributes_of(record: Record) -> dict[str, Any]:
    """What the SDK should see in a record, written out by hand."""
    envelope = record.envelope
    seen: dict[str, Any] = {
        "specversion": "1.0",
        "datacontenttype": "application/json",
        "id": str(envelope.id),
        "source": f"/{record.source}/{record.store}",
        "type": envelope.type,
        "time": envelope.occurred_at,
        "subject": envelope.stream,
        "sequence": f"{envelope.seq:019}",
        "partitionkey": envelope.area,
        "recordedtime": envelope.recorded_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0"),
        "correlationid": str(envelope.correlation),
        "streamversion": str(envelope.version),
        "actor": envelope.actor,
        "municipality": envelope.municipality,
        "depth": str(envelope.depth),
    }
    if envelope.causation is not None:
        seen["causationid"] = str(envelope.causation)
    if envelope.traceparent is not None:
        seen["traceparent"] = envelope.traceparent
    return seen


def test_a_record_becomes_exactly_these_headers() -> None:
    assert headers_of(RECORD) == HEADERS


def test_the_key_is_the_area_code() -> None:
    assert key_of(RECORD) == b"131016:03"


def test_a_record_without_cause_and_trace_has_no_such_headers() -> None:
    plain = RECORD._replace(envelope=RECORD.envelope._replace(causation=None, traceparent=None))
    assert headers_of(plain) == HEADERS[:-2]
    assert record_of(7, HEADERS[:-2], RECORD.data) == plain


@settings(deadline=None)
@given(records)
def test_every_record_comes_back_whole(record: Record) -> None:
    assert record_of(record.envelope.shard, headers_of(record), record.data) == record


@settings(deadline=None)
@given(records)
def test_the_official_sdk_reads_what_we_write(record: Record) -> None:
    event = from_binary_event(KafkaMessage(dict(headers_of(record)), key_of(record), record.data))
    assert event.get_attributes() == attributes_of(record)
    assert event.get_data() == json.loads(record.data)


@settings(deadline=None)
@given(records)
def test_we_read_what_the_official_sdk_writes(record: Record) -> None:
    message = to_binary_event(CloudEvent(attributes_of(record), json.loads(record.data)))
    read = record_of(record.envelope.shard, list(message.headers.items()), record.data)
    assert (read, message.key) == (record, record.envelope.area)


@settings(deadline=None)
@given(st.lists(numbers, min_size=2))
def test_sequences_sort_as_text_as_they_do_as_numbers(sequence: list[int]) -> None:
    def header(seq: int) -> bytes:
        return dict(headers_of(RECORD._replace(envelope=RECORD.envelope._replace(seq=seq))))["ce_sequence"]

    assert sorted(map(header, sequence)) == [header(seq) for seq in sorted(sequence)]


def test_ids_are_read_as_a_subclass_of_uuid_so_that_they_compare_with_any_other() -> None:
    read = record_of(7, HEADERS, RECORD.data)
    assert isinstance(read.envelope.id, FastUUID)
    assert isinstance(read.envelope.id, UUID)
    assert len({read.envelope.id, RECORD.envelope.id}) == 1


def test_a_record_that_was_read_has_the_digest_of_the_one_that_was_written() -> None:
    assert record_of(7, HEADERS, RECORD.data).digest() == RECORD.digest()


def test_the_offset_it_was_found_at_stays_with_a_record() -> None:
    assert record_of(7, HEADERS, RECORD.data, 42) == RECORD._replace(offset=42)


def test_a_time_in_another_zone_is_written_in_utc() -> None:
    in_japan = RECORD.envelope.occurred_at.astimezone(timezone(timedelta(hours=9)))
    assert headers_of(RECORD._replace(envelope=RECORD.envelope._replace(occurred_at=in_japan))) == HEADERS


def test_a_time_without_a_zone_is_refused_when_writing() -> None:
    naive = RECORD.envelope._replace(recorded_at=datetime(2026, 4, 1))  # noqa: DTZ001
    with pytest.raises(Contract, match="has no time zone"):
        headers_of(RECORD._replace(envelope=naive))


@pytest.mark.parametrize("source", ["", "two words", "a/b", "必要", "x" * 65])
def test_a_service_name_that_is_no_uri_segment_is_refused_when_writing(source: str) -> None:
    with pytest.raises(Contract, match=r"source .* are expected"):
        headers_of(RECORD._replace(source=source))


def test_headers_of_others_and_their_order_do_not_matter() -> None:
    assert record_of(7, [("x-mirror", b"\xff"), *reversed(HEADERS)], RECORD.data) == RECORD


@pytest.mark.parametrize("name", [name for name, _ in HEADERS[:-2]])
def test_a_missing_header_is_named(name: str) -> None:
    with pytest.raises(Foreign, match=f"header {name} is missing"):
        record_of(7, [pair for pair in HEADERS if pair[0] != name], RECORD.data)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_id", b"42"),
        ("ce_id", b"\xff\xfe"),
        ("ce_id", b"sixteen bytes!!!"),
        ("ce_source", b"needs"),
        ("ce_source", b"/needs/not-a-uuid"),
        ("ce_source", b"/" + b"x" * 10_000 + b"/018f2f3c-7a1b-7c3d-8e4f-5a6b7c8d9e0f"),
        ("ce_type", b"com.example.Thing"),
        ("ce_type", b"needs." + b"x" * 10_000 + b".v1"),
        ("ce_type", b"needs.need_recorded.v0"),
        ("ce_time", b"2026-04-01T09:30:00.000000+09:00"),
        ("ce_time", b"2026-04-01T09:30:00.000000"),
        ("ce_time", b"2026-04-01T09:30:00.0000001Z"),
        ("ce_time", b"2026-02-30T09:30:00.000000Z"),
        ("ce_time", b"0000-04-01T09:30:00.000000Z"),
        ("ce_time", b"10000-04-01T09:30:00.00000Z"),
        ("ce_time", b"2026-04-01T25:00:00.000000Z"),
        ("ce_time", b"2026-04-01T09:30:60.000000Z"),
        ("ce_time", "令和８年四月一日".encode()),
        ("ce_time", b""),
        ("ce_recordedtime", b"yesterday"),
        ("ce_subject", b""),
        ("ce_subject", b"need-\0"),
        ("ce_subject", b"\xed\xa0\x80"),
        ("ce_subject", b"\xc0\x80"),
        ("ce_sequence", b"1234"),
        ("ce_sequence", b"0000000000000000000"),
        ("ce_sequence", b"9999999999999999999"),
        ("ce_sequence", b"+000000000000001234"),
        ("ce_sequence", b"000000000_000001234"),
        ("ce_sequence", "１２３４".encode()),
        ("ce_partitionkey", b"-x"),
        ("ce_partitionkey", "千代田".encode()),
        ("ce_partitionkey", b"131016\n"),
        ("ce_correlationid", b""),
        ("ce_causationid", b"nothing"),
        ("ce_streamversion", b"0"),
        ("ce_streamversion", b"2147483648"),
        ("ce_streamversion", b"-1"),
        ("ce_streamversion", b"1.0"),
        ("ce_streamversion", b""),
        ("ce_streamversion", b"9" * 5000),
        ("ce_actor", b""),
        ("ce_actor", b"\x83\x6c"),
        ("ce_municipality", b""),
        ("ce_depth", b"-1"),
        ("ce_depth", b"32768"),
        ("ce_depth", b"NaN"),
        ("ce_traceparent", b"\0"),
    ],
)
def test_a_malformed_header_is_named_with_what_it_holds(name: str, value: bytes) -> None:
    with pytest.raises(Foreign) as caught:
        record_of(7, [*(pair for pair in HEADERS if pair[0] != name), (name, value)], RECORD.data)
    assert str(caught.value).startswith(f"header {name} b'")
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "others",
    [
        [("content-type", b"application/cloudevents+json")],
        [("ce_specversion", b"0.3")],
        [("content-type", b"application/json; charset=utf-8")],
    ],
)
def test_another_mode_version_or_media_type_is_not_ours(others: Headers) -> None:
    with pytest.raises(Foreign, match=r"CloudEvents 1\.0 with application/json is expected"):
        record_of(7, list((dict(HEADERS) | dict(others)).items()), RECORD.data)


def test_a_repeated_header_is_refused_rather_than_read_in_one_of_two_ways() -> None:
    with pytest.raises(Foreign, match="a header is repeated"):
        record_of(7, [*HEADERS, ("ce_sequence", b"0000000000000009999")], RECORD.data)


def test_a_null_value_is_refused() -> None:
    with pytest.raises(Foreign, match="there is no value"):
        record_of(7, HEADERS, None)


def test_a_record_without_any_header_is_refused() -> None:
    with pytest.raises(Foreign, match="is missing"):
        record_of(7, [], b"hello")


def test_foreign_is_a_value_error_and_in_the_tree() -> None:
    assert issubclass(Foreign, ValueError)
    assert issubclass(Foreign, Contract)


broken = st.binary(max_size=60) | st.text(max_size=20).map(str.encode) | st.none()


@settings(deadline=None)
@given(st.sampled_from(HEADERS), broken)
def test_any_bytes_in_any_header_are_read_or_refused_and_nothing_else(pair: tuple[str, bytes], value: Any) -> None:
    changed = [(name, value if name == pair[0] else held) for name, held in HEADERS]
    try:
        read = record_of(7, changed, RECORD.data)
    except Foreign as error:
        assert str(error)  # noqa: PT017
    else:
        assert "\0" not in repr(read.envelope)
        assert record_of(7, headers_of(read), RECORD.data) == read


@pytest.mark.parametrize("function", [record_of, headers_of])
def test_both_directions_are_documented(function: Callable[..., Any]) -> None:
    assert function.__doc__
