"""Events of networking (ネットワーク構築): outreach to bodies, partnerships of bodies, and shared information.

What was recorded by mistake is withdrawn in the same way everywhere: `…Withdrawn` names the thing and the reason.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shienevents import Event

from ..vocabulary import (
    AreaCode,
    Line,
    LineOfReason,
    Member,
    Name,
    OutreachAnswer,
    OutreachRequest,
    Part,
    SupportKind,
    Text,
)


class OutreachMade(Event, wire="registry.outreach_made.v1"):
    """A body of an area was asked to help (協力依頼・働きかけ): for what, in a closed list and in words.

    `not_the_same_as`: identical outreach that somebody looked at, and that is another one.
    """

    outreach_id: UUID
    area: AreaCode
    body: Member
    made_on: date
    request: OutreachRequest
    asked: Line = ""
    not_the_same_as: tuple[UUID, ...] = ()


class OutreachAnswered(Event, wire="registry.outreach_answered.v1"):
    """The body answered. It may answer again; the last answer counts."""

    outreach_id: UUID
    answer: OutreachAnswer
    reason: Line = ""
    answered_on: date


class OutreachAnswerWithdrawn(Event, wire="registry.outreach_answer_withdrawn.v1"):
    """An answer was recorded by mistake: `wrong`, of the day `wrong_on`.

    The last answer that stands counts again: `answer`, with its day and reason. Without one, the answer is awaited.
    """

    outreach_id: UUID
    wrong: OutreachAnswer
    wrong_on: date
    reason: LineOfReason
    answer: OutreachAnswer | None = None
    answered_on: date | None = None
    answered_for: Line = ""


class OutreachWithdrawn(Event, wire="registry.outreach_withdrawn.v1"):
    """The outreach was recorded by mistake."""

    outreach_id: UUID
    reason: LineOfReason


class OutreachReinstated(Event, wire="registry.outreach_reinstated.v1"):
    """The withdrawal of the outreach was itself a mistake: it counts, with its last answer if there was one."""

    outreach_id: UUID
    answer: OutreachAnswer | None = None
    reason: LineOfReason


OutreachEvent = OutreachMade | OutreachAnswered | OutreachAnswerWithdrawn | OutreachWithdrawn | OutreachReinstated


class PartnershipFormed(Event, wire="registry.partnership_formed.v1"):
    """Bodies work together from the day `since` on (連携の体制づくり), for a purpose. There are two or more.

    `planned_until`: the last day as it was agreed; none: without an end. `not_the_same_as`: identical partnerships
    that somebody looked at, and that are other ones.
    """

    partnership_id: UUID
    area: AreaCode
    bodies: Annotated[tuple[Member, ...], Field(min_length=2, max_length=50)]
    purpose: LineOfReason
    since: date
    planned_until: date | None = None
    not_the_same_as: tuple[UUID, ...] = ()


class PartnershipPlanned(Event, wire="registry.partnership_planned.v1"):
    """The last day of the partnership was agreed anew: an extension, an earlier end, or none (`until` is null)."""

    partnership_id: UUID
    until: date | None
    reason: LineOfReason


class PartnershipBodiesChanged(Event, wire="registry.partnership_bodies_changed.v1"):
    """From the day `on` these bodies work together: a body joined, or one left. There are two or more."""

    partnership_id: UUID
    on: date
    bodies: Annotated[tuple[Member, ...], Field(min_length=2, max_length=50)]
    reason: LineOfReason


class PartnershipChangeWithdrawn(Event, wire="registry.partnership_change_withdrawn.v1"):
    """The change of bodies on the day `on` was recorded by mistake: the bodies before it went on."""

    partnership_id: UUID
    on: date
    reason: LineOfReason


class PartnershipEnded(Event, wire="registry.partnership_ended.v1"):
    """The bodies work together no longer; `on` is the last day."""

    partnership_id: UUID
    on: date
    reason: LineOfReason


class PartnershipReinstated(Event, wire="registry.partnership_reinstated.v1"):
    """The end of the partnership, or its withdrawal, was recorded by mistake: it goes on."""

    partnership_id: UUID
    reason: LineOfReason


class PartnershipWithdrawn(Event, wire="registry.partnership_withdrawn.v1"):
    """The partnership was recorded by mistake."""

    partnership_id: UUID
    reason: LineOfReason


PartnershipEvent = (
    PartnershipFormed
    | PartnershipPlanned
    | PartnershipBodiesChanged
    | PartnershipChangeWithdrawn
    | PartnershipEnded
    | PartnershipReinstated
    | PartnershipWithdrawn
)


class Recipient(Part):
    """A council that information goes to, and the area of that council."""

    council_id: UUID
    area: AreaCode


class BodyRecipient(Part):
    """A body of the register that information goes to, and the area of that body."""

    body_id: UUID
    area: AreaCode


class Practice(Part):
    """A good practice (実践事例) of an area: for which support, what was done, and what came of it."""

    support_kinds: Annotated[tuple[SupportKind, ...], Field(min_length=1, max_length=20)]
    done: Annotated[Text, Field(min_length=1)]
    came_of_it: Annotated[Text, Field(min_length=1)]


class InformationShared(Event, wire="registry.information_shared.v1"):
    """A body or a council shared information (情報共有) with councils, with bodies, or with all bodies of an area.

    One of `from_body` and `from_council` is the sender. The councils of `to_councils` and the bodies of `to_bodies`
    acknowledge it. A good practice (`practice`) is found by all areas of the municipality, whoever it was sent to.
    `not_the_same_as`: identical information that somebody looked at, and that is another one.
    """

    information_id: UUID
    area: AreaCode
    from_body: Member | None = None
    from_council: UUID | None = None
    to_councils: Annotated[tuple[Recipient, ...], Field(max_length=200)] = ()
    to_bodies_of: AreaCode | None = None
    subject: Name
    text: Annotated[Text, Field(min_length=1)]
    shared_on: date
    practice: Practice | None = None
    to_bodies: Annotated[tuple[BodyRecipient, ...], Field(max_length=200)] = ()
    not_the_same_as: tuple[UUID, ...] = ()


class InformationAcknowledged(Event, wire="registry.information_acknowledged.v1"):
    """A council acknowledged the information on a day."""

    information_id: UUID
    council_id: UUID
    on: date


class AcknowledgementWithdrawn(Event, wire="registry.acknowledgement_withdrawn.v1"):
    """The acknowledgement of a council was recorded by mistake."""

    information_id: UUID
    council_id: UUID
    reason: LineOfReason


class BodyAcknowledged(Event, wire="registry.body_acknowledged.v1"):
    """A body acknowledged the information on a day, as who works with it recorded."""

    information_id: UUID
    body_id: UUID
    on: date


class BodyAcknowledgementWithdrawn(Event, wire="registry.body_acknowledgement_withdrawn.v1"):
    """The acknowledgement of a body was recorded by mistake."""

    information_id: UUID
    body_id: UUID
    reason: LineOfReason


class InformationWithdrawn(Event, wire="registry.information_withdrawn.v1"):
    """The information was recorded by mistake."""

    information_id: UUID
    reason: LineOfReason


class InformationReinstated(Event, wire="registry.information_reinstated.v1"):
    """The withdrawal of the information was itself a mistake: it counts, acknowledged as it was."""

    information_id: UUID
    reason: LineOfReason


class PracticeTakenUp(Event, wire="registry.practice_taken_up.v1"):
    """A council of the municipality took the good practice up (取り入れ): from the day `on` it does so too."""

    information_id: UUID
    council_id: UUID
    on: date
    note: Line = ""


class PracticeTakingUpWithdrawn(Event, wire="registry.practice_taking_up_withdrawn.v1"):
    """That the council took the practice up was recorded by mistake."""

    information_id: UUID
    council_id: UUID
    reason: LineOfReason


InformationEvent = (
    InformationShared
    | InformationAcknowledged
    | AcknowledgementWithdrawn
    | BodyAcknowledged
    | BodyAcknowledgementWithdrawn
    | InformationWithdrawn
    | InformationReinstated
    | PracticeTakenUp
    | PracticeTakingUpWithdrawn
)
NetworkEvent = OutreachEvent | PartnershipEvent | InformationEvent
