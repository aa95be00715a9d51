"""The sample city: made anew from its seed, whole, and nowhere in Japan."""

from __future__ import annotations

from collections import Counter
from datetime import date

from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from shiendomain.registry import Ring
from shienops.demo.city import CODE, City, sample_city

TODAY = date(2026, 4, 1)
CITY = sample_city(seed=7, today=TODAY)


def shape(boundary: tuple[tuple[Ring, ...], ...]) -> BaseGeometry:
    return unary_union([Polygon(rings[0], rings[1:]) for rings in boundary])


def test_the_same_seed_makes_the_same_city_and_another_seed_another_one() -> None:
    assert sample_city(seed=7, today=TODAY) == CITY
    assert sample_city(seed=8, today=TODAY) != CITY


def test_its_code_has_a_right_check_digit_and_no_prefecture() -> None:
    a, b, c, d, e, check = map(int, CODE)
    assert (11 - (6 * a + 5 * b + 4 * c + 3 * d + 2 * e) % 11) % 10 == check
    assert int(CODE[:2]) > 47


def test_its_areas_cover_the_city_and_do_not_overlap() -> None:
    whole, parts = shape(CITY.outline), [shape(area.boundary) for area in CITY.areas]
    assert len(parts) == 12
    assert sum(part.area for part in parts) <= whole.area * 1.000001
    assert unary_union(parts).area >= whole.area * 0.999999


def test_it_is_as_large_as_it_says_and_every_resource_lies_in_its_own_area() -> None:
    def counted(city: City) -> tuple[int, int, int]:
        return len(city.areas), len(city.resources), len(city.needs)

    assert counted(CITY) == (12, 400, 600)
    assert set(Counter(need.area for need in CITY.needs)) == {area.code for area in CITY.areas}
    shapes = {area.code: shape(area.boundary).buffer(10) for area in CITY.areas}  # a micro-degree of rounding
    for resource in CITY.resources:
        place = resource["location"]
        assert isinstance(place, dict)
        lies = shapes[str(resource["area"])].covers(Point(place["lon_e7"], place["lat_e7"]))
        assert lies, resource
