"""When things of the network and of development are the same: all that tells them apart is. Pure.

Source: a rule of this product (decision 38). Texts count in the form in which names are compared. Of a partnership its
planned end does not count, because that is agreed anew while it goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from shiendomain.comparing import comparable, comparable_address
from shiendomain.registry import PlaceDetails, TrainingDetails, VenueDetails
from shiendomain.vocabulary import Member, Tier

from .decider.coordinator_commands import AssignCoordinator
from .decider.council_commands import EstablishCouncil
from .decider.information import ShareInformation
from .decider.outreach import MakeOutreach
from .decider.partnership import FormPartnership
from .projections import (
    CohortRow,
    CoordinatorRow,
    CouncilRow,
    InformationRow,
    OutreachRow,
    PartnershipRow,
    PlaceRow,
    VenueRow,
)

Said = tuple[date, object]
"""The day of a record, and all else that is said of it, for a comparison."""


def said_of_outreach(one: MakeOutreach | OutreachRow) -> Said:
    """What is said of an outreach."""
    return one.made_on, (_body(one.body), one.request, comparable(one.asked))


def said_of_venue(one: VenueDetails | VenueRow) -> tuple[str, str, str]:
    """What tells a venue of an area from others. All else of it is revised."""
    return comparable(one.name), comparable_address(one.address), comparable(one.owner)


def said_of_council(one: EstablishCouncil | CouncilRow) -> tuple[Tier, str]:
    """What tells a council of an area from others. Who sits on it changes."""
    return one.tier, comparable(one.name)


def said_of_post(one: AssignCoordinator | CoordinatorRow) -> tuple[object, ...]:
    """What tells a post of an area from others. How many people share it is part of the post, and is put right."""
    return one.tier, comparable(one.employer), one.employer_kind, one.term_from, one.term_until


def said_of_cohort(one: TrainingDetails | CohortRow) -> tuple[object, ...]:
    """What tells a training in an area from others. How many people were trained is put right."""
    return one.held_on, comparable(one.title), comparable(one.held_by)


def said_of_place(one: PlaceDetails | PlaceRow) -> tuple[object, ...]:
    """What tells a place of an area from others that are offered."""
    texts = comparable(one.offered_by), comparable(one.activity), comparable(one.schedule)
    return one.offered_on, one.participation, one.resource_id, texts


def said_of_partnership(one: FormPartnership | PartnershipRow) -> Said:
    """What is said of a partnership: the bodies with which it was formed, in any order."""
    bodies = one.history[0]["bodies"] if isinstance(one, PartnershipRow) else one.bodies
    return one.since, (frozenset(map(_body, bodies)), comparable(one.purpose))


def said_of_information(one: ShareInformation | InformationRow) -> Said:
    """What is said of information: the recipients in any order."""
    if isinstance(one, InformationRow):
        to, practice = (*one.to_councils, *one.to_bodies), one.practice
    else:
        to = (*(council.council_id for council in one.to_councils), *(body.body_id for body in one.to_bodies))
        practice = one.practice is not None
    sender = _body(one.from_body) if one.from_body else one.from_council
    text = comparable(one.subject), comparable(one.text)
    return one.shared_on, (sender, frozenset(to), one.to_bodies_of, practice, *text)


def _body(body: Member | Mapping[str, str | None]) -> tuple[str, str, str]:
    said = Member.model_validate(body)
    return said.kind.value, comparable(said.name), comparable(said.parent or "")
