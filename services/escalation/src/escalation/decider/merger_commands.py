"""The commands by which proposals that ask for the same are answered together, and by themselves again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shiendomain.grown import GrownFrom
from shiendomain.mergers import Origin
from shiendomain.vocabulary import NeedBehind, SupportKind, Target
from shienevents import Home

from .answer import AnswerCommand
from .answer_correction import ChangeDueDate, RevokeAnswer
from .running_service import EndService, ReinstateService
from .service import DesignService, LaunchService


@dataclass(frozen=True)
class OriginFacts:
    """What the view knows of a proposal that is merged. `day` is the one by which, or until which, it waits."""

    origin: Origin
    target: Target
    support_kind: SupportKind
    waiting_since: date
    day: date | None


@dataclass(frozen=True)
class MergeProposals:
    """Answer these proposals together, as one. `home` is the nearest area that has the areas of all of them."""

    proposal_id: UUID
    home: Home
    origins: tuple[OriginFacts, ...]
    title: str
    ask: str
    reason: str


@dataclass(frozen=True)
class MergeInto:
    """The proposal is part of the merged one. Fact: what the view knows of it."""

    proposal_id: UUID
    merged_id: UUID
    seen: OriginFacts
    due_on: date
    reason: str


ServiceStep = DesignService | LaunchService | EndService | ReinstateService
Told = AnswerCommand | ChangeDueDate | RevokeAnswer | ServiceStep
"""The commands that change the answer to a proposal: the origins of a merged one are told."""


@dataclass(frozen=True)
class AnswerTogether:
    """Answer a merged proposal. Fact: the origins that are told in the same commit."""

    proposal_id: UUID
    command: Told
    told: tuple[UUID, ...]


@dataclass(frozen=True)
class FollowMerged:
    """The merged proposal is answered by this command, and so this one, its origin."""

    proposal_id: UUID
    merged_id: UUID
    command: Told


@dataclass(frozen=True)
class RenewOrigin:
    """The council of an origin asks again, as part of the merged proposal, for what is behind it now."""

    proposal_id: UUID
    renewed: UUID
    title: str
    ask: str
    support_kind: SupportKind
    needs: tuple[NeedBehind, ...]
    grown_from: GrownFrom | None = None


@dataclass(frozen=True)
class UndoMerger:
    """Answer each origin by itself again. Fact: the origins that are told in the same commit."""

    proposal_id: UUID
    reason: str
    told: tuple[UUID, ...]


@dataclass(frozen=True)
class LeaveMerger:
    """The merger of which the proposal is part is undone."""

    proposal_id: UUID
    merged_id: UUID
    reason: str


MergerCommand = MergeInto | FollowMerged | RenewOrigin | UndoMerger | LeaveMerger
