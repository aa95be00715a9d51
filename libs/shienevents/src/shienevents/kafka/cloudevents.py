"""A record on the topic: CloudEvents 1.0, Kafka binding, structured content mode. The value is the whole event.

There is one header, `content-type: application/cloudevents+json`; the key is the area code; the value is what
`core/structured.py` makes. The shard is the Kafka partition.

`record_of` decodes the attributes in one pass and leaves the data as it is. That each attribute is there once, and
nothing else, follows from the length: none can be written shorter, and each further or repeated one adds to it. The
data stands where canonical bytes have it. Anything else (an event of another SDK, a mistake) is parsed as JSON as a
whole, and checked attribute by attribute.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

import msgspec
import orjson
from asyncpg.pgproto.pgproto import UUID as FastUUID

from ..core.envelope import Envelope, Record
from .json_events import MOST_DEPTH, MOST_SEQ, MOST_VERSION, Foreign, code_of, record_of_json, source_of, type_of

Headers = Sequence[tuple[str, bytes]]

CLOUDEVENT_HEADERS: Final = [("content-type", b"application/cloudevents+json")]
_RECORDED: Final = re.compile(r".{7}-..T.{8}\..{6}Z")
_LONGEST_CACHED: Final = 1000
_dumps = orjson.dumps
_fromisoformat = datetime.fromisoformat
_new = tuple.__new__  # `Envelope(…)` and `Record(…)` pass through a Python function each, which costs 0.3 µs


class _Attributes(msgspec.Struct, gc=False):
    """The attributes of an event as they are written. What has a length of its own stays text."""

    actor: str
    correlationid: str
    data: msgspec.Raw
    datacontenttype: str
    depth: int
    id: str
    municipality: str
    partitionkey: str
    recordedtime: str
    sequence: str
    source: str
    specversion: str
    streamversion: int
    subject: str
    time: str
    type: str
    causationid: str | None = None
    traceparent: str | None = None


_decode = msgspec.json.Decoder(_Attributes).decode
# The length of canonical bytes without the values that vary in length: actor, data, depth, municipality, partitionkey,
# source, streamversion, subject, type. Then that of the two optional attributes, without the value of traceparent.
_BASE: Final = (
    len(
        b'{"actor":,"correlationid":"","data":,"datacontenttype":"application/json","depth":,"id":"","municipality":"",'
        b'"partitionkey":"","recordedtime":"","sequence":"","source":"","specversion":"1.0","streamversion":,"subject":,'
        b'"time":"","type":""}'
    )
    + 2 * (36 + 27)
    + 19
)
_CORRELATION: Final = len(b',"correlationid":""') + 36
_BEFORE_DATA: Final = len(b'{"actor":') + _CORRELATION
_CAUSATION: Final = len(b'"causationid":"",') + 36
_TRACEPARENT: Final = len(b'"traceparent":,')


def key_of(record: Record) -> bytes:
    """The Kafka key: the area code, so that a subscriber's topic with this key is co-partitioned with ours."""
    return record.envelope.area.encode()


def record_of(partition: int, headers: Headers, value: bytes | None, offset: int = -1) -> Record:
    """The record in a Kafka message. Further headers and attributes are ignored.

    It does not ask whether area and partition belong together: it does not know the number of shards. Nor does it
    parse the data of canonical bytes: the reader of the event does. Raises `Foreign`; its text names the attribute.
    """
    if headers != CLOUDEVENT_HEADERS:
        _check(headers)
    if value is None:
        raise Foreign("there is no value (a tombstone); events are never deleted")
    for read in (_canonical, _unreadable):
        try:
            return read(partition, value, offset)
        except (ValueError, RecursionError):
            continue
    return record_of_json(partition, value, offset)


def _check(headers: Headers) -> None:
    found = dict(headers)
    if len(found) != len(headers):
        raise Foreign("a header is repeated")
    if found.get("content-type") != CLOUDEVENT_HEADERS[0][1]:
        raise Foreign(
            f"header content-type {found.get('content-type')!r:.120}: application/cloudevents+json is expected"
        )


