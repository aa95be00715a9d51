"""The best assignment of a round's inputs, and its prices: a transportation problem, solved exactly by HiGHS.

Every column is an arc of a network: a person of a need comes into its group, and goes from there to a resource; the
first people of a floor pass through it. So the best corner of the linear problem is in whole numbers, and so are its
prices. They are rounded to whole numbers here, and nobody has to believe that: `certificate.faults` is asked before
anything is published.

Most ways are never taken. So the solver is first given the best ways of each group, and then, again and again, those
that would pay at the prices it found, until none is left that would.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from .problem import Inputs

_FIRST, _MORE = 8, 3  # ways of each group that the solver is given at first, and then at a time


@dataclass
class Solution:
    """People by need and resource (places in the inputs' lists), in order, and the prices of places and floors."""

    assignment: list[tuple[int, int, int]]
    place_prices: list[int]
    floor_prices: list[int]


def solve(inputs: Inputs) -> Solution:
    """The best assignment of these inputs. The same inputs give the same one."""
    groups, resources, floors = len(inputs["groups"]), len(inputs["resources"]), len(inputs["floors"])
    if not inputs["needs"]:  # HiGHS takes no problem without columns
        return Solution([], [0] * resources, [inputs["floor_points"]] * floors)
    group, resource, points = np.array(inputs["edges"], dtype=np.int64).reshape(-1, 3).T
    solver = _begun(inputs)
    given = np.zeros(len(points), dtype=bool)
    more = _best(group, points, np.ones(len(points), dtype=bool), _FIRST)
    order = np.empty(0, dtype=np.int64)  # of the ways, as the solver has them
    while True:
        _give(solver, group[more], groups + resource[more], points[more])
        given[more], order = True, np.concatenate([order, more])
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"HiGHS ended with {solver.modelStatusToString(solver.getModelStatus())}")
        prices = np.rint(solver.getSolution().row_dual).astype(np.int64)
        pays = points + prices[group] - prices[groups + resource]
        more = _best(group, pays, ~given & (pays > 0), _MORE)
        if not len(more):
            break
        solver.setOptionValue("simplex_strategy", 4)  # primal, from the best of fewer ways on
    flows = np.rint(solver.getSolution().col_value).astype(np.int64).tolist()
    served, taken = flows[: len(inputs["needs"])], flows[len(inputs["needs"]) + floors :]
    ways = sorted(zip(group[order].tolist(), resource[order].tolist(), taken, strict=True))
    place_prices, floor_prices = prices[groups:][:resources], prices[groups + resources :]
    return Solution(
        _pairs(inputs, served, ways),
        np.maximum(place_prices, 0).tolist(),
        np.clip(floor_prices, 0, inputs["floor_points"]).tolist(),
    )


def _begun(inputs: Inputs) -> Any:
    """A solver that knows who waits, how many places there are and what floors count, and no way yet.

    Rows: a group sends on whom it takes in; a resource takes as many as it has places; a floor counts whom it serves.
    Columns: the people of each need, and those that each floor counts.
    """
    groups, resources, floors = len(inputs["groups"]), len(inputs["resources"]), len(inputs["floors"])
    floor_row = groups + resources
    model = highspy.HighsLp()
    model.sense_ = highspy.ObjSense.kMaximize
    model.num_col_, model.num_row_ = len(inputs["needs"]) + floors, floor_row + floors
    model.col_cost_ = np.array([*(need[3] for need in inputs["needs"]), *[inputs["floor_points"]] * floors], float)
    model.col_lower_ = np.zeros(model.num_col_)
    most = (*(need[2] for need in inputs["needs"]), *(floor[2] for floor in inputs["floors"]))
    model.col_upper_ = np.array(most, float)
    model.row_lower_ = np.array([0.0] * groups + [-highspy.kHighsInf] * (resources + floors))
    model.row_upper_ = np.array([*[0] * groups, *(places for _, places in inputs["resources"]), *[0] * floors], float)
    entries = [[(group, 1), (floor_row + inputs["groups"][group], -1)] for _, group, _, _ in inputs["needs"]]
    entries += [[(floor_row + n, 1)] for n in range(floors)]
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.cumsum([0, *map(len, entries)])
    model.a_matrix_.index_ = np.array([row for column in entries for row, _ in column])
    model.a_matrix_.value_ = np.array([sign for column in entries for _, sign in column], float)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (("output_flag", False), ("threads", 1), ("solver", "simplex")):  # simplex ends at a corner
        solver.setOptionValue(option, value)
    solver.passModel(model)
    return solver


def _best(group: Any, worth: Any, among: Any, most: int) -> Any:
    """Of the ways in `among`, for each group those with the highest `worth`, at most so many."""
    found = np.flatnonzero(among)
    found = found[np.lexsort((found, -worth[found], group[found]))]
    first = np.searchsorted(group[found], group[found])
    return found[np.arange(len(found)) - first < most]


def _give(solver: Any, group_rows: Any, resource_rows: Any, points: Any) -> None:
    """Give the solver further ways: a person leaves the group and takes a place."""
    count = len(points)
    rows = np.stack([group_rows, resource_rows], axis=1).ravel().astype(np.int32)
    starts, signs = np.arange(0, 2 * count, 2, dtype=np.int32), np.tile([-1.0, 1.0], count)
    endless = np.full(count, highspy.kHighsInf)
    solver.addCols(count, points.astype(float), np.zeros(count), endless, 2 * count, starts, rows, signs)


def _pairs(inputs: Inputs, served: list[int], ways: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Who goes where: the people of a group, in the order of its needs, fill its resources in their order."""
    people: dict[int, list[list[int]]] = {}
    for n, count in enumerate(served):
        if count:
            people.setdefault(inputs["needs"][n][1], []).append([n, count])
    found = []
    for group, resource, places in ways:
        left = places
        while left:
            first = people[group][0]
            count = min(left, first[1])
            found.append((first[0], resource, count))
            left, first[1] = left - count, first[1] - count
            if not first[1]:
                people[group].pop(0)
    return sorted(found)
