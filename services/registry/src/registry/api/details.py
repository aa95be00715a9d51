"""The details of a thing, taken from the body or the row that has them as a whole."""

from __future__ import annotations

from typing import TypeVar

from shiendomain.vocabulary import Part

P = TypeVar("P", bound=Part)


def details_of(part: type[P], source: object, **instead: object) -> P:
    """The part of an event whose fields the body or row has too; `instead`: values that it leaves to the route."""
    return part(**{name: instead.get(name, getattr(source, name)) for name in part.model_fields})
