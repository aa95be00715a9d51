"""What a round asks the deciders to record: each proposal, and a search in vain for each need that gets none. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid5

from shiendomain.areas import Territory
from shienevents import Home

from ..candidates import Judged, reasons
from ..decider.match import ProposeMatch
from ..decider.search import RecordMatchFound, RecordNoMatchFound
from ..projections import OpenNeed
from .problem import Problem, Waiting
from .reasons import Assignment, Unserved, left_of

Command = ProposeMatch | RecordMatchFound | RecordNoMatchFound


def proposals(
    problem: Problem, assignment: Assignment, round_id: UUID, municipality: str, territory: Territory
) -> Sequence[tuple[OpenNeed, Command]]:
    """The commands of a round, each with the need that it is about. Their ids follow from that of the round.

    A need of which people are left has a search in vain for these, also when others have a match or get one now.
    """
    found: list[tuple[OpenNeed, Command]] = []
    known = {n: frozenset(row.match_id for row in one.matches) for n, one in enumerate(problem.waiting)}
    for n, resource, people in assignment:
        need, facts = problem.waiting[n][:2]
        offer, home = problem.offers[resource], Home(municipality, need.area)
        match_id = uuid5(round_id, f"{need.need_id} {offer.resource_id}")
        why = reasons(facts, offer)
        points = problem.points(n, resource)
        propose = ProposeMatch(offer.resource_id, match_id, facts, people, why, territory, round_id, points=points)
        found.append((need, propose))
        found.append((need, RecordMatchFound(need.need_id, home, match_id, offer.resource_id, known[n])))
        known[n] |= {match_id}
    unserved = Unserved(problem, assignment)
    for n, people in left_of(problem.inputs, assignment).items():
        one, judged = problem.waiting[n], unserved.of(n)
        if judged:
            said = in_vain(one, people, judged, municipality, uuid5(round_id, str(one.need.need_id)))
            found.append((one.need, replace(said, known=known[n], round_id=round_id)))
    return found


def in_vain(one: Waiting, people: int, judged: Judged, municipality: str, search_id: UUID) -> RecordNoMatchFound:
    """The search for so many people of a need that nothing was proposed to."""
    return RecordNoMatchFound(
        need_id=one.need.need_id,
        home=Home(municipality, one.need.area),
        search_id=search_id,
        support_kind=one.need.support_kind,
        missing=judged.missing,
        considered=judged.considered,
        open=one.facts.open,
        waiting=one.facts.people,
        known=frozenset(row.match_id for row in one.matches),
        unmet=judged.unmet,
        nearest=judged.nearest,
        people=people,
    )
