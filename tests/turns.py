"""Values that take turns: what one part of the library judges for all operations alike is not tried on each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from shienevents.testing import DEPTH

T = TypeVar("T")


def share(values: Sequence[T], turn: int, shares: int) -> Sequence[T]:
    """A part of the values, by turns: all are tried on so many places in a row, and in a long run on every place."""
    shares = max(1, shares // DEPTH)
    return values[turn % shares :: shares]
