"""How far two locations are from each other: a pure function, and beside it the same rule in SQL."""

from __future__ import annotations

from math import asin, ceil, cos, radians, sin, sqrt
from typing import NamedTuple

_RADIUS_METRES = 6_371_008
_DEGREE_METRES = 111_194
"""Of latitude, on a sphere of this radius."""


class Point(NamedTuple):
    """A location in integers of 1e-7 degree (WGS 84)."""

    lat_e7: int
    lon_e7: int


class Box(NamedTuple):
    """The latitudes and longitudes between which a location near a point lies."""

    south: int
    north: int
    west: int
    east: int


def metres_between(one: Point, other: Point) -> int:
    """The distance on a sphere (haversine), in whole metres. On the ellipsoid it is up to 0.5 % longer or shorter."""
    lat, other_lat = radians(one.lat_e7 / 1e7), radians(other.lat_e7 / 1e7)
    north, east = (other_lat - lat) / 2, radians((other.lon_e7 - one.lon_e7) / 1e7) / 2
    chord = sin(north) ** 2 + cos(lat) * cos(other_lat) * sin(east) ** 2
    return round(2 * _RADIUS_METRES * asin(sqrt(min(1.0, chord))))


def metres_sql(lat_e7: str, lon_e7: str) -> str:
    """`metres_between` in SQL, from a point to the columns lat_e7 and lon_e7; null where these are."""
    lat, other_lat = f"radians({lat_e7}::float8 / 1e7::float8)", "radians(lat_e7::float8 / 1e7::float8)"
    east = f"power(sin(radians((lon_e7 - {lon_e7})::float8 / 1e7::float8) / 2), 2)"
    chord = f"power(sin(({other_lat} - {lat}) / 2), 2) + cos({lat}) * cos({other_lat}) * {east}"
    return f"round(2 * {_RADIUS_METRES} * asin(sqrt(least(1::float8, {chord}))))::bigint"


def around(point: Point, metres: int) -> Box:
    """A box that holds all locations within so many whole metres. Near a pole it holds every longitude."""
    north = ceil((metres + 1) / _DEGREE_METRES * 1e7)
    shrunk = cos(radians(min(90.0, (abs(point.lat_e7) + north) / 1e7)))
    east = ceil(north / shrunk) if shrunk > 0.01 else 3_600_000_000
    return Box(point.lat_e7 - north, point.lat_e7 + north, point.lon_e7 - east, point.lon_e7 + east)
