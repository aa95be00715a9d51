"""Events of supporters (担い手), who are counted and never named: who was trained, and what they support."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shienevents import Event

from ..vocabulary import (
    AreaCode,
    BodyKind,
    ByMapping,
    Headcount,
    Line,
    LineOfReason,
    Name,
    Part,
    People,
    PlacementEnd,
    SupportKind,
)


class TrainingDetails(Part):
    """A training of supporters: its title, the body that held it, on which day, and for which kinds of support.

    `headcount` is how many people were trained; nobody, where a training was recorded by mistake.
    """

    title: Name
    held_on: date
    headcount: Headcount
    support_kinds: Annotated[tuple[SupportKind, ...], Field(min_length=1, max_length=20)]
    held_by: Name
    held_by_kind: BodyKind


class SupportersTrained(Event, wire="registry.supporters_trained.v1"):
    """A cohort of supporters (担い手) was trained in one training.

    `not_the_same_as`: identical cohorts that somebody looked at, and that are other ones.
    """

    cohort_id: UUID
    area: AreaCode
    details: TrainingDetails
    not_the_same_as: tuple[UUID, ...] = ()


class TrainingCorrected(Event, wire="registry.training_corrected.v1"):
    """What was recorded about a training was wrong: `details` is the whole of it as it is right."""

    cohort_id: UUID
    details: TrainingDetails
    reason: Line


class SupportersGaveUp(Event, wire="registry.supporters_gave_up.v1"):
    """By a day, `gave_up` people of the cohort in all had given up: they support nothing, and are not asked any more.

    It replaces the number that was recorded before, so it also corrects it.
    """

    cohort_id: UUID
    gave_up: Headcount
    counted_on: date
    reason: Line


class SupportersPlaced(Event, wire="registry.supporters_placed.v1"):
    """From a day on, `headcount` people of the cohort support a resource. This is one placement."""

    cohort_id: UUID
    placement_id: UUID
    resource_id: UUID
    headcount: People
    placed_on: date


class PlacementEnded(Event, wire="registry.placement_ended.v1"):
    """On a day, `headcount` people of a placement no longer support the resource: all of them, or some."""

    cohort_id: UUID
    placement_id: UUID
    headcount: People
    ended_on: date
    reason: PlacementEnd


class PlacementCorrected(Event, wire="registry.placement_corrected.v1"):
    """What was recorded about a placement was wrong: `headcount` people support the resource, since `placed_on`.

    Nobody: the placement was recorded by mistake.
    """

    cohort_id: UUID
    placement_id: UUID
    headcount: Headcount
    placed_on: date
    reason: Line


class CohortMoved(Event, wire="registry.cohort_moved.v1"):
    """The training was recorded in the wrong area: the cohort is one of `area`, and so are its placements."""

    cohort_id: UUID
    from_area: AreaCode
    area: AreaCode
    reason: LineOfReason
    by_mapping: ByMapping | None = None


class TrainingWithdrawn(Event, wire="registry.training_withdrawn.v1"):
    """The training was recorded by mistake: its cohort is in no list and in no figure any more. `area` is its last one.

    `placements` of its supporters, in all of which nobody supports anything, are gone with it.
    """

    cohort_id: UUID
    area: AreaCode
    reason: LineOfReason
    placements: tuple[UUID, ...] = ()
