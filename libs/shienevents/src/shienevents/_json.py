"""Canonical JSON (RFC 8785): one value, one sequence of bytes, for storing, publishing and hashing alike."""

from __future__ import annotations

import re

import orjson

from ._errors import Malformed

# RFC 8785 sorts keys by UTF-16 code units, orjson by UTF-8 bytes. The two agree on ASCII keys, and event
# fields are Python identifiers that `Event` keeps ASCII. STRICT_INTEGER refuses what a double cannot hold
# (RFC 8785, section 3.2.2.3). Floats do not occur: `Event` and `Row` refuse them when they are declared.
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER | orjson.OPT_UTC_Z
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def canonical(value: object) -> bytes:
    """The RFC 8785 bytes of a JSON value with ASCII keys and no floats.

    Raises `Malformed` for what has no such form (an integer beyond 2^53, a lone surrogate) and for NUL,
    which Postgres text cannot hold: a fact that no view can show is refused when it is made.
    """
    try:
        data = orjson.dumps(value, default=str, option=_OPTIONS)
    except TypeError as error:
        raise Malformed(
            f"the value has no canonical JSON form: {error}", f"JSON にできない値です: {error}"
        ) from error
    if b"\\u0000" in data and _NUL.search(data):
        raise Malformed("text must not contain NUL (U+0000)", "文字列に NUL (U+0000) は使えません")
    return data
