"""What a round is recorded as: its certificate and its two events, made of the problem and of its solution. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict
from uuid import UUID

from shiendomain.rounds import FloorPrice, PlacePrice, RoundOpened, RoundSolved

from . import certificate as proof
from .problem import Inputs, Problem, Seen
from .reasons import KINDS, Assignment, left_of, shortages


class Solved(TypedDict):
    """The fields of a `Solution`."""

    assignment: Assignment
    place_prices: Sequence[int]
    floor_prices: Sequence[int]


def worth_of(inputs: Inputs, assignment: Assignment) -> tuple[int, int]:
    """The points of an assignment without those of floors, and how many of its people floors count."""
    ways = {(group, resource): points for group, resource, points in inputs["edges"]}
    points, reached = 0, [0] * len(inputs["floors"])
    for n, resource, people in assignment:
        _, group, _, worth = inputs["needs"][n]
        points += people * (worth + ways[group, resource])
        reached[inputs["groups"][group]] += people
    return points, sum(min(people, floor[2]) for people, floor in zip(reached, inputs["floors"], strict=True))


def certificate_of(opened: RoundOpened, inputs: Inputs, solved: Solved, objective: int) -> dict[str, Any]:
    """The certificate of a round, of plain JSON."""
    return {
        "round": str(opened.round_id),
        "area": opened.area,
        "day": opened.day.isoformat(),
        "positions": opened.positions,
        "policy": opened.policy.model_dump(mode="json"),
        "inputs": inputs,
        **solved,
        "objective": objective,
    }


def opened_of(round_id: UUID, seen: Seen, positions: str, inputs: Inputs, *, live: bool) -> RoundOpened:
    """The event that says over what the round was opened."""
    return RoundOpened(
        round_id=round_id,
        area=seen.area,
        day=seen.day,
        positions=positions,
        policy=seen.policy,
        need_count=len(inputs["needs"]),
        people=sum(people for _, _, people, _ in inputs["needs"]),
        resource_count=len(inputs["resources"]),
        places=sum(places for _, places in inputs["resources"]),
        live=live,
    )


def proven(opened: RoundOpened, problem: Problem, solved: Solved) -> tuple[RoundSolved, dict[str, Any]]:
    """The event that says how a round was solved, and its certificate.

    Raises `ArithmeticError` when the certificate does not prove that the solution is the best: then there is no round.
    """
    points, floors = worth_of(problem.inputs, solved["assignment"])
    objective = points + problem.inputs["floor_points"] * floors
    certificate = certificate_of(opened, problem.inputs, solved, objective)
    if wrong := proof.faults(certificate):
        raise ArithmeticError(f"the certificate does not hold: {wrong}")
    return _solved_of(opened, problem.inputs, certificate), certificate


def _solved_of(opened: RoundOpened, inputs: Inputs, certificate: dict[str, Any]) -> RoundSolved:
    left = left_of(inputs, certificate["assignment"])
    places = zip(inputs["resources"], certificate["place_prices"], strict=True)
    floors = zip(inputs["floors"], certificate["floor_prices"], strict=True)
    return RoundSolved(
        round_id=opened.round_id,
        area=opened.area,
        objective=certificate["objective"],
        certificate=proof.digest(certificate),
        pairs=len(certificate["assignment"]),
        people_proposed=sum(people for _, _, people in certificate["assignment"]),
        people_unserved=sum(left.values()),
        place_prices=tuple(PlacePrice(resource_id=UUID(one[0]), points=price) for one, price in places if price),
        floor_prices=tuple(
            FloorPrice(area=area, support_kind=KINDS[kind], points=price) for (area, kind, _), price in floors if price
        ),
        shortages=tuple(shortages(inputs, certificate, left, opened.policy)),
    )


def recorded(inputs: Inputs, solved: RoundSolved, matches: Sequence[tuple[UUID, UUID, int]]) -> Solved:
    """The solution as the log tells it: the matches that the round proposed (need, resource, people) and its prices."""
    needs = {need[0]: n for n, need in enumerate(inputs["needs"])}
    resources = {one[0]: n for n, one in enumerate(inputs["resources"])}
    pairs = sorted((needs[str(need)], resources[str(resource)], people) for need, resource, people in matches)
    places = {str(one.resource_id): one.points for one in solved.place_prices}
    floors = {(one.area, one.support_kind.value): one.points for one in solved.floor_prices}
    return Solved(
        assignment=pairs,
        place_prices=[places.get(one, 0) for one, _ in inputs["resources"]],
        floor_prices=[floors.get((area, kind), 0) for area, kind, _ in inputs["floors"]],
    )
