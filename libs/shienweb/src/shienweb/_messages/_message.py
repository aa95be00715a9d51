"""One message in two languages, and how facts are shown in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from shiendomain.days import JAPAN
from shiendomain.words import Word

_NOTHING = "–"


class Message(NamedTuple):
    """One or two sentences for a person: what is wrong, and what to do.

    `{name}` is replaced by the fact of that name. `{name_ja}` in the Japanese text is its Japanese label: words of a
    closed list (`Word`), alone or in a sequence, are shown by their labels without a fact of that name. Times are shown
    as the time of Japan.
    """

    en: str
    ja: str

    def about(self, facts: Mapping[str, object]) -> Message:
        """The message with these facts put in. A fact that is missing is shown as a dash."""
        return Message(
            self.en.format_map(_English({name: _english(value) for name, value in facts.items()})),
            self.ja.format_map(_Japanese({name: _japanese(value) for name, value in facts.items()})),
        )


class _English(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return _NOTHING


class _Japanese(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return self.get(name.removesuffix("_ja"), _NOTHING)


def _english(value: object) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(map(_english, _ordered(value))) or _NOTHING
    if isinstance(value, Word):
        return value.value.replace("_", " ")
    if isinstance(value, datetime):
        return value.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M (UTC+9)")
    return str(value)


def _japanese(value: object) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return "、".join(map(_japanese, _ordered(value))) or _NOTHING
    if isinstance(value, Word):
        return value.ja
    if isinstance(value, datetime):
        here = value.astimezone(JAPAN)
        return f"{_japanese(here.date())}{here.hour}時{here.minute}分"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(value)


def _ordered(values: list[object] | tuple[object, ...] | set[object] | frozenset[object]) -> list[object]:
    return sorted(values, key=str) if isinstance(values, (set, frozenset)) else list(values)
