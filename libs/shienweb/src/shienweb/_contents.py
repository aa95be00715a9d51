"""What no value of a body may be: a text without content or telling who somebody is, a day of another century."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from datetime import date, datetime
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic_core import InitErrorDetails, PydanticCustomError

from shiendomain.days import FIRST_DAY, LAST_DAY
from shiendomain.personal_data import MayHold, PersonalData, personal_data

_Place = tuple[str | int, ...]


def refused_contents(model: BaseModel, checked: type[BaseModel], place: _Place = ()) -> Iterator[InitErrorDetails]:
    """An error for each text and day of this model, and of the models within it, that may not be recorded.

    Each plain string is a text. Personal data is looked for in all of them, but for what the field is marked to hold
    (`MayHold`). A model of the class `checked` within it was looked at before. An error does not repeat the whole text.
    """
    for name, allowed in _fields(type(model)):
        yield from _refused(getattr(model, name), allowed, checked, (*place, name))


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, frozenset[PersonalData]], ...]:
    """Each field of a class, and what it may hold."""
    marks = {
        name: [one for one in field.metadata if isinstance(one, MayHold)] for name, field in model.model_fields.items()
    }
    return tuple((name, found[0].kinds if found else frozenset()) for name, found in marks.items())


def _refused(
    value: Any, allowed: Collection[PersonalData], checked: type[BaseModel], place: _Place
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
            yield from _refused(one, allowed, checked, (*place, n))
    elif isinstance(value, BaseModel) and not isinstance(value, checked):
        yield from refused_contents(value, checked, place)


def _error(text: str, allowed: Collection[PersonalData]) -> PydanticCustomError | None:
    if text and not any(unicodedata.category(character)[0] in "LNS" for character in text):
        return PydanticCustomError("blank_text", "text without a letter or digit")
    if found := personal_data(text, allowed):
        facts = {"seen": found.seen, "what": found.kind.en, "what_ja": found.kind.ja}
        return PydanticCustomError("personal_data", "personal data", facts)
    return None
