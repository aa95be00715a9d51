"""Canonical JSON (RFC 8785): one value, one sequence of bytes, for storing, publishing and hashing alike."""

from __future__ import annotations

import dataclasses
import re
from uuid import UUID

import orjson

from .errors import Malformed

# STRICT_INTEGER refuses what a double cannot hold (RFC 8785, section 3.2.2.3). orjson writes a dataclass in the
# order of its fields, whatever SORT_KEYS says, so dataclasses pass through `_plain`. Floats do not occur: `Event`
# and `Row` refuse them when they are declared.
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER | orjson.OPT_UTC_Z | orjson.OPT_PASSTHROUGH_DATACLASS
_ASTRAL = re.compile(rb"[\xf0-\xf4]")  # the first byte of a character beyond U+FFFF
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def canonical(value: object) -> bytes:
    """The RFC 8785 bytes of a JSON value without floats. Dataclasses, times, UUIDs and enums are taken too.

    Raises `Malformed` for what has no such form (an integer beyond 2^53, a lone surrogate) and for NUL,
    which Postgres text cannot hold: a fact that no view can show is refused when it is made.
    """
    try:
        data = orjson.dumps(value, default=_plain, option=_OPTIONS)
    except TypeError as error:
        raise Malformed(f"the value has no canonical JSON form: {error}", f"JSON にできない値です: {error}") from error
    if b"\\u0000" in data and _NUL.search(data):
        raise Malformed("text must not contain NUL (U+0000)", "文字列に NUL (U+0000) は使えません")
    if not data.isascii() and _ASTRAL.search(data):
        return orjson.dumps(_sorted(orjson.loads(data)))
    return data


def _plain(value: object) -> object:
    """What orjson does not write itself. Not `str` of anything: a set would be written, in a random order."""
    if isinstance(value, UUID):  # a subclass, such as asyncpg's
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} has no one way to be written")


def _sorted(value: object) -> object:
    """RFC 8785 sorts keys by UTF-16 code units, orjson by UTF-8 bytes. The two differ only when a key has a
    character beyond U+FFFF, such as 𠮷: it sorts before U+E000 to U+FFFF here, after them there."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value
