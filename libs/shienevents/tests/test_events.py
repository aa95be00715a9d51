"""Event classes and the catalogue that turns bytes back into them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, Field, JsonValue, PlainSerializer, ValidationError

from shienevents.core.errors import Contract, Malformed, UnknownEventType, Unreadable
from shienevents.core.events import Event, EventTypes


class Support(StrEnum):
    SHOPPING = "shopping"
    VISIT = "visit"


class Place(BaseModel):
    """A nested model that forbids what it does not know when it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    venue: str


class NeedRecorded(Event, wire="needs.need_recorded.v3"):
    """One need."""

    need_id: UUID
    support: Support
    people: int = 1
    place: Place | None = None


NEED = UUID(int=1)
RECORDED = NeedRecorded(need_id=NEED, support=Support.VISIT)


def first_to_second(value: dict[str, Any]) -> dict[str, Any]:
    return {"need_id": value["id"], "support": value["support"]}


def second_to_third(value: dict[str, Any]) -> dict[str, Any]:
    return {**value, "people": 2}


TYPES = EventTypes(
    [NeedRecorded],
    {
        ("needs.need_recorded.v1", "needs.need_recorded.v2"): first_to_second,
        ("needs.need_recorded.v2", "needs.need_recorded.v3"): second_to_third,
    },
)


def test_an_event_is_written_as_canonical_json() -> None:
    assert RECORDED.data() == (
        b'{"need_id":"00000000-0000-0000-0000-000000000001","people":1,"place":null,"support":"visit"}'
    )


def test_an_event_comes_back_from_its_bytes() -> None:
    assert TYPES.parse("needs.need_recorded.v3", RECORDED.data()) == RECORDED


def test_making_an_event_with_an_unknown_field_is_an_error() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        NeedRecorded(need_id=NEED, support=Support.VISIT, peple=3)  # type: ignore[call-arg]


def test_an_event_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        RECORDED.people = 5  # type: ignore[misc]


def test_reading_ignores_unknown_fields_at_every_depth_so_that_a_newer_writer_may_add_them() -> None:
    data = (
        b'{"need_id":"00000000-0000-0000-0000-000000000001","support":"visit","new":[1],'
        b'"place":{"venue":"hall","floor":2}}'
    )
    assert TYPES.parse("needs.need_recorded.v3", data) == RECORDED.model_copy(update={"place": Place(venue="hall")})


def test_text_with_nul_is_refused_when_the_bytes_are_made() -> None:
    class Noted(Event, wire="tests.noted.v1"):
        note: str

    with pytest.raises(Malformed, match="NUL"):
        Noted(note="a\0b").data()


def test_upcasters_chain_from_the_oldest_wire_type() -> None:
    old = b'{"id":"00000000-0000-0000-0000-000000000001","support":"visit"}'
    assert TYPES.parse("needs.need_recorded.v1", old) == RECORDED.model_copy(update={"people": 2})


def test_the_catalogue_lists_current_classes_and_older_wire_types() -> None:
    assert list(TYPES) == [NeedRecorded]
    assert TYPES.older == ["needs.need_recorded.v1", "needs.need_recorded.v2"]
    assert [f"needs.need_recorded.v{n}" in TYPES for n in (1, 2, 3, 4)] == [True, True, True, False]
    assert TYPES.resolve("needs.need_recorded.v1") is NeedRecorded


@pytest.mark.parametrize("wire", ["needs.need_recorded.v4", "", "other"])
def test_an_unknown_wire_type_is_distinguished_from_an_unreadable_event(wire: str) -> None:
    with pytest.raises(UnknownEventType, match="no class and no upcaster"):
        TYPES.parse(wire, b"{}")


@pytest.mark.parametrize("wire", ["needs.need_recorded.v3", "needs.need_recorded.v2", "needs.need_recorded.v1"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"{}",
        b"\xff\xfe",
        b"\x00",
        b"[" * 10_000,
        b'{"need_id":' * 10_000,
        b'{"need_id":"x","id":"x","support":"visit"}',
        b'{"need_id":"00000000-0000-0000-0000-000000000001","support":"song"}',
        b'{"id":1.5,"need_id":1.5,"support":"visit"}',
        b'{"id":[],"need_id":{},"support":"visit"}',
        b'{"need_id":"00000000-0000-0000-0000-000000000001","support":"visit","place":{"venue":"a\\u0000"}}',
        b'{"need_id":"00000000-0000-0000-0000-000000000001","support":"visit","place":{"venue":"\\ud800"}}',
    ],
)
def test_bytes_that_do_not_parse_are_unreadable_and_never_another_error(wire: str, data: bytes) -> None:
    with pytest.raises(Unreadable, match=wire):
        TYPES.parse(wire, data)


