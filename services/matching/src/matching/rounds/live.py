"""Matching between two rounds (随時マッチング): each need in its turn takes the best places that are left. Pure.

It is not solved: what was proposed before stays, so there is nothing to weigh against each other but the needs that are
new now. The most urgent of them and those that wait longest come first. The next round proves what it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from shiendomain.areas import Territory
from shienevents import Due, Home

from ..candidates import reasons
from ..decider.match import ProposeMatch
from ..decider.search import RecordMatchFound
from .problem import Inputs, Problem, Waiting
from .proposals import in_vain
from .reasons import Unserved, left_of

Order = Callable[[Inputs], Iterable[int]]


def dearest_first(inputs: Inputs) -> Sequence[int]:
    """The needs with the most points first: of each person, by urgency and by the weeks that they waited."""
    return sorted(range(len(inputs["needs"])), key=lambda n: (-inputs["needs"][n][3], n))


def one_after_another(inputs: Inputs, order: Order) -> list[tuple[int, int, int]]:
    """Each need in its turn takes the best places that are left."""
    ways: dict[int, list[tuple[int, int]]] = {}
    for group, resource, worth in inputs["edges"]:
        ways.setdefault(group, []).append((-worth, resource))
    ways = {group: sorted(found) for group, found in ways.items()}
    free = [places for _, places in inputs["resources"]]
    pairs = []
    for n in order(inputs):
        _, group, people, _ = inputs["needs"][n]
        for _, resource in ways.get(group, ()):
            taken = min(people, free[resource])
            if taken:
                pairs.append((n, resource, taken))
                free[resource], people = free[resource] - taken, people - taken
            if not people:
                break
    return pairs


def live_proposals(
    problem: Problem, municipality: str, searched: Mapping[UUID, tuple[datetime, int | None]]
) -> Sequence[Due]:
    """What is proposed to the needs of a problem, a commit for each need, the dearest need first.

    A need of which people are left has a search in vain for these, once for what it asks for now: `searched` is when it
    was last searched for in vain, and for how many.
    """
    pairs: dict[int, list[tuple[int, int]]] = {n: [] for n in dearest_first(problem.inputs)}
    assignment = one_after_another(problem.inputs, dearest_first)
    for n, resource, people in assignment:
        pairs[n].append((resource, people))
    unserved, left = Unserved(problem, assignment), left_of(problem.inputs, assignment)
    found = []
    for n, places in pairs.items():
        one = problem.waiting[n]
        commands, known = _proposed(problem, n, places, municipality)
        if n in left and not _told(one, left[n], searched) and (judged := unserved.of(n)):
            search = uuid5(one.need.need_id, f"{one.need.changed_at} {left[n]} {len(known)}")
            said = in_vain(one, left[n], judged, municipality, search)
            commands = [*commands, replace(said, known=known)]
        if commands:
            occasion = f"{one.need.need_id} {one.need.changed_at} {left.get(n, 0)} {len(known)}"
            found.append(Due(occasion, commands, [one.need.correlation] * len(commands)))
    return found


def _told(one: Waiting, left: int, searched: Mapping[UUID, tuple[datetime, int | None]]) -> bool:
    when, people = searched.get(one.need.need_id, (None, None))
    changed = one.need.changed_at
    return when is not None and people == left and (changed is None or changed <= when)


def _proposed(
    problem: Problem, n: int, places: Sequence[tuple[int, int]], municipality: str
) -> tuple[list[object], frozenset[UUID]]:
    """The proposals to a need, each with its note in the need's stream; and the ids of all matches it then has."""
    one = problem.waiting[n]
    need, home = one.need, Home(municipality, one.need.area)
    own = Territory((need.area,), (need.area,))
    known = frozenset(row.match_id for row in one.matches)
    nth = len(known)  # a need has ever more matches: each proposal of a pair has an id of its own
    commands: list[object] = []
    for resource, people in places:
        offer = problem.offers[resource]
        match_id = uuid5(need.need_id, f"{offer.resource_id} {nth}")
        why = reasons(one.facts, offer)
        points = problem.points(n, resource)
        commands.append(ProposeMatch(offer.resource_id, match_id, one.facts, people, why, own, points=points))
        commands.append(RecordMatchFound(need.need_id, home, match_id, offer.resource_id, known))
        known |= {match_id}
    return commands, known
