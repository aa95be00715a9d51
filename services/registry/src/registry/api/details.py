"""The details of a thing, taken from the body that gives them as a whole."""

from __future__ import annotations

from typing import TypeVar

from shiendomain.vocabulary import Part
from shienweb import Body

P = TypeVar("P", bound=Part)


def details_of(part: type[P], body: Body, **instead: object) -> P:
    """The part of an event whose fields the body has too; `instead`: values that the body leaves to the route."""
    return part(**{name: instead.get(name, getattr(body, name)) for name in part.model_fields})
