"""What differs between two states of a view: rows that were added, changed or removed, field by field."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from ..core.canonical_json import canonical
from ..core.view import Row

Rows = Mapping[Hashable, Row]


class RowDifference(NamedTuple):
    """One row that differs. `fields`: before and after, of each field that differs; null where there is no row."""

    key: str
    what: Literal["added", "changed", "removed"]
    fields: Mapping[str, tuple[Any, Any]]


def differences(before: Rows, after: Rows) -> Sequence[RowDifference]:
    """Each row that differs, by its key as text."""
    found = []
    for key in sorted(before.keys() | after.keys(), key=str):
        old, new = (_fields(rows.get(key)) for rows in (before, after))
        changed = {
            name: (old.get(name), new.get(name))
            for name in {**old, **new}
            if old.get(name) != new.get(name) or (name in old) != (name in new)
        }
        if changed:
            found.append(RowDifference(str(key), "removed" if not new else "added" if not old else "changed", changed))
    return found


def _fields(row: Row | None) -> dict[str, Any]:
    if row is None:
        return {}
    fields = {one.name: getattr(row, one.name) for one in dataclasses.fields(row)}  # type: ignore[arg-type]
    return dict(json.loads(canonical(fields)))
