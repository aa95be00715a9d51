"""What a search compares, and what lists are sorted by."""

from __future__ import annotations

from datetime import date

from shiendomain.comparing import comparable

NO_DAY = date(1970, 1, 1)
"""A day before the first event of a row. Lists are sorted by such columns, so they are never null."""


def searchable(*texts: str) -> str:
    """The text that a search compares (see `comparable`). The texts are on lines of their own."""
    return "\n".join(map(comparable, texts))


def sort_name(*texts: str) -> str:
    """The text that lists by name are sorted by: the first 40 characters of `searchable`.

    It is part of a cursor, and NFKC can make one character into eighteen.
    """
    return searchable(*texts)[:40]
