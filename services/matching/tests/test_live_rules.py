"""What is proposed between two rounds: each need in its turn, never more than the free places, and told once."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.candidates import obstacles
from matching.decider.match import ProposeMatch
from matching.decider.search import RecordMatchFound, RecordNoMatchFound
from matching.rounds.live import live_proposals
from matching.rounds.outcome import worth_of
from matching.rounds.problem import problem_of
from matching.rounds.proposals import proposals
from matching.rounds.solver import solve
from matching.ticks import answered_since
from shiendomain.areas import Territory
from shiendomain.days import JAPAN, day_of
from shiendomain.states import MatchState
from shiendomain.vocabulary import Missing, Obstacle, SupportKind, Urgency
from shienevents import Due, replace
from shienevents.testing import examples

from .facts import CITY, uuid
from .test_problem import DAY, a_crowd, a_match, a_need, an_offer, seen_of

AT = datetime(2026, 11, 1, tzinfo=UTC)


def proposed(dues: list[Due]) -> list[tuple[int, int, int]]:
    """Need, resource and people of each proposal, in order; ids as small numbers."""
    commands = [one for due in dues for one in due.commands if isinstance(one, ProposeMatch)]
    return [(one.need.need_id.int & 0xFFF, one.resource_id.int & 0xFFF, one.people) for one in commands]


def in_vain(dues: list[Due]) -> list[RecordNoMatchFound]:
    return [one for due in dues for one in due.commands if isinstance(one, RecordNoMatchFound)]


def test_the_most_urgent_need_and_of_those_the_oldest_comes_first_while_places_last() -> None:
    needs = [
        a_need(1, recorded_on=DAY - timedelta(days=70)),
        a_need(2, urgency=Urgency.URGENT),
        a_need(3, urgency=Urgency.URGENT, recorded_on=DAY - timedelta(days=70)),
    ]
    dues = [*live_proposals(problem_of(seen_of(needs, [an_offer(1, capacity=5)])), CITY, {})]
    assert [(need, people) for need, _, people in proposed(dues)] == [(3, 2), (2, 2), (1, 1)]
    (left,) = in_vain(dues)
    assert (left.need_id, left.people, left.nearest[0].obstacles) == (uuid(1), 1, (Obstacle.CAPACITY,))


def test_a_need_goes_to_several_resources_in_one_commit_that_knows_each() -> None:
    problem = problem_of(seen_of([a_need(1, people=4)], [an_offer(1, capacity=3), an_offer(2, capacity=3)]))
    dues = [*live_proposals(problem, CITY, {})]
    (due,) = dues
    assert sorted(people for *_, people in proposed(dues)) == [1, 3]
    first, second = (one for one in due.commands if isinstance(one, RecordMatchFound))
    assert [first.known, second.known] == [frozenset(), frozenset({first.match_id})]


def test_what_was_asked_or_declined_is_not_asked_again_and_the_rest_is_told_once() -> None:
    need = a_need(1, people=3, changed_at=AT)
    asked, refused = an_offer(1, capacity=2, listed_at=AT), an_offer(2, listed_at=AT)
    matches = [
        a_match(1, need, asked, MatchState.PROPOSED, 2),
        a_match(2, need, refused, MatchState.DECLINED, declined_at=AT),
    ]
    problem = problem_of(seen_of([need], [asked, refused], matches))
    dues = [*live_proposals(problem, CITY, {})]
    assert proposed(dues) == []
    (said,) = in_vain(dues)
    assert (said.people, said.missing) == (1, (Missing.CAPACITY,))
    assert {one.resource_id: one.obstacles for one in said.nearest} == {
        asked.resource_id: (Obstacle.CAPACITY,),
        refused.resource_id: (Obstacle.DECLINED,),
    }
    later = AT + timedelta(days=1)
    assert live_proposals(problem, CITY, {need.need_id: (later, 1)}) == []
    assert len(live_proposals(problem, CITY, {need.need_id: (later, 2)})) == 1  # for fewer people than it was said of
    changed = problem_of(seen_of([replace(need, changed_at=later + timedelta(days=1))], [asked], matches[:1]))
    assert len(live_proposals(changed, CITY, {need.need_id: (later, 1)})) == 1
    listed = problem_of(seen_of([need], [asked, replace(refused, listed_at=later)], matches))
    assert [people for *_, people in proposed([*live_proposals(listed, CITY, {})])] == [1]


@settings(max_examples=examples(40))
@given(st.integers(0, 10_000))
def test_whatever_is_proposed_fits_has_places_and_is_worth_no_more_than_a_round(seed: int) -> None:
    needs, offers = a_crowd(random.Random(seed))
    problem = problem_of(seen_of(needs, offers))
    dues = [*live_proposals(problem, CITY, {})]
    commands = [one for due in dues for one in due.commands if isinstance(one, ProposeMatch)]
    rows = {offer.resource_id: offer for offer in offers}
    assert not [one for one in commands if obstacles(one.need, rows[one.resource_id]) or not rows[one.resource_id].open]
    places, people = Counter[object](), Counter[object]()
    for one in commands:
        places[one.resource_id] += one.people
        people[one.need.need_id] += one.people
    assert all(count <= (rows[one].free or 0) for one, count in places.items())  # type: ignore[index]
    wait = {one.need.need_id: one.facts.people for one in problem.waiting}
    assert all(count <= wait[one] for one, count in people.items())  # type: ignore[index]
    assert {one.need_id: one.people for one in in_vain(dues)} == {
        need: count - people[need] for need, count in wait.items() if count > people[need]
    }
    numbers = {one.need.need_id: n for n, one in enumerate(problem.waiting)}
    resources = {offer.resource_id: n for n, offer in enumerate(problem.offers)}
    pairs = [(numbers[one.need.need_id], resources[one.resource_id], one.people) for one in commands]
    best = solve(problem.inputs).assignment
    floor = problem.inputs["floor_points"]
    live_points, round_points = (sum(n * f for n, f in zip(worth_of(problem.inputs, found), (1, floor), strict=True))
                                 for found in (pairs, best))  # fmt: skip
    assert live_points <= round_points


def test_who_was_asked_already_and_has_a_place_is_nothing_that_is_missing() -> None:
    need, asked = a_need(1, people=3), an_offer(1, capacity=9)
    problem = problem_of(seen_of([need], [asked], [a_match(1, need, asked, MatchState.PROPOSED, 2)]))
    assert live_proposals(problem, CITY, {}) == []
    assert [*proposals(problem, [], uuid(1), CITY, Territory((), ()))] == []


def test_kinds_apart_do_not_meet() -> None:
    dues = live_proposals(problem_of(seen_of([a_need(1, support_kind=SupportKind.MEALS)], [an_offer(1)])), CITY, {})
    assert (proposed([*dues]), len(in_vain([*dues]))) == ([], 1)


def test_the_last_day_of_an_answer_counts_to_its_end() -> None:
    proposed_on = date(2026, 12, 1)
    last = datetime(2026, 12, 15, 23, 59, tzinfo=JAPAN)
    assert day_of(answered_since(last, 14)) == proposed_on
    assert day_of(answered_since(last + timedelta(minutes=1), 14)) == proposed_on + timedelta(days=1)
