"""The service `matching`: its streams begin and grow by reactions to needs' events, and by marks that race them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from shienevents import Decider, Envelope, Event, Home, Reaction

from .contracts import MatchConfirmed, MatchMarked, MatchProposed, NeedRecorded, NeedServed
from .needs import MUNICIPALITY


@dataclass(frozen=True)
class ProposeMatch:
    """Answer a need, once."""

    need_id: UUID
    area: str
    people: int
    key: str


@dataclass(frozen=True)
class ConfirmMatch:
    """Note that people were helped."""

    need_id: UUID
    area: str
    people: int
    key: str


@dataclass(frozen=True)
class MarkMatch:
    """Write to a match, in a race with the reactions."""

    need_id: UUID
    area: str
    key: str


Command = ProposeMatch | ConfirmMatch | MarkMatch


@dataclass(frozen=True)
class Match:
    """What the decider knows of a match."""

    proposed: bool = False
    confirmed: frozenset[str] = frozenset()


def decide(command: Command, match: Match) -> Sequence[Event]:
    """What may happen to a match. Subscriptions twice is a no here too: so only views can show that it happened."""
    match command:
        case ProposeMatch():
            proposed = MatchProposed(need_id=command.need_id, people=command.people, key=command.key)
            return [] if match.proposed else [proposed]
        case ConfirmMatch():
            confirmed = MatchConfirmed(need_id=command.need_id, people=command.people, key=command.key)
            return [] if command.key in match.confirmed else [confirmed]
        case MarkMatch():
            return [MatchMarked(need_id=command.need_id, key=command.key)]
        case _:
            assert_never(command)


def evolve(match: Match, event: Event) -> Match:
    """The match after an event."""
    match event:
        case MatchProposed():
            return replace(match, proposed=True)
        case MatchConfirmed():
            return replace(match, confirmed=match.confirmed | {event.key})
        case _:
            return match


match_decider: Decider[Command, Match, Event] = Decider(
    name="match",
    commands=(ProposeMatch, ConfirmMatch, MarkMatch),
    events=(MatchProposed, MatchConfirmed, MatchMarked),
    stream=lambda command: command.need_id,
    home=lambda command: Home(MUNICIPALITY, command.area),
    initial=Match(),
    decide=decide,
    evolve=evolve,
)


def propose(event: NeedRecorded, envelope: Envelope) -> list[object]:
    """Every need is answered with a proposal."""
    return [ProposeMatch(event.need_id, envelope.area, event.people, f"propose_match:{envelope.id}")]


def confirm(event: NeedServed, envelope: Envelope) -> list[object]:
    """Every service is confirmed."""
    return [ConfirmMatch(event.need_id, envelope.area, event.people, f"confirm_match:{envelope.id}")]


propose_match = Reaction(name="propose_match", subscribes_to=(NeedRecorded,), react=propose)
confirm_match = Reaction(name="confirm_match", subscribes_to=(NeedServed,), react=confirm)
