"""What was expected beside what came, line by line: the failure message of every scenario and law."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from pydantic import BaseModel


def lines_of(value: object) -> Iterator[str]:
    """A value over several lines, a field each, so that a difference shows as the line it is in."""
    if isinstance(value, BaseModel):
        fields = [(name, getattr(value, name)) for name in type(value).model_fields]
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)]
    else:
        yield repr(value)
        return
    yield type(value).__name__
    for name, held in fields:
        yield f"    {name} = {held!r}"


def listed(values: Iterable[object]) -> list[str]:
    """The lines of several values."""
    return [line for value in values for line in lines_of(value)] or ["nothing"]


def sides(title: str, expected: Sequence[str], got: Sequence[str]) -> str:
    """Both sides: unmarked lines are in both, `-` only expected, `+` only got."""
    shown = [title, "  - expected, + got"]
    matcher = SequenceMatcher(None, expected, got, autojunk=False)
    for _, start, end, from_, to in matcher.get_opcodes():
        if expected[start:end] == got[from_:to]:
            shown += [f"    {line}" for line in got[from_:to]]
        else:
            shown += [f"  - {line}" for line in expected[start:end]]
            shown += [f"  + {line}" for line in got[from_:to]]
    return "\n".join(shown)
