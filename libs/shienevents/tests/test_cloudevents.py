"""Records as Kafka messages, against the official CloudEvents SDK as the oracle, in both directions."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from asyncpg.pgproto.pgproto import UUID as FastUUID
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured_event, to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from shienevents.core.canonical_json import canonical
from shienevents.core.envelope import Envelope, Record
from shienevents.core.errors import Contract
from shienevents.kafka.cloudevents import CLOUDEVENT_HEADERS, _canonical, _short_actor, key_of, record_of
from shienevents.kafka.json_events import Foreign, record_of_json

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
EVENT: dict[str, Any] = {
    "actor": "coordinator/高齢福祉課",
    "causationid": "019a0000-0000-7000-8000-0000000000cc",
    "correlationid": "019a0000-0000-7000-8000-0000000000bb",
    "data": {"note": "買い物"},
    "datacontenttype": "application/json",
    "depth": 1,
    "id": "019a0000-0000-7000-8000-000000000001",
    "municipality": "131016",
    "partitionkey": "131016:03",
    "recordedtime": "2026-04-01T09:30:01.000050Z",
    "sequence": "0000000000000001234",
    "source": "/needs/018f2f3c-7a1b-7c3d-8e4f-5a6b7c8d9e0f",
    "specversion": "1.0",
    "streamversion": 3,
    "subject": "need-019a0000-0000-7000-8000-0000000000aa",
    "time": "2026-04-01T09:30:00.000000Z",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "type": "needs.need_recorded.v1",
}
VALUE = json.dumps(EVENT, ensure_ascii=False, separators=(",", ":")).encode()
HEADERS = CLOUDEVENT_HEADERS


def value_of(**changed: Any) -> bytes:
    """The event with other attributes, as `structured` would write them; those that are `None` are left out."""
    found = {name: value for name, value in (EVENT | changed).items() if value is not None}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")


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
documents = st.dictionaries(texts, texts | st.integers(1 - 2**53, 2**53 - 1), max_size=4).map(canonical)
records = st.builds(
    Record,
    source=st.from_regex(r"[a-z][a-z0-9._~-]{0,63}", fullmatch=True),
    store=st.uuids(),
    envelope=envelopes,
    data=documents,
    offset=st.just(-1),
)


def attributes_of(record: Record) -> dict[str, Any]:
    """What an SDK should see in a record, written out by hand."""
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
        "streamversion": envelope.version,
        "actor": envelope.actor,
        "municipality": envelope.municipality,
        "depth": envelope.depth,
    }
    if envelope.causation is not None:
        seen["causationid"] = str(envelope.causation)
    if envelope.traceparent is not None:
        seen["traceparent"] = envelope.traceparent
    return seen


def test_a_record_becomes_exactly_these_bytes() -> None:
    assert RECORD.structured() == VALUE


@given(records)
def test_the_bytes_are_the_canonical_form_of_the_whole_event(record: Record) -> None:
    attributes = attributes_of(record) | {"data": json.loads(record.data)}
    attributes["time"] = attributes["time"].strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")
    assert record.structured() == rfc8785.dumps(attributes)


def test_the_key_is_the_area_code() -> None:
    assert key_of(RECORD) == b"131016:03"


def test_a_record_without_cause_and_trace_has_no_such_attributes() -> None:
    plain = RECORD._replace(envelope=RECORD.envelope._replace(causation=None, traceparent=None))
    assert plain.structured() == value_of(causationid=None, traceparent=None)
    for record in (
        plain,
        RECORD._replace(envelope=RECORD.envelope._replace(causation=None)),
        RECORD._replace(envelope=RECORD.envelope._replace(traceparent=None)),
    ):
        assert record_of(7, HEADERS, record.structured()) == record


@given(records)
def test_every_record_comes_back_whole(record: Record) -> None:
    assert record_of(record.envelope.shard, HEADERS, record.structured()) == record


@given(records)
def test_the_quick_way_and_the_json_parser_read_the_same(record: Record) -> None:
    assert record_of_json(record.envelope.shard, record.structured(), -1) == record
    assert _canonical(record.envelope.shard, record.structured(), -1) == record


TRICKS = [
    {"note": ',"data":{'},
    {"data": {"data": {}}},
    {"x": {}, "datacontenttype": "application/json", "depth": 9, "id": "x"},
    {"x": {"y": {}, "datacontenttype": "application/json", "depth": 9}},
    {"note": '},"datacontenttype":"application/json","depth":'},
    {"note": '","municipality":"', "more": '","recordedtime":"'},
]


@pytest.mark.parametrize("data", TRICKS)
def test_data_that_looks_like_an_envelope_stays_data(data: dict[str, Any]) -> None:
    record = RECORD._replace(data=canonical(data))
    assert record_of(7, HEADERS, record.structured()) == record


@pytest.mark.parametrize(
    "text", [',"data":{', '","time":"', '","type":"x"}', '"', "\\", '\\"', "\u0001\n", ',"subject":"', "𠮷"]
)
def test_text_that_looks_like_an_envelope_stays_text(text: str) -> None:
    record = RECORD._replace(envelope=RECORD.envelope._replace(actor=text, stream=text, traceparent=text))
    assert record_of(7, HEADERS, record.structured()) == record
    assert record_of_json(7, record.structured(), -1) == record


@given(records)
def test_the_official_sdk_reads_what_we_write(record: Record) -> None:
    event = from_structured_event(KafkaMessage(dict(HEADERS), key_of(record), record.structured()))
    assert event.get_attributes() == attributes_of(record)
    assert event.get_data() == json.loads(record.data)


@given(records)
def test_we_read_what_the_official_sdk_writes(record: Record) -> None:
    message = to_structured_event(CloudEvent(attributes_of(record), json.loads(record.data)))
    assert isinstance(message.value, bytes)
    read = record_of(record.envelope.shard, list(message.headers.items()), message.value)
    assert (read, message.key) == (record, record.envelope.area)


@given(st.lists(numbers, min_size=2))
def test_sequences_sort_as_text_as_they_do_as_numbers(sequence: list[int]) -> None:
    def text(seq: int) -> str:
        event = json.loads(RECORD._replace(envelope=RECORD.envelope._replace(seq=seq)).structured())
        return str(event["sequence"])

    assert sorted(map(text, sequence)) == [text(seq) for seq in sorted(sequence)]


def test_ids_are_read_as_a_subclass_of_uuid_so_that_they_compare_with_any_other() -> None:
    for read in (record_of(7, HEADERS, VALUE), record_of_json(7, VALUE, -1)):
        assert isinstance(read.envelope.id, FastUUID)
        assert isinstance(read.envelope.id, UUID)
        assert len({read.envelope.id, RECORD.envelope.id}) == 1


def test_a_record_that_was_read_has_the_digest_of_the_one_that_was_written() -> None:
    assert record_of(7, HEADERS, VALUE).digest() == RECORD.digest() == sha256(VALUE).digest()


def test_the_offset_it_was_found_at_stays_with_a_record() -> None:
    assert record_of(7, HEADERS, VALUE, 42) == RECORD._replace(offset=42)
    assert record_of(7, HEADERS, b" " + VALUE, 42) == RECORD._replace(offset=42)


def test_a_time_in_another_zone_is_written_in_utc() -> None:
    in_japan = RECORD.envelope.occurred_at.astimezone(timezone(timedelta(hours=9)))
    assert RECORD._replace(envelope=RECORD.envelope._replace(occurred_at=in_japan)).structured() == VALUE


@pytest.mark.parametrize("name", ["occurred_at", "recorded_at"])
def test_a_time_without_a_zone_is_refused_when_writing(name: str) -> None:
    changed: dict[str, Any] = {name: datetime(2026, 4, 1)}  # noqa: DTZ001
    naive = RECORD.envelope._replace(**changed)
    with pytest.raises(Contract, match="has no time zone"):
        RECORD._replace(envelope=naive).structured()


@pytest.mark.parametrize("source", ["", "two words", "a/b", "必要", "x" * 65])
def test_a_service_name_that_is_no_uri_segment_is_refused_when_writing(source: str) -> None:
    with pytest.raises(Contract, match=r"source .* are expected"):
        RECORD._replace(source=source).structured()


def test_further_headers_and_attributes_and_their_order_and_spaces_do_not_matter() -> None:
    more = [("x-mirror", b"\xff"), *HEADERS]
    assert record_of(7, more, VALUE) == RECORD
    reordered = {"dataschema": "urn:x", **dict(reversed(EVENT.items()))}
    for value in (json.dumps(reordered), json.dumps(reordered, indent=2), json.dumps(EVENT)):
        assert record_of(7, more, value.encode()) == RECORD


REQUIRED = [name for name in EVENT if name not in ("causationid", "traceparent")]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_attribute_is_named(name: str) -> None:
    with pytest.raises(Foreign, match=f"attribute {name} is missing"):
        record_of(7, HEADERS, value_of(**{name: None}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "42"),
        ("id", "sixteen bytes!!!"),
        ("id", 42),
        ("source", "needs"),
        ("source", "/needs/not-a-uuid"),
        ("source", "/" + "x" * 10_000 + "/018f2f3c-7a1b-7c3d-8e4f-5a6b7c8d9e0f"),
        ("type", "com.example.Thing"),
        ("type", "needs." + "x" * 10_000 + ".v1"),
        ("type", "needs.need_recorded.v0"),
        ("time", "2026-04-01T09:30:00.000000+09:00"),
        ("time", "2026-04-01T09:30:00.000000"),
        ("time", "2026-04-01T09:30:00.0000001Z"),
        ("time", "2026-04-01 09:30:00.000000Z"),
        ("time", "2026-02-30T09:30:00.000000Z"),
        ("time", "2026-W14-3T09:30:00.000000Z"),
        ("time", "2026-04-01T093000.12345678Z"),
        ("time", "2026-04-01T09:30:00,000000Z"),
        ("time", {str(n): n for n in range(20)}),
        ("recordedtime", "2026-W14-3T09:30:00.000000Z"),
        ("time", "0000-04-01T09:30:00.000000Z"),
        ("time", "10000-04-01T09:30:00.00000Z"),
        ("time", "2026-04-01T25:00:00.000000Z"),
        ("time", "2026-04-01T09:30:60.000000Z"),
        ("time", "令和８年四月一日"),
        ("time", ""),
        ("recordedtime", "yesterday"),
        ("recordedtime", "2026-13-01T09:30:00.000000Z"),
        ("subject", ""),
        ("subject", "need-\0"),
        ("subject", ["need"]),
        ("sequence", "1234"),
        ("sequence", 1234),
        ("sequence", "0000000000000000000"),
        ("sequence", "9999999999999999999"),
        ("sequence", "+000000000000001234"),
        ("sequence", "000000000_000001234"),
        ("sequence", "０００００００００００００００１２３４"),
        ("partitionkey", "-x"),
        ("partitionkey", "千代田"),
        ("partitionkey", "131016\n"),
        ("correlationid", ""),
        ("correlationid", "x" * 36),
        ("causationid", "nothing"),
        ("causationid", "x" * 36),
        ("streamversion", 0),
        ("streamversion", 2147483648),
        ("streamversion", -1),
        ("streamversion", True),
        ("streamversion", "3"),
        ("actor", ""),
        ("actor", 1),
        ("municipality", ""),
        ("depth", -1),
        ("depth", 32768),
        ("depth", "1"),
        ("traceparent", "\0"),
        ("traceparent", ""),
        ("data", []),
        ("data", "text"),
        ("data", {"n": 2**53 + 1}),
        ("data", {"note": "\0"}),
        ("specversion", "0.3"),
        ("datacontenttype", "application/json; charset=utf-8"),
        ("datacontenttype", "text/plain"),
    ],
)
def test_a_malformed_attribute_is_named_with_what_it_holds(name: str, value: Any) -> None:
    with pytest.raises(Foreign) as caught:
        record_of_json(7, value_of(**{name: value}), -1)
    assert str(caught.value).startswith(f"attribute {name} ")
    assert len(str(caught.value)) < 400
    # The quick way does not parse the data: whoever reads the event finds out.
    if name != "data" or not isinstance(value, dict):
        with pytest.raises(Foreign):
            record_of(7, HEADERS, value_of(**{name: value}))


@pytest.mark.parametrize(
    "value",
    [
        b"hello",
        b"",
        b"[]",
        b"\xff",
        b"\xef\xbb\xbf" + VALUE,
        VALUE[:-1],
        VALUE + b"x",
        VALUE.decode().encode("utf-16"),
        VALUE.replace("高齢".encode(), b"\xed\xa0\x80"),
        VALUE.replace("高齢".encode(), b"\\ud800"),
        VALUE.replace("高齢".encode(), b"\x01"),
        VALUE.replace(b'"depth":1', b'"depth":01'),
        VALUE.replace(b'"depth":1', b'"depth":1.0'),
        VALUE.replace(b'"streamversion":3', b'"streamversion":' + b"9" * 5000),
        VALUE.replace(b'"streamversion":3', b'"streamversion":NaN'),
        VALUE.replace(b"T09:30:00", b'"09:30:00'),
        VALUE.replace(b'{"note":"', b"[" * 5000 + b'{"note":"'),
    ],
)
def test_what_is_not_json_or_holds_a_float_is_refused(value: bytes) -> None:
    with pytest.raises(Foreign):
        record_of(7, HEADERS, value)


@pytest.mark.parametrize("value", [VALUE + VALUE, value_of().replace(b'"data":{', b'"data":{},"data":{')])
def test_data_that_is_more_than_one_value_is_refused_by_its_parser(value: bytes) -> None:
    with pytest.raises(Foreign):
        record_of_json(7, value, -1)
    with pytest.raises(json.JSONDecodeError):
        json.loads(record_of(7, HEADERS, value).data)


@pytest.mark.parametrize("data", [b"{\xff}", b"{x}", b'{"a":' + b"[" * 5000 + b"}", b'{"a":"\x01"}'])
def test_data_that_nobody_can_read_is_left_to_the_reader_of_the_event(data: bytes) -> None:
    value = VALUE.replace(b'{"note":"' + "買い物".encode() + b'"}', data)
    assert record_of(7, HEADERS, value) == RECORD._replace(data=data)


@pytest.mark.parametrize("name", [name for name in EVENT if name != "data"])
def test_a_repeated_attribute_is_refused_rather_than_read_in_one_of_two_ways(name: str) -> None:
    member = json.dumps({name: EVENT[name]}, ensure_ascii=False, separators=(",", ":"))[1:-1].encode()
    for value in (
        b"{" + member + b"," + VALUE[1:],
        VALUE[:-1] + b"," + member + b"}",
        VALUE.replace(member, member + b"," + member),
    ):
        with pytest.raises(Foreign, match=f"attribute '{name}' is repeated"):
            record_of(7, HEADERS, value)


def assert_read_as_json(value: bytes) -> None:
    """The same record as the JSON parser's, or refused with the same words."""
    outcomes: list[object] = []
    for quick in (False, True):
        try:
            outcomes.append(record_of(7, HEADERS, value) if quick else record_of_json(7, value, -1))
        except Foreign as error:
            outcomes.append(str(error))
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize(
    ("longer", "shorter"),
    [
        (b'"depth":1,"depth":1', b'"time":"2026-04-01T09:30:00Z"'),
        (b'"depth":1,"depth":1', b'"correlationid":"019a000000007000800000000000bb"'),
        (b'"depth":1, "more":1    ', b'"sequence":"1234"'),
        (b'"depth":1 ', b'"streamversion":3'),
        (b'"depth":-0', b'"streamversion":3'),
    ],
)
def test_bytes_of_the_canonical_length_that_are_not_canonical_are_read_as_json(longer: bytes, shorter: bytes) -> None:
    name = shorter[: shorter.index(b":") + 1]
    member = name + json.dumps(EVENT[json.loads(name[:-1])]).encode()
    value = VALUE.replace(member, shorter).replace(b'"depth":1', longer)
    value += b" " * (len(VALUE) - len(value))
    assert_read_as_json(value)
    with pytest.raises(ValueError, match=r"^not "):
        _canonical(7, value, -1)


