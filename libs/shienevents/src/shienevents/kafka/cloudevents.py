"""A record on the topic: CloudEvents 1.0, Kafka binding, structured content mode. The value is the whole event.

There is one header, `content-type: application/cloudevents+json`; the key is the area code; the value is what
`core/structured.py` makes. The shard is the Kafka partition.

`record_of` cuts the canonical bytes into pieces, most of which it has read before: a quote within a string is always
escaped, so that `","time":"` outside the data is the attribute and nothing else. Anything else (an event of another
SDK, a mistake) is parsed as JSON as a whole, and checked attribute by attribute.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

import orjson
from asyncpg.pgproto.pgproto import UUID as FastUUID

from ..core.envelope import Envelope, Record
from .json_events import MOST_DEPTH, MOST_SEQ, MOST_VERSION, Foreign, code_of, record_of_json, source_of, type_of

Headers = Sequence[tuple[str, bytes]]

CLOUDEVENT_HEADERS: Final = [("content-type", b"application/cloudevents+json")]
# The canonical bytes between the values that vary from event to event. What is cached is bounded in length.
_ACTOR: Final = re.compile(rb'\{"actor":("(?:[^"\\]|\\.){1,1000}"),"correlationid":"')
_DEPTH: Final = re.compile(rb'\},"datacontenttype":"application/json","depth":(0|[1-9][0-9]{0,4}),"id":"')
_WHERE: Final = re.compile(rb'","municipality":"([^"]{1,64})","partitionkey":"([^"]{1,64})')
_RECORDED: Final = re.compile(rb'","recordedtime":"(.{7}-..T.{8}\..{6}Z)","sequence":"')
_ORIGIN: Final = re.compile(rb'","source":"([^"]{1,128})","specversion":"1\.0","streamversion":([1-9][0-9]{0,9})')
_TYPE: Final = re.compile(rb'Z","type":"([^"]{1,128})"\}')
_fromisoformat = datetime.fromisoformat
_loads = orjson.loads
_new = tuple.__new__  # `Envelope(…)` and `Record(…)` pass through a Python function each, which costs 0.3 µs


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
    try:
        return _canonical(partition, value, offset)
    except (ValueError, AttributeError, TypeError, IndexError):
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
    """The record in bytes as `structured` makes them. Raises some error for any others.

    Every byte before and after the data is compared or parsed: what passes has no further, repeated or reordered
    attribute. The first `,"data":{` and the last `},"datacontenttype":…` are those of the event, not of its data.
    """
    data, after = value.find(b',"data":{'), value.rfind(b'},"datacontenttype":"application/json","depth":')
    where = value.find(b'","municipality":"', after)
    recorded = value.find(b'","recordedtime":"', where)
    subject = value.find(b',"subject":"', recorded)
    time = value.find(b'","time":"', subject)
    if not 66 < data < after < where < recorded < subject < time or value[data - 1] != 34:
        raise ValueError("not canonical")  # 34 is "
    if value[time + 17] != 45 or value[time + 20] != 84 or value[time + 29] != 46:
        raise ValueError("not a time")  # -, T and .: `fromisoformat` takes other forms of this length too
    sequence, text = value[recorded + 59 : recorded + 78], _loads(value[subject + 11 : time + 1])
    seq = int(sequence)
    if not sequence.isdigit() or not 0 < seq <= MOST_SEQ or not text or "\0" in text:
        raise ValueError("not a sequence, or not a subject")
    head, rest, causation, traceparent = value[: data - 37], value[time + 36 :], None, None
    if head[-71:-55] == b',"causationid":"' and head[-19] == 34:
        causation, head = FastUUID(head[-55:-19].decode()), head[:-71] + head[-18:]
    if rest[:18] == b'Z","traceparent":"':
        trace, _, rest = rest[17:].partition(b',"type":')
        traceparent, rest = _text(_loads(trace)), b'Z","type":' + rest
    service, store, version = _origin(value[recorded + 78 : subject])
    municipality, area = _where(value[where:recorded])
    return _new(Record, (service, store, _new(Envelope, (
        FastUUID(value[where - 36 : where].decode()), _type(rest), text, version, partition, seq,
        _fromisoformat(value[time + 10 : time + 37].decode()), _recorded(value[recorded : recorded + 59]), _actor(head),
        municipality, area, FastUUID(value[data - 37 : data - 1].decode()), causation,
        _depth(value[after : where - 36]), traceparent,
    )), value[data + 8 : after + 1], offset))  # fmt: skip


# What is cached is short, and only what passes is cached: a foreign producer cannot fill the memory.
@lru_cache(64)
def _recorded(piece: bytes) -> datetime:
    """Events of one commit share it."""
    found = _RECORDED.fullmatch(piece)
    return _fromisoformat(_matched(found)[1].decode())


@lru_cache(4096)
def _actor(piece: bytes) -> str:
    found = _matched(_ACTOR.fullmatch(piece))
    return _text(orjson.loads(found[1]))


@lru_cache(256)
def _depth(piece: bytes) -> int:
    depth = int(_matched(_DEPTH.fullmatch(piece))[1])
    if depth > MOST_DEPTH:
        raise ValueError("too large")
    return depth


@lru_cache(8192)
def _where(piece: bytes) -> tuple[str, str]:
    found = _matched(_WHERE.fullmatch(piece))
    return code_of(found[1].decode()), code_of(found[2].decode())


@lru_cache(8192)
def _origin(piece: bytes) -> tuple[str, UUID, int]:
    found = _matched(_ORIGIN.fullmatch(piece))
    version = int(found[2])
    if version > MOST_VERSION:
        raise ValueError("too large")
    return *source_of(found[1].decode()), version


@lru_cache(1024)
def _type(piece: bytes) -> str:
    return type_of(_matched(_TYPE.fullmatch(piece))[1].decode())


def _matched(found: re.Match[bytes] | None) -> re.Match[bytes]:
    if found is None:
        raise ValueError("not canonical")
    return found


def _text(text: str) -> str:
    if not text or "\0" in text:
        raise ValueError("empty, or with NUL")
    return text
