"""Any CloudEvent in JSON format as a record of the log, attribute by attribute: what another SDK may have written.

Slower than `cloudevents.record_of` on canonical bytes, which turns to this for all that it does not recognise. What is
wrong with a record is therefore said in one place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from asyncpg.pgproto.pgproto import UUID as FastUUID

from ..core.canonical_json import canonical
from ..core.envelope import _CODE, Envelope, Record
from ..core.errors import Contract, Malformed
from ..core.events import _WIRE
from ..core.structured import SOURCE

# What the columns of the log can hold: bigint, integer, smallint. A larger number was written by no relay.
MOST_SEQ: Final = 2**63 - 1
MOST_VERSION: Final = 2**31 - 1
MOST_DEPTH: Final = 2**15 - 1
# Others leave out a fraction of zero. More than microseconds would be cut off unseen: refused.
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z", re.ASCII)


class Foreign(Contract, ValueError):
    """A Kafka record that no relay of ours wrote: an attribute is missing, repeated or malformed, the content type is
    another, or there is no value."""

    code = "contract.foreign"


def record_of_json(partition: int, value: bytes, offset: int) -> Record:
    """The record in any CloudEvent in JSON format."""
    found = _json(value)
    read = {}
    for name, parse in _PARSERS.items():
        if name not in found:
            if name in ("causationid", "traceparent"):
                continue
            raise Foreign(f"attribute {name} is missing")
        try:
            read[name] = parse(found[name])
        except (ValueError, AttributeError, TypeError, Malformed) as error:
            raise Foreign(f"attribute {name} {found[name]!r:.120}: {error}") from error
    service, store = read["source"]
    envelope = Envelope(
        read["id"], read["type"], read["subject"], read["streamversion"], partition, read["sequence"], read["time"],
        read["recordedtime"], read["actor"], read["municipality"], read["partitionkey"], read["correlationid"],
        read.get("causationid"), read["depth"], read.get("traceparent"),
    )  # fmt: skip
    return Record(service, store, envelope, read["data"], offset)


def _json(value: bytes) -> dict[str, Any]:
    """A JSON object in which no key is repeated and no number is a float."""
    try:
        orjson.loads(value)  # refuses what `json` lets pass: lone surrogates, NaN, bytes that are no UTF-8
        found = json.loads(value.decode(), object_pairs_hook=_unique, parse_float=_no_float)
    except Foreign:
        raise
    except (ValueError, RecursionError) as error:
        raise Foreign(f"the value is not JSON: {error!s:.120}") from error
    if not isinstance(found, dict):
        raise Foreign("the value is not a JSON object")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise Foreign(f"attribute {next(name for name in names if names.count(name) > 1)!r:.120} is repeated")
    return found


def _no_float(text: str) -> float:
    raise Foreign(f"events hold no floating point ({text:.40})")


def _exactly(expected: str) -> Callable[[Any], str]:
    def parse(found: Any) -> str:
        if found != expected:
            raise ValueError(f"CloudEvents 1.0 with application/json is expected, here {expected}")
        return expected

    return parse


def _uuid(found: str) -> UUID:
    return FastUUID(found)


def _text(found: str) -> str:
    """Any text that Postgres can hold, and therefore any that a relay can have read there."""
    if not isinstance(found, str) or not found or "\0" in found:
        raise ValueError("text is expected, not empty and without NUL")
    return found


def _any_time(found: str) -> datetime:
    if _TIME.fullmatch(found):  # `fromisoformat` alone takes weeks, commas and any number of digits
        return datetime.fromisoformat(found)
    raise ValueError("a UTC time with microseconds is expected, like 2026-04-01T09:30:00.000000Z")


def _count(least: int, most: int) -> Callable[[Any], int]:
    def parse(found: Any) -> int:
        if type(found) is int and least <= found <= most:
            return found
        raise ValueError(f"a whole number from {least} to {most} is expected")

    return parse


def _sequence(found: str) -> int:
    if len(found) == 19 and found.isascii() and found.isdigit() and 0 < (number := int(found)) <= MOST_SEQ:
        return number
    raise ValueError(f"a whole number from 1 to {MOST_SEQ} in 19 digits is expected")


def code_of(found: str) -> str:
    """A municipality or an area. Raises `ValueError`."""
    if not _CODE.fullmatch(found):
        raise ValueError("a code is expected (1 to 64 of A-Z a-z 0-9 . _ : -)")
    return found


def source_of(found: str) -> tuple[str, UUID]:
    """The service and its store. Raises `ValueError`."""
    parts = SOURCE.fullmatch(found) if len(found) < 128 else None
    if parts is None:
        raise ValueError("/{service}/{store id} is expected")
    return parts[1], FastUUID(parts[2])


def type_of(found: str) -> str:
    """A wire type. Raises `ValueError`."""
    if len(found) > 128 or not _WIRE.fullmatch(found):
        raise ValueError("a wire type is expected, like needs.need_recorded.v1")
    return found


def _object(found: Any) -> bytes:
    if not isinstance(found, dict):
        raise TypeError("a JSON object is expected")
    return canonical(found)


_PARSERS: Final[dict[str, Callable[[Any], Any]]] = {
    "specversion": _exactly("1.0"),
    "datacontenttype": _exactly("application/json"),
    "id": _uuid,
    "source": source_of,
    "type": type_of,
    "time": _any_time,
    "subject": _text,
    "sequence": _sequence,
    "partitionkey": code_of,
    "recordedtime": _any_time,
    "correlationid": _uuid,
    "causationid": _uuid,
    "streamversion": _count(1, MOST_VERSION),
    "actor": _text,
    "municipality": code_of,
    "depth": _count(0, MOST_DEPTH),
    "traceparent": _text,
    "data": _object,
}
