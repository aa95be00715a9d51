"""The inputs of a round: the rule of candidates says who may go where, and the policy what it is worth."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.candidates import obstacles
from matching.decider.match import ProposeMatch
from matching.projections import CentreRow, MatchRow, OfferRow, OpenNeed
from matching.rounds.live import live_proposals
from matching.rounds.outcome import worth_of
from matching.rounds.problem import Inputs, Problem, Seen, problem_of
from matching.rounds.proposals import proposals
from matching.rounds.reasons import Unserved, left_of, shortages
from matching.rounds.solver import solve
from shiendomain.areas import Territory
from shiendomain.areas_view import AreaRow
from shiendomain.rounds import PairPoints, RoundPolicy
from shiendomain.states import MatchState, NeedState, ResourceState
from shiendomain.vocabulary import Missing, Obstacle, ServiceClass, SupportKind, Urgency, Weekday
from shienevents import replace
from shienevents.testing import examples

from .facts import CITY, NORTH, SOUTH, WARD, uuid

DAY = date(2026, 12, 1)
POLICY = RoundPolicy()
PARENTS = {CITY: None, WARD: CITY, NORTH: WARD, SOUTH: WARD}
AREAS = [AreaRow(area=code, parent=parent, municipality=CITY) for code, parent in PARENTS.items()]
AWAY = [AreaRow(area="431001", municipality="431001")]


def a_need(n: int, **changes: Any) -> OpenNeed:
    row = OpenNeed(need_id=uuid(n), area=NORTH, support_kind=SupportKind.OUTING, people=2, recorded_on=DAY)
    return replace(row, **changes)


def an_offer(n: int, **changes: Any) -> OfferRow:
    row = OfferRow(
        resource_id=uuid(100 + n), open=True, support_kinds=(SupportKind.OUTING,), service_areas=(WARD,), area=WARD,
        capacity=5, registered_on=DAY,
    )  # fmt: skip
    return replace(row, **changes)


def a_match(n: int, need: OpenNeed, offer: OfferRow, state: MatchState, people: int = 1, **changes: Any) -> MatchRow:
    row = MatchRow(match_id=uuid(200 + n), need_id=need.need_id, resource_id=offer.resource_id, state=state)
    return replace(row, people=people, need_area=need.area, **changes)


def seen_of(
    needs: Sequence[OpenNeed],
    offers: Sequence[OfferRow],
    matches: Sequence[MatchRow] = (),
    policy: RoundPolicy = POLICY,
    centres: Sequence[CentreRow] = (),
) -> Seen:
    return Seen(CITY, CITY, DAY, policy, AREAS, needs, offers, matches, centres)


def ways(problem: Problem) -> set[tuple[UUID, UUID]]:
    """Which need may go to which resource."""
    edges = {(group, resource) for group, resource, _ in problem.inputs["edges"]}
    return {
        (one.need.need_id, offer.resource_id)
        for n, one in enumerate(problem.waiting)
        for r, offer in enumerate(problem.offers)
        if (problem.inputs["needs"][n][1], r) in edges
    }


def a_crowd(dice: random.Random) -> tuple[list[OpenNeed], list[OfferRow]]:
    """Needs and offers of every sort, among them those of another city, and closed ones."""
    days, kinds = list(Weekday), list(SupportKind)[:2]
    needs = [
        a_need(
            n, area=dice.choice((NORTH, SOUTH, WARD, "431001")), support_kind=dice.choice(kinds),
            state=dice.choice(list(NeedState)), weekdays=tuple(dice.sample(days, dice.randint(0, 2))),
            hours_from=dice.choice((None, "13:00")), fee_ceiling_yen=dice.choice((None, 0, 300)),
        )
        for n in range(40)
    ]  # fmt: skip
    offers = [
        an_offer(
            n, open=dice.random() > 0.2, support_kinds=(dice.choice(kinds),), area=dice.choice((NORTH, "431001")),
            service_areas=(dice.choice((NORTH, SOUTH, WARD, CITY, "431001")),),
            weekdays=tuple(dice.sample(days, dice.randint(0, 2))), fee_yen=dice.choice((None, 200)),
            half_hours=dice.choice(((), (0b1111 << 20,) * 7)),
        )
        for n in range(40)
    ]  # fmt: skip
    return needs, offers


@pytest.mark.parametrize("seed", range(3))
def test_a_need_may_go_exactly_where_nothing_is_in_the_way(seed: int) -> None:
    """One rule: what `obstacles` says of a pair for a search, it says for a round."""
    needs, offers = a_crowd(random.Random(seed))
    problem = problem_of(seen_of(needs, offers))
    assert {one.need.need_id for one in problem.waiting} == {
        need.need_id for need in needs if need.state.wants_support and need.area in PARENTS
    }
    assert ways(problem) == {
        (one.need.need_id, offer.resource_id)
        for one in problem.waiting
        for offer in offers
        if offer.open and not obstacles(one.facts, offer)
    }


def test_the_order_of_rows_and_rows_of_others_change_nothing() -> None:
    needs, offers = a_crowd(random.Random(9))
    matches = [a_match(n, need, offers[n], MatchState.PROPOSED) for n, need in enumerate(needs[:10])]
    first = problem_of(seen_of(needs, offers, matches)).inputs
    dice = random.Random(1)
    for rows in (needs, offers, matches):
        dice.shuffle(rows)
    others = [a_match(99, a_need(99, area="431001"), an_offer(99), MatchState.PROPOSED)]
    again = Seen(CITY, CITY, DAY, POLICY, [*AWAY, *AREAS], needs, offers, [*others, *matches], [])
    assert problem_of(again).inputs == first


def test_what_is_proposed_accepted_or_helped_is_taken_on_both_sides() -> None:
    need, offer = a_need(1, people=9), an_offer(1, capacity=9, held=2)
    matches = [
        a_match(1, need, offer, MatchState.PROPOSED, 1),
        a_match(2, need, an_offer(2), MatchState.ACCEPTED, 2),
        a_match(3, need, an_offer(3), MatchState.CONCLUDED, 3, people_helped=1),
        a_match(4, need, an_offer(4), MatchState.LAPSED, 4),
    ]
    inputs = problem_of(seen_of([need, a_need(2)], [offer], matches)).inputs
    assert [(people, worth) for _, _, people, worth in inputs["needs"]] == [(5, 1000), (2, 1000)]
    assert inputs["resources"] == [(str(offer.resource_id), 6)]
    # The resource has still to answer the first need, so only the second may go there.
    assert {need_id for need_id, _ in ways(problem_of(seen_of([need, a_need(2)], [offer], matches)))} == {uuid(2)}


def test_a_declined_pair_is_no_way_until_something_changed() -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    need, offer = a_need(1, changed_at=at), an_offer(1, listed_at=at)
    declined = [a_match(1, need, offer, MatchState.DECLINED, declined_at=at)]
    assert ways(problem_of(seen_of([need], [offer], declined))) == set()
    later = replace(offer, listed_at=at + timedelta(days=1))
    assert ways(problem_of(seen_of([need], [later], declined))) == {(need.need_id, offer.resource_id)}


def test_a_resource_of_unknown_capacity_is_asked_for_as_many_as_the_policy_says() -> None:
    offers = [an_offer(1, capacity=None, held=2), an_offer(2, capacity=None, held=9)]
    assert [places for _, places in problem_of(seen_of([a_need(1)], offers)).inputs["resources"]] == [3, 0]


@pytest.mark.parametrize(
    ("need", "offer", "expected"),
    [
        ({}, {}, 1000 + 50 + 150),
        ({"urgency": Urgency.URGENT}, {}, 1600 + 50 + 150),
        ({"urgency": Urgency.SOON}, {}, 1300 + 50 + 150),
        ({"recorded_on": DAY - timedelta(days=20)}, {}, 1020 + 50 + 150),
        ({"recorded_on": DAY - timedelta(days=999)}, {}, 1520 + 50 + 150),
        ({}, {"area": NORTH}, 1000 + 50 + 200),
        ({}, {"area": CITY}, 1000 + 50 + 100),
        ({}, {"area": SOUTH}, 1000 + 50),
        ({}, {"listing": ResourceState.VERIFIED, "verified_on": DAY}, 1000 + 100 + 150),
        ({}, {"registered_on": DAY - timedelta(days=181)}, 1000 + 150),
        ({}, {"service_class": ServiceClass.MUTUAL_HELP}, 1000 + 50 + 60 + 150),
        ({}, {"service_class": ServiceClass.GENERAL_PREVENTION}, 1000 + 50 + 40 + 150),
        ({}, {"service_class": ServiceClass.MARKET}, 1000 + 50 + 150),
        ({}, {"lat_e7": 348_000_000, "lon_e7": 1_356_000_000}, 1000 + 50 + 150 + 100),
        ({}, {"lat_e7": 348_300_000, "lon_e7": 1_356_000_000}, 1000 + 50 + 150 + 70),
        ({}, {"lat_e7": 358_000_000, "lon_e7": 1_356_000_000}, 1000 + 50 + 150),
    ],
)
def test_what_a_person_served_is_worth(need: dict[str, Any], offer: dict[str, Any], expected: int) -> None:
    middle = CentreRow(area=NORTH, lat_e7=348_000_000, lon_e7=1_356_000_000)
    problem = problem_of(seen_of([a_need(1, **need)], [an_offer(1, **offer)], centres=[middle]))
    inputs = problem.inputs
    assert inputs["needs"][0][3] + inputs["edges"][0][2] == expected
    assert sum(problem.points(0, 0).model_dump().values()) == expected


def test_the_points_of_a_proposal_are_told_in_their_parts() -> None:
    middle = CentreRow(area=NORTH, lat_e7=348_000_000, lon_e7=1_356_000_000)
    need = a_need(1, urgency=Urgency.SOON, recorded_on=DAY - timedelta(days=20))
    offer = an_offer(1, lat_e7=348_300_000, lon_e7=1_356_000_000, service_class=ServiceClass.MUTUAL_HELP)
    problem = problem_of(seen_of([need], [offer], centres=[middle]))
    parts = PairPoints(served=1000, urgency=300, waited=20, same_area=150, nearer=70, listing=50, service_class=60)
    assert problem.points(0, 0) == parts
    commands = [command for _, command in proposals(problem, [(0, 0, 2)], uuid(9), CITY, Territory((), ()))]
    [proposed] = [one for one in commands if isinstance(one, ProposeMatch)]
    assert proposed.points == parts
    [due] = live_proposals(problem, CITY, {})
    [at_once] = [one for one in due.commands if isinstance(one, ProposeMatch)]
    assert at_once.points == parts


def test_an_unserved_need_is_told_what_is_in_the_way_after_the_round() -> None:
    needs = [a_need(1, people=5), a_need(2, support_kind=SupportKind.MEALS), a_need(3, weekdays=(Weekday.SUN,))]
    offers = [an_offer(1, weekdays=(Weekday.SUN,)), an_offer(2, service_areas=("431001",), area=NORTH)]
    problem = problem_of(seen_of(needs, offers, policy=POLICY.model_copy(update={"floor_percent": 0})))
    assignment = solve(problem.inputs).assignment
    left = left_of(problem.inputs, assignment)
    assert sum(left.values()) == 4
    unserved = Unserved(problem, assignment)
    told = {problem.waiting[n].need.need_id: judged for n in range(3) if (judged := unserved.of(n))}
    assert told[uuid(2)].missing == (Missing.KIND,)
    assert told[uuid(3)].missing == (Missing.CAPACITY,)
    assert [(one.resource_id, one.obstacles) for one in told[uuid(3)].nearest] == [
        (uuid(102), (Obstacle.AREA,)),
        (uuid(101), (Obstacle.CAPACITY,)),
    ]


@settings(max_examples=examples(30))
@given(st.integers(0, 10_000))
def test_one_more_place_where_people_are_left_adds_no_more_than_is_said(seed: int) -> None:
    dice = random.Random(seed)
    needs = [a_need(n, area=dice.choice((NORTH, SOUTH)), people=dice.randint(1, 3)) for n in range(5)]
    offers = [an_offer(n, capacity=dice.randint(0, 2), area=dice.choice((NORTH, CITY))) for n in range(3)]
    problem = problem_of(seen_of(needs, offers))
    before, points = points_of(problem.inputs)
    found = list(shortages(problem.inputs, before, left_of(problem.inputs, before["assignment"]), POLICY))
    assert sum(one.people for one in found) == sum(left_of(problem.inputs, before["assignment"]).values())
    for one in found:
        best = replace(
            an_offer(9, capacity=1, area=one.area, service_areas=(one.area,), service_class=ServiceClass.MUTUAL_HELP),
            listing=ResourceState.VERIFIED, verified_on=DAY,
        )  # fmt: skip
        _, after = points_of(problem_of(seen_of(needs, [*offers, best])).inputs)
        assert 0 < after - points <= one.points


def points_of(inputs: Inputs) -> tuple[dict[str, Any], int]:
    solved = asdict(solve(inputs))
    points, floors = worth_of(inputs, solved["assignment"])
    return solved, points + inputs["floor_points"] * floors
