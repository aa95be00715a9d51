"""Which figures of a table may not be published (秘匿): counts of few people, and what would give one of them back.

A count of 1 to 4 people is hidden; nobody is shown as 0. Hidden figures alone are not enough, because a total with all
its other parts gives one back. So further figures are hidden until every hidden one could be another number: there are
other figures that make the same published table (`_move`). They keep every sum, no figure is below 0, and each count
of few people stays one of 1 to 4. And what is hidden of one sum is together not a count of few people either.

Source: domain rules (5人未満の人数は公表しない); 「x」 and the hiding of further figures are the convention of Japanese
official statistics.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

FEW = 5
"""fewer people than this are few"""
K = TypeVar("K", bound=Hashable)
_MOST_TRIES = 300
"""tables that are tried for one hidden figure; where none is found, more is hidden"""


def few(people: int) -> bool:
    """Whether a count of people is one that is not published."""
    return 0 < people < FEW


@dataclass(frozen=True)
class Figures(Generic[K]):
    """The numbers of a publication, and what a reader knows about them without reading them.

    - `numbers`: each figure, in the order of the publication; none is below 0.
    - `people`: which of them are counts of people.
    - `sums`: a figure and those that it is the sum of, but for a number that a reader may know.
    - `at_least`: a count of people and a count of things, each of at least one of them (people and needs).
    """

    numbers: Mapping[K, int]
    people: Collection[K]
    sums: Sequence[tuple[K, Sequence[K]]] = ()
    at_least: Sequence[tuple[K, K]] = ()


@dataclass
class _Search(Generic[K]):
    """The figures, with what is hidden so far, in order.

    `rules` are the sums (a sign for each figure, together 0), then, from `least` on, those that are at least 0. `free`
    are hidden figures that are known to be able to be another number; hiding more does not change that. For those in
    `stuck` nothing is left to hide.
    """

    figures: Figures[K]
    people: frozenset[K]
    hidden: dict[K, None]
    rules: list[dict[K, int]] = field(default_factory=list)
    of: dict[K, list[int]] = field(default_factory=dict)
    least: int = 0
    free: set[K] = field(default_factory=set)
    stuck: set[K] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.rules += [{total: -1, **dict.fromkeys(parts, 1)} for total, parts in self.figures.sums]
        self.least = len(self.rules)
        self.rules += [{people: 1, things: -1} for people, things in self.figures.at_least]
        for n, signs in enumerate(self.rules):
            for one in signs:
                self.of.setdefault(one, []).append(n)

    def shown(self, rules: Iterable[int]) -> list[K]:
        """The published figures of these rules."""
        return list(dict.fromkeys(one for n in rules for one in self.rules[n] if one not in self.hidden))

    def alone(self, n: int) -> bool:
        """Whether one figure of a rule is hidden, and no other."""
        return sum(one in self.hidden for one in self.rules[n]) == 1


def hidden_of(figures: Figures[K]) -> frozenset[K]:
    """The figures that are not published. The same figures give the same answer.

    Of those that could hide another one, the smallest count that is not 0 is hidden, the first of equal ones.
    """
    numbers, people = figures.numbers, frozenset(figures.people)
    search = _Search(figures, people, {one: None for one in numbers if one in people and few(numbers[one])})
    order = {one: n for n, one in enumerate(numbers)}
    while found := _given_back(search):
        chosen = min(found, key=lambda one: (numbers[one] == 0, numbers[one], order[one]))
        search.hidden[chosen] = None
    return frozenset(search.hidden)


def _given_back(search: _Search[K]) -> list[K]:
    """Figures of which one more is to be hidden, because what is published gives one back; none: nothing does."""
    for n, (total, parts) in enumerate(search.figures.sums):
        together = sum(search.figures.numbers[one] for one in parts if one in search.hidden)
        if search.alone(n) or (total not in search.hidden and total in search.people and few(together)):
            return search.shown([n])
    for one in [one for one in search.hidden if one not in search.free | search.stuck]:
        if one in search.free:
            continue
        if move := _move(search, one):
            search.free |= move.keys()
        elif found := _near(search, one):
            return found
        else:
            search.stuck.add(one)
    return []


def _near(search: _Search[K], one: K) -> list[K]:
    """The published figures of the rules of a hidden one: where it is alone, else of all, else of rules beyond."""
    rules = search.of.get(one, [])
    alone = search.shown(n for n in rules if search.alone(n))
    return alone or search.shown(rules) or search.shown(n for other in _joined(search, one) for n in search.of[other])


def _joined(search: _Search[K], one: K) -> list[K]:
    """The hidden figures that rules connect with this one."""
    found, waiting = {one: None}, [one]
    while waiting:
        for n in search.of.get(waiting.pop(), ()):
            more = [other for other in search.rules[n] if other in search.hidden and other not in found]
            found |= dict.fromkeys(more)
            waiting += more
    return list(found)


def _move(search: _Search[K], one: K) -> Mapping[K, int]:
    """Changes of hidden figures, each by one, after which every rule holds, with a change of this one; or none."""
    for step in (1, -1):
        waiting = deque([{one: step}] if _may(search, one, step) else [])
        seen = 0
        while waiting and seen < _MOST_TRIES:
            changes = waiting.popleft()
            seen += 1
            broken = _broken(search, changes)
            if broken is None:
                return changes
            signs, off = broken
            for other, sign in signs.items():
                needed = -sign if off > 0 else sign
                if other in search.hidden and other not in changes and _may(search, other, needed):
                    waiting.append({**changes, other: needed})
    return {}


def _may(search: _Search[K], one: K, step: int) -> bool:
    """Whether a hidden figure may be the number that is one step away, for all that is known of it alone."""
    number = search.figures.numbers[one]
    return few(number + step) if one in search.people and few(number) else number + step >= 0


def _broken(search: _Search[K], changes: Mapping[K, int]) -> tuple[dict[K, int], int] | None:
    """The first rule that no longer holds, and by how much; `None` when all hold."""
    for n in sorted({n for one in changes for n in search.of.get(one, ())}):
        signs = search.rules[n]
        off = sum(sign * changes.get(one, 0) for one, sign in signs.items())
        if n >= search.least:
            off = min(0, off + sum(sign * search.figures.numbers[one] for one, sign in signs.items()))
        if off:
            return signs, off
    return None
