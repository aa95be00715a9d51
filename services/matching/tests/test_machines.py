"""The rules of offers and matches are the published state machines, no more and no less."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from matching.decider import offer
from matching.decider.match import ProposeLaunched
from matching.decider.offer import ResumeOffer, RetireOffer, SuspendOffer
from shiendomain import machines
from shiendomain.machines.exploring import Move, differences, edges_of, explore, stuck
from shiendomain.states import MatchState, OfferState
from shiendomain.vocabulary import FailureReason, Outcome

from .facts import MATCH, NEED, NORTH, RESOURCE
from .test_decider import accept, conclude, correct, decline, end, lapse, note, propose, release

VERSIONS = range(1, 5)
moves: tuple[Move, ...] = (
    *((replace(note, resource_version=version, capacity=version),) for version in VERSIONS),
    *((news(RESOURCE, version),) for news in (SuspendOffer, ResumeOffer, RetireOffer) for version in VERSIONS),
    (propose,),
    (ProposeLaunched(RESOURCE, MATCH, NEED, NORTH, 1),),
    (accept,),
    (decline,),
    (lapse,),
    (conclude,),
    (replace(conclude, ongoing=False),),
    (replace(conclude, outcome=Outcome.NOT_HELPED, people_helped=0, reason=FailureReason.COULD_NOT_REACH),),
    (correct,),
    (replace(correct, ongoing=False),),
    (replace(correct, outcome=Outcome.NOT_HELPED, people_helped=0),),
    (end,),
    (release,),
    (replace(release, moved=True),),
)


def offers_in(states: Any) -> Mapping[object, OfferState]:
    noted = states[0].noted
    return {RESOURCE: OfferState.OPEN if noted.open else OfferState.CLOSED} if noted else {}


def matches_in(states: Any) -> Mapping[object, MatchState]:
    return {match_id: match.state for match_id, match in states[0].matches.items()}


def test_offers_and_matches_go_the_published_ways() -> None:
    walk = explore((offer.decider,), moves)
    assert not differences(machines.OFFER, edges_of(machines.OFFER, walk.taken, offers_in))
    assert not differences(machines.MATCH, edges_of(machines.MATCH, walk.taken, matches_in))
    assert not stuck(machines.MATCH, walk, matches_in)
