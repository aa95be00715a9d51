"""Distances: known ones, the laws they keep, and that the box of a search holds all that is near enough."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shiendomain.distances import Point, around, metres_between

HIRAKATA, KUMAMOTO = Point(348_143_000, 1_356_503_000), Point(328_031_000, 1_307_079_000)
points = st.builds(Point, st.integers(240_000_000, 460_000_000), st.integers(1_220_000_000, 1_540_000_000))


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (HIRAKATA, HIRAKATA, 0),
        (Point(0, 0), Point(10_000_000, 0), 111_195),
        (Point(0, 1_795_000_000), Point(0, -1_795_000_000), 111_195),
        (Point(600_000_000, 0), Point(600_000_000, 10_000_000), 55_597),
        (Point(900_000_000, 0), Point(-900_000_000, 0), 20_015_112),
    ],
)
def test_distances_are_known(one: Point, other: Point, metres: int) -> None:
    assert metres_between(one, other) == pytest.approx(metres, abs=2)


def test_two_cities_are_as_far_apart_as_on_a_map() -> None:
    assert metres_between(HIRAKATA, KUMAMOTO) == pytest.approx(507_000, rel=0.01)


@given(points, points)
def test_both_directions_are_as_long(one: Point, other: Point) -> None:
    assert metres_between(one, other) == metres_between(other, one)


@given(points, st.integers(-60_000, 60_000), st.integers(-60_000, 60_000), st.integers(1, 20_000))
def test_the_box_holds_all_that_is_near_enough(point: Point, north: int, east: int, metres: int) -> None:
    other = Point(point.lat_e7 + north, point.lon_e7 + east)
    box = around(point, metres)
    inside = box.south <= other.lat_e7 <= box.north and box.west <= other.lon_e7 <= box.east
    assert inside or metres_between(point, other) > metres
