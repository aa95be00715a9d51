"""The view of areas that every service folds from the registry: what territories and homes are judged by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from shienevents import Envelope, Row, View, replace

from .areas import AreaNode
from .registry import AreaDefined, AreaReorganized


class AreaRow(Row, key=("area",)):
    """One area as the registry last described it. Both kinds of event are from the area's own stream."""

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


def keys(event: AreaDefined | AreaReorganized, _: Envelope) -> Sequence[str]:
    """The area's own row."""
    return [event.area]


def evolve(row: AreaRow, event: AreaDefined | AreaReorganized, _: Envelope) -> AreaRow:
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
            )
        case AreaReorganized():
            return replace(row, closed_on=event.valid_from, successors=event.successors)


areas_view: View[AreaRow] = View(
    name="areas", version=1, row=AreaRow, subscribes_to=(AreaDefined, AreaReorganized), keys=keys, evolve=evolve
)


def node_of(row: AreaRow) -> AreaNode:
    """The row as the tree has it."""
    return AreaNode(
        row.area, row.parent, row.municipality, row.kind, tuple(row.tiers), row.name, row.kana,
        row.valid_from, row.closed_on, tuple(row.successors),
    )  # fmt: skip
