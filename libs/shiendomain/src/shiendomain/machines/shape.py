"""What a state machine is, as data: the states of a thing, the events that lead from one to another, who may go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from shienevents import Event

from ..words import Word

Edge = tuple[Word | None, type[Event], Word]
"""The state before an event (`None`: the thing was not there), the event, and the state after it."""
START = None
"""What a thing is before its first event."""
STAYS: tuple[Word, ...] = ()
"""The state after an event that changes what is recorded and not the state."""


class Note(NamedTuple):
    """When a step is taken, or which of several states follows."""

    ja: str
    en: str


MAPPED = "registry.map_area_work registry.reverse_mapping registry.withdraw_reorganization"
"""The operations by which the things of an ended area move to its successors, and back."""
AREA_ENDED = Note("地域が再編された", "its area ended")


class Step(NamedTuple):
    """One line of a machine: after this event, from one of these states, the thing is in one of those.

    `by` are the operations that lead to the event, each with its service (`needs.record_need`). An event of a reaction
    names the operation of the other service that it follows from.
    """

    event: type[Event]
    before: tuple[Word | None, ...]
    after: tuple[Word, ...]
    by: tuple[str, ...]
    note: Note | None

    @property
    def edges(self) -> frozenset[Edge]:
        """Each pair of a state before and a state after."""
        if self.after:
            return frozenset((before, self.event, after) for before, after in product(self.before, self.after))
        return frozenset((state, self.event, state) for state in self.before if state is not None)


@dataclass(frozen=True)
class Machine:
    """The state machine of one kind of thing.

    - `name` and `of`: what the thing is called, and the field by which events name it.
    - `service`: whose events it is made of.
    - `follows`: a further field by which events name it in its turn: those of the issue that a need is part of.
    - `ends`: the states in which nobody waits for anything. A way back from there is a correction.
    - `lists`: for every other state the list on which somebody finds the thing, with its filter.
    """

    name: str
    ja: str
    en: str
    service: str
    of: str
    states: type[Word] | tuple[Word, ...]
    steps: tuple[Step, ...]
    ends: tuple[Word, ...]
    lists: Mapping[Word, str]
    follows: str = ""
    note: Note = field(default=Note("", ""))

    @property
    def edges(self) -> frozenset[Edge]:
        """Every step from one state to one state."""
        return frozenset(edge for step in self.steps for edge in step.edges)

    @property
    def events(self) -> tuple[type[Event], ...]:
        """Its events, in the order of the table."""
        return tuple(dict.fromkeys(step.event for step in self.steps))

    def ways_on(self, state: Word) -> Sequence[Step]:
        """The steps that lead away from a state."""
        return [step for step in self.steps if any(a is state and b is not state for a, _, b in step.edges)]


def step(
    event: type[Event],
    before: Word | Iterable[Word | None] | None,
    after: Word | tuple[Word, ...] = STAYS,
    *,
    by: str,
    note: tuple[str, str] | None = None,
) -> Step:
    """A line of a machine, as a table writes it: single states without brackets, operations separated by spaces."""
    states = (before,) if before is None or isinstance(before, Word) else tuple(before)
    following = (after,) if isinstance(after, Word) else after
    return Step(event, states, following, tuple(by.split()), Note(*note) if note else None)
