"""The view of areas that every service folds from the registry: what territories and homes are judged by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, assert_never

from shienevents import EVERYWHERE, Envelope, Row, View, replace, types_of

from .areas import AreaNode, AreaTree
from .registry import AreaDefined, AreaEvent, AreaReorganizationWithdrawn, AreaReorganized

if TYPE_CHECKING:  # it loads the driver of Postgres, which those who only fold do not need
    from shienevents import Snapshot


class AreaRow(Row, key=("area",)):
    """One area as the registry last described it. Every event is from the area's own stream.

    `corrected_for`: what was wrong with it, why it was a mistake, or why its end was withdrawn, the last time.
    """

    area: str
    parent: str | None = None
    municipality: str = ""
    kind: str = ""
    tiers: tuple[str, ...] = ()
    name: str = ""
    kana: str = ""
    valid_from: date | None = None
    closed_on: date | None = None
    successors: tuple[str, ...] = ()
    corrected_for: str = ""


def keys(event: AreaEvent, _: Envelope) -> Sequence[str]:
    """The area's own row."""
    return [event.area]


def evolve(row: AreaRow, event: AreaEvent, _: Envelope) -> AreaRow:
    """The row after an event. An area described again after its end stays ended."""
    match event:
        case AreaDefined():
            return replace(
                row,
                parent=event.parent,
                municipality=event.municipality,
                kind=event.kind.value,
                tiers=tuple(tier.value for tier in event.tiers),
                name=event.name,
                kana=event.kana,
                valid_from=event.valid_from,
                corrected_for=event.reason or row.corrected_for,
            )
        case AreaReorganized():
            said = event.reason or row.corrected_for
            return replace(row, closed_on=event.valid_from, successors=event.successors, corrected_for=said)
        case AreaReorganizationWithdrawn():
            return replace(row, closed_on=None, successors=(), corrected_for=event.reason)
        case _:
            assert_never(event)


areas_view: View[AreaRow] = View(
    name="areas",
    version=4,
    row=AreaRow,
    subscribes_to=types_of(AreaEvent),
    keys=keys,
    evolve=evolve,
    counted_in=lambda _: [EVERYWHERE],
    indexes=(("municipality",),),  # the areas of one municipality are found without reading those of all others
)


def node_of(row: AreaRow) -> AreaNode:
    """The row as the tree has it."""
    return AreaNode(
        row.area, row.parent, row.municipality, row.kind, tuple(row.tiers), row.name, row.kana,
        row.valid_from, row.closed_on, tuple(row.successors),
    )  # fmt: skip


async def read_tree(snapshot: Snapshot, day: date) -> AreaTree:
    """The tree of all areas on a day, read from a snapshot."""
    return AreaTree(map(node_of, await snapshot.select(areas_view)), day)


async def tree_of(snapshot: Snapshot, day: date) -> AreaTree:
    """The same. It is read once, until an area changes."""
    kept = await snapshot.unless_changed([areas_view], (), "tree of areas", lambda: read_tree(snapshot, day))
    return kept.on(day)
