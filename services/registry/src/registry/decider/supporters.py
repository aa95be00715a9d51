"""The rules of supporters (担い手): a cohort is trained in one training, and its people are placed at resources.

Those who support something now and those who gave up are together never more than were trained. All of it is in the
stream of the cohort, so it holds exactly. A placement belongs to its cohort and may end for all of its people or some.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.mistakes import Ground, check_there, taken_back
from shiendomain.moves import moved
from shiendomain.registry import (
    CohortMoved,
    PlacementCorrected,
    PlacementEnded,
    SupporterEvent,
    SupportersGaveUp,
    SupportersPlaced,
    SupportersTrained,
    TrainingCorrected,
    TrainingDetails,
    TrainingWithdrawn,
)
from shienevents import Decider, NotFound, Rejected, types_of

from .days import check_happened
from .in_use import check_in_use
from .supporter_commands import (
    Command,
    CorrectPlacement,
    CorrectTraining,
    CountGaveUp,
    EndPlacement,
    MoveCohort,
    PlaceSupporters,
    TrainSupporters,
    WithdrawTraining,
)


@dataclass(frozen=True)
class Placement:
    """How many support a resource, since which day; and how the placement was begun and ended last."""

    begun: SupportersPlaced
    headcount: int
    placed_on: date
    ended: PlacementEnded | None = None


@dataclass(frozen=True)
class Cohort:
    """A cohort: its training, its placements by id, and how many gave up."""

    details: TrainingDetails | None = None
    placements: Mapping[UUID, Placement] = field(default_factory=dict)
    gave_up: int = 0
    counted_on: date | None = None
    area: str = ""
    withdrawn: bool = False

    @property
    def placed(self) -> int:
        """How many support something now."""
        return sum(placement.headcount for placement in self.placements.values())

    def days(self) -> Iterator[date]:
        """The days on which something happened after the training."""
        yield from (one.placed_on for one in self.placements.values() if one.headcount or one.ended)
        if self.counted_on:
            yield self.counted_on


def decide(command: Command, cohort: Cohort) -> Sequence[SupporterEvent]:
    """The events that follow from a command."""
    if isinstance(command, TrainSupporters):
        return train(command, cohort)
    if cohort.details is None:
        raise NotFound("cohort.unknown")
    if isinstance(command, WithdrawTraining):
        return withdraw(command, cohort)
    check_there(withdrawn=cohort.withdrawn)
    match command:
        case CorrectTraining():
            return correct_training(command, cohort, cohort.details)
        case CountGaveUp():
            return count_gave_up(command, cohort, cohort.details)
        case PlaceSupporters():
            return place(command, cohort, cohort.details)
        case EndPlacement():
            return end(command, placement_of(command, cohort))
        case CorrectPlacement():
            return correct_placement(command, cohort, cohort.details, placement_of(command, cohort))
        case MoveCohort(cohort_id, to):
            return moved(to, cohort.area, CohortMoved, cohort_id=cohort_id)
        case _:
            assert_never(command)


def withdraw(command: WithdrawTraining, cohort: Cohort) -> Sequence[SupporterEvent]:
    """A training that was none, once. While some of its people support something, it was one."""
    if cohort.withdrawn:
        return []
    placements = tuple(cohort.placements)
    mistake = replace(command.mistake, standing={Ground.PLACEMENTS: cohort.placed})
    return taken_back(mistake, TrainingWithdrawn, cohort_id=command.cohort_id, area=cohort.area, placements=placements)


def placement_of(command: EndPlacement | CorrectPlacement, cohort: Cohort) -> Placement:
    """The placement that a command is about."""
    if found := cohort.placements.get(command.placement_id):
        return found
    raise NotFound("placement.unknown")


def train(command: TrainSupporters, cohort: Cohort) -> Sequence[SupporterEvent]:
    """A new cohort."""
    if cohort.details == command.details:
        return []
    if cohort.details:
        raise Rejected("cohort.recorded")
    check_happened(command.details.held_on, command.today)
    trained = SupportersTrained(
        cohort_id=command.cohort_id,
        area=command.home.area,
        details=command.details,
        not_the_same_as=command.not_the_same_as,
    )
    return [trained]


def correct_training(command: CorrectTraining, cohort: Cohort, details: TrainingDetails) -> Sequence[SupporterEvent]:
    """The training as it is right: not smaller than what became of it, nor later."""
    right = command.details
    if right == details:
        return []
    check_happened(right.held_on, command.today)
    if (first := min(cohort.days(), default=None)) and first < right.held_on:
        raise Rejected("cohort.held_later", first=first)
    check_enough(right.headcount, cohort.placed, cohort.gave_up)
    return [TrainingCorrected(cohort_id=command.cohort_id, details=right, reason=command.reason)]


def count_gave_up(command: CountGaveUp, cohort: Cohort, details: TrainingDetails) -> Sequence[SupporterEvent]:
    """How many have given up, in all."""
    if (command.gave_up, command.counted_on) == (cohort.gave_up, cohort.counted_on):
        return []
    check_happened(command.counted_on, command.today, details.held_on)
    check_enough(details.headcount, cohort.placed, command.gave_up)
    counted = SupportersGaveUp(
        cohort_id=command.cohort_id, gave_up=command.gave_up, counted_on=command.counted_on, reason=command.reason
    )
    return [counted]


def place(command: PlaceSupporters, cohort: Cohort, details: TrainingDetails) -> Sequence[SupporterEvent]:
    """A placement of people who were trained and support nothing yet, at a resource in use."""
    placed = SupportersPlaced(
        cohort_id=command.cohort_id,
        placement_id=command.placement_id,
        resource_id=command.resource_id,
        headcount=command.headcount,
        placed_on=command.placed_on,
    )
    known = cohort.placements.get(command.placement_id)
    if known and known.begun == placed:
        return []
    if known:
        raise Rejected("placement.recorded")
    check_in_use(command.resource_state)
    check_happened(command.placed_on, command.today, details.held_on)
    check_enough(details.headcount, cohort.placed + command.headcount, cohort.gave_up)
    return [placed]


def end(command: EndPlacement, placement: Placement) -> Sequence[SupporterEvent]:
    """The end of a placement for some of its people, or all. Some may end twice alike; all end once."""
    ended = PlacementEnded(
        cohort_id=command.cohort_id,
        placement_id=command.placement_id,
        headcount=command.headcount,
        ended_on=command.ended_on,
        reason=command.reason,
    )
    if placement.headcount == 0 and ended == placement.ended:
        return []
    check_happened(command.ended_on, command.today, placement.placed_on)
    if command.headcount > placement.headcount:
        raise Rejected("placement.fewer_there", there=placement.headcount)
    return [ended]


def correct_placement(
    command: CorrectPlacement, cohort: Cohort, details: TrainingDetails, placement: Placement
) -> Sequence[SupporterEvent]:
    """A placement as it is right."""
    placed_on = command.placed_on or placement.placed_on
    if (command.headcount, placed_on) == (placement.headcount, placement.placed_on):
        return []
    check_happened(placed_on, command.today, details.held_on)
    check_enough(details.headcount, cohort.placed - placement.headcount + command.headcount, cohort.gave_up)
    corrected = PlacementCorrected(
        cohort_id=command.cohort_id,
        placement_id=command.placement_id,
        headcount=command.headcount,
        placed_on=placed_on,
        reason=command.reason,
    )
    return [corrected]


def check_enough(trained: int, placed: int, gave_up: int) -> None:
    """No more support something or have given up than were trained. Raises `Rejected`."""
    if placed + gave_up > trained:
        raise Rejected("cohort.too_few", trained=trained, placed=placed, gave_up=gave_up)


def evolve(cohort: Cohort, event: SupporterEvent) -> Cohort:
    """The cohort after an event."""
    match event:
        case SupportersTrained():
            return replace(cohort, details=event.details, area=event.area)
        case TrainingCorrected():
            return replace(cohort, details=event.details)
        case CohortMoved():
            return replace(cohort, area=event.area)
        case SupportersGaveUp():
            return replace(cohort, gave_up=event.gave_up, counted_on=event.counted_on)
        case SupportersPlaced():
            return with_placement(cohort, event.placement_id, Placement(event, event.headcount, event.placed_on))
        case PlacementEnded():
            before = cohort.placements[event.placement_id]
            after = replace(before, headcount=before.headcount - event.headcount, ended=event)
            return with_placement(cohort, event.placement_id, after)
        case PlacementCorrected():
            before = cohort.placements[event.placement_id]
            after = replace(before, headcount=event.headcount, placed_on=event.placed_on, ended=None)
            return with_placement(cohort, event.placement_id, after)
        case TrainingWithdrawn():
            return replace(cohort, withdrawn=True)
        case _:
            assert_never(event)


def with_placement(cohort: Cohort, placement_id: UUID, placement: Placement) -> Cohort:
    """The cohort with this placement as it is now."""
    return replace(cohort, placements={**cohort.placements, placement_id: placement})


decider = Decider[Command, Cohort, SupporterEvent](
    name="cohort",
    commands=types_of(Command),
    events=types_of(SupporterEvent),
    stream=lambda command: command.cohort_id,
    home=lambda command: command.home if isinstance(command, TrainSupporters) else None,
    initial=Cohort(),
    decide=decide,
    evolve=evolve,
    moves=(CohortMoved,),
)
