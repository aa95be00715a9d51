"""Canonical JSON against the `rfc8785` package as the oracle."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from asyncpg.pgproto.pgproto import UUID as FastUUID
from hypothesis import example, given
from hypothesis import strategies as st

from shienevents.core.canonical_json import canonical
from shienevents.core.errors import Malformed

EXACT = 2**53 - 1

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-EXACT, EXACT) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
)


@given(values)
@example({"𠮷": 1, "Ａ": 2, "\ue000": [{"\uffff": 3, "\U0001f600": 4}], "a": 5})
@example({"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7})  # RFC 8785, 3.2.3
@example(['\x7f\x80\u2028\u2029 \b\t\n\f\r\x1f"\\/'])
@example({"か\u3099": "が", "葛\U000e0100": "葛", "\u202e": "\u200b", "": {}})
@example([EXACT, -EXACT, 0, True])
def test_the_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(st.dictionaries(texts, st.integers(-9, 9)))
def test_the_order_in_which_keys_were_put_in_does_not_matter(value: dict[str, int]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@pytest.mark.parametrize("number", [2**53, -(2**53), 2**63, 10**400])
def test_an_integer_that_a_double_cannot_hold_is_refused(number: int) -> None:
    with pytest.raises(Malformed, match="no canonical JSON form"):
        canonical({"people": number})


@pytest.mark.parametrize("text", ["\ud800", "a\udfff", "\ude00\ud83d"])
def test_a_lone_surrogate_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="no canonical JSON form"):
        canonical({"note": text})
    with pytest.raises(Malformed, match="no canonical JSON form"):
        canonical({text: 1})


@pytest.mark.parametrize("text", ["\0", "before\0after", "\\\0", "\\\\\0", '"\0', "𠮷\0"])
def test_nul_is_refused_wherever_it_stands(text: str) -> None:
    for value in ({"note": text}, {text: 1}, [[text]]):
        with pytest.raises(Malformed, match="NUL"):
            canonical(value)


@pytest.mark.parametrize("text", [r"\u0000", r"\\u0000", "u0000", r"C:\u0000"])
def test_text_that_only_looks_like_an_escaped_nul_is_taken(text: str) -> None:
    assert canonical({"note": text}) == rfc8785.dumps({"note": text})


class Colour(StrEnum):
    RED = "red"


@dataclasses.dataclass(frozen=True)
class Inner:
    z: int
    a: Colour


@dataclasses.dataclass(frozen=True)
class Outer:
    when: datetime
    id: UUID
    inner: tuple[Inner, ...]
    day: date


def test_dataclasses_times_ids_and_enums_are_written_with_sorted_keys() -> None:
    outer = Outer(datetime(2026, 4, 1, 9, tzinfo=UTC), UUID(int=1), (Inner(1, Colour.RED),), date(2026, 4, 1))
    assert canonical(outer) == (
        b'{"day":"2026-04-01","id":"00000000-0000-0000-0000-000000000001",'
        b'"inner":[{"a":"red","z":1}],"when":"2026-04-01T09:00:00Z"}'
    )


def test_asyncpgs_ids_are_written_like_any_other() -> None:
    assert canonical([FastUUID(str(UUID(int=7)))]) == canonical([UUID(int=7)])


@pytest.mark.parametrize("value", [{1, 2}, frozenset("ab"), b"bytes", object(), int, {1: 2}, 1j])
def test_what_has_no_one_way_to_be_written_is_refused_rather_than_guessed(value: object) -> None:
    with pytest.raises(Malformed, match="no canonical JSON form"):
        canonical({"field": value})


def test_a_refusal_is_reported_in_both_languages() -> None:
    with pytest.raises(Malformed) as caught:
        canonical({"note": "\0"})
    assert (caught.value.en, caught.value.ja) == (
        "text must not contain NUL (U+0000)",
        "文字列に NUL (U+0000) は使えません",
    )
