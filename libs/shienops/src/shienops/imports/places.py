"""Coordinates: checks, conversion to integers, and the area that contains a location."""

from __future__ import annotations

import math
from collections.abc import Mapping

import shapely
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from shiendomain.coordinates import in_japan
from shiendomain.vocabulary import Location

E7 = 10_000_000

Boundary = tuple[tuple[tuple[tuple[int, int], ...], ...], ...]


def why_not_in_japan(latitude: float, longitude: float) -> tuple[str, str] | None:
    """Return why a position, in degrees, is not accepted, in Japanese and English; None when it lies in Japan."""
    if in_japan(latitude, longitude):
        return None
    if in_japan(longitude, latitude):
        return (
            f"緯度と経度が入れ替わっています。緯度は {longitude:g}、経度は {latitude:g} ではありませんか",
            f"latitude and longitude are swapped: perhaps latitude {longitude:g}, longitude {latitude:g} are meant",
        )
    return (
        f"緯度 {latitude:g}、経度 {longitude:g} は日本の範囲外です",
        f"latitude {latitude:g}, longitude {longitude:g} lie outside Japan",
    )


def location(latitude: float, longitude: float) -> Location:
    """Return the location in integers of 1e-7 degree."""
    return Location(lat_e7=round(latitude * E7), lon_e7=round(longitude * E7))


def degrees(text: str) -> float | None:
    """Return the number of degrees in a cell; None when the cell is not a finite number."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None


class AreaMap:
    """The polygons of the areas, by code.

    Args:
        shapes: polygon of each area code, in degrees.
    """

    def __init__(self, shapes: Mapping[str, BaseGeometry]) -> None:
        self.codes = tuple(shapes)
        self._shapes = tuple(shapes.values())
        self._tree = shapely.STRtree(self._shapes)

    def areas_of(self, where: Location) -> tuple[str, ...]:
        """Return the areas that contain the location, border included, by code: several on a border or an overlap."""
        point = Point(where.lon_e7 / E7, where.lat_e7 / E7)
        return tuple(sorted(self.codes[int(index)] for index in self._tree.query(point, predicate="intersects")))


def boundary_of(shape: BaseGeometry) -> Boundary:
    """Return a polygon or multipolygon in the form of an event."""
    polygons = shape.geoms if isinstance(shape, MultiPolygon) else [shape]
    return tuple(
        tuple(_ring(ring.coords) for ring in (polygon.exterior, *polygon.interiors))
        for polygon in polygons
        if isinstance(polygon, Polygon)
    )


def shape_of(boundary: Boundary) -> BaseGeometry:
    """Return the polygons of an event, in degrees."""
    scaled = [[[(lon / E7, lat / E7) for lon, lat in ring] for ring in polygon] for polygon in boundary]
    return MultiPolygon([Polygon(rings[0], rings[1:]) for rings in scaled if rings])


def points_of(boundary: Boundary) -> int:
    """Return the number of points of a boundary."""
    return sum(len(ring) for polygon in boundary for ring in polygon)


def _ring(coordinates: shapely.coords.CoordinateSequence) -> tuple[tuple[int, int], ...]:
    return tuple((round(lon * E7), round(lat * E7)) for lon, lat, *_ in coordinates)
