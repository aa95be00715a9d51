"""Whether a certificate proves its assignment to be the best one. It needs nothing but Python; numbers are exact.

Each person served counts the points of their need and of the way to their resource; the first people of a floor count
`floor_points` more. The prices of places and of floors bound the sum of all points from above, whatever is assigned:
nobody can be worth more than the price of the place plus what is left at the best resource. So when the points of the
assignment reach the bound, no other assignment is worth more. Any prices give a bound; only the best ones reach it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any


def canonical(certificate: Any) -> bytes:
    """The one sequence of bytes of a certificate: JSON without blanks, names sorted, UTF-8."""
    return json.dumps(certificate, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(certificate: Any) -> str:
    """The SHA-256 of a certificate, in hex."""
    return hashlib.sha256(canonical(certificate)).hexdigest()


def faults(certificate: Any) -> list[str]:
    """What is wrong with a certificate; empty when it proves that its assignment is the best one."""
    try:
        solution = [certificate[name] for name in ("assignment", "place_prices", "floor_prices", "objective")]
        return [*_malformed(certificate["inputs"], *solution), *_unproven(certificate["inputs"], *solution)]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        return [f"it is malformed: {error!r}"]


def _malformed(inputs: Any, assignment: Any, place_prices: Any, floor_prices: Any, objective: Any) -> Iterator[str]:
    needs, resources, floors, edges = (inputs[name] for name in ("needs", "resources", "floors", "edges"))
    rows = (place_prices, floor_prices, inputs["groups"], [inputs["floor_points"], objective], *edges, *assignment)
    rows = (*rows, *(need[1:] for need in needs), *(one[1:] for one in resources), *(floor[2:] for floor in floors))
    if any(type(number) is not int or number < 0 for row in rows for number in row):
        yield "a number is not whole, or below 0"
    if len({need[0] for need in needs}) < len(needs) or len({one[0] for one in resources}) < len(resources):
        yield "a need or a resource is there twice"
    if len({edge[:2] for edge in map(tuple, edges)}) < len(edges):
        yield "an edge is there twice"
    if any(price > inputs["floor_points"] for price in floor_prices):
        yield "the price of a floor is above its points"


def _unproven(inputs: Any, assignment: Any, place_prices: Any, floor_prices: Any, objective: Any) -> Iterator[str]:
    needs, groups, resources, floors = (inputs[name] for name in ("needs", "groups", "resources", "floors"))
    points = {(group, resource): worth for group, resource, worth in inputs["edges"]}
    served, used, reached, primal = [0] * len(needs), [0] * len(resources), [0] * len(floors), 0
    for need, resource, people in assignment:
        _, group, _, worth = needs[need]
        if (group, resource) not in points or people < 1:
            yield f"need {need} may not go to resource {resource}, or with nobody"
            continue
        primal += people * (worth + points[group, resource])
        served[need] += people
        used[resource] += people
        reached[groups[group]] += people
    if any(n > need[2] for n, need in zip(served, needs, strict=True)):
        yield "more people of a need are served than wait"
    if any(n > resource[1] for n, resource in zip(used, resources, strict=True)):
        yield "a resource has fewer places than are taken"
    primal += inputs["floor_points"] * sum(min(n, floor[2]) for n, floor in zip(reached, floors, strict=True))
    left: dict[int, int] = {}  # of a group: the points that its best resource leaves after the price of the place
    for (group, resource), worth in points.items():
        left[group] = max(left.get(group, worth - place_prices[resource]), worth - place_prices[resource])
    bound = sum(price * resource[1] for price, resource in zip(place_prices, resources, strict=True))
    bound += sum((inputs["floor_points"] - price) * f[2] for price, f in zip(floor_prices, floors, strict=True))
    for _, group, people, worth in needs:
        if group in left:
            bound += people * max(0, worth + floor_prices[groups[group]] + left[group])
    if not primal == bound == objective:
        yield f"the assignment is worth {primal}, the bound is {bound}, and {objective} was said"
