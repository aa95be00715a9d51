"""What a view's row may hold: checked in every fold alike, so that memory refuses what a table would refuse.

It is checked after every event, not when a batch is written: else the same event would be parked or not,
depending on whether a later one of its batch put right what it did.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Collection, Hashable, Iterable
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from ..core.canonical_json import canonical
from ..core.errors import Malformed
from ..core.view import Row, View

_KEY_BYTES = 2000  # of text in a key or an index: Postgres refuses an index entry of more than about 2,700
_EXACT = 2**53 - 1  # the largest number that canonical JSON takes

Check = Callable[[Any], bool]


def check_keys(view: View[Any], keys: Collection[Hashable]) -> None:
    """Raise `TypeError` for keys that no row of this view can have."""
    names = view.row.key
    checks = _checks(cast("Hashable", view.row))
    for key in keys:
        values: Any = key if len(names) > 1 else (key,)
        if type(values) is not tuple or len(values) != len(names):
            raise TypeError(f"a key is {', '.join(names)}, not {key!r:.80}")
        for name, value in zip(names, values, strict=True):
            if not checks[name](value):
                raise TypeError(f"{name}: {value!r:.80} does not belong there")
        if _bytes(values) > _KEY_BYTES:
            raise ValueError(f"at most {_KEY_BYTES} bytes of text make a key")


def holds_values(view: View[Any], index: tuple[str, ...]) -> bool:
    """Whether an index is of one array column: it then finds the rows whose array holds some values."""
    hint = view.row.hints[index[0]]
    return len(index) == 1 and typing.get_origin(hint) is tuple and typing.get_args(hint)[1:] == (...,)


def row_check(view: View[Any]) -> Callable[[Row, object], None]:
    """`check(before, row)`, which raises `TypeError` or `ValueError` for what evolve may not make of a row."""
    kind, names = view.row, view.row.key
    indexes = [index for index in view.indexes if not holds_values(view, index)]
    checks = tuple(_checks(cast("Hashable", kind)).items())

    def check(before: Row, row: object) -> None:
        if not isinstance(row, kind):
            raise TypeError(f"evolve gave {type(row).__name__}, not {kind.__name__}")
        old, values = before.__dict__, row.__dict__
        for name, fits in checks:
            if (value := values[name]) is not old[name] and not fits(value):
                raise TypeError(f"{name}: {value!r:.80} does not belong there")
        for name in names:
            if values[name] is not old[name] and values[name] != old[name]:
                raise ValueError(f"evolve gave the row of another {name}, {values[name]!r:.80}")
        for index in indexes:
            if _bytes(values[name] for name in index) > _KEY_BYTES:
                raise ValueError(f"{', '.join(index)}: at most {_KEY_BYTES} bytes of text can be looked up by")

    return check


def _bytes(values: Iterable[object]) -> int:
    texts: list[object] = []
    for value in values:
        texts += value if isinstance(value, tuple) else (value,)
    return sum(len(text) if text.isascii() else len(text.encode()) for text in texts if isinstance(text, str))


@lru_cache(256)
def _checks(row: Any) -> dict[str, Check]:
    """For each field, whether a value can be kept in its column, and comes back as it was."""
    return {field.name: _check(row.hints[field.name]) for field in dataclasses.fields(row)}


def _check(hint: Any) -> Check:
    hint = getattr(hint, "__supertype__", hint)
    parts = [part for part in typing.get_args(hint) if part is not type(None)]
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        inner = _check(parts[0]) if len(parts) == 1 else _fits_json(hint)
        return lambda value: value is None or inner(value)
    if typing.get_origin(hint) is tuple and typing.get_args(hint)[1:] == (...,):
        item = _check(typing.get_args(hint)[0])
        return lambda value: isinstance(value, tuple) and all(map(item, value))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return lambda value: isinstance(value, hint)
    return _SCALARS[hint] if hint in _SCALARS else _fits_json(hint)


def _is_text(value: Any) -> bool:
    if not isinstance(value, str) or "\0" in value:
        return False
    return value.isascii() or value == value.encode(errors="ignore").decode()


def _is_moment(value: Any) -> bool:
    # The first and the last moments there are stand for infinity in the driver, and have no other zones.
    return isinstance(value, datetime) and value.tzinfo is not None and 1 < value.year < 9999


_SCALARS: dict[Any, Check] = {
    str: _is_text,
    int: lambda value: type(value) is int and -_EXACT <= value <= _EXACT,
    bool: lambda value: type(value) is bool,
    UUID: lambda value: isinstance(value, UUID),
    date: lambda value: type(value) is date,
    datetime: _is_moment,
}


def _fits_json(hint: Any) -> Check:
    adapter = TypeAdapter[Any](hint)

    def fits(value: Any) -> bool:
        try:
            adapter.validate_python(value, strict=True)
            canonical(value)
        except (ValidationError, Malformed):
            return False
        return True

    return fits
