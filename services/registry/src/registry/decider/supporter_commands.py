"""What may be asked of a cohort of supporters: the commands of its stream."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shiendomain.mistakes import Mistake
from shiendomain.moves import Move
from shiendomain.registry import TrainingDetails
from shiendomain.states import ResourceState
from shiendomain.vocabulary import PlacementEnd
from shienevents import Home


@dataclass(frozen=True)
class TrainSupporters:
    """Record a cohort that was trained. In every command `today` is a fact."""

    cohort_id: UUID
    home: Home
    details: TrainingDetails
    today: date
    not_the_same_as: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class CorrectTraining:
    """Record a training as it is right."""

    cohort_id: UUID
    details: TrainingDetails
    reason: str
    today: date


@dataclass(frozen=True)
class CountGaveUp:
    """Record how many people of the cohort in all have given up."""

    cohort_id: UUID
    gave_up: int
    counted_on: date
    reason: str
    today: date


@dataclass(frozen=True)
class PlaceSupporters:
    """Some of the cohort begin to support a resource. `resource_state` is a fact."""

    cohort_id: UUID
    placement_id: UUID
    resource_id: UUID
    resource_state: ResourceState
    headcount: int
    placed_on: date
    today: date


@dataclass(frozen=True)
class EndPlacement:
    """Some people of a placement, or all, no longer support the resource."""

    cohort_id: UUID
    placement_id: UUID
    headcount: int
    ended_on: date
    reason: PlacementEnd
    today: date


@dataclass(frozen=True)
class CorrectPlacement:
    """Record a placement as it is right. Without a day it stays as it was."""

    cohort_id: UUID
    placement_id: UUID
    headcount: int
    placed_on: date | None
    reason: str
    today: date


@dataclass(frozen=True)
class MoveCohort:
    """Correct the area of a cohort."""

    cohort_id: UUID
    to: Move


@dataclass(frozen=True)
class WithdrawTraining:
    """The training was recorded by mistake."""

    cohort_id: UUID
    mistake: Mistake


Change = (
    CorrectTraining | CountGaveUp | PlaceSupporters | EndPlacement | CorrectPlacement | MoveCohort | WithdrawTraining
)
Command = TrainSupporters | Change
