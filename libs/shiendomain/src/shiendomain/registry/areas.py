"""Events of areas."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shienevents import Event

from ..vocabulary import (
    AreaCode,
    AreaKind,
    KindSuccessor,
    Line,
    LineOfReason,
    MunicipalityCode,
    Name,
    ThingSuccessor,
    Tier,
)

Ring = tuple[tuple[int, int], ...]
"""A closed line of (longitude, latitude) in 1e-7 degree; the first of a polygon is its outline, others are holes."""


class AreaDefined(Event, wire="registry.area_defined.v1"):
    """An area of the municipality's tree was defined. `tiers` are labels, not its depth; it may carry both.

    For an area that is defined already, this event replaces the earlier one. `boundary` is for maps and for assigning
    resources to areas: a tuple of polygons, each a tuple of rings. `reason`: what was wrong with the earlier one.
    """

    area: AreaCode
    parent: AreaCode | None
    municipality: MunicipalityCode
    kind: AreaKind
    tiers: tuple[Tier, ...]
    name: Name
    kana: Line = ""
    valid_from: date
    boundary: tuple[tuple[Ring, ...], ...] = ()
    reason: Line = ""


class AreaReorganized(Event, wire="registry.area_reorganized.v1"):
    """From `valid_from` on the area no longer exists, and its successors do. Its history stays with it.

    Without successors the area was recorded by mistake, for the `reason`: it was there on no day.
    """

    area: AreaCode
    successors: tuple[AreaCode, ...]
    valid_from: date
    reason: Line = ""


class AreaReorganizationWithdrawn(Event, wire="registry.area_reorganization_withdrawn.v1"):
    """The end of the area was recorded by mistake, or was called off: the area goes on."""

    area: AreaCode
    reason: LineOfReason


class AreaWorkMapped(Event, wire="registry.area_work_mapped.v1"):
    """From the end of the area on, what is its own moves to its successors: `kinds` all of a kind, `things` one each.

    Each service moves its own things. A mapping is in force until it is reversed; what none names stays.
    """

    mapping_id: UUID
    area: AreaCode
    kinds: tuple[KindSuccessor, ...]
    things: tuple[ThingSuccessor, ...] = ()
    reason: LineOfReason


class AreaWorkMappingReversed(Event, wire="registry.area_work_mapping_reversed.v1"):
    """The mapping was a mistake: what it moved, and nobody has moved since, moves back to the area."""

    mapping_id: UUID
    area: AreaCode
    reason: LineOfReason


AreaMappingEvent = AreaWorkMapped | AreaWorkMappingReversed
AreaEvent = AreaDefined | AreaReorganized | AreaReorganizationWithdrawn
