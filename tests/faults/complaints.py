"""What the checker says: the rule that was broken, and where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

_SHOWN = 8


class Complaint(NamedTuple):
    """One broken rule."""

    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"


def complain(rule: str, texts: Iterable[str]) -> list[Complaint]:
    """A complaint for each text; of many, the first few and how many more there are."""
    found = list(texts)
    shown = [Complaint(rule, text) for text in found[:_SHOWN]]
    if len(found) > _SHOWN:
        shown.append(Complaint(rule, f"and {len(found) - _SHOWN} more"))
    return shown
