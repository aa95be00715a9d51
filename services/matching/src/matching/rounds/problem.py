"""The inputs of a round, made of rows of views: needs with people, resources with places, and who may go where.

Whoever has the rows at a position gets the same inputs, to the last byte: `shien match verify` makes them of the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypedDict
from uuid import UUID

from shiendomain.areas import AreaTree
from shiendomain.areas_view import AreaRow, node_of
from shiendomain.distances import Point
from shiendomain.rounds import PairPoints, RoundPolicy
from shiendomain.states import MatchState
from shiendomain.vocabulary import SupportKind

from ..candidates import facts_of, left_of, unchanged_declined, unmet_by
from ..decider.fit import NeedFacts
from ..projections import CentreRow, MatchRow, OfferRow, OpenNeed
from .values import points_of_nearness, points_of_need, points_of_offer, points_of_pair


@dataclass(frozen=True)
class Seen:
    """What a round of `area` looks at: rows of views at one position. More rows than it needs change nothing."""

    area: str
    municipality: str
    day: date
    policy: RoundPolicy
    areas: Iterable[AreaRow]
    needs: Iterable[OpenNeed]
    offers: Sequence[OfferRow]
    matches: Iterable[MatchRow]
    centres: Iterable[CentreRow]


class Inputs(TypedDict):
    """The inputs as the certificate has them: whole numbers, and ids as texts. Others are named by their place.

    Needs that ask for the same, in the same area, are a group: each may go wherever one of them may.
    """

    needs: list[tuple[str, int, int, int]]  # id, group, people, points for each person served
    groups: list[int]  # the floor that its people count for
    floors: list[tuple[str, str, int]]  # area, kind of support, people that come first
    resources: list[tuple[str, int]]  # id, places
    edges: list[tuple[int, int, int]]  # group, resource, further points for each person served there
    floor_points: int


class Waiting(NamedTuple):
    """A need of which people wait: those who were not proposed anything, helped, or promised places.

    `declined`: the resources that declined and are unchanged. `asked`: those that have still to answer, or hold places.
    It is proposed to neither.
    """

    need: OpenNeed
    facts: NeedFacts
    matches: tuple[MatchRow, ...]
    declined: frozenset[UUID]
    asked: frozenset[UUID]


@dataclass(frozen=True)
class Problem:
    """The inputs, and beside them the needs and offers they were made of, in the same order.

    `other_offers` are at home in the area and serve none of it: nobody goes there, and it can be said why.
    """

    inputs: Inputs
    waiting: Sequence[Waiting]
    offers: Sequence[OfferRow]
    other_offers: Sequence[OfferRow]
    policy: RoundPolicy
    day: date
    middles: Mapping[str, Point | None]

    def points(self, n: int, resource: int) -> PairPoints:
        """What it is worth to serve one person of a need at a resource, both by their places."""
        need, facts = self.waiting[n][:2]
        return points_of_pair(
            need, facts.path, self.middles.get(facts.area), self.offers[resource], self.policy, self.day
        )


def middles_of(seen: Seen) -> Mapping[str, Point | None]:
    """The middles of the areas that are known."""
    return {row.area: row.point for row in seen.centres}


def problem_of(seen: Seen) -> Problem:
    """The problem of a round."""
    matches = sorted(seen.matches, key=lambda row: row.match_id)
    tree = AreaTree((node_of(row) for row in seen.areas if row.municipality == seen.municipality), seen.day)
    codes = set(tree.subtree(seen.area))
    serving = set(tree.served_with(codes))
    opened = sorted((offer for offer in seen.offers if offer.open), key=lambda offer: offer.resource_id)
    offers = [offer for offer in opened if not serving.isdisjoint(offer.service_areas)]
    others = [offer for offer in opened if offer.area in codes and serving.isdisjoint(offer.service_areas)]
    waiting = _waiting(seen, tree, codes, [*offers, *others], matches)
    inputs = _inputs(seen, waiting, offers, matches)
    return Problem(inputs, waiting, offers, others, seen.policy, seen.day, middles_of(seen))


def _waiting(
    seen: Seen, tree: AreaTree, codes: set[str], offers: Sequence[OfferRow], matches: Sequence[MatchRow]
) -> list[Waiting]:
    """The needs of the area of which people wait. What was proposed and awaits an answer counts as promised."""
    of_need: dict[UUID | None, list[MatchRow]] = {}
    for row in matches:
        of_need.setdefault(row.need_id, []).append(row)
    open_ids = {offer.resource_id for offer in offers}
    found = []
    for need in sorted(seen.needs, key=lambda need: need.need_id):
        if need.area not in codes or not need.state.wants_support:
            continue
        rows = of_need.get(need.need_id, [])
        facts = left_of(facts_of(need, rows, tree.path(need.area)), rows)
        if facts.people:
            asked = {row.resource_id for row in rows if row.state.pending and row.resource_id in open_ids}
            declined = unchanged_declined(need, rows, offers) if rows else frozenset()
            found.append(Waiting(need, facts, tuple(rows), declined, frozenset(asked)))
    return found


def _inputs(seen: Seen, waiting: Sequence[Waiting], offers: Sequence[OfferRow], matches: Sequence[MatchRow]) -> Inputs:
    groups: dict[tuple[object, ...], int] = {}
    floors: dict[tuple[str, str], int] = {}
    firsts: list[Waiting] = []
    needs: list[tuple[str, int, int, int]] = []
    for one in waiting:
        group = groups.setdefault(_asks(one), len(groups))
        if group == len(firsts):
            firsts.append(one)
        key = (one.need.area, one.need.support_kind.value)
        floors[key] = floors.get(key, 0) + one.facts.people
        worth = sum(points_of_need(one.need, seen.policy, seen.day))
        needs.append((str(one.need.need_id), group, one.facts.people, worth))
    places = {key: n for n, key in enumerate(floors)}
    percent = seen.policy.floor_percent
    return Inputs(
        needs=needs,
        groups=[places[one.need.area, one.need.support_kind.value] for one in firsts],
        floors=[(area, kind, -(-percent * people // 100)) for (area, kind), people in floors.items()],
        resources=_places(seen.policy, offers, matches),
        edges=_edges(seen, firsts, offers),
        floor_points=seen.policy.floor,
    )


def _asks(one: Waiting) -> tuple[object, ...]:
    """What a need asks for: needs of which this is equal are one group."""
    facts = one.facts
    hours = (facts.hours_from, facts.hours_until)
    return (facts.area, facts.support_kind, facts.weekdays, hours, facts.fee_ceiling_yen, one.declined, one.asked)


def _places(policy: RoundPolicy, offers: Sequence[OfferRow], matches: Sequence[MatchRow]) -> list[tuple[str, int]]:
    """The free places of each offer. A place that was proposed to somebody is not free until that is answered."""
    asked: dict[UUID | None, int] = {}
    for row in matches:
        if row.state is MatchState.PROPOSED:
            asked[row.resource_id] = asked.get(row.resource_id, 0) + row.people
    found = []
    for offer in offers:
        capacity = policy.places_unknown if offer.capacity is None else offer.capacity
        found.append((str(offer.resource_id), max(0, capacity - offer.held - asked.get(offer.resource_id, 0))))
    return found


def _edges(seen: Seen, firsts: Sequence[Waiting], offers: Sequence[OfferRow]) -> list[tuple[int, int, int]]:
    """For each group the offers that give its kind, serve its area and meet what it asks for, with their points."""
    serving: dict[tuple[SupportKind, str], list[int]] = {}
    for n, offer in enumerate(offers):
        for kind in offer.support_kinds:
            for area in offer.service_areas:
                serving.setdefault((kind, area), []).append(n)
    worth = [sum(points_of_offer(offer, seen.policy, seen.day)) for offer in offers]
    middles = middles_of(seen)
    near: dict[tuple[str, int], int] = {}
    edges = []
    for group, one in enumerate(firsts):
        facts = one.facts
        for n in sorted({n for area in facts.path for n in serving.get((facts.support_kind, area), ())}):
            offer = offers[n]
            if offer.resource_id in one.declined | one.asked or unmet_by(facts, offer):
                continue
            if (facts.area, n) not in near:
                near[facts.area, n] = _nearness(facts, middles, offer, seen.policy)
            edges.append((group, n, worth[n] + near[facts.area, n]))
    return edges


def _nearness(facts: NeedFacts, middles: Mapping[str, Point | None], offer: OfferRow, policy: RoundPolicy) -> int:
    return sum(points_of_nearness(facts.path, middles.get(facts.area), offer, policy))
