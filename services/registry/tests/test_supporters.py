"""The rules of supporters: no more support something or have given up than were trained."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from registry.decider import supporters
from registry.decider.supporter_commands import (
    Command,
    CorrectPlacement,
    CorrectTraining,
    CountGaveUp,
    EndPlacement,
    PlaceSupporters,
    TrainSupporters,
)
from shiendomain.states import ResourceState
from shiendomain.vocabulary import PlacementEnd
from shienevents import Home
from shienevents.testing import Scenario

from .facts import AN_ID, ANOTHER, AREA, DAY
from .facts_development import (
    A_THIRD,
    CORRECTED,
    ENDED,
    GAVE_UP,
    JUNE,
    MAY,
    PLACED,
    PLACEMENT_CORRECTED,
    TODAY,
    TRAINED,
    TRAINING,
)

cohorts = Scenario(supporters.decider)
train = TrainSupporters(AN_ID, Home("272108", AREA), TRAINING, TODAY)
correct = CorrectTraining(AN_ID, CORRECTED.details, CORRECTED.reason, TODAY)
give_up = CountGaveUp(AN_ID, 1, JUNE, GAVE_UP.reason, TODAY)
place = PlaceSupporters(AN_ID, ANOTHER, A_THIRD, ResourceState.VERIFIED, 3, MAY, TODAY)
end = EndPlacement(AN_ID, ANOTHER, 1, JUNE, PlacementEnd.MOVED_AWAY, TODAY)
correct_placement = CorrectPlacement(AN_ID, ANOTHER, 2, None, PLACEMENT_CORRECTED.reason, TODAY)


def test_a_cohort_is_trained_once() -> None:
    cohorts.given().when(train).then(TRAINED)
    cohorts.given(TRAINED).when(train).then()
    other = replace(train, details=CORRECTED.details)
    cohorts.given(TRAINED).when(other).then_rejected("cohort.recorded")


def test_no_training_was_held_tomorrow() -> None:
    tomorrow = replace(train, today=date(2026, 3, 31))
    cohorts.given().when(tomorrow).then_rejected("day.in_future", day=DAY)


@pytest.mark.parametrize("command", [correct, give_up, place, end, correct_placement])
def test_nothing_happens_to_an_unknown_cohort(command: Command) -> None:
    cohorts.given().when(command).then_not_found("cohort.unknown")


@pytest.mark.parametrize("command", [end, correct_placement])
def test_nothing_happens_to_an_unknown_placement(command: Command) -> None:
    cohorts.given(TRAINED).when(command).then_not_found("placement.unknown")


def test_people_who_were_trained_are_placed_at_a_resource_once() -> None:
    cohorts.given(TRAINED).when(place).then(PLACED)
    cohorts.given(TRAINED, PLACED).when(place).then()
    cohorts.given(TRAINED, PLACED).when(replace(place, headcount=2)).then_rejected("placement.recorded")


def test_as_many_are_placed_as_were_trained_and_no_more() -> None:
    third = replace(place, placement_id=AN_ID)
    cohorts.given(TRAINED, PLACED).when(replace(third, headcount=2)).then(
        PLACED.model_copy(update={"placement_id": AN_ID, "headcount": 2})
    )
    cohorts.given(TRAINED, PLACED).when(third).then_rejected("cohort.too_few", trained=5, placed=6, gave_up=0)


def test_who_gave_up_is_not_placed() -> None:
    two = replace(place, placement_id=AN_ID, headcount=2)
    cohorts.given(TRAINED, PLACED, GAVE_UP).when(two).then_rejected("cohort.too_few", trained=5, placed=5, gave_up=1)


def test_a_resource_out_of_use_gets_nobody() -> None:
    for state, code in (
        (ResourceState.SUSPENDED, "resource.suspended"),
        (ResourceState.RETIRED, "resource.retired"),
    ):
        cohorts.given(TRAINED).when(replace(place, resource_state=state)).then_rejected(code)


def test_nobody_is_placed_before_the_training_or_tomorrow() -> None:
    early = replace(place, placed_on=date(2026, 3, 31))
    cohorts.given(TRAINED).when(early).then_rejected("day.before_beginning", day=early.placed_on, since=DAY)
    late = replace(place, placed_on=date(2026, 7, 2))
    cohorts.given(TRAINED).when(late).then_rejected("day.in_future", day=late.placed_on)


def test_a_placement_ends_for_some_and_they_can_be_placed_again() -> None:
    cohorts.given(TRAINED, PLACED).when(end).then(ENDED)
    again = replace(place, placement_id=AN_ID)
    cohorts.given(TRAINED, PLACED, ENDED).when(again).then(PLACED.model_copy(update={"placement_id": AN_ID}))


def test_a_placement_ends_for_no_more_than_are_there_and_not_before_it_began() -> None:
    more = replace(end, headcount=3)
    cohorts.given(TRAINED, PLACED, ENDED).when(more).then_rejected("placement.fewer_there", there=2)
    early = replace(end, ended_on=DAY)
    cohorts.given(TRAINED, PLACED).when(early).then_rejected("day.before_beginning", day=DAY, since=MAY)


def test_the_end_of_all_is_recorded_once_and_of_some_as_often_as_it_happens() -> None:
    cohorts.given(TRAINED, PLACED, ENDED).when(end).then(ENDED)
    of_all = ENDED.model_copy(update={"headcount": 3})
    cohorts.given(TRAINED, PLACED, of_all).when(replace(end, headcount=3)).then()


def test_a_training_is_corrected_with_a_reason_but_not_below_what_became_of_it() -> None:
    cohorts.given(TRAINED).when(correct).then(CORRECTED)
    cohorts.given(TRAINED, CORRECTED).when(correct).then()
    cohorts.given(TRAINED, PLACED, GAVE_UP).when(correct).then(CORRECTED)
    fewer = replace(correct, details=TRAINING.model_copy(update={"headcount": 3}))
    cohorts.given(TRAINED, PLACED, GAVE_UP).when(fewer).then_rejected("cohort.too_few", trained=3, placed=3, gave_up=1)


def test_a_training_that_never_was_is_corrected_to_nobody() -> None:
    nobody = TRAINING.model_copy(update={"headcount": 0})
    cohorts.given(TRAINED).when(replace(correct, details=nobody)).then(CORRECTED.model_copy(update={"details": nobody}))


def test_a_training_is_not_moved_behind_what_followed_it() -> None:
    later = replace(correct, details=TRAINING.model_copy(update={"held_on": JUNE}))
    cohorts.given(TRAINED, PLACED).when(later).then_rejected("cohort.held_later", first=MAY)
    never = PLACEMENT_CORRECTED.model_copy(update={"headcount": 0})
    cohorts.given(TRAINED, PLACED, never).when(later).then(CORRECTED.model_copy(update={"details": later.details}))


def test_how_many_gave_up_is_counted_and_counted_again() -> None:
    cohorts.given(TRAINED).when(give_up).then(GAVE_UP)
    cohorts.given(TRAINED, GAVE_UP).when(give_up).then()
    none = replace(give_up, gave_up=0)
    cohorts.given(TRAINED, GAVE_UP).when(none).then(GAVE_UP.model_copy(update={"gave_up": 0}))
    three = replace(give_up, gave_up=3)
    cohorts.given(TRAINED, PLACED).when(three).then_rejected("cohort.too_few", trained=5, placed=3, gave_up=3)


def test_a_placement_is_corrected_with_a_reason() -> None:
    cohorts.given(TRAINED, PLACED).when(correct_placement).then(PLACEMENT_CORRECTED)
    cohorts.given(TRAINED, PLACED, PLACEMENT_CORRECTED).when(correct_placement).then()
    back = replace(correct_placement, headcount=3)
    undone = PLACEMENT_CORRECTED.model_copy(update={"headcount": 3})
    cohorts.given(TRAINED, PLACED, ENDED).when(back).then(undone)
    six = replace(correct_placement, headcount=6)
    cohorts.given(TRAINED, PLACED).when(six).then_rejected("cohort.too_few", trained=5, placed=6, gave_up=0)
    early = replace(correct_placement, placed_on=date(2026, 3, 1))
    cohorts.given(TRAINED, PLACED).when(early).then_rejected("day.before_beginning", day=early.placed_on, since=DAY)


def test_who_is_placed_elsewhere_after_an_end_is_not_placed_twice_by_its_correction() -> None:
    elsewhere = PLACED.model_copy(update={"placement_id": UUID(int=9), "headcount": 3})
    back = replace(correct_placement, headcount=3)
    cohorts.given(TRAINED, PLACED, ENDED, elsewhere).when(back).then_rejected(
        "cohort.too_few", trained=5, placed=6, gave_up=0
    )
