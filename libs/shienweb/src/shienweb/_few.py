"""What a subscriber is not told: figures about few people. An answer's model says which of its fields count people.

Figures that change while one looks give every single case away: two boards read before and after a need was recorded
differ by its people. So a subscriber is answered no count of people at all, however large; the yearly tables
(`shien report --published`) are what is published about people. In its place there is null, and `withheld` says why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Final, get_args, get_origin

import orjson
from fastapi import Response
from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic_core import CoreSchema

_COUNTED_JA: Final = re.compile(r"[0-9]+(?=人)")
_COUNTED_EN: Final = re.compile(r"(?<![\w-])[0-9]+(?![\w-])")  # but no day
WITHHELD: Final = {
    "ja": "人数は、5人未満の人数が分かることのないよう、購読者には示しません。公表用の年次報告をご覧ください。",
    "en": "A subscriber is told no count of people, so that none below 5 is told. See the published yearly tables.",
}


@dataclass(frozen=True, slots=True)
class Hidden:
    """Marks a field of an answer that counts people, or from which one follows. `by`: what a subscriber gets."""

    by: Callable[[Any], Any]
    null: bool

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """In the OpenAPI document the field may be null."""
        found = handler(schema)
        return {"anyOf": [found, {"type": "null"}]} if self.null else found


def _without_counts(text: str) -> str:
    return _COUNTED_EN.sub("x", _COUNTED_JA.sub("x", text))


OF_PEOPLE: Final = Hidden(lambda _: None, null=True)
"""The mark of a field of any type that counts people."""
PeopleCount = Annotated[int, OF_PEOPLE]
"""How many people: null for a subscriber."""
OfPeople = Annotated[str, OF_PEOPLE]
"""A text that follows from counts of people (a digest): null for a subscriber."""
SentenceOfPeople = Annotated[str, Hidden(_without_counts, null=False)]
"""A sentence that may count people: `x` in place of the number for a subscriber."""


def for_subscriber(response: Response, model: object) -> Response:
    """The response as a subscriber gets it: without what the model of the answer marks."""
    fields = hidden_fields(model)
    if not fields or response.media_type != "application/json":
        return response
    answer = orjson.loads(response.body)
    for path, mark in fields:
        _hide(answer, path, mark)
    if isinstance(answer, dict) and (names := [".".join(path) for path, mark in fields if mark.null]):
        answer["withheld"] = {"fields": names, **WITHHELD}
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    return Response(orjson.dumps(answer), response.status_code, headers, background=response.background)


def _hide(value: Any, path: tuple[str, ...], mark: Hidden) -> None:
    """Hide what is at this path, in each item of the lists on the way."""
    name, *rest = path
    for one in value if isinstance(value, list) else [value]:
        if name == "*":
            for below in one.values():
                _hide(below, tuple(rest), mark)
        elif isinstance(one, dict) and one.get(name) is not None:
            if rest:
                _hide(one[name], tuple(rest), mark)
            else:
                one[name] = mark.by(one[name])


@cache
def hidden_fields(model: object) -> tuple[tuple[tuple[str, ...], Hidden], ...]:
    """The marked fields of an answer's model, each with the names that lead to it; `*` is any name."""
    return tuple(_marked(model, ()))


def _marked(type_: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Hidden]]:
    if isinstance(type_, type) and issubclass(type_, BaseModel):
        for name, field in type_.model_fields.items():
            mark = next((one for one in field.metadata if isinstance(one, Hidden)), None)
            if mark:
                yield (*path, name), mark
            else:
                yield from _marked(field.annotation, (*path, name))
        return
    origin = get_origin(type_)
    mapping = isinstance(origin, type) and issubclass(origin, Mapping)
    for part in get_args(type_)[1 if mapping else 0 :]:
        yield from _marked(part, (*path, "*") if mapping else path)
