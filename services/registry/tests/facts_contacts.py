"""The facts the tests of contacts (連絡先) speak of."""

from __future__ import annotations

from datetime import date

from shiendomain.registry import ContactErased, ContactMoved, ContactRecorded, ContactRenewed
from shiendomain.vocabulary import ContactErasure, ContactPurpose, ContactSubject
from shienevents import Event

from .facts import AN_ID, ANOTHER, AREA

UNTIL = date(2027, 3, 31)
RECORDED = ContactRecorded(
    contact_id=AN_ID,
    about=ContactSubject.COUNCIL,
    subject_id=ANOTHER,
    area=AREA,
    member="北校区社協",
    purpose=ContactPurpose.LIAISON,
    keep_until=UNTIL,
)
ERASED = ContactErased(contact_id=AN_ID, reason=ContactErasure.REQUESTED)
LISTED = ContactRecorded(
    contact_id=AN_ID,
    about=ContactSubject.RESOURCE,
    subject_id=ANOTHER,
    area=AREA,
    purpose=ContactPurpose.PUBLISHED,
    keep_until=UNTIL,
    from_list=True,
)

RENEWED = ContactRenewed(contact_id=AN_ID, keep_until=date(2028, 3, 31), reason="次年度も連絡調整を続ける")
CONTACT_MOVED = ContactMoved(contact_id=AN_ID, from_area=AREA, area="272108-04", reason="隣の校区だった")

CONTACTS: list[Event] = [RECORDED.model_copy(update={"from_list": True}), ERASED, RENEWED, CONTACT_MOVED]
"""An example of each event, with a value in each field."""
