"""What matching does after events of resources."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from matching.decider import offer
from matching.decider.match import ProposeLaunched, ReleaseMatch
from matching.decider.offer import NoteOffer, ResumeOffer, RetireOffer, SuspendOffer
from matching.decider.search import NoteService, ReleaseMatches
from matching.reactions import end_released, follow_resources, launched_match, release_matches
from shiendomain.matching import OfferNoted
from shiendomain.needs import NeedWithdrawn
from shiendomain.registry import ResourceReinstated
from shiendomain.vocabulary import NeedBehind, SupportKind
from shienevents.testing import ReactionScenario, Scenario, an_envelope

from .facts import (
    CITY,
    ENDED_ON,
    HOME,
    LAUNCHED,
    MATCH,
    MOVED,
    NEED,
    NORTH,
    REGISTERED,
    RESOURCE,
    RESUMED,
    RETIRED,
    REVISED,
    SERVICE,
    SOUTH,
    SUSPENDED,
    WARD,
    released,
)

follows = ReactionScenario(follow_resources)
first = an_envelope(municipality=CITY, area=NORTH, version=1)
third = an_envelope(municipality=CITY, area=NORTH, version=3)


def test_a_registered_resource_is_noted_at_its_home() -> None:
    follows.when(REGISTERED, first).then(NoteOffer(RESOURCE, HOME, 1, (SupportKind.OUTING,), (WARD,), 2, None))


def test_a_launched_resource_is_proposed_to_every_need_it_was_launched_for() -> None:
    follows.when(LAUNCHED, first).then(
        NoteOffer(RESOURCE, HOME, 1, (SupportKind.OUTING,), (WARD,), 2, SERVICE),
        ProposeLaunched(RESOURCE, launched_match(RESOURCE, NEED), NEED, NORTH, 2),
        NoteService(NEED, HOME, launched_match(RESOURCE, NEED), RESOURCE),
    )


def test_the_matches_of_a_withdrawn_need_are_named_and_then_end() -> None:
    moment = datetime(2026, 10, 31, 3, tzinfo=UTC)
    withdrawn = an_envelope(municipality=CITY, area=NORTH, occurred_at=moment)
    ReactionScenario(release_matches).when(NeedWithdrawn(need_id=NEED, reason="転居"), withdrawn).then(
        ReleaseMatches(NEED, HOME, ENDED_ON)
    )
    ReactionScenario(end_released).when(released((MATCH, RESOURCE))).then(ReleaseMatch(RESOURCE, MATCH, ENDED_ON))


def test_the_matches_of_a_moved_need_are_named_and_end_unless_they_have_helped() -> None:
    envelope = an_envelope(municipality=CITY, area=NORTH, occurred_at=datetime(2026, 10, 31, 3, tzinfo=UTC))
    ReactionScenario(release_matches).when(MOVED, envelope).then(ReleaseMatches(NEED, HOME, ENDED_ON, SOUTH))
    ReactionScenario(end_released).when(released((MATCH, RESOURCE), moved_to=SOUTH)).then(
        ReleaseMatch(RESOURCE, MATCH, ENDED_ON, moved=True)
    )


def test_a_revised_resource_is_noted_as_it_is_now() -> None:
    follows.when(REVISED, third).then(NoteOffer(RESOURCE, HOME, 3, (SupportKind.OUTING,), (WARD,), 5, None))


def test_a_resource_is_proposed_to_the_needs_that_it_has_come_to_reach() -> None:
    reached = NeedBehind(need_id=NEED, area=NORTH, people=2)
    wider = REVISED.model_copy(update={"for_needs": (reached,)})
    follows.when(wider, third).then(
        NoteOffer(RESOURCE, HOME, 3, (SupportKind.OUTING,), (WARD,), 5, None),
        ProposeLaunched(RESOURCE, launched_match(RESOURCE, NEED), NEED, NORTH, 2),
        NoteService(NEED, HOME, launched_match(RESOURCE, NEED), RESOURCE),
    )


def test_the_offer_closes_and_opens_with_the_resource() -> None:
    follows.when(SUSPENDED, third).then(SuspendOffer(RESOURCE, 3))
    follows.when(RESUMED, third).then(ResumeOffer(RESOURCE, 3))
    follows.when(RETIRED, third).then(RetireOffer(RESOURCE, 3))


def test_an_activity_that_a_service_took_over_is_its_resource_until_it_goes_on_apart() -> None:
    taken = REVISED.model_copy(update={"service_id": SERVICE})
    [noted] = follow_resources.react(REVISED, third)
    assert isinstance(noted, NoteOffer)
    follows.when(taken, third).then(replace(noted, service_id=SERVICE))
    back = ResourceReinstated(resource_id=RESOURCE, reason="住民が続けている", apart=True)
    follows.when(back, third).then(ResumeOffer(RESOURCE, 3, apart=True))
    closed = OfferNoted(
        resource_id=RESOURCE, resource_version=2, open=False, support_kinds=(SupportKind.OUTING,),
        service_areas=(WARD,), capacity=2, service_id=SERVICE,
    )  # fmt: skip
    opened = closed.model_copy(update={"resource_version": 3, "open": True})
    of_offer = Scenario(offer.decider).given(closed)
    of_offer.when(ResumeOffer(RESOURCE, 3, apart=True)).then(opened.model_copy(update={"service_id": None}))
    of_offer.when(ResumeOffer(RESOURCE, 3)).then(opened)
