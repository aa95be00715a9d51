"""What matching does after events of resources."""

from __future__ import annotations

from matching.decider.match import ProposeLaunched
from matching.decider.offer import NoteOffer, ResumeOffer, RetireOffer, SuspendOffer
from matching.reactions import follow_resources, launched_match
from shiendomain.vocabulary import SupportKind
from shienevents.testing import ReactionScenario, an_envelope

from .facts import (
    CITY,
    HOME,
    LAUNCHED,
    NEED,
    NORTH,
    REGISTERED,
    RESOURCE,
    RESUMED,
    RETIRED,
    REVISED,
    SERVICE,
    SUSPENDED,
    WARD,
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
    )


def test_a_revised_resource_is_noted_as_it_is_now() -> None:
    follows.when(REVISED, third).then(NoteOffer(RESOURCE, HOME, 3, (SupportKind.OUTING,), (WARD,), 5, None))


def test_the_offer_closes_and_opens_with_the_resource() -> None:
    follows.when(SUSPENDED, third).then(SuspendOffer(RESOURCE, 3))
    follows.when(RESUMED, third).then(ResumeOffer(RESOURCE, 3))
    follows.when(RETIRED, third).then(RetireOffer(RESOURCE, 3))
