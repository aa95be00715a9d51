"""The events of matching: the offer of a resource (what it can give), matches, and searches for a need.

A match joins a need of an area to the activity of a resource, never a named client to a worker. All matches of a
resource are in one stream, its offer, so its capacity is never exceeded, however many are accepted at once. What was
found for a need is in the need's stream of searches, so two proposals at the same moment cannot both stand. Matching
rounds are in `rounds.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shienevents import Event

from .rounds import PairPoints, RoundEvent
from .vocabulary import (
    AreaCode,
    EndReason,
    FailureReason,
    FitReason,
    LapseReason,
    Line,
    LineOfReason,
    Missing,
    Obstacle,
    Outcome,
    Part,
    People,
    SupportKind,
    Weekday,
)

Version = Annotated[int, Field(ge=1, le=2_147_483_647)]


class OfferNoted(Event, wire="matching.offer_noted.v1"):
    """The offer of a resource as of its version: whether it is open, what it gives, where and to how many people."""

    resource_id: UUID
    resource_version: Version
    open: bool
    support_kinds: tuple[SupportKind, ...]
    service_areas: tuple[AreaCode, ...]
    capacity: People | None
    service_id: UUID | None = None


class MatchProposed(Event, wire="matching.match_proposed.v1"):
    """A resource was proposed for a need, judged by the resource as of `resource_version`.

    `round_id`: the matching round that proposed it. `unmet` is what was in the way when it was proposed by hand, and
    `nevertheless` why that was done all the same. `points`: what it is worth by the policy of the round, where a round
    or the matching between two rounds chose it.
    """

    match_id: UUID
    need_id: UUID
    need_area: AreaCode
    resource_id: UUID
    resource_version: Version
    people: People
    reasons: tuple[FitReason, ...]
    service_id: UUID | None = None
    round_id: UUID | None = None
    unmet: tuple[Obstacle, ...] = ()
    nevertheless: Line = ""
    points: PairPoints | None = None


class MatchAccepted(Event, wire="matching.match_accepted.v1"):
    """The match was accepted: the resource holds places for `people` people."""

    match_id: UUID
    need_id: UUID
    need_area: AreaCode
    resource_id: UUID
    people: People


MOVED = "ニーズの地域が訂正された"
"""The note of a match that ends because its need is one of another area. Nobody refused it."""


class MatchDeclined(Event, wire="matching.match_declined.v1"):
    """The match was declined before it was accepted."""

    match_id: UUID
    need_id: UUID
    need_area: AreaCode
    resource_id: UUID
    reason: FailureReason
    note: Line = ""


class MatchLapsed(Event, wire="matching.match_lapsed.v1"):
    """The match lapsed without an answer. `people_freed` places are free again."""

    match_id: UUID
    need_id: UUID
    need_area: AreaCode
    resource_id: UUID
    reason: LapseReason
    people_freed: Annotated[int, Field(ge=0, le=100_000)]


class MatchConcluded(Event, wire="matching.match_concluded.v1"):
    """The outcome of an accepted match was recorded. `people_freed` places are free again.

    Support that is `ongoing` holds the places of the people helped until it ends. Help that was given once does not.
    """

    match_id: UUID
    need_id: UUID
    need_area: AreaCode
    resource_id: UUID
    outcome: Outcome
    people_helped: Annotated[int, Field(ge=0, le=100_000)]
    people_freed: Annotated[int, Field(ge=0, le=100_000)]
    reason: FailureReason | None = None
    service_id: UUID | None = None
    note: Line = ""
    ongoing: bool = True


class MatchEnded(Event, wire="matching.match_ended.v1"):
    """Support that went on has ended. `people_freed` places are free again.

    `reason` tells whether its people wait for support again. `with_need`: it ended because the need was withdrawn.
    """

    match_id: UUID
    need_id: UUID
    need_area: AreaCode
    resource_id: UUID
    reason: EndReason
    ended_on: date
    people_freed: Annotated[int, Field(ge=0, le=100_000)]
    note: Line = ""
    with_need: bool = False


class MatchOutcomeCorrected(Event, wire="matching.match_outcome_corrected.v1"):
    """The outcome that was recorded of a match, its end, a refusal or a lapse was a mistake: this is what came of it.

    `why`: what was wrong. It takes the place of what the events after `MatchProposed` said. `people_freed` places are
    free again; below 0, so many more are held by support that goes on.
    """

    match_id: UUID
    need_id: UUID
    need_area: AreaCode
    resource_id: UUID
    outcome: Outcome
    people_helped: Annotated[int, Field(ge=0, le=100_000)]
    people_freed: Annotated[int, Field(ge=-100_000, le=100_000)]
    ongoing: bool
    why: LineOfReason
    reason: FailureReason | None = None
    service_id: UUID | None = None
    note: Line = ""


class MatchFound(Event, wire="matching.match_found.v1"):
    """A resource was found for a need and proposed for it. It is written together with `MatchProposed`.

    It is in the stream of the need's searches, which every proposal of a coordinator writes.
    """

    need_id: UUID
    need_area: AreaCode
    match_id: UUID
    resource_id: UUID


class Nearest(Part):
    """A resource that came near to serving a need: all that is in the way (`obstacles`), the first one first.

    `free` is how many places it has left, `None` without a known limit; `yen_above` how far its fee is above the
    ceiling, and 0 where the fee is not in the way; `days` are those asked for, where it is not open on them.
    """

    resource_id: UUID
    obstacles: tuple[Obstacle, ...]
    free: Annotated[int | None, Field(ge=0, le=100_000)] = None
    yen_above: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    days: tuple[Weekday, ...] = ()


class NoMatchFound(Event, wire="matching.no_match_found.v1"):
    """A search for a need ended without a match. `considered` is how many resources were judged.

    `missing` says what the nearest lacked. Where resources of the kind serve the area and have places, and do not meet
    what the need asks for, it is empty and `unmet` says in what. `nearest` names the resources that came near.
    `round_id`: the matching round that found nothing. `people`: for how many of the need nothing was found; others may
    have been helped or proposed something.
    """

    search_id: UUID
    need_id: UUID
    need_area: AreaCode
    support_kind: SupportKind
    missing: tuple[Missing, ...]
    considered: Annotated[int, Field(ge=0)]
    unmet: tuple[Obstacle, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    round_id: UUID | None = None
    people: People | None = None


class ServiceOffered(Event, wire="matching.service_offered.v1"):
    """A service was launched for this need: `match_id` is the match of its resource with the need, if there is one."""

    need_id: UUID
    need_area: AreaCode
    match_id: UUID
    resource_id: UUID


class AcceptanceNoted(Event, wire="matching.acceptance_noted.v1"):
    """A match of the need was accepted. It is written together with `MatchAccepted`.

    It is in the stream of the need's searches, so of two acceptances at the same moment each knows the other.
    """

    need_id: UUID
    need_area: AreaCode
    match_id: UUID
    resource_id: UUID


class MatchesReleased(Event, wire="matching.matches_released.v1"):
    """The need was withdrawn on a day: these matches, each with its resource, end where they have not ended.

    With `moved_to`, the need goes on, in this area: those end that helped nobody yet.
    """

    need_id: UUID
    need_area: AreaCode
    matches: tuple[tuple[UUID, UUID], ...]
    released_on: date
    moved_to: AreaCode | None = None


MatchEvent = (
    MatchProposed | MatchAccepted | MatchDeclined | MatchLapsed | MatchConcluded | MatchEnded | MatchOutcomeCorrected
)
OfferEvent = OfferNoted | MatchEvent
SearchEvent = MatchFound | NoMatchFound | ServiceOffered | AcceptanceNoted | MatchesReleased
MatchingEvent = OfferEvent | SearchEvent | RoundEvent