@pytest.mark.parametrize(
    "data",
    [
        b'{"people":1,"people":999}',
        b'{"people":1,"x":1.5}',
        b'{"b":1,"a":2}',
        b'{ "a" : 1 }',
        b'{"people":1},"data":{"people":2}',
        b'{"people":1,"data":{"people":999,"x":NaN},"datacontenttype":1}',
        b'{"note":"x"}',
    ],
)
@pytest.mark.parametrize("first", [name for name in EVENT if name != "actor"])
def test_attributes_in_another_order_are_read_as_json(first: str, data: bytes) -> None:
    members = {name: json.dumps({name: EVENT[name]}, ensure_ascii=False, separators=(",", ":"))[1:-1] for name in EVENT}
    members["data"] = f'"data":{data.decode()}'
    value = ("{" + ",".join([members.pop(first), *members.values()]) + "}").encode()
    with pytest.raises(ValueError, match=r"^(not|JSON) "):
        _canonical(7, value, -1)
    assert_read_as_json(value)


def test_every_byte_of_the_envelope_counts() -> None:
    """Whatever byte is exchanged outside the data: it is refused, or read as the JSON parser reads it."""
    begin, end = VALUE.index(b'{"note"'), VALUE.index(b',"datacontenttype"')
    for at in [*range(begin), *range(end, len(VALUE))]:
        for byte in b'x"\\0,:}{ \n':
            value = VALUE[:at] + bytes([byte]) + VALUE[at + 1 :]
            try:
                expected: Record | None = record_of_json(7, value, -1)
            except Foreign:
                expected = None
            try:
                found: Record | None = record_of(7, HEADERS, value)
            except Foreign:
                found = None
            assert found == expected, (at, value)


