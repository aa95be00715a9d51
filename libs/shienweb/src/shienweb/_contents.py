"""What no value of a body may be: a text without content or telling who somebody is, a day of another century."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache

from pydantic import BaseModel
from pydantic_core import InitErrorDetails, PydanticCustomError

from shiendomain.days import FIRST_DAY, LAST_DAY
from shiendomain.personal_data import MayHold, PersonalData, personal_data

_Place = tuple[str | int, ...]
_SAYS = re.compile(r"[^\W_]")


def refused_contents(model: BaseModel, checked: type[BaseModel], place: _Place = ()) -> Iterator[InitErrorDetails]:
    """An error for each text and day of this model, and of the models within it, that may not be recorded.

    Each plain string is a text. Personal data is looked for in all of them, but for what the field is marked to hold
    (`MayHold`). A model of the class `checked` within it was looked at before. An error does not repeat the whole text.
    """
    for name, allowed in _fields(type(model)):
        value: object = getattr(model, name)
        if _is_looked_at(value):
            yield from _refused(value, allowed, checked, (*place, name))


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, frozenset[PersonalData]], ...]:
    """Each field of a class, and what it may hold."""
    return tuple(
        (name, next((mark.kinds for mark in field.metadata if isinstance(mark, MayHold)), frozenset()))
        for name, field in model.model_fields.items()
    )


def _is_looked_at(value: object) -> bool:
    """Whether this is a text or a day, or may hold one."""
    return _are_looked_at(type(value))  # type: ignore[arg-type]  # a type has a hash


@cache
def _are_looked_at(kind: type) -> bool:
    return kind is str or issubclass(kind, (date, tuple, list, BaseModel))


def _refused(
    value: object, allowed: frozenset[PersonalData], checked: type[BaseModel], place: _Place
) -> Iterator[InitErrorDetails]:
    if type(value) is str:
        if error := _error(value, allowed):
            yield InitErrorDetails(type=error, loc=place, input=None)
    elif isinstance(value, date) and not isinstance(value, datetime):
        if not FIRST_DAY <= value <= LAST_DAY:
            facts = {"first": str(FIRST_DAY), "last": str(LAST_DAY)}
            yield InitErrorDetails(type=PydanticCustomError("other_century", "day", facts), loc=place, input=None)
    elif isinstance(value, (tuple, list)):
        for n, one in enumerate(value):
            if _is_looked_at(one):
                yield from _refused(one, allowed, checked, (*place, n))
    elif isinstance(value, BaseModel) and not isinstance(value, checked):
        yield from refused_contents(value, checked, place)


def _error(text: str, allowed: frozenset[PersonalData]) -> PydanticCustomError | None:
    if text and not _SAYS.search(text) and not any(unicodedata.category(one)[0] in "LNS" for one in text):
        return PydanticCustomError("blank_text", "text without a letter or digit")
    if found := personal_data(text, allowed):
        facts = {"seen": found.seen, "what": found.kind.en, "what_ja": found.kind.ja}
        return PydanticCustomError("personal_data", "personal data", facts)
    return None
