"""Whether a point lies in the boundary of an area: in whole numbers, so that an edge is an edge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .distances import Box, Point

Ring = Sequence[Sequence[int]]
Boundary = Sequence[Sequence[Ring]]
"""Polygons, each an outline and its holes, of (longitude, latitude) in 1e-7 degree."""


def lies_in(point: Point, boundary: Boundary) -> bool:
    """Whether the point lies in one of the polygons and in none of its holes. An edge belongs to what it bounds."""
    for outline, *holes in (polygon for polygon in boundary if polygon):
        if any(_on_edge(point, ring) for ring in (outline, *holes)):
            return True
        if _within(point, outline) and not any(_within(point, hole) for hole in holes):
            return True
    return False


def box_of(boundary: Boundary) -> Box | None:
    """The latitudes and longitudes between which the boundary lies; None for an area without one."""
    points = [point for polygon in boundary for ring in polygon for point in ring]
    if not points:
        return None
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    return Box(min(lats), max(lats), min(lons), max(lons))


def _edges(ring: Ring) -> Iterable[tuple[Sequence[int], Sequence[int]]]:
    return zip(ring, (*ring[1:], ring[0]), strict=True) if ring else ()


def _turn(point: Point, a: Sequence[int], b: Sequence[int]) -> int:
    """Positive where the point lies to the left of the way from a to b, zero where it lies on that line."""
    return (b[0] - a[0]) * (point.lat_e7 - a[1]) - (b[1] - a[1]) * (point.lon_e7 - a[0])


def _on_edge(point: Point, ring: Ring) -> bool:
    return any(
        min(a[0], b[0]) <= point.lon_e7 <= max(a[0], b[0])
        and min(a[1], b[1]) <= point.lat_e7 <= max(a[1], b[1])
        and _turn(point, a, b) == 0
        for a, b in _edges(ring)
    )


def _within(point: Point, ring: Ring) -> bool:
    """Whether a ray from the point to the east crosses the ring an odd number of times. The point is on no edge."""
    inside = False
    for a, b in _edges(ring):
        if (a[1] > point.lat_e7) != (b[1] > point.lat_e7) and (_turn(point, a, b) > 0) == (b[1] > a[1]):
            inside = not inside
    return inside