@pytest.mark.parametrize(
    "content_type", [b"application/json", b"application/cloudevents+json; charset=utf-8", b"application/avro", b""]
)
def test_another_mode_or_media_type_is_not_ours(content_type: bytes) -> None:
    with pytest.raises(Foreign, match=r"application/cloudevents\+json is expected"):
        record_of(7, [("content-type", content_type)], VALUE)


def test_an_event_in_binary_mode_is_not_ours() -> None:
    message = to_binary_event(CloudEvent(attributes_of(RECORD), json.loads(RECORD.data)))
    with pytest.raises(Foreign, match="header content-type"):
        record_of(7, list(message.headers.items()), RECORD.data)


def test_a_repeated_header_is_refused_rather_than_read_in_one_of_two_ways() -> None:
    with pytest.raises(Foreign, match="a header is repeated"):
        record_of(7, [*HEADERS, *HEADERS], VALUE)


def test_a_null_value_is_refused() -> None:
    with pytest.raises(Foreign, match="there is no value"):
        record_of(7, HEADERS, None)


def test_a_record_without_any_header_is_refused() -> None:
    with pytest.raises(Foreign, match="header content-type None"):
        record_of(7, [], VALUE)


def test_foreign_is_a_value_error_and_in_the_tree() -> None:
    assert issubclass(Foreign, ValueError)
    assert issubclass(Foreign, Contract)


