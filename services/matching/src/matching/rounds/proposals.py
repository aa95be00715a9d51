"""What a round asks the deciders to record: each proposal, and a search in vain for each need that gets none. Pure."""

from __future__ import annotations

from collections.abc import Sequence
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

    A need of which some people have a match that is still open, or get one now, has no search in vain.
    """
    found: list[tuple[OpenNeed, Command]] = []
    known = {n: frozenset(row.match_id for row in one.matches) for n, one in enumerate(problem.waiting)}
    proposed = set()
    for n, resource, people in assignment:
        need, facts, _, _ = problem.waiting[n]
        offer, home = problem.offers[resource], Home(municipality, need.area)
        match_id = uuid5(round_id, f"{need.need_id} {offer.resource_id}")
        why = reasons(facts, offer)
        propose = ProposeMatch(offer.resource_id, match_id, facts, people, why, territory, round_id)
        found.append((need, propose))
        found.append((need, RecordMatchFound(need.need_id, home, match_id, offer.resource_id, known[n])))
        known[n] |= {match_id}
        proposed.add(n)
    unserved = Unserved(problem, assignment)
    for n in left_of(problem.inputs, assignment):
        one = problem.waiting[n]
        if n not in proposed and not any(row.state.pending for row in one.matches):
            found.append((one.need, _in_vain(one, unserved.of(n), round_id, municipality)))
    return found


def _in_vain(one: Waiting, judged: Judged, round_id: UUID, municipality: str) -> RecordNoMatchFound:
    return RecordNoMatchFound(
        need_id=one.need.need_id,
        home=Home(municipality, one.need.area),
        search_id=uuid5(round_id, str(one.need.need_id)),
        support_kind=one.need.support_kind,
        missing=judged.missing,
        considered=judged.considered,
        open=one.facts.open,
        waiting=one.facts.people,
        known=frozenset(row.match_id for row in one.matches),
        unmet=judged.unmet,
        nearest=judged.nearest,
        round_id=round_id,
    )
