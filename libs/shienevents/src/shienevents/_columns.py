"""What a view's row may hold: checked in every fold alike, so that memory refuses what a table would refuse."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Collection, Hashable, Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from ._json import canonical
from ._views import View

_KEY_BYTES = 2000  # of text in a key or an index: Postgres refuses an index entry of more than about 2,700
_ONE_OF_ITS_OWN = (bool, int, date)  # exactly these: True is no number, a moment is no day


def check_keys(view: View[Any], keys: Collection[Hashable]) -> None:
    """Raise `TypeError` or `Malformed` for keys that no row of this view can have."""
    names = view.row.key
    checks = _checks_of(view)
    for key in keys:
        values: Any = key if len(names) > 1 else (key,)
        if type(values) is not tuple or len(values) != len(names):
            raise TypeError(f"a key is {', '.join(names)}, not {key!r:.80}")
        for name, value in zip(names, values, strict=True):
            if not checks[name](value):
                raise TypeError(f"{name}: {value!r:.80} does not belong there")
    canonical(list(keys))


def check_row(view: View[Any], key: Hashable, row: object) -> None:
    """Raise `TypeError` or `ValueError` for what a view's evolve may not give."""
    if not isinstance(row, view.row):
        raise TypeError(f"evolve gave {type(row).__name__}, not {view.row.__name__}")
    values = row.__dict__
    for name, fits in _checks_of(view).items():
        if not fits(values[name]):
            raise TypeError(f"{name}: {values[name]!r:.80} does not belong there")
    if view.key_of(row) != key:
        raise ValueError(f"evolve gave the row of {view.key_of(row)!r:.80}")
    for names in (view.row.key, *view.indexes):
        texts = [text for name in names for text in _texts(values[name])]
        if sum(map(len, texts)) > _KEY_BYTES // 4 and sum(len(text.encode()) for text in texts) > _KEY_BYTES:
            raise ValueError(f"{', '.join(names)}: at most {_KEY_BYTES} bytes of text can be looked up by")


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    return [item for item in value if isinstance(item, str)] if isinstance(value, tuple) else ()


def _checks_of(view: View[Any]) -> dict[str, Callable[[object], bool]]:
    return _checks(cast("Hashable", view.row))


@lru_cache(256)
def _checks(row: Any) -> dict[str, Callable[[object], bool]]:
    """For each field, whether a value is of its type, as far as it has a column of its own (others are JSON)."""
    hints = typing.get_type_hints(row)
    return {field.name: _check(hints[field.name]) for field in dataclasses.fields(row)}


def _check(hint: Any) -> Callable[[object], bool]:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        checks = [_check(part) for part in typing.get_args(hint)]
        return lambda value: any(check(value) for check in checks)
    if hint in (None, type(None)):
        return lambda value: value is None
    if typing.get_origin(hint) is tuple and typing.get_args(hint)[1:] == (...,):
        item = _check(typing.get_args(hint)[0])
        return lambda value: isinstance(value, tuple) and all(map(item, value))
    hint = getattr(hint, "__supertype__", hint)
    if hint is datetime:
        # The first and the last moments there are stand for infinity in the driver, and have no other zones.
        return lambda value: isinstance(value, datetime) and value.tzinfo is not None and 1 < value.year < 9999
    if hint in _ONE_OF_ITS_OWN:
        return lambda value: type(value) is hint
    if hint in (str, UUID):
        return lambda value: isinstance(value, hint)
    return lambda value: True
