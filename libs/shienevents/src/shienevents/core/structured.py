"""An event as the bytes that are published and hashed: CloudEvents 1.0, JSON format, in canonical form (RFC 8785).

    attribute                        from                             extension
    specversion, datacontenttype     1.0, application/json
    id, type, time                   id, wire type, occurred_at
    source, subject                  /{service}/{store id}, stream
    sequence                         seq, 19 digits, dense per shard  Sequence
    partitionkey                     area; also the Kafka key         Partitioning
    recordedtime                     recorded_at                      Recorded Time
    correlationid, causationid       correlation, causation (if any)  Correlation
    traceparent                      traceparent (if any)             Distributed Tracing
    streamversion, depth             numbers, our own
    actor, municipality              text, our own
    data                             the stored bytes, as they are

Keys are in sorted order, there is no space between them, and times are RFC 3339 in UTC with six digits after the
second. The same columns therefore always give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import orjson

from .errors import Contract

SOURCE: Final = re.compile(r"/([A-Za-z0-9._~-]{1,64})/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_quoted = orjson.dumps
_UTC: Final = orjson.OPT_UTC_Z


def structured(source: str, store: UUID, rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The canonical bytes of events. A row begins with the fields of `Envelope`, in their order, and the data.

    The data must be canonical JSON already: it is inserted as it is. It runs for every event that is sent: what repeats
    is cached. Raises `Contract` for a time without a zone and for a source that is no URI segment.
    """
    origin, recorded, recorded_text = _origin(source, store), None, b""
    for row in rows:
        (id_, type_, stream, version, _, seq, occurred_at, recorded_at, actor, municipality, area,
         correlation, causation, depth, traceparent, data, *_) = row  # fmt: skip
        if recorded_at != recorded:  # events of one commit share it
            recorded, recorded_text = recorded_at, rfc3339(recorded_at)
        cause = b"" if causation is None else b'"causationid":"%b",' % str(causation).encode()
        trace = b"" if traceparent is None else b'"traceparent":%b,' % _quoted(traceparent)
        occurred = _quoted(occurred_at, None, _UTC)
        if len(occurred) != 29:
            occurred = b'"%b"' % rfc3339(occurred_at)
        yield b"".join((
            _actor(actor), cause, b'"correlationid":"', str(correlation).encode(), b'","data":', data, _depth(depth),
            str(id_).encode(), _where(municipality, area), recorded_text, b'","sequence":"%019d' % seq, origin,
            _version(version), _quoted(stream), b',"time":', occurred, b",", trace, _type(type_),
        ))  # fmt: skip


@lru_cache(1024)
def _origin(source: str, store: UUID) -> bytes:
    value = f"/{source}/{store}"
    if not SOURCE.fullmatch(value):
        raise Contract(f"source {source!r}: 1 to 64 of A-Z a-z 0-9 . _ ~ - are expected")
    return b'","source":"%b","specversion":"1.0","streamversion":' % value.encode()


def rfc3339(moment: datetime) -> bytes:
    """`2026-04-01T09:30:00.000000Z`. `datetime.isoformat` takes a microsecond, orjson a fifth of one, but
    orjson leaves out microseconds of zero and writes other offsets and naive times in other lengths."""
    quoted = _quoted(moment, None, _UTC)
    if len(quoted) == 29:
        return quoted[1:28]
    if moment.tzinfo is None:
        raise Contract(f"{moment!r} has no time zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds").encode() + b"Z"


@lru_cache(4096)
def _actor(actor: str) -> bytes:
    return b'{"actor":%b,' % _quoted(actor)


@lru_cache(256)
def _depth(depth: int) -> bytes:
    return b',"datacontenttype":"application/json","depth":%d,"id":"' % depth


@lru_cache(8192)
def _where(municipality: str, area: str) -> bytes:
    return b'","municipality":%b,"partitionkey":%b,"recordedtime":"' % (_quoted(municipality), _quoted(area))


@lru_cache(4096)
def _version(version: int) -> bytes:
    return b'%d,"subject":' % version


@lru_cache(1024)
def _type(type_: str) -> bytes:
    return b'"type":%b}' % _quoted(type_)
