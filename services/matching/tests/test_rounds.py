"""A round is the best there is, its certificate proves it, and a certificate that was tampered with proves nothing."""

from __future__ import annotations

import bz2
import json
import pickle
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.rounds.certificate import canonical, digest, faults
from matching.rounds.outcome import worth_of
from matching.rounds.problem import Inputs
from matching.rounds.solver import solve
from shienevents.testing import examples

NETGEN_2 = Path(networkx.__file__).parent / "algorithms/flow/tests/netgen-2.gpickle.bz2"
NETGEN_2_COST = 6_749_969_302
"""the published optimum of this instance of the NETGEN generator"""


def certified(inputs: Inputs) -> dict[str, Any]:
    solved = asdict(solve(inputs))
    points, floors = worth_of(inputs, solved["assignment"])
    return {"inputs": inputs, **solved, "objective": points + inputs["floor_points"] * floors}


@st.composite
def small_inputs(draw: st.DrawFn) -> Inputs:
    groups, resources, floors = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 2))
    few, many = st.integers(0, 3), st.integers(0, 9)
    ways = [(group, resource) for group in range(groups) for resource in range(resources)]
    chosen = draw(st.lists(st.sampled_from(ways), unique=True))
    people = draw(st.lists(st.integers(1, 2), max_size=4))
    return Inputs(
        needs=[(f"n{n}", draw(st.integers(0, groups - 1)), count, draw(many)) for n, count in enumerate(people)],
        groups=[draw(st.integers(0, floors - 1)) for _ in range(groups)],
        floors=[(f"a{n}", "meals", draw(few)) for n in range(floors)],
        resources=[(f"r{n}", draw(few)) for n in range(resources)],
        edges=[(group, resource, draw(many)) for group, resource in sorted(chosen)],
        floor_points=draw(st.sampled_from((0, 5, 100))),
    )


def best_of_all(inputs: Inputs) -> int:
    """The points of the best assignment: every one is tried."""
    points = {(group, resource): worth for group, resource, worth in inputs["edges"]}
    people = [need[1::2] for need in inputs["needs"] for _ in range(need[2])]  # group, points
    free, reached = [places for _, places in inputs["resources"]], [0] * len(inputs["floors"])

    def rest(n: int) -> Iterator[int]:
        if n == len(people):
            floors = zip(reached, inputs["floors"], strict=True)
            yield inputs["floor_points"] * sum(min(count, floor[2]) for count, floor in floors)
            return
        group, worth = people[n]
        yield from rest(n + 1)
        for resource, places in enumerate(free):
            if places and (group, resource) in points:
                free[resource] -= 1
                reached[inputs["groups"][group]] += 1
                yield from (worth + points[group, resource] + more for more in rest(n + 1))
                free[resource] += 1
                reached[inputs["groups"][group]] -= 1

    return max(rest(0))


@settings(max_examples=examples(60))
@given(small_inputs())
def test_no_assignment_is_worth_more_than_that_of_the_round(inputs: Inputs) -> None:
    certificate = certified(inputs)
    assert certificate["objective"] == best_of_all(inputs)
    assert faults(certificate) == []


@settings(max_examples=examples(30))
@given(small_inputs(), st.data())
def test_one_more_place_adds_no_more_than_its_price(inputs: Inputs, data: st.DataObject) -> None:
    before, n = certified(inputs), data.draw(st.integers(0, len(inputs["resources"]) - 1))
    resource, places = inputs["resources"][n]
    more = [*inputs["resources"][:n], (resource, places + 1), *inputs["resources"][n + 1 :]]
    after = certified(Inputs(**{**inputs, "resources": more}))
    assert 0 <= after["objective"] - before["objective"] <= before["place_prices"][n]


def a_town(dice: random.Random) -> Inputs:
    groups, resources, floors = 25, 40, 6
    ways = [(group, resource) for group in range(groups) for resource in range(resources) if dice.random() < 0.5]
    return Inputs(
        needs=[(f"n{n:03}", dice.randrange(groups), dice.randint(1, 4), dice.randint(0, 900)) for n in range(90)],
        groups=[dice.randrange(floors) for _ in range(groups)],
        floors=[(f"a{n}", "meals", dice.randint(0, 30)) for n in range(floors)],
        resources=[(f"r{n:02}", dice.randint(0, 6)) for n in range(resources)],
        edges=[(group, resource, dice.randint(0, 300)) for group, resource in ways],
        floor_points=1000,
    )


