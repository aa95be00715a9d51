"""What was counted in the views, kept until they advance.

The number of the last batch says where the views stand: it also changes when parked events are replayed or a view is
switched. So what was counted at a number is right as long as that number is the last.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")
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
        self._values[key] = value
        self._values.move_to_end(key)
        while len(self._values) > _KEPT:
            self._values.popitem(last=False)
