"""What the boards of all services say of themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from shienevents import Snapshot, canonical

from ._answers import Answer
from ._asking import Asking


class BoardAnswer(Answer):
    """The base of a service's board: of an area with all below it, and of each of those (`areas`), in one look.

    A service adds `areas`, and `total`, which is their sum. `digest` is the SHA-256 of the canonical JSON of `areas`,
    true at `position`. `parked` tells how many events each view could not take.
    """

    area: str
    name: str
    position: str
    digest: str
    stale: bool
    parked: dict[str, int]


def board_seen(ask: Asking, seen: Snapshot, area: str, areas: Sequence[Answer]) -> dict[str, Any]:
    """The fields of the area's board: `areas` is what this snapshot showed of itself and of all below it."""
    lines = [one.model_dump(mode="json") for one in areas]
    return {
        "area": area,
        "name": ask.tree.name(area),
        "total": total_of(lines),
        "areas": tuple(areas),
        "position": seen.token,
        "digest": sha256(canonical(lines)).hexdigest(),
        "stale": seen.stale,
        "parked": seen.parked,
    }


def total_of(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The sum of lines, figure by figure, at any depth; what is no figure is left out. Of none, nothing."""
    return {
        name: total_of([line[name] for line in lines]) if isinstance(first, dict) else sum(line[name] for line in lines)
        for name, first in (lines[0] if lines else {}).items()
        if not isinstance(first, str)
    }
