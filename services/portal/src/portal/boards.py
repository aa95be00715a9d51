"""Boards: the figures of an area, and their sum. Pure: a tier-1 board is nothing but the sum of its tier-2 boards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from shienevents import canonical
from shienweb import total_of


class Figures(BaseModel):
    """Whole numbers that can be added up."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ResourceFigures(Figures):
    """Resources by state; the verified ones are `fresh` or `stale`, as long ago as their verification is."""

    registered: int = Field(default=0, title="未確認")
    fresh: int = Field(default=0, title="確認済み")
    stale: int = Field(default=0, title="要再確認")
    suspended: int = Field(default=0, title="休止")
    retired: int = Field(default=0, title="廃止")


class NeedFigures(Figures):
    """Needs by state, or the people they are about."""

    open: int = Field(default=0, title="未対応")
    grouped: int = Field(default=0, title="課題化")
    gap: int = Field(default=0, title="不足")
    matched: int = Field(default=0, title="マッチング中")
    met: int = Field(default=0, title="充足")
    withdrawn: int = Field(default=0, title="取下げ")


class PeopleFigures(NeedFigures):
    """People by the state of their need, and how many were helped."""

    helped: int = Field(default=0, title="支援につながった人")


class MatchFigures(Figures):
    """Matches of the area's needs, by state; concluded ones by what came of them."""

    proposed: int = Field(default=0, title="提案")
    accepted: int = Field(default=0, title="受諾")
    declined: int = Field(default=0, title="辞退")
    lapsed: int = Field(default=0, title="失効")
    helped: int = Field(default=0, title="解決した")
    partly: int = Field(default=0, title="一部解決")
    not_helped: int = Field(default=0, title="解決せず")


class IssueFigures(Figures):
    """Issues of the area, and how many of them are declared gaps."""

    raised: int = Field(default=0, title="地域課題")
    gaps: int = Field(default=0, title="不足するサービス")


class CouncilFigures(Figures):
    """Councils and their meetings."""

    councils: int = Field(default=0, title="協議体")
    meetings: int = Field(default=0, title="開催")


class ProposalFigures(Figures):
    """Proposals by state."""

    escalated: int = Field(default=0, title="提案済み")
    received: int = Field(default=0, title="受理")
    returned: int = Field(default=0, title="差戻し")
    deliberated: int = Field(default=0, title="審議")
    adopted: int = Field(default=0, title="採択")
    rejected: int = Field(default=0, title="不採択")
    deferred: int = Field(default=0, title="保留")
    withdrawn: int = Field(default=0, title="取下げ")
    designed: int = Field(default=0, title="設計済み")
    launched: int = Field(default=0, title="開始")


class AgeFigures(Figures):
    """Proposals that wait for an end, by days since they went up; `overdue` ones are past the day of their answer."""

    upto_30: int = Field(default=0, title="30日以内")
    upto_90: int = Field(default=0, title="31〜90日")
    over_90: int = Field(default=0, title="91日以上")
    overdue: int = Field(default=0, title="期限超過")


class Board(BaseModel):
    """What an area has, what it lacks, and what became of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    resources: ResourceFigures = ResourceFigures()
    needs: NeedFigures = NeedFigures()
    people: PeopleFigures = PeopleFigures()
    matches: MatchFigures = MatchFigures()
    issues: IssueFigures = IssueFigures()
    councils: CouncilFigures = CouncilFigures()
    proposals: ProposalFigures = ProposalFigures()
    proposal_ages: AgeFigures = AgeFigures()


class Figure(NamedTuple):
    """One figure of one area, as the views were counted."""

    area: str
    section: str
    name: str
    n: int


def boards_of(areas: Iterable[str], figures: Iterable[Figure]) -> dict[str, Board]:
    """The board of each area. A figure nobody counted is zero; one this module does not know is an error."""
    sections: dict[str, dict[str, dict[str, int]]] = {area: {} for area in areas}
    for figure in figures:
        sections[figure.area].setdefault(figure.section, {})[figure.name] = figure.n
    return {area: Board.model_validate(counted) for area, counted in sections.items()}


def total(boards: Iterable[Board]) -> Board:
    """The sum of boards, figure by figure; of none, all zeros."""
    return Board.model_validate(total_of([board.model_dump() for board in boards]))


def digest_of_boards(boards: Mapping[str, Board]) -> str:
    """SHA-256 in hex over the canonical JSON of the boards, each with its area, in the order of their codes."""
    rows: Sequence[dict[str, Any]] = [{"area": area, **boards[area].model_dump()} for area in sorted(boards)]
    return sha256(canonical(rows)).hexdigest()