def _canonical(partition: int, value: bytes, offset: int) -> Record:
    """The record in bytes as `structured` makes them. Raises `ValueError` or `RecursionError` for any others."""
    found = _decode(value)
    data, time, depth, version = bytes(found.data), found.time, found.depth, found.streamversion
    id_, correlation, sequence, subject = found.id, found.correlationid, found.sequence, found.subject
    (service, store), type_ = _source(found.source), _type(found.type)
    (municipality, area), (actor, actor_length) = _place(found.municipality, found.partitionkey), _actor(found.actor)
    length = _BASE + actor_length + len(found.source) + len(type_) + len(municipality) + len(area) + len(data)
    length += len(_dumps(subject)) + len(str(version)) + len(str(depth))
    begin, causation, traceparent = _BEFORE_DATA + actor_length, None, None
    if found.causationid is not None:
        causation, length, begin = _uuid(found.causationid), length + _CAUSATION, begin + _CAUSATION
    if found.traceparent is not None:
        traceparent, length = _text(found.traceparent), length + _TRACEPARENT + len(_dumps(found.traceparent))
    if length != len(value) or not len(id_) == len(correlation) == 36 or data[0] != 123 or len(sequence) != 19:
        raise ValueError("not canonical")  # 123 is {
    around = (
        value.startswith(b'{"actor":')
        and value.startswith(b',"correlationid":"', begin - _CORRELATION)
        and value.startswith(b',"data":', begin)
        and value.startswith(b',"datacontenttype":', begin + 8 + len(data))
    )
    if not around:  # in another order, data of another form might look as if it were ours
        raise ValueError("not in canonical order")
    if found.specversion != "1.0" or found.datacontenttype != "application/json":
        raise ValueError("not a CloudEvent as ours")
    if len(time) != 27 or time[7] != "-" or time[10] != "T" or time[19] != "." or time[26] != "Z":
        raise ValueError("not a time")  # `fromisoformat` takes other forms of this length too
    seq = int(sequence)
    if (
        not sequence.isdigit()
        or not 0 < seq <= MOST_SEQ
        or not 0 < version <= MOST_VERSION
        or not 0 <= depth <= MOST_DEPTH
    ):
        raise ValueError("a number out of range")
    return _new(Record, (service, store, _new(Envelope, (
        FastUUID(id_), type_, _text(subject), version, partition, seq, _fromisoformat(time),
        _recorded(found.recordedtime), actor, municipality, area, FastUUID(correlation), causation, depth, traceparent,
    )), data, offset))  # fmt: skip


def _unreadable(partition: int, value: bytes, offset: int) -> Record:
    """The record in canonical bytes whose data nobody can read: that is for the reader of the event to say.

    Where the rest is canonical, the first `,"data":{` and the last `},"datacontenttype":` are those of the event: a
    quote in a text is escaped.
    """
    begin, end = value.find(b',"data":{') + 8, value.rfind(b'},"datacontenttype":') + 1
    if not 8 < begin < end:
        raise ValueError("not canonical")
    return _canonical(partition, value[:begin] + b"{}" + value[end:], offset)._replace(data=value[begin:end])


def _uuid(text: str) -> UUID:
    if len(text) != 36:
        raise ValueError("not a UUID")
    return FastUUID(text)


def _text(text: str) -> str:
    if not text or "\0" in text:
        raise ValueError("empty, or with NUL")
    return text


# What is cached is short, and only what passes is cached: a foreign producer cannot fill the memory.
@lru_cache(64)
def _recorded(text: str) -> datetime:
    """Events of one commit share it."""
    if not _RECORDED.fullmatch(text):
        raise ValueError("not a time")
    return _fromisoformat(text)


def _actor(text: str) -> tuple[str, int]:
    """The actor, and the length of its JSON."""
    return (_text(text), len(_dumps(text))) if len(text) > _LONGEST_CACHED else _short_actor(text)


@lru_cache(4096)
def _short_actor(text: str) -> tuple[str, int]:
    return _text(text), len(_dumps(text))


@lru_cache(8192)
def _place(municipality: str, area: str) -> tuple[str, str]:
    return code_of(municipality), code_of(area)


_source = lru_cache(1024)(source_of)
_type = lru_cache(1024)(type_of)
