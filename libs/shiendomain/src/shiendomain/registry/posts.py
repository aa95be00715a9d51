"""Events of councils and of posts of coordinators."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shienevents import Event

from ..vocabulary import AreaCode, BodyKind, Member, Name, Tier


class CouncilEstablished(Event, wire="registry.council_established.v1"):
    """A council (協議体) of one tier was established in an area."""

    council_id: UUID
    area: AreaCode
    tier: Tier
    name: Name
    members: tuple[Member, ...]


class CoordinatorAssigned(Event, wire="registry.coordinator_assigned.v1"):
    """A life support coordinator was assigned. `posts` people share the post; their names are not recorded."""

    coordinator_id: UUID
    area: AreaCode
    tier: Tier
    employer: Name
    employer_kind: BodyKind
    posts: Annotated[int, Field(ge=1, le=20)]
    term_from: date
    term_until: date
