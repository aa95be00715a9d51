"""A record on the topic: CloudEvents 1.0, Kafka binding, binary content mode. The value is the stored bytes.

    attribute                        from                             extension
    content-type, ce_specversion     application/json, 1.0
    ce_id, ce_type, ce_time          id, wire type, occurred_at
    ce_source, ce_subject            /{service}/{store id}, stream
    ce_sequence                      seq, 19 digits, dense per shard  Sequence
    ce_partitionkey                  area; also the Kafka key         Partitioning
    ce_recordedtime                  recorded_at                      Recorded Time
    ce_correlationid, ce_causationid correlation, causation (if any)  Correlation
    ce_traceparent                   traceparent (if any)             Distributed Tracing
    ce_streamversion, ce_actor, ce_municipality, ce_depth             our own

The shard is the Kafka partition. Times are RFC 3339 in UTC with microseconds; text is UTF-8, as the Kafka
binding asks. Both functions run for every event: what repeats is cached, what is parsed is parsed in C.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Final
from uuid import UUID

import orjson
from asyncpg.pgproto.pgproto import UUID as FastUUID

from ..core.envelope import _CODE, Envelope, Record
from ..core.errors import Contract
from ..core.events import _WIRE

Headers = Sequence[tuple[str, bytes]]

# What the columns of the log can hold: bigint, integer, smallint. A number beyond that is no relay's.
_SEQ: Final = 2**63 - 1
_VERSION: Final = 2**31 - 1
_DEPTH: Final = 2**15 - 1
_SOURCE = re.compile(r"/([A-Za-z0-9._~-]{1,64})/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_fromisoformat = datetime.fromisoformat
_Z: Final = ord("Z")
_CONTENT_TYPE: Final = ("content-type", b"application/json")
_SPECVERSION: Final = ("ce_specversion", b"1.0")
_attributes = itemgetter(
    "content-type", "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_sequence",
    "ce_partitionkey", "ce_recordedtime", "ce_correlationid", "ce_streamversion", "ce_actor", "ce_municipality",
    "ce_depth",
)  # fmt: skip


class Foreign(Contract, ValueError):
    """A Kafka record that no relay of ours wrote: a header is missing, repeated or malformed, or it has no value."""

    code = "contract.foreign"


def key_of(record: Record) -> bytes:
    """The Kafka key: the area code, so that a subscriber's topic with this key is co-partitioned with ours."""
    return record.envelope.area.encode()


def headers_of(record: Record) -> list[tuple[str, bytes]]:
    """The Kafka headers of a record; its value is `record.data`, its key `key_of(record)`."""
    (id_, type_, stream, version, _shard, seq, occurred_at, recorded_at, actor, municipality, area,
     correlation, causation, depth, traceparent) = record.envelope  # fmt: skip
    headers = [
        _CONTENT_TYPE,
        _SPECVERSION,
        ("ce_id", str(id_).encode()),
        source_header(record.source, record.store),
        _type_header(type_),
        ("ce_time", rfc3339(occurred_at)),
        ("ce_subject", stream.encode()),
        ("ce_sequence", b"%019d" % seq),
        ("ce_partitionkey", area.encode()),
        ("ce_recordedtime", rfc3339(recorded_at)),
        ("ce_correlationid", str(correlation).encode()),
        ("ce_streamversion", b"%d" % version),
        ("ce_actor", actor.encode()),
        ("ce_municipality", municipality.encode()),
        ("ce_depth", b"%d" % depth),
    ]
    if causation is not None:
        headers.append(("ce_causationid", str(causation).encode()))
    if traceparent is not None:
        headers.append(("ce_traceparent", traceparent.encode()))
    return headers


def record_of(partition: int, headers: Headers, value: bytes | None, offset: int = -1) -> Record:
    """The record in a Kafka message. Further headers are ignored. Raises `Foreign`; its text names the header.

    It does not open the value, nor ask whether area and partition belong together: it does not know the
    number of shards.
    """
    found = dict(headers)
    if len(found) != len(headers):
        raise Foreign("a header is repeated")
    if value is None:
        raise Foreign("there is no value (a tombstone); events are never deleted")
    try:
        return _parsed(partition, found, value, offset)
    except KeyError as error:
        raise Foreign(f"header {error.args[0]} is missing") from None
    except (ValueError, AttributeError, TypeError) as error:
        raise Foreign(_blame(found) or str(error)) from error


