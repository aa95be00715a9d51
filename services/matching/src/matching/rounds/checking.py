"""Making the certificate of a recorded round again, from the rows of the log and from its events. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shiendomain.rounds import RoundOpened, RoundSolved

from ..projections import MatchRow
from . import certificate as proof
from .outcome import certificate_of, opened_of, recorded
from .problem import Seen, problem_of


def rebuilt(
    opened: RoundOpened,
    solved: RoundSolved,
    municipality: str,
    rows: Mapping[str, Iterable[Any]],
    matches: Iterable[MatchRow],
) -> tuple[dict[str, Any], list[str]]:
    """The certificate as the log gives it, and what is wrong.

    `rows`: of matching's views at the round's positions, by view. `matches`: as they are now, for what was proposed.
    """
    seen = Seen(
        opened.area, municipality, opened.day, opened.policy, [*rows["areas"]], [*rows["open_needs"]],
        [*rows["offers"]], [*rows["matches"]], [*rows["centres"]],
    )  # fmt: skip
    inputs = problem_of(seen).inputs
    pairs = [
        (row.need_id, row.resource_id, row.people)
        for row in matches
        if row.round_id == opened.round_id and row.need_id and row.resource_id
    ]
    again = opened_of(opened.round_id, seen, opened.positions, inputs, live=opened.live)
    wrong = [] if again == opened else [_OTHER_INPUTS]
    try:
        found = recorded(inputs, solved, pairs)
    except KeyError as error:
        return {}, [*wrong, f"the round proposed {error}, which is not among its inputs"]
    certificate = certificate_of(opened, inputs, found, solved.objective)
    if proof.digest(certificate) != solved.certificate:
        wrong.append("the certificate made again from the log has another digest than the round recorded")
    return certificate, [*wrong, *proof.faults(certificate)]


_OTHER_INPUTS = "the needs and places that the log gives at the round's positions are not those that it was opened over"
