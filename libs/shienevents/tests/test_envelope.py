"""Envelopes, homes, actors, origins, and the shard of an area code."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from aiokafka.partitioner import murmur2
from asyncpg.pgproto.pgproto import UUID as FastUUID
from hypothesis import given
from hypothesis import strategies as st

from shienevents.core.envelope import Actor, Envelope, Home, Idempotency, Origin, Record
from shienevents.core.errors import Malformed
from shienevents.kafka.partitions import shard_of

ENVELOPE = Envelope(
    id=UUID(int=1),
    type="needs.need_recorded.v1",
    stream="need-1",
    version=1,
    shard=0,
    seq=1,
    occurred_at=datetime(2026, 4, 1, tzinfo=UTC),
    recorded_at=datetime(2026, 4, 1, 0, 0, 1, 5, tzinfo=UTC),
    actor="coordinator/north",
    municipality="131016",
    area="131016:03",
    correlation=UUID(int=2),
    causation=None,
    depth=0,
    traceparent=None,
)
RECORD = Record("needs", UUID(int=3), ENVELOPE, b'{"people":1}')


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("21", -973932308),
        ("foobar", -790332482),
        ("a-little-bit-long-string", -985981536),
        ("a-little-bit-longer-string", -1486304829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        ("abc", 479470107),
    ],
)
def test_the_hash_is_that_of_kafkas_own_unit_tests(key: str, expected: int) -> None:
    assert murmur2(key.encode()) & 0xFFFFFFFF == expected & 0xFFFFFFFF
    assert shard_of(key, 12) == (expected & 0x7FFFFFFF) % 12


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", fullmatch=True), st.integers(1, 1024))
def test_every_area_has_one_shard_within_the_count(area: str, shards: int) -> None:
    assert 0 <= shard_of(area, shards) < shards
    assert shard_of(area, shards) == shard_of(area, shards)


def test_the_digest_is_over_the_canonical_event_that_is_published() -> None:
    event = (
        b'{"actor":"coordinator/north","correlationid":"00000000-0000-0000-0000-000000000002",'
        b'"data":{"people":1},"datacontenttype":"application/json","depth":0,'
        b'"id":"00000000-0000-0000-0000-000000000001","municipality":"131016","partitionkey":"131016:03",'
        b'"recordedtime":"2026-04-01T00:00:01.000005Z","sequence":"0000000000000000001",'
        b'"source":"/needs/00000000-0000-0000-0000-000000000003","specversion":"1.0","streamversion":1,'
        b'"subject":"need-1","time":"2026-04-01T00:00:00.000000Z","type":"needs.need_recorded.v1"}'
    )
    assert RECORD.structured() == event
    assert RECORD.digest() == sha256(event).digest()


def test_the_digest_does_not_depend_on_which_library_made_the_ids() -> None:
    fast = ENVELOPE._replace(id=FastUUID(str(ENVELOPE.id)), correlation=FastUUID(str(ENVELOPE.correlation)))
    assert RECORD._replace(envelope=fast, store=FastUUID(str(RECORD.store))).digest() == RECORD.digest()


# Not with the shard: it follows from the area, and other consumers of the topic do not know it.
@pytest.mark.parametrize("field", [field for field in Envelope._fields if field != "shard"])
def test_the_digest_changes_with_every_field_of_the_envelope(field: str) -> None:
    others: dict[type, Any] = {str: "2", int: 9, datetime: datetime(2027, 1, 1, tzinfo=UTC), UUID: UUID(int=9)}
    now = getattr(ENVELOPE, field)
    other: Any = {"causation": UUID(int=9), "traceparent": "2"}[field] if now is None else others[type(now)]
    changed = ENVELOPE._replace(**{field: other})
    assert RECORD._replace(envelope=changed).digest() != RECORD.digest()


@pytest.mark.parametrize(("field", "other"), [("source", "matching"), ("store", UUID(int=9)), ("data", b"{}")])
def test_the_digest_changes_with_source_store_and_data(field: str, other: Any) -> None:
    assert RECORD._replace(**{field: other}).digest() != RECORD.digest()


@pytest.mark.parametrize("code", ["131016", "131016:03", "A", "a.b_c-d:e", "9" * 64])
def test_a_home_takes_codes(code: str) -> None:
    assert Home(code, code) == Home(municipality=code, area=code)


@pytest.mark.parametrize(
    "code", ["", "-1", "１３１０１６", "千代田", "a b", "a/b", "131016\n", "a\0", "9" * 65, "\u202e1"]
)
def test_a_home_refuses_what_is_no_code_and_names_the_field(code: str) -> None:
    with pytest.raises(Malformed, match=r"^municipality: "):
        Home(code, "131016")
    with pytest.raises(Malformed, match=r"^area: "):
        Home("131016", code)


def test_an_actor_is_written_as_role_and_body() -> None:
    assert str(Actor("coordinator", "高齢福祉課")) == "coordinator/高齢福祉課"


@pytest.mark.parametrize("text", ["", "a\0", "a\r\nb", "x" * 101, "\u202e", "\ud800"])
def test_an_actor_that_would_break_a_log_line_or_the_database_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="actor: a role"):
        Actor(text, "north")
    with pytest.raises(Malformed, match="actor: a body"):
        Actor("coordinator", text)


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb", "a\0"])
def test_an_idempotency_key_out_of_form_is_refused(key: str) -> None:
    with pytest.raises(Malformed, match="Idempotency-Key"):
        Idempotency("somebody", key, b"")


ACTOR = Actor("coordinator", "north")


def test_an_origin_without_a_zone_is_refused() -> None:
    with pytest.raises(Malformed, match="a time with its zone"):
        Origin(ACTOR, occurred_at=datetime(2026, 4, 1))  # noqa: DTZ001


def test_an_origin_keeps_a_traceparent_and_goes_on_without_a_broken_one() -> None:
    good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert Origin(ACTOR, traceparent=good).traceparent == good
    for broken in ("", "00", good.upper(), good + "\n", "x" * 10_000, good.replace("0", "\0", 1)):
        assert Origin(ACTOR, traceparent=broken).traceparent is None


def test_an_origin_names_no_thread_and_no_cause_unless_it_is_given_them() -> None:
    assert (Origin(ACTOR).correlation, Origin(ACTOR).causation, Origin(ACTOR).depth) == (None, None, 0)
