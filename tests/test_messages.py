"""What people read of a refusal: Japanese without English in it, and the remedy, in every service and library."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import pytest

from shienweb import MESSAGES as SHARED

from .declared import MESSAGES, SERVICES

BEHIND = re.compile("（[!-~ ]+）")
"""The name by which programs know what was named in Japanese before it: 理由（reason）."""
LATIN = re.compile("[A-Za-z][A-Za-z_./-]*")
OF_REQUESTS = {
    "Authorization", "Bearer", "Content-Encoding", "Content-Type", "JSON", "Shien-After", "Shien-Occurred-At",
    "Idempotency-Key", "cursor", "next_cursor", "position", "trace_id",
}  # fmt: skip
"""What has no Japanese name: said of a request as such, to those who write programs."""
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
    allowed = frozenset(OF_REQUESTS) if code in SHARED else frozenset()
    assert english_in(MESSAGES[code].ja, allowed) == []


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
