"""What may be asked of a post of life support coordinator: the commands of its stream."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from shiendomain.mistakes import Mistake
from shiendomain.moves import Move
from shiendomain.registry import PrintedDocument
from shiendomain.rules import STALE_AFTER_DAYS
from shiendomain.vocabulary import BodyKind, Tier
from shienevents import Home, Token


@dataclass(frozen=True)
class AssignCoordinator:
    """Fill a post for a term; `term_until` is the first day after it. Who holds it is not recorded.

    `area_tiers` are the tiers of its area (a fact).
    """

    coordinator_id: UUID
    home: Home
    area_tiers: tuple[Tier, ...]
    tier: Tier
    employer: str
    employer_kind: BodyKind
    posts: int
    term_from: date
    term_until: date
    not_the_same_as: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class RenewCoordinator:
    """Renew the term; `term_until` is the first day after it."""

    coordinator_id: UUID
    term_until: date


@dataclass(frozen=True)
class HandOverCoordinator:
    """Hand the post over, to a successor or to nobody; `on` is its last day. `today` is a fact.

    `known` is what of the position of the `document` can be checked: a document of this system goes no further than it.
    `stale_after_days` is a fact too.
    """

    coordinator_id: UUID
    on: date
    successor_id: UUID | None
    note: str
    today: date
    document: PrintedDocument | None = None
    known: Token = field(default_factory=dict)
    stale_after_days: int = STALE_AFTER_DAYS


@dataclass(frozen=True)
class ReinstateCoordinator:
    """Undo a hand-over that was recorded by mistake."""

    coordinator_id: UUID
    reason: str


@dataclass(frozen=True)
class CorrectCoordinator:
    """The post was recorded wrongly; this is what is right. `tier`: none leaves it as it is.

    `area_tiers` are the tiers of its area (a fact); they are asked for where `tier` is named.
    """

    coordinator_id: UUID
    employer: str
    employer_kind: BodyKind
    posts: int
    term_from: date
    term_until: date
    reason: str
    tier: Tier | None = None
    area_tiers: tuple[Tier, ...] = ()


@dataclass(frozen=True)
class MoveCoordinator:
    """The post is one of another area. `area_tiers` are the tiers of that area (a fact)."""

    coordinator_id: UUID
    to: Move
    area_tiers: tuple[Tier, ...]


@dataclass(frozen=True)
class WithdrawCoordinator:
    """The post was recorded by mistake."""

    coordinator_id: UUID
    mistake: Mistake


Change = (
    RenewCoordinator
    | HandOverCoordinator
    | ReinstateCoordinator
    | CorrectCoordinator
    | MoveCoordinator
    | WithdrawCoordinator
)
Command = AssignCoordinator | Change
