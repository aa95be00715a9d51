"""The rules of the registry's things are the published state machines, no more and no less."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from registry.decider import contact, coordinator, council, information, outreach, partnership, place, resource, venue
from registry.decider.contact import MoveContact
from registry.decider.coordinator_commands import MoveCoordinator, WithdrawCoordinator
from registry.decider.council_commands import MoveCouncil, WithdrawCouncil
from registry.decider.outreach import WithdrawOutreachAnswer
from registry.decider.place import MovePlace, WithdrawPlace
from registry.decider.resource_commands import (
    CorrectResourceSource,
    FollowService,
    ListResource,
    ReinstateResource,
    ReviseResource,
    WithdrawVerification,
)
from registry.decider.resource_move import MoveResource
from registry.decider.venue import MoveVenue, WithdrawVenue
from shiendomain import machines
from shiendomain.development import place_state
from shiendomain.machines import Machine
from shiendomain.machines.exploring import States, differences, edges_of, explore, stuck
from shiendomain.mistakes import Mistake
from shiendomain.moves import Move as OtherArea
from shiendomain.registry import ResourceDetails
from shiendomain.states import (
    ContactState,
    CouncilState,
    InformationState,
    OutreachState,
    PartnershipState,
    PostState,
    RecordState,
    VenueState,
)
from shiendomain.vocabulary import ContactErasure, OutreachAnswer, SourceKind, Tier
from shiendomain.words import Word

from . import test_contacts, test_places, test_venues
from . import test_decider as rules
from . import test_network_decider as network
from .facts import AN_ID, AREA
from .facts_development import LARGER
from .network_facts import A_FOURTH, PRACTICE

TO = OtherArea("272108-04", (AREA, "272108-04"), "隣の校区だった")
TWICE = Mistake("二重の記録")
all_fields = tuple(ResourceDetails.model_fields)
more_places = rules.details.model_copy(update={"capacity": 30})
RESOURCE: tuple[object, ...] = (
    rules.register,
    ListResource(AN_ID, rules.NORTH, more_places, rules.source),
    ReviseResource(AN_ID, rules.revised_details),
    ReviseResource(AN_ID, rules.details),
    FollowService(AN_ID, {"capacity": 5}),
    MoveResource(AN_ID, TO),
    rules.verify,
    replace(rules.verify, fields=all_fields),
    WithdrawVerification(AN_ID, "別の資源だった"),
    CorrectResourceSource(AN_ID, SourceKind.CONSULTATION, None, "相談だった"),
    rules.suspend,
    rules.resume,
    rules.retire,
    ReinstateResource(AN_ID, "別の資源だった"),
)
POST = (
    rules.assign,
    network.renew,
    network.hand_over,
    network.undo,
    network.correct_post,
    MoveCoordinator(AN_ID, TO, (Tier.TIER2,)),
    WithdrawCoordinator(AN_ID, TWICE),
)
COUNCIL = (
    rules.establish,
    network.change,
    network.agree,
    network.correct,
    network.rest,
    network.resume,
    MoveCouncil(AN_ID, TO, (Tier.TIER2,)),
    WithdrawCouncil(AN_ID, TWICE),
)
ANSWERS = [(answer, reason) for answer in OutreachAnswer for reason in ("担い手がいない", "再度の回答")]
OUTREACH = (
    network.ask,
    network.consider,
    network.accept,
    *(replace(network.accept, answer=answer, reason=reason, answered_on=network.TODAY) for answer, reason in ANSWERS),
    network.not_agreed,
    *(WithdrawOutreachAnswer(AN_ID, answer, network.TODAY, "別の回答だった") for answer in OutreachAnswer),
    network.forget,
    network.remember,
)
PARTNERSHIP = (network.form, network.plan, network.join, network.not_joined, network.end, network.go_on, network.erase)
INFORMATION = (
    network.share,
    replace(network.share, to_councils=()),
    replace(network.share, practice=PRACTICE),
    replace(network.share, to_councils=(), practice=PRACTICE),
    network.take_up,
    network.not_taken_up,
    *(replace(network.acknowledge, recipient_id=one.council_id) for one in network.share.to_councils),
    replace(network.acknowledge, on=network.TODAY),
    *(replace(network.not_theirs, recipient_id=one.council_id) for one in network.share.to_councils),
    replace(network.share_with_a_body, to_councils=network.share.to_councils[:1]),
    replace(network.acknowledge, recipient_id=A_FOURTH),
    replace(network.acknowledge, recipient_id=A_FOURTH, on=network.TODAY),
    replace(network.not_theirs, recipient_id=A_FOURTH),
    network.take_back,
    network.share_again,
)
VENUE = (
    test_venues.secure,
    replace(test_venues.revise, details=LARGER.model_copy(update={"telephone": ""})),
    test_venues.release,
    test_venues.again,
    MoveVenue(AN_ID, TO),
    WithdrawVenue(AN_ID, TWICE),
)
PLACE = (
    test_places.offer,
    test_places.fill,
    replace(test_places.fill, headcount=1),
    test_places.correct,
    replace(test_places.correct, filled=test_places.correct.details.wanted),
    replace(test_places.correct, details=test_places.offer.details, filled=0),
    test_places.close,
    test_places.reopen,
    MovePlace(AN_ID, TO),
    WithdrawPlace(AN_ID, TWICE),
)
CONTACT = (
    test_contacts.record,
    test_contacts.list_,
    test_contacts.renew,
    test_contacts.erase,
    replace(test_contacts.erase, reason=ContactErasure.LEFT_THE_LIST),
    MoveContact(AN_ID, TO),
)


def outreach_of(one: outreach.Outreach) -> Word | None:
    if one.withdrawn or one.made is None:
        return OutreachState.WITHDRAWN if one.withdrawn else None
    return OutreachState[one.answered.answer.name] if one.answered else OutreachState.ASKED


def partnership_of(one: partnership.Partnership) -> Word | None:
    if one.withdrawn or one.formed is None:
        return PartnershipState.WITHDRAWN if one.withdrawn else None
    return PartnershipState.ENDED if one.ended else PartnershipState.ACTIVE


def information_of(one: information.Information) -> Word | None:
    if one.withdrawn or one.shared is None:
        return InformationState.WITHDRAWN if one.withdrawn else None
    councils = {council.council_id for council in one.shared.to_councils}
    awaited = (councils | {body.body_id for body in one.shared.to_bodies}) - one.acknowledged.keys()
    return InformationState.AWAITED if awaited else InformationState.SHARED


def council_of(one: council.Council) -> Word | None:
    if one.withdrawn:
        return RecordState.WITHDRAWN
    return (CouncilState.DORMANT if one.dormant else CouncilState.ACTIVE) if one.established else None


def post_of(one: coordinator.Coordinator) -> Word | None:
    if one.withdrawn:
        return RecordState.WITHDRAWN
    return (PostState.HANDED_OVER if one.handed_over else PostState.ASSIGNED) if one.now else None


def venue_of(one: venue.Venue) -> Word | None:
    if one.withdrawn:
        return RecordState.WITHDRAWN
    return (VenueState.RELEASED if one.released else VenueState.SECURED) if one.details else None


def place_of(one: place.Place) -> Word | None:
    if one.withdrawn:
        return RecordState.WITHDRAWN
    return place_state(one.details.wanted, one.filled, closed=one.closed) if one.details else None


def contact_of(one: contact.Contact) -> Word | None:
    return (ContactState.ERASED if one.erased else ContactState.KEPT) if one.recorded else None


def outreach_alike(states: States) -> object:
    """Only the last two answers: any number of them may stand."""
    (one,) = states
    return one.made, one.answers[-2:], one.withdrawn


def resources_alike(states: States) -> object:
    """A verification is of some fields or of all, so what was verified is all that matters of it, and what is left."""
    one: resource.Resource = states[0]
    return one.state, one.details, one.area, one.checked.now.unverified, one.checked.left().unverified


THINGS: list[tuple[Machine, Any, tuple[object, ...], Callable[[Any], Word | None]]] = [
    (machines.RESOURCE, resource.decider, RESOURCE, lambda one: one.state),
    (machines.COUNCIL, council.decider, COUNCIL, council_of),
    (machines.POST, coordinator.decider, POST, post_of),
    (machines.OUTREACH, outreach.decider, OUTREACH, outreach_of),
    (machines.PARTNERSHIP, partnership.decider, PARTNERSHIP, partnership_of),
    (machines.INFORMATION, information.decider, INFORMATION, information_of),
    (machines.VENUE, venue.decider, VENUE, venue_of),
    (machines.PLACE, place.decider, PLACE, place_of),
    (machines.CONTACT, contact.decider, CONTACT, contact_of),
]


@pytest.mark.parametrize(("machine", "decider", "commands", "state_of"), THINGS, ids=lambda one: getattr(one, "of", ""))
def test_a_thing_goes_the_published_ways_and_always_on_to_an_end(
    machine: Machine, decider: Any, commands: tuple[object, ...], state_of: Callable[[Any], Word | None]
) -> None:
    def states_of(states: States) -> Mapping[object, Word]:
        state = state_of(states[0])
        return {AN_ID: state} if state else {}

    alike = {machines.RESOURCE.name: resources_alike, machines.OUTREACH.name: outreach_alike}.get(machine.name, repr)
    walk = explore((decider,), [(command,) for command in commands], alike)
    assert not differences(machine, edges_of(machine, walk.taken, states_of))
    assert not machine.ends or not stuck(machine, walk, states_of)
