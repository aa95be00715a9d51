"""The sample city: the same for the same seed, complete, and nowhere in Japan."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from shiendomain.registry import Ring
from shienops.demo.city import CODE, WALKED, sample_city
from shienops.demo.history import Needs
from shienops.demo.loading_development import quarters_before
from shienops.demo.plan import City

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
        place = resource.row["location"]
        assert isinstance(place, dict)
        lies = shapes[str(resource.row["area"])].covers(Point(place["lon_e7"], place["lat_e7"]))
        assert lies, resource


def test_no_two_needs_of_a_day_say_the_same_and_a_circle_that_grows_apart_is_left_out() -> None:
    for seed in (7, 26, 31):
        city = sample_city(seed=seed, today=TODAY)
        said = Counter((one.recorded_on, one.area, one.support_kind, one.frequency, one.age_band) for one in city.needs)
        assert set(said.values()) == {1}, seed


def test_a_day_that_has_every_need_that_can_be_said_is_followed_by_the_day_before() -> None:
    maker = Needs(random.Random(7), TODAY, CITY.areas, CITY.resources, {})
    made = [maker.of(CITY.areas[0].code, "outing", TODAY) for _ in range(40)]
    assert len({(one.recorded_on, one.frequency, one.age_band) for one in made}) == 40
    assert Counter(one.recorded_on for one in made) == {
        TODAY: 16, TODAY - timedelta(days=1): 16, TODAY - timedelta(days=2): 8,
    }  # fmt: skip


def test_where_a_kind_of_support_is_lacking_nobody_gives_it() -> None:
    given = {
        (area, kind)
        for resource in CITY.resources
        for area in areas_of(resource.row["service_areas"])
        for kind in areas_of(resource.row["support_kinds"])
    }
    lacking = {(area, kind) for area, kinds in CITY.lacking.items() for kind in kinds}
    assert not given & lacking
    assert WALKED in CITY.lacking[CITY.areas[0].code]
    searched = {(need.area, need.support_kind) for need in CITY.needs if need.searched_on}
    assert searched <= lacking
    assert (CITY.areas[0].code, WALKED) not in {(case.area, case.support_kind) for case in CITY.cases}


def areas_of(found: object) -> list[str]:
    assert isinstance(found, list)
    return found


def test_no_more_places_are_promised_than_there_are() -> None:
    taken: Counter[str] = Counter()
    for need in CITY.needs:
        for trial in need.trials:
            taken[trial.resource] += need.people
    for resource in CITY.resources:
        places = resource.row["capacity"]
        assert places is None or (isinstance(places, int) and taken[resource.reference] <= places)


# Days on which months, years and terms of weekdays fall together differently.
@pytest.mark.parametrize("today", [TODAY + timedelta(days=17 * n) for n in range(22)], ids=str)
def test_on_any_day_its_two_years_end_today_and_every_state_is_reached(today: date) -> None:
    city = sample_city(seed=7, today=today)
    for day in (day for case in city.cases for name, day in vars(case).items() if name in PAST and day):
        assert city.begun < day <= today
    by_outcome = {case.outcome: case for case in city.cases}
    assert set(by_outcome) == {
        "raised", "gap", "escalated", "received", "received_late", "returned", "again", "deliberated",
        "deliberated_late", "adopted", "rejected", "deferred", "deferred_late", "withdrawn", "designed", "launched",
    }  # fmt: skip
    for case in city.cases:
        steps = [case.raised_on, case.gap_on, case.met_on, case.received_on, case.returned_on, case.again_on]
        steps += [case.deliberated_on, case.decided_on, case.designed_on, case.launched_on]
        known = [day for day in steps if day]
        assert known == sorted(known), case
        assert case.due_on is None or case.received_on is None or case.received_on <= case.due_on
        assert max(city.needs[n].searched_on or today for n in case.needs) <= case.raised_on
        waits = case.outcome in ("received", "deliberated", "received_late", "deliberated_late")
        assert not waits or (case.due_on is not None and (case.due_on < today) == case.outcome.endswith("late"))
        assert (case.deferred_until is None) == (not case.outcome.startswith("deferred"))
        assert case.deferred_until is None or (case.deferred_until < today) == case.outcome.endswith("late")
        assert case.deferred_until is None or (case.decided_on is not None and case.decided_on < case.deferred_until)
    assert all(len(days) == 24 and days[0] < today for days in city.meetings.values())
    assert any(post.term_until <= today for post in city.posts)
    assert any(today < post.term_until <= today + timedelta(days=30) for post in city.posts)
    assert any(survey.responses is None and survey.period_until >= today for survey in city.surveys)
    assert all(survey.period_until <= today for survey in city.surveys if survey.responses is not None)
    assert {trial.outcome for need in city.needs for trial in need.trials} == {
        "proposed", "accepted", "declined", "lapsed", "helped", "partly", "not_helped",
    }  # fmt: skip
    assert any(len(need.trials) == 2 for need in city.needs), "reopened, then met"


PAST = {"raised_on", "gap_on", "met_on", "received_on", "returned_on", "again_on", "deliberated_on", "decided_on",
        "designed_on", "launched_on"}  # fmt: skip


def test_the_quarters_before_a_day_are_over_and_follow_each_other() -> None:
    assert quarters_before(date(2026, 1, 1), 2) == [
        (date(2025, 7, 1), date(2025, 9, 30)),
        (date(2025, 10, 1), date(2025, 12, 31)),
    ]
    assert quarters_before(date(2026, 12, 31), 1) == [(date(2026, 7, 1), date(2026, 9, 30))]
