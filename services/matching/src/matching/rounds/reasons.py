"""Reasons a person can use: what keeps a need from being served after a round, and where one more place helps most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from shiendomain.rounds import RoundPolicy, Shortage
from shiendomain.vocabulary import Obstacle, SupportKind

from ..candidates import MOST_NEAREST, Judged, nearest_of, obstacles, what_lacks
from ..projections import OfferRow
from .problem import Inputs, Problem, Waiting

KINDS = {kind.value: kind for kind in SupportKind}
Assignment = Sequence[tuple[int, int, int]]
_Offer = tuple[OfferRow, int | None]  # with the places that the round leaves


def left_of(inputs: Inputs, assignment: Assignment) -> dict[int, int]:
    """How many people of each need (its place) the assignment leaves, without the needs that it serves in full."""
    left = {n: people for n, (_, _, people, _) in enumerate(inputs["needs"])}
    for n, _, people in assignment:
        left[n] -= people
    return {n: people for n, people in left.items() if people}


class Unserved:
    """What is said of the needs that a round proposed nothing to. Needs of one group are told the same."""

    def __init__(self, problem: Problem, assignment: Assignment) -> None:
        self._problem = problem
        places = [count for _, count in problem.inputs["resources"]]
        for _, resource, people in assignment:
            places[resource] -= people
        self._serving: dict[tuple[SupportKind, str], list[_Offer]] = {}
        self._elsewhere: dict[SupportKind, list[_Offer]] = {}
        every: list[_Offer] = [*zip(problem.offers, places, strict=True)]
        every += [(offer, offer.free) for offer in problem.other_offers]
        for offer, left in every:
            for kind in offer.support_kinds:
                self._elsewhere.setdefault(kind, []).append((offer, left))
                for area in offer.service_areas:
                    self._serving.setdefault((kind, area), []).append((offer, left))
        self._judged: dict[int, Judged | None] = {}

    def of(self, n: int) -> Judged | None:
        """What is missing for the need at this place, what is unmet, and what came near.

        `None`: a resource that was asked already, for others of its people, has a place for them too.
        """
        group = self._problem.inputs["needs"][n][1]
        if group not in self._judged:
            self._judged[group] = self._judge(self._problem.waiting[n])
        return self._judged[group]

    def _judge(self, one: Waiting) -> Judged | None:
        kind = one.facts.support_kind
        serving = {offer.resource_id: (offer, left) for area in one.facts.path
                   for offer, left in self._serving.get((kind, area), ())}  # fmt: skip
        lacking = _lacking(one, serving.values())
        if not all(lacks for _, lacks in lacking):
            return None
        elsewhere = self._elsewhere.get(kind, ())
        if sum(len(lacks) == 1 for _, lacks in lacking) < MOST_NEAREST:  # else none elsewhere comes nearer
            lacking += _lacking(one, (found for found in elsewhere if found[0].resource_id not in serving))
        missing, unmet = what_lacks([lacks for _, lacks in lacking])
        return Judged((), len(elsewhere), missing, unmet, nearest_of(one.facts, lacking))


def _lacking(one: Waiting, offers: Iterable[_Offer]) -> list[tuple[OfferRow, tuple[Obstacle, ...]]]:
    found = []
    for offer, left in offers:
        lacks = obstacles(one.facts, offer)
        if left is not None and left < 1:
            lacks = (*lacks, Obstacle.CAPACITY)
        if offer.resource_id in one.declined:
            lacks = (*lacks, Obstacle.DECLINED)
        found.append((offer, lacks))
    return found


def shortages(
    inputs: Inputs, solution: Mapping[str, Sequence[int]], left: Mapping[int, int], policy: RoundPolicy
) -> Iterator[Shortage]:
    """Where people are left, by area and kind, and what one more place there would add to the round, at most.

    The place is at home in the area, of a verified resource that helps among residents and meets whatever is asked. It
    adds what one person gains by it: their points there, less those that they count for already.
    """
    new = policy.verified + policy.mutual_help + policy.same_area + policy.km_nearer * policy.most_km
    people, gains = [0] * len(inputs["floors"]), [0] * len(inputs["floors"])
    best: dict[int, int] = {}
    for group, resource, points in inputs["edges"]:
        priced = points - solution["place_prices"][resource]
        best[group] = max(best.get(group, priced), priced)
    for n, (_, group, _, worth) in enumerate(inputs["needs"]):
        floor = inputs["groups"][group]
        whole = worth + solution["floor_prices"][floor]
        counts = max(0, whole + best[group]) if group in best else 0
        people[floor] += left.get(n, 0)
        gains[floor] = max(gains[floor], whole + new - counts)
    for (area, kind, _), count, gain in zip(inputs["floors"], people, gains, strict=True):
        if count:
            yield Shortage(area=area, support_kind=KINDS[kind], people=count, points=gain)
