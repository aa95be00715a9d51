"""Councils, and posts of coordinators. Each stream has one event."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shiendomain.registry import CoordinatorAssigned, CouncilEstablished
from shiendomain.vocabulary import BodyKind, Tier
from shienevents import Envelope, Row, View, replace, types_of


class CouncilRow(Row, key=("council_id",)):
    """One council. Its stream has one event."""

    council_id: UUID
    area: str = ""
    tier: Tier = Tier.TIER2
    name: str = ""
    members: tuple[dict[str, str | None], ...] = ()
    correlation: UUID | None = None
    version: int = 0


def evolve_council(row: CouncilRow, event: CouncilEstablished, envelope: Envelope) -> CouncilRow:
    """The council as it was established."""
    return replace(
        row,
        area=event.area,
        tier=event.tier,
        name=event.name,
        members=tuple(member.model_dump(mode="json") for member in event.members),
        correlation=envelope.correlation,
        version=envelope.version,
    )


class CoordinatorRow(Row, key=("coordinator_id",)):
    """One post of coordinator for a term; who holds it is not recorded. Its stream has one event."""

    coordinator_id: UUID
    area: str = ""
    tier: Tier = Tier.TIER2
    employer: str = ""
    employer_kind: BodyKind = BodyKind.MUNICIPALITY
    posts: int = 0
    term_from: date | None = None
    term_until: date | None = None
    correlation: UUID | None = None
    version: int = 0


def evolve_coordinator(row: CoordinatorRow, event: CoordinatorAssigned, envelope: Envelope) -> CoordinatorRow:
    """The post as it was filled."""
    return replace(
        row,
        area=event.area,
        tier=event.tier,
        employer=event.employer,
        employer_kind=event.employer_kind,
        posts=event.posts,
        term_from=event.term_from,
        term_until=event.term_until,
        correlation=envelope.correlation,
        version=envelope.version,
    )


councils = View[CouncilRow](
    name="councils",
    version=1,
    row=CouncilRow,
    subscribes_to=types_of(CouncilEstablished),
    keys=lambda event, _: [event.council_id],
    evolve=evolve_council,
    indexes=(("area",),),
)
coordinators = View[CoordinatorRow](
    name="coordinators",
    version=1,
    row=CoordinatorRow,
    subscribes_to=types_of(CoordinatorAssigned),
    keys=lambda event, _: [event.coordinator_id],
    evolve=evolve_coordinator,
    indexes=(("area",),),
)
