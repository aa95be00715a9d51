"""The sentence that describes an event, made from the event's own fields: a module for each service.

sentence.py    what a sentence is
registry.py   network.py   needs.py   matching.py   escalation.py
development.py  of the registry: supporters, venues, places, reports of activity
contacts.py  of the registry: references of contacts, which say nothing of what they say
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shiendomain.escalation import EscalationEvent
from shiendomain.matching import MatchingEvent, OfferEvent, SearchEvent
from shiendomain.needs import NeedsEvent
from shiendomain.registry import (
    ActivityReportEvent,
    ContactEvent,
    CoordinatorEvent,
    CouncilEvent,
    FreshnessEvent,
    NetworkEvent,
    PlaceEvent,
    ProviderEvent,
    RegistryEvent,
    SupporterEvent,
    VenueEvent,
)
from shiendomain.rounds import RoundEvent
from shienevents import Event, types_of

from .contacts import describe_contact
from .development import describe_place, describe_report, describe_supporters, describe_venue
from .escalation import describe_escalation
from .matching import describe_matching, describe_round
from .needs import describe_needs
from .network import describe_coordinator, describe_council, describe_network, describe_provider
from .registry import describe_freshness, describe_registry
from .sentence import Sentence

AnyEvent = RegistryEvent | NeedsEvent | MatchingEvent | EscalationEvent

_DESCRIBE: dict[type[Event], Callable[[Any], Sentence]] = {
    **dict.fromkeys(types_of(RegistryEvent), describe_registry),
    **dict.fromkeys(types_of(CouncilEvent), describe_council),
    **dict.fromkeys(types_of(CoordinatorEvent), describe_coordinator),
    **dict.fromkeys(types_of(ProviderEvent), describe_provider),
    **dict.fromkeys(types_of(NetworkEvent), describe_network),
    **dict.fromkeys(types_of(FreshnessEvent), describe_freshness),
    **dict.fromkeys(types_of(SupporterEvent), describe_supporters),
    **dict.fromkeys(types_of(VenueEvent), describe_venue),
    **dict.fromkeys(types_of(PlaceEvent), describe_place),
    **dict.fromkeys(types_of(ActivityReportEvent), describe_report),
    **dict.fromkeys(types_of(ContactEvent), describe_contact),
    **dict.fromkeys(types_of(NeedsEvent), describe_needs),
    **dict.fromkeys(types_of(OfferEvent | SearchEvent), describe_matching),
    **dict.fromkeys(types_of(RoundEvent), describe_round),
    **dict.fromkeys(types_of(EscalationEvent), describe_escalation),
}


def describe(event: Event) -> Sentence:
    """The sentence of an event of the four services, with the ids it names."""
    return _DESCRIBE[type(event)](event)


__all__ = ["AnyEvent", "Sentence", "describe"]
