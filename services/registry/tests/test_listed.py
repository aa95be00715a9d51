"""A list that is imported again, after people have corrected what it says and after its rows were numbered anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.decider import resource
from registry.decider.listed import LISTED_ELSEWHERE, identity, is_another, place_key
from registry.decider.resource_commands import ListResource, RegisterResource, ReviseResource
from shiendomain.registry import ResourceDetails, ResourceMoved, ResourceRegistered, ResourceRevised, ResourceSource
from shiendomain.vocabulary import Location, SourceKind, SupportKind
from shienevents import Home
from shienevents.testing import Scenario

from .facts import AN_ID, AREA, RETIRED, VERIFIED

resources = Scenario(resource.decider)
HOME = Home("272108", AREA)
THERE = "272108-04"
SOURCE = ResourceSource(kind=SourceKind.IMPORT, reference="通いの場:1", list="通いの場")
ROW = ResourceDetails(
    name="西町茶話会",
    support_kinds=(SupportKind.SALON,),
    service_areas=(AREA,),
    address="西町1-2",
    telephone="072-000-0001",
    schedule="第2火曜",
)
LISTED = ResourceRegistered(resource_id=AN_ID, area=AREA, details=ROW, source=SOURCE)


def having(details: ResourceDetails = ROW, **changed: Any) -> ResourceDetails:
    return details.model_copy(update=changed)


def listing(details: ResourceDetails, *, same: bool = False, **more: Any) -> ListResource:
    """The row of a list. Its number is not in the details, and may be the one that is kept among the contacts."""
    row = ListResource(AN_ID, HOME, having(details, telephone=""), SOURCE, details.telephone, same)
    return replace(row, **more)


def revised(details: ResourceDetails, *changed: str, from_list: tuple[str, ...] = ()) -> ResourceRevised:
    return ResourceRevised(resource_id=AN_ID, details=details, changed=changed, from_list=from_list)


def decided(history: list[Any], command: Any) -> tuple[Any, ...]:
    result = resources.given(*history).when(command).result
    assert isinstance(result, tuple), result
    return result


BY_HAND = revised(having(telephone="072-000-0009", schedule="第4火曜"), "schedule", "telephone")


def test_the_same_list_again_does_not_undo_what_people_corrected() -> None:
    resources.given(LISTED, BY_HAND, VERIFIED).when(listing(ROW)).then()


def test_what_the_list_says_anew_is_taken_and_the_rest_stays_as_corrected() -> None:
    row = having(schedule="第3火曜", fee="1回100円")
    taken = revised(
        having(BY_HAND.details, schedule="第3火曜", fee="1回100円"), "fee", "schedule", from_list=("fee", "schedule")
    )
    resources.given(LISTED, BY_HAND).when(listing(row)).then(taken)
    resources.given(LISTED, BY_HAND, taken).when(listing(row)).then()


def test_where_the_list_says_another_fee_the_amount_follows_it() -> None:
    mended = revised(having(fee="1回500円", fee_yen=500), "fee", "fee_yen")
    row = having(fee="1回100円")
    both = having(mended.details, fee="1回100円", fee_yen=100)
    resources.given(LISTED, mended).when(listing(row)).then(revised(both, "fee", "fee_yen", from_list=("fee",)))


def test_a_correction_that_the_list_takes_over_is_not_undone_by_it_later() -> None:
    """The list says now what people said. When they change it once more, the list has said nothing new."""
    row = having(schedule="第4火曜")
    agreed = revised(BY_HAND.details, from_list=("schedule",))
    resources.given(LISTED, BY_HAND).when(listing(row)).then(agreed)
    again = revised(having(BY_HAND.details, schedule="第1火曜"), "schedule")
    resources.given(LISTED, BY_HAND, agreed, again).when(listing(row)).then()


def test_another_number_of_a_list_takes_the_one_out_that_it_said_when_numbers_were_in_the_listing() -> None:
    gone = revised(having(telephone=""), "telephone", from_list=("telephone",))
    resources.given(LISTED).when(listing(having(telephone="072-000-0002"))).then(gone)
    resources.given(LISTED, gone).when(listing(having(telephone="072-000-0002"))).then()


def test_a_telephone_number_that_a_person_gives_is_no_part_of_a_listing() -> None:
    register = RegisterResource(AN_ID, HOME, ROW, SOURCE)
    resources.given().when(register).then_rejected("contact.not_here")
    other = ReviseResource(AN_ID, having(telephone="072-000-0002"))
    resources.given(LISTED).when(other).then_rejected("contact.not_here")
    assert decided([LISTED], ReviseResource(AN_ID, having(fee="無料")))[0].details.telephone == ROW.telephone
    gone = revised(having(telephone=""), "telephone")
    resources.given(LISTED).when(ReviseResource(AN_ID, having(telephone=""))).then(gone)


def test_the_number_of_a_row_is_in_no_event() -> None:
    new = LISTED.model_copy(update={"details": having(telephone="")})
    resources.given().when(listing(ROW)).then(new)


def test_a_thing_is_the_same_while_its_number_is_the_one_that_is_kept() -> None:
    listed = LISTED.model_copy(update={"details": having(telephone="")})
    other = having(name="東町体操会", address="東町3-4")
    resources.given(listed).when(listing(other)).then_rejected("batch.another_thing", name="西町茶話会")
    assert [type(event) for event in decided([listed], listing(other, same=True))] == [ResourceRevised]


def test_a_row_whose_number_is_of_another_thing_now_is_refused() -> None:
    other = having(name="東町体操会", address="東町3-4", telephone="072-000-0002")
    resources.given(LISTED).when(listing(other)).then_rejected("batch.another_thing", name="西町茶話会")
    bare = having(name="東町体操会", address="", telephone="")
    resources.given(LISTED).when(listing(bare)).then_rejected("batch.another_thing", name="西町茶話会")


@pytest.mark.parametrize(
    "row",
    [
        having(name="西町ふれあい茶話会"),
        having(address="西町5-6", telephone=""),
        having(name="西町 茶話会", address="東町3-4", telephone=""),
    ],
    ids=["renamed", "moved", "moved, and the name written in another way"],
)
def test_a_thing_is_the_same_while_its_name_or_other_evidence_agrees(row: ResourceDetails) -> None:
    assert [type(event) for event in decided([LISTED], listing(row))] == [ResourceRevised]


def test_a_name_corrected_by_hand_does_not_make_the_row_another_thing() -> None:
    corrected = revised(having(name="西町サロン", address="西町9-9", telephone=""), "address", "name", "telephone")
    resources.given(LISTED, corrected).when(listing(ROW)).then()


def to(area: str, *, from_list: bool = True, since: str = AREA) -> ResourceMoved:
    reason = LISTED_ELSEWHERE if from_list else "隣の校区だった"
    return ResourceMoved(resource_id=AN_ID, from_area=since, area=area, reason=reason, from_list=from_list)


def test_a_resource_goes_where_its_list_has_it_now_if_the_list_had_it_elsewhere_before() -> None:
    there = listing(ROW, home=Home("272108", THERE))
    resources.given(LISTED).when(there).then(to(THERE))
    resources.given(LISTED, to(THERE)).when(there).then()
    resources.given(LISTED, to(THERE)).when(listing(ROW)).then(to(AREA, since=THERE))
    served = listing(having(service_areas=(THERE,)), home=Home("272108", THERE))
    assert decided([LISTED], served)[0] == to(THERE)
    assert decided([LISTED], served)[1].details.service_areas == (THERE,)


def test_a_list_that_has_not_moved_its_row_leaves_the_resource_where_people_moved_it() -> None:
    by_hand = to(THERE, from_list=False)
    resources.given(LISTED, by_hand).when(listing(ROW)).then()
    resources.given(LISTED, by_hand).when(listing(ROW, home=Home("272108", THERE))).then()


def test_a_list_without_a_map_has_every_row_in_the_whole_city_and_moves_none() -> None:
    city = Home("272108", "272108")
    resources.given(LISTED).when(listing(ROW, home=city, parts=frozenset({AREA, THERE}))).then()
    resources.given(LISTED).when(listing(ROW, home=city)).then(to("272108"))


def test_a_resource_of_no_list_is_moved_by_none() -> None:
    by_hand = LISTED.model_copy(update={"source": ResourceSource(kind=SourceKind.COORDINATOR)})
    resources.given(by_hand).when(listing(ROW, home=Home("272108", THERE))).then()


def test_a_retired_resource_stays_retired_whatever_the_list_says() -> None:
    resources.given(LISTED, RETIRED).when(listing(having(name="東町体操会", address=""))).then()


def test_a_place_is_the_same_by_name_and_address_and_unknown_without_one_of_them() -> None:
    assert place_key(having(name="西町 茶話会", address="西町１ー２")) == place_key(having(address="西町1-2"))
    assert place_key(having(address="")) == ""


TEXTS = st.sampled_from(["", "a", "b"])
DETAILS = st.builds(
    having,
    name=st.sampled_from(["甲", "乙"]),
    address=TEXTS,
    telephone=TEXTS,
    fee=TEXTS,
    location=st.sampled_from([None, Location(lat_e7=348_000_000, lon_e7=1_356_000_000)]),
)


def with_number(details: ResourceDetails, number: str) -> ResourceDetails:
    """The details with a number that may be in a listing: the one it had before contacts were kept apart."""
    return having(details, telephone=number if details.telephone == number else "")


@given(DETAILS, st.lists(st.tuples(st.booleans(), DETAILS), max_size=6))
def test_a_list_repeated_changes_nothing_and_only_what_it_says_anew_is_taken(
    first: ResourceDetails, steps: list[tuple[bool, ResourceDetails]]
) -> None:
    """Against a second model: by field, the list's last word counts from when it was said until people say another."""
    history: list[Any] = [LISTED.model_copy(update={"details": first})]
    said, now = first, first
    for by_list, given_details in steps:
        details = given_details if by_list else with_number(given_details, now.telephone)
        command = listing(details) if by_list else ReviseResource(AN_ID, details)
        if by_list and all(is_another(identity(details), identity(known)) for known in (now, said)):
            resources.given(*history).when(command).then_rejected("batch.another_thing", name=now.name)
            continue
        history += decided(history, command)
        if by_list:
            row = with_number(details, said.telephone)
            now = now.model_copy(update={name: value for name, value in row if value != getattr(said, name)})
            said = row
        else:
            now = details
        assert resources.given(*history).when(ReviseResource(AN_ID, now)).result == ()
        if by_list:
            resources.given(*history).when(command).then()
