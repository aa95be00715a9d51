"""What the boards of all services have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from shienevents import Snapshot, canonical

from ._answers import Answer
from ._context import RequestContext
from ._few import OfPeople


class BoardAnswer(Answer):
    """The base of a service's board: the figures of an area and of all areas below it, from one snapshot.

    A service adds `areas`, and `total`, which is their sum. `digest` is the SHA-256 of the canonical JSON of `areas`,
    true at `position`. `parked` is the number of events that each view could not take.
    """

    area: str
    name: str
    position: str
    digest: OfPeople
    stale: bool
    parked: dict[str, int]


def board_fields(context: RequestContext, snapshot: Snapshot, area: str, areas: Sequence[Answer]) -> dict[str, Any]:
    """The fields of an area's board. `areas`: the figures, from this snapshot, of the area and of all below it."""
    lines = [one.model_dump(mode="json") for one in areas]
    return {
        "area": area,
        "name": context.tree.name(area),
        "total": total_of(lines),
        "areas": tuple(areas),
        "position": snapshot.token,
        "digest": sha256(canonical(lines)).hexdigest(),
        "stale": snapshot.stale,
        "parked": snapshot.parked,
    }


def total_of(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The sum of lines, figure by figure, at any depth. Texts are left out. Without lines it is empty."""
    return {
        name: total_of([line[name] for line in lines]) if isinstance(first, dict) else sum(line[name] for line in lines)
        for name, first in (lines[0] if lines else {}).items()
        if not isinstance(first, str)
    }