def _parsed(partition: int, found: dict[str, bytes], value: bytes, offset: int) -> Record:
    (content_type, specversion, id_, source, type_, time, subject, sequence, key, recordedtime, correlation,
     version, actor, municipality, depth) = _attributes(found)  # fmt: skip
    if content_type != b"application/json" or specversion != b"1.0":
        raise ValueError("content-type and ce_specversion: CloudEvents 1.0 with application/json is expected")
    # One look at all digits and both times together; `_blame` says afterwards which one was wrong.
    if len(sequence) != 19 or not (sequence + version + depth).isdigit():
        raise ValueError("ce_sequence: 19 digits are expected")
    seq, version_number, depth_number = int(sequence), int(version), int(depth)
    if not (0 < seq <= _SEQ and 0 < version_number <= _VERSION and depth_number <= _DEPTH):
        raise ValueError("a number is out of range")
    if not (19 < len(time) < 28 and 19 < len(recordedtime) < 28 and time[-1] == recordedtime[-1] == _Z):
        raise ValueError("a UTC time with microseconds is expected")
    causation = found.get("ce_causationid")
    traceparent = found.get("ce_traceparent")
    service, store = _source_of(source)
    # `Envelope(…)` and `Record(…)` pass through a Python function each, which costs 0.3 µs.
    envelope = tuple.__new__(Envelope, (
        FastUUID(id_.decode()), _type_of(type_), _text(subject), version_number, partition, seq,
        _fromisoformat(time.decode()), _fromisoformat(recordedtime.decode()),
        _text(actor), _code(municipality), _code(key), FastUUID(correlation.decode()),
        None if causation is None else FastUUID(causation.decode()), depth_number,
        None if traceparent is None else _text(traceparent),
    ))  # fmt: skip
    return tuple.__new__(Record, (service, store, envelope, value, offset))


def _text(data: bytes) -> str:
    """Any text that Postgres can hold, and therefore any that a relay can have read there."""
    text = data.decode()
    if not text or "\0" in text:
        raise ValueError("empty, or with NUL")
    return text


def _count(data: bytes, least: int, most: int, digits: int | None = None) -> int:
    """A whole number in plain ASCII digits; `int` alone would take signs, spaces and underscores too."""
    if len(data) == (digits or len(data)) and data.isdigit() and least <= (number := int(data)) <= most:
        return number
    raise ValueError(f"a whole number from {least} to {most} is expected" + (f", in {digits} digits" if digits else ""))


def _time(data: bytes) -> datetime:
    # Others leave out a fraction of zero. More than microseconds would be cut off unseen: refused.
    if 19 < len(data) < 28 and data[-1] == _Z:
        return _fromisoformat(data.decode())
    raise ValueError("a UTC time with microseconds is expected, like 2026-04-01T09:30:00.000000Z")


def rfc3339(moment: datetime) -> bytes:
    """`2026-04-01T09:30:00.000000Z`. `datetime.isoformat` takes a microsecond, orjson a fifth of one, but
    orjson leaves out microseconds of zero and writes other offsets and naive times in other lengths."""
    quoted = orjson.dumps(moment, None, orjson.OPT_UTC_Z)
    if len(quoted) == 29:
        return quoted[1:28]
    if moment.tzinfo is None:
        raise Contract(f"{moment!r} has no time zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds").encode() + b"Z"


@lru_cache(1024)
def source_header(source: str, store: UUID) -> tuple[str, bytes]:
    """The header ce_source."""
    value = f"/{source}/{store}"
    if not _SOURCE.fullmatch(value):
        raise Contract(f"source {source!r}: 1 to 64 of A-Z a-z 0-9 . _ ~ - are expected")
    return "ce_source", value.encode()


@lru_cache(1024)
def _source_of(data: bytes) -> tuple[str, FastUUID]:
    parts = _SOURCE.fullmatch(data.decode()) if len(data) < 128 else None
    if parts is None:
        raise ValueError("/{service}/{store id} is expected")
    return parts[1], FastUUID(parts[2])


@lru_cache(1024)
def _type_header(wire: str) -> tuple[str, bytes]:
    return "ce_type", wire.encode()


# What the next two cache is short: a foreign producer cannot fill the memory with long values.
@lru_cache(1024)
def _type_of(data: bytes) -> str:
    wire = data.decode()
    if len(wire) > 128 or not _WIRE.fullmatch(wire):
        raise ValueError("a wire type is expected, like needs.need_recorded.v1")
    return wire


@lru_cache(4096)
def _code(data: bytes) -> str:
    code = data.decode()
    if not _CODE.fullmatch(code):
        raise ValueError("a code is expected (1 to 64 of A-Z a-z 0-9 . _ : -)")
    return code


def _uuid(data: bytes) -> FastUUID:
    return FastUUID(data.decode())


_PARSERS: Final[dict[str, Callable[[bytes], object]]] = {
    "ce_id": _uuid,
    "ce_source": _source_of,
    "ce_type": _type_of,
    "ce_time": _time,
    "ce_subject": _text,
    "ce_sequence": lambda data: _count(data, 1, _SEQ, digits=19),
    "ce_partitionkey": _code,
    "ce_recordedtime": _time,
    "ce_correlationid": _uuid,
    "ce_streamversion": lambda data: _count(data, 1, _VERSION),
    "ce_actor": _text,
    "ce_municipality": _code,
    "ce_depth": lambda data: _count(data, 0, _DEPTH),
    "ce_causationid": _uuid,
    "ce_traceparent": _text,
}


def _blame(found: dict[str, bytes]) -> str:
    """Which header of a record that failed is at fault, and what is expected of it; empty if none alone is."""
    for name, parse in _PARSERS.items():
        try:
            if name in found:
                parse(found[name])
        except (ValueError, AttributeError, TypeError) as error:
            return f"header {name} {found[name]!r:.120}: {error}"
    return ""
