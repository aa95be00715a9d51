"""Boards: the figures of an area, and their sum. Pure: a tier-1 board is nothing but the sum of its tier-2 boards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from shiendomain.rules import Verification, WaitingBand
from shiendomain.states import IssueState, MatchState, NeedState, ProposalState, ResourceState
from shiendomain.vocabulary import Outcome
from shiendomain.words import Word
from shienevents import canonical
from shienweb import OF_PEOPLE, total_of


class Figures(BaseModel):
    """Whole numbers that can be added up."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def count_of(word: Word) -> Any:
    """A figure that counts what is in this state; its title is the label of the state."""
    return Field(default=0, title=word.ja)


class ResourceFigures(Figures):
    """Resources: those in use by how far their listing can be relied on (`rules.verification`), others by state."""

    unverified: int = count_of(Verification.UNVERIFIED)
    fresh: int = count_of(Verification.FRESH)
    stale: int = count_of(Verification.STALE)
    suspended: int = count_of(ResourceState.SUSPENDED)
    retired: int = count_of(ResourceState.RETIRED)


class NeedFigures(Figures):
    """Needs by state, or the people they are about."""

    open: int = count_of(NeedState.OPEN)
    grouped: int = count_of(NeedState.GROUPED)
    gap: int = count_of(NeedState.GAP)
    matched: int = count_of(NeedState.MATCHED)
    met: int = count_of(NeedState.MET)
    withdrawn: int = count_of(NeedState.WITHDRAWN)


class PeopleFigures(NeedFigures):
    """People by the state of their need; `helped` is the sum of `rules.people_helped` over the needs' matches."""

    helped: int = Field(default=0, title="支援につながった人")


class MatchFigures(Figures):
    """Matches of the area's needs by state, concluded ones by outcome."""

    proposed: int = count_of(MatchState.PROPOSED)
    accepted: int = count_of(MatchState.ACCEPTED)
    declined: int = count_of(MatchState.DECLINED)
    lapsed: int = count_of(MatchState.LAPSED)
    helped: int = count_of(Outcome.HELPED)
    partly: int = count_of(Outcome.PARTLY)
    not_helped: int = count_of(Outcome.NOT_HELPED)
    ended: int = count_of(MatchState.ENDED)


class IssueFigures(Figures):
    """Issues of the area by state. `gap` is open; the gap of an `answered` one running services answer."""

    raised: int = count_of(IssueState.RAISED)
    gap: int = count_of(IssueState.GAP)
    answered: int = Field(default=0, title="サービスで対応中")
    closed: int = count_of(IssueState.CLOSED)


class CouncilFigures(Figures):
    """Councils and their meetings."""

    councils: int = Field(default=0, title="協議体")
    meetings: int = Field(default=0, title="開催")


class ProposalFigures(Figures):
    """Proposals by state."""

    escalated: int = count_of(ProposalState.ESCALATED)
    received: int = count_of(ProposalState.RECEIVED)
    returned: int = count_of(ProposalState.RETURNED)
    deliberated: int = count_of(ProposalState.DELIBERATED)
    adopted: int = count_of(ProposalState.ADOPTED)
    rejected: int = count_of(ProposalState.REJECTED)
    deferred: int = count_of(ProposalState.DEFERRED)
    withdrawn: int = count_of(ProposalState.WITHDRAWN)
    designed: int = count_of(ProposalState.DESIGNED)
    launched: int = count_of(ProposalState.LAUNCHED)
    ended: int = count_of(ProposalState.ENDED)


class AgeFigures(Figures):
    """Proposals that are not closed by the days they have waited; `overdue` ones by `rules.overdue`."""

    to_30: int = count_of(WaitingBand.TO_30)
    to_90: int = count_of(WaitingBand.TO_90)
    longer: int = count_of(WaitingBand.LONGER)
    overdue: int = Field(default=0, title="期限超過")


class SupporterFigures(Figures):
    """Supporters trained, those of them who support something, who can be asked, who gave up; people places seek."""

    trained: int = Field(default=0, title="養成した人")
    placed: int = Field(default=0, title="活動中")
    unplaced: int = Field(default=0, title="活動先未定")
    gave_up: int = Field(default=0, title="辞退")
    wanted: int = Field(default=0, title="活躍の場で募集中")


class DevelopmentFigures(Figures):
    """Trainings, venues that are secured, places that seek people, and reports of activity."""

    cohorts: int = Field(default=0, title="養成講座")
    venues: int = Field(default=0, title="確保済みの会場")
    seeking: int = Field(default=0, title="募集中の活躍の場")
    reports: int = Field(default=0, title="活動報告")


class NetworkFigures(Figures):
    """The network: a body counts once for each council that it sits on. Outreach by its answer. Shared information.

    `acknowledged` counts each acknowledgement of a council or body, `awaited` each that is still awaited.
    """

    members: int = Field(default=0, title="協議体の構成団体（延べ）")
    partnerships: int = Field(default=0, title="連携中の体制")
    asked: int = Field(default=0, title="働きかけ（回答待ち）")
    considering: int = Field(default=0, title="働きかけ（検討中）")
    agreed: int = Field(default=0, title="働きかけ（協力）")
    declined: int = Field(default=0, title="働きかけ（辞退）")
    shared: int = Field(default=0, title="情報共有")
    acknowledged: int = Field(default=0, title="情報の受領確認")
    awaited: int = Field(default=0, title="情報の受領確認待ち")
    practices: int = Field(default=0, title="実践事例")


class BoardFigures(BaseModel):
    """All figures of an area, in sections."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    resources: ResourceFigures = ResourceFigures()
    needs: NeedFigures = NeedFigures()
    people: Annotated[PeopleFigures, OF_PEOPLE] = PeopleFigures()
    matches: MatchFigures = MatchFigures()
    issues: IssueFigures = IssueFigures()
    councils: CouncilFigures = CouncilFigures()
    proposals: ProposalFigures = ProposalFigures()
    proposal_ages: AgeFigures = AgeFigures()
    supporters: Annotated[SupporterFigures, OF_PEOPLE] = SupporterFigures()
    development: DevelopmentFigures = DevelopmentFigures()
    network: NetworkFigures = NetworkFigures()


class Figure(NamedTuple):
    """One figure of one area, as counted in the views."""

    area: str
    section: str
    name: str
    n: int


def boards_of(areas: Iterable[str], figures: Iterable[Figure]) -> dict[str, BoardFigures]:
    """The board of each area. A figure that was not counted is zero; an unknown one is an error."""
    sections: dict[str, dict[str, dict[str, int]]] = {area: {} for area in areas}
    for figure in figures:
        sections[figure.area].setdefault(figure.section, {})[figure.name] = figure.n
    return {area: BoardFigures.model_validate(counted) for area, counted in sections.items()}


def total(boards: Iterable[BoardFigures]) -> BoardFigures:
    """The sum of boards, figure by figure; of none, all zeros."""
    return BoardFigures.model_validate(total_of([board.model_dump() for board in boards]))


def digest_of_boards(boards: Mapping[str, BoardFigures]) -> str:
    """SHA-256 in hex over the canonical JSON of the boards, each with its area, in the order of their codes."""
    rows: Sequence[dict[str, Any]] = [{"area": area, **boards[area].model_dump()} for area in sorted(boards)]
    return sha256(canonical(rows)).hexdigest()
