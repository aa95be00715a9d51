"""The rules of venues: secured, revised while they are, released, and secured again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from registry.decider import venue
from registry.decider.venue import ReleaseVenue, ReviseVenue, SecureVenue, SecureVenueAgain
from shiendomain.vocabulary import VenueEnd
from shienevents import Home
from shienevents.testing import Scenario

from .facts import AN_ID, AREA, DAY
from .facts_development import (
    JUNE,
    LARGER,
    MAY,
    RELEASED,
    ROOM,
    SECURED,
    SECURED_AGAIN,
    TODAY,
    VENUE_REVISED,
)

venues = Scenario(venue.decider)
NEW = ROOM.model_copy(update={"telephone": ""})
secure = SecureVenue(AN_ID, Home("272108", AREA), NEW, TODAY)
revise = ReviseVenue(AN_ID, LARGER, TODAY)
release = ReleaseVenue(AN_ID, VenueEnd.BUILDING_CLOSED, MAY, TODAY)
again = SecureVenueAgain(AN_ID, JUNE, SECURED_AGAIN.reason, TODAY)
TOMORROW = date(2026, 7, 2)


def test_a_venue_is_secured_once_and_not_tomorrow() -> None:
    secured = SECURED.model_copy(update={"details": NEW})
    venues.given().when(secure).then(secured)
    venues.given(secured).when(secure).then()
    venues.given(SECURED).when(replace(secure, details=LARGER)).then_rejected("venue.recorded")
    coming = replace(secure, details=NEW.model_copy(update={"secured_on": TOMORROW}))
    venues.given().when(coming).then_rejected("day.in_future", day=TOMORROW)


def test_a_telephone_number_is_no_part_of_a_venue_unless_it_was_before_contacts_were_kept_apart() -> None:
    venues.given().when(replace(secure, details=ROOM)).then_rejected("contact.not_here")
    other = LARGER.model_copy(update={"telephone": "072-000-0001"})
    venues.given(SECURED).when(replace(revise, details=other)).then_rejected("contact.not_here")
    removed = ROOM.model_copy(update={"telephone": ""})
    changed = VENUE_REVISED.model_copy(update={"details": removed, "changed": ("telephone",)})
    venues.given(SECURED).when(replace(revise, details=removed)).then(changed)


def test_a_revision_of_a_venue_names_what_differs() -> None:
    venues.given(SECURED).when(revise).then(VENUE_REVISED)
    venues.given(SECURED, VENUE_REVISED).when(revise).then()
    coming = replace(revise, details=ROOM.model_copy(update={"secured_on": TOMORROW}))
    venues.given(SECURED).when(coming).then_rejected("day.in_future", day=TOMORROW)


def test_a_released_venue_is_not_revised_and_released_once() -> None:
    venues.given(SECURED).when(release).then(RELEASED)
    venues.given(SECURED, RELEASED).when(release).then()
    venues.given(SECURED, RELEASED).when(revise).then_rejected("venue.released")


def test_a_venue_is_released_between_its_first_day_and_today() -> None:
    early = replace(release, released_on=date(2026, 3, 31))
    venues.given(SECURED).when(early).then_rejected("day.before_beginning", day=early.released_on, since=DAY)
    venues.given(SECURED).when(replace(release, released_on=TOMORROW)).then_rejected("day.in_future", day=TOMORROW)


def test_a_released_venue_comes_back() -> None:
    venues.given(SECURED, RELEASED).when(again).then(SECURED_AGAIN)
    venues.given(SECURED, RELEASED, SECURED_AGAIN).when(again).then()
    venues.given(SECURED, RELEASED, SECURED_AGAIN).when(revise).then(
        VENUE_REVISED.model_copy(update={"changed": ("capacity", "fee", "fee_yen", "secured_on")})
    )
    early = replace(again, secured_on=DAY)
    venues.given(SECURED, RELEASED).when(early).then_rejected("day.before_beginning", day=DAY, since=MAY)
    venues.given(SECURED).when(again).then_rejected("venue.not_released")


def test_a_release_that_was_a_mistake_is_as_if_it_had_not_been() -> None:
    mistaken = replace(again, secured_on=None)
    venues.given(SECURED, RELEASED).when(mistaken).then(SECURED_AGAIN.model_copy(update={"secured_on": DAY}))
    venues.given(SECURED).when(mistaken).then()


@pytest.mark.parametrize("command", [revise, release, again])
def test_nothing_happens_to_an_unknown_venue(command: venue.Command) -> None:
    venues.given().when(command).then_not_found("venue.unknown")
