"""The condition of a list that is searched."""

from __future__ import annotations

from shiendomain.comparing import pair_numbers
from shienweb import Condition

from ..projections import searchable


def found_in_search(text: str) -> list[Condition]:
    """Rows in which each of the words occurs."""
    return [Condition("strpos(search, {}) > 0", word) for word in map(searchable, text.split()) if word]


def resources_found(text: str, *, by_index: bool = True) -> list[Condition]:
    """Resources in which each of the words occurs, or in the name of their provider as it is registered.

    A word of one character has no pair, so no index helps to find it. Without `by_index` the index is not used.
    """
    sql = "strpos(search, {0}) > 0 or provider_id = any(array (select provider_id from providers"
    sql += " where strpos(providers.search, {0}) > 0))"
    words = [word for word in map(searchable, text.split()) if word]
    if not by_index:
        return [Condition(f"({sql})", word) for word in words]
    return [Condition(f"(search_pairs @> {{1}} and {sql})", word, list(pair_numbers(word))) for word in words]
