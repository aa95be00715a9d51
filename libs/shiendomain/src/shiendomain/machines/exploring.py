"""For tests: walks all states that small commands lead to, and compares the steps taken with those of a machine."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shienevents import Decider, Event, Rejected

from ..words import Word
from .shape import Edge, Machine

Deciders = Sequence[Decider[Any, Any, Any]]
States = tuple[Any, ...]
"""The state of one stream of each decider."""
Taken = tuple[States, Event, States]
"""An event, with the states before and after it."""
Move = tuple[object, ...]
"""Commands that are given together: all of them, or none."""


@dataclass(frozen=True)
class Walk:
    """What was walked: each event once for each state it was met in, and which states follow each other, by their keys.

    `states` has one example of each key.
    """

    taken: Sequence[Taken]
    states: Mapping[object, States]
    following: Mapping[object, frozenset[object]]


def explore(deciders: Deciders, moves: Sequence[Move], alike: Callable[[States], object] = repr) -> Walk:
    """Each event that the moves lead to, from the beginning on, breadth first.

    Args:
        deciders: each with one stream, which every command to it is about.
        moves: what is tried in every state that is found.
        alike: states with the same value are walked from once. By default it is all that a state holds.
    """
    first = tuple(decider.initial for decider in deciders)
    known, waiting = {alike(first): first}, deque([alike(first)])
    taken: list[Taken] = []
    following: dict[object, frozenset[object]] = {}
    while waiting:
        key = waiting.popleft()
        reached = set()
        for move in moves:
            try:
                steps = list(_taken(deciders, known[key], move))
            except Rejected:
                continue
            taken += steps
            after = steps[-1][2] if steps else known[key]
            reached.add(alike(after))
            if alike(after) not in known:
                known[alike(after)] = after
                waiting.append(alike(after))
        following[key] = frozenset(reached)
    return Walk(taken, known, following)


def _taken(deciders: Deciders, states: States, move: Move) -> Iterator[Taken]:
    for command in move:
        number, decider = next((n, one) for n, one in enumerate(deciders) if type(command) in one.commands)
        for event in decider.decide(command, states[number]):
            after = (*states[:number], decider.evolve(states[number], event), *states[number + 1 :])
            yield states, event, after
            states = after


def edges_of(
    machine: Machine, taken: Sequence[Taken], states_of: Callable[[States], Mapping[object, Word]]
) -> frozenset[Edge]:
    """The steps of the machine that were taken, read from what was walked.

    An event that names another thing (the issue of a need) is a step where it changes the state.

    Raises `AssertionError` for a thing that is in another state after an event which does not name it, or which the
    machine does not have.
    """
    found = set()
    for before, event, after in taken:
        old, new = states_of(before), states_of(after)
        changed = {one for one in new if old.get(one) != new[one]}
        named = {getattr(event, machine.of)} if hasattr(event, machine.of) else changed
        if type(event) in machine.events:
            found |= {(old.get(one), type(event), new[one]) for one in named if one in new}
            changed -= named
        assert not changed, f"{type(event).__name__} changes the state of {machine.name} {changed}"
    return frozenset(found)


def stuck(machine: Machine, walk: Walk, states_of: Callable[[States], Mapping[object, Word]]) -> list[str]:
    """Where a thing is not at an end and nothing leads it to one, or where it is left behind: each as a line.

    Unlike a machine, which knows one thing, it sees what else is in the streams: a request for a service that is gone.
    """
    lines = set()
    for thing in {thing for states in walk.states.values() for thing in states_of(states)}:
        now = {key: states_of(states).get(thing) for key, states in walk.states.items()}
        safe = {key for key, state in now.items() if state in machine.ends}
        grown = True
        while grown:
            more = {key for key, after in walk.following.items() if key not in safe and after & safe}
            grown = bool(more)
            safe |= more
        lines |= {f"no way on from {state.name}: {key}" for key, state in now.items() if state and key not in safe}
    for before, event, after in walk.taken:
        old, new = states_of(before), states_of(after)
        left = {old[one] for one in old.keys() - new.keys()} - {*machine.ends}
        lines |= {f"left behind by {type(event).__name__}: {state.name}" for state in left}
    return sorted(lines)


def differences(machine: Machine, found: frozenset[Edge]) -> list[str]:
    """What the machine has and was never taken, and what was taken and the machine does not have."""
    return sorted(
        [f"never taken: {shown(edge)}" for edge in machine.edges - found]
        + [f"not in the machine: {shown(edge)}" for edge in found - machine.edges]
    )


def shown(edge: Edge) -> str:
    """A step as one line."""
    before, event, after = edge
    return f"{before.name if before else '—'} → {event.__name__} → {after.name}"
