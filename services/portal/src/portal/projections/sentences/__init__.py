"""The sentence that describes an event, made from the event's own fields: a module for each service.

sentence.py    what a sentence is
registry.py   needs.py   matching.py   escalation.py
development.py  of the registry: supporters, venues, places
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shiendomain.escalation import EscalationEvent
from shiendomain.matching import MatchingEvent
from shiendomain.needs import NeedsEvent
from shiendomain.registry import RegistryEvent
from shienevents import Event, types_of

from .escalation import describe_escalation
from .matching import describe_matching
from .needs import describe_needs
from .registry import describe_registry
from .sentence import Sentence

AnyEvent = RegistryEvent | NeedsEvent | MatchingEvent | EscalationEvent

_DESCRIBE: dict[type[Event], Callable[[Any], Sentence]] = {
    **dict.fromkeys(types_of(RegistryEvent), describe_registry),
    **dict.fromkeys(types_of(NeedsEvent), describe_needs),
    **dict.fromkeys(types_of(MatchingEvent), describe_matching),
    **dict.fromkeys(types_of(EscalationEvent), describe_escalation),
}


def describe(event: Event) -> Sentence:
    """The sentence of an event of the four services, with the ids it names."""
    return _DESCRIBE[type(event)](event)


__all__ = ["AnyEvent", "Sentence", "describe"]