@pytest.mark.parametrize("error", [KeyError("x"), TypeError("x"), AttributeError("x"), IndexError("x")])
def test_an_upcaster_that_trips_over_its_data_makes_the_event_unreadable(error: Exception) -> None:
    def trip(value: dict[str, Any]) -> dict[str, Any]:
        raise error

    types = EventTypes([NeedRecorded], {("needs.need_recorded.v2", "needs.need_recorded.v3"): trip})
    with pytest.raises(Unreadable):
        types.parse("needs.need_recorded.v2", b"{}")


def test_two_classes_for_one_wire_type_are_refused() -> None:
    class Again(Event, wire="needs.need_recorded.v3"):
        need_id: UUID

    with pytest.raises(Contract, match="two classes"):
        EventTypes([NeedRecorded, Again])


def test_two_ways_to_read_a_wire_type_are_refused() -> None:
    with pytest.raises(Contract, match="two ways"):
        EventTypes([NeedRecorded], {("needs.need_recorded.v3", "needs.need_recorded.v2"): second_to_third})


def test_upcasters_that_lead_nowhere_or_in_a_circle_are_refused() -> None:
    with pytest.raises(UnknownEventType):
        EventTypes([NeedRecorded], {("needs.need_recorded.v1", "needs.need_recorded.v2"): first_to_second})
    with pytest.raises(UnknownEventType):
        EventTypes([], {("a.b.v1", "a.b.v2"): second_to_third, ("a.b.v2", "a.b.v1"): second_to_third})


@pytest.mark.parametrize(
    "wire", ["", "need_recorded", "needs.NeedRecorded.v1", "needs.x.v0", "a.b.v1\n", "a." + "b" * 128]
)
def test_a_wire_type_out_of_form_is_refused(wire: str) -> None:
    with pytest.raises(Contract, match="is not like"):
        type("Odd", (Event,), {}, wire=wire)


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (float, "no floating point"),
        (float | None, "no floating point"),
        (list[float], "no floating point"),
        (dict[str, float], "no floating point"),
        (tuple[int, float], "no floating point"),
        (Any, "Any is no contract"),
        (list[Any], "Any is no contract"),
        (dict[str, Any], "Any is no contract"),
        (JsonValue, "Any is no contract"),
        (Annotated[int, PlainSerializer(lambda value: value)], "Any is no contract"),
        (Annotated[int, PlainSerializer(float, return_type=float)], "no floating point"),
        (set[str], "a set has no order"),
        (frozenset[int] | None, "a set has no order"),
    ],
)
def test_fields_whose_json_is_not_exact_are_refused(shape: Any, why: str) -> None:
    with pytest.raises(Contract, match=why):
        type("Odd", (Event,), {"__annotations__": {"field": shape}}, wire="tests.odd.v1")


def test_floats_are_found_in_nested_models_too() -> None:
    class Point(BaseModel):
        latitude: float

    with pytest.raises(Contract, match=r"Odd\.latitude"):
        type("Odd", (Event,), {"__annotations__": {"point": Point}}, wire="tests.odd.v1")


def test_nested_models_that_take_anything_are_refused() -> None:
    class Bag(BaseModel):
        model_config = ConfigDict(extra="allow")

    with pytest.raises(Contract, match=r"Odd\.Bag: .* Any is no contract"):
        type("Odd", (Event,), {"__annotations__": {"bag": Bag}}, wire="tests.odd.v1")


def test_aliases_are_refused_because_fields_are_stored_under_their_own_names() -> None:
    class Renamed(BaseModel):
        people: int = Field(alias="persons")

    for field, value in ((int, Field(alias="other")), (Renamed, Field())):
        with pytest.raises(Contract, match="no aliases"):
            type("Odd", (Event,), {"__annotations__": {"field": field}, "field": value}, wire="tests.odd.v1")


def test_exact_fields_of_every_kind_are_taken() -> None:
    class Fine(Event, wire="tests.fine.v1"):
        at: datetime
        counts: dict[str, int]
        pair: tuple[int, str] = (1, "a")
        maybe: list[Place] | None = None

    fine = Fine(at=datetime.fromisoformat("2026-04-01T09:30:00+09:00"), counts={"𠮷": 1, "Ａ": 2})
    assert EventTypes([Fine]).parse("tests.fine.v1", fine.data()) == fine
