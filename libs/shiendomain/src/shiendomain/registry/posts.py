"""Events of councils and of posts of coordinators."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shienevents import Event

from ..rules import STALE_AFTER_DAYS
from ..vocabulary import (
    AreaCode,
    BodyKind,
    ByMapping,
    CouncilMember,
    Line,
    LineOfReason,
    Name,
    Part,
    Position,
    StaleAfterDays,
    Text,
    Tier,
)

Posts = Annotated[int, Field(ge=1, le=20)]
"""How many people share a post."""


class CouncilEstablished(Event, wire="registry.council_established.v1"):
    """A council (協議体) of one tier was established in an area.

    `not_the_same_as`: identical councils that somebody looked at, and that are other ones.
    """

    council_id: UUID
    area: AreaCode
    tier: Tier
    name: Name
    members: tuple[CouncilMember, ...]
    not_the_same_as: tuple[UUID, ...] = ()


class CouncilMembersChanged(Event, wire="registry.council_members_changed.v1"):
    """From the day `on` other bodies sit on the council: `members` is the whole of them."""

    council_id: UUID
    on: date
    members: tuple[CouncilMember, ...]
    reason: LineOfReason


class CouncilPurpose(Part):
    """The purpose that a council shares (意識の統一), the day it was agreed, and the day it is to be reviewed.

    `meeting_id`: the meeting that agreed on it, where that is recorded.
    """

    text: Annotated[Text, Field(min_length=1)]
    agreed_on: date
    review_on: date
    meeting_id: UUID | None = None


class CouncilPurposeAgreed(Event, wire="registry.council_purpose_agreed.v1"):
    """The council agreed on a shared purpose, which replaces the one before."""

    council_id: UUID
    purpose: CouncilPurpose


class CouncilSitting(Part):
    """Who sat on a council from the day `on` (`None`: since it was established), and why that changed."""

    on: date | None = None
    members: Annotated[tuple[CouncilMember, ...], Field(max_length=200)]
    reason: Line = ""


class CouncilCorrected(Event, wire="registry.council_corrected.v1"):
    """The council was recorded wrongly: this is the whole of it as it is right; `changed` names what was wrong.

    `tier`: none in events that could not correct it. `established_on`: none as long as it never was wrong.
    """

    council_id: UUID
    name: Name
    history: tuple[CouncilSitting, ...]
    purpose: CouncilPurpose | None
    changed: tuple[str, ...]
    reason: LineOfReason
    tier: Tier | None = None
    established_on: date | None = None


class CouncilDormant(Event, wire="registry.council_dormant.v1"):
    """From the day `on` the council is dormant (休止): it holds no meeting and takes no issue."""

    council_id: UUID
    on: date
    reason: LineOfReason


class CouncilResumed(Event, wire="registry.council_resumed.v1"):
    """From the day `on` the council works again; on the day it became dormant: that was a mistake."""

    council_id: UUID
    on: date
    reason: Line = ""


class CouncilMoved(Event, wire="registry.council_moved.v1"):
    """The council is one of `area`: its area ended, or it was recorded in the wrong one. The stream stays."""

    council_id: UUID
    from_area: AreaCode
    area: AreaCode
    reason: LineOfReason
    by_mapping: ByMapping | None = None


class CouncilWithdrawn(Event, wire="registry.council_withdrawn.v1"):
    """The council was recorded by mistake: it is in no list and in no figure any more. `area` is its last one."""

    council_id: UUID
    area: AreaCode
    reason: LineOfReason


CouncilEvent = (
    CouncilEstablished
    | CouncilMembersChanged
    | CouncilPurposeAgreed
    | CouncilCorrected
    | CouncilDormant
    | CouncilResumed
    | CouncilMoved
    | CouncilWithdrawn
)


class CoordinatorAssigned(Event, wire="registry.coordinator_assigned.v1"):
    """A life support coordinator was assigned. `posts` people share the post; their names are not recorded.

    `not_the_same_as`: identical posts that somebody looked at, and that are other ones.
    """

    coordinator_id: UUID
    area: AreaCode
    tier: Tier
    employer: Name
    employer_kind: BodyKind
    posts: Posts
    term_from: date
    term_until: date
    not_the_same_as: tuple[UUID, ...] = ()


class CoordinatorRenewed(Event, wire="registry.coordinator_renewed.v1"):
    """The term was renewed: `term_until`, later than before, is the first day after it."""

    coordinator_id: UUID
    term_until: date


class PrintedDocument(Part):
    """The document (引継書) that was handed over, by what is printed on it: its position, and the day it is of."""

    position: Position
    day: date


class CoordinatorHandedOver(Event, wire="registry.coordinator_handed_over.v1"):
    """The post was handed over (引継ぎ): `on` is its last day, in its term. Without a successor it ended.

    Without `document`, and of a service that its position does not name, the document has what was recorded up to this
    event. `stale_after_days`: as the city had it then. `area` is that of the post; without one, it is the area in which
    the post was assigned.
    """

    coordinator_id: UUID
    on: date
    successor_id: UUID | None = None
    note: Text = ""
    document: PrintedDocument | None = None
    stale_after_days: StaleAfterDays = STALE_AFTER_DAYS
    area: AreaCode | None = None


class CoordinatorReinstated(Event, wire="registry.coordinator_reinstated.v1"):
    """The hand-over was recorded by mistake: the post goes on."""

    coordinator_id: UUID
    reason: LineOfReason


class CoordinatorCorrected(Event, wire="registry.coordinator_corrected.v1"):
    """The post was recorded wrongly: this is how it is right; `changed` names what was wrong.

    `tier`: none in events that could not correct it.
    """

    coordinator_id: UUID
    employer: Name
    employer_kind: BodyKind
    posts: Posts
    term_from: date
    term_until: date
    changed: tuple[str, ...]
    reason: LineOfReason
    tier: Tier | None = None


class CoordinatorMoved(Event, wire="registry.coordinator_moved.v1"):
    """The post is one of `area`: its area ended, or it was recorded in the wrong one. The stream stays."""

    coordinator_id: UUID
    from_area: AreaCode
    area: AreaCode
    reason: LineOfReason
    by_mapping: ByMapping | None = None


class CoordinatorWithdrawn(Event, wire="registry.coordinator_withdrawn.v1"):
    """The post was recorded by mistake: it is in no list and in no figure any more. `area` is its last one."""

    coordinator_id: UUID
    area: AreaCode
    reason: LineOfReason


CoordinatorEvent = (
    CoordinatorAssigned
    | CoordinatorRenewed
    | CoordinatorHandedOver
    | CoordinatorReinstated
    | CoordinatorCorrected
    | CoordinatorMoved
    | CoordinatorWithdrawn
)
