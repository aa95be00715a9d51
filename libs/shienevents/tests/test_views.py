"""How views and their rows are declared."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from shienevents.core.envelope import Envelope
from shienevents.core.errors import Contract
from shienevents.core.events import Event
from shienevents.core.view import Row, View, digest_of, replace


class Counted(Event, wire="tests.counted.v1"):
    key: str
    many: int


class Tally(Row, key=("name",)):
    name: str
    total: int = 0
    last: UUID | None = None


class Pair(Row, key=("area", "month")):
    area: str
    month: int
    total: int = 0


def keys(event: Counted, envelope: Envelope) -> Sequence[str]:
    return [event.key]


def evolve(row: Tally, event: Counted, envelope: Envelope) -> Tally:
    return replace(row, total=row.total + event.many)


def view_of(row: type[Any], name: str = "tallies") -> View[Any]:
    return View(name=name, version=2, row=row, subscribes_to=(Counted,), keys=keys, evolve=evolve)


def test_a_row_is_a_frozen_value() -> None:
    row = Tally(name="a", total=1)
    assert row == Tally(name="a", total=1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        row.total = 2  # type: ignore[misc]


def test_replace_makes_another_row_as_dataclasses_do() -> None:
    row = Tally(name="a", total=1, last=UUID(int=3))
    for changes in ({}, {"total": 2}, {"last": None, "total": 5}, {"name": "b"}):
        changed, expected = replace(row, **changes), dataclasses.replace(row, **changes)
        assert (type(changed), changed) == (Tally, expected)
        assert list(vars(changed).items()) == list(vars(expected).items())  # a table takes them in this order
    assert row == Tally(name="a", total=1, last=UUID(int=3))
    with pytest.raises(TypeError, match="Tally has no field count, many"):
        replace(row, many=3, total=4, count=1)  # type: ignore[call-arg]


def test_a_blank_row_has_its_key_and_its_defaults() -> None:
    assert view_of(Tally).blank("a") == Tally(name="a", total=0, last=None)
    assert view_of(Pair).blank(("131016", 4)) == Pair(area="131016", month=4, total=0)


def test_the_key_of_a_row_is_a_value_or_a_tuple_as_keys_gives_it() -> None:
    assert view_of(Tally).key_of(Tally(name="a")) == "a"
    assert view_of(Pair).key_of(Pair(area="131016", month=4)) == ("131016", 4)


@pytest.mark.parametrize("key", [("131016",), ("131016", 4, 5)])
def test_a_key_with_too_few_or_too_many_parts_is_refused(key: tuple[object, ...]) -> None:
    with pytest.raises(ValueError, match="zip"):
        view_of(Pair).blank(key)


def test_the_subscriber_is_name_and_version() -> None:
    assert view_of(Tally).subscriber == "tallies@2"


@pytest.mark.parametrize("name", ["", "Tallies", "1st", "a-b", "a b", 'a"b', "a" * 42, "必要"])
def test_a_view_name_that_is_no_table_name_is_refused(name: str) -> None:
    with pytest.raises(Contract, match="view name"):
        view_of(Tally, name)


def test_a_field_without_default_outside_the_key_is_refused() -> None:
    with pytest.raises(Contract, match=r"Bad\.total: key fields have no default, all others have one"):

        class Bad(Row, key=("name",)):
            name: str
            total: int


def test_a_key_field_with_a_default_is_refused() -> None:
    with pytest.raises(Contract, match=r"Bad\.name: key fields have no default"):

        class Bad(Row, key=("name",)):
            name: str = ""


def test_a_row_with_floating_point_is_refused() -> None:
    with pytest.raises(Contract, match="no floating point"):

        class Bad(Row, key=("name",)):
            name: str
            share: float = 0


def test_the_digest_of_a_row_is_over_its_canonical_json_with_sorted_keys() -> None:
    data = b'{"last":null,"name":"a","total":1}'
    assert Tally(name="a", total=1).digest() == sha256(data).digest()


def test_the_digest_of_a_view_does_not_depend_on_the_order_of_its_rows() -> None:
    a, b = Tally(name="a", total=1), Tally(name="b", total=2)
    assert digest_of({"a": a, "b": b}) == digest_of({"b": b, "a": a})
    assert digest_of({"a": a, "b": b}) != digest_of({"a": a, "b": dataclasses.replace(b, total=3)})
    assert digest_of({"a": a}) != digest_of({"a": a, "b": b})
    assert digest_of({}) == sha256(b"").hexdigest()


def test_a_row_that_computes_fields_when_it_is_made_is_refused() -> None:
    with pytest.raises(Contract, match="Doubled: no __post_init__"):

        class Doubled(Row, key=("name",)):
            name: str
            total: int = 0

            def __post_init__(self) -> None: ...


class Timed(Row, key=("name",)):
    name: str
    at: datetime | None = None


def test_the_digest_of_a_row_is_the_same_before_and_after_the_database_turned_its_times_to_utc() -> None:
    in_japan = datetime(2026, 4, 1, 9, tzinfo=timezone(timedelta(hours=9)))
    assert Timed(name="a", at=in_japan).digest() == Timed(name="a", at=in_japan.astimezone(UTC)).digest()
    assert Timed(name="a", at=in_japan).digest() == sha256(b'{"at":"2026-04-01T00:00:00Z","name":"a"}').digest()
    assert Timed(name="a").digest() == sha256(b'{"at":null,"name":"a"}').digest()


def test_a_view_can_be_declared_with_its_row_type_spelled_out() -> None:
    spelled = View[Tally](name="tallies", version=1, row=Tally, subscribes_to=(Counted,), keys=keys, evolve=evolve)
    assert spelled.blank("a") == Tally(name="a")
