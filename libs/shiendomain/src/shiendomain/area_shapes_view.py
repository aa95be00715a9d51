"""The view of the shapes of areas: for the map, and for the areas in which a point lies."""

from __future__ import annotations

from collections.abc import Sequence

from shienevents import Envelope, Row, View, replace

from .boundaries import box_of
from .registry import AreaDefined, Ring


class ShapeRow(Row, key=("area",)):
    """The outline of an area, in 1e-7 degree: polygons of rings of (longitude, latitude), and the box around them."""

    area: str
    boundary: tuple[tuple[Ring, ...], ...] = ()
    south: int | None = None
    north: int | None = None
    west: int | None = None
    east: int | None = None


def shape_keys(event: AreaDefined, _: Envelope) -> Sequence[str]:
    """The area's own row."""
    return [event.area]


def evolve_shape(row: ShapeRow, event: AreaDefined, _: Envelope) -> ShapeRow:
    """The outline as it was last drawn."""
    box = box_of(event.boundary)
    south, north, west, east = box or (None, None, None, None)
    return replace(row, boundary=event.boundary, south=south, north=north, west=west, east=east)


area_shapes: View[ShapeRow] = View(
    name="area_shapes", version=2, row=ShapeRow, subscribes_to=(AreaDefined,), keys=shape_keys, evolve=evolve_shape
)