def cost_of_flow(inputs: Inputs) -> int:
    """The same problem as a flow of the least cost, solved by another algorithm (network simplex of networkx)."""
    total = sum(people for _, _, people, _ in inputs["needs"])
    network = networkx.DiGraph()
    network.add_node("from", demand=-total)
    network.add_node("to", demand=total)
    network.add_edge("from", "to", weight=0)  # those who are not served
    for n, (_, _, people) in enumerate(inputs["floors"]):
        network.add_edge("from", ("first", n), capacity=people, weight=-inputs["floor_points"])
        network.add_edge(("first", n), ("floor", n), weight=0)
        network.add_edge("from", ("floor", n), weight=0)
    for name, group, people, worth in inputs["needs"]:
        network.add_edge(("floor", inputs["groups"][group]), name, capacity=people, weight=-worth)
        network.add_edge(name, ("group", group), weight=0)
    for group, resource, worth in inputs["edges"]:
        network.add_edge(("group", group), ("resource", resource), weight=-worth)
    for n, (_, places) in enumerate(inputs["resources"]):
        network.add_edge(("resource", n), "to", capacity=places, weight=0)
    cost, _ = networkx.network_simplex(network)
    return int(cost)


@pytest.mark.parametrize("seed", range(3))
def test_an_independent_algorithm_finds_the_same(seed: int) -> None:
    inputs = a_town(random.Random(seed))
    certificate = certified(inputs)
    assert certificate["objective"] == -cost_of_flow(inputs)
    assert faults(certificate) == []


def test_a_published_instance_has_its_published_optimum() -> None:
    """Each unit of an arc's capacity stays where the arc begins, or goes where it ends and costs the arc's weight."""
    with bz2.BZ2File(NETGEN_2) as file:
        network = pickle.load(file)
    nodes = {node: n for n, node in enumerate(network)}
    arcs = [(nodes[i], nodes[j], arc["capacity"], arc.get("weight", 0)) for i, j, arc in network.edges(data=True)]
    dearest, served = max(arc[3] for arc in arcs), 10**7
    places = [data.get("demand", 0) for _, data in network.nodes(data=True)]
    for begin, _, capacity, _ in arcs:
        places[begin] += capacity
    certificate = certified(
        Inputs(
            needs=[(str(n), n, arc[2], served) for n, arc in enumerate(arcs)],
            groups=[0] * len(arcs),
            floors=[("", "", 0)],
            resources=[(str(n), count) for n, count in enumerate(places)],
            edges=[way for n, (i, j, _, cost) in enumerate(arcs) for way in ((n, i, dearest), (n, j, dearest - cost))],
            floor_points=0,
        )
    )
    capacity = sum(arc[2] for arc in arcs)
    assert capacity * (served + dearest) - certificate["objective"] == NETGEN_2_COST
    assert faults(certificate) == []


def test_a_round_over_nobody_has_a_certificate_too() -> None:
    nobody = Inputs(needs=[], groups=[], floors=[], resources=[("r", 2)], edges=[], floor_points=100_000)
    assert (certified(nobody)["objective"], faults(certified(nobody))) == (0, [])


def test_the_same_inputs_give_the_same_certificate() -> None:
    first, again = (canonical(certified(a_town(random.Random(7)))) for _ in range(2))
    assert first == again


CERTIFICATE = {"round": "r", "policy": {"floor": 1000}, **certified(a_town(random.Random(8)))}


