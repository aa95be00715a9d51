"""The bodies that the API takes and the answers it gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shiendomain.vocabulary import (
    FailureReason,
    FitReason,
    LapseReason,
    Line,
    Missing,
    Outcome,
    People,
    SupportKind,
)
from shienweb import Answer, BoardAnswer, Body, Done, example

from .decider.state import MatchState


class NewMatch(Body):
    """Which resource is proposed for which need; `people` when not for all of the need's."""

    model_config = example(
        need_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f", resource_id="0190b6d1-8a21-7b44-9c10-2f6e7d8c9b0a", people=3
    )

    need_id: UUID
    resource_id: UUID
    people: People | None = None


class Declination(Body):
    """Why the match is declined."""

    model_config = example(reason="not_suitable", note="曜日が合わない")

    reason: FailureReason
    note: Line = ""


class Conclusion(Body):
    """What came of the match. Not helped: a reason is needed, and nobody was."""

    model_config = example(outcome="helped", people_helped=3)

    outcome: Outcome
    people_helped: Annotated[int, Field(ge=0, le=100_000)]
    reason: FailureReason | None = None
    note: Line = ""


class CandidateOut(Answer):
    """A resource that fits a need, and why. `free` places are left; null: no limit is known."""

    resource_id: UUID
    name: str
    area: str
    free: int | None
    reasons: tuple[FitReason, ...]
    reasons_ja: tuple[str, ...]


class Candidates(Answer):
    """The resources that fit, best first; how many were judged; what was missing where none fits."""

    need_id: UUID
    candidates: tuple[CandidateOut, ...]
    considered: int
    missing: tuple[Missing, ...]
    missing_ja: tuple[str, ...]
    position: str
    stale: bool


class SearchDone(Done):
    """What a search came to: a match with `resource_id` was proposed, or nothing fits and `missing` says why."""

    outcome: Literal["proposed", "nothing_fits"]
    resource_id: UUID | None = None
    missing: tuple[Missing, ...] = ()


class MatchOut(Answer):
    """One match."""

    match_id: UUID
    need_id: UUID
    need_area: str
    resource_id: UUID
    service_id: UUID | None
    state: MatchState
    state_ja: str
    people: int
    people_helped: int
    reasons: tuple[FitReason, ...]
    outcome: Outcome | None
    failure: FailureReason | None
    lapse: LapseReason | None
    note: str
    proposed_at: datetime
    correlation: UUID


class SearchOut(Answer):
    """A search for a need that found nothing."""

    search_id: UUID
    need_id: UUID
    need_area: str
    support_kind: SupportKind
    missing: tuple[Missing, ...]
    missing_ja: tuple[str, ...]
    considered: int
    searched_at: datetime
    correlation: UUID


class BoardLine(Answer):
    """Matches of an area's needs by state, people helped, and searches in vain."""

    proposed: int
    accepted: int
    concluded: int
    declined: int
    lapsed: int
    people_helped: int
    searches_in_vain: int


class AreaLine(BoardLine):
    """The same, of one area."""

    area: str
    name: str


class Board(BoardAnswer):
    """The board of an area: `total` is the sum of `areas`."""

    total: BoardLine
    areas: tuple[AreaLine, ...]
