"""What people read of a refusal: Japanese without English in it, and the remedy, in every service and library."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from pkgutil import walk_packages
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from shiendomain.personal_data import PersonalData
from shiendomain.registry import ResourceDetails
from shiendomain.states import NeedState
from shiendomain.vocabulary import AreaCode, CorporateNumber, MunicipalityCode, Position, SupportKind, TimeOfDay
from shienweb import MESSAGES as SHARED
from shienweb import Message, content_errors
from shienweb._field_errors import EXPECTED, field_errors

from .declared import MESSAGES, SERVICES

BEHIND = re.compile("（[!-~ ]+）")
"""The name by which programs know what was named in Japanese before it: 理由（reason）."""
LATIN = re.compile("[A-Za-z][A-Za-z_./-]*")
OF_REQUESTS = frozenset([
    "Authorization", "Bearer", "Content-Encoding", "Content-Type", "JSON", "Shien-After", "Shien-Occurred-At",
    "Idempotency-Key", "cursor", "next_cursor", "position", "trace_id",
])  # fmt: skip
"""What has no Japanese name: said of a request as such, to those who write programs."""
OF_VALUES = frozenset(["ID", "JSON", "T", "UUID", "false", "null", "true"])
"""What has to be written as it stands: parts of a value of JSON."""
NOTHING = Message("", "")
FACTS_GIVEN: tuple[tuple[object, str], ...] = (
    (NeedState.OPEN, "answer ground kind needed obstacle outcome purpose role service_class source state tier what"),
    (tuple(SupportKind), "kinds"),
    (datetime(2026, 6, 1, tzinfo=UTC), "begun_at"),
    (date(2026, 6, 1), "agreed_on asked_on closed_on day due_on first held_on last latest left_on on period_from"),
    (
        date(2026, 6, 1),
        "period_until reported_on since starts_on term_from term_until today until used_from valid_from",
    ),
    (12, "attendances capacity count fee_yen filled free gave_up helped limit more most participants people placed"),
    (12, "responses seconds sheets there things times trained wanted years"),
    ("272108", "area areas now owner parent successors"),
    (UUID(int=0), "id ids issue mapping_id match merged needs proposal round service service_id successor thing"),
    ("茶話会", "cells expected_ja fee field fields header method name names reference said why_ja"),
    ("application/json", "expected"),
)
"""Facts as they are given: a word of a closed list, a time, a day, a number, a code, what somebody wrote."""
FACTS = {name: value for value, names in FACTS_GIVEN for name in names.split()}
KANA = re.compile("[ぁ-んァ-ヶ]")


def english_in(text: str, allowed: frozenset[str] = frozenset()) -> list[str]:
    """The words of Latin letters in a Japanese text, without facts and names in brackets."""
    plain = re.sub(r"\{\w+\}", "", BEHIND.sub("", text))
    return [word for word in LATIN.findall(plain) if word.strip("./-") not in allowed]


def refusals() -> Iterator[type[ValueError]]:
    """What a field refuses with words of its own."""
    for name in ("shiendomain", *(f"{service}.api" for service in SERVICES)):
        for module in walk_packages(import_module(name).__path__, f"{name}."):
            import_module(module.name)
    waiting = [ValueError]
    while waiting:
        found = waiting.pop()
        waiting += found.__subclasses__()
        if isinstance(getattr(found, "ja", None), str) and isinstance(getattr(found, "en", None), str):
            yield found


@pytest.mark.parametrize("code", MESSAGES)
def test_a_japanese_text_has_no_english_in_it(code: str) -> None:
    """Name a field in Japanese, with its name behind it in brackets: 理由（reason）."""
    allowed = OF_REQUESTS if code in SHARED else frozenset()
    assert english_in(MESSAGES[code].ja, allowed) == []


@pytest.mark.parametrize("code", MESSAGES)
def test_a_japanese_text_has_no_english_in_it_with_its_facts(code: str) -> None:
    asked = re.findall(r"\{(\w+)\}", MESSAGES[code].ja)
    assert {name for name in asked if not FACTS.keys() & {name, name.removesuffix("_ja")}} == set(), "say what it is"
    ja = MESSAGES[code].about(FACTS).ja
    assert english_in(ja, OF_REQUESTS | {"application/json", "UTF-8", "UTF"} if code in SHARED else frozenset()) == []


@pytest.mark.parametrize("kind", [*EXPECTED, "of_a_later_library"])
def test_what_is_expected_of_a_field_has_no_english_in_its_japanese(kind: str) -> None:
    facts: dict[str, object] = dict.fromkeys(re.findall(r"\{(\w+)\}", EXPECTED.get(kind, NOTHING).en), "1")
    facts |= {"seen": "山田花子", "what": PersonalData.NAME.en, "what_ja": PersonalData.NAME.ja}
    (error,) = field_errors([{"type": kind, "loc": ("body", "note"), "ctx": facts}])
    assert english_in(error.ja, OF_VALUES) == [], error.ja


@pytest.mark.parametrize(
    ("form", "example"),
    [
        (AreaCode, "272108-03"),
        (MunicipalityCode, "272108"),
        (CorporateNumber, "7000012050002"),
        (TimeOfDay, "09:30"),
        (Position, "needs.3.41"),
    ],
)
def test_a_text_of_another_form_is_told_an_example_that_is_accepted(form: Any, example: str) -> None:
    known: TypeAdapter[object] = TypeAdapter(form)
    assert known.validate_python(example) == example
    with pytest.raises(ValidationError) as refused:
        known.validate_python("？")
    (error,) = field_errors(refused.value.errors())
    assert (error.ja, error.en) == (f"{example} のような形で指定してください", f"text like {example} is expected")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (PersonalData.NAME, "山田花子"),
        (PersonalData.TELEPHONE, "090-0000-0000"),
        (PersonalData.EMAIL, "1@2.3"),
        (PersonalData.NUMBER, "1234 5678 9012"),
        (PersonalData.ADDRESS, "1丁目2番3号"),
        (PersonalData.BIRTH, "昭和12年3月4日生まれ"),
    ],
)
def test_personal_data_is_refused_by_the_japanese_name_of_its_kind(kind: PersonalData, text: str) -> None:
    details = ResourceDetails(name="茶話会", support_kinds=(SupportKind.SALON,), service_areas=("272108",), note=text)
    (error,) = content_errors(details)
    assert kind.ja in error.ja
    assert english_in(error.ja) == []
    assert kind.en in error.en


@pytest.mark.parametrize("code", MESSAGES)
def test_a_provider_has_one_name_in_japanese(code: str) -> None:
    assert not re.search("(?<!サービス)提供者|提供主体", MESSAGES[code].ja)


def test_what_a_field_refuses_with_has_no_english_in_its_japanese() -> None:
    found = {f"{one.__module__}.{one.__name__}": one.ja for one in refusals()}  # type: ignore[attr-defined]
    ours = {name: text for name, text in found.items() if name.split(".")[0] in ("shiendomain", *SERVICES)}
    assert len(ours) > 5
    assert {name: english_in(text) for name, text in ours.items() if english_in(text)} == {}


@pytest.mark.parametrize("code", MESSAGES)
def test_a_text_is_a_sentence_in_both_languages_with_the_same_facts(code: str) -> None:
    message = MESSAGES[code]
    assert message.en[0].isupper() or message.en[0] in "“{" or re.match(r"[\w-]+:", message.en), message.en
    assert not KANA.search(message.en)
    assert message.ja.endswith("。")
    assert KANA.search(message.ja) or "_ja}" in message.ja
    facts = {name.removesuffix("_ja") for name in re.findall(r"\{(\w+)\}", message.ja)}
    assert facts <= set(re.findall(r"\{(\w+)\}", message.en))
