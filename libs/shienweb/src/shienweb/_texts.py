"""What no text of a body may be: empty of content, or telling who somebody is. Events are published, and kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from typing import Any

from pydantic import BaseModel
from pydantic_core import InitErrorDetails, PydanticCustomError

from shiendomain.personal_data import MayHold, PersonalData, personal_data

_Place = tuple[str | int, ...]


def refused_texts(model: BaseModel, place: _Place = ()) -> Iterator[InitErrorDetails]:
    """An error for each text of this model, and of the models within it, that may not be recorded.

    Each plain string is a text, unless its field is marked by `MayHold`. The error does not repeat the whole text.
    """
    for name, field in type(model).model_fields.items():
        allowed = next((mark.kinds for mark in field.metadata if isinstance(mark, MayHold)), frozenset[PersonalData]())
        yield from _refused(getattr(model, name), allowed, (*place, name))


def _refused(value: Any, allowed: Collection[PersonalData], place: _Place) -> Iterator[InitErrorDetails]:
    if type(value) is str:
        if error := _error(value, allowed):
            yield InitErrorDetails(type=error, loc=place, input=None)
    elif isinstance(value, (tuple, list)):
        for n, one in enumerate(value):
            yield from _refused(one, allowed, (*place, n))
    elif isinstance(value, BaseModel):
        yield from refused_texts(value, place)


def _error(text: str, allowed: Collection[PersonalData]) -> PydanticCustomError | None:
    if text and not any(unicodedata.category(character)[0] in "LNS" for character in text):
        return PydanticCustomError("blank_text", "text without a letter or digit")
    if found := personal_data(text, allowed):
        facts = {"seen": found.seen, "what": found.kind.en, "what_ja": found.kind.ja}
        return PydanticCustomError("personal_data", "personal data", facts)
    return None
