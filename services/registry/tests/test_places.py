"""The rules of places where older people take part: never more than are wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from registry.decider import place
from registry.decider.place import ClosePlace, CorrectPlace, FillPlace, OfferPlace, ReopenPlace
from shiendomain.states import ResourceState
from shiendomain.vocabulary import PlaceEnd
from shienevents import Home
from shienevents.testing import Scenario

from .facts import AN_ID, ANOTHER, AREA, DAY
from .facts_development import (
    CLOSED,
    FILLED,
    JUNE,
    KITCHEN,
    MAY,
    OFFERED,
    PLACE_CORRECTED,
    REOPENED,
    TODAY,
)

places = Scenario(place.decider)
offer = OfferPlace(AN_ID, Home("272108", AREA), KITCHEN, ResourceState.REGISTERED, TODAY)
fill = FillPlace(AN_ID, 2, MAY, TODAY)
correct = CorrectPlace(
    AN_ID, PLACE_CORRECTED.details, 1, PLACE_CORRECTED.reason, resource_state=ResourceState.REGISTERED, today=TODAY
)
close = ClosePlace(AN_ID, PlaceEnd.NOBODY_CAME, JUNE, TODAY)
reopen = ReopenPlace(AN_ID, REOPENED.reason)
ONE_MORE = FILLED.model_copy(update={"headcount": 1})


def test_a_place_is_offered_once() -> None:
    places.given().when(offer).then(OFFERED)
    places.given(OFFERED).when(offer).then()
    other = replace(offer, details=PLACE_CORRECTED.details)
    places.given(OFFERED).when(other).then_rejected("place.recorded")


def test_a_place_of_a_resource_out_of_use_is_not_offered() -> None:
    places.given().when(replace(offer, resource_state=ResourceState.RETIRED)).then_rejected("resource.retired")
    of_a_body = KITCHEN.model_copy(update={"resource_id": None})
    places.given().when(replace(offer, details=of_a_body, resource_state=None)).then(
        OFFERED.model_copy(update={"details": of_a_body})
    )


def test_a_place_does_not_begin_tomorrow_nor_end_before_it_begins() -> None:
    coming = KITCHEN.model_copy(update={"offered_on": date(2026, 7, 2)})
    places.given().when(replace(offer, details=coming)).then_rejected("day.in_future", day=coming.offered_on)
    over = KITCHEN.model_copy(update={"until": date(2026, 3, 31)})
    places.given().when(replace(offer, details=over)).then_rejected("place.ends_first")


def test_as_many_take_part_as_are_wanted_and_no_more() -> None:
    places.given(OFFERED).when(fill).then(FILLED)
    places.given(OFFERED, FILLED).when(replace(fill, headcount=1)).then(ONE_MORE)
    places.given(OFFERED, FILLED).when(fill).then_rejected("place.fewer_wanted", wanted=3, filled=2)


def test_some_may_begin_twice_alike_and_the_last_begin_once() -> None:
    one = replace(fill, headcount=1)
    places.given(OFFERED, ONE_MORE).when(one).then(ONE_MORE)
    places.given(OFFERED, FILLED, ONE_MORE).when(one).then()


def test_nobody_takes_part_before_the_place_is_offered_or_tomorrow() -> None:
    early = replace(fill, filled_on=date(2026, 3, 31))
    places.given(OFFERED).when(early).then_rejected("day.before_beginning", day=early.filled_on, since=DAY)
    late = replace(fill, filled_on=date(2026, 7, 2))
    places.given(OFFERED).when(late).then_rejected("day.in_future", day=late.filled_on)


def test_a_place_is_corrected_with_a_reason_and_wants_no_fewer_than_take_part() -> None:
    places.given(OFFERED, FILLED).when(correct).then(PLACE_CORRECTED)
    places.given(OFFERED, FILLED, PLACE_CORRECTED).when(correct).then()
    three = replace(correct, filled=3)
    places.given(OFFERED, FILLED).when(three).then_rejected("place.fewer_wanted", wanted=2, filled=3)
    places.given(OFFERED, FILLED, PLACE_CORRECTED).when(replace(fill, headcount=1)).then(ONE_MORE)


def test_a_place_is_moved_to_a_resource_in_use_only() -> None:
    elsewhere = KITCHEN.model_copy(update={"resource_id": ANOTHER})
    moved = replace(correct, details=elsewhere, resource_state=ResourceState.SUSPENDED)
    places.given(OFFERED).when(moved).then_rejected("resource.suspended")
    same = replace(correct, resource_state=ResourceState.SUSPENDED)
    places.given(OFFERED).when(same).then(PLACE_CORRECTED)


def test_a_closed_place_takes_nobody_until_it_is_opened_again() -> None:
    places.given(OFFERED).when(close).then(CLOSED)
    places.given(OFFERED, CLOSED).when(close).then()
    places.given(OFFERED, CLOSED).when(fill).then_rejected("place.closed")
    places.given(OFFERED, CLOSED).when(correct).then_rejected("place.closed")
    places.given(OFFERED, CLOSED).when(reopen).then(REOPENED)
    places.given(OFFERED).when(reopen).then()
    places.given(OFFERED, CLOSED, REOPENED).when(fill).then(FILLED)


def test_a_place_is_closed_between_its_first_day_and_today() -> None:
    early = replace(close, closed_on=date(2026, 3, 31))
    places.given(OFFERED).when(early).then_rejected("day.before_beginning", day=early.closed_on, since=DAY)


@pytest.mark.parametrize("command", [fill, correct, close, reopen])
def test_nothing_happens_to_an_unknown_place(command: place.Command) -> None:
    places.given().when(command).then_not_found("place.unknown")
