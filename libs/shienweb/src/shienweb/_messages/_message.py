"""One message, in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "–"


class Message(NamedTuple):
    """A sentence or two for a person: what is so, and what to do. `{name}` stands for a fact."""

    en: str
    ja: str

    def about(self, facts: Mapping[str, object]) -> Message:
        """The message with its facts put in; one that is not known shows as a dash."""
        shown = _Facts({name: _shown(value) for name, value in facts.items()})
        return Message(self.en.format_map(shown), self.ja.format_map(shown))


def _shown(value: object) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(sorted(map(str, value)) if isinstance(value, (set, frozenset)) else map(str, value))
    return str(value)
