"""A source's name: a service of this cell (`needs`), or a service of another cell that is heard (`needs@osaka`).

A cell is a deployment. What a cell records and publishes says `needs`; only who hears several cells has other names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

CELL: Final = re.compile(r"[a-z][a-z0-9]{0,14}")
"""How another cell may be called. The name stands in positions, whose length is bounded."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Another cell that is heard: its name here, what its topics begin with, and the address of its own portal."""

    name: str
    topic_prefix: str
    address: str


def source_named(service: str, cell: str) -> str:
    """The name of a service as a source; `cell` is empty for the own one."""
    return f"{service}@{cell}" if cell else service


def service_of(source: str) -> str:
    """The service that a source is of."""
    return source.partition("@")[0]


def cell_of(source: str) -> str:
    """The cell that a source is of; empty for the own one."""
    return source.partition("@")[2]


def with_source(command: str, source: str) -> str:
    """A command about a source, as it is given where the source is: in its own cell."""
    where = f" (in the cell {cell_of(source)} / セル {cell_of(source)} で)" if cell_of(source) else ""
    return f"{command} {service_of(source)}{where}"


def as_heard(token: Mapping[tuple[str, int], int], cell: str) -> dict[tuple[str, int], int]:
    """A position that a cell's own service named, as who hears that cell calls it."""
    return {(source_named(source, cell), shard): seq for (source, shard), seq in token.items()}
