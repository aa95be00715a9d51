"""In which areas a point lies, against a library of geometry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry import Point as Geometry

from shiendomain.boundaries import Boundary, box_of, lies_in
from shiendomain.distances import Box, Point

WEST: Boundary = ((((0, 0), (10, 0), (10, 10), (0, 10), (0, 0)),),)
EAST: Boundary = ((((10, 0), (20, 0), (20, 10), (10, 10)),),)  # not closed, as some files have it
HOLED: Boundary = ((((0, 0), (30, 0), (30, 30), (0, 30)), ((10, 10), (20, 10), (20, 20), (10, 20))),)


@pytest.mark.parametrize(
    ("lon", "lat", "found"),
    [
        (5, 5, ["west"]),
        (15, 5, ["east"]),
        (10, 5, ["west", "east"]),  # on the edge of both
        (10, 10, ["west", "east"]),  # on a corner of both
        (0, 3, ["west"]),
        (21, 5, []),
        (5, -1, []),
    ],
)
def test_a_point_lies_in_no_area_in_one_or_on_the_edge_of_two(lon: int, lat: int, found: list[str]) -> None:
    areas = {"west": WEST, "east": EAST}
    assert [name for name, boundary in areas.items() if lies_in(Point(lat, lon), boundary)] == found


def test_a_hole_is_not_part_of_an_area_but_its_edge_is() -> None:
    assert [lies_in(Point(lat, 15), HOLED) for lat in (5, 10, 15, 20, 25)] == [True, True, False, True, True]


def test_an_area_without_a_boundary_holds_no_point() -> None:
    assert (lies_in(Point(0, 0), ()), lies_in(Point(0, 0), ((),)), box_of(())) == (False, False, None)
    assert box_of(HOLED) == Box(0, 30, 0, 30)


numbers = st.integers(-6, 6)
points = st.tuples(numbers, numbers)
polygons = st.lists(points, min_size=3, max_size=7, unique=True).filter(lambda ring: Polygon(ring).is_valid)


@given(st.lists(polygons, max_size=2), points)
def test_it_says_what_a_library_of_geometry_says(rings: list[list[tuple[int, int]]], point: tuple[int, int]) -> None:
    boundary = tuple((tuple(ring),) for ring in rings)
    shapes = MultiPolygon([Polygon(ring) for ring in rings])
    lon, lat = point
    assert lies_in(Point(lat, lon), boundary) == any(shape.intersects(Geometry(lon, lat)) for shape in shapes.geoms)
