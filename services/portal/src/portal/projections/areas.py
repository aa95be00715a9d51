"""The shapes of areas, for the map; and councils. Each row is written from one stream."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from shiendomain.registry import AreaDefined, CouncilEstablished, Ring
from shiendomain.vocabulary import Tier
from shienevents import Envelope, Row, View, replace


class ShapeRow(Row, key=("area",)):
    """The outline of an area, in 1e-7 degree: polygons of rings of (longitude, latitude)."""

    area: str
    boundary: tuple[tuple[Ring, ...], ...] = ()


def shape_keys(event: AreaDefined, _: Envelope) -> Sequence[str]:
    """The area's own row."""
    return [event.area]


def evolve_shape(row: ShapeRow, event: AreaDefined, _: Envelope) -> ShapeRow:
    """The outline as it was last drawn."""
    return replace(row, boundary=event.boundary)


area_shapes: View[ShapeRow] = View(
    name="area_shapes", version=1, row=ShapeRow, subscribes_to=(AreaDefined,), keys=shape_keys, evolve=evolve_shape
)


class CouncilRow(Row, key=("council_id",)):
    """One council (協議体)."""

    council_id: UUID
    area: str = ""
    tier: Tier | None = None
    name: str = ""
    members: int = 0


def council_keys(event: CouncilEstablished, _: Envelope) -> Sequence[UUID]:
    """The council's own row."""
    return [event.council_id]


def evolve_council(row: CouncilRow, event: CouncilEstablished, _: Envelope) -> CouncilRow:
    """The council as it was established."""
    return replace(row, area=event.area, tier=event.tier, name=event.name, members=len(event.members))


councils: View[CouncilRow] = View(
    name="councils",
    version=1,
    row=CouncilRow,
    subscribes_to=(CouncilEstablished,),
    keys=council_keys,
    evolve=evolve_council,
    indexes=(("area",),),
)
