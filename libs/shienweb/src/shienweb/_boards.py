"""What the boards of all services say of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from shienevents import Snapshot, canonical

from ._answers import Answer
from ._asking import Asking


class BoardAnswer(Answer):
    """The base of a service's board: of an area with all below it, and of each of those (`areas`), in one look.

    `digest` is the SHA-256 of the canonical JSON of `areas`, true at `position`. `parked` tells how many events each
    view could not take.
    """

    area: str
    name: str
    position: str
    digest: str
    stale: bool
    parked: dict[str, int]


def board_seen(ask: Asking, seen: Snapshot, area: str, areas: Sequence[Answer]) -> dict[str, Any]:
    """The fields of the area's board but its total: `areas` is what this snapshot showed."""
    digest = sha256(canonical([one.model_dump(mode="json") for one in areas])).hexdigest()
    return {
        "area": area,
        "name": ask.tree.name(area),
        "areas": tuple(areas),
        "position": seen.token,
        "digest": digest,
        "stale": seen.stale,
        "parked": seen.parked,
    }
