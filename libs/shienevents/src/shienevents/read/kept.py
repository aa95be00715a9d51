"""What was counted in the views, kept until they advance.

The number of the last batch says where the views stand: it also changes when parked events are replayed or a view is
switched. So what was counted at a number is right as long as that number is the last.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from ..views.changes import Change

T = TypeVar("T")
V = TypeVar("V")
_KEPT = 512


class Kept(Generic[T]):
    """Values by key, all of one number of the views; a bounded number, those used longest ago are dropped first."""

    def __init__(self) -> None:
        self._number = 0
        self._values: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, number: int, key: Hashable) -> T | None:
        """What was kept for this key at this number."""
        if number != self._number or key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key]

    def keep(self, number: int, key: Hashable, value: T) -> None:
        """Keep a value. What was kept at another number goes: it is not asked for again."""
        if number != self._number:
            self._values.clear()
            self._number = number
        _put(self._values, key, value)


class KeptUnlessChanged(Generic[T]):
    """Values by key, each with the change that was the last one of what it counts; bounded as `Kept` is."""

    def __init__(self) -> None:
        self._values: OrderedDict[Hashable, tuple[Change, T]] = OrderedDict()

    def get(self, change: Change, key: Hashable) -> T | None:
        """What was kept for this key, if nothing that it counts has changed since."""
        kept = self._values.get(key)
        if kept is None or kept[0] != change:
            return None
        self._values.move_to_end(key)
        return kept[1]

    def keep(self, change: Change, key: Hashable, value: T) -> None:
        """Keep a value in place of the one before."""
        _put(self._values, key, (change, value))


def _put(values: OrderedDict[Hashable, V], key: Hashable, value: V) -> None:
    values[key] = value
    values.move_to_end(key)
    while len(values) > _KEPT:
        values.popitem(last=False)
