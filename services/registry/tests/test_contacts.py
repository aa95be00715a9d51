"""The rules of contacts: recorded once until a day, erased for good; and their references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import strategies as st

from registry.decider import contact
from registry.decider.contact import (
    LONGEST_DAYS,
    EraseContact,
    ListContact,
    MoveContact,
    RecordContact,
    RenewContact,
)
from registry.listed_contacts import contact_of
from registry.projections import ContactRow, contacts
from shiendomain.moves import Move
from shiendomain.registry import ContactErased, ContactRecorded, ContactRenewed
from shiendomain.states import ContactState
from shiendomain.vocabulary import ContactErasure, ContactPurpose, ContactSubject
from shienevents import Event, Home
from shienevents import replace as replace_row
from shienevents.testing import FoldScenario, Scenario, Streams, an_envelope, check_fold_laws

from .facts import AN_ID, ANOTHER, AREA, DAY
from .facts_contacts import CONTACT_MOVED, ERASED, LISTED, RECORDED, RENEWED, UNTIL

kept = Scenario(contact.decider)
record = RecordContact(
    AN_ID, Home("272108", AREA), ContactSubject.COUNCIL, ANOTHER, "北校区社協", ContactPurpose.LIAISON, UNTIL, DAY
)
erase = EraseContact(AN_ID, ContactErasure.REQUESTED)


def test_a_contact_is_recorded_once_whatever_it_says() -> None:
    kept.given().when(record).then(RECORDED)
    kept.given(RECORDED).when(record).then_rejected("contact.recorded")


def test_a_contact_is_erased_once_and_never_comes_back() -> None:
    kept.given(RECORDED).when(erase).then(ERASED)
    kept.given(RECORDED, ERASED).when(replace(erase, reason=ContactErasure.MISTAKE)).then()
    kept.given(RECORDED, ERASED).when(record).then_rejected("contact.recorded")
    kept.given().when(erase).then_not_found("contact.unknown")


@pytest.mark.parametrize("last", [DAY, DAY + timedelta(days=LONGEST_DAYS)])
def test_a_contact_is_kept_until_today_at_least_and_five_years_at_most(last: date) -> None:
    kept.given().when(replace(record, keep_until=last)).then(RECORDED.model_copy(update={"keep_until": last}))


def test_a_last_day_that_has_passed_or_is_too_far_away_is_refused() -> None:
    latest = DAY + timedelta(days=LONGEST_DAYS)
    past = replace(record, keep_until=DAY - timedelta(days=1))
    kept.given().when(past).then_rejected("contact.kept_until_past", today=DAY)
    late = replace(record, keep_until=latest + timedelta(days=1))
    kept.given().when(late).then_rejected("contact.kept_too_long", latest=latest)


renew = RenewContact(AN_ID, RENEWED.keep_until, RENEWED.reason, DAY)


def test_a_contact_is_kept_longer_with_a_reason_and_never_too_long() -> None:
    kept.given(RECORDED).when(renew).then(RENEWED)
    kept.given(RECORDED, RENEWED).when(renew).then()
    latest = DAY + timedelta(days=LONGEST_DAYS)
    kept.given(RECORDED).when(replace(renew, keep_until=latest + timedelta(days=1))).then_rejected(
        "contact.kept_too_long", latest=latest
    )
    past = replace(renew, keep_until=DAY - timedelta(days=1))
    kept.given(RECORDED).when(past).then_rejected("contact.kept_until_past", today=DAY)


def test_what_was_erased_or_is_past_its_last_day_is_not_renewed() -> None:
    kept.given().when(renew).then_not_found("contact.unknown")
    kept.given(RECORDED, ERASED).when(renew).then_not_found("contact.unknown")
    last = replace(renew, today=UNTIL)
    kept.given(RECORDED).when(last).then(RENEWED)
    kept.given(RECORDED).when(replace(last, today=UNTIL + timedelta(days=1))).then_not_found("contact.unknown")
    later = replace(renew, keep_until=date(2029, 3, 31), today=UNTIL + timedelta(days=1))
    again = ContactRenewed(contact_id=AN_ID, keep_until=later.keep_until, reason=later.reason)
    kept.given(RECORDED, RENEWED).when(later).then(again)


def test_a_contact_goes_where_what_it_is_about_goes() -> None:
    move = MoveContact(AN_ID, Move(CONTACT_MOVED.area, {AREA, CONTACT_MOVED.area}, CONTACT_MOVED.reason))
    kept.given(RECORDED).when(move).then(CONTACT_MOVED)
    kept.given(RECORDED, CONTACT_MOVED).when(move).then()
    kept.given(RECORDED, ERASED).when(move).then()
    another = replace(list_, keep_until=date(2028, 3, 31))
    there = LISTED.model_copy(update={"keep_until": another.keep_until, "area": CONTACT_MOVED.area})
    kept.given(LISTED, CONTACT_MOVED).when(another).then(there)


list_ = ListContact(AN_ID, Home("272108", AREA), ANOTHER, same=False, keep_until=UNTIL, today=DAY)


def test_the_number_of_a_list_is_recorded_and_again_only_when_it_is_another_one() -> None:
    kept.given().when(list_).then(LISTED)
    kept.given(LISTED).when(replace(list_, same=True)).then()
    kept.given(LISTED).when(list_).then(LISTED)


def test_the_number_of_a_list_is_kept_on_before_its_last_day() -> None:
    later = replace(list_, same=True, keep_until=date(2028, 3, 31))
    again = LISTED.model_copy(update={"keep_until": date(2028, 3, 31)})
    kept.given(LISTED).when(replace(later, today=UNTIL - timedelta(days=31))).then()
    kept.given(LISTED).when(replace(later, today=UNTIL - timedelta(days=30))).then(again)
    kept.given(LISTED, again).when(replace(later, today=UNTIL)).then()


@pytest.mark.parametrize("reason", ContactErasure)
def test_a_list_brings_no_contact_back_that_a_person_erased(reason: ContactErasure) -> None:
    erased = ERASED.model_copy(update={"reason": reason})
    back = [LISTED] if reason in (ContactErasure.RETENTION_ENDED, ContactErasure.LEFT_THE_LIST) else []
    kept.given(LISTED, erased).when(list_).then(*back)
    if back:
        kept.given(LISTED, erased, LISTED).when(erase).then(ERASED)


def test_the_id_of_a_listed_contact_does_not_change() -> None:
    assert contact_of(UUID(int=1)) == UUID("10b731c2-6b65-580c-838b-2cf859c81cab")


@pytest.mark.parametrize("event", [ContactRecorded, ContactErased])
def test_no_event_has_room_for_what_a_contact_says(event: type[Event]) -> None:
    assert {"telephone", "person", "name", "note", "text"}.isdisjoint(event.model_fields)


def test_the_reference_says_about_what_until_when_and_whether_it_was_erased() -> None:
    reference = ContactRow(**dict(RECORDED), recorded_on=DAY, correlation=an_envelope().correlation, version=1)
    FoldScenario(contacts).given(RECORDED).then(reference)
    renewal = {"on": str(DAY), "keep_until": "2028-03-31", "reason": RENEWED.reason}
    renewed = replace_row(reference, keep_until=RENEWED.keep_until, renewals=(renewal,), version=2)
    FoldScenario(contacts).given(RECORDED, RENEWED).then(renewed)
    FoldScenario(contacts).given(RECORDED, RENEWED, CONTACT_MOVED).then(
        replace_row(renewed, area=CONTACT_MOVED.area, version=3)
    )
    gone = replace_row(reference, state=ContactState.ERASED, erased_on=DAY, erased_for=ERASED.reason, version=2)
    FoldScenario(contacts).given(RECORDED, ERASED).then(gone)


def test_a_contact_that_a_list_brings_back_is_kept() -> None:
    reference = ContactRow(**dict(LISTED), recorded_on=DAY, correlation=an_envelope().correlation, version=3)
    FoldScenario(contacts).given(LISTED, ERASED, LISTED).then(reference)


def histories(contact_id: UUID) -> st.SearchStrategy[Sequence[Event]]:
    events = [
        event.model_copy(update={"contact_id": contact_id})
        for event in (RECORDED, LISTED, ERASED, RENEWED, CONTACT_MOVED)
    ]
    return st.lists(st.sampled_from(events), max_size=6).map(lambda rest: [events[0], *rest])


def test_references_keep_the_laws_of_a_fold() -> None:
    streams: st.SearchStrategy[Streams] = st.tuples(*map(histories, (AN_ID, ANOTHER)))
    check_fold_laws(contacts, streams, examples=50)
