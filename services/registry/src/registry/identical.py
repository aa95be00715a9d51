"""When outreach, partnerships, shared information and venues are the same: all that tells them apart is. Pure.

Source: a rule of this product (decision 38). Texts count in the form in which names are compared. Of a partnership its
planned end does not count, because that is agreed anew while it goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from shiendomain.comparing import comparable, comparable_address
from shiendomain.registry import VenueDetails
from shiendomain.vocabulary import Member

from .decider.information import ShareInformation
from .decider.outreach import MakeOutreach
from .decider.partnership import FormPartnership
from .projections import InformationRow, OutreachRow, PartnershipRow, VenueRow

Said = tuple[date, object]
"""The day of a record, and all else that is said of it, for a comparison."""


def said_of_outreach(one: MakeOutreach | OutreachRow) -> Said:
    """What is said of an outreach."""
    return one.made_on, (_body(one.body), one.request, comparable(one.asked))


def said_of_venue(one: VenueDetails | VenueRow) -> tuple[str, str, str]:
    """What tells a venue of an area from others. All else of it is revised."""
    return comparable(one.name), comparable_address(one.address), comparable(one.owner)


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
