"""What may happen in the searches for a need: a match was found and proposed, or nothing fits and what was missing.

Every proposal of a person is also noted here, in one commit with the proposal in the offer's stream. So when two
propose for one need at the same moment, both write this stream: the second one reads it again and is rejected,
because it names a match that the second one did not know. A search without a match is a fact each time: a gap is
declared by such searches. The stream knows every match of the need, so they end when the need is withdrawn.

An acceptance is noted here too, in one commit with the acceptance in the offer's stream. How many people wait was
counted in a view: of two acceptances at the same moment, at two offers, the second one is judged again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.matching import (
    AcceptanceNoted,
    MatchesReleased,
    MatchFound,
    Nearest,
    NoMatchFound,
    SearchEvent,
    ServiceOffered,
)
from shiendomain.vocabulary import Missing, Obstacle, SupportKind
from shienevents import Decider, Home, Rejected, types_of


@dataclass(frozen=True)
class RecordMatchFound:
    """A resource is proposed for the need.

    Facts: `known` are the need's matches that the caller knew, `pending` one of them that a search will not add to.
    """

    need_id: UUID
    home: Home
    match_id: UUID
    resource_id: UUID
    known: frozenset[UUID]
    pending: UUID | None = None


@dataclass(frozen=True)
class RecordNoMatchFound:
    """Nothing fits: what was missing, of how many that were judged.

    `round_id`: of the matching round that searched. Facts: `open` is whether the need still waits for support, and
    `waiting` with how many people; `known` and `pending` as in `RecordMatchFound`. `people`: for how many nothing
    was found; `None`: for all of them.
    """

    need_id: UUID
    home: Home
    search_id: UUID
    support_kind: SupportKind
    missing: tuple[Missing, ...]
    considered: int
    open: bool
    waiting: int
    known: frozenset[UUID]
    pending: UUID | None = None
    unmet: tuple[Obstacle, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    round_id: UUID | None = None
    people: int | None = None


@dataclass(frozen=True)
class NoteService:
    """A service was launched for the need (reaction)."""

    need_id: UUID
    home: Home
    match_id: UUID
    resource_id: UUID


@dataclass(frozen=True)
class NoteAcceptance:
    """A match of the need is accepted. Fact: `counted` are the answered matches by which its people were counted."""

    need_id: UUID
    home: Home
    match_id: UUID
    resource_id: UUID
    counted: frozenset[UUID]


@dataclass(frozen=True)
class ReleaseMatches:
    """The need was withdrawn on a day (reaction): its matches end. With `moved_to` it goes on, in this area."""

    need_id: UUID
    home: Home
    released_on: date
    moved_to: str | None = None


Command = RecordMatchFound | RecordNoMatchFound | NoteService | NoteAcceptance | ReleaseMatches


@dataclass(frozen=True)
class Searches:
    """What was found for a need: the resource of each match, and the searches without a match.

    `launched`: the same, of services that were launched for it. `accepted`: the matches that were accepted.
    `area`: where the need was when something was found or offered last.
    """

    found: Mapping[UUID, UUID] = field(default_factory=dict)
    launched: Mapping[UUID, UUID] = field(default_factory=dict)
    accepted: frozenset[UUID] = frozenset()
    unmatched: frozenset[UUID] = frozenset()
    area: str = ""


def decide(command: Command, searches: Searches) -> Sequence[SearchEvent]:
    """What follows from a command."""
    match command:
        case RecordMatchFound():
            return record_found(command, searches)
        case RecordNoMatchFound():
            return record_not_found(command, searches)
        case NoteService(need_id, home, match_id, resource_id):
            if match_id in searches.launched:
                return []
            return [ServiceOffered(need_id=need_id, need_area=home.area, match_id=match_id, resource_id=resource_id)]
        case NoteAcceptance():
            return note_acceptance(command, searches)
        case ReleaseMatches():
            return release(command, searches)
        case _:
            assert_never(command)


def record_found(command: RecordMatchFound, searches: Searches) -> Sequence[SearchEvent]:
    """A match was found; the same again changes nothing."""
    if searches.found.get(command.match_id) == command.resource_id:
        return []
    check_no_other(command, searches, command.match_id)
    return [
        MatchFound(
            need_id=command.need_id,
            need_area=command.home.area,
            match_id=command.match_id,
            resource_id=command.resource_id,
        )
    ]


def record_not_found(command: RecordNoMatchFound, searches: Searches) -> Sequence[SearchEvent]:
    """Nothing was found; the same search again changes nothing."""
    if command.search_id in searches.unmatched:
        return []
    if not command.open:
        raise Rejected("match.need_closed")
    check_no_other(command, searches, command.search_id)
    if command.waiting == 0:
        raise Rejected("match.nobody_waits")
    return [
        NoMatchFound(
            search_id=command.search_id,
            need_id=command.need_id,
            need_area=command.home.area,
            support_kind=command.support_kind,
            missing=command.missing,
            considered=command.considered,
            unmet=command.unmet,
            nearest=command.nearest,
            round_id=command.round_id,
            people=command.waiting if command.people is None else command.people,
        )
    ]


def note_acceptance(command: NoteAcceptance, searches: Searches) -> Sequence[SearchEvent]:
    """A match was accepted, once, and none other than the caller counted. Raises `Rejected`."""
    if command.match_id in searches.accepted:
        return []
    if meanwhile := searches.accepted - command.counted:
        raise Rejected("match.accepted_meanwhile", match=min(meanwhile))
    return [
        AcceptanceNoted(
            need_id=command.need_id,
            need_area=command.home.area,
            match_id=command.match_id,
            resource_id=command.resource_id,
        )
    ]


def release(command: ReleaseMatches, searches: Searches) -> Sequence[SearchEvent]:
    """All matches that the need has had. Where its withdrawal was undone, support may have gone on since then."""
    matches = {**searches.found, **searches.launched}
    if not matches:
        return []
    return [
        MatchesReleased(
            need_id=command.need_id,
            need_area=searches.area,
            matches=tuple(sorted(matches.items())),
            released_on=command.released_on,
            moved_to=command.moved_to,
        )
    ]


def check_no_other(command: RecordMatchFound | RecordNoMatchFound, searches: Searches, new_id: UUID) -> None:
    """No match of the need is open as far as the caller knew, and none was proposed meanwhile. Raises `Rejected`."""
    meanwhile = next((one for one in searches.found if one not in command.known or one == new_id), None)
    if other := command.pending or meanwhile:
        raise Rejected("match.already_open", match=other)


def evolve(searches: Searches, event: SearchEvent) -> Searches:
    """The searches after an event."""
    searches = replace(searches, area=event.need_area)
    match event:
        case MatchFound():
            return replace(searches, found={**searches.found, event.match_id: event.resource_id})
        case NoMatchFound():
            return replace(searches, unmatched=searches.unmatched | {event.search_id})
        case ServiceOffered():
            return replace(searches, launched={**searches.launched, event.match_id: event.resource_id})
        case AcceptanceNoted():
            return replace(searches, accepted=searches.accepted | {event.match_id})
        case MatchesReleased():
            return replace(searches, area=event.moved_to or searches.area)
        case _:
            assert_never(event)


decider = Decider[Command, Searches, SearchEvent](
    name="search",
    commands=types_of(Command),
    events=types_of(SearchEvent),
    stream=lambda command: command.need_id,
    home=lambda command: command.home,
    initial=Searches(),
    decide=decide,
    evolve=evolve,
)
