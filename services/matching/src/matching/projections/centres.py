"""The middle of each area on the map: of the box around its boundary. A need has no place nearer than that."""

from __future__ import annotations

from shiendomain.distances import Point
from shiendomain.registry import AreaDefined
from shienevents import Envelope, Row, View, replace


class CentreRow(Row, key=("area",)):
    """The middle of an area in 1e-7 degree; without one where no boundary is known."""

    area: str
    lat_e7: int | None = None
    lon_e7: int | None = None

    @property
    def point(self) -> Point | None:
        """The middle as a location."""
        return None if self.lat_e7 is None or self.lon_e7 is None else Point(self.lat_e7, self.lon_e7)


def evolve(row: CentreRow, event: AreaDefined, _: Envelope) -> CentreRow:
    """The middle as the area was described last."""
    points = [point for polygon in event.boundary for point in polygon[0]]
    if not points:
        return replace(row, lat_e7=None, lon_e7=None)
    lons, lats = zip(*points, strict=True)
    return replace(row, lat_e7=(min(lats) + max(lats)) // 2, lon_e7=(min(lons) + max(lons)) // 2)


centres: View[CentreRow] = View(
    name="centres",
    version=1,
    row=CentreRow,
    subscribes_to=(AreaDefined,),
    keys=lambda event, _: [event.area],
    evolve=evolve,
)
