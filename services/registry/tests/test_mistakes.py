"""What was recorded by mistake is taken back: one rule for all, no row is left, and nothing that stands is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from registry.decider import coordinator, council, place, provider, supporters, venue
from registry.decider.coordinator_commands import WithdrawCoordinator
from registry.decider.council_commands import WithdrawCouncil
from registry.decider.place import WithdrawPlace
from registry.decider.provider import RegisterProvider, WithdrawProvider
from registry.decider.supporter_commands import WithdrawTraining
from registry.decider.venue import WithdrawVenue
from registry.projections import cohorts, coordinators, councils, placements, places, providers, venues, withdrawn
from shiendomain.mistakes import Ground, Mistake
from shiendomain.moves import Move
from shiendomain.withdrawn_view import RecordKind
from shienevents import Decider, Event, Home, View
from shienevents.testing import Scenario, an_envelope

from .facts import AN_ID, ANOTHER, AREA, ASSIGNED, ESTABLISHED, MIDORI
from .facts_development import (
    ENDED,
    FILLED,
    OFFERED,
    PLACE_WITHDRAWN,
    PLACED,
    SECURED,
    TRAINED,
    TRAINING_WITHDRAWN,
    VENUE_WITHDRAWN,
)
from .network_facts import COUNCIL_WITHDRAWN, HANDED_OVER, POST_WITHDRAWN, PROVIDER_WITHDRAWN
from .test_moves import KINDS as MOVES

Command = Callable[[Any, Mistake], object]
KINDS: list[tuple[Decider[Any, Any, Any], View[Any], Event, Any, Command]] = [
    (coordinator.decider, coordinators, ASSIGNED, POST_WITHDRAWN, WithdrawCoordinator),
    (council.decider, councils, ESTABLISHED, COUNCIL_WITHDRAWN, WithdrawCouncil),
    (provider.decider, providers, MIDORI, PROVIDER_WITHDRAWN.model_copy(update={"same_as": None}), WithdrawProvider),
    (supporters.decider, cohorts, TRAINED, TRAINING_WITHDRAWN.model_copy(update={"placements": ()}), WithdrawTraining),
    (venue.decider, venues, SECURED, VENUE_WITHDRAWN, WithdrawVenue),
    (place.decider, places, OFFERED, PLACE_WITHDRAWN, WithdrawPlace),
]
MOVE = {decider.name: command for decider, _, _, _, command in MOVES}
each = pytest.mark.parametrize(
    ("decider", "view", "first", "gone", "command"), KINDS, ids=lambda one: getattr(one, "name", "")
)


@each
def test_a_record_is_taken_back_once_and_nothing_is_changed_about_it_any_more(
    decider: Decider[Any, Any, Any], view: View[Any], first: Event, gone: Any, command: Command
) -> None:
    id_ = getattr(first, view.row.key[0])
    rules, mistake = Scenario(decider), Mistake(gone.reason)
    rules.given(first).when(command(id_, mistake)).then(gone)
    rules.given(first, gone).when(command(id_, mistake)).then()
    rules.given(first, gone).when(MOVE[decider.name](id_, Move("272108-04", {AREA}, "誤り"))).then_rejected(
        "record.withdrawn"
    )
    rules.given().when(command(id_, mistake)).then_not_found(f"{decider.name}.unknown")


@each
def test_no_row_is_left_of_it_but_the_one_that_says_why(
    decider: Decider[Any, Any, Any], view: View[Any], first: Event, gone: Any, command: Command
) -> None:
    (key,) = view.row.key
    row: Any = view.evolve(view.row(**{key: getattr(first, key)}), first, an_envelope(version=1))
    assert row is not None
    assert view.evolve(row, gone, an_envelope(version=2)) is None
    (record_id,) = withdrawn.keys(gone, an_envelope(version=2))
    assert isinstance(record_id, type(AN_ID))
    kept = withdrawn.evolve(withdrawn.row(record_id=record_id), gone, an_envelope(version=2))
    assert kept is not None
    assert (kept.kind, kept.area, kept.reason) == (RecordKind[decider.name.upper()], AREA, gone.reason)


@pytest.mark.parametrize("command", [WithdrawCoordinator, WithdrawCouncil, WithdrawVenue])
def test_what_something_stands_on_is_not_taken_back(command: Command) -> None:
    decider, first = next((one[0], one[2]) for one in KINDS if one[4] is command)
    held = Mistake("二重の記録", {Ground.MEETINGS: 0, Ground.CONTACTS: 2})
    Scenario(decider).given(first).when(command(AN_ID, held)).then_rejected(
        "record.followed", ground=Ground.CONTACTS, count=2
    )


def test_a_post_that_was_handed_over_was_there() -> None:
    rules = Scenario(coordinator.decider).given(ASSIGNED, HANDED_OVER)
    rules.when(WithdrawCoordinator(AN_ID, Mistake("二重"))).then_rejected("coordinator.handed_over", on=HANDED_OVER.on)


def test_a_training_goes_with_its_placements_once_nobody_supports_anything() -> None:
    rules, command = Scenario(supporters.decider), WithdrawTraining(AN_ID, Mistake("二重の記録"))
    rules.given(TRAINED, PLACED).when(command).then_rejected(
        "record.followed", ground=Ground.PLACEMENTS, count=PLACED.headcount
    )
    all_ended = ENDED.model_copy(update={"headcount": PLACED.headcount})
    rules.given(TRAINED, PLACED, all_ended).when(command).then(TRAINING_WITHDRAWN)
    assert placements.keys(TRAINING_WITHDRAWN, an_envelope(version=1)) == (ANOTHER,)
    row: Any = placements.row(placement_id=ANOTHER)
    assert placements.evolve(row, TRAINING_WITHDRAWN, an_envelope(version=2)) is None


def test_a_place_in_which_people_take_part_is_one() -> None:
    rules = Scenario(place.decider).given(OFFERED, FILLED)
    rules.when(WithdrawPlace(AN_ID, Mistake("二重"))).then_rejected(
        "record.followed", ground=Ground.PARTICIPANTS, count=FILLED.headcount
    )


def test_a_provider_is_another_one_and_its_list_does_not_bring_it_back() -> None:
    rules = Scenario(provider.decider)
    rules.given(MIDORI).when(WithdrawProvider(ANOTHER, Mistake("二重の登録"), AN_ID)).then(PROVIDER_WITHDRAWN)
    rules.given(MIDORI).when(WithdrawProvider(ANOTHER, Mistake("二重"), ANOTHER)).then_rejected(
        "provider.same_as_itself"
    )
    listed = RegisterProvider(ANOTHER, Home("272108", AREA), "みどりの会", "", MIDORI.kind, None)
    rules.given(MIDORI, PROVIDER_WITHDRAWN).when(listed).then()