def numbers(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all numbers and texts."""
    if isinstance(value, (dict, list, tuple)):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from numbers(part, (*path, key))
    else:
        yield path


def changed(certificate: Any, path: Sequence[Any], by: Any) -> Any:
    part = copy = json.loads(canonical(certificate))
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = by(part[path[-1]])
    return copy


def test_every_change_changes_the_digest() -> None:
    said = digest(CERTIFICATE)
    paths = list(numbers(CERTIFICATE))
    for path in random.Random(1).sample(paths, 150):
        assert digest(changed(CERTIFICATE, path, lambda old: f"{old}x" if isinstance(old, str) else old + 1)) != said


@pytest.mark.parametrize("by", [1, -1])
def test_a_certificate_whose_solution_was_tampered_with_is_refused(by: int) -> None:
    """Every number of the assignment and the objective; prices that matter to no bound may be others."""
    names = ("assignment", "objective")
    paths = [path for path in numbers(CERTIFICATE) if path[0] in names]
    assert [path for path in paths if not faults(changed(CERTIFICATE, path, lambda old: old + by))] == []


@settings(max_examples=examples(60))
@given(small_inputs(), st.data())
def test_a_certificate_that_is_taken_never_says_too_much_or_too_little(inputs: Inputs, data: st.DataObject) -> None:
    """Whatever number is changed: if it is still taken, its assignment is the best one of its inputs."""
    certificate = certified(inputs)
    path = data.draw(st.sampled_from(list(numbers(certificate))))
    step = data.draw(st.sampled_from((-1, 1, 2)))
    tampered = changed(certificate, path, lambda old: f"{old}x" if isinstance(old, str) else old + step)
    if not faults(tampered):
        assert tampered["objective"] == best_of_all(tampered["inputs"])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("objective",), 1.0),
        (("objective",), True),
        (("assignment",), None),
        (("assignment", 0), [10**6, 0, 1]),
        (("assignment", 0, 2), 0.5),
        (("inputs", "edges", 0), [-1, 0, 5]),
        (("place_prices",), []),
        (("floor_prices", 0), 10**9),
        (("inputs", "floors", 0, 2), -1),
    ],
)
def test_what_is_no_certificate_is_refused(path: tuple[Any, ...], value: Any) -> None:
    assert faults(changed(CERTIFICATE, path, lambda _: value)) != []


def test_each_kind_of_fault_is_named() -> None:
    one = {
        "inputs": {
            "needs": [["n", 0, 1, 5]], "groups": [0], "floors": [["a", "meals", 1]], "resources": [["r", 1], ["s", 0]],
            "edges": [[0, 0, 2]], "floor_points": 10,
        },
        "assignment": [[0, 0, 1]], "place_prices": [17, 0], "floor_prices": [10], "objective": 17,
    }  # fmt: skip
    assert faults(one) == []
    said = [
        faults(changed(one, path, lambda old, by=by: by))
        for path, by in (
            (("inputs", "edges"), [[0, 0, 2], [0, 0, 3]]),
            (("inputs", "resources", 1, 0), "r"),
            (("assignment",), [[0, 0, 1], [0, 0, 1]]),
            (("inputs", "edges"), []),
            (("assignment", 0, 2), 2),
            (("inputs", "resources", 0, 1), 0),
            (("floor_prices", 0), 11),
            (("objective",), 18),
        )
    ]
    assert [found[0] for found in said] == [
        "an edge is there twice",
        "a need or a resource is there twice",
        "more people of a need are served than wait",
        "need 0 may not go to resource 0, or with nobody",
        "more people of a need are served than wait",
        "a resource has fewer places than are taken",
        "the price of a floor is above its points",
        "the assignment is worth 17, the bound is 17, and 18 was said",
    ]


def test_certificate_py_needs_nothing_but_python() -> None:
    source = Path(__file__).parent.parent.joinpath("src/matching/rounds/certificate.py").read_text()
    imports = [line.split()[1] for line in source.splitlines() if line.startswith(("import ", "from "))]
    assert imports == ["__future__", "hashlib", "json", "collections.abc", "typing"]


def test_a_floor_comes_before_the_dearest_need() -> None:
    """Two people of one area and one of another, one place: the floor of the other takes it, whatever else counts."""
    inputs = Inputs(
        needs=[("near", 0, 2, 900), ("far", 1, 1, 100)], groups=[0, 1],
        floors=[("a", "meals", 0), ("b", "meals", 1)], resources=[("r", 1)],
        edges=[(0, 0, 50), (1, 0, 0)], floor_points=100_000,
    )  # fmt: skip
    assert certified(inputs)["assignment"] == [(1, 0, 1)]
    assert certified(Inputs(**{**inputs, "floor_points": 0}))["assignment"] == [(0, 0, 1)]


def test_people_of_one_need_may_go_to_several_resources() -> None:
    inputs = Inputs(
        needs=[("n", 0, 5, 10)], groups=[0], floors=[("a", "meals", 0)], resources=[("r", 3), ("s", 1)],
        edges=[(0, 0, 1), (0, 1, 1)], floor_points=0,
    )  # fmt: skip
    assert certified(inputs)["assignment"] == [(0, 0, 3), (0, 1, 1)]
    assert certified(inputs)["place_prices"] == [11, 11]
