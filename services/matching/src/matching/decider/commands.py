"""The commands on a resource's offer and its matches. What other services know comes with them as facts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from shiendomain.areas import Territory
from shiendomain.vocabulary import FailureReason, FitReason, Outcome, SupportKind
from shienevents import Home


@dataclass(frozen=True)
class NeedFacts:
    """What is known of a need: `path` is its area and the areas above it, `open` whether it still wants an answer."""

    need_id: UUID
    area: str
    path: tuple[str, ...]
    support_kind: SupportKind
    people: int
    open: bool


@dataclass(frozen=True)
class NoteOffer:
    """The registry listed a resource, or lists it otherwise now."""

    resource_id: UUID
    home: Home
    resource_version: int
    support_kinds: tuple[SupportKind, ...]
    service_areas: tuple[str, ...]
    capacity: int | None
    service_id: UUID | None


@dataclass(frozen=True)
class SuspendOffer:
    """The resource gives nothing for now: what was only proposed lapses."""

    resource_id: UUID
    resource_version: int


@dataclass(frozen=True)
class ResumeOffer:
    """The resource gives again."""

    resource_id: UUID
    resource_version: int


@dataclass(frozen=True)
class RetireOffer:
    """The resource is no more: what it held and what it answered comes undone."""

    resource_id: UUID
    resource_version: int


@dataclass(frozen=True)
class ProposeMatch:
    """Propose the resource for `people` of a need. `pending` is a match elsewhere that a search will not add to."""

    resource_id: UUID
    match_id: UUID
    need: NeedFacts
    people: int
    reasons: tuple[FitReason, ...]
    areas: Territory
    pending: UUID | None = None


@dataclass(frozen=True)
class ProposeLaunched:
    """Propose a resource for a need it was launched for: that it fits was seen to when it was launched."""

    resource_id: UUID
    match_id: UUID
    need_id: UUID
    need_area: str
    people: int


@dataclass(frozen=True)
class AcceptMatch:
    """Hold the places. `need` is what is known of the need by now."""

    resource_id: UUID
    match_id: UUID
    need: NeedFacts | None
    areas: Territory


@dataclass(frozen=True)
class DeclineMatch:
    """Say no to what was proposed."""

    resource_id: UUID
    match_id: UUID
    reason: FailureReason
    note: str
    areas: Territory


@dataclass(frozen=True)
class LapseMatch:
    """Nobody answered."""

    resource_id: UUID
    match_id: UUID
    areas: Territory


@dataclass(frozen=True)
class ConcludeMatch:
    """Say what came of an accepted match."""

    resource_id: UUID
    match_id: UUID
    outcome: Outcome
    people_helped: int
    reason: FailureReason | None
    note: str
    areas: Territory


MatchCommand = AcceptMatch | DeclineMatch | LapseMatch | ConcludeMatch
OfferCommand = NoteOffer | SuspendOffer | ResumeOffer | RetireOffer | ProposeMatch | ProposeLaunched | MatchCommand
