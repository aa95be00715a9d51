"""The correction of an area: the same rule for whatever can be moved, and what goes with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from registry.decider import coordinator, council, place, provider, resource, supporters, venue
from registry.decider.coordinator_commands import HandOverCoordinator, MoveCoordinator
from registry.decider.council_commands import MoveCouncil
from registry.decider.place import MovePlace
from registry.decider.provider import MoveProvider, RegisterProvider
from registry.decider.resource_move import MoveResource
from registry.decider.supporter_commands import MoveCohort
from registry.decider.venue import MoveVenue
from registry.projections import cohorts, coordinators, councils, places, providers, resources, venues
from shiendomain.moves import Move
from shiendomain.registry import (
    CohortMoved,
    CoordinatorHandedOver,
    CoordinatorMoved,
    CouncilMoved,
    PlaceMoved,
    ProviderMoved,
    ResourceMoved,
    VenueMoved,
)
from shiendomain.vocabulary import Tier
from shienevents import Decider, Event, Home, View
from shienevents.testing import Scenario, an_envelope

from .facts import AN_ID, ANOTHER, AREA, ASSIGNED, ESTABLISHED, MIDORI, MOVED
from .facts_development import OFFERED, RELEASED, SECURED, SECURED_AGAIN, TRAINED
from .network_facts import COUNCIL_MOVED, POST_MOVED, REVISED
from .test_projections import registered

THERE = "272108-04"
OF_TIER = (Tier.TIER2,)
TO = Move(THERE, {AREA, THERE}, "隣の校区だった")
Command = Callable[[UUID, Move], object]

KINDS: list[tuple[Decider[Any, Any, Any], View[Any], Event, type[Event], Command]] = [
    (resource.decider, resources, registered(ANOTHER), ResourceMoved, MoveResource),
    (provider.decider, providers, MIDORI, ProviderMoved, MoveProvider),
    (venue.decider, venues, SECURED, VenueMoved, MoveVenue),
    (supporters.decider, cohorts, TRAINED, CohortMoved, MoveCohort),
    (place.decider, places, OFFERED, PlaceMoved, MovePlace),
    (
        coordinator.decider,
        coordinators,
        ASSIGNED,
        CoordinatorMoved,
        lambda one, to: MoveCoordinator(one, to, OF_TIER),
    ),
    (council.decider, councils, ESTABLISHED, CouncilMoved, lambda one, to: MoveCouncil(one, to, OF_TIER)),
]


@pytest.mark.parametrize(
    ("decider", "view", "first", "moved", "command"), KINDS, ids=lambda one: getattr(one, "name", "")
)
def test_the_area_of_a_thing_is_corrected_within_its_municipality(
    decider: Decider[Any, Any, Any], view: View[Any], first: Event, moved: type[Event], command: Command
) -> None:
    (key,) = view.row.key
    thing = getattr(first, key)
    there = moved.model_validate({key: thing, "from_area": AREA, "area": THERE, "reason": TO.reason})
    back = moved.model_validate({key: thing, "from_area": THERE, "area": AREA, "reason": TO.reason})
    rules = Scenario(decider)
    rules.given(first).when(command(thing, TO)).then(there)
    rules.given(first, there).when(command(thing, TO)).then()
    rules.given(first, there).when(command(thing, Move(AREA, TO.within, TO.reason))).then(back)
    elsewhere = Move("131016-01", {"131016-01"}, TO.reason)
    rules.given(first).when(command(thing, elsewhere)).then_rejected("area.other_municipality")
    rules.given().when(command(thing, TO)).then_not_found(f"{decider.name}.unknown")
    assert decider.moves == (moved,)


@pytest.mark.parametrize(
    ("decider", "view", "first", "moved", "command"), KINDS, ids=lambda one: getattr(one, "name", "")
)
def test_a_moved_thing_is_seen_where_it_belongs(
    decider: Decider[Any, Any, Any], view: View[Any], first: Event, moved: type[Event], command: Command
) -> None:
    (key,) = view.row.key
    there = moved.model_validate({key: getattr(first, key), "from_area": AREA, "area": THERE, "reason": TO.reason})
    row: Any = view.row(**{key: getattr(first, key)})
    for version, event in enumerate((first, there), 1):
        row = view.evolve(row, event, an_envelope(version=version))
    assert (row.area, row.version) == (THERE, 2)


def test_a_list_that_is_sent_again_leaves_a_provider_where_it_was_moved() -> None:
    moved = ProviderMoved(provider_id=ANOTHER, from_area=AREA, area=THERE, reason=TO.reason)
    row = RegisterProvider(
        ANOTHER, Home("272108", AREA), MIDORI.name, MIDORI.kana, MIDORI.kind, MIDORI.corporate_number
    )
    rules = Scenario(provider.decider).given(MIDORI, moved)
    rules.when(row).then()
    renamed = MIDORI.model_copy(update={"name": "みどりの会", "area": THERE})
    rules.when(replace(row, name="みどりの会")).then(renamed)
    Scenario(provider.decider).given(MIDORI, REVISED, moved).when(MoveProvider(ANOTHER, TO)).then()


def test_a_venue_that_is_secured_again_stays_where_it_was_moved() -> None:
    moved = VenueMoved(venue_id=SECURED.venue_id, from_area=AREA, area=THERE, reason=TO.reason)
    rules = Scenario(venue.decider).given(SECURED, moved, RELEASED, SECURED_AGAIN)
    rules.when(MoveVenue(SECURED.venue_id, TO)).then()


def test_the_example_of_a_move_names_both_areas() -> None:
    assert (MOVED.from_area, MOVED.area) == (AREA, THERE)


def test_a_council_is_moved_to_an_area_of_its_tier_only() -> None:
    rules = Scenario(council.decider).given(ESTABLISHED)
    rules.when(MoveCouncil(AN_ID, TO, (Tier.TIER1,))).then_rejected("council.area_of_other_tier", tier=Tier.TIER2)
    Scenario(council.decider).given(ESTABLISHED, COUNCIL_MOVED).when(MoveCouncil(AN_ID, TO, ())).then()


def test_a_post_is_moved_to_an_area_of_its_tier_only() -> None:
    rules = Scenario(coordinator.decider).given(ASSIGNED)
    other = MoveCoordinator(AN_ID, TO, (Tier.TIER1,))
    rules.when(other).then_rejected("coordinator.area_of_other_tier", tier=Tier.TIER2)
    Scenario(coordinator.decider).given(ASSIGNED, POST_MOVED).when(MoveCoordinator(AN_ID, TO, ())).then()


def test_a_post_that_was_moved_is_handed_over_in_the_area_where_it_is() -> None:
    on = date(2026, 6, 1)
    command = HandOverCoordinator(AN_ID, on, None, "", on)
    there, here = (
        CoordinatorHandedOver(coordinator_id=AN_ID, on=on, area=area, stale_after_days=command.stale_after_days)
        for area in (THERE, AREA)
    )
    Scenario(coordinator.decider).given(ASSIGNED, POST_MOVED).when(command).then(there)
    Scenario(coordinator.decider).given(ASSIGNED, here, POST_MOVED).when(command).then()
