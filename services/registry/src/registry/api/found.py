"""The condition of a list that is searched."""

from __future__ import annotations

from shienweb import Condition

from ..projections import searchable


def found_in_search(text: str) -> list[Condition]:
    """Rows in which each of the words occurs."""
    return [Condition("strpos(search, {}) > 0", word) for word in map(searchable, text.split()) if word]
