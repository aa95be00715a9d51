"""What a council may propose for an issue with a gap: the evidence filled in, and proposals that ask for the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Self
from uuid import UUID

from shiendomain.rules import answered
from shiendomain.states import ProposalState
from shiendomain.vocabulary import Missing, SupportKind
from shienevents import NotFound, Rejected
from shienweb import STAFF, Answer, Context, PeopleCount, RequestContext, Routes

from .. import views
from ..projections import IssueRow, ProposalRow, issues
from .grown import GrownFromOut, activities_for
from .prices import PriceOut, prices_of
from .proposal_out import NeedOut, needs_out

routes = Routes(tags=["proposals"])


class SimilarOut(Answer):
    """A proposal for the same kind of support, and where it stands. `same_area`: a need of these areas is behind it."""

    proposal_id: UUID
    title: str
    area: str
    state: ProposalState
    state_ja: str
    escalated_on: date
    same_area: bool

    @classmethod
    def of(cls, row: ProposalRow, issue: IssueRow) -> Self:
        """The answer made of a row."""
        stands, areas = answered(row.state, row.answer), {issue.area, *(need.area for need in issue.needs)}
        return cls(
            proposal_id=row.proposal_id, title=row.title, area=row.area, state=stands, state_ja=stands.ja,
            escalated_on=row.escalated_on, same_area=not areas.isdisjoint({row.area, *row.need_areas}),
        )  # fmt: skip


class DraftOut(Answer):
    """A proposal as it might begin. `ask` is a first wording; `missing` and `searches` are the evidence of the gap.

    `similar`: proposals of the territory that ask for the same kind of support, the newest first. `activities`: those
    of the issue's areas that give it and have grown: the proposal may name one as `grown_from`. `prices`: what the last
    round of matching says of each area of its needs, that with the largest gain by one more place first.
    """

    issue_id: UUID
    council_id: UUID
    title: str
    ask: str
    support_kind: SupportKind
    needs: tuple[NeedOut, ...]
    people: PeopleCount
    missing: tuple[Missing, ...]
    searches: tuple[UUID, ...]
    gap_on: date
    similar: tuple[SimilarOut, ...]
    activities: tuple[GrownFromOut, ...]
    prices: tuple[PriceOut, ...]
    position: str
    stale: bool


@routes.get("/issues/{issue_id}/proposal-draft", may=STAFF)
async def draft_proposal(issue_id: UUID, context: Context) -> DraftOut:
    """What may be proposed for an issue with a gap: its needs, what matching found missing, and similar proposals."""
    async with context.snapshot() as snapshot:
        issue = await snapshot.get(issues, issue_id)
        if issue is None or issue.council_id is None or not context.territory.covers(issue.area):
            raise NotFound("issue.unknown")
        if issue.gap_on is None or issue.closed:
            raise Rejected("proposal.no_gap")
        near = {issue.area, *(need.area for need in issue.needs)} & set(context.territory.codes)
        grown = await activities_for(snapshot, issue, near)
        paths = {need.area: context.tree.path(need.area) for need in issue.needs}
        prices = sorted(await prices_of(snapshot, issue.support_kind, paths), key=lambda one: -one.points)
        found = await views.similar_proposals(snapshot, issue, context.territory.codes)
        return DraftOut(
            issue_id=issue_id,
            council_id=issue.council_id,
            title=issue.title,
            ask=first_wording(context, issue, issue.gap_on, prices),
            support_kind=issue.support_kind,
            needs=needs_out(issue.needs),
            people=sum(need.people for need in issue.needs),
            missing=issue.missing,
            searches=issue.searches,
            gap_on=issue.gap_on,
            similar=tuple(SimilarOut.of(row, issue) for row in found),
            prices=tuple(prices),
            activities=tuple(map(GrownFromOut.of, grown)),
            position=snapshot.token,
            stale=snapshot.stale,
        )


def first_wording(context: RequestContext, issue: IssueRow, gap_on: date, prices: Sequence[PriceOut]) -> str:
    """What is asked, as a council might begin to write it, in the language of the councils."""
    areas = "、".join(context.tree.name(area) for area in sorted({need.area for need in issue.needs}))
    people = sum(need.people for need in issue.needs)
    missing = "、".join(word.ja for word in issue.missing)
    tried = f"マッチングで{len(issue.searches)}回探しましたが、該当する資源はありませんでした。"
    looked = tried if issue.searches else ""
    left = "".join(
        f"{one.day}の一括マッチングでは、{context.tree.name(one.area)}の{one.people}人に提案できる資源がなく、"
        f"受入れを1人分増やす効果は最大{one.points}点でした。"
        for one in prices
    )
    return (
        f"{areas}に、{issue.support_kind.ja}の支援を待つニーズが{len(issue.needs)}件（{people}人）あります。"
        f"{looked}{left}{gap_on}に、不足するサービスとしました（{missing}）。市の事業としての検討を求めます。"
    )