def test_what_is_remembered_of_foreign_records_is_short() -> None:
    value = value_of(actor="x" * 100_000)
    before = _short_actor.cache_info().currsize
    assert record_of(7, HEADERS, value).envelope.actor == "x" * 100_000
    assert _short_actor.cache_info().currsize == before


broken = st.text(max_size=20) | st.integers() | st.none() | st.booleans() | st.lists(st.integers(), max_size=2)


@given(st.sampled_from(list(EVENT)), broken)
def test_any_value_of_any_attribute_is_read_or_refused_and_nothing_else(name: str, value: Any) -> None:
    try:
        read = record_of(7, HEADERS, value_of(**{name: value}))
    except Foreign as error:
        assert str(error)  # noqa: PT017
    else:
        assert "\0" not in repr(read.envelope)
        assert record_of(7, HEADERS, read.structured()) == read


@given(st.integers(0, len(VALUE)), st.integers(0, 40), st.binary(max_size=40))
def test_any_bytes_anywhere_are_read_or_refused_and_nothing_else(at: int, without: int, more: bytes) -> None:
    try:
        read = record_of(7, HEADERS, VALUE[:at] + more + VALUE[at + without :])
    except Foreign as error:
        assert str(error)  # noqa: PT017
    else:
        assert "\0" not in repr(read.envelope)


@pytest.mark.parametrize("function", [record_of, Record.structured])
def test_both_directions_are_documented(function: Callable[..., Any]) -> None:
    assert function.__doc__
