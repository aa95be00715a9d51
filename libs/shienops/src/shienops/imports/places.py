"""Where things are: coordinates checked and made whole numbers, and the area that a place lies in."""

from __future__ import annotations

import math
from collections.abc import Mapping

import shapely
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from shiendomain.vocabulary import Location

E7 = 10_000_000
LATITUDES, LONGITUDES = (20.0, 46.0), (122.0, 154.5)
"""Japan from Okinotorishima to the north of Hokkaido, and from Yonaguni to Minamitorishima"""

Boundary = tuple[tuple[tuple[tuple[int, int], ...], ...], ...]


def in_japan(latitude: float, longitude: float) -> bool:
    """Does the place lie in the box around Japan?"""
    return LATITUDES[0] <= latitude <= LATITUDES[1] and LONGITUDES[0] <= longitude <= LONGITUDES[1]


def why_not_in_japan(latitude: float, longitude: float) -> tuple[str, str] | None:
    """What is wrong with a position, in Japanese and English; None when it lies in Japan."""
    if in_japan(latitude, longitude):
        return None
    if in_japan(longitude, latitude):
        return "緯度と経度が入れ替わっています", "latitude and longitude are swapped"
    return (
        f"緯度 {latitude:g}、経度 {longitude:g} は日本の外です",
        f"latitude {latitude:g}, longitude {longitude:g} lie outside Japan",
    )


def location(latitude: float, longitude: float) -> Location:
    """The place in whole numbers of 1e-7 degree."""
    return Location(lat_e7=round(latitude * E7), lon_e7=round(longitude * E7))


def degrees(text: str) -> float | None:
    """The number of a cell; None when it is none. Full-width digits are not accepted silently elsewhere: here too."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None


class AreaMap:
    """The areas' polygons, and which of them a place lies in."""

    def __init__(self, shapes: Mapping[str, BaseGeometry]) -> None:
        self.codes = tuple(shapes)
        self._shapes = tuple(shapes.values())
        self._tree = shapely.STRtree(self._shapes)

    def area_of(self, place: Location) -> str | None:
        """The area that the place lies in or on the border of; of several, the one whose code comes first."""
        point = Point(place.lon_e7 / E7, place.lat_e7 / E7)
        found = [self.codes[int(index)] for index in self._tree.query(point, predicate="intersects")]
        return min(found, default=None)


def boundary_of(shape: BaseGeometry) -> Boundary:
    """A polygon or several as an event holds them."""
    polygons = shape.geoms if isinstance(shape, MultiPolygon) else [shape]
    return tuple(
        tuple(_ring(ring.coords) for ring in (polygon.exterior, *polygon.interiors))
        for polygon in polygons
        if isinstance(polygon, Polygon)
    )


def shape_of(boundary: Boundary) -> BaseGeometry:
    """The polygons of an event in degrees."""
    scaled = [[[(lon / E7, lat / E7) for lon, lat in ring] for ring in polygon] for polygon in boundary]
    return MultiPolygon([Polygon(rings[0], rings[1:]) for rings in scaled if rings])


def points_of(boundary: Boundary) -> int:
    """How many points the boundary has."""
    return sum(len(ring) for polygon in boundary for ring in polygon)


def _ring(coordinates: shapely.coords.CoordinateSequence) -> tuple[tuple[int, int], ...]:
    return tuple((round(lon * E7), round(lat * E7)) for lon, lat, *_ in coordinates)
