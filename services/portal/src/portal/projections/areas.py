"""The shapes of areas, for the map."""

from __future__ import annotations

from collections.abc import Sequence

from shiendomain.registry import AreaDefined, Ring
from shienevents import Envelope, Row, View, replace


class ShapeRow(Row, key=("area",)):
    """The outline of an area, in 1e-7 degree: polygons of rings of (longitude, latitude)."""

    area: str
    boundary: tuple[tuple[Ring, ...], ...] = ()


def shape_keys(event: AreaDefined, _: Envelope) -> Sequence[str]:
    """The area's own row."""
    return [event.area]


def evolve_shape(row: ShapeRow, event: AreaDefined, _: Envelope) -> ShapeRow:
    """The outline as it was last drawn."""
    return replace(row, boundary=event.boundary)


area_shapes: View[ShapeRow] = View(
    name="area_shapes", version=1, row=ShapeRow, subscribes_to=(AreaDefined,), keys=shape_keys, evolve=evolve_shape
)
